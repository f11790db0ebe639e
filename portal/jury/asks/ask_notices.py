"""The mails about a seat: the question, the same after a move, and that it is withdrawn."""

from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portal.db import db
from portal.jury.asks import asking, seat_facts, seats
from portal.jury.signup.notices import contact_of
from portal.mail.composing import compose, sendable
from portal.mail.message import Keyed, Lane
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.invitations import Invitation
from portal.models.jury import Assignment, AssignmentState
from portal.models.mailings import Mailing
from portal.models.seasons import Camp, Season


def asks(mailing: Mailing, now: datetime) -> Keyed:
    """One question to each of ``params["assignment_ids"]``'s people, for all their seats."""
    rows = _load(Assignment.id.in_(mailing.params["assignment_ids"]))
    waiting = sorted((r for r in rows if r.state in asking.OPEN), key=lambda r: r.person_id)
    facts = seat_facts.for_mail(waiting)
    for _person, asked in groupby(waiting, key=lambda row: row.person_id):
        yield from _question(list(asked), "jury/ask", facts)


def reconfirm(mailing: Mailing, now: datetime) -> Keyed:
    """To those asked when a camp has moved: can you then?

    Whoever has the camp in their calendar is asked by the update of that entry, in one mail.
    """
    rows = _load(Assignment.camp_id == mailing.params["camp_id"])
    waiting = [row for row in rows if row.state in asking.OPEN and not _has_entry(row)]
    facts = seat_facts.for_mail(waiting)
    for row in waiting:
        yield from _question([row], "jury/reconfirm", facts)


def camp_cancelled(mailing: Mailing, now: datetime) -> Keyed:
    """To those who were asked and had not answered: the camp will not take place."""
    for row in _load(Assignment.id.in_(mailing.params["assignment_ids"])):
        yield from _notice(row, "jury/camp_cancelled")


def released(mailing: Mailing, now: datetime) -> Keyed:
    """To somebody whose unanswered question is withdrawn."""
    for row in _load(Assignment.id == mailing.params["assignment"]):
        yield from _notice(row, "jury/released")


def taken(mailing: Mailing, now: datetime) -> Keyed:
    """To those who had not answered when others got the seats; who has since is told already."""
    for row in _load(Assignment.id.in_(mailing.params["assignment_ids"])):
        if row.state == AssignmentState.RELEASED and seats.is_gone(row):
            yield from _notice(row, "jury/taken")


def stopped(mailing: Mailing, now: datetime) -> Keyed:
    """To those who had not answered when an organiser took the question back from all of them."""
    for row in _load(Assignment.id.in_(mailing.params["assignment_ids"])):
        if row.state == AssignmentState.RELEASED:
            yield from _notice(row, "jury/released")


def calendar_declined(mailing: Mailing, now: datetime) -> Keyed:
    """To somebody whose calendar said no, unless it is settled by now: is the seat to be freed?"""
    for row in _load(Assignment.id == mailing.params["assignment"]):
        if row.calendar_declined_at is not None and asking.is_answerable(row, now):
            day = f"{row.calendar_declined_at:%Y%m%d}"
            key = f"jury/calendar_declined-{row.id}-{day}"
            yield from _sendable(key, row, "jury/calendar_declined", url=asking.url_of(row))


MAILINGS = {
    "jury.asks": asks,
    "jury.reconfirm": reconfirm,
    "jury.camp_cancelled": camp_cancelled,
    "jury.released": released,
    "jury.taken": taken,
    "jury.stopped": stopped,
    "jury.calendar_declined": calendar_declined,
}


def _has_entry(row: Assignment) -> bool:
    """Whether the camp stands in the person's calendar, so that they hear of changes there."""
    sent = sa.exists().where(
        Invitation.event_id == row.camp.event_id,
        Invitation.person_id == row.person_id,
        Invitation.removed_at.is_(None),
        Invitation.sent_sequence.is_not(None),
    )
    return bool(db.session.scalar(sa.select(sent)))


def _load(condition: sa.ColumnElement[bool]) -> list[Assignment]:
    return list(
        db.session.scalars(
            sa.select(Assignment)
            .where(condition)
            .options(
                joinedload(Assignment.person).selectinload(Person.emails),
                joinedload(Assignment.camp).options(
                    joinedload(Camp.event).options(
                        selectinload(Event.links), selectinload(Event.programme)
                    ),
                    joinedload(Camp.school),
                    joinedload(Camp.season),
                    selectinload(Camp.panels),
                ),
            )
            .order_by(Assignment.id)
        )
    )


def _question(seats: list[Assignment], name: str, facts: dict[str, Any]) -> Keyed:
    seats.sort(key=lambda seat: seat.camp.event.starts_at)
    first = seats[0]
    numbers = "-".join(f"{seat.id}.{seat.ask_number}" for seat in seats)
    key = f"{name}-{numbers}"
    # A row of many seats would outgrow the column; the first seat names the occasion as well.
    yield from _sendable(
        key if len(key) <= 200 else f"{name}-{first.id}.{first.ask_number}-{len(seats)}",
        first,
        name,
        seats=[(seat, asking.url_of(seat)) for seat in seats],
        **facts,
    )


def _notice(seat: Assignment, name: str) -> Keyed:
    yield from _sendable(f"{name}-{seat.id}.{seat.ask_number}", seat, name)


def _sendable(key: str, seat: Assignment, name: str, **values: Any) -> Keyed:
    """The keyed message, or nothing when that person cannot be reached: the others still are."""
    season: Season = seat.camp.season
    make = partial(
        compose,
        name,
        seat.person,
        lane=Lane.BULK,
        reply_to=contact_of(season),
        event_id=seat.camp.event_id,
        season=season,
        seat=seat,
        camp=seat.camp,
        event=seat.camp.event,
        **values,
    )
    yield from sendable(key, make)
