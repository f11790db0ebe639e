from dataclasses import replace

from hypothesis import given, settings

from portal.jury.matching.types import Move, NextBest, Objective, Panel, Volunteer
from tests.jury.matching.small import DAYS, camp, ola, problem, siri, small_problems


def test_who_is_next_and_at_what_price():
    small = problem([ola(), siri()], [camp("moss")], {("ola", "moss"): 5, ("siri", "moss"): 17})

    (row,) = small.plan().rows

    assert row.next_best == NextBest(
        "siri", Objective(0, 0, 120), (Move("ola", "moss", None), Move("siri", None, "moss"))
    )


def test_nobody_is_next_where_the_seat_would_stay_empty():
    (row,) = problem([ola()], [camp("moss")], {("ola", "moss"): 5}).plan().rows

    assert row.next_best == NextBest(None, Objective(1, 1, -50), (Move("ola", "moss", None),))


def test_a_chain_of_moves_is_told_whole():
    km = {("ola", "moss"): 1, ("siri", "moss"): 4, ("siri", "halden"): 1, ("ola", "halden"): 9}
    people, camps = [ola(), siri()], [camp("moss"), camp("halden")]

    row = next(row for row in problem(people, camps, km).plan().rows if row.volunteer == "ola")

    assert row.next_best == NextBest(
        "siri",
        Objective(0, 0, 110),
        (Move("ola", "moss", "halden"), Move("siri", "halden", "moss")),
    )


def test_a_locked_pair_has_no_next_best():
    from_lock = problem([ola()], [camp("moss")], {("ola", "moss"): 5}).plan()
    locked = problem(
        [ola()], [camp("moss")], {("ola", "moss"): 5}, locks=(from_lock.rows[0].pair,)
    ).plan()

    assert [row.next_best for row in locked.rows] == [None]


@settings(max_examples=80, deadline=None)
@given(small_problems())
def test_the_price_is_that_of_solving_anew_without_the_pair(small):
    plan = small.plan()

    for row in plan.rows:
        if row.locked:
            continue
        km = {pair: far for pair, far in small.km.items() if pair != (row.volunteer, row.camp)}
        anew = small.plan(km=km).objective
        price = Objective(*(b - a for a, b in zip(plan.objective, anew, strict=True)))
        assert row.next_best is not None
        assert row.next_best.price == price
        taken = {move.volunteer for move in row.next_best.moves if move.to_camp == row.camp}
        assert (row.next_best.volunteer is None) == (not taken)


def test_another_jury_of_the_same_camp_is_no_next_best():
    juries = camp("moss", panels=(Panel("1", 1, 1), Panel("2", 1, 1)))
    km = {("ola", "moss"): 5, ("siri", "moss"): 17, ("kari", "moss"): 40}
    small = problem([ola(), siri(), Volunteer("kari", days=frozenset(DAYS))], [juries], km)

    found = {row.volunteer: row.next_best for row in small.plan().rows}

    assert found["ola"] == NextBest(
        "kari", Objective(0, 0, 350), (Move("kari", None, "moss"), Move("ola", "moss", None))
    )


@settings(max_examples=40, deadline=None)
@given(small_problems())
def test_the_moves_lead_to_a_plan_of_that_price(small):
    plan = small.plan()

    for row in plan.rows:
        if row.next_best is None:
            continue
        before = sorted((r.volunteer, r.camp) for r in plan.rows)
        gone = [(m.volunteer, m.from_camp) for m in row.next_best.moves if m.from_camp]
        come = [(m.volunteer, m.to_camp) for m in row.next_best.moves if m.to_camp]
        after = [pair for pair in before if pair not in gone] + come
        assert set(gone) <= set(before)
        assert len(after) - len(before) == -row.next_best.price.below_target


def test_a_row_says_why_in_codes():
    moss = camp("moss", municipality_code="3103", county_code="31")
    willing = ola(
        municipality_code="3101",
        county_code="31",
        days=frozenset(),
        if_needed=frozenset({"monday"}),
        wishes=frozenset({"moss"}),
    )
    small = problem([willing], [moss], {("ola", "moss"): 12})

    (row,) = small.plan().rows

    assert replace(row, next_best=None).reasons == ("same_county", "wish", "if_needed")
    assert row.km == 12.0
