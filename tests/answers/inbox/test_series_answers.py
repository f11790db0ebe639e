"""What a calendar answers to meetings that recur: to all that is to come, or to one."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.answers.inbox.taking import Received
from portal.db import db
from portal.groups.series import actions as series_actions
from portal.invitations import actions, event_changes
from portal.models.inbox import InboxResult
from portal.models.invitations import GivenAnswer
from tests.answers.inbox import shapes
from tests.answers.inbox.conftest import rows
from tests.answers.inbox.shapes import stamp
from tests.answers.series_cases import (
    WINDOWS,
    answers,
    move,
    one,
    said_to,
    told_by,
    told_of,
)
from tests.groups.recurring import (
    VALUES,
    invitation,
    keep_step,
    last_mail,
    since,
    told,
)

NO, YES, NONE = "declined", "accepted", "needs-action"
MINUTE = timedelta(minutes=1)
AFTER_ONE = datetime(2026, 9, 2, 9, tzinfo=UTC)


def counted() -> list[bool]:
    """Of each answer given, whether it counts, oldest first."""
    return list(db.session.scalars(sa.select(GivenAnswer.counts).order_by(GivenAnswer.id)))


@pytest.mark.parametrize("shape", shapes.SHAPES)
def test_an_answer_to_all_is_to_what_is_to_come_and_still_theirs(
    take, series, lead, amir, now, shape: str
):
    event_changes.cancel(keep_step(series, 1), "", by=lead, now=now)
    actions.uninvite(keep_step(series, 2), amir, by=lead, now=now)
    db.session.commit()

    done = take(shapes.SHAPES[shape](told_by(amir, series)), AFTER_ONE)

    assert done == Received(InboxResult.APPLIED, "answered", series.uid, "accepted")
    assert answers(series, amir) == [NONE, NONE, NONE, YES, YES, YES]
    assert answers(series, lead) == [NONE] * 6
    assert counted() == [True] * 3


@pytest.mark.parametrize("zone", ["Europe/Oslo", "", WINDOWS])
@pytest.mark.parametrize("number", [0, 3, 4])
def test_an_answer_to_one_is_to_exactly_that_on_either_side_of_the_change_of_clocks(
    take, series, amir, zone: str, number: int
):
    event = keep_step(series, number)

    take(shapes.exchange(told_of(amir, event, lines=one(event, zone))))

    assert answers(series, amir) == [YES if each == number else NONE for each in range(6)]
    assert (rows()[0].event_id, rows()[0].invitation_id) == (
        event.id, invitation(event, amir).id,
    )  # fmt: skip


def test_a_moved_meeting_is_named_by_the_time_it_should_have_had(take, series, lead, amir, now):
    event = keep_step(series, 4)
    move(event, lead, now, hours=25)

    named = [
        take(shapes.google(told_of(amir, event))),
        take(shapes.google(told_of(
            amir, event, 2, lines=f"RECURRENCE-ID:{stamp(event.starts_at)}\r\n"
        ))),
    ]  # fmt: skip

    assert [each.reason for each in named] == ["answered", "unknown_event"]
    assert answers(series, amir) == [NONE] * 4 + [YES, NONE]


def test_a_rule_in_an_answer_is_not_read(take, series, amir):
    ours = "RRULE:FREQ=WEEKLY;UNTIL=20261110T090000Z;INTERVAL=2;BYDAY=TU\r\n"
    lines = ours + "EXDATE;TZID=Europe/Oslo:20261013T100000\r\n"
    endless = "RRULE:FREQ=SECONDLY\r\nRDATE;VALUE=PERIOD:19000101T000000Z/P9999W\r\n"

    began = time.process_time()
    done = [
        take(shapes.thunderbird(told_by(amir, series, lines=lines))),
        take(shapes.thunderbird(told_by(amir, series, 2, partstat="DECLINED", lines=endless))),
        take(shapes.apple(told_of(
            amir, keep_step(series, 0), 3, lines=one(keep_step(series, 0)) + endless
        ))),
    ]  # fmt: skip

    assert [each.reason for each in done] == ["answered"] * 3
    assert answers(series, amir) == [YES, NO, NO, NO, NO, NO]
    assert time.process_time() - began < 4


@pytest.mark.parametrize("is_first", [True, False])
def test_all_and_one_in_a_message_are_both_answered_in_whatever_order_they_stand(
    take, series, amir, is_first: bool
):
    whole, single = (
        shapes.thunderbird_ics(each)
        for each in (told_by(amir, series),
                     told_of(amir, keep_step(series, 2), partstat="DECLINED"))
    )  # fmt: skip
    begin, end = "BEGIN:VEVENT", "END:VEVENT\r\n"
    event = single[single.index(begin) : single.index(end) + len(end)]
    at = whole.index(begin) if is_first else whole.index("END:VCALENDAR")

    done = take(shapes.bare(told_by(amir, series), whole[:at] + event + whole[at:]))

    assert done.reason == "answered"
    assert answers(series, amir) == [YES, YES, NO, YES, YES, YES]


def test_to_a_moved_meeting_an_older_answer_to_all_is_asked_again(take, series, lead, amir, now):
    reply, event = told_by(amir, series), keep_step(series, 2)
    move(event, lead, now)
    known = last_mail()

    done = take(shapes.exchange(reply), now + MINUTE)

    assert reply.sequence < event.time_sequence
    assert (done.reason, answers(series, amir)) == ("answered", [YES, YES, NONE, YES, YES, YES])
    asked = since(known, now)
    assert [(mail.person_id, *told(mail)) for mail in asked] == [
        (amir.id, "request", "REQUEST", "20260929T100000", event.sequence, "CONFIRMED")
    ]
    assert "-refresh-" in asked[0].dedupe_key
    take(shapes.exchange(replace(reply, message_id="2@mail.example.org")), now + 2 * MINUTE)
    assert since(asked[-1].id, now) == []


def test_an_answer_to_all_as_sent_since_counts_for_what_was_moved(take, series, lead, amir, now):
    move(keep_step(series, 2), lead, now)
    series_actions.edit_series(
        series, {**VALUES, "title": "Lederforum"}, seen_revision=series.revision, by=lead, now=now
    )
    since(0, now)

    take(shapes.google(told_by(amir, series)), now + MINUTE)

    assert answers(series, amir) == [YES] * 6


@pytest.mark.parametrize("raised", [False, True])
def test_of_one_and_all_the_later_counts_whichever_came_first(
    take, series, lead, amir, now, raised: bool
):
    event = keep_step(series, 1)
    if raised:
        # Another place: calendars have a higher number for this one than for the others.
        event_changes.change(event, {"place": "Drammen"}, by=lead, now=now)
        event_changes.tell(event, by=lead, now=now)
        since(0, now)
    single = told_of(amir, event, partstat="DECLINED")
    order = [(1, told_by(amir, series)), (0, single), (3, single), (2, told_by(amir, series))]

    found = []
    for number, (minute, reply) in enumerate(order):
        dtstamp = stamp(now - 9 * MINUTE + minute * MINUTE)
        take(shapes.exchange(replace(reply, dtstamp=dtstamp, message_id=f"{number}@x.example.org")))
        found.append(answers(series, amir)[:3])

    assert found == [[YES, YES, YES]] * 2 + [[YES, NO, YES]] * 2


def test_a_later_answer_to_one_counts_though_all_has_a_higher_number(take, series, lead, amir, now):
    event = keep_step(series, 1)
    reply = said_to(amir, event, now - MINUTE, "DECLINED", 2)
    series_actions.edit_series(
        series, {**VALUES, "title": "Lederforum"}, seen_revision=series.revision, by=lead, now=now
    )
    since(0, now)
    take(shapes.google(told_by(amir, series, dtstamp=stamp(now - 2 * MINUTE))))

    done = take(shapes.google(reply))

    assert reply.sequence < series.sequence
    assert (done.reason, answers(series, amir)[:3]) == ("answered", [YES, NO, YES])
