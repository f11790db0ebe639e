"""Repairs where seats stay empty: as exact as ever, and given up without looking far."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.jury.matching.rematch import best_flow
from portal.jury.matching.rematch.searching import Search
from portal.jury.matching.types import NotProved, Panel, Volunteer
from tests.jury.matching.crowds import crowd
from tests.jury.matching.repaired import check_repaired, leave_one_after_another, warm_of
from tests.jury.matching.small import camp, problem

MANY = 40


def scarce(seed: int):
    """A crowd with one seat more on every panel, which mostly nobody is there for."""
    small = crowd(seed)
    camps = tuple(replace(each, panels=tuple(map(_one_more, each.panels))) for each in small.camps)
    return replace(small, camps=camps)


def _one_more(panel: Panel) -> Panel:
    return replace(panel, minimum=panel.minimum + panel.target % 2, target=panel.target + 1)


def all_may_go_anywhere(minimum: int):
    """A person for each of many camps that lack a second one."""
    people = [Volunteer(f"v{n:02}", days=frozenset({"monday"})) for n in range(MANY)]
    camps = [camp(f"c{n:02}", minimum, 2) for n in range(MANY)]
    km = {
        (person.id, each.id): 1 + (7 * row + 3 * place) % 50
        for row, person in enumerate(people)
        for place, each in enumerate(camps)
    }
    return problem(people, camps, km)


def a_tree_of_camps(depth: int):
    """Whoever sits at a camp may go one nearer the root; each leaf but one has nobody to spare."""
    inner = range(1, 2**depth)
    camps = [camp(f"c{n:03}") for n in inner]
    people = [Volunteer(f"v{n:03}", days=frozenset({"monday"})) for n in (*inner, 2**depth)]
    km = {(f"v{n:03}", f"c{n:03}"): 1 for n in inner}
    km |= {(f"v{n:03}", f"c{n // 2:03}"): 1 + n % 7 for n in (*inner, 2**depth) if n > 1}
    return problem(people, camps, km)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.data())
def test_where_seats_stay_empty_repairs_equal_solving_anew(seed, data):
    state = warm_of(scarce(seed))

    leave_one_after_another(state, data.draw(st.permutations(sorted(state.problem.volunteers))))

    assert (state.pairs(), state.problem.volunteers) == ([], {})


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.data())
def test_seats_given_and_taken_between_make_no_difference(seed, data):
    """A seat that nobody could fill may be filled by one whom another panel has let go."""
    state = warm_of(scarce(seed))

    for leaver in data.draw(st.permutations(sorted(state.problem.volunteers)))[:4]:
        leave_one_after_another(state, [leaver])
        place, name = data.draw(st.sampled_from(sorted(state.problem.panels)))
        minimum, more = data.draw(st.integers(0, 3)), data.draw(st.integers(0, 2))
        serving = state.pairs()
        check_repaired(state, state.seats(place, name, minimum, minimum + more), serving)
        resized = state.problem.panels[place, name]
        assert (resized.minimum, resized.target) == (minimum, minimum + more)


@pytest.fixture
def looked_at(monkeypatch):
    """How many nodes each search has settled."""
    found = []
    run = Search.run

    def watched(search):
        way = run(search)
        found.append(len(search.ahead.settled) + len(search.behind.settled))
        return way

    monkeypatch.setattr(Search, "run", watched)
    return found


def test_the_shortest_chain_is_found_without_looking_beside_it(looked_at):
    depth = 8
    state = warm_of(a_tree_of_camps(depth))

    changes = state.drop("v001")

    assert len(changes.moved) == depth - 1
    assert [pair.volunteer for pair in changes.came_in] == ["v256"]
    # A person and a camp for each move.
    assert looked_at[0] <= 2 * (depth + 1)


@pytest.mark.parametrize("minimum", [0, 1, 2])
def test_a_seat_nobody_can_fill_is_given_up_without_looking_far(looked_at, minimum):
    state = warm_of(all_may_go_anywhere(minimum))

    for number in range(0, MANY, 4):
        changes = state.drop(f"v{number:02}")
        assert (changes.moved, changes.came_in) == ((), ())

    assert max(looked_at) < 6
    state.check()


def test_ways_that_are_not_the_cheapest_are_noticed(monkeypatch):
    monkeypatch.setattr(best_flow, "Search", _Nearsighted)
    state = warm_of(crowd(6))

    with pytest.raises(NotProved, match="dual prices"):
        leave_one_after_another(state, sorted(state.problem.volunteers))


class _Nearsighted(Search):
    """Takes the first way it comes upon."""

    def run(self):
        while self.ahead.waiting and self.behind.waiting and self.meeting < 0:
            self._settle(self.behind, self.ahead.near)
        self.behind.waiting = [(self.best, self.meeting)]
        return super().run()
