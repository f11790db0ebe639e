"""What tests of answers share: a real IMAP server, an invitation to a meeting, and a desk."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.answers import mailbox
from portal.answers.mailbox import Tally
from portal.db import db
from portal.invitations import actions
from portal.models.accounts import Person
from portal.models.audit import AuditEntry
from portal.models.events import EventKind
from portal.models.groups import Group
from portal.models.invitations import Invitation
from portal.models.mail import MailState, OutboxMail
from portal.models.series import Series
from tests.answers.imap_server import Folder, Server, running
from tests.factories import create_event
from tests.groups.recurring import call
from tests.mail.conftest import queue  # noqa: F401
from tests.mail.reports.samples import report


@pytest.fixture(scope="session")
def imap() -> Iterator[Server]:
    """A server that can do what RFC 3501, 4315 and 6851 say."""
    with running() as server:
        yield server


@pytest.fixture
def inbox(imap: Server) -> Iterator[Folder]:
    """An empty folder of the mailbox."""
    folder = Folder(imap.account())
    yield folder
    folder.close()


@pytest.fixture
def fetch(app: Flask, inbox: Folder) -> Callable[..., Tally]:
    """Take in what lies in the folder, as the command does."""

    def fetch_once(**values) -> Tally:
        db.session.commit()
        return mailbox.fetch(inbox.account, **values)

    return fetch_once


@pytest.fixture
def bounce(queue: Callable[..., OutboxMail]) -> Callable[..., bytes]:  # noqa: F811
    """A report on a message of ours that came back from ``to``."""

    def bounce_one(to: str = "ola@example.org", **values: str) -> bytes:
        mail = queue(to)
        mail.state, mail.sent_at = MailState.SENT, datetime.now(UTC)
        known = {"came_to": mail.envelope_from, "message_id": mail.message_id, "recipient": to}
        db.session.commit()
        return report(**{**known, **values})

    return bounce_one


@pytest.fixture
def invitation(kari, ola, now) -> Invitation:
    """Ola is invited to a meeting, in the language that texts of tests are in."""
    ola.language = "en"
    event = create_event(
        "Møte om fjorden",
        kind=EventKind.MEETING,
        description="Bare for gruppen.",
        join_url="https://video.example.org/rom?id=7",
        contact_name="Kari Nordmann",
    )
    made = actions.invite(event, ola, by=kari, now=now - timedelta(days=1))
    db.session.commit()
    return made


@pytest.fixture
def desk(browse_as, kari):
    """Kari at her desk, in English."""
    browser = browse_as(kari)
    browser.set_cookie("language", "en")
    return browser


@pytest.fixture
def series(group: Group, lead: Person, now: datetime) -> Series:
    """Six meetings, every second Tuesday from September; the clocks are put back before the fifth.

    Ingrid, who leads the group, and Amir are invited to all of them.
    """
    return call(group, lead, now)


def closed() -> list[int]:
    """Which messages of ours were noted to have come back, as often as they were."""
    found = db.session.scalars(
        sa.select(AuditEntry.object_id).where(AuditEntry.verb == "mail.bounced")
    ).all()
    db.session.rollback()
    return sorted(found)
