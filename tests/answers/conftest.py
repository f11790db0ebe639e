"""What the tests of the mailbox share: a real IMAP server, and a folder of one's own on it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.answers import mailbox
from portal.answers.mailbox import Tally
from portal.db import db
from portal.models.audit import AuditEntry
from portal.models.mail import MailState, OutboxMail
from tests.answers.imap_server import Folder, Server, running
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


def closed() -> list[int]:
    """Which messages of ours were noted to have come back, as often as they were."""
    found = db.session.scalars(
        sa.select(AuditEntry.object_id).where(AuditEntry.verb == "mail.bounced")
    ).all()
    db.session.rollback()
    return sorted(found)
