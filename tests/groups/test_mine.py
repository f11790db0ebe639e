"""What "my page" asks of groups."""

from datetime import date, timedelta

from portal import clock
from portal.groups import queries
from portal.groups.follow_ups import queries as follow_up_queries
from portal.models.events import EventState
from portal.models.groups import PlaceState
from tests.factories import create_follow_up, create_place
from tests.groups.people import create_called, create_draft, create_led_group, invite, member_of


def test_ones_groups_are_those_one_sits_in_that_are_not_closed(ola):
    fjord, kraft = create_led_group("Gruppe for fjorden"), create_led_group("Gruppe for kraft")
    closed = create_led_group("Gammel", closed_at=clock.now())
    place = create_place(fjord, ola)
    create_place(kraft, ola, state=PlaceState.LEFT)
    create_place(closed, ola)

    assert queries.groups_of(ola) == [place]


def test_ones_meetings_are_those_to_come_with_ones_own_invitation(ola):
    group, now = create_led_group(), clock.now()
    create_place(group, ola)
    later = create_called(group, starts_at=now + timedelta(days=40))
    sooner = create_called(group)
    create_draft(group)
    create_called(group, starts_at=now - timedelta(days=3))
    create_called(create_led_group("En annen gruppe"))
    off = create_called(group, state=EventState.CANCELLED, starts_at=now + timedelta(days=50))
    (mine, _his) = invite(sooner, ola, member_of(group))

    found = queries.meetings_of(ola, now)

    assert [(row.meeting, row.invitation) for row in found] == [
        (sooner, mine), (later, None), (off, None),
    ]  # fmt: skip


def test_ones_follow_ups_are_the_open_ones_nearest_deadline_first(ola):
    group, left = create_led_group(), create_led_group("En annen gruppe")
    create_place(group, ola)
    create_place(left, ola, state=PlaceState.LEFT)
    amir = member_of(group)
    unset = create_follow_up(group, "Uten frist", owner=ola)
    soon = create_follow_up(group, "Snart", owner=ola, due_on=date(2030, 1, 1))
    create_follow_up(group, "Gjort", owner=ola, closed_at=clock.now())
    create_follow_up(group, "En annens", owner=amir)
    create_follow_up(left, "Gruppen jeg forlot", owner=ola)

    assert follow_up_queries.follow_ups_of(ola) == [soon, unset]
