"""Series in feeds and downloads: the rule once, what differs by itself, nothing twice."""

from datetime import UTC, datetime

import pytest
import time_machine
from icalendar import Calendar

from portal.calendar import serving
from portal.db import db
from portal.groups.series import actions as series_actions
from portal.invitations import actions, event_changes
from portal.models.invitations import Answer
from tests.calendar.reading import group_feed, my_feed, vevents
from tests.calendar.rules import broken_rules
from tests.calendar.test_series import expanded
from tests.groups.recurring import VALUES, call, invitation, keep_step, later, plan


@pytest.fixture(autouse=True)
def _in_august(app, now):
    app.extensions["feeds"] = serving.Shelf()
    with time_machine.travel(now, tick=False):
        yield


def shown_at(client, path, when):
    """The feed as somebody fetches it at ``when``, with all its rules kept."""
    client.application.extensions["feeds"] = serving.Shelf()
    with time_machine.travel(when, tick=False):
        response = client.get(path)
    assert response.status_code == 200
    assert broken_rules(response.data, feed=path.startswith("/calendar")) == []
    return response.data


def lines_of(ics):
    """What tells entries apart: RECURRENCE-ID, start, EXDATEs, status, title."""
    return [
        (
            entry.value("RECURRENCE-ID"),
            entry.value("DTSTART"),
            ",".join(line.value for line in entry.all("EXDATE")),
            entry.value("STATUS"),
            entry.value("SUMMARY"),
        )
        for entry in vevents(ics)
    ]


MASTER = ("", "20260901T100000", "", "CONFIRMED", "Ledermøte")


def test_a_series_as_planned_is_one_entry_with_its_rule(client, group, lead, amir, now):
    series = call(group, lead, now)

    for path in (my_feed(amir), group_feed(amir, group)):
        ics = shown_at(client, path, now)
        assert lines_of(ics) == [MASTER]
        (entry,) = vevents(ics)
        assert entry.value("UID") == series.uid
        assert expanded(Calendar.from_ical(ics).walk("VEVENT")[0]) == [
            each.starts_at for each in series.occurrences
        ]


def test_a_draft_series_is_in_no_feed(client, group, lead, amir, now):
    plan(group, lead, now)

    assert vevents(shown_at(client, group_feed(amir, group), now)) == []


def test_what_differs_stands_by_itself_and_what_is_off_is_marked(client, group, lead, amir, now):
    series = call(group, lead, now)
    moved, off, named = (keep_step(series, number) for number in (1, 2, 3))
    event_changes.change(moved, later(moved, 2), by=lead, now=now)
    event_changes.cancel(off, "", by=lead, now=now)
    event_changes.change(named, {"title": "Årsmøte"}, by=lead, now=now)
    db.session.commit()

    assert lines_of(shown_at(client, my_feed(amir), now)) == [
        MASTER,
        ("20260915T100000", "20260915T120000", "", "CONFIRMED", "Ledermøte"),
        ("20260929T100000", "20260929T100000", "", "CANCELLED", "AVLYST: Ledermøte"),
        ("20261013T100000", "20261013T100000", "", "CONFIRMED", "Årsmøte"),
    ]


def test_a_meeting_moved_back_is_no_exception_any_more(client, group, lead, amir, now):
    series = call(group, lead, now)
    event = keep_step(series, 1)
    for hours in (2, -2):
        event_changes.change(event, later(event, hours), by=lead, now=now)
        db.session.commit()

    assert lines_of(shown_at(client, my_feed(amir), now)) == [MASTER]


def test_what_somebody_declined_is_left_out_of_their_own_feed_alone(client, group, lead, amir, now):
    series = call(group, lead, now)
    actions.answer(invitation(keep_step(series, 2), amir), Answer.DECLINED, source="page", now=now)
    db.session.commit()

    assert lines_of(shown_at(client, my_feed(amir), now)) == [
        ("", "20260901T100000", "20260929T100000", "CONFIRMED", "Ledermøte")
    ]
    assert lines_of(shown_at(client, my_feed(lead), now)) == [MASTER]
    assert lines_of(shown_at(client, group_feed(amir, group), now)) == [MASTER]


def test_a_tombstone_gone_does_not_bring_the_meeting_back(client, group, lead, amir, now):
    series = call(group, lead, now)
    event_changes.cancel(keep_step(series, 2), "", by=lead, now=now)
    db.session.commit()
    in_november = datetime(2026, 11, 5, tzinfo=UTC)

    assert lines_of(shown_at(client, my_feed(amir), in_november)) == [
        ("", "20260901T100000", "20260929T100000", "CONFIRMED", "Ledermøte")
    ]


def test_what_lies_too_far_back_is_no_part_of_the_rule_that_is_shown(
    client, group, lead, amir, now
):
    call(group, lead, now)
    in_april = datetime(2027, 4, 5, tzinfo=UTC)

    (entry,) = vevents(shown_at(client, group_feed(amir, group), in_april))

    assert entry.value("DTSTART") == "20261013T100000"
    assert entry.all("EXDATE") == []


def test_a_series_that_ended_early_ends_in_feeds(client, group, lead, amir, now):
    series = call(group, lead, now)
    series_actions.end_series(series, keep_step(series, 1), "", by=lead, now=now)
    db.session.commit()

    ics = shown_at(client, my_feed(amir), now)

    assert lines_of(ics) == [MASTER]
    assert expanded(Calendar.from_ical(ics).walk("VEVENT")[0]) == [
        keep_step(series, number).starts_at for number in (0, 1)
    ]


def test_a_series_called_off_whole_is_one_entry_marked_as_such(client, group, lead, amir, now):
    series = call(group, lead, now)
    series_actions.end_series(series, None, "Ikke noe av", by=lead, now=now)
    db.session.commit()

    assert lines_of(shown_at(client, my_feed(amir), now)) == [
        ("", "20260901T100000", "", "CANCELLED", "AVLYST: Ledermøte")
    ]


def test_a_change_of_the_series_is_seen_at_once(client, group, lead, amir, now):
    series = call(group, lead, now)
    path = my_feed(amir)
    etag = client.get(path).headers["ETag"]

    series_actions.edit_series(series, {**VALUES, "title": "Lederforum"},
                               seen_revision=series.revision, by=lead, now=now)  # fmt: skip
    db.session.commit()
    response = client.get(path, headers={"If-None-Match": etag})

    assert [line[4] for line in lines_of(response.data)] == ["Lederforum"]


def test_a_series_is_never_public(client, group, lead, now):
    call(group, lead, now)

    for path in ("/calendar/public.ics", "/calendar/kind/meeting.ics", "/calendar/county/31.ics"):
        assert vevents(client.get(path).data) == []


@pytest.mark.parametrize("number", [1, 3])
def test_series_cost_a_feed_two_queries_however_many_there_are(
    client, group, lead, amir, now, queries, number
):
    for _each in range(number):
        call(group, lead, now)
    path = my_feed(amir)
    client.get(path)
    client.application.extensions["feeds"] = serving.Shelf()

    with queries() as statements:
        client.get(path)

    series = [each for each in statements if "series.id IN" in each or "series_id IN" in each]
    assert len(series) == 2


def test_the_download_of_one_meeting_is_the_whole_series(browse_as, group, lead, amir, now):
    series = call(group, lead, now)
    moved = keep_step(series, 1)
    event_changes.change(moved, later(moved, 2), by=lead, now=now)
    db.session.commit()

    ics = shown_at(browse_as(amir), f"/events/{keep_step(series, 4).slug}.ics", now)

    assert lines_of(ics) == [
        MASTER,
        ("20260915T100000", "20260915T120000", "", "CONFIRMED", "Ledermøte"),
    ]
    assert {entry.value("UID") for entry in vevents(ics)} == {series.uid}


def test_a_stranger_cannot_download_a_meeting_of_a_series(
    client, browse_as, group, lead, siri, now
):
    slug = keep_step(call(group, lead, now), 0).slug

    for browser in (client, browse_as(siri)):
        assert browser.get(f"/events/{slug}.ics").status_code == 404
