"""What people have said of the camps of a season: in their offers, and when they were asked."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from portal.db import db
from portal.models.jury import Assignment, AssignmentState, DayAnswer, JurySignup, SignupDay, Wish
from portal.models.seasons import Camp, Season

# Who said no, or nothing, is not proposed for the same camp again.
_REFUSALS = (AssignmentState.DECLINED, AssignmentState.WITHDRAWN, AssignmentState.EXPIRED)


@dataclass(frozen=True)
class Asked:
    """The camps asked about, by row id: their days, schools, and who is not asked there again."""

    days: dict[int, str]
    schools: dict[int, set[int]]
    refusals: dict[int, set[int]]


Answers = dict[int, tuple[DayAnswer, Wish]]
"""What somebody said of each camp, by its row id."""


def answers_of(season: Season) -> dict[int, Answers]:
    """What was said in each offer, by its row id: plain values, since there are very many."""
    found: dict[int, Answers] = defaultdict(dict)
    rows = db.session.execute(
        sa.select(SignupDay.signup_id, SignupDay.camp_id, SignupDay.answer, SignupDay.wish)
        .join(SignupDay.signup)
        .where(JurySignup.season_id == season.id, JurySignup.withdrawn_at.is_(None))
    )
    for signup_id, camp_id, answer, wish in rows:
        found[signup_id][camp_id] = answer, wish
    return found


def asked_about(camps: Iterable[Camp], seats: Iterable[Assignment] = ()) -> Asked:
    """What the answers to ``camps`` are read by; ``seats`` tell who has said no there."""
    schools: dict[int, set[int]] = defaultdict(set)
    refusals: dict[int, set[int]] = defaultdict(set)
    days: dict[int, str] = {}
    for camp in camps:
        days[camp.id] = camp.event.first_day.isoformat()
        if camp.school_id is not None:
            schools[camp.school_id].add(camp.id)
    for seat in seats:
        if seat.state in _REFUSALS or _was_taken_out(seat):
            refusals[seat.person_id].add(seat.camp_id)
    return Asked(days, schools, refusals)


def _was_taken_out(seat: Assignment) -> bool:
    return seat.state == AssignmentState.RELEASED and bool(seat.reason.get("for_good"))
