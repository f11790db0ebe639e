"""How juries are put together in a spreadsheet: four ways, none of which breaks a rule."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from bench.matching.rules import Possible
from portal.jury.matching.types import Camp


class Sheet:
    """The juries so far; whoever is put down is checked against all that is there."""

    def __init__(self) -> None:
        self.chosen: list[Possible] = []
        self._days: dict[str, set[str]] = defaultdict(set)
        self._filled: dict[str, int] = defaultdict(int)

    def fill(self, pairs: Iterable[Possible], seats: Callable[[Camp], int]) -> None:
        """Put down each pair in turn as long as its camp has fewer than ``seats``."""
        for pair in pairs:
            days = self._days[pair.volunteer.id]
            if (
                self._filled[pair.camp.id] < seats(pair.camp)
                and pair.camp.day not in days
                and len(days) < pair.volunteer.at_most
            ):
                self.chosen.append(pair)
                days.add(pair.camp.day)
                self._filled[pair.camp.id] += 1


def minimum(camp: Camp) -> int:
    """The seats without which there is no jury."""
    return camp.panels[0].minimum


def target(camp: Camp) -> int:
    """All the seats one would like to fill."""
    return camp.panels[0].target


def camps_by_date(pairs: list[Possible]) -> list[Possible]:
    """Camp by camp as the dates come, the nearest people first, until the jury is full."""
    sheet = Sheet()
    sheet.fill(sorted(pairs, key=_date_then_nearest), target)
    return sheet.chosen


def minimum_first(pairs: list[Possible]) -> list[Possible]:
    """Camps by date twice over: every minimum first, then every target."""
    sheet = Sheet()
    for seats in (minimum, target):
        sheet.fill(sorted(pairs, key=_date_then_nearest), seats)
    return sheet.chosen


def scarcest_first(pairs: list[Possible]) -> list[Possible]:
    """The camps that fewest can reach first; every minimum, then every target."""
    able: dict[str, int] = defaultdict(int)
    for pair in pairs:
        able[pair.camp.id] += 1
    sheet = Sheet()
    for seats in (minimum, target):
        sheet.fill(
            sorted(
                pairs,
                key=lambda pair: (
                    able[pair.camp.id] / max(1, minimum(pair.camp)),
                    pair.camp.id,
                    pair.km_tenths,
                    pair.volunteer.id,
                ),
            ),
            seats,
        )
    return sheet.chosen


def cheapest_pair_first(pairs: list[Possible]) -> list[Possible]:
    """Always the cheapest pair that is left."""
    sheet = Sheet()
    sheet.fill(sorted(pairs, key=lambda p: (p.cost, p.camp.id, p.volunteer.id)), target)
    return sheet.chosen


def _date_then_nearest(pair: Possible) -> tuple[str, str, int, str]:
    return pair.camp.day, pair.camp.id, pair.km_tenths, pair.volunteer.id


WAYS = {
    "camps by date, nearest first": camps_by_date,
    "the same, every minimum first": minimum_first,
    "scarcest camp first": scarcest_first,
    "cheapest pair first": cheapest_pair_first,
}
