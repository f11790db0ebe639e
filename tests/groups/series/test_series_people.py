"""Those who come to a group with a series, leave it, come back, and answer."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.db import db
from portal.groups.places import actions as place_actions
from portal.groups.series import actions as series_actions
from portal.invitations import actions, event_changes
from portal.invitations import series as series_invitations
from portal.models.groups import PlaceRole, PlaceState
from portal.models.invitations import Answer
from tests.factories import create_person
from tests.groups.people import lead_of
from tests.groups.recurring import (
    VALUES,
    call,
    entry_of,
    invitation,
    keep_step,
    last_mail,
    later,
    of_person,
    since,
    told,
)


def seat_later(group, name="Nora Lie"):
    person = create_person(name)
    place_actions.add_place(
        group, {"state": PlaceState.CONFIRMED, "role": PlaceRole.MEMBER},
        person=person, by=lead_of(group), now=datetime(2026, 8, 25, 8, tzinfo=UTC),
    )  # fmt: skip
    db.session.commit()
    return person


def test_who_joins_gets_the_series_and_then_what_differs(group, lead, now):
    series = call(group, lead, now)
    moved, off = keep_step(series, 2), keep_step(series, 3)
    event_changes.change(moved, later(moved, 3), by=lead, now=now)
    event_changes.tell(moved, by=lead, now=now)
    event_changes.cancel(off, "", by=lead, now=now)
    since(0, now)
    known = last_mail()

    nora = seat_later(group)
    mine = of_person(since(known, now), nora)

    assert [told(mail) for mail in mine] == [
        ("series_request", "REQUEST", "", series.sequence, "CONFIRMED"),
        ("again", "REQUEST", "20260929T100000", moved.sequence, "CONFIRMED"),
    ]
    assert moved.sequence > series.sequence
    assert [line.value for line in entry_of(mine[0]).all("EXDATE")] == ["20261013T100000"]


def test_for_who_joins_late_the_series_begins_with_the_next_meeting(group, lead, now):
    series = call(group, lead, now)
    nora = create_person("Nora Lie")
    after_two = datetime(2026, 9, 20, tzinfo=UTC)
    known = last_mail()

    series_invitations.invite_all(series, [nora.id], by=lead, now=after_two)
    entry = entry_of(of_person(since(known, after_two), nora)[0])

    assert entry.value("DTSTART") == "20260929T100000"
    assert entry.all("EXDATE") == []


def test_who_leaves_gets_one_cancel_of_the_whole(group, lead, amir, now):
    series = call(group, lead, now)
    known, before = last_mail(), series.sequence
    place = next(place for place in group.places if place.person is amir)

    place_actions.leave(place, by=lead, now=now)
    mails = since(known, now)

    assert [told(mail) for mail in mails] == [
        ("series_uninvite", "CANCEL", "", series.sequence, "")
    ]
    assert series.sequence == before + 1
    assert all(invitation(each, amir).removed_at == now for each in series.occurrences)
    assert not any(invitation(each, lead).removed_at for each in series.occurrences)


def test_who_leaves_of_their_own_accord_is_thanked(group, lead, amir, now):
    series = call(group, lead, now)
    known = last_mail()

    series_invitations.uninvite(series, amir, by=amir, now=now)

    assert [told(mail)[:2] for mail in since(known, now)] == [("series_leave", "CANCEL")]


def test_who_comes_back_is_invited_with_a_higher_number(group, lead, amir, now):
    series = call(group, lead, now)
    place = next(place for place in group.places if place.person is amir)
    place_actions.leave(place, by=lead, now=now)
    left = series.sequence
    since(0, now)
    known = last_mail()

    place_actions.change_place(place, {"state": PlaceState.CONFIRMED}, by=lead, now=now)
    mine = of_person(since(known, now), amir)

    assert [told(mail)[:3] for mail in mine] == [("series_request", "REQUEST", "")]
    assert told(mine[0])[3] > left


def test_one_answered_and_the_next_change_carries_the_answer_given_to_all(group, lead, amir, now):
    series = call(group, lead, now)
    for event in series.occurrences:
        actions.answer(invitation(event, amir), Answer.ACCEPTED, source="page", now=now)
    known = last_mail()

    series_actions.edit_series(series, {**VALUES, "title": "Lederforum"},
                               seen_revision=series.revision, by=lead, now=now)  # fmt: skip
    entry = entry_of(of_person(since(known, now), amir)[0])

    assert entry.all("ATTENDEE")[0].params["PARTSTAT"] == "ACCEPTED"
    assert {invitation(each, amir).answer for each in series.occurrences} == {Answer.ACCEPTED}


def test_an_answer_to_a_meeting_that_moves_is_asked_for_again_and_the_others_stand(
    group, lead, amir, now
):
    series = call(group, lead, now)
    for event in series.occurrences:
        actions.answer(invitation(event, amir), Answer.ACCEPTED, source="page", now=now)
    moved = keep_step(series, 1)
    later_on = now + timedelta(hours=1)

    event_changes.change(moved, later(moved, 2), by=lead, now=later_on)
    event_changes.tell(moved, by=lead, now=later_on)
    db.session.expire_all()

    assert [invitation(each, amir).answer == Answer.ACCEPTED for each in series.occurrences] == [
        each is not moved for each in series.occurrences
    ]


def test_a_refresh_sends_the_whole_once_more(group, lead, amir, now):
    series = call(group, lead, now)
    known = last_mail()

    for _number in range(2):
        series_invitations.refresh(series, amir, now=now)

    assert [told(mail)[:4] for mail in since(known, now)] == [
        ("series_request", "REQUEST", "", series.sequence)
    ]
    with pytest.raises(actions.NotInvited):
        series_invitations.refresh(series, create_person("Nora Lie"), now=now)
