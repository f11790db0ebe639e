"""Letters, automatic answers, receipts and reports: filed, and never answered."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from portal.answers.inbox.taking import LARGEST, Received
from portal.db import db
from portal.mail import incoming
from portal.models.audit import AuditEntry
from portal.models.inbox import InboxKind, InboxResult
from portal.models.mail import MailState, OutboxMail
from tests.answers.inbox import shapes
from tests.answers.inbox.conftest import rows, state_of
from tests.mail.reports.samples import report


def mail_to_ola() -> OutboxMail:
    return db.session.scalars(sa.select(OutboxMail)).one()


def test_a_letter_to_a_calendar_address_waits_for_somebody(take, told, invitation):
    answering = f"In-Reply-To: <{mail_to_ola().message_id}>\n"

    done = take(shapes.letter(replace(told, head=answering), "Hei!\r\n\r\nMå jeg ta med PC? Åse"))

    assert done == Received(InboxResult.QUEUED, "letter")
    kept = rows()[0]
    assert (kept.kind, kept.waits, kept.text) == (
        InboxKind.LETTER, True, "Hei!\n\nMå jeg ta med PC? Åse",
    )  # fmt: skip
    assert (kept.person_id, kept.event_id) == (invitation.person_id, invitation.event_id)
    assert (kept.sender, kept.sender_name) == (told.attendee, told.name)
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.verb == "inbox.queued")).one()
    assert entry.details == {"reason": "letter"}


def test_a_letter_in_reply_to_another_ones_mail_tells_no_event(take, told, invitation, siri):
    mail_to_ola().person_id = siri.id
    answering = f"References: <x@y> <{mail_to_ola().message_id}>\n"

    take(shapes.letter(replace(told, head=answering)))

    assert rows()[0].event_id is None


def test_a_letter_in_html_is_kept_as_text(take, told):
    html = (
        "<html><head><title>x</title><style>p{}</style></head><body><!-- skjult --><p>Hei &amp; "
        "h&aring;</p><script>alert(1)</script><div>Ola<br>Hansen</div></body></html>"
    )

    take(shapes.letter(told, html=html))

    assert rows()[0].text == "Hei & hå\n\nOla\nHansen"


def test_a_letter_with_a_file_of_a_calendar_is_a_letter(take, told):
    ics = shapes.exchange_ics(told).replace("METHOD:REPLY\r\n", "")

    assert take(shapes.bare(told, ics)).reason == "letter"


def test_a_letter_by_no_address_of_ours_leaves_nothing(take, told):
    done = take(shapes.letter(replace(told, to="kalender@portal.example.org")))

    assert (done, rows()) == (Received(InboxResult.IGNORED, "not_for_us"), [])


AUTOMATIC = (
    "Auto-Submitted: auto-replied",
    "Auto-Submitted: auto-generated",
    "X-Autoreply: yes",
    "Precedence: bulk",
    "Precedence: junk",
    "Precedence: auto_reply",
    "Return-Path: <>",
    "List-Id: <liste.example.org>",
)


@pytest.mark.parametrize("head", AUTOMATIC)
def test_what_a_program_wrote_is_filed_without_its_text(take, told, head: str):
    done = take(shapes.letter(replace(told, head=f"{head}\n"), "Jeg er på ferie."))

    assert done == Received(InboxResult.IGNORED, "automatic")
    assert [(row.kind, row.text) for row in rows()] == [(InboxKind.AUTOMATIC, "")]


@pytest.mark.parametrize("head", ["Auto-Submitted: no", "Return-Path: <ola.hansen@example.org>"])
def test_what_a_person_wrote_is_not_automatic(take, told, invitation, head: str):
    take(shapes.google(replace(told, head=f"{head}\n")))

    assert state_of(invitation)[0] == "accepted"


def test_a_sound_answer_that_a_program_wrote_waits_for_somebody(take, told, invitation):
    done = take(shapes.google(replace(told, head="Auto-Submitted: auto-generated\n")))

    assert done == Received(InboxResult.QUEUED, "automatic_answer", told.uid, "accepted")
    assert (state_of(invitation)[0], rows()[0].invitation_id) == ("needs-action", invitation.id)


def test_a_receipt_changes_nothing(take, told, invitation):
    raw = shapes.letter(told).replace(
        b"text/plain;", b"multipart/report; report-type=disposition-notification; boundary=a;"
    )

    assert take(raw) == Received(InboxResult.IGNORED, "receipt")
    assert [row.kind for row in rows()] == [InboxKind.RECEIPT]


def test_a_report_on_delivery_reaches_the_outbox_and_is_filed(take, told, invitation, now):
    mail = mail_to_ola()
    mail.state, mail.sent_at = MailState.SENT, now
    raw = report(came_to=mail.envelope_from, message_id=mail.message_id, recipient=mail.recipient)

    done = [take(raw), take(raw), take(report())]

    assert [(each.result, each.reason) for each in done] == [
        ("applied", "bounced with 5.1.1"),
        ("ignored", "known already, or never sent"),
        ("rejected", "names none of our messages"),
    ]
    assert [(row.kind, row.result, row.reason, row.detail, row.person_id) for row in rows()] == [
        (InboxKind.BOUNCE, "applied", "bounced", "bounced with 5.1.1", invitation.person_id)
    ]
    assert (mail.state, state_of(invitation)[0]) == (MailState.FAILED, "needs-action")


def test_a_report_that_says_too_much_is_filed_cut_short(take, invitation, now):
    mail = mail_to_ola()
    mail.state, mail.sent_at = MailState.SENT, now
    action = "x" * 1_000
    raw = report(
        came_to=mail.envelope_from,
        message_id=mail.message_id,
        recipient=mail.recipient,
        action=action,
    )

    assert take(raw).result == InboxResult.IGNORED
    assert rows()[0].detail == f"the message is {action}"[:500]


def test_a_calendar_that_cannot_be_read_is_noted_with_what_was_written_beside_it(take, told):
    raw = shapes.google(told).replace(b"BEGIN:VCALENDAR", b"BEGIN:NOTHING")
    quiet = raw[: raw.index(b"--000000000000a1\r\nContent-Type: application/ics")] + b"\r\n"

    done = take(quiet)

    assert done == Received(InboxResult.REJECTED, "unreadable")
    assert (rows()[0].kind, rows()[0].text) == (
        InboxKind.UNREADABLE, "Ola Hansen har svart på invitasjonen.",
    )  # fmt: skip


@pytest.mark.parametrize("size", [incoming.LARGEST, LARGEST])
def test_what_is_too_large_is_not_read(take, told, size: int):
    raw = shapes.letter(told)

    assert take(raw + b"x" * (size - len(raw) + 1)).reason == "too_large"
    assert rows() == []


@pytest.mark.parametrize(("depth", "reason"), [(9, "answered"), (10, "unreadable")])
def test_parts_in_parts_are_read_ten_deep(take, told, depth: int, reason: str):
    assert take(nested(shapes.bare(told), told, depth)).reason == reason


@pytest.mark.parametrize(("number", "reason"), [(48, "answered"), (49, "unreadable")])
def test_fifty_parts_are_read(take, told, number: int, reason: str):
    parts = b"--n\r\n\r\nHei\r\n" * number
    raw = nested(shapes.bare(told), told, 1).replace(
        b"--n0--", parts.replace(b"--n", b"--n0") + b"--n0--"
    )

    assert take(raw).reason == reason


def nested(raw: bytes, told: shapes.Told, depth: int) -> bytes:
    """The calendar of ``raw`` inside so many multiparts."""
    inner = raw[raw.index(b"Content-Type") :]
    for number in range(depth):
        head = f'Content-Type: multipart/mixed; boundary="n{number}"\r\n\r\n--n{number}\r\n'
        inner = head.encode() + inner + f"\r\n--n{number}--\r\n".encode()
    head = f"From: <{told.attendee}>\r\nTo: <{told.to}>\r\nMessage-ID: <n@x>\r\n"
    return head.encode() + inner
