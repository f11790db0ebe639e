"""All meetings of a series changed, ended or given new times, and what calendars are told."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.groups.series import actions as series_actions
from portal.invitations import event_changes
from portal.models.events import Event, EventState
from portal.models.series import Series
from tests.calendar.rules import parsed
from tests.groups.recurring import (
    VALUES,
    call,
    entry_of,
    ics_of,
    keep_step,
    last_mail,
    later,
    of_person,
    plan,
    since,
    text_of,
    times,
    told,
    verbs_of,
)


def test_a_change_of_all_is_one_request_and_then_each_that_differs_alone(group, lead, amir, now):
    series = call(group, lead, now)
    moved, off = keep_step(series, 1), keep_step(series, 3)
    event_changes.change(moved, later(moved, 3), by=lead, now=now)
    event_changes.tell(moved, by=lead, now=now)
    event_changes.cancel(off, "", by=lead, now=now)
    since(0, now)
    known, highest = last_mail(), max(each.sequence for each in series.occurrences)

    changed = series_actions.edit_series(
        series, {**VALUES, "title": "Lederforum", "place": "Horten rådhus"},
        seen_revision=series.revision, by=lead, now=now,
    )  # fmt: skip
    mine = of_person(since(known, now), amir)

    assert changed == ["place", "title"]
    assert series.sequence > highest
    assert [told(mail) for mail in mine] == [
        ("series_update", "REQUEST", "", series.sequence, "CONFIRMED"),
        ("again", "REQUEST", "20260915T100000", series.sequence + 1, "CONFIRMED"),
    ]
    entry = entry_of(mine[0])
    assert entry.value("SUMMARY") == "Lederforum"
    assert [line.value for line in entry.all("EXDATE")] == ["20261013T100000"]
    assert entry_of(mine[1]).value("SUMMARY") == "Lederforum"
    assert [each.is_untold for each in series.occurrences] == [False] * 6
    assert verbs_of("series")[-1] == "series.changed"


def test_what_one_meeting_has_of_its_own_it_keeps(group, lead, now):
    series = call(group, lead, now)
    own = keep_step(series, 1)
    event_changes.change(own, {"place": "Drammen rådhus"}, by=lead, now=now)
    event_changes.tell(own, by=lead, now=now)

    series_actions.edit_series(
        series, {**VALUES, "title": "Lederforum", "place": "Horten rådhus"},
        seen_revision=series.revision, by=lead, now=now,
    )  # fmt: skip

    assert [(each.title, each.place) for each in series.occurrences] == [
        ("Lederforum", "Drammen rådhus" if each is own else "Horten rådhus")
        for each in series.occurrences
    ]


def test_news_of_one_meeting_that_was_not_told_is_told_as_such(group, lead, amir, now):
    series = call(group, lead, now)
    moved = keep_step(series, 1)
    event_changes.change(moved, later(moved, 3), by=lead, now=now)
    known = last_mail()

    series_actions.edit_series(
        series, {**VALUES, "title": "Lederforum"}, seen_revision=series.revision, by=lead, now=now
    )
    mine = of_person(since(known, now), amir)

    assert [told(mail) for mail in mine] == [
        ("series_update", "REQUEST", "", series.sequence, "CONFIRMED"),
        ("update", "REQUEST", "20260915T100000", series.sequence + 1, "CONFIRMED"),
    ]
    assert not moved.is_untold


def test_two_changes_that_wait_are_told_in_one_mail(group, lead, amir, now):
    series = call(group, lead, now)
    known = last_mail()

    for title, place in (("Lederforum", VALUES["place"]), ("Lederforum", "Horten rådhus")):
        series_actions.edit_series(
            series, {**VALUES, "title": title, "place": place},
            seen_revision=series.revision, by=lead, now=now,
        )  # fmt: skip
    mine = of_person(since(known, now), amir)

    assert [told(mail)[0] for mail in mine] == ["series_update"]
    text = text_of(mine[0])
    assert "Lederforum (" in text
    assert "Horten rådhus (" in text


def test_two_who_change_a_series_at_once_do_not_overwrite_each_other(group, lead, now):
    series = call(group, lead, now)
    seen = series.revision
    series_actions.edit_series(series, {**VALUES, "title": "En"}, seen_revision=seen, by=lead,
                               now=now)  # fmt: skip

    with pytest.raises(event_changes.EditedMeanwhile):
        series_actions.edit_series(series, {**VALUES, "title": "To"}, seen_revision=seen, by=lead,
                                   now=now)  # fmt: skip


def test_what_was_held_is_not_changed_along(group, lead, now):
    series = call(group, lead, now)
    after_two = datetime(2026, 9, 20, tzinfo=UTC)

    series_actions.edit_series(
        series, {**VALUES, "title": "Lederforum"}, seen_revision=series.revision, by=lead,
        now=after_two,
    )  # fmt: skip

    assert [each.title for each in series.occurrences] == ["Ledermøte"] * 2 + ["Lederforum"] * 4
    assert [each.is_override for each in series.occurrences] == [True] * 2 + [False] * 4


def test_ending_early_gives_the_rule_an_end_and_keeps_what_was_held(group, lead, amir, now):
    series = call(group, lead, now)
    moved = keep_step(series, 4)
    event_changes.change(moved, later(moved, 24), by=lead, now=now)
    event_changes.tell(moved, by=lead, now=now)
    since(0, now)
    known, after_two = last_mail(), datetime(2026, 9, 20, tzinfo=UTC)

    dropped = series_actions.end_series(
        series, keep_step(series, 2), "Arbeidet er ferdig.", by=lead, now=after_two
    )
    mine = of_person(since(known, after_two), amir)

    assert [each.first_day for each in dropped] == [
        date(2026, 10, 13), date(2026, 10, 28), date(2026, 11, 10),
    ]  # fmt: skip
    assert [told(mail) for mail in mine] == [
        ("series_end", "REQUEST", "", series.sequence, "CONFIRMED"),
        ("cancel", "CANCEL", "20261027T100000", series.sequence + 1, "CANCELLED"),
    ]
    entry = entry_of(mine[0])
    assert "UNTIL=20260929T080000Z" in entry.value("RRULE")
    assert entry.value("DTSTART") == "20260901T100000"
    assert {each.state for each in dropped} == {EventState.CANCELLED}
    assert "Arbeidet er ferdig." in text_of(mine[0])
    with pytest.raises(series_actions.SeriesIsOver):
        series_actions.end_series(series, None, "", by=lead, now=after_two)


def test_calling_off_all_before_any_was_held_cancels_the_uid(group, lead, amir, now):
    series = call(group, lead, now)
    known, before = last_mail(), series.sequence

    series_actions.end_series(series, None, "Ikke noe av", by=lead, now=now)
    mails = since(known, now)

    assert len(mails) == 2
    assert [told(mail) for mail in of_person(mails, amir)] == [
        ("series_cancel", "CANCEL", "", series.sequence, "CANCELLED")
    ]
    assert series.sequence > before
    assert series.is_cancelled
    assert parsed(ics_of(mails[0])).value("METHOD") == "CANCEL"
    assert verbs_of("series")[-1] == "series.ended"


def test_new_times_end_the_old_series_and_begin_another(group, lead, amir, now):
    series = call(group, lead, now)
    known, after_two = last_mail(), datetime(2026, 9, 20, tzinfo=UTC)
    wednesdays = times(3, first=date(2026, 10, 14))

    new = series_actions.move_series(
        series, keep_step(series, 3), wednesdays, by=lead, now=after_two
    )
    mine = of_person(since(known, after_two), amir)

    assert new.uid != series.uid
    assert [told(mail)[:3] for mail in mine] == [
        ("series_end", "REQUEST", ""),
        ("series_request", "REQUEST", ""),
    ]
    assert "UNTIL=20260929T080000Z" in entry_of(mine[0]).value("RRULE")
    assert entry_of(mine[1]).value("UID") == new.uid
    assert (new.title, new.place, new.intro) == (series.title, series.place, series.intro)
    assert [each.first_day.isoweekday() for each in new.occurrences] == [3, 3, 3]


def test_new_times_before_any_was_held_cancel_the_old_uid(group, lead, amir, now):
    series = call(group, lead, now)
    known = last_mail()

    series_actions.move_series(series, keep_step(series, 0), times(3, first=date(2026, 9, 2)),
                               by=lead, now=now)  # fmt: skip

    assert [told(mail)[:2] for mail in of_person(since(known, now), amir)] == [
        ("series_cancel", "CANCEL"), ("series_request", "REQUEST"),
    ]  # fmt: skip


def test_new_times_of_a_draft_replace_it(group, lead, now):
    series = plan(group, lead, now)
    first = keep_step(series, 0)

    new = series_actions.move_series(series, first, times(3, first=date(2026, 9, 2)), by=lead,
                                     now=now)  # fmt: skip
    db.session.commit()

    assert db.session.scalars(sa.select(Series)).all() == [new]
    assert len(db.session.scalars(sa.select(Event)).all()) == 3
