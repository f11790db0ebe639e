"""Two at once about one seat: whoever is second finds it done."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.jury.asks import asking
from portal.models.audit import AuditEntry
from portal.models.jury import Assignment, AssignmentState, JurySignup
from portal.models.seasons import Panel
from tests.accounts.test_races import ATTEMPTS, at_once
from tests.factories import create_camp, create_person, create_season, create_signup
from tests.jury.plans.made import NOW


def count_of(verb: str) -> int:
    entries = sa.select(sa.func.count()).where(AuditEntry.verb == verb)
    return db.session.scalar(entries) or 0


def test_one_yes_sent_several_times_at_once_counts_once(app):
    camp = create_camp(create_season(), target=1)
    seat = Assignment(
        camp=camp,
        panel=camp.panels[0],
        person=create_person("Ola Hansen"),
        created_at=NOW,
        state=AssignmentState.ASKED,
    )
    db.session.add(seat)
    db.session.commit()
    seat_id = seat.id

    def say_yes(number: int) -> None:
        asking.accept(db.session.get_one(Assignment, seat_id), now=NOW)
        db.session.commit()

    at_once(app, say_yes)

    assert count_of("assignment.accepted") == 1


def test_of_several_asked_at_once_for_one_seat_one_is(app):
    season = create_season()
    camp = create_camp(season, target=1)
    panel_id = camp.panels[0].id
    ids = [create_signup(season, create_person(), camp).id for _number in range(ATTEMPTS)]

    def ask_next(number: int) -> str:
        panel, signup = (
            db.session.get_one(Panel, panel_id),
            db.session.get_one(JurySignup, ids[number]),
        )
        try:
            asking.ask_next(panel, signup, by=None, now=NOW)
        except asking.JuryIsFull:
            return "full"
        db.session.commit()
        return "asked"

    assert sorted(at_once(app, ask_next)) == ["asked", "full", "full", "full"]


@pytest.mark.parametrize("off", ["cancelled", "begun"])
def test_nobody_is_asked_to_a_camp_that_is_off(app, off: str):
    season = create_season()
    camp = create_camp(season)
    signup = create_signup(season, create_person("Ola Hansen"), camp)
    if off == "cancelled":
        camp.event.state = "cancelled"
    else:
        camp.event.starts_at = NOW - timedelta(hours=1)

    with pytest.raises(asking.CampIsOff):
        asking.ask_next(camp.panels[0], signup, by=None, now=NOW)


def test_pressing_lock_twice_leaves_the_seat_locked(kari, ola, browse_as: Callable):
    camp = create_camp(create_season(), day=datetime(2027, 10, 20, 6, 30, tzinfo=UTC))
    seat = Assignment(
        camp=camp,
        panel=camp.panels[0],
        person=ola,
        created_at=NOW,
        state=AssignmentState.ACCEPTED,
    )
    db.session.add(seat)
    db.session.commit()
    client = browse_as(kari)
    path = f"/organise/seasons/{camp.season.slug}/juries"

    for _press in range(2):
        client.post(f"{path}/locks", data={"assignment": seat.public_id, "locked": "yes"})

    assert (seat.locked, count_of("assignment.locked")) == (True, 1)
    client.post(f"{path}/locks", data={"assignment": seat.public_id, "locked": "no"})
    assert seat.locked is False
