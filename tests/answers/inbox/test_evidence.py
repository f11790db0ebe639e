"""Whose answer it is: by token, event, attendee and what our mail server saw."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from portal.answers.inbox.evidence import Evidence, Known, Verdict, judge
from portal.answers.inbox.reasons import RESULTS, Reason
from portal.answers.inbox.taking import Received
from portal.db import db
from portal.invitations import actions, addresses
from portal.models.accounts import EmailAddress
from portal.models.inbox import CalendarAlias, InboxResult
from tests.answers.inbox import shapes
from tests.answers.inbox.conftest import rows, state_of
from tests.factories import MADE, create_person

OLA = Known(1, "Ola Hansen", frozenset({"ola.hansen@example.org"}))
SIRI = Known(2, "Siri Berg", frozenset({"siri.berg@example.org", "siri@home.example.net"}))
BASE = "kalender@portal.example.org"
APPLY, UNPROVED, FORWARDED = Verdict.APPLY, Verdict.UNPROVED, Verdict.FORWARDED


def about(whose: Known, **values) -> Evidence:
    """An answer with the ATTENDEE of somebody we know and invited, mailed from there."""
    address = min(whose.addresses)
    usual = {"attendee": address, "sender": address, "holder": whose, "is_invited": True}
    return Evidence(**{**usual, **values})


@pytest.mark.parametrize(
    ("evidence", "judgement"),
    [
        (about(OLA, owner=OLA), (APPLY, OLA)),
        (about(OLA, owner=OLA, sender="whoever@example.net"), (APPLY, OLA)),
        (about(OLA, owner=OLA, is_invited=False), (APPLY, OLA)),
        (about(OLA), (UNPROVED, OLA)),
        (about(OLA, is_proved=True), (APPLY, OLA)),
        (about(SIRI, is_proved=True, sender="siri@home.example.net"), (APPLY, SIRI)),
        # A domain vouches for its own addresses, and for nobody else's.
        (about(OLA, is_proved=True, sender="mallory@example.net"), (UNPROVED, OLA)),
        (about(OLA, is_proved=True, sender=""), (UNPROVED, OLA)),
        # Ola passed his copy on to Siri, who is invited herself.
        (about(SIRI, owner=OLA), (UNPROVED, SIRI)),
        (about(SIRI, owner=OLA, is_proved=True), (APPLY, SIRI)),
        (about(SIRI, owner=OLA, is_proved=True, sender="ola.hansen@example.org"), (UNPROVED, SIRI)),
        # Siri is known and not invited.
        (about(SIRI, owner=OLA, is_invited=False), (FORWARDED, OLA)),
        (about(SIRI, is_invited=False, is_proved=True), (Verdict.NO_EVIDENCE, None)),
        (about(OLA, is_revoked=True), (Verdict.REVOKED, None)),
        (about(OLA, is_revoked=True, is_proved=True), (APPLY, OLA)),
        (Evidence("x@example.net", "x@example.net"), (Verdict.NO_EVIDENCE, None)),
        (Evidence("x@example.net", "x@example.net", is_proved=True), (Verdict.NO_EVIDENCE, None)),
        (Evidence("x@example.net", "x@example.net", is_revoked=True), (Verdict.REVOKED, None)),
        (Evidence("x@example.net", "x@example.net", owner=OLA), (FORWARDED, OLA)),
        (
            Evidence("x@example.net", "x@example.net", owner=OLA, names=["Ola Hansen"]),
            (Verdict.APPLY_AS_ALIAS, OLA),
        ),
        (
            Evidence("x@example.net", "", owner=OLA, names=["Ola Hansen"], is_delegate=True),
            (FORWARDED, OLA),
        ),
    ],
)
def test_the_verdict(evidence: Evidence, judgement: tuple):
    assert judge(evidence) == judgement


def test_every_reason_has_its_result():
    assert set(RESULTS) == set(Reason)


def test_an_answer_from_an_alias_counts_and_the_alias_waits_to_be_confirmed(take, told, invitation):
    done = take(shapes.apple(replace(told, attendee="oh1980@icloud.example")))

    assert done == Received(InboxResult.APPLIED, "answered_alias", told.uid, "accepted")
    assert state_of(invitation)[0] == "accepted"
    alias = aliases()[0]
    assert (alias.person_id, alias.address, alias.confirmed_at) == (
        invitation.person_id, "oh1980@icloud.example", None,
    )  # fmt: skip
    take(shapes.apple(replace(
        told, attendee="oh1980@icloud.example", message_id="2@x", partstat="DECLINED"
    )))  # fmt: skip
    assert (len(aliases()), state_of(invitation)[0]) == (1, "declined")


def test_who_got_it_forwarded_waits_for_an_organiser(take, told, invitation):
    done = take(shapes.google(replace(told, attendee="per@example.net", name="Per Vik")))

    assert done == Received(InboxResult.QUEUED, "forwarded", told.uid, "accepted")
    kept = rows()[0]
    assert (kept.person_id, kept.event_id, kept.attendee, kept.attendee_name, kept.waits) == (
        invitation.person_id, invitation.event_id, "per@example.net", "Per Vik", True,
    )  # fmt: skip
    assert (state_of(invitation)[0], aliases()) == ("needs-action", [])


def test_the_same_guest_waits_once_with_the_last_answer(take, told, invitation):
    guest = replace(told, attendee="per@example.net", name="Per Vik")
    take(shapes.google(guest))

    done = take(shapes.google(replace(guest, partstat="DECLINED", message_id="2@x")))

    assert done.reason == "known_already"
    assert [(row.waits, row.answer) for row in rows()] == [(True, "declined"), (False, "declined")]


def test_an_answer_with_the_token_of_somebody_else_is_never_theirs(
    take, told, invitation, siri, kari, now
):
    hers = actions.invite(invitation.event, siri, by=kari, now=now)

    done = take(shapes.exchange(replace(told, attendee="siri.berg@example.org", name="Siri Berg")))

    assert (done.result, done.reason) == (InboxResult.QUEUED, "unproved")
    assert rows()[0].person_id == siri.id
    assert {state_of(each)[0] for each in (invitation, hers)} == {"needs-action"}


PROVED = (
    "Authentication-Results: mx.portal.example.org;\n dkim=pass header.d=example.org; "
    "dmarc=pass header.from=example.org\n"
)


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (PROVED, "answered"),
        ("", "unproved"),
        (PROVED.replace("mx.portal", "mx.attacker"), "unproved"),
        (PROVED.replace("=pass", "=fail"), "unproved"),
        (PROVED.replace("d=example.org", "d=b.c").replace("from=example", "from=a"), "unproved"),
        (f"Authentication-Results: mx.portal.example.org; spf=pass\n{PROVED}", "unproved"),
    ],
)  # fmt: skip
def test_without_a_token_our_mail_server_must_vouch_for_it(
    app, take, told, invitation, monkeypatch, head: str, reason: str
):
    monkeypatch.setitem(app.config, "AUTHSERV_ID", "mx.portal.example.org")

    done = take(shapes.google(replace(told, to=BASE, head=head)))

    assert done.reason == reason
    assert state_of(invitation)[0] == ("accepted" if reason == "answered" else "needs-action")


def test_without_a_server_of_ours_nothing_is_proved(take, told, invitation):
    assert take(shapes.google(replace(told, to=BASE, head=PROVED))).reason == "unproved"


def test_an_address_made_worthless_is_worth_nothing(take, told, invitation, ola):
    ola.reply_generation += 1

    done = take(shapes.exchange(told))

    assert (done.result, done.reason) == (InboxResult.REJECTED, "revoked")
    assert (state_of(invitation)[0], rows()[0].person_id) == ("needs-action", None)
    fresh = replace(told, to=addresses.calendar_address(ola), message_id="2@x")
    assert take(shapes.exchange(fresh)).reason == "answered"


@pytest.mark.parametrize(("confirmed", "reason"), [(MADE, "answered"), (None, "forwarded")])
def test_an_address_counts_when_its_owner_has_confirmed_it(
    take, told, invitation, ola, confirmed, reason: str
):
    extra = EmailAddress(address="oh@example.net", is_primary=False, confirmed_at=confirmed)
    ola.emails.append(extra)

    assert take(shapes.google(replace(told, attendee="oh@example.net", name=""))).reason == reason


@pytest.mark.parametrize("confirmed", [MADE, None])
def test_an_alias_counts_when_somebody_has_confirmed_it(take, told, invitation, ola, confirmed):
    from_there = replace(told, attendee="oh@example.net", name="")
    create_alias(ola, "oh@example.net", confirmed)

    reason = take(shapes.google(from_there)).reason

    assert reason == ("answered" if confirmed else "forwarded")


def test_of_two_who_share_an_alias_the_one_invited_is_meant(take, told, invitation, ola):
    create_alias(create_person("Anne Aas"), "felles@example.net", MADE)
    create_alias(ola, "felles@example.net", MADE)

    take(shapes.google(replace(told, to=BASE, attendee="felles@example.net")))

    assert (rows()[0].reason, rows()[0].person_id) == ("unproved", ola.id)


def aliases() -> list[CalendarAlias]:
    return list(db.session.scalars(sa.select(CalendarAlias).order_by(CalendarAlias.id)))


def create_alias(person, address: str, confirmed) -> None:
    db.session.add(
        CalendarAlias(person=person, address=address, seen_at=MADE, confirmed_at=confirmed)
    )
    db.session.commit()
