"""Taking back reminders that would no longer be true, in the transaction that makes them so.

What has not left yet is suppressed, and its key given free: what stands now is reminded of anew, at
its own time. What a worker has in hand is marked as overtaken: it leaves, or is given back and then
taken back as well. Whoever writes a chunk of messages at the same moment holds the mailing's row,
so they are either seen here or never written.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from portal.db import db
from portal.mail.reminding.occasions import TOPICS, key_within, kind_of_mailing
from portal.models.jury import Assignment
from portal.models.mail import Cause, MailState, OutboxMail
from portal.models.mailings import Mailing, ReminderKind
from portal.models.seasons import Camp

OF_EVENT = (ReminderKind.EVENT, ReminderKind.JURY_DAY)

Condition = sa.ColumnElement[bool]

# As the partial indexes have it, each by itself: this is asked every minute.
_GIVEN_BACK = (sa.text("state = 'queued' AND NOT paused"), sa.text("state = 'expired'"))
_HELD_BACK: Condition = sa.and_(
    OutboxMail.state == MailState.SUPPRESSED, OutboxMail.cause == Cause.ADDRESS_SUPPRESSED
)


def of_event(event_id: int, now: datetime, person_ids: Collection[int] | None = None) -> None:
    """Take back what says that an event is near: for everybody, or for these people.

    When the event is a camp, those asked to its jury are asked about something else now.
    """
    whose = () if person_ids is None else (OutboxMail.person_id.in_(person_ids),)
    _withdraw(OF_EVENT, now, (Mailing.event_id == event_id,),
              (OutboxMail.event_id == event_id, *whose))  # fmt: skip
    if person_ids is None:
        _of_asks_to(event_id, now)


def of_invitation(event_id: int, person_id: int, now: datetime) -> None:
    """Take back the reminder of an event from somebody who will not come."""
    _withdraw(
        (ReminderKind.EVENT,),
        now,
        (Mailing.event_id == event_id,),
        (OutboxMail.event_id == event_id, OutboxMail.person_id == person_id),
    )


def of_question(season_id: int, person_id: int, now: datetime) -> None:
    """Take back the reminder of somebody's questions, since one is answered or put otherwise."""
    of_questions(season_id, [person_id], now)


def of_questions(season_id: int, person_ids: Sequence[int], now: datetime) -> None:
    """``of_question`` for several people at once."""
    _withdraw(
        (ReminderKind.ASK,),
        now,
        (Mailing.season_id == season_id,),
        (OutboxMail.season_id == season_id, OutboxMail.person_id.in_(person_ids)),
    )


def of_season(
    season_id: int,
    now: datetime,
    kinds: Iterable[ReminderKind] = (ReminderKind.SIGNUP,),
    person_id: int | None = None,
) -> None:
    """Take back what reminds of ``kinds`` in a season: for everybody, or for one person."""
    whose = () if person_id is None else (OutboxMail.person_id == person_id,)
    _withdraw(kinds, now, (Mailing.season_id == season_id,),
              (OutboxMail.season_id == season_id, *whose))  # fmt: skip


def of_occasions(keys: Collection[str], now: datetime) -> None:
    """Take back what reminds of occasions that are of no event or season, by what names them."""
    ids = db.session.scalars(
        sa.select(Mailing.id).where(Mailing.dedupe_key.in_(keys)).order_by(Mailing.id)
    ).all()
    if ids:
        _take_all(now, (Mailing.id.in_(ids),), (OutboxMail.mailing_id.in_(ids),))


def close_overtaken(_now: datetime) -> int:
    """Take back what a worker had in hand when it was overtaken, and then gave back unsent.

    Returns:
        How many messages that were.
    """
    overtaken = OutboxMail.cause == Cause.OVERTAKEN
    columns = (OutboxMail.id, OutboxMail.dedupe_key)
    looks = (sa.select(*columns).where(state, overtaken) for state in _GIVEN_BACK)
    found = db.session.execute(sa.union_all(*looks)).all()
    if not found:
        return 0
    _lock(Mailing.dedupe_key.in_({key_within(row.dedupe_key) for row in found}))
    closed = _take_back(
        OutboxMail.id.in_([row.id for row in found]),
        OutboxMail.state.in_((MailState.QUEUED, MailState.EXPIRED)),
        overtaken,
    )
    _let_repeat({key_within(key) for key in closed})
    return len(closed)


def _of_asks_to(event_id: int, now: datetime) -> None:
    seasons = sa.select(Camp.season_id).where(Camp.event_id == event_id)
    people = (
        sa.select(Assignment.person_id)
        .join(Camp, Camp.id == Assignment.camp_id)
        .where(Camp.event_id == event_id)
    )
    _withdraw(
        (ReminderKind.ASK,),
        now,
        (Mailing.season_id.in_(seasons),),
        (OutboxMail.season_id.in_(seasons), OutboxMail.person_id.in_(people)),
    )


def _withdraw(
    kinds: Iterable[ReminderKind],
    now: datetime,
    mailings: tuple[Condition, ...],
    messages: tuple[Condition, ...],
) -> None:
    kinds = tuple(kinds)
    mailings = (Mailing.kind.in_([kind_of_mailing(kind) for kind in kinds]), *mailings)
    messages = (OutboxMail.topic.in_(_topics(kinds)), *messages)
    _take_all(now, mailings, messages)


def _take_all(
    now: datetime, mailings: tuple[Condition, ...], messages: tuple[Condition, ...]
) -> None:
    # First the mailings: what they are being made into is then either written or never will be.
    _lock(*mailings)
    stopped = _stop(now, mailings)
    waits = OutboxMail.state == MailState.QUEUED
    _let_repeat({key_within(key) for key in _take_back(sa.or_(waits, _HELD_BACK), *messages)})
    _let_go(stopped)
    _forbid_retry(now, messages)


def _lock(*conditions: Condition) -> None:
    """Take the rows of mailings before those of messages, as whoever stops a mailing does."""
    db.session.execute(
        sa.select(Mailing.id).where(*conditions).order_by(Mailing.id).with_for_update()
    )


def _stop(now: datetime, conditions: tuple[Condition, ...]) -> list[int]:
    """End mailings not all made into messages; one that is paused looks anew when it goes on."""
    found = db.session.scalars(
        sa.update(Mailing)
        .where(
            Mailing.expanded_at.is_(None),
            Mailing.stopped_at.is_(None),
            Mailing.paused_at.is_(None),
            *conditions,
        )
        .values(stopped_at=now, dedupe_key=_freed(Mailing.dedupe_key, Mailing.id))
        .returning(Mailing.id)
    )
    return list(found)


def _take_back(*conditions: Condition) -> list[str]:
    """Suppress messages that have not left, and free their keys; what those are now."""
    found = db.session.scalars(
        sa.update(OutboxMail)
        .where(*conditions)
        .values(
            state=MailState.SUPPRESSED,
            cause=Cause.OVERTAKEN,
            dedupe_key=_freed(OutboxMail.dedupe_key, OutboxMail.id),
        )
        .returning(OutboxMail.dedupe_key)
    )
    return list(found)


def _let_repeat(occasions: set[str]) -> None:
    """Let what has these keys be queued once more.

    It is the mailing that bears the key now that gives it free, whichever the messages were of; one
    that an organiser stopped keeps it.
    """
    if occasions:
        db.session.execute(
            sa.update(Mailing)
            .where(
                Mailing.dedupe_key.in_(occasions),
                Mailing.expanded_at.is_not(None),
                Mailing.stopped_at.is_(None),
            )
            .values(dedupe_key=_freed(Mailing.dedupe_key, Mailing.id))
        )


def _let_go(stopped: list[int]) -> None:
    """Let messages to others, written before their mailing was stopped, leave all the same.

    Those in hand may be given back, and those to a closed address may wait again.
    """
    if stopped:
        db.session.execute(
            sa.update(OutboxMail)
            .where(
                OutboxMail.mailing_id.in_(stopped),
                sa.or_(OutboxMail.state.in_((MailState.QUEUED, MailState.LEASED)), _HELD_BACK),
            )
            .values(mailing_id=None)
        )


def _forbid_retry(now: datetime, conditions: tuple[Condition, ...]) -> None:
    """A message that is being sent this moment may leave, but is not tried a second time."""
    db.session.execute(
        sa.update(OutboxMail)
        .where(OutboxMail.state == MailState.LEASED, *conditions)
        .values(expires_at=now, cause=Cause.OVERTAKEN)
    )


def _topics(kinds: tuple[ReminderKind, ...]) -> list[str]:
    return [TOPICS[kind].value for kind in kinds]


def _freed(
    key: InstrumentedAttribute[str], number: InstrumentedAttribute[int]
) -> sa.ColumnElement[str]:
    return key + "-withdrawn-" + sa.cast(number, sa.String)
