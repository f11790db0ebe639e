"""Whoever leaves a group is named in approved minutes, and nowhere else."""

from datetime import timedelta

from portal import clock
from portal.groups import names
from portal.models.groups import PlaceState
from portal.models.minutes import Attendance, AttendanceState
from tests.factories import create_follow_up, create_meeting, create_person, create_place
from tests.groups.people import create_led_group, invite, lead_of, member_of, page_of, url_of

GONE = "Hun Som Sluttet"


def group_with_one_gone():
    group = create_led_group()
    gone = create_place(group, create_person(GONE), state=PlaceState.LEFT)
    return group, gone.person


def held_meeting(group, *people):
    starts = clock.now() - timedelta(days=3)
    meeting = create_meeting(group, starts_at=starts, ends_at=starts + timedelta(hours=1))
    invite(meeting, *people)
    meeting.attendances.extend(
        Attendance(person=each, state=AttendanceState.PRESENT) for each in people
    )
    return meeting


def test_a_name_is_shown_unless_its_owner_has_left(app, kari, ola):
    group, gone = group_with_one_gone()
    amir, nameable = member_of(group), names.nameable_in(group)

    assert [names.shown(each, nameable) for each in (amir, kari, ola, gone)] == [
        "Amir Khan", "Kari Nordmann", "Ola Hansen", "Et tidligere medlem",
    ]  # fmt: skip
    assert names.shown(gone, {gone.id}) == GONE


def test_the_page_of_a_held_meeting_names_nobody_who_left(browse_as, kari):
    group, gone = group_with_one_gone()
    meeting = held_meeting(group, gone, member_of(group))

    pages = [browse_as(each).get(page_of(meeting)).text for each in (lead_of(group), kari)]

    assert [(GONE in page, "Amir Khan" in page) for page in pages] == [(False, True)] * 2
    assert [page.count("Et tidligere medlem") for page in pages] == [2, 2]


def test_approved_minutes_keep_the_name(browse_as):
    group, gone = group_with_one_gone()
    meeting = held_meeting(group, gone)
    meeting.approved_at = clock.now()

    page = browse_as(lead_of(group)).get(page_of(meeting)).text

    assert page.count(GONE) == 1


def test_a_follow_up_of_somebody_who_left_tells_no_name(browse_as, kari):
    group, gone = group_with_one_gone()
    create_follow_up(group, owner=gone)
    create_follow_up(group, "Ring", owner=member_of(group))
    create_follow_up(group, "Bestill rom", owner=kari)

    page = browse_as(lead_of(group)).get(url_of(group)).text

    assert [name in page for name in (GONE, "Amir Khan", "Kari Nordmann")] == [False, True, True]


def test_who_left_is_not_offered_in_any_form_of_the_group(browse_as):
    group, gone = group_with_one_gone()
    lead = browse_as(lead_of(group))

    pages = [
        lead.get(url_of(group, rest)).text
        for rest in ("/follow-ups/new", "/places/new", "/meetings/new", "/addresses", "/members")
    ]

    assert [GONE in page or gone.email in page for page in pages] == [False] * 5


def test_the_place_of_who_left_has_no_page_and_who_comes_back_has_the_name_again(browse_as, kari):
    group, gone = group_with_one_gone()
    place = next(each for each in group.places if each.person == gone)
    organiser = browse_as(kari)

    edit = organiser.get(url_of(group, f"/places/{place.public_id}/edit"))
    organiser.post(
        url_of(group, "/places/new"),
        data={"email": gone.email, "state": "confirmed", "role": "member", "organisation": ""},
    )

    assert edit.status_code == 404
    assert (place.state, place.left_at) == (PlaceState.CONFIRMED, None)
    assert GONE in organiser.get(url_of(group)).text
