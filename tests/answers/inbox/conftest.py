"""Ola is invited to a webinar by a mail of ours; what his calendar sends back is taken in."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa

from portal.answers.inbox import taking
from portal.answers.inbox.taking import Received
from portal.db import db
from portal.invitations import actions, addresses
from portal.models.accounts import Person
from portal.models.inbox import InboxMessage
from portal.models.invitations import Invitation
from tests.answers.inbox.shapes import Told
from tests.factories import create_event, create_person


@pytest.fixture
def ola(app: Any) -> Person:
    return create_person("Ola Hansen", email="ola.hansen@example.org")


@pytest.fixture
def siri(app: Any) -> Person:
    return create_person("Siri Berg", email="siri.berg@example.org")


@pytest.fixture
def invitation(kari: Person, ola: Person, now: datetime) -> Invitation:
    invited = actions.invite(create_event("Webinar om fjorden"), ola, by=kari, now=now)
    db.session.commit()
    return invited


@pytest.fixture
def told(invitation: Invitation, ola: Person) -> Told:
    """Ola's yes."""
    return Told(to=addresses.calendar_address(ola), uid=invitation.event.uid)


@pytest.fixture
def take(app: Any, now: datetime) -> Callable[..., Received]:
    """Take a message in as the command does, and commit."""

    def take_in(raw: bytes, at: datetime = now) -> Received:
        done = taking.take(raw, at)
        db.session.commit()
        db.session.expire_all()
        return done

    return take_in


def rows() -> list[InboxMessage]:
    """What was kept of messages, oldest first."""
    return list(db.session.scalars(sa.select(InboxMessage).order_by(InboxMessage.id)))


def state_of(invitation: Invitation) -> tuple[str, str, str]:
    """What was answered, by what way, and the comment."""
    return str(invitation.answer), invitation.answer_source, invitation.comment


def all_rows() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but for what is kept of messages themselves."""
    db.session.commit()
    found = {}
    for table in db.metadata.sorted_tables:
        if table.name != "inbox_message":
            lines = db.session.execute(sa.select(table).order_by(*table.primary_key)).all()
            found[table.name] = [tuple(line) for line in lines if "inbox.queued" not in line]
    db.session.commit()
    return found
