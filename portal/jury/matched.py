"""Offers and camps as the plain values that the matching reads.

Pages that say what suits somebody turn an offer into these as a plan does, so that both mean one
thing.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from portal.geography import counties, municipalities
from portal.jury.matching import travel
from portal.jury.matching.types import Camp as MatchedCamp
from portal.jury.matching.types import Panel as MatchedPanel
from portal.jury.matching.types import Volunteer
from portal.jury.offers import Offer
from portal.models.jury import DayAnswer, Wish
from portal.models.seasons import Camp

_PRIVATE = "private"
_NO_OWNERS: Mapping[str, str] = MappingProxyType({})


def camp_of(camp: Camp, owners: Mapping[str, str] = _NO_OWNERS) -> MatchedCamp:
    """A camp with its juries; ``owners`` says who owns the public schools of a county."""
    county = camp.event.county_code
    on = camp.event.first_day
    private = camp.school is None or camp.school.owner == _PRIVATE
    return MatchedCamp(
        id=str(camp.id),
        day=on.isoformat(),
        panels=tuple(
            MatchedPanel(str(p.id), p.minimum, p.target, p.remote_allowed) for p in camp.panels
        ),
        municipality_code=code_on(camp.event.municipality_code, on),
        county_code=county,
        neighbour_counties=travel.neighbour_counties(county, on) if county else frozenset(),
        owner=None if private or county is None else owners.get(county),
    )


def volunteer_of(
    id: str,
    offer: Offer,
    camps: Sequence[Camp],
    day: date,
    *,
    employer: str | None = None,
    refused: Iterable[Camp] = (),
) -> Volunteer:
    """Somebody who made ``offer``, as far as it concerns ``camps``.

    Codes are read as of ``day``. ``employer`` is an organisation's id. ``refused`` are camps that
    are out of question whatever the offer says; a camp that it does not answer for is so too.
    """
    said = {camp.id: offer.days.get(camp.id, DayAnswer.NO) for camp in camps}
    schools = {school_id for school_id, _kind in offer.conflicts}
    sure = _days(camps, said, DayAnswer.YES)
    not_there = {camp.id for camp in refused}
    return Volunteer(
        id=id,
        municipality_code=code_on(offer.municipality_code, day),
        county_code=county_on(offer.municipality_code, day),
        days=sure,
        if_needed=_days(camps, said, DayAnswer.IF_NEEDED) - sure,
        at_most=offer.at_most,
        longest_km=offer.longest_km,
        counties=related(offer.counties),
        takes_ferry=offer.takes_ferry,
        employer=employer,
        conflicts=_ids(camp for camp in camps if camp.school_id in schools),
        # One may come to one camp of a day and not to another.
        refused=_ids(c for c in camps if said[c.id] == DayAnswer.NO or c.id in not_there),
        wishes=_ids(camp for camp in camps if offer.wishes.get(camp.id) == Wish.WISH),
        avoids=_ids(camp for camp in camps if offer.wishes.get(camp.id) == Wish.AVOID),
    )


def related(codes: Iterable[str]) -> frozenset[str] | None:
    """The counties and those they came from or became: an offer outlives a reform. None for any."""
    offered = tuple(codes)
    if not offered:
        return None
    return frozenset(
        county.code
        for county in counties.all()
        if any(counties.related(county.code, code) for code in offered)
    )


def code_on(code: str | None, on: date) -> str | None:
    """The municipality's code that day, None when it is of none."""
    known = municipalities.current_codes(code, on) if code else ()
    return known[0] if known else None


def county_on(code: str | None, on: date) -> str | None:
    """The code of the county that the municipality lies in that day."""
    current = code_on(code, on)
    return municipalities.county_of(current, on).code if current else None


def _days(
    camps: Iterable[Camp], said: Mapping[int, DayAnswer], wanted: DayAnswer
) -> frozenset[str]:
    return frozenset(c.event.first_day.isoformat() for c in camps if said[c.id] == wanted)


def _ids(camps: Iterable[Camp]) -> frozenset[str]:
    return frozenset(str(camp.id) for camp in camps)
