"""The disk is full for a while: no half change, and nothing lost.

Collected on the leg of SQLite only, where the disk is the portal's own.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import OperationalError

from portal.db import db
from portal.models.accounts import Person
from portal.models.mail import MailState
from tests.mail.farming import Farm, outcome, queue_many, sink, states, wait_until

FULL_SECONDS = 3


@contextmanager
def full() -> Iterator[None]:
    """The file of the database may not grow, and holds no room that others have left."""
    raw = db.engine.raw_connection()
    raw.driver_connection.execute("VACUUM")
    raw.close()
    connection = db.session.connection()
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    try:
        yield
    finally:
        db.session.rollback()
        # The limit is the connection's own, and goes with it.
        db.engine.dispose()


@pytest.fixture
def now():
    """A worker in another process goes by the machine's clock."""
    return datetime.now(UTC)


def test_on_a_full_disk_neither_the_change_nor_its_mail_is_kept(app):
    with full(), pytest.raises(OperationalError, match="disk is full"):
        change_and_mail()

    assert (db.session.query(Person).count(), states()) == (0, {})

    change_and_mail()

    assert (db.session.query(Person).count(), states()) == (1, {MailState.QUEUED: 500})


def change_and_mail() -> None:
    """Make Kari known, and queue more than the file has room for."""
    db.session.add(Person(name="Kari", created_at=datetime.now(UTC)))
    queue_many(500)


def test_a_worker_outlives_a_full_disk(portal_app, app, database_url, tmp_path):
    with sink(tmp_path / "taken", 5) as taken:
        wanted = queue_many(300)
        farm = Farm(database_url, tmp_path)
        begun = time.monotonic()
        running = farm.tell("fill_disk", taken.port, FULL_SECONDS)
        wait_until(lambda: states() == {MailState.SENT: 300}, 60)
        took = time.monotonic() - begun
        ended = farm.tell("stop", running)
        farm.close()

        found = outcome(taken, wanted)

    assert took > FULL_SECONDS
    assert ended == "[0]"
    assert (found.lost, found.altered) == (0, 0)
    assert found.again <= 1
