"""The registers are filled from the shipped data, once, and corrections stay."""

import sqlalchemy as sa

from portal.db import db
from portal.geography import calendar_days, organisations, schools
from portal.imports import registers
from portal.models.places import Membership, Organisation, OrganisationKind, School, SchoolBreak


def test_every_shipped_row_is_added_once(app):
    first = registers.fill()
    db.session.commit()
    second = registers.fill()

    shipped = (schools.all(), organisations.all(), calendar_days.shipped_breaks())
    assert first == registers.Added(*map(len, shipped))
    assert second == registers.Added(0, 0, 0)


def test_what_was_corrected_stays(app):
    registers.fill()
    one = schools.all()[0]
    school = db.session.scalars(sa.select(School).where(School.orgnr == one.orgnr)).one()
    school.name = "Et bedre navn"
    db.session.commit()

    registers.fill()

    assert school.name == "Et bedre navn"


def test_each_kind_of_organisation_is_known_by_its_own_code(app):
    registers.fill()

    def codes(name: str) -> tuple:
        found = db.session.scalars(sa.select(Organisation).where(Organisation.name == name)).one()
        return found.kind, found.municipality_code, found.county_code, found.region_id, found.member

    assert codes("Asker kommune") == (
        OrganisationKind.MUNICIPALITY, "3203", None, None, Membership.YES,
    )  # fmt: skip
    assert codes("Østfold fylkeskommune") == (
        OrganisationKind.COUNTY_COUNCIL, None, "31", None, Membership.UNKNOWN,
    )  # fmt: skip
    assert codes("Drammensregionen") == (
        OrganisationKind.REGIONAL_COUNCIL, None, None, "drammen", Membership.UNKNOWN,
    )  # fmt: skip


def test_school_breaks_say_how_sure_they_are(app):
    registers.fill()

    assert set(db.session.scalars(sa.select(SchoolBreak.basis))) == {"published", "pattern"}
