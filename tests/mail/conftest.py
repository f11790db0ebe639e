"""What the tests of mail share: a server on loopback, and messages that wait."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.db import db
from portal.mail import mailings, outbox, smtp
from portal.mail.delivery import Delivery
from portal.mail.message import Lane, Mailbox, Message
from portal.models.mail import OutboxMail
from portal.models.mailings import Mailing
from tests.mail.farming import Farm
from tests.mail.server import Script, listening
from tests.mail.sinks import Play, playing
from tests.mail.standing import BRIEF_SECONDS

# What can befall one of the two databases only.
collect_ignore = (
    ["test_full_disk.py"]
    if os.environ.get("TEST_DATABASE") == "postgresql"
    else ["test_crashes.py"]
)
OFFICE = Mailbox("oppdrag@portal.example.org", "Oppdrag Oslofjorden")


def news(mailing: Mailing, now: datetime) -> Iterator[tuple[str, Message]]:
    """A composer that writes to as many people as the mailing says."""
    for number in range(mailing.params["people"]):
        to = Mailbox(f"p{number}@example.org")
        yield f"news-{mailing.id}-{number}", Message(to, OFFICE, "Nytt", "Hei\n", lane=Lane.BULK)


def expand(now, between=lambda: None, composer=news) -> int:
    """Make the mailings that are ready into messages; how many."""
    return mailings.expand_due({"news": composer}, now, between)


@pytest.fixture
def server(app: Flask) -> Iterator[Script]:
    """A mail server that the portal sends to; what it answers is up to the test."""
    state = app.extensions["mail"]
    before = dict(vars(state))
    script = Script()
    with listening(script) as port:
        smtp.use_server(app, "127.0.0.1", port)
        yield script
    vars(state).update(before)


@pytest.fixture
def queue(app: Flask, now: datetime) -> Callable[..., OutboxMail]:
    """Queue a dull message to somebody and commit; gives its row."""

    def queue_one(to: str = "ola@example.org", subject: str = "Takk", **values) -> OutboxMail:
        message = Message(Mailbox(to), OFFICE, subject, "Hei\n", **{"kind": "test", **values})
        key = f"{to} {subject}"
        outbox.enqueue(message, key=key, now=now)
        mail = db.session.query(OutboxMail).filter_by(dedupe_key=key).one()
        # Nothing stays open: the delivery works on connections of its own.
        db.session.commit()
        return mail

    return queue_one


@pytest.fixture
def delivery(app: Flask, now: datetime) -> Delivery:
    """A worker's delivery at the moment the tests play."""
    return Delivery(tell_time=lambda: now)


@pytest.fixture(scope="module")
def farm(
    portal_app: Flask, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Farm]:
    """A process that forks workers and web servers on the database of the tests."""
    farm = Farm(database_url, tmp_path_factory.mktemp("farm"))
    yield farm
    farm.close()


@pytest.fixture
def serving(app: Flask) -> Iterator[Callable[[Play], AbstractContextManager[Any]]]:
    """Let the portal send to the server of a play."""
    state = app.extensions["mail"]
    before = dict(vars(state))

    @contextmanager
    def serve(play: Play) -> Iterator[Any]:
        with playing(play) as port:
            smtp.use_server(app, "127.0.0.1", port)
            yield state

    yield serve
    vars(state).update(before)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that waits for a fraction of a second where it would wait for half a minute."""
    monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", BRIEF_SECONDS)


@pytest.fixture
def three(queue: Callable[..., OutboxMail]) -> list[OutboxMail]:
    """Messages to Ola, Siri and Per, in this order."""
    return [queue(each) for each in ("ola@example.org", "siri@example.org", "per@example.org")]


@pytest.fixture
def mailing(app, now):
    """A mailing to 250 people, whose hold is over in five minutes."""
    outbox.enqueue_mailing(
        "news", key="news-1", now=now, by=None, hold=timedelta(minutes=5), people=250
    )
    found = db.session.scalars(sa.select(Mailing)).one()
    found.total = 250
    db.session.commit()
    return found


@pytest.fixture
def few(mailing, now):
    """The same to five people, made into messages an hour ago and not yet sent."""
    mailing.params, mailing.total = {"people": 5}, 5
    mailing.hold_until = now - timedelta(hours=1)
    db.session.commit()
    expand(now - timedelta(hours=1))
    return mailing
