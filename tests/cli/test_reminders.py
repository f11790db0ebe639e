"""``flask reminders``: what is due now, queued by hand."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.invitations import actions
from portal.models.mailings import Mailing
from tests.factories import create_event


@pytest.fixture
def now():
    """Commands go by the machine's clock."""
    return datetime.now(UTC)


def queue(app) -> tuple[int, str]:
    """Run the command; its exit code and what it prints."""
    db.session.commit()
    done = app.test_cli_runner().invoke(args=["reminders", "queue"])
    return done.exit_code, done.output


def test_what_is_due_is_queued_once_and_counted(app, ola, now):
    event = create_event(starts_at=now + timedelta(minutes=30))
    actions.invite(event, ola, by=None, now=now - timedelta(days=9))

    said = [queue(app), queue(app)]

    queued = sa.select(Mailing.kind, Mailing.event_id).where(Mailing.kind != "invitations.request")
    assert said == [(0, "Queued 1.\n"), (0, "Queued 0.\n")]
    assert db.session.execute(queued).all() == [("reminders.event", event.id)]


def test_nothing_due_is_nothing_queued(app):
    assert queue(app) == (0, "Queued 0.\n")
