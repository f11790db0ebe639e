"""Fill the editable registers from the data that comes with the portal.

What stands in a register already is left alone, since the secretariat may have corrected it.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portal.db import db
from portal.geography import calendar_days, organisations, schools
from portal.models.places import Membership, Organisation, OrganisationKind, School, SchoolBreak


@dataclass(frozen=True)
class Added:
    """How many rows were new in each register."""

    schools: int
    organisations: int
    school_breaks: int


def are_empty() -> bool:
    """Whether no school is known yet, so that no season could be made."""
    return not db.session.scalar(sa.select(sa.exists().where(School.id > 0)))


def fill() -> Added:
    """Add every school, organisation and school break that is not there yet, and flush."""
    return Added(_add_schools(), _add_organisations(), _add_school_breaks())


def _add_schools() -> int:
    known = set(db.session.scalars(sa.select(School.orgnr)))
    return _add(each for each in map(_school, schools.all()) if each.orgnr not in known)


def _add_organisations() -> int:
    known = set(db.session.scalars(sa.select(Organisation.name)))
    shipped = map(_organisation, organisations.all())
    return _add(each for each in shipped if each.name not in known)


def _add_school_breaks() -> int:
    columns = (SchoolBreak.county_code, SchoolBreak.kind, SchoolBreak.first_day)
    known = {tuple(row) for row in db.session.execute(sa.select(*columns))}
    shipped = map(_school_break, calendar_days.shipped_breaks())
    return _add(e for e in shipped if (e.county_code, e.kind, e.first_day) not in known)


def _add(rows: Any) -> int:
    new = list(rows)
    db.session.add_all(new)
    db.session.flush()
    return len(new)


def _school(shipped: schools.School) -> School:
    return School(
        orgnr=shipped.orgnr,
        name=shipped.name,
        kind=shipped.type,
        owner=shipped.ownership,
        municipality_code=shipped.municipality_code,
        address=shipped.address,
        postcode=shipped.postcode,
        place=shipped.place,
        latitude=shipped.lat,
        longitude=shipped.lon,
        position_source=shipped.position_source,
        website=shipped.website,
    )


def _organisation(shipped: organisations.Organisation) -> Organisation:
    one = shipped.codes[0] if len(shipped.codes) == 1 else None
    return Organisation(
        name=shipped.name,
        kind=OrganisationKind(shipped.kind),
        municipality_code=one if shipped.kind == "municipality" else None,
        county_code=one if shipped.kind == "county_council" else None,
        region_id=shipped.key if shipped.kind == "regional_council" else None,
        member=Membership(shipped.is_member),
        evidence=shipped.evidence[:500],
    )


def _school_break(shipped: calendar_days.SchoolBreak) -> SchoolBreak:
    return SchoolBreak(
        county_code=shipped.county_code,
        kind=shipped.kind.value,
        first_day=shipped.first_day,
        last_day=shipped.last_day,
        source=shipped.source[:300],
        basis=shipped.basis.value,
    )
