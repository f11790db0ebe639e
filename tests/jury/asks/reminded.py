"""What tests of the reminders of juries share: a season with two camps, seats, and moments."""

from datetime import UTC, datetime, timedelta

from portal.db import db
from portal.jury.asks import asking
from portal.models.jury import Assignment, AssignmentState
from portal.models.seasons import Camp, Season
from portal.seasons import camp_actions
from tests.factories import create_camp, create_school, create_season
from tests.mail.reminding.rounds import look, send

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# Asked on a Thursday: the answer is needed in a week, at the end of the day.
ASKED = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
ASK_DUE = datetime(2026, 10, 6, 7, 0, tzinfo=UTC)
# The camps begin on Tuesday 20 October at 08.30 in Oslo; the reminder is due on Sunday at 09.00.
BEGINS = datetime(2026, 10, 20, 6, 30, tzinfo=UTC)
DAY_DUE = datetime(2026, 10, 18, 7, 0, tzinfo=UTC)


def camp_in_moss() -> Camp:
    """A camp of a season that Kari answers for, with a jury of one or two."""
    season = create_season(
        contact_name="Kari Nordmann", contact_email="kari@example.org", contact_phone="22 00 00 00"
    )
    return create_camp(season, create_school("Moss vgs"), minimum=1, target=2)


def camp_in_halden(season: Season) -> Camp:
    """Another camp, the day after."""
    school = create_school(
        "Halden vgs", municipality_code="3101", postcode="1771", latitude=59.13, longitude=11.38
    )
    return create_camp(season, school, day=BEGINS + DAY, minimum=1, target=2)


def seat_of(camp, person, state=AssignmentState.PROPOSED, at=ASKED, **values) -> Assignment:
    seat = Assignment(
        camp=camp, panel=camp.panels[0], person=person, state=state, created_at=at, **values
    )
    db.session.add(seat)
    db.session.flush()
    return seat


def asked(*seats: Assignment, now=ASKED) -> None:
    """The people of ``seats`` are asked, and the questions sent."""
    asking.ask(seats, key=f"test-{seats[0].id}-{now:%d%H}", by=None, now=now)
    look(now)
    send(now)


def accepted(camp, person, at=ASKED + DAY, **values) -> Assignment:
    """A seat that somebody was asked for and has taken, with all mail of it sent."""
    seat = seat_of(camp, person, **values)
    asked(seat)
    asking.accept(seat, now=at)
    look(at)
    send(at)
    return seat


def move(camp, starts_at, now, kari, tell: bool = True) -> None:
    values = {"starts_at": starts_at, "ends_at": starts_at + 6 * HOUR}
    camp_actions.edit_camp(
        camp,
        values,
        seen_revision=camp.event.revision,
        tell="now" if tell else "later",
        by=kari,
        now=now,
    )
    look(now)
    send(now)
