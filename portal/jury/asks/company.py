"""With whom one could travel: others who have said yes to the same camp and set out nearby.

How many and from which municipality is told to whoever is asked. Names and employers are told both
ways or not at all: among those who have said yes, and whose consent says that they are shown.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from portal.geography import municipalities
from portal.text import sort_key


@dataclass(frozen=True)
class Traveller:
    """Somebody with a place to set out from; ``is_shown``: consents to name and employer shown."""

    name: str
    employer: str
    municipality_code: str
    is_shown: bool


@dataclass(frozen=True)
class Company:
    """The others nearby: how many from which municipality, and those whose names one may see."""

    places: tuple[tuple[str, int], ...] = ()
    named: tuple[Traveller, ...] = ()

    @property
    def number(self) -> int:
        """How many they are."""
        return sum(number for _place, number in self.places)


def company_of(reader: Traveller, others: Iterable[Traveller], *, has_said_yes: bool) -> Company:
    """Whom of ``others``, who have all said yes, ``reader`` could travel with.

    The reader's own municipality comes first.
    """
    near = [each for each in others if _is_near(reader, each)]
    counted = Counter(_newest(each.municipality_code) for each in near)
    home = _newest(reader.municipality_code)
    order = sorted(counted, key=lambda code: (code != home, sort_key(_label(code))))
    named = [each for each in near if each.is_shown] if has_said_yes and reader.is_shown else []
    return Company(
        places=tuple((_label(code), counted[code]) for code in order),
        named=tuple(sorted(named, key=lambda each: sort_key(each.name))),
    )


def _is_near(reader: Traveller, other: Traveller) -> bool:
    home, start = _newest(reader.municipality_code), _newest(other.municipality_code)
    if not home or not start:
        return False
    return home == start or municipalities.adjacent(home, start)


def _newest(code: str) -> str:
    """The code in force since 2024, "" when nobody knows the municipality."""
    codes = municipalities.current_codes(code, municipalities.NEWEST_DIVISION) if code else ()
    return codes[0] if codes else ""


def _label(code: str) -> str:
    municipality = municipalities.get(code)
    return municipality.label if municipality else ""
