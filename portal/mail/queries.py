"""What pages and commands ask about the outbox."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.db import db
from portal.models.accounts import SignInRequest
from portal.models.inbox import InboxMessage, InboxResult, MailboxBookmark
from portal.models.mail import MailState, OutboxMail
from portal.models.mailings import Mailing

# What is due and waits longer than this is a reason to worry.
LONGEST_WAIT = timedelta(minutes=10)
# As the partial indexes say it, so that looking costs the same however much mail was ever sent.
_UNSENT = (sa.text("state = 'queued' AND NOT paused"), sa.text("state = 'leased' AND NOT paused"))
_NO_MESSAGE = sa.cast(sa.null(), sa.Integer)


@dataclass(frozen=True)
class Queue:
    """How many messages are due and not yet sent, and for how many seconds the oldest has been due.

    The oldest of all that a worker should have done: of mailings and sign-in requests too.
    """

    due: int
    oldest_s: int

    @property
    def is_stuck(self) -> bool:
        """Whether mail waits that should long have left."""
        return self.oldest_s > LONGEST_WAIT.total_seconds()


def queue(now: datetime) -> Queue:
    """The messages that are due at ``now`` and not yet sent, in hand or not.

    Those dated ahead, put off or paused do not count. A mailing on hold or paused may wait as well;
    one that nobody makes into messages, though it is ready, has been due since it was.
    """
    waiting = sa.union_all(*_messages(now), _mailings(now), _requests()).subquery()
    due, oldest = db.session.execute(
        sa.select(sa.func.count(waiting.c.message), sa.func.min(waiting.c.since))
    ).one()
    return Queue(due, int((now - oldest).total_seconds()) if oldest else 0)


def seconds_since_look(now: datetime) -> int | None:
    """For how many seconds nobody has read our mailbox to its end; None when nobody ever has."""
    looked_at = db.session.scalar(sa.select(sa.func.max(MailboxBookmark.read_at)))
    return int((now - looked_at).total_seconds()) if looked_at else None


_Waiting = sa.Select[datetime, int]


def _messages(now: datetime) -> list[_Waiting]:
    return [
        sa.select(OutboxMail.not_before.label("since"), OutboxMail.id.label("message")).where(
            each, OutboxMail.not_before <= now
        )
        for each in _UNSENT
    ]


def _mailings(now: datetime) -> _Waiting:
    since = sa.func.coalesce(Mailing.retry_at, Mailing.hold_until)
    return sa.select(since, _NO_MESSAGE).where(
        Mailing.expanded_at.is_(None),
        Mailing.paused_at.is_(None),
        Mailing.stopped_at.is_(None),
        Mailing.hold_until <= now,
        since <= now,
    )


def _requests() -> _Waiting:
    return sa.select(SignInRequest.created_at, _NO_MESSAGE).where(
        SignInRequest.handled_at.is_(None)
    )


def stands_in(state: MailState) -> sa.ColumnElement[bool]:
    """The condition for messages in ``state``, as the partial indexes are found: by a literal."""
    return OutboxMail.state == sa.literal_column(f"'{state.value}'")


def waiting_answers() -> int:
    """How many messages that came in wait for an organiser to decide."""
    waits = (InboxMessage.result == InboxResult.QUEUED, InboxMessage.decided_at.is_(None))
    found = db.session.scalar(sa.select(sa.func.count()).select_from(InboxMessage).where(*waits))
    return found or 0


def counts(*conditions: sa.ColumnElement[bool]) -> dict[MailState, int]:
    """How many messages, of those that meet ``conditions``, stand in each state."""
    numbers = sa.select(OutboxMail.state, sa.func.count()).where(*conditions)
    grouped = numbers.group_by(OutboxMail.state)
    found = dict(db.session.execute(grouped).all())
    return {state: found.get(state, 0) for state in MailState}


def mail_or_404(public_id: str) -> OutboxMail:
    """One message."""
    return db.one_or_404(sa.select(OutboxMail).where(OutboxMail.public_id == public_id))
