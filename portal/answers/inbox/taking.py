"""What comes in by mail, handed to whoever it is for: a report, an answer, a letter.

Nothing here writes to whoever writes to us, but for one invitation sent again, and never to a
program. Nothing is answered for somebody by a message that a program wrote by itself (RFC 3834);
where it holds a sound answer all the same, as some calendars send, somebody decides.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from portal.answers.inbox import calendars, records
from portal.answers.inbox.reasons import RESULTS, Reason
from portal.answers.inbox.records import Post
from portal.calendar import itip
from portal.calendar.itip import Itip
from portal.db import db
from portal.mail import bounces, dsn, incoming
from portal.mail.bounces import Outcome
from portal.mail.incoming import Automatic
from portal.models.inbox import InboxKind, InboxMessage, InboxResult
from portal.models.mail import OutboxMail

# No message that concerns us is larger; whoever reads one in need not read further.
LARGEST = dsn.LARGEST

_BOUNCES = {
    InboxResult.APPLIED: Reason.BOUNCED,
    InboxResult.IGNORED: Reason.BOUNCE_SEEN,
    InboxResult.REJECTED: Reason.BOUNCE_UNKNOWN,
}
# Of what became of several events, what the message is said to have done.
_TOLD_FIRST = list(InboxResult)


@dataclass(frozen=True)
class Received:
    """What a message that came in did; ``uid`` and ``answer`` tell which event it answers.

    ``reason`` is a code of ``reasons.py``; for a report on delivery a few words.
    """

    result: InboxResult
    reason: str
    uid: str | None = None
    answer: str | None = None

    def as_dict(self) -> dict[str, str | None]:
        """The same as plain values, in the order in which they are told."""
        return {**asdict(self), "result": self.result.value, "reason": str(self.reason)}


def take(raw: bytes, now: datetime) -> Received:
    """Let the message in ``raw`` have its effect, in the caller's transaction; twice is as once."""
    if len(raw) > LARGEST:
        return _unkept(Reason.TOO_LARGE)
    report = dsn.read(raw)
    if report is not None:
        return _take_bounce(raw, bounces.apply(report, now), now)
    if len(raw) > incoming.LARGEST:
        return _unkept(Reason.TOO_LARGE)
    try:
        message = incoming.read(raw)
    except incoming.Unreadable:
        return _unkept(Reason.UNREADABLE)
    return _take(records.post_of(message, raw, now))


def _take(post: Post) -> Received:
    message = post.message
    if message.report == "disposition-notification":
        return _keep(post, InboxKind.RECEIPT, Reason.RECEIPT)
    if message.calendars:
        found = _calendar(message.calendars)
        if found is None:
            return _keep(post, InboxKind.UNREADABLE, Reason.UNREADABLE)
        # Without a METHOD it is a file that somebody attached to a letter.
        if found.method:
            return _told(calendars.take(post, found))
    if message.automatic != Automatic.NO:
        return _keep(post, InboxKind.AUTOMATIC, Reason.AUTOMATIC)
    return _keep(post, InboxKind.LETTER, Reason.LETTER if post.owner else Reason.NOT_FOR_US)


def _calendar(octets: tuple[bytes, ...]) -> Itip | None:
    """The first that can be read; one that says what it wants goes before one that does not."""
    read = []
    for each in octets:
        try:
            read.append(itip.read(each))
        except itip.Unreadable:
            continue
    return next((each for each in read if each.method), next(iter(read), None))


def _keep(post: Post, kind: InboxKind, reason: Reason) -> Received:
    """Note a message that speaks of no event, if it came to a calendar address of ours."""
    if not post.knows_us:
        return _unkept(reason)
    row = records.row_of(post, kind)
    if kind in (InboxKind.LETTER, InboxKind.UNREADABLE):
        row.text = post.message.text
        row.event_id = _event_of(post)
    if not records.claim(row):
        return _received(Reason.KNOWN_ALREADY)
    return _received(records.settle(row, reason, post.now))


def _event_of(post: Post) -> int | None:
    """The event of the mail that a letter answers, if we sent that mail to the same person."""
    if post.owner is None or not post.message.references:
        return None
    return db.session.scalar(
        sa.select(OutboxMail.event_id)
        .where(
            OutboxMail.message_id.in_(post.message.references),
            OutboxMail.person_id == post.owner.id,
            OutboxMail.event_id.is_not(None),
        )
        .order_by(OutboxMail.id.desc())
        .limit(1)
    )


def _take_bounce(raw: bytes, outcome: Outcome, now: datetime) -> Received:
    result = InboxResult(outcome.result)
    done = Received(result, outcome.reason)
    if outcome.mail is None:
        records.not_kept(_BOUNCES[result])
        return done
    row = InboxMessage(
        fingerprint=records.name_of_octets(raw),
        received_at=now,
        kind=InboxKind.BOUNCE,
        result=result,
        reason=_BOUNCES[result],
        detail=outcome.reason[:500],
        person_id=outcome.mail.person_id,
        event_id=outcome.mail.event_id,
    )
    # A report that comes twice has a row already.
    records.claim(row)
    return done


def _told(done: list[calendars.Done]) -> Received:
    """What a message did as a whole: that of its events which had the most effect."""
    first = min(done, key=lambda each: _TOLD_FIRST.index(RESULTS[each.reason]))
    return Received(RESULTS[first.reason], first.reason, first.uid or None, first.answer or None)


def _received(reason: Reason) -> Received:
    return Received(RESULTS[reason], reason)


def _unkept(reason: Reason) -> Received:
    records.not_kept(reason)
    return _received(reason)
