"""What the demo makes: something on every page, nobody real, and only in an empty database."""

import sqlalchemy as sa
from flask import Flask

from portal.db import db
from portal.demo.names import FIRST, LAST
from portal.models.accounts import EmailAddress, Person
from portal.models.jury import Assignment, AssignmentState, Plan, PlanAction, PlanRow, PlanState
from portal.models.mail import OutboxMail
from portal.models.seasons import Camp, Season

CAST = {"Kari Nordmann", "Ola Hansen", "Siri Berg", "Ingrid Solberg", "Amir Khan", "Turid Bakke"}


def test_a_database_in_use_is_left_alone(app: Flask, ola: Person):
    done = app.test_cli_runner().invoke(args=["demo", "load"])

    assert (done.exit_code, done.stdout, done.stderr) == (
        2, "", "The database is not empty: the demo is only loaded into an empty one.\n",
    )  # fmt: skip
    assert db.session.scalars(sa.select(Person.name)).all() == ["Ola Hansen"]


def test_everybody_is_invented(demo: Flask):
    people = db.session.scalars(sa.select(Person.name)).all()
    invented = {f"{first} {last}" for first in FIRST for last in LAST}

    assert [name for name in people if name not in invented | CAST] == []
    assert len(people) == len(set(people))


def test_every_address_is_at_the_domain_for_examples(demo: Flask):
    addresses = [
        *db.session.scalars(sa.select(EmailAddress.address)),
        *db.session.scalars(sa.select(OutboxMail.recipient)),
        *filter(None, db.session.scalars(sa.select(Season.contact_email))),
    ]

    assert [each for each in addresses if not each.endswith("@example.org")] == []


def test_seats_of_the_coming_season_are_in_every_state(demo: Flask):
    assert states_of("oppdrag-oslofjorden-2026") >= {
        AssignmentState.ASKED,
        AssignmentState.ACCEPTED,
        AssignmentState.DECLINED,
        AssignmentState.EXPIRED,
        AssignmentState.RECONFIRM,
        AssignmentState.RELEASED,
        AssignmentState.WITHDRAWN,
    }


def test_a_draft_adds_keeps_and_removes_and_says_what_cannot_be_filled(demo: Flask):
    plan = db.session.scalars(sa.select(Plan).where(Plan.state == PlanState.DRAFT)).one()
    actions = db.session.scalars(sa.select(PlanRow.action).where(PlanRow.plan_id == plan.id))

    assert set(actions) == set(PlanAction)
    assert any(each["level"] == "minimum" for each in plan.figures["certificates"])


def states_of(slug: str) -> set[AssignmentState]:
    return set(
        db.session.scalars(
            sa.select(Assignment.state)
            .join(Camp, Camp.id == Assignment.camp_id)
            .join(Season, Season.id == Camp.season_id)
            .where(Season.slug == slug)
        )
    )
