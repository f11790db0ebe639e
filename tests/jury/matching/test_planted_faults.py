"""Faults planted on purpose, each of which something must catch before a plan is shown."""

from dataclasses import replace

import numpy as np
import pytest

from portal.jury.matching import audit, explain, network, prices, solve
from portal.jury.matching.mixed import mixing
from portal.jury.matching.types import NotProved, Objective, Pair, Panel, Rule, Unlock, Volunteer
from portal.jury.matching.why import shortage
from tests.jury.matching.small import DAYS, KM_ONLY, camp, ola, problem, siri

# Moss may have three and is mixed, Skien is short; Kari has two camps to give, on one day.
STICKY = replace(KM_ONLY, change=30, mix_experience=-5, mix_field=-1)
SMALL = problem(
    [
        ola(experienced=True, field="law", longest_km=40),
        siri(experienced=False, field="art", conflicts=frozenset({"skien"})),
        Volunteer("kari", days=frozenset(DAYS), at_most=2),
        Volunteer("per", days=frozenset(DAYS)),
    ],
    [
        camp("moss", 1, 3),
        camp("halden", 1, 2, panels=(Panel("1", 1, 2, remote=True),)),
        camp("skien", 2),
    ],
    {
        ("ola", "moss"): 1,
        ("siri", "moss"): 4,
        ("kari", "moss"): 2,
        ("kari", "skien"): 30,
        ("ola", "skien"): 50,
        ("siri", "skien"): 6,
        ("per", "halden"): 5,
        ("siri", "halden"): 90,
    },
    prices=STICKY,
    standing=(Pair("ola", "moss"), Pair("siri", "moss")),
)


def test_nothing_is_wrong_without_a_fault():
    assert audit.check(SMALL.checked(), SMALL.plan()) == []


# ---------------------------------------------------------------------------- in what makes plans


def equal_weights(monkeypatch):
    monkeypatch.setattr(network, "staffing_weights", lambda net: (10**6, 10**6))


def weights_of_a_sixteenth(monkeypatch):
    exact = network.staffing_weights
    monkeypatch.setattr(
        network, "staffing_weights", lambda net: tuple(weight // 16 for weight in exact(net))
    )


def no_stickiness(monkeypatch):
    monkeypatch.setattr(
        network, "rebates", lambda problem, pairs: np.zeros(len(pairs), dtype=np.int64)
    )


def no_day_rule_in_the_count(monkeypatch):
    exact = shortage._certificate

    def by_caps_alone(seating, level, need, group, hints):
        found = exact(seating, level, need, group, hints)
        people = np.unique(seating.person[np.isin(seating.place, group)])
        return replace(found, seats_possible=int(seating.problem.free_seats[people].sum()))

    monkeypatch.setattr(shortage, "_certificate", by_caps_alone)


def a_rebate_for_each_member(monkeypatch):
    exact = prices.mixing
    monkeypatch.setattr(prices, "mixing", lambda problem, pairs: 2 * exact(problem, pairs))


def a_short_panel_left_out_of_its_closure(monkeypatch):
    exact = shortage._closure
    monkeypatch.setattr(shortage, "_closure", lambda seating, still: exact(seating, still)[1:])


def a_programme_that_fills_fewer_seats(monkeypatch):
    def emptied(network, part, flow):
        found = flow.copy()
        found[part.arcs] = 0
        return found

    monkeypatch.setattr(mixing, "best_of", emptied)


@pytest.mark.parametrize(
    "plant",
    [
        equal_weights,
        weights_of_a_sixteenth,
        no_stickiness,
        no_day_rule_in_the_count,
        a_rebate_for_each_member,
        a_short_panel_left_out_of_its_closure,
        a_programme_that_fills_fewer_seats,
    ],
)
def test_a_fault_in_the_making_of_a_plan_lets_no_plan_out(monkeypatch, plant):
    plant(monkeypatch)

    with pytest.raises(NotProved):
        SMALL.plan()


def test_duals_that_were_not_renewed_do_not_confirm_another_flow():
    plain = replace(SMALL, standing=())
    before = explain.solved(plain.checked())
    fewer = replace(before.network, capacity=np.where(before.solution.flow > 0, 0, 1))
    after = solve.solve(replace(fewer, capacity=np.maximum(fewer.capacity, _bypass(fewer))))

    with pytest.raises(NotProved, match="do not confirm"):
        solve.check_duals(before.network, after.flow, before.solution.costs, before.solution.duals)


def _bypass(net):
    return np.where(net.staffing == network.BYPASS, net.supply, 0)


# -------------------------------------------------------------------------------- in what is told


def first_row(plan, **said):
    return replace(plan, rows=(replace(plan.rows[0], **said), *plan.rows[1:]))


def first_certificate(plan, **said):
    return replace(
        plan, certificates=(replace(plan.certificates[0], **said), *plan.certificates[1:])
    )


FAULTS = {
    "a way that is shorter than it is": lambda p: first_row(p, km_tenths=1),
    "somebody new who is told to stay": lambda p: first_row(p, kept=not p.rows[0].kept),
    "somebody unknown": lambda p: first_row(p, volunteer="nobody"),
    "a lock nobody asked for": lambda p: first_row(p, locked=True),
    "somebody at a school of a conflict": lambda p: replace(
        p, rows=(*p.rows, replace(p.rows[0], volunteer="siri", camp="skien", locked=False))
    ),
    "a seat given twice": lambda p: replace(p, rows=(*p.rows, p.rows[0])),
    "a cost one tenth too small": lambda p: replace(
        p, objective=p.objective._replace(cost=p.objective.cost - 1)
    ),
    "an empty seat less": lambda p: replace(
        p, objective=Objective(p.objective[0], p.objective[1] - 1, p.objective[2])
    ),
    "a standing pair given up in silence": lambda p: replace(p, removed=(Pair("kari", "moss"),)),
    "one person more who could come": lambda p: first_certificate(p, volunteers=("siri",)),
    "one seat more that could be filled": lambda p: first_certificate(p, seats_possible=9),
    "a panel counted twice": lambda p: first_certificate(
        p, panels=p.certificates[0].panels * 2, seats_needed=2 * p.certificates[0].seats_needed
    ),
    "a panel nobody has": lambda p: first_certificate(p, panels=(("moss", "9"),)),
    "no word of an empty seat": lambda p: replace(p, certificates=p.certificates[1:]),
    "a conflict that is named": lambda p: first_certificate(
        p, unlock=(Unlock("siri", "skien", "1", Rule.CONFLICT),)
    ),
    "a rule that is not the only one": lambda p: first_certificate(
        p, unlock=(Unlock("per", "moss", "1", Rule.DAY),)
    ),
    "a camp both proved and not": lambda p: replace(p, mixed=("moss",), unproved=("moss",)),
}


@pytest.mark.parametrize("spoil", FAULTS.values(), ids=FAULTS.keys())
def test_the_audit_catches_what_is_told_wrongly(spoil):
    plan = SMALL.plan()

    assert audit.check(SMALL.checked(), spoil(plan))


def test_the_audit_catches_a_breach_that_is_not_told():
    locked = replace(SMALL, locks=(Pair("siri", "skien", "1"),))
    plan = locked.plan()

    assert plan.breaches
    assert audit.check(locked.checked(), replace(plan, breaches=())) == [
        "the rules that locked pairs break are not those told"
    ]
