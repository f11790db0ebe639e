"""A mailing on its way: how far it has come, and pausing, stopping and trying again.

Whoever changes its course takes the lock of the mailing's row first, as the worker does for each
chunk that it writes: a chunk is written before a stop and then stopped, or not written at all.
"""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal import audit
from portal.db import db
from portal.mail import outbox
from portal.mail.reminding import outdated
from portal.models.accounts import Person
from portal.models.mail import (
    AddressStanding,
    Cause,
    Lane,
    MailContent,
    MailState,
    OutboxMail,
)
from portal.models.mailings import Mailing, OptOut

_UNSENT = (MailState.QUEUED, MailState.LEASED)
_MISSED = (MailState.FAILED, MailState.EXPIRED)
_STOPPED_LATELY = timedelta(days=1)
_MOST_SHOWN = 20


class Stage(enum.StrEnum):
    """Where a mailing stands as a whole."""

    HELD = "held"
    SENDING = "sending"
    PAUSED = "paused"
    STOPPED = "stopped"
    DONE = "done"


@dataclass(frozen=True)
class Progress:
    """What has become of a mailing's messages, in numbers; together they are ``total``.

    ``waiting`` counts those not yet made as well. ``unwanted`` have turned such notices off, and to
    the addresses of ``unreachable`` nothing is sent. ``in_hand`` of the waiting are being sent now.
    """

    stage: Stage
    total: int = 0
    sent: int = 0
    waiting: int = 0
    failed: int = 0
    unwanted: int = 0
    unreachable: int = 0
    stopped: int = 0
    in_hand: int = 0

    @property
    def settled(self) -> int:
        """How many are through, whatever came of them; what was stopped never is."""
        return self.total - self.waiting - self.stopped

    @property
    def moves(self) -> bool:
        """Whether looking again in a moment may show something else."""
        return self.stage in (Stage.HELD, Stage.SENDING) or self.in_hand > 0


def progress(mailing: Mailing, now: datetime) -> Progress:
    """How far ``mailing`` has come."""
    return progress_of([mailing], now)[mailing.id]


def progress_of(mailings: Sequence[Mailing], now: datetime) -> dict[int, Progress]:
    """How far each of ``mailings`` has come, by its id: one question, however many messages."""
    counts: dict[int, dict[tuple[MailState, Cause], int]] = {each.id: {} for each in mailings}
    kinds = (OutboxMail.mailing_id, OutboxMail.state, OutboxMail.cause)
    found = db.session.execute(
        sa.select(*kinds, sa.func.count()).where(OutboxMail.mailing_id.in_(counts)).group_by(*kinds)
    )
    for mailing_id, state, cause, number in found:
        if mailing_id is not None:
            counts[mailing_id][state, cause] = number
    return {each.id: _progress(each, counts[each.id], now) for each in mailings}


def stop(mailing: Mailing, *, by: Person | None, now: datetime) -> bool:
    """Send no more of ``mailing``; what is being sent this moment still is. Nothing takes it back.

    Returns:
        Whether that changed anything.
    """
    _lock(mailing)
    if mailing.stopped_at is not None or progress(mailing, now).stage == Stage.DONE:
        return False
    mailing.stopped_at = now
    # First of all nothing more may be leased, or come back from a lease to be sent.
    _change(mailing, OutboxMail.state.in_(_UNSENT), paused=True)
    closed = sa.and_(
        OutboxMail.state == MailState.SUPPRESSED, OutboxMail.cause == Cause.ADDRESS_SUPPRESSED
    )
    number = _change(mailing, sa.or_(OutboxMail.state == MailState.QUEUED, closed), **_STOPPED)
    audit.record("mailing.stopped", mailing, actor=by, now=now, messages=number)
    return True


def close_stopped(now: datetime) -> int:
    """Stop what a worker had in hand when its mailing was stopped, and then gave back unsent."""
    lately = sa.select(Mailing.id).where(Mailing.stopped_at > now - _STOPPED_LATELY)
    found = db.session.execute(
        sa.update(OutboxMail)
        .where(OutboxMail.state == MailState.QUEUED, OutboxMail.mailing_id.in_(lately))
        .values(**_STOPPED)
        .returning(OutboxMail.id)
    )
    return len(found.all())


def pause(mailing: Mailing, *, by: Person | None, now: datetime) -> bool:
    """Send no more of ``mailing`` for now; what is being sent this moment still is.

    Returns:
        Whether that changed anything.
    """
    _lock(mailing)
    if mailing.paused_at is not None or _is_over(mailing, now):
        return False
    mailing.paused_at = now
    # Those held back by a closed address too: it may be opened before the pause is over.
    held = (*_UNSENT, MailState.SUPPRESSED)
    number = _change(mailing, OutboxMail.state.in_(held), paused=True)
    audit.record("mailing.paused", mailing, actor=by, now=now, messages=number)
    return True


def resume(mailing: Mailing, *, by: Person | None, now: datetime) -> bool:
    """Let ``mailing`` go on where it was paused; what waits has its whole time again.

    Returns:
        Whether that changed anything.
    """
    _lock(mailing)
    if mailing.paused_at is None or mailing.stopped_at is not None:
        return False
    mailing.paused_at = None
    if mailing.expanded_at is None:
        mailing.hold_until = max(mailing.hold_until, now)
    waits = OutboxMail.state == MailState.QUEUED
    # A reminder is true until a moment of its own, however long it was paused.
    _change(mailing, sa.and_(waits, ~outdated.is_reminder()), expires_at=now + outbox.LASTS)
    # It waits from now, and not since it was paused: nobody need worry.
    _change(mailing, sa.and_(waits, OutboxMail.not_before < now), not_before=now)
    number = _change(mailing, OutboxMail.paused.is_(True), paused=False)
    outbox.wake_after_commit()
    audit.record("mailing.resumed", mailing, actor=by, now=now, messages=number)
    return True


def retry_failed(mailing: Mailing, *, by: Person | None, now: datetime) -> int:
    """Send what failed or came too late once more, byte for byte the same.

    Not to addresses that nothing is sent to, nor to who has turned such notices off since, nor of
    a mailing that was stopped or an event that was called off, moved or held since. A reminder has
    no more time than it had.

    Returns:
        How many messages wait again.
    """
    _lock(mailing)
    if mailing.stopped_at is not None:
        return 0
    number = _change(
        mailing,
        _may_be_sent_again(now),
        state=MailState.QUEUED,
        cause=Cause.NONE,
        paused=mailing.paused_at is not None,
        attempts=0,
        not_before=now,
        expires_at=_until(now),
        last_code=None,
        last_error="",
    )
    if number:
        outbox.wake_after_commit()
        audit.record("mailing.retried", mailing, actor=by, now=now, messages=number)
    return number


def missed(mailing: Mailing) -> Sequence[OutboxMail]:
    """Some of the messages that did not arrive, for a page to name; the newest first."""
    return db.session.scalars(
        sa.select(OutboxMail)
        .where(OutboxMail.mailing_id == mailing.id, OutboxMail.state.in_(_MISSED))
        .options(joinedload(OutboxMail.person))
        .order_by(OutboxMail.id.desc())
        .limit(_MOST_SHOWN)
    ).all()


_STOPPED: Mapping[str, object] = {
    "state": MailState.SUPPRESSED,
    "cause": Cause.STOPPED,
    "paused": False,
}


def _lock(mailing: Mailing) -> None:
    """Take the row's lock, and see what others have made of the mailing meanwhile."""
    # Two statements, since a row loaded along with its author cannot be locked as it was loaded.
    db.session.execute(sa.select(Mailing.id).where(Mailing.id == mailing.id).with_for_update())
    db.session.refresh(mailing)


def _change(mailing: Mailing, condition: sa.ColumnElement[bool], **values: object) -> int:
    changed = db.session.execute(
        sa.update(OutboxMail)
        .where(OutboxMail.mailing_id == mailing.id, condition)
        .values(**values)
        .returning(OutboxMail.id)
        .execution_options(synchronize_session=False)
    )
    return len(changed.all())


def _until(now: datetime) -> sa.ColumnElement[datetime]:
    until = OutboxMail.expires_at
    as_ever = sa.literal(now + outbox.LASTS, until.type)
    return sa.case((outdated.is_reminder(), until), else_=as_ever)


def _may_be_sent_again(now: datetime) -> sa.ColumnElement[bool]:
    closed = sa.select(AddressStanding.folded).where(AddressStanding.suppressed_at.is_not(None))
    unwanted = sa.exists().where(
        OptOut.person_id == OutboxMail.person_id,
        sa.cast(OptOut.topic, sa.String) == OutboxMail.topic,
    )
    return sa.and_(
        OutboxMail.state.in_(_MISSED),
        OutboxMail.cause != Cause.OVERTAKEN,
        OutboxMail.lane != int(Lane.SIGN_IN),
        sa.func.lower(OutboxMail.recipient).not_in(closed),
        sa.exists().where(MailContent.mail_id == OutboxMail.id),
        ~unwanted,
        ~outdated.reminder(now),
        ~outdated.by_event(now),
    )


def _is_over(mailing: Mailing, now: datetime) -> bool:
    return progress(mailing, now).stage in (Stage.STOPPED, Stage.DONE)


def _progress(
    mailing: Mailing, counts: Mapping[tuple[MailState, Cause], int], now: datetime
) -> Progress:
    made = sum(counts.values())
    planned = made if mailing.expanded_at else max(mailing.total or 0, made)
    in_hand = _sum(counts, [MailState.LEASED])
    left = planned - made + _sum(counts, [MailState.QUEUED])
    is_stopped = mailing.stopped_at is not None
    refused = {cause: _sum(counts, [MailState.SUPPRESSED], [cause]) for cause in Cause}
    waiting = in_hand if is_stopped else left + in_hand
    return Progress(
        stage=_stage(mailing, waiting, now),
        total=planned,
        sent=_sum(counts, [MailState.SENT]),
        waiting=waiting,
        failed=_sum(counts, _MISSED),
        unwanted=refused[Cause.UNSUBSCRIBED],
        stopped=refused[Cause.STOPPED] + (left if is_stopped else 0),
        unreachable=sum(refused.values()) - refused[Cause.UNSUBSCRIBED] - refused[Cause.STOPPED],
        in_hand=in_hand,
    )


def _sum(
    counts: Mapping[tuple[MailState, Cause], int],
    states: Iterable[MailState],
    causes: Iterable[Cause] = Cause,
) -> int:
    return sum(counts.get((state, cause), 0) for state in states for cause in causes)


def _stage(mailing: Mailing, waiting: int, now: datetime) -> Stage:
    if mailing.stopped_at is not None:
        return Stage.STOPPED
    if mailing.expanded_at is not None and not waiting:
        return Stage.DONE
    if mailing.paused_at is not None:
        return Stage.PAUSED
    return Stage.HELD if mailing.is_held(now) else Stage.SENDING
