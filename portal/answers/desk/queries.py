"""What the organisers' pages of the inbox ask for."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.orm import joinedload

from portal.answers.desk.looking import WAITS
from portal.answers.desk.standing import Group, group_of
from portal.answers.inbox.reasons import Reason
from portal.db import db
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.inbox import CalendarAlias, InboxKind, InboxMessage, InboxResult
from portal.models.invitations import GivenAnswer, Invitation
from portal.text import search_key

PAGE_SIZE = 20
LATELY = timedelta(days=30)
_LONGEST_TEXT = 100
_LATEST_ANSWERS = 20

_IS_GUEST = InboxMessage.reason == Reason.FORWARDED.value
_CONDITIONS: Mapping[Group, sa.ColumnElement[bool]] = {
    Group.GUESTS: _IS_GUEST,
    Group.TIMES: sa.and_(sa.not_(_IS_GUEST), InboxMessage.kind == InboxKind.COUNTER),
    Group.LETTERS: sa.and_(sa.not_(_IS_GUEST), InboxMessage.kind == InboxKind.LETTER),
    Group.ANSWERS: sa.and_(
        sa.not_(_IS_GUEST), InboxMessage.kind.not_in((InboxKind.COUNTER, InboxKind.LETTER))
    ),
}
_WHOLE = (
    joinedload(InboxMessage.person),
    joinedload(InboxMessage.decided_by),
    joinedload(InboxMessage.event).joinedload(Event.meeting),
    joinedload(InboxMessage.event).joinedload(Event.camp),
    joinedload(InboxMessage.invitation),
)


@dataclass(frozen=True)
class Filters:
    """What to look for in what came in; what is None or empty is not asked."""

    result: InboxResult | None = None
    event: Event | None = None
    text: str = ""

    def args(self, without: str = "") -> dict[str, str]:
        """The filters as they stand in an address, but for the one named ``without``."""
        every = {
            "result": self.result.value if self.result else "",
            "event": self.event.slug if self.event else "",
            "q": self.text,
        }
        return {name: value for name, value in every.items() if value and name != without}


def address(filters: Filters, without: str) -> str:
    """Where what came in lately is shown, with all of ``filters`` but one."""
    values: dict[str, Any] = dict(filters.args(without))
    return url_for("organise_inbox.recent", **values)


def filters_or_404(args: Mapping[str, str]) -> Filters:
    """The filters that an address names. A result that there is none of is passed over."""
    result, slug = args.get("result", ""), args.get("event", "")
    return Filters(
        InboxResult(result) if result in set(InboxResult) else None,
        db.one_or_404(sa.select(Event).where(Event.slug == slug)) if slug else None,
        args.get("q", "").strip()[:_LONGEST_TEXT],
    )


def waiting_counts() -> dict[Group, int]:
    """How many messages wait for each sort of decision, in the order of ``Group``."""
    rows = db.session.execute(
        sa.select(InboxMessage.kind, InboxMessage.reason, sa.func.count())
        .where(*WAITS)
        .group_by(InboxMessage.kind, InboxMessage.reason)
    )
    counted: Counter[Group] = Counter()
    for kind, reason, number in rows:
        counted[group_of(kind, reason)] += number
    return {group: counted[group] for group in Group}


def waiting(group: Group | None, page: int) -> Pagination:
    """A page of the messages that wait for somebody to decide, newest first."""
    conditions = [*WAITS, *([_CONDITIONS[group]] if group else [])]
    return _page(conditions, page)


def lately(filters: Filters, page: int, now: datetime) -> Pagination:
    """A page of what came in within the last month, whatever it did, newest first."""
    return _page([InboxMessage.received_at > now - LATELY, *_conditions(filters)], page)


def message_or_404(public_id: str) -> InboxMessage:
    """One message that came in, with what it is about."""
    found: InboxMessage = db.first_or_404(
        sa.select(InboxMessage).where(InboxMessage.public_id == public_id).options(*_WHOLE)
    )
    return found


def answers_of(message: InboxMessage) -> Sequence[GivenAnswer]:
    """The answers that ``message`` gave, counted or not."""
    return db.session.scalars(
        sa.select(GivenAnswer)
        .where(GivenAnswer.message_id == message.id)
        .options(
            joinedload(GivenAnswer.invitation).joinedload(Invitation.event),
            joinedload(GivenAnswer.invitation).joinedload(Invitation.person),
        )
        .order_by(GivenAnswer.id)
        .limit(_LATEST_ANSWERS)
    ).all()


def messages_of(given: Sequence[GivenAnswer]) -> dict[int, InboxMessage]:
    """By number, the messages that answers came in: those that are still kept."""
    ids = [each.message_id for each in given if each.message_id is not None]
    rows = db.session.scalars(sa.select(InboxMessage).where(InboxMessage.id.in_(ids)))
    return {message.id: message for message in rows}


def alias_of(message: InboxMessage) -> CalendarAlias | None:
    """The other address that ``message`` came from, as it is kept with the person."""
    return db.session.scalar(
        sa.select(CalendarAlias).where(
            CalendarAlias.person_id == message.person_id,
            CalendarAlias.folded == message.attendee.casefold(),
        )
    )


def _page(conditions: list[sa.ColumnElement[bool]], number: int) -> Pagination:
    statement = (
        sa.select(InboxMessage)
        .where(*conditions)
        .order_by(InboxMessage.received_at.desc(), InboxMessage.id.desc())
        .options(*_WHOLE)
    )
    found = db.paginate(statement, page=max(number, 1), per_page=PAGE_SIZE, error_out=False)
    if found.page > max(found.pages, 1):
        # An old address may name a page that is no more.
        return db.paginate(statement, page=max(found.pages, 1), per_page=PAGE_SIZE)
    return found


def _conditions(filters: Filters) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if filters.result:
        found.append(InboxMessage.result == filters.result)
    if filters.event:
        found.append(_is_about(filters.event))
    if filters.text:
        found.append(_is_from(filters.text))
    return found


def _is_about(event: Event) -> sa.ColumnElement[bool]:
    """What came in about ``event``, or about all meetings of its series."""
    about = InboxMessage.event_id == event.id
    if event.series_id is None:
        return about
    return about | ((InboxMessage.uid == event.uid) & (InboxMessage.recurrence_id == ""))


def _is_from(text: str) -> sa.ColumnElement[bool]:
    key = search_key(text)
    named = InboxMessage.person.has(Person.search_key.contains(key, autoescape=True))
    written = (InboxMessage.sender, InboxMessage.sender_name, InboxMessage.attendee)
    return sa.or_(
        *(column.icontains(text, autoescape=True) for column in written),
        *([named] if key else []),
    )
