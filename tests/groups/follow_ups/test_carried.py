"""What earlier meetings left, on the agenda of the next and in its summons."""

from datetime import date, timedelta

import pytest

from portal import clock
from portal.db import db
from portal.groups.follow_ups import carried
from portal.models.groups import PlaceRole, PlaceState
from portal.models.meetings import UsualItem
from portal.models.minutes import FollowUp
from tests.factories import create_follow_up, create_person, create_place
from tests.groups.people import add_item, create_called, create_led_group, member_of, page_of


@pytest.fixture
def meetings(group):
    """One held ten days ago, one to come."""
    now = clock.now()
    return create_called(group, starts_at=now - timedelta(days=10)), create_called(group)


def test_the_next_meeting_has_what_is_open_the_nearest_deadline_first(group, meetings):
    held, coming = meetings
    unset = create_follow_up(group, "Uten frist", meeting=held)
    late = create_follow_up(group, "Snart", meeting=held, due_on=date(2026, 1, 1))
    alone = create_follow_up(group, "Uten møte")
    create_follow_up(group, "Gjort", meeting=held, closed_at=clock.now())
    create_follow_up(create_led_group("En annen gruppe"), "En annen gruppes")

    assert carried.open_at(coming) == [late, unset, alone]


def test_a_held_meeting_keeps_what_was_open_when_it_began(group, meetings):
    held, _coming = meetings
    began = held.event.starts_at
    since = create_follow_up(group, "Lukket siden", closed_at=began + timedelta(days=1))
    create_follow_up(group, "Lukket før", closed_at=began - timedelta(minutes=1))
    create_follow_up(group, "Kom opp der", meeting=held)
    create_follow_up(group, "Kom opp etterpå", created_at=began + timedelta(days=2))

    assert carried.open_at(held) == [since]


def test_what_old_minutes_hold_is_as_old_as_their_meeting(group, meetings):
    held, coming = meetings
    earlier = create_called(group, starts_at=held.event.starts_at - timedelta(days=90))
    old = create_follow_up(group, "Fra gammelt referat", meeting=earlier, created_at=clock.now())

    assert (carried.open_at(held), carried.open_at(coming)) == ([old], [old])


def test_it_stands_under_the_item_made_for_it(group, meetings, browse_as):
    held, coming = meetings
    add_item(coming, 1, "Oppfølging fra forrige møte", usual=UsualItem.FOLLOW_UPS)
    left = create_person("Per Sluttet")
    create_place(group, left, state=PlaceState.LEFT)
    create_follow_up(group, "Ringe havnene", meeting=held, owner=left)
    create_follow_up(group, "Skrive brev", meeting=held, owner=member_of(group))

    page = browse_as(member_of(group)).get(page_of(coming)).text

    shown = [each in page for each in ("Ringe havnene", "Skrive brev", "Amir Khan", "Per Sluttet")]
    assert shown == [True, True, True, False]


def test_observers_kept_from_the_minutes_do_not_see_it(group, meetings, browse_as):
    _held, coming = meetings
    group.observers_see_minutes = False
    add_item(coming, 1, "Oppfølging fra forrige møte", usual=UsualItem.FOLLOW_UPS)
    create_follow_up(group, "Ringe havnene")
    observer = create_person("Olga Observatør")
    create_place(group, observer, role=PlaceRole.OBSERVER)

    page = browse_as(observer).get(page_of(coming))

    assert (page.status_code, "Ringe havnene" in page.text) == (200, False)


def test_lines_for_the_summons_name_nobody_and_keep_what_looks_like_marks(group, app):
    amir = member_of(group)
    rows = [
        create_follow_up(group, "Ringe *havnene*", owner=amir, due_on=date(2026, 9, 1)),
        create_follow_up(group, "Skrive\nbrev"),
    ]

    assert carried.as_lines(rows, "en") == [
        r"- Ringe \*havnene\* (deadline 1 September 2026)",
        "- Skrive brev",
    ]


def test_lines_for_the_summons_end_where_a_calendar_gets_too_long(group, app):
    rows = [create_follow_up(group, f"Sak {number} " + "x " * 200) for number in range(23)]

    lines = carried.as_lines(rows, "en")

    assert (len(lines), lines[-1], max(map(len, lines)) < 160) == (21, "- and 3 more", True)


def test_a_group_that_keeps_minutes_from_observers_has_no_lines_in_the_summons(group, app):
    group.observers_see_minutes = False

    assert carried.as_lines([create_follow_up(group)], "nb") == []


def test_the_meeting_page_asks_as_often_whatever_is_left(group, meetings, browse_as, queries):
    _held, coming = meetings
    add_item(coming, 1, "Oppfølging fra forrige møte", usual=UsualItem.FOLLOW_UPS)
    visitor, asked = browse_as(member_of(group)), []

    for more in (18, 1782):
        fill(group, more)
        visitor.get(page_of(coming), check=False)
        with queries() as statements:
            visitor.get(page_of(coming), check=False)
        asked.append(len(statements))

    assert asked[0] == asked[1]


def fill(group, count: int) -> None:
    owner = member_of(group)
    db.session.add_all(
        FollowUp(group=group, text=f"Sak {number}", owner=owner if number % 2 else None,
                 due_on=date(2026, 1, 1) if number % 3 else None, created_at=group.created_at)
        for number in range(count)
    )  # fmt: skip
    db.session.commit()
