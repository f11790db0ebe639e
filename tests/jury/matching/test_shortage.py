from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.jury.matching.types import Certificate, Pair, Panel, Rule, Unlock
from tests.jury.matching.small import DAYS, allowed_pairs, camp, ola, problem, siri, small_problems


def test_an_empty_seat_is_explained_by_counting():
    moss, halden, skien = camp("moss", 2), camp("halden", 2), camp("skien", 1)
    km = {(v, c): 5 for v in ("ola", "siri") for c in ("moss", "halden")}

    plan = problem([ola(), siri()], [moss, halden, skien], km).plan()

    minimum = [c for c in plan.certificates if c.level == "minimum"]
    assert minimum == [
        Certificate("minimum", (("halden", "1"), ("moss", "1")), ("ola", "siri"), 4, 2),
        Certificate("minimum", (("skien", "1"),), (), 1, 0),
    ]


def test_the_juries_of_one_camp_are_told_together():
    juries = camp("moss", panels=(Panel("1", 2, 2), Panel("2", 1, 1), Panel("3", 0, 0)))
    none = [camp(f"school-{number}", panels=()) for number in range(3)]
    locked = (Pair("ola", "moss", "2"),)

    plan = problem([ola()], [juries, *none], {("ola", "moss"): 5}, locks=locked).plan()

    minimum = [c for c in plan.certificates if c.level == "minimum"]
    places = (("moss", "1"), ("moss", "2"), ("moss", "3"))
    assert minimum == [Certificate("minimum", places, ("ola",), 3, 1)]


def test_a_jury_online_is_not_told_with_those_that_others_cannot_reach():
    juries = camp("moss", panels=(Panel("1", 1, 1), Panel("2", 1, 1, remote=True)))
    far = {("ola", "moss"): 50, ("siri", "moss"): 50}

    plan = problem([ola(longest_km=9), siri(longest_km=9)], [juries], far).plan()

    minimum = [(c.panels, c.seats_needed, c.seats_possible) for c in plan.certificates[:1]]
    assert minimum == [((("moss", "1"),), 1, 0)]


def test_what_would_help_is_one_rule_lifted_for_one_person():
    km = {("ola", "moss"): 24, ("siri", "moss"): 5}
    too_short = ola(longest_km=20)
    away = siri(days=frozenset({"tuesday"}))

    plan = problem([too_short, away], [camp("moss")], km).plan()

    assert plan.certificates[0].unlock == (
        Unlock("siri", "moss", "1", Rule.DAY),
        Unlock("ola", "moss", "1", Rule.DISTANCE, over_km=4.0),
    )


def test_a_second_camp_would_help_where_somebody_serves_one():
    two = [camp("moss"), camp("halden", day="tuesday")]

    plan = problem([ola()], two, {("ola", "moss"): 5, ("ola", "halden"): 9}).plan()

    assert plan.certificates[0].unlock == (Unlock("ola", "halden", "1", Rule.AT_MOST),)


def test_nobody_learns_of_a_conflict_a_refusal_or_a_ban():
    for said in ("conflicts", "refused", "banned"):
        unable = ola(**{said: frozenset({"moss"})})
        plan = problem([unable], [camp("moss")], {("ola", "moss"): 5}).plan()

        assert plan.certificates[0].unlock == ()


def test_one_who_sits_on_a_seat_above_the_minimum_could_help():
    crowded, empty = camp("moss", 1, 2), camp("halden", 1, 1)
    km = {("ola", "moss"): 5, ("siri", "moss"): 5, ("siri", "halden"): 50}

    plan = problem([ola(), siri(longest_km=30)], [crowded, empty], km).plan()

    minimum = next(c for c in plan.certificates if c.level == "minimum")
    assert minimum.unlock == (Unlock("siri", "halden", "1", Rule.DISTANCE, over_km=20.0),)


@settings(max_examples=150, deadline=None)
@given(small_problems())
def test_every_empty_seat_has_its_certificate(small):
    plan = small.plan()

    by_level = {
        level: sum(c.shortfall for c in plan.certificates if c.level == level)
        for level in ("minimum", "target")
    }
    assert by_level == {
        "minimum": plan.objective.below_minimum,
        "target": plan.objective.below_target,
    }


@settings(max_examples=300, deadline=None)
@given(st.one_of(small_problems(), small_problems(mixing=True)))
def test_plain_counting_confirms_every_certificate(small):
    day = {place.id: place.day for place in small.camps}
    panels = {(place.id, panel.id): panel for place in small.camps for panel in place.panels}
    plan = small.plan()
    locks = [row.pair for row in plan.rows if row.locked]
    locked_days = {(lock.volunteer, day[lock.camp]) for lock in locks}
    load = Counter(lock.volunteer for lock in locks)

    for found in plan.certificates:
        seats = [getattr(panels[place], found.level) for place in found.panels]
        there = [lock for lock in locks if lock[1:] in found.panels]
        days = {(p.volunteer, day[p.camp]) for p in allowed_pairs(small) if p[1:] in found.panels}
        free = Counter(person for person, _ in days - locked_days)
        each = {v.id: min(free[v.id], max(0, v.at_most - load[v.id])) for v in small.volunteers}
        come = {person for person, count in each.items() if count}
        assert found.seats_needed == sum(seats)
        assert found.seats_possible == len(there) + sum(each.values())
        assert set(found.volunteers) == come | {lock.volunteer for lock in there}
        assert found.shortfall > 0


@settings(max_examples=120, deadline=None)
@given(small_problems())
def test_lifting_one_rule_fills_exactly_one_seat(small):
    plan = small.plan()

    for certificate in plan.certificates:
        for hint in certificate.unlock:
            relaxed = lifted(small, hint)
            # A rule of a camp can hold for several of its panels: then more than a pair is freed.
            if len(allowed_pairs(relaxed)) - len(allowed_pairs(small)) > 1:
                continue
            level = 0 if certificate.level == "minimum" else 1
            assert plan.objective[level] - relaxed.plan().objective[level] == 1


def lifted(small, hint):
    """The same problem where one person gives way on one rule, for one panel of one camp."""
    people = {person.id: person for person in small.volunteers}
    person = people[hint.volunteer]
    if hint.rule == Rule.AT_MOST:
        people[person.id] = replace(person, at_most=person.at_most + 1)
        return replace(small, volunteers=tuple(people.values()))
    # Only this pair may gain by it: every other pair that the rule kept out stays out.
    free = {
        Rule.DAY: {"days": frozenset(DAYS)},
        Rule.DISTANCE: {"longest_km": None},
        Rule.AREA: {"counties": None},
        Rule.EMPLOYER: {"employer": None},
    }[hint.rule]
    people[person.id] = replace(person, **free)
    return replace(small, volunteers=tuple(people.values()), km=_same_but(small, hint))


def _same_but(small, hint):
    before = {(p.volunteer, p.camp) for p in allowed_pairs(small)}
    locked = {lock[:2] for lock in small.locks}
    return {
        pair: km
        for pair, km in small.km.items()
        if pair in before | locked or pair == (hint.volunteer, hint.camp)
    }
