"""What the programme and the organisers' event pages ask the database."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from portal import access, dates, staffing
from portal import programme as searched
from portal.db import db
from portal.models.accounts import Person
from portal.models.events import Event, EventOrganiser, EventState
from portal.models.meetings import Meeting
from portal.models.seasons import Camp
from portal.programme import Filters
from portal.text import search_key

PAGE_SIZE = 20


@dataclass(frozen=True)
class EventPage:
    """One page of a list of events, and how many there are in all."""

    events: list[Event]
    total: int
    page: int
    missing: dict[int, int]

    @property
    def pages(self) -> int:
        """How many pages the list has, at least one."""
        return max(1, ceil(self.total / PAGE_SIZE))

    @property
    def has_prev(self) -> bool:
        """Whether there is a page before this one."""
        return self.page > 1

    @property
    def has_next(self) -> bool:
        """Whether there is a page after this one."""
        return self.page < self.pages

    @property
    def prev_num(self) -> int:
        """The number of the page before."""
        return self.page - 1

    @property
    def next_num(self) -> int:
        """The number of the page after."""
        return self.page + 1


def programme(viewer: Person | None, filters: Filters, now: datetime) -> EventPage:
    """The events that ``viewer`` may see and ``filters`` let through, soonest first.

    A list that ends before today runs backwards from its end, as one leafs in an archive.
    """
    when = searched.on_days(filters) if filters.has_days else [Event.ends_at > now]
    condition = sa.and_(access.visible_events(viewer), *searched.matching(filters), *when)
    if viewer is not None and viewer.is_organiser:
        # Drafts have a list of their own, where they can be worked on.
        condition = sa.and_(condition, Event.state != EventState.DRAFT)
    backwards = filters.last is not None and filters.last < dates.today(now)
    order = Event.starts_at.desc() if backwards else Event.starts_at.asc()
    return _page(condition, (order, Event.id), filters.page)


def own_events(text: str, state: EventState | None, page: int) -> EventPage:
    """All events for organisers, drafts too: newest first, found by ``text``."""
    conditions = [Event.search_key.contains(search_key(text), autoescape=True)] if text else []
    if state is not None:
        conditions.append(Event.state == state)
    return _page(sa.and_(sa.true(), *conditions), (Event.starts_at.desc(), Event.id), page)


def shown_event(viewer: Person | None, slug: str) -> Event:
    """The event at ``slug``, if ``viewer`` may see it; anything else does not exist."""
    return db.one_or_404(
        sa.select(Event).where(Event.slug == slug, access.visible_events(viewer)).options(*_WHOLE)
    )


def event_of_organiser(slug: str) -> Event:
    """The event at ``slug`` with all that belongs to it, for whoever may see every event."""
    return db.one_or_404(sa.select(Event).where(Event.slug == slug).options(*_WHOLE))


def _page(condition: sa.ColumnElement[bool], order: tuple[Any, ...], page: int) -> EventPage:
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Event).where(condition)) or 0
    page = min(max(page, 1), max(1, ceil(total / PAGE_SIZE)))
    events = list(
        db.session.scalars(
            sa.select(Event)
            .where(condition)
            .order_by(*order)
            .limit(PAGE_SIZE)
            .offset((page - 1) * PAGE_SIZE)
        )
    )
    return EventPage(events, total, page, staffing.seats_needed(events))


_WHOLE: tuple[ORMOption, ...] = (
    joinedload(Event.camp).joinedload(Camp.season),
    joinedload(Event.meeting).joinedload(Meeting.group),
    selectinload(Event.organisers).joinedload(EventOrganiser.organisation),
    selectinload(Event.links),
    selectinload(Event.programme),
)
