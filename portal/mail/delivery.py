"""Send what waits in the outbox: every message at least once, and at most one of them twice.

A batch is leased in one commit, sent over one connection, and each message marked in a commit of
its own right after the server's 250. No transaction is open while anybody talks SMTP. Whoever is
killed in between leaves one message uncertain, and its bytes are the same the second time.
"""

import logging
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn

from flask import current_app
from sqlalchemy.exc import OperationalError

from portal import clock
from portal.mail import leases, outcomes, smtp
from portal.mail.leases import Leased
from portal.mail.outcomes import Failure, Verdict
from portal.models.mail import Lane, MailState
from portal.tokens import public_id

log = logging.getLogger(__name__)
# A sign-in link must not wait for a whole batch of bulk mail to a slow server.
_BULK_SLICE_SECONDS = 1.0
_MARK_PAUSES = (0.1, 0.3, 1.0, 2.0)
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

    ``tell_time`` says what is due; ``stop`` ends a batch after the message in hand.
    """

    stop: threading.Event = field(default_factory=threading.Event)
    tell_time: Callable[[], datetime] = clock.now
    owner: str = field(default_factory=new_owner)
    tally: Tally = field(default_factory=Tally)
    _connection: smtp.Connection | None = None
    _broken: int = 0

    def drain(self, between: Callable[[], object] = lambda: None) -> int:
        """Send until nothing is due; ``between`` runs before each batch.

        Returns:
            How many messages were taken in hand.

        Raises:
            ServerAway: nobody can be served now.
        """
        taken = 0
        try:
            while not self.stop.is_set():
                between()
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
        begun = time.monotonic()
        batch = leases.take(self.owner, self.tell_time(), seconds)
        # Nothing is begun that might outlive the lease: another worker would send it as well.
        safe_until = begun + max(seconds - smtp.TIMEOUT_SECONDS, seconds / 2)
        handled = 0
        for message in batch:
            # One message always goes, lest a short lease turn the worker in circles.
            if self.stop.is_set() or (handled and self._must_pause(message, begun, safe_until)):
                break
            self._send(message)
            handled += 1
        if handled < len(batch):
            leases.give_back(self.owner)
        return len(batch)

    def close(self) -> None:
        """End the conversation with the server, if there is one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _must_pause(self, message: Leased, begun: float, safe_until: float) -> bool:
        moment = time.monotonic()
        is_slow = message.lane == Lane.BULK and moment - begun > _BULK_SLICE_SECONDS
        return is_slow or moment > safe_until

    def _send(self, message: Leased) -> None:
        failure = self._attempt(message)
        if failure is None:
            self._broken = 0
            self.tally.sent += 1
            self._mark(message, state=MailState.SENT, sent_at=self.tell_time(), last_error="")
            return
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
        connection = self._connected()
        try:
            connection.send(_ready(message), envelope_from=message.envelope_from)
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
                self._connection = smtp.connect()
            except outcomes.CONNECTING as error:
                self._leave(outcomes.of_connecting(error))
        assert self._connection is not None
        return self._connection

    def _note_broken(self, error: Exception) -> None:
        connection = self._connection
        if connection is None or (connection.is_open and not isinstance(error, OSError)):
            self._broken = 0
            return
        self._broken += 1
        self.close()

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
            self._mark(message, state=MailState.FAILED, **told)
            return
        next_at = self.tell_time() + outcomes.pause(message.attempts + 1)
        if next_at >= message.expires_at:
            self.tally.failed += 1
            self._mark(message, state=MailState.EXPIRED, **told)
            return
        self.tally.later += 1
        self._mark(message, state=MailState.QUEUED, not_before=next_at, **told)

    def _mark(self, message: Leased, **values: Any) -> None:
        """Write down the outcome, trying again while the database is away.

        What is not written down after a 250 is sent twice, so some patience pays.
        """
        for pause in (*_MARK_PAUSES, None):
            try:
                mine = leases.mark(message, self.owner, attempts=message.attempts + 1, **values)
            except OperationalError:
                if pause is None:
                    raise
                time.sleep(pause)
            else:
                if not mine:
                    log.warning("lease lost", extra={"facts": {"mail": message.id}})
                return


def _ready(message: Leased) -> smtp.ReadyMessage:
    if message.raw is None:
        raise ValueError("The message has lost its bytes")
    return smtp.ReadyMessage(
        message.raw, recipient=message.recipient, envelope_from=message.envelope_from
    )
