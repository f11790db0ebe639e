"""What stands in each feed: which events, in which form, joined from the stored VEVENTs.

One query tells the state of a feed: what must be equal for its bytes to be equal. Only when that
has changed are texts read and joined (portal/calendar/serving.py).
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString, force_locale
from flask_babel import lazy_gettext as _l

from portal import access, dates, membership, words
from portal import programme as searched
from portal.calendar import entries, ical, searches, series_feed
from portal.db import db
from portal.geography.counties import County
from portal.models.accounts import Person
from portal.models.events import Event, EventKind, EventState
from portal.models.groups import Group
from portal.models.invitations import Answer, Invitation
from portal.models.jury import TAKEN, Assignment, AssignmentState
from portal.models.meetings import Meeting
from portal.models.seasons import Camp, Season
from portal.models.series import Series
from portal.programme import Filters

log = logging.getLogger(__name__)
_NAME = "Oppdrag Oslofjorden"
_BACK, _PERSONAL_BACK = timedelta(days=180), timedelta(days=365)
# How long after its day a cancelled event is still shown as such.
_TOMBSTONE = timedelta(days=30)
_STORED: dict[Callable[[Event], ical.Entry], Any] = {
    entries.public: Event.ical_public,
    entries.participant: Event.ical_participant,
}
_NOT_COMING = (Answer.DECLINED, Answer.DELEGATED)
_UNANSWERED = (AssignmentState.ASKED, AssignmentState.OFFERED, AssignmentState.RECONFIRM)


@dataclass(frozen=True)
class Feed:
    """One feed. ``source_url`` is empty when its address is secret.

    ``back`` is how far it reaches back; None when ``wanted`` says so itself.
    """

    name: str
    about: LazyString
    wanted: sa.ColumnElement[bool]
    form: Callable[[Event], ical.Entry]
    back: timedelta | None = _BACK
    source_url: str = ""
    # Events that the person has been asked to and has not answered; for a personal feed only.
    asks: sa.Select[int] | None = None

    @property
    def is_secret(self) -> bool:
        """Whether only who knows its address may read it."""
        return not self.source_url


def public(source_url: str) -> Feed:
    """All public events."""
    return _open(_NAME, sa.true(), source_url)


def of_kind(kind: EventKind, source_url: str) -> Feed:
    """The public events of one kind."""
    name = f"{_NAME} – {_in_norwegian(words.KINDS[kind])}"
    return _open(name, Event.kind == kind, source_url)


def of_county(county: County, source_url: str) -> Feed:
    """The public events in one county, as counties were on the day of each."""
    name = f"{_NAME} – {county.name}"
    return _open(name, Event.county_code == county.code, source_url)


def of_season(season: Season, source_url: str) -> Feed:
    """The public events of one season."""
    camps = sa.select(Camp.event_id).where(Camp.season_id == season.id)
    return _open(season.name, Event.id.in_(camps), source_url)


def of_search(filters: Filters, source_url: str) -> Feed:
    """The public events that the programme page shows under ``filters``.

    Without days it reaches as far as every open feed; with days it has those and no others.
    """
    with force_locale("nb"):
        name = f"{_NAME} – {searches.in_words(filters)}"
    found = searched.matching(filters) + searched.on_days(filters)
    back = None if filters.has_days else _BACK
    return replace(_open(name, sa.and_(sa.true(), *found), source_url), back=back)


def of_person(person: Person) -> Feed:
    """All that concerns one person: what they are invited to, meet for, judge, were asked to."""
    asks = _camps_of(person, _UNANSWERED)
    seats = sa.and_(Event.id.in_(_camps_of(person, TAKEN)), ~_declined_by(person, Event.id))
    mine = sa.and_(
        access.visible_events(person),
        Event.state != EventState.DRAFT,
        sa.or_(Event.id.in_(_accepted_by(person)), Event.id.in_(_meetings_of(person))),
    )
    return Feed(
        f"{_in_norwegian(_l('My calendar'))} – {_NAME}",
        _l("What you are invited to, meet for and have been asked to."),
        sa.or_(mine, seats, Event.id.in_(asks)),
        entries.participant,
        back=_PERSONAL_BACK,
        asks=asks,
    )


def of_group(group: Group, person: Person) -> Feed:
    """The meetings of one group, for one of its members."""
    meetings = sa.select(Meeting.event_id).where(access.held_by([group.id]))
    return Feed(
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
    """What is equal as long as the bytes of ``feed`` are; one query.

    It names each event with its revision and sequence, so that two states are equal only when all
    of them are: sums could be equal by chance.
    """
    columns: list[Any] = [_listed(Event), sa.func.max(Event.changed_at)]
    if feed.asks is not None:
        asked = sa.case((Event.id.in_(feed.asks), Event.id))
        columns.append(sa.func.aggregate_strings(sa.cast(asked, sa.String), " "))
    if feed.is_secret:
        columns.append(sa.select(_listed(Series)).scalar_subquery())
    row = db.session.execute(sa.select(*columns).where(*_shown(feed, now))).one()
    return (feed.name, *row)


def _listed(table: type[Event] | type[Series]) -> Any:
    id_, revision, sequence = (
        sa.cast(number, sa.String) for number in (table.id, table.revision, table.sequence)
    )
    each = id_.concat("-").concat(revision).concat("-").concat(sequence)
    return sa.func.aggregate_strings(each, " ")


def write(feed: Feed, now: datetime) -> bytes:
    """The whole feed. An event that makes no entry is left out of it."""
    about = _in_norwegian(feed.about)
    return ical.calendar(feed.name, about, _texts(feed, now), source_url=feed.source_url or None)


def _in_norwegian(text: LazyString) -> str:
    # One language for all: the bytes of a feed are the same whoever asks.
    with force_locale("nb"):
        return str(text)


def _open(name: str, wanted: sa.ColumnElement[bool], source_url: str) -> Feed:
    return Feed(
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
        Invitation.answer.not_in(_NOT_COMING),
    )


def _camps_of(person: Person, states: Sequence[AssignmentState]) -> sa.Select[int]:
    """The camps on whose juries the person is in one of ``states``."""
    return (
        sa.select(Camp.event_id)
        .join(Assignment, Assignment.camp_id == Camp.id)
        .where(Assignment.person_id == person.id, Assignment.state.in_(states))
    )


def _meetings_of(person: Person) -> sa.Select[int]:
    return sa.select(Meeting.event_id).where(
        access.held_by(membership.group_ids_of(person)), ~_declined_by(person, Meeting.event_id)
    )


def _declined_by(person: Person, event_id: Any) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        Invitation.event_id == event_id,
        Invitation.person_id == person.id,
        Invitation.removed_at.is_(None),
        Invitation.answer.in_(_NOT_COMING),
    )


def _shown(feed: Feed, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    today = dates.today(now)
    # Whole days, so that time alone changes a feed once a day at most.
    last_tombstone = dates.midnight(today - _TOMBSTONE)
    lasting = sa.or_(Event.state != EventState.CANCELLED, Event.ends_at >= last_tombstone)
    if feed.back is None:
        return feed.wanted, lasting
    return feed.wanted, Event.ends_at >= dates.midnight(today - feed.back), lasting


def _texts(feed: Feed, now: datetime) -> Iterator[str]:
    is_ask = Event.id.in_(feed.asks) if feed.asks is not None else sa.false()
    rows = db.session.execute(
        sa.select(Event.id, _STORED[feed.form], is_ask, *series_feed.COLUMNS)
        .where(*_shown(feed, now))
        .order_by(Event.starts_at, Event.id)
    ).all()
    made = _made([id_ for id_, _text, asked, *_of_series in rows if asked], entries.asked)
    # A text that was never stored, or that is none, is made for now: who only reads stores nothing.
    bad = [id_ for id_, text, asked, *_of_series in rows if not asked and not ical.is_vevent(text)]
    made |= _made(bad, feed.form)
    texts = ((made.get(id_, text), *of_series) for id_, text, _asked, *of_series in rows)
    return (text for text in series_feed.texts(texts) if text)


def _made(ids: Sequence[int], form: Callable[[Event], ical.Entry]) -> dict[int, str]:
    """The texts of these events; empty for one that makes no entry."""
    texts = dict.fromkeys(ids, "")
    return texts | {event.id: entries.text_of(event, form) for event in _events(ids)}


def _events(ids: Sequence[int]) -> Sequence[Event]:
    try:
        return _read(ids)
    except (LookupError, ValueError, TypeError) as error:
        # One row holds what no event can hold; the others must not be lost with it.
        log.warning("an event cannot be read: %s", type(error).__name__)
    found: list[Event] = []
    for id_ in ids:
        with suppress(LookupError, ValueError, TypeError):
            found.extend(_read([id_]))
    return found


def _read(ids: Sequence[int]) -> Sequence[Event]:
    return db.session.scalars(sa.select(Event).where(Event.id.in_(ids))).all() if ids else []
