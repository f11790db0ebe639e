"""Looking for schools in the register: few enough to be searched in memory, folded as they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from portal import directory
from portal.db import db
from portal.geography import municipalities
from portal.models.events import Event, EventState
from portal.models.places import School
from portal.models.seasons import Camp, Season
from portal.text import search_key

ORDINARY = "ordinary"


@dataclass(frozen=True)
class Hit:
    """A school found, and where it lies on the day asked about."""

    school: School
    municipality: str
    county_code: str
    is_picked: bool = False

    @property
    def county(self) -> str:
        """The name of the county."""
        return directory.county_name(self.county_code)


def search(
    text: str, county: str, on: date, *, picked: Sequence[int] = (), within: Sequence[str] = ()
) -> list[Hit]:
    """Schools by name, place or municipality, in one county or in those of ``within``.

    Ordinary schools come first, then by name in Norwegian order.
    """
    schools = db.session.scalars(
        sa.select(School).order_by(School.kind != ORDINARY, School.sort_key, School.id)
    )
    hits = [_hit(school, on, school.id in picked) for school in schools]
    wanted = [county] if county else list(within)
    words = search_key(text).split()
    return [
        hit
        for hit in hits
        if (not wanted or hit.county_code in wanted) and all(word in _text(hit) for word in words)
    ]


def picked_schools(season: Season) -> list[int]:
    """Ids of the schools that have a camp in the season, cancelled ones left out."""
    return list(
        db.session.scalars(
            sa.select(Camp.school_id)
            .join(Camp.event)
            .where(
                Camp.season_id == season.id,
                Camp.school_id.is_not(None),
                Event.state != EventState.CANCELLED,
            )
        )
    )


def schools_by_id(numbers: Sequence[int]) -> list[School]:
    """The schools with these ids, in Norwegian order."""
    return list(
        db.session.scalars(
            sa.select(School).where(School.id.in_(numbers)).order_by(School.sort_key)
        )
    )


def _hit(school: School, on: date, is_picked: bool) -> Hit:
    try:
        county = municipalities.county_of(school.municipality_code, on).code
    except municipalities.UnknownMunicipality:
        county = ""
    municipality = municipalities.get(school.municipality_code, on)
    return Hit(school, municipality.name if municipality else "", county, is_picked)


def _text(hit: Hit) -> str:
    places = search_key(f"{hit.school.place} {hit.municipality} {hit.county}")
    return f"{hit.school.search_key} {places} {hit.school.orgnr or ''}"
