"""What proves a plan, and that it catches what goes wrong."""

from dataclasses import replace

import numpy as np
import pytest

from portal.jury.matching import audit, eligible, network, prices, solve
from portal.jury.matching.problem import problem_of
from portal.jury.matching.types import NotProved, Objective, Pair
from portal.jury.matching.why import shortage
from tests.jury.matching.small import KM_ONLY, best, camp, ola, problem, siri

CHEAP_TARGET = problem(
    [ola(), siri()],
    [camp("moss", 1, 2), camp("halden", 1, 2)],
    {("ola", "moss"): 1, ("siri", "moss"): 1, ("siri", "halden"): 900},
)


def net_of(small):
    given = problem_of(
        small.volunteers, small.camps, small.policy, small.locks, small.standing, small.travel
    )
    return network.build(given, eligible.pairs(given))


def weights_as(change):
    exact = network.staffing_weights
    return lambda net: change(*exact(net))


@pytest.mark.parametrize(
    "planted",
    [
        lambda minimum, target: (target, target),
        lambda minimum, target: (minimum // 16, target // 16),
    ],
)
def test_weights_that_let_a_target_or_km_outweigh_a_minimum_are_caught(monkeypatch, planted):
    monkeypatch.setattr(network, "staffing_weights", weights_as(planted))

    with pytest.raises(NotProved):
        CHEAP_TARGET.plan()


def test_weights_too_small_would_leave_a_minimum_empty(monkeypatch):
    monkeypatch.setattr(network, "staffing_weights", weights_as(lambda m, t: (t, t)))
    net = net_of(CHEAP_TARGET)

    picked = solve.chosen(net, solve.solve(net).flow)

    assert {option.camp.id for option in picked} == {"moss"}
    assert best(CHEAP_TARGET) == Objective(0, 2, 9010)


def test_a_flow_that_is_not_the_best_has_no_duals():
    net = net_of(problem([ola()], [camp("moss")], {("ola", "moss"): 1}))
    nobody = np.where(net.staffing == network.BYPASS, net.supply, 0)

    with pytest.raises(NotProved, match="cheaper"):
        solve.certify(net, nobody, net.weighted())


def test_wrong_duals_confirm_nothing():
    net = net_of(CHEAP_TARGET)
    found = solve.solve(net)
    wrong = found.duals.copy()
    wrong[net.sink] += 1

    with pytest.raises(NotProved, match="do not confirm"):
        solve.check_duals(net, found.flow, found.costs, wrong)


def test_a_flow_that_loses_somebody_is_no_flow():
    net = net_of(CHEAP_TARGET)
    found = solve.solve(net)
    lost = found.flow.copy()
    lost[np.flatnonzero(lost)[0]] -= 1

    with pytest.raises(NotProved, match="lost"):
        solve.check_duals(net, lost, found.costs, found.duals)


def test_costs_that_could_pass_64_bits_are_refused():
    net = net_of(problem([ola()], [camp("moss")], {("ola", "moss"): 2**58}))

    with pytest.raises(NotProved, match="64 bits"):
        solve.solve(net)


def test_a_solver_that_does_not_say_optimal_is_not_believed():
    net = net_of(problem([ola()], [camp("moss")], {("ola", "moss"): 1}))
    closed = replace(net, capacity=np.zeros_like(net.capacity))

    with pytest.raises(NotProved, match="the solver ended with INFEASIBLE"):
        solve.solve(closed)


def test_a_network_that_counts_another_cost_is_caught(monkeypatch):
    monkeypatch.setattr(network, "rebates", lambda problem, option: 10)

    with pytest.raises(NotProved, match="in the network"):
        CHEAP_TARGET.plan()


def test_a_certificate_for_a_seat_that_somebody_could_fill_is_refused():
    given = problem_of([ola()], [camp("moss")], CHEAP_TARGET.policy, (), (), CHEAP_TARGET.travel)

    with pytest.raises(NotProved, match="could fill"):
        shortage.certificates(given, eligible.pairs(given), ())


# ------------------------------------------------------------------------------ the audit alone


def audited(small, plan):
    given = problem_of(
        small.volunteers, small.camps, small.policy, small.locks, small.standing, small.travel
    )
    return audit.check(given, plan)


def test_the_audit_finds_nothing_in_a_good_plan():
    assert audited(CHEAP_TARGET, CHEAP_TARGET.plan()) == []


def test_the_audit_sees_a_conflict():
    plan = CHEAP_TARGET.plan()
    people = (ola(conflicts=frozenset({"moss"})), siri())

    assert "ola must not serve at moss" in audited(replace(CHEAP_TARGET, volunteers=people), plan)


def test_the_audit_sees_a_wrong_figure_a_wrong_reason_and_a_lost_lock():
    plan = CHEAP_TARGET.plan()
    wrong = replace(
        plan,
        objective=Objective(0, 2, 9000),
        certificates=tuple(replace(c, seats_possible=0) for c in plan.certificates),
    )

    assert audited(replace(CHEAP_TARGET, locks=(Pair("ola", "moss", "1"),)), wrong) == [
        "the locked pairs are not those asked for",
        "the cost is 9010, not 9000",
        "counting does not confirm why seats are empty at ('halden', 'moss')",
        "not every empty seat below the target is accounted for",
    ]


def test_the_audit_sees_someone_twice_a_day_too_often_and_a_crowd():
    small = problem([ola()], [camp("moss")], {("ola", "moss"): 1})
    plan = small.plan()

    faults = audited(small, replace(plan, rows=plan.rows * 2))

    assert faults[:3] == [
        "ola serves too often",
        "ola serves twice a day",
        "too many sit at moss",
    ]


def test_prices_agree_with_the_audit_on_what_is_given_up():
    small = problem(
        [ola(), siri()],
        [camp("moss")],
        {("siri", "moss"): 1},
        prices=replace(KM_ONLY, change=30),
        standing=(Pair("ola", "moss"),),
    )
    plan = small.plan()

    assert plan.removed == (Pair("ola", "moss"),)
    assert prices.given_up(
        problem_of(small.volunteers, small.camps, small.policy, (), small.standing, small.travel),
        [],
    ) == [Pair("ola", "moss")]
    assert plan.objective.cost == 310
