"""What somebody makes up changes nothing: every row of every table is what it was."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from portal.invitations import actions, addresses
from portal.models.inbox import InboxResult
from tests.answers.inbox import shapes
from tests.answers.inbox.conftest import all_rows, rows, state_of
from tests.answers.inbox.shapes import Told

BASE = "kalender@portal.example.org"
MALLORY = "mallory@attacker.example"
FORGED = "kalender+1-1-abcdefghijklmnopqrstuvwxyz234567@portal.example.org"
OURS = "mx.portal.example.org"


def authenticated(domain: str, server: str = OURS) -> str:
    """What a mail server says of a message from ``domain``."""
    return (
        f"Authentication-Results: {server}; dkim=pass header.d={domain}; "
        f"dmarc=pass header.from={domain}\n"
    )


def enclosed(told: Told) -> bytes:
    """A sound answer, but forwarded inside a letter that came to nobody in particular."""
    inner = shapes.exchange(told)
    head = f"From: {MALLORY}\r\nTo: {told.to}\r\nMessage-ID: <e@x>\r\n".encode()
    kind = b'Content-Type: multipart/mixed; boundary="e"\r\n\r\n'
    return head + kind + b"--e\r\nContent-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--e--\r\n"


def other_attendee(told: Told, line: str) -> bytes:
    """An answer with another line in place of, or beside, that of the attendee."""
    ics = shapes.exchange_ics(told).splitlines(keepends=True)
    return shapes.bare(told, "".join(line if each.startswith("ATTENDEE") else each for each in ics))


def of(**values: str) -> Callable[[Told], bytes]:
    """An answer in the shape of Google's, with these values."""
    return lambda told: shapes.google(replace(told, **values))


def as_ours(told: Told) -> bytes:
    """Our own REQUEST sent back to us."""
    return of(method="REQUEST", sender="kalender@portal.example.org", sequence=9)(told)


SPOOFS: dict[str, Callable[[Told], bytes]] = {
    # Nothing but a guess, or what a public calendar tells.
    "no token": of(to=BASE),
    "no token, a stranger": of(to=BASE, attendee=MALLORY, name="Mallory"),
    "a forged token": of(to=FORGED),
    "a forged token, a stranger": of(to=FORGED, attendee=MALLORY),
    "a token cut short": lambda told: of(to=told.to.replace("@", "x@", 1))(told),
    "a token at another domain": lambda told: of(to=told.to.replace("portal", "other"))(told),
    "a token in the name only": lambda told: of(
        to=BASE, name=told.to.partition("@")[0], attendee=MALLORY
    )(told),
    "a token in the subject": lambda told: of(
        to=BASE, head=f"Subject: {told.to}\n", attendee=MALLORY
    )(told),
    "another token's numbers": lambda told: of(to=told.to.replace("+", "+1", 1))(told),
    "no receiver at all": lambda told: shapes.google(told).replace(b"To: <", b"X-To: <"),
    # Good evidence of something else.
    "an unknown event": of(uid="event-999@localhost"),
    "no uid": of(uid=""),
    "a uid with a NUL": of(uid="event-1\0@localhost"),
    "a long uid": of(uid="e" * 5_000),
    "a stranger proved by a server of theirs": of(
        to=BASE, sender=MALLORY, head=authenticated("attacker.example")
    ),
    "the attendee vouched for by another server": of(
        to=BASE, head=authenticated("example.org", "mx.attacker.example")
    ),
    "a server with a name like ours": of(
        to=BASE, head=authenticated("example.org", f"{OURS}.attacker.example")
    ),
    "our server's name in a comment": of(
        to=BASE, head=authenticated("example.org", f"mx.attacker.example ({OURS})")
    ),
    "a made-up line below that of our server": of(
        to=BASE, head=f"Authentication-Results: {OURS}; dmarc=fail\n{authenticated('example.org')}"
    ),
    "a domain that ends alike": of(to=BASE, head=authenticated("le.org")),
    "a domain below that of the sender": of(
        to=BASE, head=f"Authentication-Results: {OURS}; dkim=pass header.d=a.example.org\n"
    ),
    "a signature of everybody": of(
        to=BASE, head=f"Authentication-Results: {OURS}; dkim=pass header.d=org\n"
    ),
    "a result in quotes": of(
        to=BASE, head=f'Authentication-Results: {OURS}; x="; dmarc=pass header.from=example.org"\n'
    ),
    "two authors": of(
        to=BASE,
        sender="ola.hansen@example.org>, <mallory@attacker.example",
        head=authenticated("example.org"),
    ),
    "two headers of authors": of(to=BASE, head=f"From: {MALLORY}\n{authenticated('example.org')}"),
    # Methods that are ours alone.
    **{
        f"METHOD {method}": of(method=method, sequence=99)
        for method in ("CANCEL", "REQUEST", "PUBLISH", "ADD", "DECLINECOUNTER", "X-EVIL")
    },
    "our own request": as_ours,
    "a cancellation dressed as an answer": lambda told: shapes.exchange(
        replace(told, method="CANCEL")
    ).replace(b"method=CANCEL", b"method=REPLY"),
    "two methods": lambda told: shapes.bare(
        told, shapes.exchange_ics(told).replace("METHOD:REPLY", "METHOD:CANCEL\r\nMETHOD:REPLY")
    ),
    "a second calendar in the stream": lambda told: shapes.bare(
        told,
        shapes.exchange_ics(replace(told, method="PUBLISH")) + shapes.exchange_ics(told),
    ),
    # Calendars that are none, or answer nothing.
    "an answer inside another message": enclosed,
    "a task": lambda told: shapes.bare(told, shapes.exchange_ics(told).replace("VEVENT", "VTODO")),
    "an event inside an event": lambda told: shapes.bare(
        told, shapes.exchange_ics(told).replace("BEGIN:VEVENT", "BEGIN:VTODO\r\nBEGIN:VEVENT")
    ),
    "no attendee": lambda told: other_attendee(told, ""),
    "an attendee without an address": lambda told: other_attendee(
        told, "ATTENDEE;PARTSTAT=ACCEPTED;CN=Ola Hansen:invalid:nomail\r\n"
    ),
    "many strangers": lambda told: other_attendee(
        told,
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.example\r\n"
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:c@d.example\r\n",
    ),
    "no answer": of(partstat="NEEDS-ACTION"),
    "an answer that is no word of ours": of(partstat="DELETE FROM person"),
    "a stranger by a good token": of(attendee=MALLORY, name="Mallory"),
    "a stranger with our person's address as a name": of(
        attendee=MALLORY, name="ola.hansen@example.org"
    ),
    "a stranger who asks for the invitation": of(attendee=MALLORY, name="", method="REFRESH"),
    # Written by a program.
    **{
        head.partition(":")[0] + head.partition(":")[2]: of(head=f"{head}\n")
        for head in (
            "Auto-Submitted: auto-replied",
            "Auto-Submitted: auto-replied (vacation)",
            "Auto-Submitted: auto-notified",
            "Auto-Submitted: auto-generated",
            "AUTO-SUBMITTED: Auto-Replied; owner=x",
            "X-Autoreply: yes",
            "X-Autorespond: yes",
            "Precedence: bulk",
            "Precedence: Junk",
            "Precedence: auto_reply",
            "Return-Path: <>",
        )
    },
    "a receipt": lambda told: shapes.google(told).replace(
        b"multipart/mixed", b"multipart/report; report-type=disposition-notification", 1
    ),
    "a calendar that breaks off": lambda told: shapes.bare(told, shapes.exchange_ics(told)[:900]),
    "nothing but a letter": lambda told: shapes.letter(told, "METHOD:REPLY PARTSTAT=ACCEPTED"),
}


@pytest.mark.parametrize("spoof", SPOOFS)
def test_what_is_made_up_changes_nothing(app, take, told, siri, kari, now, monkeypatch, spoof: str):
    monkeypatch.setitem(app.config, "AUTHSERV_ID", OURS)
    before = all_rows()

    done = take(SPOOFS[spoof](told))

    assert done.result != InboxResult.APPLIED
    assert all_rows() == before


def test_there_are_enough_of_them():
    assert len(SPOOFS) >= 30


def test_the_same_corpus_left_alone_is_a_good_answer(take, told, invitation):
    take(of()(told))

    assert state_of(invitation)[0] == "accepted"


def test_strangers_leave_no_rows(take, told):
    for number in range(10):
        unknown = {"uid": f"event-9{number}@localhost", "message_id": f"{number}@x"}
        take(of(to=BASE, **unknown)(told))
        take(shapes.letter(replace(told, to=BASE, message_id=f"l{number}@x")))

    assert rows() == []


def test_who_knows_a_uid_cannot_fill_the_inbox(take, told, monkeypatch):
    monkeypatch.setattr("portal.answers.inbox.records._MOST_VOID", 4)
    for number in range(12):
        take(of(to=BASE, message_id=f"{number}@x")(told))
        take(of(to=BASE, attendee=MALLORY, message_id=f"m{number}@x")(told))

    kept = rows()
    assert [row.reason for row in kept if row.waits] == ["unproved"] * 5
    assert [row.reason for row in kept if not row.waits] == ["no_evidence"] * 4


def test_who_has_an_address_of_ours_cannot_fill_the_inbox(take, told):
    done = [
        take(shapes.letter(replace(told, message_id=f"{number}@x"))).reason for number in range(25)
    ]

    assert done == ["letter"] * 20 + ["too_many"] * 5
    assert len(rows()) == 20


def test_nor_by_what_changes_nothing(take, told, monkeypatch):
    monkeypatch.setattr("portal.answers.inbox.records._MOST_VOID", 4)
    for number in range(8):
        automatic = {"head": "Auto-Submitted: auto-replied\n", "message_id": f"{number}@x"}
        take(shapes.letter(replace(told, **automatic)))
        take(of(uid="event-999@localhost", message_id=f"u{number}@x")(told))

    assert len(rows()) == 4


def test_nor_by_proposing_another_time_again_and_again(take, told, invitation):
    later = {"method": "COUNTER", "starts": "20261016T080000Z", "ends": "20261016T093000Z"}
    done = [take(of(**later, message_id=f"{number}@x")(told)).reason for number in range(23)]

    assert done == ["counter"] * 20 + ["too_many"] * 3
    assert len(rows()) == len(invitation.answers) == 20


def test_what_an_invited_person_may_forge_stays_their_own(take, told, invitation, siri, kari, now):
    """Siri writes by her own address of ours, and calls herself Ola."""
    actions.invite(invitation.event, siri, by=kari, now=now)
    by_siri = replace(told, to=addresses.calendar_address(siri), sender="siri.berg@example.org")
    before = all_rows()

    done = take(shapes.apple(by_siri))

    assert (done.reason, all_rows() == before) == ("unproved", True)
