"""What "my page" asks of groups."""

from datetime import date

from portal import clock
from portal.groups.follow_ups import queries as follow_up_queries
from portal.models.groups import PlaceState
from tests.factories import create_follow_up, create_place
from tests.groups.people import create_led_group, member_of


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
