"""What observers of a group see, as the group has set it."""

import pytest

from portal import clock
from portal.models.accounts import RoleName
from portal.models.groups import PlaceRole
from portal.models.minutes import Attendance, AttendanceState, Decision
from tests.factories import (
    create_person,
    create_place,
)
from tests.groups.access.cells import READERS, address
from tests.groups.people import (
    add_item,
    invite,
)


@pytest.mark.parametrize("who", READERS)
@pytest.mark.parametrize("shown", [True, False])
def test_observers_see_members_and_minutes_as_set(group, client_of, who: str, shown: bool):
    group.observers_see_members = group.observers_see_minutes = shown
    create_minuted(group.called)
    visitor = client_of(who)

    home, meeting = (
        visitor.get(address(group, "")),
        visitor.get(address(group, "/meetings/{called}")),
    )

    sees = shown or who != "observer"
    got = {
        "list": visitor.get(address(group, "/members")).status_code,
        "members": "Per Olsen" in home.text,
        "follow-ups": "Skriv høringssvar" in home.text,
        "replies": "Per Olsen" in meeting.text,
        "minutes": "Alle var enige." in meeting.text,
        "decisions": "Sende brevet" in meeting.text,
        "attendance": "Gjest Utenfra" in meeting.text,
    }
    assert (home.status_code, meeting.status_code) == (200, 200)
    assert got == {**dict.fromkeys(got, sees), "list": 200 if sees else 404}


def test_an_observer_of_a_closed_list_is_told_so_and_sees_their_own(group, browse_as):
    group.observers_see_members = False
    observer = create_person("Odd Observatør")
    create_place(group, observer, role=PlaceRole.OBSERVER)
    invite(group.called, observer, group.place.person)

    page = browse_as(observer).get(address(group, "")).text
    meeting = browse_as(observer).get(address(group, "/meetings/{called}")).text

    assert "vises ikke for observatører" in page
    assert ("Din rolle" in page, "Svaret ditt" in meeting) == (True, True)


def test_a_member_who_observes_as_well_is_a_member(group, browse_as):
    """One person has one place in a group, but roles above it count too."""
    group.observers_see_members = False
    organiser = create_person("Kari Organiserer", role=RoleName.ORGANISER)
    create_place(group, organiser, role=PlaceRole.OBSERVER)

    assert "Per Olsen" in browse_as(organiser).get(address(group, "")).text


def create_minuted(meeting) -> None:
    """Minutes of the meeting, with somebody there and a decision."""
    meeting.minutes_sent_at = clock.now()
    item = add_item(meeting, 2, "Brev", minutes="Alle var enige.")
    item.decisions.append(Decision(text="Sende brevet"))
    guest = create_person("Gjest Utenfra")
    meeting.attendances.append(Attendance(person=guest, state=AttendanceState.PRESENT))
    invite(meeting, next(p.person for p in meeting.group.places if p.person.name == "Per Olsen"))
