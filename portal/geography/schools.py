"""Upper secondary schools of the jury area, to fill the table that organisers edit."""

from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from portal.geography import _files
from portal.geography.positions import Position

SchoolType = Literal["ordinary", "special", "adult", "administrative", "other"]
Ownership = Literal["public", "private", ""]


@dataclass(frozen=True, slots=True)
class School:
    """A unit of the national school register.

    ``name_2022`` is the name in force in autumn 2023, "" when the register of 2022 lacks it;
    ``municipality_code`` is of 2024, ``municipality_code_2023`` of 2020-2023. ``type`` is our
    reading of the name: show "ordinary" first. ``position_source`` is "school" for the register's
    own point and "postcode" for that of its postcode.
    """

    orgnr: str
    name: str
    name_2022: str
    type: SchoolType
    ownership: Ownership
    municipality_code: str
    municipality_code_2023: str
    address: str
    postcode: str
    place: str
    lat: float
    lon: float
    position_source: Literal["school", "postcode"]
    website: str
    in_register_2022: bool
    in_register_2026: bool
    note: str

    @property
    def position(self) -> Position:
        """Where it is, to measure travel to."""
        return Position(self.municipality_code, self.lat, self.lon)


@cache
def all() -> tuple[School, ...]:
    """Every school, by county of 2024 and name in Norwegian order."""
    return tuple(_school(row) for row in _files.rows("schools.csv"))


def _school(row: dict[str, str]) -> School:
    return School(
        orgnr=row["orgnr"],
        name=row["name"],
        name_2022=row["name_2022"],
        type=cast(SchoolType, row["type"]),
        ownership=cast(Ownership, row["ownership"]),
        municipality_code=row["municipality"],
        municipality_code_2023=row["municipality_2023"],
        address=row["address"],
        postcode=row["postcode"],
        place=row["place"],
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        position_source=cast(Literal["school", "postcode"], row["position_source"]),
        website=row["website"],
        in_register_2022=row["in_2022"] == "yes",
        in_register_2026=row["in_2026"] == "yes",
        note=row["note"],
    )
