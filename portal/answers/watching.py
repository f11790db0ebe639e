"""Look into the mailbox now and then, in a thread of its own: one that hangs delays no mail."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from config import MailAccount
from portal import clock
from portal.answers import mailbox
from portal.mail.imap import MailboxAway

log = logging.getLogger(__name__)

_LONGEST_PAUSE_SECONDS = 1800.0
# Between two chunks of a mailbox in which more waits than is read at once.
_BREATH_SECONDS = 1.0
# It may be cut off anywhere without harm, so nobody waits for long until it ends.
_LEAVE_SECONDS = 5.0


@contextmanager
def watching(app: Flask, stop: threading.Event) -> Iterator[None]:
    """Inside, the mailbox is looked into every INBOX_FETCH_SECONDS, until ``stop`` is set.

    Nothing happens without INBOX_URL. Hosts that share a database take turns: nobody looks when
    another has just done so.
    """
    account, apart = app.config["INBOX"], float(app.config["INBOX_FETCH_SECONDS"])
    if account is None or apart == 0:
        yield
        return
    watch = _Watch(app, stop, account, apart)
    thread = threading.Thread(target=watch.run, name="mailbox", daemon=True)
    thread.start()
    try:
        yield
    finally:
        thread.join(_LEAVE_SECONDS)


class _Watch:
    def __init__(
        self, app: Flask, stop: threading.Event, account: MailAccount, apart: float
    ) -> None:
        self._app, self._stop, self._account, self._apart = app, stop, account, apart
        self._pause = apart

    def run(self) -> None:
        """Look until told to stop; no fault ends it."""
        wait = 0.0
        while not self._stop.wait(wait):
            try:
                wait = self._look()
                self._pause = self._apart
            except (MailboxAway, mailbox.DatabaseAway) as away:
                log.error("no mail can be fetched: %s", away)
                wait = self._longer_pause()
            except Exception:
                log.exception("the mailbox cannot be read")
                wait = self._longer_pause()

    def _look(self) -> float:
        """Look, unless another host has just done so; how many seconds to wait until the next."""
        with self._app.app_context():
            early = self._seconds_too_early()
            if early > 0:
                return early
            try:
                tally = mailbox.fetch(self._account, is_over=self._stop.is_set)
            except mailbox.Busy:
                return self._apart
        return _BREATH_SECONDS if tally.has_more and not tally.left else self._apart

    def _seconds_too_early(self) -> float:
        """How long until a look is due; a clock that goes ahead on another host changes little."""
        looked_at = mailbox.last_look(self._account)
        if looked_at is None:
            return 0.0
        since = max((clock.now() - looked_at).total_seconds(), 0.0)
        # Who comes a little early need not come twice.
        return self._apart - since if since < self._apart * 0.9 else 0.0

    def _longer_pause(self) -> float:
        self._pause = min(self._pause * 2, max(_LONGEST_PAUSE_SECONDS, self._apart))
        return self._pause
