"""What calendars ask of meetings that recur beside answers: to see them, another time, a guest."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.groups.series import actions as series_actions
from portal.invitations import actions, event_changes
from portal.models.invitations import GivenAnswer
from tests.answers.inbox import shapes
from tests.answers.inbox.conftest import rows
from tests.answers.series_cases import (
    GUEST,
    WINDOWS,
    another_time,
    answers,
    feed_of,
    known_by_outlook,
    move,
    one,
    told_by,
    told_of,
)
from tests.factories import create_person
from tests.groups.recurring import (
    keep_step,
    last_mail,
    of_person,
    since,
    times,
    told,
)

MAYBE, NONE = "tentative", "needs-action"
MINUTE = timedelta(minutes=1)
AFTER_ONE = datetime(2026, 9, 2, 9, tzinfo=UTC)


def counted() -> list[bool]:
    """Of each answer given, whether it counts, oldest first."""
    return list(db.session.scalars(sa.select(GivenAnswer.counts).order_by(GivenAnswer.id)))


def test_who_asks_for_the_series_gets_it_once_and_what_differs_alone(take, series, lead, amir, now):
    move(keep_step(series, 2), lead, now)
    known = last_mail()
    ask = told_by(amir, series, method="REFRESH", partstat="NEEDS-ACTION")

    done = [
        take(shapes.thunderbird(replace(ask, message_id=f"{number}@x.example.org")), now + MINUTE)
        for number in range(3)
    ]

    assert [each.reason for each in done] == ["refreshed"] * 3
    assert [(mail.person_id, *told(mail)) for mail in since(known, now)] == [
        (amir.id, "series_request", "REQUEST", "", series.sequence, "CONFIRMED"),
        (amir.id, "again", "REQUEST", "20260929T100000", keep_step(series, 2).sequence,
         "CONFIRMED"),
    ]  # fmt: skip


def test_news_that_nobody_was_told_of_goes_along_with_a_number_of_its_own(
    take, series, lead, amir, now
):
    event, ask = keep_step(series, 2), told_by(amir, series, method="REFRESH")
    known, number = last_mail(), event.sequence
    event_changes.change(event, {"place": "Drammen"}, by=lead, now=now)
    db.session.commit()
    for each in range(2):
        take(shapes.google(replace(ask, message_id=f"{each}@x.example.org")), now)
    asked = since(known, now)
    event_changes.tell(event, by=lead, now=now)

    (heard,) = of_person(since(asked[-1].id, now), amir)

    assert [told(mail)[:3] for mail in (*asked, heard)] == [
        ("series_request", "REQUEST", ""),
        ("again", "REQUEST", "20260929T100000"),
        ("update", "REQUEST", "20260929T100000"),
    ]
    assert number < told(asked[1])[3] < told(heard)[3]


def test_who_asks_for_one_meeting_gets_that_alone(take, series, amir, now):
    event, known = keep_step(series, 4), last_mail()

    take(shapes.google(told_of(amir, event, method="REFRESH", partstat="NEEDS-ACTION")))

    assert [told(mail) for mail in since(known, now)] == [
        ("request", "REQUEST", "20261027T100000", event.sequence, "CONFIRMED")
    ]


def test_the_last_meeting_of_a_series_is_still_sent_as_the_series(take, series, amir):
    late, known = keep_step(series, 4).ends_at + MINUTE, last_mail()

    take(shapes.google(told_by(amir, series, method="REFRESH")), late)

    assert [told(mail)[:3] for mail in since(known, late)] == [("series_request", "REQUEST", "")]


@pytest.mark.parametrize(
    "values",
    [
        {"to": "kalender@portal.example.org"},
        {"attendee": "fremmed@example.net", "name": "En Fremmed"},
        {"head": "Auto-Submitted: auto-generated\n"},
    ],
)
def test_the_series_is_not_sent_to_strangers_or_programs(take, series, amir, now, values):
    known = last_mail()

    take(shapes.google(told_by(amir, series, method="REFRESH", **values)))

    assert since(known, now) == []


@pytest.mark.parametrize("is_named", [True, False])
def test_another_time_for_one_is_a_maybe_to_that_one_alone(take, series, amir, now, is_named: bool):
    event = keep_step(series, 4)
    lines = (one(event, WINDOWS) if is_named else "") + known_by_outlook(event)

    done = take(shapes.exchange(another_time(amir, event, lines=lines)))

    assert (done.reason, answers(series, amir)) == ("counter", [NONE] * 4 + [MAYBE, NONE])
    kept = rows()[0]
    assert (kept.event_id, kept.recurrence_id, kept.proposed_starts_at) == (
        event.id, event.recurrence_id, event.starts_at + timedelta(hours=3),
    )  # fmt: skip


@pytest.mark.parametrize("is_named", [True, False])
def test_another_time_than_one_that_was_moved_meanwhile_is_asked_again(
    take, series, lead, amir, now, is_named: bool
):
    event = keep_step(series, 2)
    lines = (one(event) if is_named else "") + known_by_outlook(event)
    proposal = another_time(amir, event, lines=lines)
    move(event, lead, now)
    known = last_mail()

    done = take(shapes.exchange(proposal), now + MINUTE)

    assert (done.reason, answers(series, amir)) == ("older_time", [NONE] * 6)
    assert [told(mail)[:3] for mail in since(known, now)] == [
        ("request", "REQUEST", "20260929T100000")
    ]


@pytest.mark.parametrize("number", [None, 2])
def test_somebody_may_send_another_to_all_or_to_one(take, series, amir, number: int | None):
    reply = told_by(amir, series) if number is None else told_of(amir, keep_step(series, number))
    ics = shapes.exchange_ics(replace(reply, partstat="DELEGATED")).replace(
        "PARTSTAT=DELEGATED", 'PARTSTAT=DELEGATED;DELEGATED-TO="mailto:Vikar@Example.org"'
    )

    done = take(shapes.bare(reply, ics))

    here = [number in (None, each) for each in range(6)]
    assert done.reason == "delegated"
    assert answers(series, amir) == ["delegated" if each else NONE for each in here]
    waits = rows()[1]
    assert (waits.reason, waits.attendee, waits.recurrence_id) == (
        "forwarded",
        "vikar@example.org",
        "" if number is None else keep_step(series, number).recurrence_id,
    )


def test_a_delegate_to_all_who_is_invited_to_one_waits(take, series, lead, amir, now):
    guest = create_person("Vikar Vik", email="vikar@example.org")
    actions.invite(keep_step(series, 0), guest, by=lead, now=now)
    db.session.commit()
    reply = told_by(amir, series)
    ics = shapes.exchange_ics(replace(reply, partstat="DELEGATED")).replace(
        "PARTSTAT=DELEGATED", f'PARTSTAT=DELEGATED;DELEGATED-TO="mailto:{guest.email}"'
    )

    take(shapes.bare(reply, ics))

    assert [row.reason for row in rows()] == ["delegated", "forwarded"]


def test_a_guest_may_want_to_come_to_one_and_to_all(take, series, amir, now):
    first = keep_step(series, 0)

    done = [
        take(shapes.apple(told_of(amir, first, 1, **GUEST))),
        take(shapes.apple(told_by(amir, series, 2, **GUEST))),
        take(shapes.apple(told_by(amir, series, 3, partstat="TENTATIVE", **GUEST)), AFTER_ONE),
    ]

    assert [each.reason for each in done] == ["forwarded", "forwarded", "known_already"]
    assert [(row.recurrence_id, row.answer, row.waits) for row in rows()[:2]] == [
        (first.recurrence_id, "accepted", True), ("", "tentative", True),
    ]  # fmt: skip


@pytest.mark.usefixtures("in_august")
def test_a_no_in_the_calendar_takes_it_out_of_the_personal_feed(take, client, series, amir):
    take(shapes.google(told_of(amir, keep_step(series, 2), partstat="DECLINED")))

    assert feed_of(client, amir) == [("", "20260901T100000", "20260929T100000")]
    take(shapes.google(told_by(amir, series, 2, partstat="DECLINED")))
    assert feed_of(client, amir) == []


def end(series, lead, now):
    series_actions.end_series(series, keep_step(series, 0), "", by=lead, now=now)


def call_off(series, lead, now):
    series_actions.end_series(series, None, "", by=lead, now=now)


def move_all(series, lead, now):
    series_actions.move_series(
        series, keep_step(series, 0), times(3, first=date(2026, 9, 2)), by=lead, now=now
    )


@pytest.mark.parametrize("change", [end, call_off, move_all])
@pytest.mark.parametrize("method", ["REPLY", "REFRESH", "COUNTER"])
def test_a_late_answer_to_a_series_that_is_no_more_does_nothing(
    take, series, lead, amir, now, change, method: str
):
    late, event = [told_by(amir, series, method=method)], keep_step(series, 3)
    late += [told_of(amir, event, 2, method=method)]
    late += [another_time(amir, event, 3), told_by(amir, series, 4, method=method, **GUEST)]
    change(series, lead, now)
    since(0, AFTER_ONE)
    known = last_mail()

    done = [take(shapes.exchange(each), AFTER_ONE) for each in late]

    assert [each.reason for each in done] == ["nothing_to_answer"] * 4
    assert (since(known, AFTER_ONE), counted()) == ([], [])
    assert set(answers(series, amir)) == {NONE}
