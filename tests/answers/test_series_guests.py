"""Guests who got hold of meetings that recur: called to all or to one, or turned away."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.answers.desk.standing import Choice
from portal.db import db
from portal.invitations import actions, event_changes
from portal.invitations import series as invited
from portal.models.accounts import Person
from tests.answers.inbox import shapes
from tests.answers.series_cases import (
    GUEST,
    answers,
    invited_to,
    jonas,
    move,
    newest,
    sent_for,
    take_in,
    told_by,
    told_of,
)
from tests.groups.recurring import (
    entry_of,
    invitation,
    keep_step,
    last_mail,
    since,
    text_of,
    told,
)

NONE = "needs-action"
AFTER_ONE = datetime(2026, 9, 2, 9, tzinfo=UTC)


def test_a_guest_who_has_the_whole_series_is_called_to_all_that_is_to_come(series, lead, amir, now):
    move(keep_step(series, 2), lead, now)
    event_changes.cancel(keep_step(series, 3), "", by=lead, now=now)
    since(0, now)
    take_in(shapes.google(told_by(amir, series, **GUEST)), now)

    mails = sent_for(newest(), Choice.INVITE, lead, AFTER_ONE)

    guest = jonas()
    assert [(mail.person_id, *told(mail)) for mail in mails] == [
        (guest.id, "series_request", "REQUEST", "", series.sequence, "CONFIRMED"),
        (guest.id, "again", "REQUEST", "20260929T100000", keep_step(series, 2).sequence,
         "CONFIRMED"),
    ]  # fmt: skip
    entry = entry_of(mails[0])
    assert entry.value("RRULE").startswith("FREQ=WEEKLY;UNTIL=20261110T090000Z")
    assert (entry.value("DTSTART"), [line.value for line in entry.all("EXDATE")]) == (
        "20260915T100000", ["20261013T100000"],
    )  # fmt: skip
    assert invited_to(series, guest) == [1, 2, 4, 5]
    assert answers(series, amir) == [NONE] * 6


def test_a_guest_who_has_one_meeting_is_called_to_that_alone(series, lead, amir, now):
    event = keep_step(series, 4)
    take_in(shapes.google(told_of(amir, event, **GUEST)), now)

    mails = sent_for(newest(), Choice.INVITE, lead, now)

    assert [told(mail) for mail in mails] == [
        ("request", "REQUEST", "20261027T100000", event.sequence, "CONFIRMED")
    ]
    assert invited_to(series, jonas()) == [4]


def test_who_is_invited_to_one_meeting_may_be_called_to_all(series, lead, amir, now):
    take_in(shapes.google(told_by(amir, series, 1, **GUEST)), now)
    whole = newest()
    take_in(shapes.google(told_of(amir, keep_step(series, 0), 2, **GUEST)), now)
    sent_for(newest(), Choice.INVITE, lead, now)
    guest = jonas()

    mails = sent_for(whole, Choice.INVITE, lead, now)

    assert [told(mail)[:3] for mail in mails] == [("series_request", "REQUEST", "")]
    assert invited_to(series, guest) == [0, 1, 2, 3, 4, 5]


def test_a_guest_who_has_the_whole_series_is_turned_away_from_all(series, lead, amir, now):
    event_changes.cancel(keep_step(series, 3), "", by=lead, now=now)
    since(0, now)
    before = max(series.sequence, *(each.sequence for each in series.occurrences))
    take_in(shapes.google(told_by(amir, series, **GUEST)), now)

    (mail,) = sent_for(newest(), Choice.TURN_AWAY, lead, now)

    kind, method, recurrence_id, sequence, status = told(mail)
    assert (kind, method, recurrence_id, status) == ("turn_away", "CANCEL", "", "")
    assert sequence > before
    entry = entry_of(mail)
    assert (entry.value("UID"), entry.value("ATTENDEE"), entry.all("EXDATE")) == (
        series.uid, f"mailto:{GUEST['attendee']}", [],
    )  # fmt: skip
    assert (mail.recipient, mail.person_id) == (GUEST["attendee"], None)
    assert "1. september" not in text_of(mail)
    assert len(db.session.scalars(sa.select(Person)).all()) == 2


def test_a_guest_who_has_one_meeting_is_turned_away_from_that_alone(series, lead, amir, now):
    event = keep_step(series, 1)
    before, rule = event.sequence, series.sequence
    take_in(shapes.google(told_of(amir, event, **GUEST)), now)

    (mail,) = sent_for(newest(), Choice.TURN_AWAY, lead, now)

    assert told(mail)[:3] == ("turn_away", "CANCEL", "20260915T100000")
    assert told(mail)[3] > before
    assert (told(mail)[4], series.sequence) == ("", rule)


@pytest.mark.parametrize("is_whole", [True, False])
def test_every_message_to_a_guest_is_newer_than_the_one_before(
    series, lead, amir, now, is_whole: bool
):
    seen = []
    for number, choice in enumerate((Choice.TURN_AWAY, Choice.TURN_AWAY, Choice.INVITE)):
        reply = (told_by(amir, series, number, **GUEST) if is_whole
                 else told_of(amir, keep_step(series, 1), number, **GUEST))  # fmt: skip
        take_in(shapes.google(reply), now)
        (mail,) = sent_for(newest(), choice, lead, now)
        seen.append(told(mail)[3])
        # What Amir is sent in between has the number that the next must be above.
        invited.refresh(series, amir, now=now + timedelta(hours=number))

    assert seen == sorted(set(seen))


def test_what_was_sent_again_is_known_so_that_the_next_change_is_newer(series, lead, amir, now):
    event = keep_step(series, 1)
    event_changes.raise_sequence(event, now)
    actions.refresh(invitation(event, amir), now=now)
    since(0, now)
    known, number = last_mail(), event.sequence

    event_changes.change(event, {"place": "Drammen"}, by=lead, now=now)
    event_changes.tell(event, by=lead, now=now)

    assert [told(mail)[3] > number for mail in since(known, now)] == [True, True]


@pytest.mark.parametrize("number", [None, 4])
def test_a_delegate_is_called_to_what_was_delegated(series, lead, amir, now, number: int | None):
    reply = told_by(amir, series) if number is None else told_of(amir, keep_step(series, number))
    ics = shapes.google_ics(reply).replace(
        "PARTSTAT=ACCEPTED", f'PARTSTAT=DELEGATED;DELEGATED-TO="mailto:{GUEST["attendee"]}"'
    )
    take_in(shapes.bare(reply, ics), now)

    mails = sent_for(newest(), Choice.INVITE, lead, now)

    at = "" if number is None else "20261027T100000"
    assert [told(mail)[1:3] for mail in mails] == [("REQUEST", at)]
    guest = db.session.get(Person, mails[0].person_id)
    assert guest.email == GUEST["attendee"]
    assert invited_to(series, guest) == [each for each in range(6) if number in (None, each)]
