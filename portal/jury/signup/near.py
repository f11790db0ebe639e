"""A season's camps as one volunteer sees them: nearest first, which suit and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.geography import county_map, travel
from portal.geography.county_map import CountyMap
from portal.geography.positions import Position
from portal.jury.matching.types import Camp as MatchedCamp
from portal.jury.matching.types import Policy, Travel, Volunteer
from portal.jury.question import matched, said
from portal.jury.signup import nearness, suitability
from portal.jury.signup.nearness import NearbyCamp, Reach
from portal.jury.signup.offers import Offer
from portal.jury.signup.suitability import Fit, Suitability
from portal.models.seasons import Camp


@dataclass(frozen=True)
class SuitedCamp:
    """A camp, how far it is, how it suits, and how many jury members it still needs.

    ``limit`` is how far, in km, the volunteer goes.
    """

    near: NearbyCamp
    judged: Suitability
    missing: int
    limit: int | None

    @property
    def camp(self) -> Camp:
        """The camp itself."""
        return self.near.camp

    @property
    def taken(self) -> int:
        """The seats that somebody has said yes to."""
        return max(0, self.camp.target - self.missing)


@dataclass(frozen=True)
class Employment:
    """Who employs the volunteer, and who owns the public schools of each county."""

    employer: str | None
    owners: Mapping[str, str]


def seen_by(
    offer: Offer,
    camps: Sequence[Camp],
    needs: Mapping[int, int],
    employment: Employment | None = None,
) -> list[SuitedCamp]:
    """The camps as whoever would make ``offer`` sees them, nearest first.

    ``needs`` are the open seats by the id of the event. Without ``employment`` nothing is known of
    who owns which school, and no school is barred for that.
    """
    if not camps:
        return []
    reach = Reach(
        nearness.start_of(offer.postcode, offer.municipality_code),
        offer.counties,
        offer.longest_km,
        offer.takes_ferry,
    )
    nearest = nearness.nearest_first(camps, reach)
    judged = _judged(offer, nearest, employment)
    return [
        SuitedCamp(row, judged[str(row.camp.id)], needs.get(row.camp.event_id, 0), offer.longest_km)
        for row in nearest
    ]


def by_fit(rows: Sequence[SuitedCamp]) -> dict[Fit, list[SuitedCamp]]:
    """The camps that suit, those just outside, and the others, each in the order given."""
    return {fit: [row for row in rows if row.judged.fit == fit] for fit in Fit}


def map_of(camps: Sequence[Camp]) -> CountyMap:
    """The counties on the day of the first camp."""
    return county_map.division(min(camp.event.first_day for camp in camps))


def on_map(drawn: CountyMap, start: Position | None) -> Position | None:
    """Where somebody sets out, if that lies on the map."""
    if start is None:
        return None
    x, y = drawn.project(start.lat, start.lon)
    return start if 0 <= x <= drawn.width and 0 <= y <= drawn.height else None


def _judged(
    offer: Offer, nearest: Sequence[NearbyCamp], employment: Employment | None
) -> dict[str, Suitability]:
    camps = [row.camp for row in nearest]
    ways = {str(row.camp.id): row.travel for row in nearest}
    first = min(camp.event.first_day for camp in camps)
    schools = {school_id for school_id, _kind in offer.conflicts}
    owners = employment.owners if employment else {}
    employer = employment.employer if employment else None
    return suitability.judge(
        matched.volunteer_of(
            matched.Person("", employer),
            offer,
            offer.answers,
            schools,
            said.asked_about(camps),
            first,
        ),
        [matched.camp_of(camp, owners) for camp in camps],
        Policy(bar_owner=employment is not None),
        _Ways(ways),
    )


class _Ways:
    """The ways as the matching asks for them: with or without the ferry, as the person takes it."""

    def __init__(self, ways: Mapping[str, travel.Travel | None]) -> None:
        self._ways = ways

    def __call__(self, volunteer: Volunteer, camp: MatchedCamp) -> Travel:
        return nearness.as_matched(self._ways[camp.id], takes_ferry=volunteer.takes_ferry)
