"""Send what waits in the outbox: every message at least once, and at most one of them twice.

A batch is leased in one commit, sent over one connection, and each message marked in a commit of
its own after the server's 250 and before the next one ends (``marks.py``). No transaction is open
while a server is waited for. Whoever is killed in between leaves one message uncertain, and its
bytes are the same the second time.
"""

import logging
import math
import smtplib
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NoReturn

from flask import current_app

from portal import clock
from portal.db import db
from portal.mail import addresses, choices, leases, outcomes, smtp
from portal.mail.batch import Batch
from portal.mail.leases import Leased
from portal.mail.marks import LeaseLost, Marks, patiently
from portal.mail.outcomes import Failure, Verdict
from portal.models.mail import Lane, MailState
from portal.tokens import public_id

log = logging.getLogger(__name__)
# So often one looks up: a sign-in link must not wait for a batch of other mail to a slow server.
_SLICE_SECONDS = 1.0
# So long one sends before looking what else there is: mailings to expand, reminders that are due.
_ROUND_SECONDS = 20.0
# So many messages in a row that broke the conversation mean that the server is at fault.
_BROKEN_IN_A_ROW = 3


def new_owner() -> str:
    """A name for a worker's leases that no other worker has."""
    return f"{socket.gethostname()[:60]}:{public_id()}"


class ServerAway(Exception):
    """No message can be sent now; its text says why. What was in hand waits again."""


@dataclass
class Tally:
    """How many messages a delivery has sent, refused for good, and put off."""

    sent: int = 0
    failed: int = 0
    later: int = 0


@dataclass
class Delivery:
    """One worker's delivery: its name on the leases, and its conversation with the server.

    ``tell_time`` says what is due; ``stop`` ends a batch after the message in hand. ``between`` is
    called before each batch, and every second within one.
    """

    stop: threading.Event = field(default_factory=threading.Event)
    tell_time: Callable[[], datetime] = clock.now
    between: Callable[[], object] = lambda: None
    owner: str = field(default_factory=new_owner)
    tally: Tally = field(default_factory=Tally)
    _connection: smtp.Connection | None = None
    _marks: Marks | None = None
    _broken: int = 0
    _has_more: bool = False
    _batch: Batch = field(default_factory=lambda: Batch(0.0, 0))

    @property
    def has_more(self) -> bool:
        """Whether more was due when the last drain ended: it had lasted long enough."""
        return self._has_more

    def drain(self) -> int:
        """Send until nothing is due, or for twenty seconds: there is more to do than sending.

        Returns:
            How many messages were taken in hand.

        Raises:
            ServerAway: nobody can be served now.
        """
        taken, begun = 0, time.monotonic()
        try:
            while not self.stop.is_set() and time.monotonic() - begun < _ROUND_SECONDS:
                self.between()
                batch = self.send_batch()
                if not batch:
                    break
                taken += batch
        finally:
            self.close()
        return taken

    def send_batch(self) -> int:
        """Lease one batch and send it; what time does not suffice for waits again.

        Raises:
            ServerAway: nobody can be served now.
        """
        seconds = current_app.config["OUTBOX_LEASE_SECONDS"]
        self._batch = Batch(time.monotonic(), seconds)
        batch = leases.take(self.owner, self.tell_time(), seconds, looks_first=not self._has_more)
        self._has_more = len(batch) == leases.AT_ONCE
        try:
            handled = self._send_all(batch)
            self._settle()
        except LeaseLost:
            log.warning("lease lost", extra={"facts": {"owner": self.owner}})
            self._hang_up()
            handled = 0
        except Exception:
            # Whatever broke, nothing half said may be taken for a message.
            self._hang_up()
            raise
        if handled < len(batch):
            self._has_more = True
            leases.give_back(self.owner)
        return len(batch)

    def close(self) -> None:
        """End the conversation with the server, if there is one, and all that belongs to it."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._marks is not None:
            self._marks.close()
            self._marks = None

    def _send_all(self, batch: list[Leased]) -> int:
        """Send one after the other while there is time; how many were handled."""
        handled = 0
        for message in batch:
            # One message always goes, lest a short lease turn the worker in circles.
            if self.stop.is_set() or (handled and self._must_pause(message)):
                break
            if message.id not in self._batch.paused:
                self._handle(message)
                handled += 1
        return handled

    def _handle(self, message: Leased) -> None:
        if message.is_barred:
            self._hold_back(message, leases.BARRED)
        elif message.is_unwanted:
            self._hold_back(message, choices.CLOSED)
        elif message.is_closed or self._is_closed_by_now(message):
            self._hold_back(message, addresses.CLOSED)
        else:
            self._send(message)

    def _is_closed_by_now(self, message: Leased) -> bool:
        return (
            message.lane != Lane.SIGN_IN and addresses.fold(message.recipient) in self._batch.closed
        )

    def _must_pause(self, message: Leased) -> bool:
        moment = time.monotonic()
        if moment > self._batch.safe_until:
            return True
        if message.lane == Lane.SIGN_IN or moment - self._batch.looked_up_at <= _SLICE_SECONDS:
            return False
        self._batch.looked_up_at = moment
        self._settle()
        self.between()
        news = leases.look_up(self.owner, Lane(message.lane), self.tell_time())
        self._batch.paused.update(news.paused)
        return news.is_urgent

    def _send(self, message: Leased) -> None:
        failure = self._attempt(message)
        if failure is None:
            self._broken = 0
            self.tally.sent += 1
            self._begin_mark(message)
            return
        # One message at a time is uncertain, and one writer at a time is enough for SQLite.
        self._settle()
        facts = {"mail": message.id, "kind": message.kind, "code": failure.code}
        log.warning("not sent: %s", failure.reason, extra={"facts": facts})
        if failure.verdict is Verdict.AWAY:
            self._leave(failure)
        self._put_off_or_close(message, failure)
        if self._broken >= _BROKEN_IN_A_ROW:
            self._leave(failure)

    def _attempt(self, message: Leased) -> Failure | None:
        """Hand ``message`` to the server; None means that it answered 250."""
        is_fresh = self._connection is None
        self._batch.message = message
        connection = self._connected()
        try:
            connection.send(_ready(message))
        except outcomes.SENDING as error:
            failure = outcomes.of_sending(error)
            self._note_broken(error)
            if failure.verdict is Verdict.AWAY and self._connection is None and not is_fresh:
                # Servers take so many messages in one conversation, and then want a new one.
                return self._attempt(message)
            return failure
        return None

    def _connected(self) -> smtp.Connection:
        if self._connection is None:
            try:
                self._connection = smtp.connect(before_end=self._settle_and_hold)
            except outcomes.CONNECTING as error:
                self._settle()
                self._leave(outcomes.of_connecting(error))
        assert self._connection is not None
        return self._connection

    def _begin_mark(self, message: Leased) -> None:
        if self._marks is None:
            self._marks = Marks(db.engine, self.owner)
        if addresses.fold(message.recipient) in self._batch.refused:
            message = replace(message, was_refused=True)
        self._marks.begin(message, self.tell_time())

    def _settle_and_hold(self) -> None:
        """Before a message ends: what went before is written down, and this one is still ours.

        Raises:
            LeaseLost: another worker has it by now; ours took too long.
        """
        self._settle()
        if time.monotonic() < self._batch.nearly_over_at:
            return
        assert self._batch.message is not None
        seconds = self._batch.seconds + math.ceil(smtp.TIMEOUT_SECONDS)
        if not leases.renew(self._batch.message, self.owner, seconds):
            raise LeaseLost

    def _settle(self) -> None:
        """See that what was sent last is written down. Raises what the writing raised."""
        if self._marks is not None:
            self._marks.settle()

    def _note_broken(self, error: Exception) -> None:
        connection = self._connection
        # smtplib's exceptions are OSErrors too, but a refusal leaves the conversation as it was.
        is_answer = isinstance(error, smtplib.SMTPException) or not isinstance(error, OSError)
        if connection is None or (connection.is_open and is_answer):
            self._broken = 0
            return
        self._broken += 1
        self._hang_up()

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.abort()
            self._connection = None

    def _leave(self, failure: Failure) -> NoReturn:
        """Give back all that is in hand, with the reason for organisers to see."""
        self._broken = 0
        self.close()
        leases.give_back(self.owner, failure.reason, failure.code)
        raise ServerAway(failure.reason)

    def _put_off_or_close(self, message: Leased, failure: Failure) -> None:
        told = {"last_code": failure.code, "last_error": failure.reason}
        if failure.verdict is Verdict.NEVER:
            self.tally.failed += 1
            self._mark(message, failure, state=MailState.FAILED, cause=failure.cause, **told)
            return
        next_at = self.tell_time() + outcomes.pause(message.attempts + 1)
        if next_at >= message.expires_at:
            self.tally.failed += 1
            self._mark(message, failure, state=MailState.EXPIRED, **told)
            return
        self.tally.later += 1
        self._mark(message, failure, state=MailState.QUEUED, not_before=next_at, **told)

    def _mark(self, message: Leased, failure: Failure, **values: Any) -> None:
        """Write down how an attempt failed, and what that says of the address.

        Raises:
            LeaseLost: the message was no longer ours to mark.
        """
        attempts = message.attempts + 1
        if not patiently(
            lambda: self._write_failure(message, failure, attempts=attempts, **values)
        ):
            raise LeaseLost

    def _hold_back(self, message: Leased, why: Mapping[str, Any]) -> None:
        self._settle()
        if not leases.mark(message, self.owner, **why):
            raise LeaseLost

    def _write_failure(self, message: Leased, failure: Failure, **values: Any) -> bool:
        with db.engine.begin() as connection:
            mine = leases.mark_within(connection, message, self.owner, **values)
            is_closed = (
                mine
                and failure.speaks_against_address
                and addresses.note_refusal(
                    connection,
                    message.recipient,
                    self.tell_time(),
                    code=failure.code,
                    words=failure.reason,
                )
            )
        if failure.speaks_against_address:
            self._batch.refused.add(addresses.fold(message.recipient))
        if is_closed:
            self._batch.closed.add(addresses.fold(message.recipient))
        return mine


def _ready(message: Leased) -> smtp.ReadyMessage:
    if message.raw is None:
        raise ValueError("The message has lost its bytes")
    return smtp.ReadyMessage(
        message.raw, recipient=message.recipient, envelope_from=message.envelope_from
    )
