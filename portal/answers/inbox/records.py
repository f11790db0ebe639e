"""What is kept of a message that came in: one row for each event it speaks of, never its bytes.

Whoever writes to us by a calendar address that we gave them, or of an event of ours, leaves a row.
Anything else leaves a line in the log: junk must not fill the table. Nor may somebody fill it who
has read the uid of an event in a public calendar, or who got hold of one address.
"""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from portal import audit
from portal.answers.inbox.reasons import RESULTS, Reason
from portal.calendar.itip import Said
from portal.db import db
from portal.invitations import addresses
from portal.mail.incoming import Incoming
from portal.models.accounts import Person
from portal.models.inbox import InboxKind, InboxMessage, InboxResult

log = logging.getLogger(__name__)

# So many wait for one person, or unproved for one invitation; there is no point in more.
_MOST_WAITING = 20
_MOST_UNPROVED = 5
# So many that changed nothing are kept in a day, of each person and of all strangers together.
_MOST_VOID = 200
# What came too late stands in the history of an invitation, and a proposal has been answered:
# those rows are referred to.
_REFERRED_TO = (Reason.OLDER_ANSWER, Reason.OLDER_TIME, Reason.COUNTER)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Post:
    """A message on its way: what it says, whose calendar address it came to, and when.

    ``name`` tells it from all others. ``is_revoked`` says that the address was once somebody's.
    """

    message: Incoming
    name: str
    owner: Person | None
    is_revoked: bool
    now: datetime

    @property
    def knows_us(self) -> bool:
        """Whether the writer has had an address that we gave to one person only."""
        return self.owner is not None or self.is_revoked


def post_of(message: Incoming, raw: bytes, now: datetime) -> Post:
    """``message``, read from ``raw``, with the person whose calendar address it came to."""
    owned = ((each, addresses.person_of(each)) for each in message.came_to)
    address, owner = next((pair for pair in owned if pair[1]), ("", None))
    revoked = owner is None and any(addresses.is_revoked(each) for each in message.came_to)
    named = f"{message.message_id}\n{address or next(iter(message.came_to), '')}".casefold()
    octets = named.encode(errors="replace") if message.message_id else raw
    return Post(message, name_of_octets(octets), owner, revoked, now)


def name_of_octets(octets: bytes) -> str:
    """What tells these octets from any others."""
    return hashlib.sha256(octets).hexdigest()


def row_of(post: Post, kind: InboxKind, said: Said | None = None, part: str = "") -> InboxMessage:
    """The row of a message, not yet kept; ``part`` tells its rows apart when it has several."""
    message = post.message
    row = InboxMessage(
        fingerprint=name_of_octets(f"{post.name} {part}".encode()) if part else post.name,
        received_at=post.now,
        kind=kind,
        result=InboxResult.IGNORED,
        reason=Reason.KNOWN_ALREADY,
        sender=message.sender,
        sender_name=message.sender_name,
        subject=message.subject,
        person=post.owner,
    )
    if said is not None:
        row.uid, row.recurrence_id, row.sequence = said.uid, said.recurrence_id, said.sequence
        row.dtstamp = min(said.dtstamp, post.now) if said.dtstamp else None
        row.comment = said.comment
    return row


def claim(row: InboxMessage) -> bool:
    """Keep ``row``, unless the same message was kept before; of two readers at once, one does."""
    db.session.flush()
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError:
        return False
    return True


def settle(row: InboxMessage, reason: Reason, now: datetime) -> Reason:
    """Write down what became of ``row``, or forget it when there are too many of its kind."""
    if reason not in _REFERRED_TO and are_too_many(row, reason, now):
        reason = Reason.TOO_MANY
    row.result, row.reason = RESULTS[reason], reason
    if reason == Reason.TOO_MANY:
        db.session.delete(row)
        not_kept(reason)
    elif row.result == InboxResult.QUEUED:
        audit.record("inbox.queued", row, actor=None, now=now, reason=str(reason))
    db.session.flush()
    return reason


def not_kept(reason: Reason) -> None:
    """Say in the log that a message came and left nothing."""
    log.info("message not kept", extra={"facts": {"reason": str(reason)}})


def waiting_guest(row: InboxMessage) -> InboxMessage | None:
    """The row in which the same guest waits already to be invited to the same event or series."""
    db.session.flush()
    return db.session.scalars(
        sa.select(InboxMessage)
        .where(
            _waits(),
            InboxMessage.reason == Reason.FORWARDED,
            # One may wait for a whole series, and for a meeting of it.
            InboxMessage.uid == row.uid,
            InboxMessage.recurrence_id == row.recurrence_id,
            InboxMessage.attendee == row.attendee,
            InboxMessage.id != row.id,
        )
        .order_by(InboxMessage.id)
        .limit(1)
    ).first()


def are_too_many(row: InboxMessage, reason: Reason, now: datetime) -> bool:
    """Whether there are as many already of what ``row`` becomes for this ``reason`` as are kept."""
    db.session.flush()
    result, same_person = RESULTS[reason], InboxMessage.person_id == row.person_id
    if result == InboxResult.APPLIED:
        return False
    if result != InboxResult.QUEUED:
        recent = InboxMessage.received_at > now - _DAY
        void = InboxMessage.result.in_((InboxResult.IGNORED, InboxResult.REJECTED))
        return _count(same_person, recent, void, InboxMessage.id != row.id) >= _MOST_VOID
    if reason == Reason.UNPROVED:
        same = InboxMessage.invitation_id == row.invitation_id
        return _count(_waits(), same, InboxMessage.reason == reason) >= _MOST_UNPROVED
    # What strangers send in somebody's name takes no place from what they send themselves.
    proved = InboxMessage.reason != Reason.UNPROVED
    return _count(_waits(), same_person, proved) >= _MOST_WAITING


def _waits() -> sa.ColumnElement[bool]:
    return sa.and_(InboxMessage.result == InboxResult.QUEUED, InboxMessage.decided_at.is_(None))


def _count(*conditions: sa.ColumnElement[bool]) -> int:
    return db.session.scalar(sa.select(sa.func.count(InboxMessage.id)).where(*conditions)) or 0
