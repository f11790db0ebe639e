"""What organisers ask of the log of mail: what went to whom, and about what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.orm import joinedload

from portal.db import db
from portal.mail import queries
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.mail import MailState, OutboxMail
from portal.models.mailings import Mailing
from portal.models.seasons import Camp, Season
from portal.text import search_key

PAGE_SIZE = 50
_LONGEST_TEXT = 100


@dataclass(frozen=True)
class Filters:
    """What to look for; what is None or empty is not asked."""

    text: str = ""
    state: MailState | None = None
    event: Event | None = None
    person: Person | None = None
    season: Season | None = None
    mailing: Mailing | None = None

    def args(self, without: str = "") -> dict[str, str]:
        """The filters as they stand in an address, but for the one named ``without``."""
        every = {
            "q": self.text,
            "state": self.state.value if self.state else "",
            "event": self.event.slug if self.event else "",
            "person": self.person.public_id if self.person else "",
            "season": self.season.slug if self.season else "",
            "mailing": self.mailing.public_id if self.mailing else "",
        }
        return {name: value for name, value in every.items() if value and name != without}


def address(filters: Filters, without: str) -> str:
    """Where the log is shown with all of ``filters`` but one."""
    values: dict[str, Any] = dict(filters.args(without))
    return url_for("organise_mail.index", **values)


def filters_or_404(args: Mapping[str, str]) -> Filters:
    """The filters that an address names. A state that there is none of is passed over."""
    state = args.get("state", "")
    return Filters(
        text=args.get("q", "").strip()[:_LONGEST_TEXT],
        state=MailState(state) if state in list(MailState) else None,
        event=_named(Event, Event.slug, args.get("event")),
        person=_named(Person, Person.public_id, args.get("person")),
        season=_named(Season, Season.slug, args.get("season")),
        mailing=_named(Mailing, Mailing.public_id, args.get("mailing")),
    )


def _named(table: type[Any], column: Any, name: str | None) -> Any:
    return db.one_or_404(sa.select(table).where(column == name)) if name else None


def mails(filters: Filters, page: int = 1) -> Pagination:
    """The messages that ``filters`` let through, the last queued first, a page of them."""
    statement = (
        sa.select(OutboxMail)
        .where(*conditions(filters))
        # Rows are numbered as they are queued, and the number needs no index of its own.
        .order_by(OutboxMail.id.desc())
        .options(joinedload(OutboxMail.person))
    )
    found = _page(statement, max(page, 1))
    # An old address may name a page that is no more.
    return found if found.page <= max(found.pages, 1) else _page(statement, max(found.pages, 1))


def _page(statement: sa.Select[tuple[OutboxMail]], number: int) -> Pagination:
    return db.paginate(statement, page=number, per_page=PAGE_SIZE, error_out=False)


def conditions(filters: Filters) -> list[sa.ColumnElement[bool]]:
    """What a message must meet to be let through; each is found by an index, but for the text."""
    found: list[sa.ColumnElement[bool]] = []
    if filters.state:
        found.append(queries.stands_in(filters.state))
    if filters.person:
        found.append(OutboxMail.person_id == filters.person.id)
    if filters.mailing:
        found.append(OutboxMail.mailing_id == filters.mailing.id)
    if filters.event:
        found.append(OutboxMail.id.in_(_of_event(filters.event)))
    if filters.season:
        found.append(OutboxMail.id.in_(_of_season(filters.season)))
    if filters.text:
        found.append(_mentions(filters.text))
    return found


def _of_event(event: Event) -> sa.CompoundSelect[int]:
    """Each way to the event by an index of its own; one OR over them would read every row."""
    mailings = sa.select(Mailing.id).where(Mailing.event_id == event.id)
    return _any_of(OutboxMail.event_id == event.id, OutboxMail.mailing_id.in_(mailings))


def _of_season(season: Season) -> sa.CompoundSelect[int]:
    camps = sa.select(Camp.event_id).where(Camp.season_id == season.id)
    mailings = sa.select(Mailing.id).where(Mailing.season_id == season.id)
    return _any_of(
        OutboxMail.season_id == season.id,
        OutboxMail.event_id.in_(camps),
        OutboxMail.mailing_id.in_(mailings),
    )


def _any_of(*conditions: sa.ColumnElement[bool]) -> sa.CompoundSelect[int]:
    return sa.union(*(sa.select(OutboxMail.id).where(each) for each in conditions))


def _mentions(text: str) -> sa.ColumnElement[bool]:
    key = search_key(text)
    return sa.or_(
        OutboxMail.recipient.icontains(text, autoescape=True),
        OutboxMail.subject.icontains(text, autoescape=True),
        OutboxMail.person.has(Person.search_key.contains(key, autoescape=True)),
    )
