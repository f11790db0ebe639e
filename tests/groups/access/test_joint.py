"""A meeting that several groups hold is run by its host; the others look on."""

import pytest

from portal import clock
from portal.models.groups import PlaceRole
from tests.factories import create_person, create_place
from tests.groups.meetings.gathered import create_joint, create_other
from tests.groups.people import add_comment, add_item

# What the host does at its own address, and others at theirs.
FORMS = (
    "/edit",
    "/summons",
    "/cancellation",
    "/deletion",
    "/guests",
    "/writing",
    "/writing/attendance",
    "/writing/attendance/new",
    "/writing/attendance/roles",
    "/writing/items/1/versions",
)
BUTTONS = (
    "/notices",
    "/notices/postponement",
    "/writing",
    "/writing/attendance",
    "/writing/attendance/everybody",
    "/writing/attendance/everybody/undoing",
    "/writing/items/1/versions/1",
)


@pytest.fixture
def meeting(group):
    meeting = create_joint(group, create_other("Gruppe for elva"))
    add_item(meeting, 1, "Mandat")
    return meeting


def test_whoever_leads_another_group_neither_runs_nor_writes_the_meeting(meeting, browse_as):
    other = meeting.others[0].group
    visitor = browse_as(other.places[0].person)
    at = f"/groups/{other.slug}/meetings/{meeting.public_id}"

    shown = {path: visitor.get(at + path).status_code for path in FORMS}
    done = {path: visitor.post(at + path).status_code for path in BUTTONS}

    assert shown == dict.fromkeys(FORMS, 403)
    assert done == dict.fromkeys(BUTTONS, 403)
    assert (meeting.called_at, meeting.minutes_revision) == (None, 0)


def test_whoever_leads_another_group_neither_sends_nor_approves_its_minutes(meeting, browse_as):
    meeting.event.starts_at, meeting.minutes_sent_at = clock.now(), clock.now()
    other, comment = meeting.others[0].group, add_comment(meeting, meeting.group.places[0].person)
    visitor = browse_as(other.places[0].person)
    paths = ("sending", "addenda/new", f"comments/{comment.public_id}/answer")

    got = [
        visitor.get(f"/groups/{slug}/meetings/{meeting.public_id}/minutes/{path}").status_code
        for slug in (other.slug, meeting.group.slug)
        for path in paths
    ]

    assert got == [404] * 6


def test_what_a_link_asks_the_head_of_is_shown_and_not_done(meeting, browse_as, lead):
    visitor = browse_as(lead)
    at = f"/groups/{meeting.group.slug}/meetings/{meeting.public_id}"

    got = [visitor.head(at + path).status_code for path in ("/summons", "/deletion", "/guests")]

    assert got == [200, 200, 200]
    assert (meeting.called_at, meeting.event.published_at) == (None, None)


def test_nobody_is_led_out_of_a_group_by_a_look_at_the_head_of_the_page(group, browse_as, kari):
    place = create_place(group, create_person("Per Olsen"), role=PlaceRole.MEMBER)

    got = browse_as(kari).head(f"/groups/{group.slug}/places/{place.public_id}/leaving")

    assert (got.status_code, got.get_data(), place.state) == (200, b"", "confirmed")
