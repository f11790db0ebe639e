"""What happens beside the web server: sign-in links, mailings made into messages, mail sent."""

import fcntl
import logging
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TextIO

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from portal.accounts import sign_in_mail
from portal.answers.watching import watching
from portal.db import db
from portal.engine.beside import engine_beside
from portal.engine.duties import Duty
from portal.groups.follow_ups import notices as follow_up_notices
from portal.groups.follow_ups import reminding as follow_up_reminders
from portal.groups.follow_ups import telling as follow_up_telling
from portal.groups.input_rounds import notices as input_rounds
from portal.groups.input_rounds import reminders as input_reminders
from portal.groups.letters import notices as group_letters
from portal.groups.minutes import notices as minutes
from portal.groups.name_requests import actions as name_requests
from portal.groups.places import notices as place_notices
from portal.groups.polls import notices as poll_notices
from portal.groups.polls import reminding as poll_reminders
from portal.groups.setup import ending, first_call
from portal.groups.setup import notices as group_notices
from portal.invitations import many, series_mailings, telling
from portal.invitations import notices as invitations
from portal.invitations import reminders as event_reminders
from portal.jury.appeals import notices as appeals
from portal.jury.asks import ask_notices, asking
from portal.jury.asks import reminders as jury_reminders
from portal.jury.signup import drafts
from portal.mail import control, leases, mailings, outbox, retention
from portal.mail.delivery import Delivery, ServerAway, new_owner
from portal.mail.reminding import occasions, withdrawing
from portal.mailings import notices as news
from portal.seasons import camp_actions

log = logging.getLogger(__name__)

# What comes before all mail in a round, since somebody sits waiting for it.
FIRST: tuple[Callable[[datetime], int], ...] = (sign_in_mail.handle_requests,)
# Who makes a mailing of a kind into messages: "jury.asks" -> a composer in the feature's notices.
COMPOSERS: dict[str, mailings.Composer] = {
    **invitations.MAILINGS,
    **many.MAILINGS,
    **series_mailings.MAILINGS,
    **ask_notices.MAILINGS,
    **poll_notices.MAILINGS,
    **appeals.MAILINGS,
    **news.MAILINGS,
    **place_notices.MAILINGS,
    **group_letters.MAILINGS,
    **minutes.MAILINGS,
    **event_reminders.MAILINGS,
    **jury_reminders.MAILINGS,
    **follow_up_notices.MAILINGS,
    **group_notices.MAILINGS,
    **input_rounds.MAILINGS,
}
# What time itself brings about; each changes rows and leaves the commit to the round.
ROUTINES: tuple[Callable[[datetime], int], ...] = (
    telling.tell_due,
    camp_actions.tell_due,
    asking.expire_overdue,
    drafts.drop_expired,
    name_requests.remind_due,
    control.close_stopped,
    withdrawing.close_overtaken,
    occasions.queue,
    follow_up_telling.tell_due,
    follow_up_reminders.queue,
    follow_up_reminders.queue_unowned,
    ending.queue,
    first_call.ask_due,
    input_reminders.queue,
    poll_reminders.queue_due,
)

_LONGEST_PAUSE_SECONDS = 30.0
# How often to look at what time brings about: deadlines are days away, and looking takes a lock.
_CLOCK_SECONDS = 60.0
# The same while the job engine looks: it is trusted, but not for long.
_CLOCK_SECONDS_BESIDE_ENGINE = 600.0
_DAY_SECONDS = 86_400.0


def one_round(delivery: Delivery, *, look_at_clock: bool = True) -> None:
    """Do everything that waits, once: mailings are expanded, and mail sent until none is due.

    Between any two chunks or batches those who want to sign in are served. ``look_at_clock`` says
    whether to do what time itself brings about as well.

    Raises:
        ServerAway: mail cannot be sent now; all else is done.
    """
    delivery.between = partial(_serve_first, delivery)
    delivery.between()
    if look_at_clock:
        _follow_the_clock(delivery)
    try:
        with current_app.app_context():
            mailings.expand_due(COMPOSERS, delivery.tell_time(), _between_chunks(delivery))
    except mailings.Interrupted:
        return
    delivery.drain()


def run(app: Flask, stop: threading.Event, *, owner: str = "") -> None:
    """Do what waits until ``stop`` is set: at once when woken, else every OUTBOX_POLL_SECONDS.

    A fault is logged and followed by a pause that doubles up to half a minute; it never ends the
    loop. ``owner`` is the name that stands on the leases. On PostgreSQL the job engine runs beside:
    it wakes the loop, and spares it looking at the clock. Without it the loop does everything but
    reading the mailbox, which is done by a thread beside.
    """
    delivery = Delivery(stop=stop, owner=owner or new_owner())
    with app.app_context():
        database = db.engine
    duties = _duties(app, delivery)
    with (
        engine_beside(database, outbox.woken.set, duties) as engine_is_up,
        watching(app, stop),
    ):
        _loop(app, delivery, _Clock(engine_is_up))
    _pass_on(app)


def run_alone(app: Flask, stop: threading.Event) -> None:
    """``run``, but only one at a time for an INSTANCE_DIR: any other waits until this one ends."""
    path = Path(app.config["INSTANCE_DIR"]) / "delivery.lock"
    with path.open("a+") as file:
        while not _locked(file):
            if stop.wait(app.config["OUTBOX_POLL_SECONDS"]):
                return
        run(app, stop, owner=_take_over(app, file))


@dataclass
class _Clock:
    """When the loop has to look at what time brings about by itself."""

    engine_is_up: Callable[[], bool]
    looked_at: float = -math.inf
    tidied_at: float = -math.inf

    def says_look(self) -> bool:
        """Whether it is time to look; seldom while the engine does."""
        apart = _CLOCK_SECONDS_BESIDE_ENGINE if self.engine_is_up() else _CLOCK_SECONDS
        if time.monotonic() - self.looked_at < apart:
            return False
        self.looked_at = time.monotonic()
        return True

    def says_tidy(self) -> bool:
        """Whether what is old has to be deleted: once a day, unless the engine does."""
        if self.engine_is_up() or time.monotonic() - self.tidied_at < _DAY_SECONDS:
            return False
        self.tidied_at = time.monotonic()
        return True


def _loop(app: Flask, delivery: Delivery, clock: _Clock) -> None:
    poll = app.config["OUTBOX_POLL_SECONDS"]
    pause = shortest = min(poll, 1.0)
    while not delivery.stop.is_set():
        outbox.woken.clear()
        look = clock.says_look()
        if look and clock.says_tidy():
            _tidy(app, delivery)
        if _survives(app, delivery, look_at_clock=look):
            pause = shortest
            if not delivery.has_more:
                outbox.woken.wait(poll)
        else:
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
            # New mail is tried sooner, but nobody knocks more often than that.
            delivery.stop.wait(shortest)
            outbox.woken.wait(pause - shortest)


def _pass_on(app: Flask) -> None:
    """Wake whoever is left: what was given back need not wait until they look by themselves."""
    with app.app_context(), _apart():
        outbox.wake_after_commit()
        db.session.commit()


def _duties(app: Flask, delivery: Delivery) -> tuple[Duty, ...]:
    """What the engine does by the clock, on one host for all of them."""

    def look_at_clock() -> None:
        with app.app_context():
            _follow_the_clock(delivery)
        # What was dated ahead may be due by now.
        outbox.woken.set()

    def sweep() -> None:
        with app.app_context():
            if leases.sweep():
                outbox.woken.set()

    return (
        Duty("clock", "* * * * *", look_at_clock),
        Duty("sweep", "* * * * *", sweep),
        Duty("retention", "30 2 * * *", lambda: _tidy(app, delivery)),
    )


def _tidy(app: Flask, delivery: Delivery) -> None:
    with app.app_context(), _apart():
        retention.run(delivery.tell_time())


def _between_chunks(delivery: Delivery) -> Callable[[], None]:
    """Serve those who wait, then send a batch, unless it turned out that nobody takes it."""
    is_away = False

    def serve_and_send() -> None:
        nonlocal is_away
        if delivery.stop.is_set():
            raise mailings.Interrupted
        delivery.between()
        if not is_away:
            try:
                delivery.send_batch()
            except ServerAway:
                is_away = True

    return serve_and_send


def _serve_first(delivery: Delivery) -> None:
    # A context of its own: a mailing half expanded keeps its rows in the session of another.
    with current_app.app_context():
        for serve in FIRST:
            with _apart():
                serve(delivery.tell_time())


def _follow_the_clock(delivery: Delivery) -> None:
    with current_app.app_context():
        for routine in ROUTINES:
            # A look that finds nothing should not hold the write lock for long.
            with _apart():
                if routine(delivery.tell_time()):
                    db.session.commit()
                else:
                    db.session.rollback()


@contextmanager
def _apart() -> Iterator[None]:
    """A fault inside is logged and goes no further: all other mail must leave all the same."""
    try:
        yield
    except Exception:
        log.exception("the worker passed over a fault")
        db.session.rollback()


def _survives(app: Flask, delivery: Delivery, *, look_at_clock: bool) -> bool:
    try:
        with app.app_context():
            one_round(delivery, look_at_clock=look_at_clock)
    except ServerAway as away:
        log.error("no mail can be sent: %s", away)
    except Exception:
        log.exception("the worker stumbled")
    else:
        return True
    finally:
        delivery.close()
    return False


def _locked(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _take_over(app: Flask, file: TextIO) -> str:
    """Put our name into the lock file, and free what the one before us died with in hand.

    Whoever could lock the file knows that the other is gone, and need not wait for its leases.
    """
    file.seek(0)
    before, owner = file.read().strip(), new_owner()
    try:
        with app.app_context():
            leases.give_back(before)
    except SQLAlchemyError:
        log.exception("leases of the worker before are left to end by themselves")
    file.truncate(0)
    file.write(owner)
    file.flush()
    return owner
