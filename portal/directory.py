"""Lists of places and bodies that several features let people choose from."""

from datetime import date

import sqlalchemy as sa

from portal.db import db
from portal.geography import counties, municipalities
from portal.models.places import Organisation
from portal.text import sort_key


def municipality_choices(day: date) -> dict[str, list[tuple[str, str]]]:
    """The municipalities of the region on ``day`` as (code, name), under their county's name."""
    found: dict[str, list[tuple[str, str]]] = {}
    for municipality in municipalities.in_jury_area(day):
        county = municipalities.county_of(municipality.code, day).name
        found.setdefault(county, []).append((municipality.code, municipality.name))
    return {
        county: sorted(found[county], key=lambda choice: sort_key(choice[1]))
        for county in sorted(found, key=sort_key)
    }


def county_choices(day: date) -> list[tuple[str, str]]:
    """The counties of the region on ``day`` as (code, name), in Norwegian order."""
    found = [(county.code, county.name) for county in counties.jury_area(day)]
    return sorted(found, key=lambda choice: sort_key(choice[1]))


def organisation_choices() -> list[tuple[str, str]]:
    """All organisations as (id, name), in Norwegian order."""
    rows = db.session.execute(
        sa.select(Organisation.id, Organisation.name).order_by(Organisation.sort_key)
    )
    return [(str(row.id), row.name) for row in rows]


def county_name(code: str | None) -> str:
    """The name of a county, "" for none."""
    county = counties.get(code) if code else None
    return county.name if county else ""
