"""An empty portal knows the schools, on one machine by itself and elsewhere by a command."""

import sqlalchemy as sa
from flask import Flask

from portal.cli.serve import prepare_database
from portal.db import db
from portal.geography import calendar_days, organisations, schools
from portal.models.accounts import Person
from portal.models.places import Organisation, School, SchoolBreak
from tests.factories import create_school

SHIPPED = {
    School: len(schools.all()),
    Organisation: len(organisations.all()),
    SchoolBreak: len(calendar_days.shipped_breaks()),
}


def test_serving_an_empty_database_fills_the_registers_and_invents_nobody(app: Flask):
    prepare_database()

    assert {table: count(table) for table in SHIPPED} == SHIPPED
    assert count(Person) == 0


def test_serving_leaves_a_register_alone_that_somebody_has_begun(app: Flask):
    create_school("Vår egen videregående skole")

    prepare_database()

    assert db.session.scalars(sa.select(School.name)).all() == ["Vår egen videregående skole"]


def test_the_command_adds_what_is_missing_and_says_how_much(app: Flask):
    create_school(orgnr=schools.all()[0].orgnr)

    first = app.test_cli_runner().invoke(args=["import", "registers"])
    second = app.test_cli_runner().invoke(args=["import", "registers"])

    db.session.rollback()
    assert (first.exit_code, first.output) == (
        0,
        f"Added {SHIPPED[School] - 1} schools, {SHIPPED[Organisation]} organisations"
        f" and {SHIPPED[SchoolBreak]} school breaks.\n",
    )
    assert second.output == "Added 0 schools, 0 organisations and 0 school breaks.\n"
    assert {table: count(table) for table in SHIPPED} == SHIPPED


def count(table: type[db.Model]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table))
