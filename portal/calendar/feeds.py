"""What stands in each feed: which events, in which form, joined from the stored VEVENTs.

One query tells the state of a feed: what must be equal for its bytes to be equal. Only when that
has changed are texts read and joined; else the bytes of before are served, or 304.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString, force_locale
from flask_babel import lazy_gettext as _l

from portal import access, dates, words
from portal.calendar import entries, ical, series_feed
from portal.db import db
from portal.geography.counties import County
from portal.models.accounts import Person
from portal.models.events import Event, EventKind, EventState
from portal.models.groups import CURRENT_PLACES, Group, GroupPlace, Meeting
from portal.models.invitations import Answer, Invitation
from portal.models.jury import Assignment, AssignmentState
from portal.models.seasons import Camp, Season

_NAME = "Oppdrag Oslofjorden"
_BACK, _PERSONAL_BACK = timedelta(days=180), timedelta(days=365)
# How long after its day a cancelled event is still shown as such.
_TOMBSTONE = timedelta(days=30)
_STORED: dict[Callable[[Event], ical.Entry], Any] = {
    entries.public: Event.ical_public,
    entries.participant: Event.ical_participant,
}
_UNANSWERED = (AssignmentState.ASKED, AssignmentState.RECONFIRM)


@dataclass(frozen=True)
class Feed:
    """One feed. ``key`` names it among all; ``source_url`` is empty when its address is secret."""

    key: str
    name: str
    about: LazyString
    wanted: sa.ColumnElement[bool]
    form: Callable[[Event], ical.Entry]
    back: timedelta = _BACK
    source_url: str = ""
    # Events that the person has been asked to and has not answered; for a personal feed only.
    asks: sa.Select[int] | None = None

    @property
    def is_secret(self) -> bool:
        """Whether only who knows its address may read it."""
        return not self.source_url


def public(source_url: str) -> Feed:
    """All public events."""
    return _open("public", _NAME, sa.true(), source_url)


def of_kind(kind: EventKind, source_url: str) -> Feed:
    """The public events of one kind."""
    name = f"{_NAME} – {_in_norwegian(words.KINDS[kind])}"
    return _open(f"kind/{kind}", name, Event.kind == kind, source_url)


def of_county(county: County, source_url: str) -> Feed:
    """The public events in one county, as counties were on the day of each."""
    name = f"{_NAME} – {county.name}"
    return _open(f"county/{county.code}", name, Event.county_code == county.code, source_url)


def of_season(season: Season, source_url: str) -> Feed:
    """The public events of one season."""
    camps = sa.select(Camp.event_id).where(Camp.season_id == season.id)
    return _open(f"season/{season.id}", season.name, Event.id.in_(camps), source_url)


def of_person(person: Person) -> Feed:
    """What one person is invited to, meets for and has been asked to."""
    asks = (
        sa.select(Camp.event_id)
        .join(Assignment, Assignment.camp_id == Camp.id)
        .where(Assignment.person_id == person.id, Assignment.state.in_(_UNANSWERED))
    )
    mine = sa.and_(
        access.visible_events(person),
        Event.state != EventState.DRAFT,
        sa.or_(Event.id.in_(_accepted_by(person)), Event.id.in_(_meetings_of(person))),
    )
    return Feed(
        f"my/{person.id}",
        f"{_in_norwegian(_l('My calendar'))} – {_NAME}",
        _l("What you are invited to, meet for and have been asked to."),
        sa.or_(mine, Event.id.in_(asks)),
        entries.participant,
        back=_PERSONAL_BACK,
        asks=asks,
    )


def of_group(group: Group, person: Person) -> Feed:
    """The meetings of one group, for one of its members."""
    meetings = sa.select(Meeting.event_id).where(Meeting.group_id == group.id)
    return Feed(
        f"group/{group.id}/{person.id}",
        group.name,
        _l("The meetings of the group."),
        sa.and_(
            access.visible_events(person),
            Event.state != EventState.DRAFT,
            Event.id.in_(meetings),
        ),
        entries.participant,
    )


def state(feed: Feed, now: datetime) -> tuple[Any, ...]:
    """What is equal as long as the bytes of ``feed`` are; one query."""
    columns: list[Any] = [
        sa.func.count(Event.id),
        sa.func.sum(Event.id),
        sa.func.sum(Event.revision),
        sa.func.sum(Event.sequence),
        sa.func.max(Event.changed_at),
        sa.func.max(Event.uid),
    ]
    if feed.asks is not None:
        columns.append(sa.func.sum(sa.case((Event.id.in_(feed.asks), Event.id), else_=0)))
    row = db.session.execute(sa.select(*columns).where(*_shown(feed, now))).one()
    return (feed.name, *row)


def write(feed: Feed, now: datetime) -> bytes:
    """The whole feed. An event that makes no entry is left out of it."""
    about = _in_norwegian(feed.about)
    return ical.calendar(feed.name, about, _texts(feed, now), source_url=feed.source_url or None)


def _in_norwegian(text: LazyString) -> str:
    # One language for all: the bytes of a feed are the same whoever asks.
    with force_locale("nb"):
        return str(text)


def _open(key: str, name: str, wanted: sa.ColumnElement[bool], source_url: str) -> Feed:
    return Feed(
        key,
        name,
        _l("Events of Osloregionen and Oppdrag Oslofjorden."),
        sa.and_(access.visible_events(None), wanted),
        entries.public,
        source_url=source_url,
    )


def _accepted_by(person: Person) -> sa.Select[int]:
    """Events the person is invited to; what was declined takes up nobody's time."""
    return sa.select(Invitation.event_id).where(
        Invitation.person_id == person.id,
        Invitation.removed_at.is_(None),
        Invitation.answer != Answer.DECLINED,
    )


def _meetings_of(person: Person) -> sa.Select[int]:
    declined = sa.exists().where(
        Invitation.event_id == Meeting.event_id,
        Invitation.person_id == person.id,
        Invitation.removed_at.is_(None),
        Invitation.answer == Answer.DECLINED,
    )
    groups = sa.select(GroupPlace.group_id).where(
        GroupPlace.person_id == person.id, GroupPlace.state.in_(CURRENT_PLACES)
    )
    return sa.select(Meeting.event_id).where(Meeting.group_id.in_(groups), ~declined)


def _shown(feed: Feed, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    today = dates.today(now)
    # Whole days, so that time alone changes a feed once a day at most.
    first, last_tombstone = dates.midnight(today - feed.back), dates.midnight(today - _TOMBSTONE)
    lasting = sa.or_(Event.state != EventState.CANCELLED, Event.ends_at >= last_tombstone)
    return feed.wanted, Event.ends_at >= first, lasting


def _texts(feed: Feed, now: datetime) -> Iterator[str]:
    is_ask = Event.id.in_(feed.asks) if feed.asks is not None else sa.false()
    rows = db.session.execute(
        sa.select(Event.id, _STORED[feed.form], is_ask, *series_feed.COLUMNS)
        .where(*_shown(feed, now))
        .order_by(Event.starts_at, Event.id)
    ).all()
    made = _asked_texts([id_ for id_, _text, asked, *_of_series in rows if asked])
    made |= _missing_texts(
        [id_ for id_, text, asked, *_of_series in rows if not (asked or text)], feed
    )
    texts = ((made.get(id_, text), *of_series) for id_, text, _asked, *of_series in rows)
    return (text for text in series_feed.texts(texts) if text)


def _asked_texts(ids: Sequence[int]) -> dict[int, str]:
    return {event.id: entries.text_of(event, entries.asked) for event in _events(ids)}


def _missing_texts(ids: Sequence[int], feed: Feed) -> dict[int, str]:
    """The texts that were never stored, made for now: a page that is only read stores nothing."""
    return {event.id: entries.text_of(event, feed.form) for event in _events(ids)}


def _events(ids: Sequence[int]) -> Sequence[Event]:
    return db.session.scalars(sa.select(Event).where(Event.id.in_(ids))).all() if ids else []
