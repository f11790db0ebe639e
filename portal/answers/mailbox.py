"""The mailbox that answers come to: each message is taken in, and then moved out of the way.

One transaction a message: its effects and the bookmark of those before it are committed together,
and only then is it moved. Killed in between, the next look finds it again, above the bookmark, and
``take`` knows it already. So nothing is lost, nothing counts twice, and several who look at the
same time do no harm; that only one looks (``alone``) spares the others the work.
"""

import fcntl
import logging
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.exc import InterfaceError, OperationalError

from config import MailAccount
from portal import clock
from portal.answers.inbox import taking as received
from portal.db import db
from portal.mail.imap import CannotMove, OpenMailbox, Outline
from portal.models.inbox import MailboxBookmark

log = logging.getLogger(__name__)

# The folders that messages are moved to: what was taken in, and what we could make nothing of.
DONE, ODD = "Done", "Odd"
MOST = 500
_TRIES = 3
# One message that the database will not take is left for later, so many in a row mean it is away.
_MOST_LEFT = 3
_PATIENCE = timedelta(days=1)
_LOCK = 7_310_027
_OURS = str(Path(__file__).parents[1])
_COUNTED = {"applied": "applied", "queued": "waiting", "ignored": "ignored", "rejected": "odd"}
# What says nothing against a message: the database is away, locked, or takes too long.
_FAULTS_OF_DATABASE = (OperationalError, InterfaceError)


class Busy(Exception):
    """Somebody else reads the mailbox just now."""


class DatabaseAway(Exception):
    """The database takes nothing; what was not taken in lies where it was."""


@dataclass
class Tally:
    """What a look into the mailbox brought.

    ``read`` messages were dealt with; of these ``odd`` were too large, not to be believed, or
    beyond us. ``left`` are tried again at the next look, ``unmoved`` were taken in but could not be
    moved. ``has_more`` says that there was more than is read at once.
    """

    read: int = 0
    applied: int = 0
    waiting: int = 0
    ignored: int = 0
    odd: int = 0
    left: int = 0
    unmoved: int = 0
    has_more: bool = False

    def count(self, result: str) -> None:
        """One more message was dealt with, which ``take`` gave that result."""
        self.read += 1
        name = _COUNTED[result]
        setattr(self, name, getattr(self, name) + 1)

    def as_dict(self) -> dict[str, int | bool]:
        """The same as plain values, in the order in which they are told."""
        return asdict(self)


def fetch(
    account: MailAccount,
    *,
    most: int = MOST,
    is_over: Callable[[], bool] = lambda: False,
    tell_time: Callable[[], datetime] = clock.now,
) -> Tally:
    """Take in what is new in the mailbox, ``most`` messages at most, or until ``is_over``.

    Commits after each message.

    Raises:
        MailboxAway: the server is away or refuses; what was taken in before stays so.
        DatabaseAway: likewise the database.
        Busy: somebody else is at it.
    """
    tally = Tally()
    try:
        with alone(), OpenMailbox(account, largest=received.LARGEST) as mailbox:
            _Look(account, mailbox, tally, is_over, tell_time).read(most)
    except _FAULTS_OF_DATABASE as fault:
        raise DatabaseAway(type(fault).__name__) from fault
    finally:
        if tally.read or tally.left:
            log.info("mail came in", extra={"facts": tally.as_dict()})
    return tally


def last_look(account: MailAccount) -> datetime | None:
    """When the mailbox was last read to its end, by anybody."""
    found = sa.select(MailboxBookmark.read_at).where(*_of(account))
    with db.engine.connect().execution_options(read_only=True) as connection:
        return connection.scalar(found)


@contextmanager
def alone() -> Iterator[None]:
    """Only one at a time: on PostgreSQL of all hosts, on SQLite of those with one INSTANCE_DIR.

    Raises:
        Busy: there is one already.
    """
    locked = _locked_in_database if db.engine.dialect.name == "postgresql" else _locked_file
    with locked() as is_ours:
        if not is_ours:
            raise Busy
        yield


@contextmanager
def _locked_file() -> Iterator[bool]:
    path = Path(current_app.config["INSTANCE_DIR"]) / "inbox.lock"
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextmanager
def _locked_in_database() -> Iterator[bool]:
    """A lock of the connection's, not of a transaction: the server ends those that idle."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        is_ours = bool(connection.scalar(sa.select(sa.func.pg_try_advisory_lock(_LOCK))))
        try:
            yield is_ours
        finally:
            try:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(_LOCK)))
            except sa.exc.SQLAlchemyError:
                # Not back into the pool with the lock still on it.
                connection.invalidate()


@dataclass
class _Look:
    """One walk through the mailbox."""

    account: MailAccount
    mailbox: OpenMailbox
    tally: Tally
    is_over: Callable[[], bool]
    tell_time: Callable[[], datetime]
    # All up to here are dealt with and moved.
    done_to: int = 0
    left_in_a_row: int = 0
    validity: int = 0

    def read(self, most: int) -> None:
        """Take in at most so many messages, in the order in which they came."""
        self.validity = self.mailbox.select()
        self.done_to = _open_bookmark(self.account, self.validity, self.tell_time())
        uids = self.mailbox.uids_above(self.done_to)
        self.tally.has_more = len(uids) > most
        for outline in self._outlines(uids[:most]):
            if self.is_over():
                self.tally.has_more = True
                break
            self._deal_with(outline)
        with current_app.app_context():
            self._note(has_looked=True)
            db.session.commit()

    def _outlines(self, uids: Sequence[int]) -> list[Outline]:
        """Those still there. What somebody took away before us is no concern of ours."""
        found = sorted(self.mailbox.outlines(uids), key=lambda outline: outline.uid)
        wanted = set(uids)
        return [outline for outline in found if outline.uid in wanted]

    def _deal_with(self, outline: Outline) -> None:
        result = "rejected"
        if outline.size <= received.LARGEST:
            raw = self.mailbox.read(outline.uid)
            if raw is None:
                return
            try:
                result = self._taken(raw, outline.uid)
            except _FAULTS_OF_DATABASE as fault:
                if not self._is_hopeless(outline):
                    self._leave(outline.uid, fault)
                    return
                _tell_fault("lies in Odd", outline.uid, fault)
        else:
            log.warning("a message is too large", extra={"facts": {"uid": outline.uid}})
        self.left_in_a_row = 0
        self.tally.count(result)
        self._move(outline.uid, ODD if result == "rejected" else DONE)
        if not self.tally.left:
            self.done_to = outline.uid

    def _taken(self, raw: bytes, uid: int) -> str:
        """Let a message have its effect, and commit; what it was.

        What it stumbles over may be gone at the next try, like a row that somebody else has just
        written. A fault that stays is the message's own, which is then as good as unreadable.
        """
        for attempt in range(1, _TRIES + 1):
            try:
                with current_app.app_context():
                    done = received.take(raw, self.tell_time())
                    self._note()
                    db.session.commit()
                    return done.result.value
            except _FAULTS_OF_DATABASE:
                raise
            except Exception as fault:
                if attempt == _TRIES:
                    _tell_fault("lies in Odd", uid, fault)
        return "rejected"

    def _is_hopeless(self, outline: Outline) -> bool:
        """Whether it has been tried for so long that the fault must be its own."""
        arrived_at = outline.arrived_at
        return arrived_at is not None and self.tell_time() - arrived_at > _PATIENCE

    def _leave(self, uid: int, fault: Exception) -> None:
        """Leave a message for the next look, and the bookmark below it."""
        _tell_fault("is left for later", uid, fault)
        self.tally.left += 1
        self.left_in_a_row += 1
        if self.left_in_a_row == _MOST_LEFT:
            raise DatabaseAway(type(fault).__name__)

    def _move(self, uid: int, into: str) -> None:
        try:
            self.mailbox.move(uid, into)
        except CannotMove as refused:
            # The bookmark passes it all the same: it would bar the way to those behind it.
            if not self.tally.unmoved:
                log.error("messages cannot be moved: %s", refused)
            self.tally.unmoved += 1

    def _note(self, *, has_looked: bool = False) -> None:
        """Set the bookmark, in the transaction that is open; never back."""
        values = {"read_at": self.tell_time()} if has_looked else {}
        db.session.execute(
            sa.update(MailboxBookmark)
            .where(
                *_of(self.account),
                MailboxBookmark.uid_validity == self.validity,
                MailboxBookmark.last_uid <= self.done_to,
            )
            .values(last_uid=self.done_to, **values)
            .execution_options(synchronize_session=False)
        )


def _of(account: MailAccount) -> tuple[sa.ColumnElement[bool], ...]:
    return (MailboxBookmark.mailbox == account.name, MailboxBookmark.folder == account.folder)


def _open_bookmark(account: MailAccount, validity: int, now: datetime) -> int:
    """The last UID that was dealt with; none when the folder has been numbered anew."""
    with current_app.app_context():
        found = db.session.scalar(sa.select(MailboxBookmark).where(*_of(account)))
        if found is not None and found.uid_validity == validity:
            return found.last_uid
        if found is None:
            found = MailboxBookmark(mailbox=account.name, folder=account.folder, read_at=now)
            db.session.add(found)
        found.uid_validity, found.last_uid = validity, 0
        db.session.commit()
        return 0


def _tell_fault(what: str, uid: int, fault: Exception) -> None:
    """Which message and where it failed; never its words, which an error may quote."""
    frames = traceback.extract_tb(fault.__traceback__)
    at = [f"{Path(f.filename).name}:{f.lineno}" for f in frames if _OURS in f.filename]
    facts = {"uid": uid, "fault": type(fault).__name__, "at": at[-1] if at else ""}
    log.error("a message %s", what, extra={"facts": facts})
