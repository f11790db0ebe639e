"""The cheapest repair as plain values: who is asked, who moves, and what that fills."""

from typing import Any

from portal.jury.asks.repairing import Repair, Step, cheapest, solve
from portal.jury.matching.types import Camp, Pair, Panel, Policy, Travel, Volunteer
from portal.jury.question.problems import Problem

ONE, TWO = "2026-10-20", "2026-10-21"
NEAR_ONE, NEAR_TWO = frozenset({ONE}), frozenset({TWO})


class Flat(Problem):
    """A problem in which every school is ten km away."""

    def travel(self, volunteer: Volunteer, camp: Camp) -> Travel:
        return Travel(10.0, "near")


def camp(number: int, day: str, seats: int = 1) -> Camp:
    return Camp(str(number), day, (Panel(str(number), seats, seats),))


def question(volunteers: list[Volunteer], camps: list[Camp], **values: Any) -> Problem:
    pairs = {"locks": (), "standing": (), **values}
    return Flat(tuple(volunteers), tuple(camps), Policy(), starts={}, places={}, **pairs)


def test_an_open_seat_is_filled_by_somebody_who_has_none():
    problem = question([Volunteer("1", days=NEAR_ONE)], [camp(7, ONE)])

    found = cheapest(problem)

    assert found == Repair((Step(1, 7),), ())
    assert (found.fills, found.moved) == (1, 0)


def test_nobody_moves_where_somebody_else_can_take_the_seat():
    both = Volunteer("1", days=NEAR_ONE | NEAR_TWO)
    other = Volunteer("2", days=NEAR_TWO)
    seated = (Pair("1", "7", "7"),)

    found = cheapest(question([both, other], [camp(7, ONE), camp(8, TWO)], standing=seated))

    assert found == Repair((Step(2, 8),), ())


def test_one_moves_where_only_that_fills_a_seat():
    both = Volunteer("1", days=NEAR_ONE | NEAR_TWO)
    other = Volunteer("2", days=NEAR_ONE)
    seated = (Pair("1", "7", "7"),)

    found = cheapest(question([both, other], [camp(7, ONE), camp(8, TWO)], standing=seated))

    assert found == Repair((Step(2, 7), Step(1, 8, from_camp_id=7)), ())
    assert (found.fills, found.moved) == (1, 1)


def test_whoever_has_said_yes_never_moves():
    both = Volunteer("1", days=NEAR_ONE | NEAR_TWO)
    other = Volunteer("2", days=NEAR_ONE)
    promised = (Pair("1", "7", "7"),)

    found = cheapest(question([both, other], [camp(7, ONE), camp(8, TWO)], locks=promised))

    assert (found, found.fills) == (Repair((), ()), 0)


def test_what_a_move_costs_here_is_not_told_as_the_next_best():
    both = Volunteer("1", days=NEAR_ONE)
    other = Volunteer("2", days=NEAR_ONE)
    seated = (Pair("1", "7", "7"),)

    [row] = solve(question([both, other], [camp(7, ONE)], standing=seated)).rows

    assert (row.volunteer, row.kept, row.next_best) == ("1", True, None)
