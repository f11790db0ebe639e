"""Who changes what is reminded of waits for who writes it, and never the other way round too.

While a message is written, PostgreSQL holds the event, season and person that it refers to.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.invitations import event_changes
from portal.jury.signup import actions as volunteering
from portal.jury.signup.offers import Offer
from portal.mail import mailings, outbox
from portal.mail.message import Lane, Mailbox, Message
from portal.mail.reminding import occasions, times
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.mailings import Mailing, ReminderKind
from portal.models.seasons import Season
from portal.reminders import actions as timings
from tests.factories import create_event, create_season
from tests.mail.conftest import OFFICE
from tests.mail.reminding.rounds import states

EARLY = times.Timing(3, times.USUAL[ReminderKind.EVENT].at)


@dataclass(frozen=True)
class Numbers:
    """The ids of what a reminder refers to, and of who chooses when it is sent."""

    event: int
    season: int
    ola: int
    kari: int


def edits_the_event(of: Numbers, now) -> None:
    event = db.session.get_one(Event, of.event)
    event_changes.check_unedited(event, event.revision)
    event_changes.change(event, {"place": "Biblioteket"}, by=None, now=now)


def chooses_a_time_for_the_event(of: Numbers, now) -> None:
    event, kari = db.session.get_one(Event, of.event), db.session.get_one(Person, of.kari)
    timings.choose(event, ReminderKind.EVENT, EARLY, by=kari, now=now)


def chooses_a_time_for_the_season(of: Numbers, now) -> None:
    season, kari = db.session.get_one(Season, of.season), db.session.get_one(Person, of.kari)
    timings.choose(season, ReminderKind.SIGNUP, EARLY, by=kari, now=now)


def signs_up(of: Numbers, now) -> None:
    season, ola = db.session.get_one(Season, of.season), db.session.get_one(Person, of.ola)
    offer = Offer(municipality_code="3103", postcode="1530")
    volunteering.sign_up(season, ola, offer=offer, now=now)


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        (ReminderKind.EVENT, edits_the_event),
        (ReminderKind.EVENT, chooses_a_time_for_the_event),
        (ReminderKind.SIGNUP, chooses_a_time_for_the_season),
        (ReminderKind.SIGNUP, signs_up),
    ],
)
def test_a_change_waits_for_the_chunk_that_is_written_and_takes_it_back(
    app, ola, kari, now, kind, change
):
    of = Numbers(create_event().id, create_season().id, ola.id, kari.id)
    number, address = queued(kind, of, now), ola.email
    locked, go_on = threading.Event(), threading.Event()

    def write_a_chunk() -> None:
        assert mailings._may_go_on(number)
        locked.set()
        assert go_on.wait(20)
        outbox.enqueue(reminder(kind, of, address), key="one", now=now, mailing_id=number)

    writer = Beside(app, write_a_chunk)
    assert locked.wait(20)
    request = Beside(app, lambda: change(of, now))
    wait_until_somebody_waits()
    go_on.set()

    assert [writer.outcome(), request.outcome()] == ["done", "done"]
    assert states() == [(address, "suppressed", "overtaken")]


def queued(kind: ReminderKind, of: Numbers, now) -> int:
    """A mailing that reminds of ``kind`` and waits to be made into messages."""
    about = outbox.About(**refers_to(kind, of))
    outbox.enqueue_mailing(occasions.kind_of_mailing(kind), key="it", now=now, by=None, about=about)
    number = db.session.scalars(sa.select(Mailing.id)).one()
    db.session.commit()
    return number


def refers_to(kind: ReminderKind, of: Numbers) -> dict[str, int]:
    return {"event_id": of.event} if kind is ReminderKind.EVENT else {"season_id": of.season}


def reminder(kind: ReminderKind, of: Numbers, address: str) -> Message:
    return Message(
        Mailbox(address), OFFICE, "Husk", "Hei\n", kind="reminders/test", lane=Lane.BULK,
        topic=occasions.TOPICS[kind], person_id=of.ola, **refers_to(kind, of),
    )  # fmt: skip


class Beside:
    """Something done and committed on another thread, with a connection of its own."""

    def __init__(self, app, do: Callable[[], object]) -> None:
        self._outcome = "never came back"
        self._thread = threading.Thread(target=self._run, args=(app, do))
        self._thread.start()

    def outcome(self) -> str:
        """ "done", or what went wrong."""
        self._thread.join(30)
        return self._outcome

    def _run(self, app, do: Callable[[], object]) -> None:
        with app.app_context():
            try:
                do()
                db.session.commit()
                self._outcome = "done"
            except Exception as error:
                self._outcome = str(error)
                db.session.rollback()


def wait_until_somebody_waits() -> None:
    """Until some connection to the database waits for a lock."""
    waits = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    for _look in range(400):
        with db.engine.connect() as connection:
            if connection.scalar(waits):
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits for the writer")
