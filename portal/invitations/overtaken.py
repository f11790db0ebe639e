"""Messages that wait, and would put back into a calendar what is to leave it."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from portal.db import db
from portal.models.events import Event
from portal.models.mail import Cause, MailState, OutboxMail
from portal.models.mailings import Mailing

_ASKING = (
    *("invitations/request", "invitations/entry", "invitations/update", "invitations/again"),
    *("invitations/deputy", "invitations/not_deputy"),
)
_ASKING_TO_ALL = ("invitations/series_request", "invitations/series_update")
_ASKING_MAILINGS = ("invitations.request", "invitations.update")

# Not sent, and not in the hands of a worker either.
_NEVER_LEFT = (MailState.SUPPRESSED, MailState.EXPIRED)


def take_back(event_id: int, now: datetime, person_ids: Collection[int] | None = None) -> None:
    """Keep what still says that ``event_id`` takes place from everybody, or from these people.

    A CANCEL may go before it: in a faster lane, or while a mail server made it wait. A calendar
    that has forgotten the entry by then would take the REQUEST for a new one. What a worker has in
    hand this moment may leave, but is not tried a second time.
    """
    _take_back([OutboxMail.event_id == event_id, OutboxMail.kind.in_(_ASKING)], now, person_ids)


def may_know(event_id: int, person_id: int) -> bool:
    """Whether something that asks the person to ``event_id`` may have left."""
    return bool(db.session.scalar(sa.select(was_asked(event_id, person_id))))


def is_to_be_asked(event_id: int) -> bool:
    """Whether a mailing that asks to ``event_id`` is not made into messages yet, or not all."""
    waiting = sa.exists().where(
        Mailing.kind.in_(_ASKING_MAILINGS),
        Mailing.expanded_at.is_(None),
        Mailing.params["event_id"].as_integer() == event_id,
    )
    return bool(db.session.scalar(sa.select(waiting)))


def was_asked(event_id: int, person_id: int | sa.orm.InstrumentedAttribute[int]) -> sa.Exists:
    """The condition that something which asks to ``event_id`` may have reached the person."""
    taken_back = sa.and_(OutboxMail.cause == Cause.OVERTAKEN, OutboxMail.state.in_(_NEVER_LEFT))
    return sa.exists().where(
        OutboxMail.event_id == event_id,
        OutboxMail.person_id == person_id,
        OutboxMail.kind.in_(_ASKING),
        sa.not_(taken_back),
    )


def take_back_series(series_id: int, now: datetime, person_id: int | None = None) -> None:
    """The same for all that still asks to a series, as a whole or to meetings of it."""
    meetings = sa.select(Event.id).where(Event.series_id == series_id)
    kinds = (*_ASKING, *_ASKING_TO_ALL)
    _take_back([OutboxMail.event_id.in_(meetings), OutboxMail.kind.in_(kinds)],
               now, None if person_id is None else [person_id])  # fmt: skip


def _take_back(
    asks: list[sa.ColumnElement[bool]], now: datetime, person_ids: Collection[int] | None
) -> None:
    if person_ids is not None:
        asks.append(OutboxMail.person_id.in_(person_ids))
    db.session.execute(
        sa.update(OutboxMail)
        .where(OutboxMail.state == MailState.QUEUED, *asks)
        .values(state=MailState.SUPPRESSED, cause=Cause.OVERTAKEN)
    )
    db.session.execute(
        sa.update(OutboxMail)
        .where(OutboxMail.state == MailState.LEASED, *asks)
        .values(expires_at=now, cause=Cause.OVERTAKEN)
    )
