"""What juries are worth, counted from who sits where: plain figures to lay side by side."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from portal.jury.matching import prices
from portal.jury.matching.types import Camp, Pair, Panel, Volunteer
from portal.jury.question.problems import Problem

TIERS = len(prices.TIER_NAMES)


def measures(
    problem: Problem, pairs: Collection[Pair], known_km: Mapping[Pair, float] | None = None
) -> dict[str, Any]:
    """The figures of juries made of ``pairs``, each with its panel.

    ``known_km`` is how far it is for a pair, where that has been estimated before. Whoever or
    whatever ``problem`` no longer holds counts as a filled seat, and for its km, and no more.

    Returns:
        Counts of seats (``minimum``, ``target``, ``filled``, ``below_minimum``, ``below_target``),
        of juries (``local``: with somebody of the school's own municipality, ``doubled``: several
        of one municipality, ``colleagues``: several of one employer, ``experience``: both new and
        experienced, ``fields``: two or more), of seats by what was said
        (``wishes``, ``avoids``, ``if_needed``) and by ``tiers`` of nearness, of people who serve
        more than once (``repeated``), of standing pairs ``given_up`` and of new ones (``asked``);
        and ``km_total``, ``km_mean`` and ``km_longest``, one way, of those who travel.
    """
    panels = {(c.id, p.id): p for c in problem.camps for p in c.panels}
    filled = Counter((pair.camp, pair.panel or "") for pair in pairs)
    ways = _ways(problem, panels, pairs, known_km or {})
    return {
        "minimum": sum(panel.minimum for panel in panels.values()),
        "target": sum(panel.target for panel in panels.values()),
        "filled": len(pairs),
        "below_minimum": sum(max(0, p.minimum - filled[at]) for at, p in panels.items()),
        "below_target": sum(max(0, p.target - filled[at]) for at, p in panels.items()),
        "km_total": round(sum(ways), 1),
        "km_mean": round(sum(ways) / len(ways), 1) if ways else 0,
        "km_longest": round(max(ways, default=0), 1),
        "repeated": sum(number > 1 for number in Counter(p.volunteer for p in pairs).values()),
        "given_up": len({*problem.standing, *problem.locks} - set(pairs)),
        "asked": len(set(pairs) - {*problem.standing, *problem.locks}),
        **_seats(_known(problem, pairs)),
    }


def _ways(
    problem: Problem,
    panels: Mapping[tuple[str, str], Panel],
    pairs: Iterable[Pair],
    known_km: Mapping[Pair, float],
) -> list[float]:
    """How far it is for each who travels, in km."""
    people = {volunteer.id: volunteer for volunteer in problem.volunteers}
    camps = {camp.id: camp for camp in problem.camps}
    ways = []
    for pair in pairs:
        panel = panels.get((pair.camp, pair.panel or ""))
        if panel is not None and panel.remote:
            continue
        km = known_km.get(pair)
        if km is None and pair.volunteer in people and pair.camp in camps:
            km = problem.travel(people[pair.volunteer], camps[pair.camp]).km
        if km is not None:
            ways.append(km)
    return ways


def _known(problem: Problem, pairs: Iterable[Pair]) -> list[tuple[Volunteer, Camp, str]]:
    people = {volunteer.id: volunteer for volunteer in problem.volunteers}
    camps = {camp.id: camp for camp in problem.camps}
    return [
        (people[pair.volunteer], camps[pair.camp], pair.panel or "")
        for pair in pairs
        if pair.volunteer in people and pair.camp in camps
    ]


def _seats(seats: list[tuple[Volunteer, Camp, str]]) -> dict[str, Any]:
    juries: dict[tuple[str, str], list[Volunteer]] = defaultdict(list)
    tiers = [0] * TIERS
    for volunteer, camp, panel in seats:
        juries[camp.id, panel].append(volunteer)
        tier = prices.tier_of(volunteer, camp)
        if tier is not None:
            tiers[tier] += 1
    near = {
        (camp.id, panel) for volunteer, camp, panel in seats if prices.tier_of(volunteer, camp) == 0
    }
    members = juries.values()
    return {
        "tiers": tiers,
        "local": len(near),
        "doubled": sum(_is_shared(v.municipality_code for v in jury) for jury in members),
        "colleagues": sum(_is_shared(v.employer for v in jury) for jury in members),
        "experience": sum(_is_mixed(v.experienced for v in jury) for jury in members),
        "fields": sum(_is_mixed(v.field or None for v in jury) for jury in members),
        "wishes": sum(camp.id in volunteer.wishes for volunteer, camp, _panel in seats),
        "avoids": sum(camp.id in volunteer.avoids for volunteer, camp, _panel in seats),
        "if_needed": sum(camp.day in volunteer.if_needed for volunteer, camp, _panel in seats),
    }


def _is_shared(values: Iterable[str | None]) -> bool:
    """Whether two or more have the same value; those of whom it is unknown do not count."""
    return any(number > 1 for number in Counter(v for v in values if v is not None).values())


def _is_mixed(values: Iterable[object]) -> bool:
    """Whether there are two kinds or more; those of whom it is unknown do not count."""
    return len({value for value in values if value is not None}) > 1
