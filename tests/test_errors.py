from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError, InvalidRequestError

from portal.db import db
from portal.models.accounts import EmailAddress
from portal.models.groups import Group
from portal.models.jury import Assignment
from tests.factories import create_group, create_meeting, create_person, create_place

NOW = datetime(2026, 8, 20, 9, 0, tzinfo=UTC)


def shown(app: Flask, statement: sa.Insert) -> tuple[str, int]:
    """The page for what the database says of ``statement``, and its status."""
    with app.test_request_context("/"):
        with pytest.raises(IntegrityError) as broken:
            db.session.execute(statement)
        body, status, _headers = app.handle_user_exception(broken.value)
    return body, status


def test_two_who_do_the_same_at_once_are_told_so_and_nothing_breaks(app):
    first, second = create_person(email="ola@example.org"), create_person("Siri Berg", email=None)
    address = first.emails[0].folded
    again = sa.insert(EmailAddress).values(
        person_id=second.id, address=address, folded=address, is_primary=True
    )

    body, status = shown(app, again)

    assert (status, "Noen var et øyeblikk før deg" in body) == (409, True)


def test_whoever_comes_from_a_mail_without_being_signed_in_is_led_to_sign_in(
    client, ola, browse_as: Callable
):
    group = create_group()
    create_place(group, ola)
    page = f"/events/{create_meeting(group).event.slug}"

    outside, inside = client.get(page), browse_as(ola).get(page)

    assert (outside.status_code, f'href="/sign-in?next={page}"' in outside.text) == (404, True)
    assert inside.status_code == 200


def test_another_broken_rule_is_our_fault(app):
    nobody = sa.insert(Assignment).values(
        public_id="x", camp_id=0, panel_id=0, person_id=0, state="asked", locked=False,
        origin="plan", reason={}, comment="", ask_number=0, created_at=NOW,
    )  # fmt: skip

    body, status = shown(app, nobody)

    assert (status, "Noe gikk galt hos oss" in body) == (500, True)


def test_whoever_changes_what_somebody_has_just_deleted_is_told_so(app):
    group = create_group()
    with app.test_request_context("/"):
        db.session.execute(
            sa.delete(Group).where(Group.id == group.id),
            execution_options={"synchronize_session": False},
        )
        with pytest.raises(InvalidRequestError) as gone:
            db.session.refresh(group, ["name"], with_for_update=True)
        body, status, _headers = app.handle_user_exception(gone.value)

    assert (status, "Noen var et øyeblikk før deg" in body) == (409, True)
