"""What pages and commands ask about the outbox."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.db import db
from portal.models.mail import MailState, OutboxMail

# A message that is due and waits longer than this is a reason to worry.
LONGEST_WAIT = timedelta(minutes=10)
# As the partial indexes say it, so that looking costs the same however much mail was ever sent.
_UNSENT = (sa.text("state = 'queued' AND NOT paused"), sa.text("state = 'leased' AND NOT paused"))


@dataclass(frozen=True)
class Queue:
    """What is due and not yet sent: how many, and for how many seconds the oldest has been due."""

    due: int
    oldest_s: int

    @property
    def is_stuck(self) -> bool:
        """Whether mail waits that should long have left."""
        return self.oldest_s > LONGEST_WAIT.total_seconds()


def queue(now: datetime) -> Queue:
    """The messages that are due at ``now`` and not yet sent, in hand or not.

    Those dated ahead, put off or paused do not count, nor does a mailing on hold: it is no message.
    """
    due_since = sa.union_all(
        *(
            sa.select(OutboxMail.not_before).where(each, OutboxMail.not_before <= now)
            for each in _UNSENT
        )
    ).subquery()
    due, oldest = db.session.execute(
        sa.select(sa.func.count(), sa.func.min(due_since.c.not_before))
    ).one()
    return Queue(due, int((now - oldest).total_seconds()) if oldest else 0)


def stands_in(state: MailState) -> sa.ColumnElement[bool]:
    """The condition for messages in ``state``, as the partial indexes are found: by a literal."""
    return OutboxMail.state == sa.literal_column(f"'{state.value}'")


def counts(*conditions: sa.ColumnElement[bool]) -> dict[MailState, int]:
    """How many messages, of those that meet ``conditions``, stand in each state."""
    numbers = sa.select(OutboxMail.state, sa.func.count()).where(*conditions)
    grouped = numbers.group_by(OutboxMail.state)
    found = dict(db.session.execute(grouped).all())
    return {state: found.get(state, 0) for state in MailState}


def mail_or_404(public_id: str) -> OutboxMail:
    """One message."""
    return db.one_or_404(sa.select(OutboxMail).where(OutboxMail.public_id == public_id))
