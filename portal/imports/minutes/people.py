"""The people minutes name: known again by name and employer, since they give no addresses."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from portal.db import db
from portal.geography import municipalities
from portal.models.accounts import Person
from portal.models.places import Organisation


class People:
    """Everybody a document names, by the document's own ids; made when the portal lacks them."""

    def __init__(self, document: dict[str, Any], made: list[str], now: datetime) -> None:
        self._day = date.fromisoformat(document["meeting"]["date"])
        self._organisations = list(db.session.scalars(sa.select(Organisation)))
        self._found: dict[str, Person] = {}
        new = 0
        for part in ("attendees", "secretariat"):
            for given in document.get(part, []):
                person, is_new = self._person(given, now)
                self._found[given["id"]] = person
                new += is_new
        db.session.flush()
        if new:
            made.append(f"people: {new}")

    def __getitem__(self, document_id: str) -> Person:
        return self._found[document_id]

    def organisation(self, given: dict[str, Any]) -> Organisation | None:
        """The body that ``given`` names by region or municipality code, if the register has it."""
        region, code = given.get("delregion_id"), given.get("municipality_code_2023")
        newest = self._newest(code) if code else None
        for each in self._organisations:
            if (region and each.region_id == region) or (
                newest and each.municipality_code == newest
            ):
                return each
        return None

    def _person(self, given: dict[str, Any], now: datetime) -> tuple[Person, bool]:
        employer = self.organisation(given)
        employer_id = employer.id if employer else None
        found = db.session.scalar(
            sa.select(Person).where(
                Person.name == given["name"],
                Person.organisation_id.is_not_distinct_from(employer_id),
            )
        )
        if found is not None:
            return found, False
        person = Person(
            name=given["name"],
            organisation=employer,
            municipality_code=given.get("municipality_code_2023"),
            created_at=now,
        )
        db.session.add(person)
        return person, True

    def _newest(self, code: str) -> str | None:
        try:
            return municipalities.newest_code(code)
        except municipalities.UnknownMunicipality:
            return None
