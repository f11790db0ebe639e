"""What the pages of mailings ask for: drafts, mailings, and whom an audience reaches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import abort
from flask_sqlalchemy.pagination import Pagination
from sqlalchemy.orm import defer, joinedload, selectinload

from portal import dates
from portal.db import db
from portal.mail import control
from portal.mail.control import Progress
from portal.mailings import audiences
from portal.mailings.audiences import Audience, Who
from portal.mailings.notices import KIND
from portal.models.accounts import EmailAddress, Person
from portal.models.events import Event
from portal.models.groups import Group
from portal.models.invitations import Invitation
from portal.models.mail import AddressStanding
from portal.models.mailings import Mailing, MailingDraft, OptOut, Topic
from portal.models.seasons import Season

PAGE_SIZE = 25
_SHOWN = 3
_EVENTS_SINCE = timedelta(days=180)
_MOST_EVENTS = 100

Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class Reach:
    """How many an audience is, and why some of them will not get what is written to them."""

    total: int
    no_address: int
    turned_off: int
    unreachable: int

    @property
    def reached(self) -> int:
        """How many get it."""
        return self.total - self.no_address - self.turned_off - self.unreachable


def drafts_of(person: Person) -> Sequence[MailingDraft]:
    """What ``person`` is writing, the newest first; other people's drafts do not exist."""
    return db.session.scalars(
        sa.select(MailingDraft)
        .where(MailingDraft.written_by_id == person.id)
        .order_by(MailingDraft.changed_at.desc(), MailingDraft.id.desc())
    ).all()


def draft_of(person: Person, public_id: str) -> MailingDraft | None:
    """One of ``person``'s drafts, None when there is none of that name, or no more."""
    return db.session.scalar(
        sa.select(MailingDraft).where(
            MailingDraft.public_id == public_id, MailingDraft.written_by_id == person.id
        )
    )


def key_of(draft_id: str) -> str:
    """The key of the mailing that the draft called ``draft_id`` becomes."""
    return f"{KIND}-{draft_id}"


def sent_from(draft_id: str) -> Mailing | None:
    """The mailing that the draft called ``draft_id`` has become."""
    statement = _mailings().where(Mailing.dedupe_key == key_of(draft_id))
    return db.session.scalars(statement).first()


def mailings(page: int, now: datetime) -> tuple[Pagination, dict[int, Progress]]:
    """A page of what was written to many, the newest first, and how far each has come."""
    newest_first = (Mailing.created_at.desc(), Mailing.id.desc())
    statement = _mailings().options(joinedload(Mailing.created_by)).order_by(*newest_first)
    found = db.paginate(statement, page=max(page, 1), per_page=PAGE_SIZE, error_out=False)
    return found, control.progress_of(found.items, now)


def mailing_or_404(public_id: str) -> Mailing:
    """One mailing that an organiser wrote."""
    return db.one_or_404(
        _mailings().where(Mailing.public_id == public_id).options(joinedload(Mailing.created_by))
    )


def reach_of(audience: Audience) -> Reach:
    """How many ``audience`` is now and how many of them it reaches, counted by the database."""
    off = sa.exists().where(OptOut.person_id == Person.id, OptOut.topic == Topic.NEWS)
    reason = sa.case(
        (EmailAddress.id.is_(None), "no_address"),
        (off, "turned_off"),
        (_is_closed(), "unreachable"),
        else_="reached",
    ).label("reason")
    people = (
        sa.select(reason)
        .select_from(Person)
        .outerjoin(EmailAddress, _is_primary())
        .where(audiences.is_of(audience))
        .subquery()
    )
    counted = sa.select(people.c.reason, sa.func.count()).group_by(people.c.reason)
    numbers: dict[str, int] = dict(db.session.execute(counted).all())
    return Reach(
        sum(numbers.values()),
        *(numbers.get(why, 0) for why in ("no_address", "turned_off", "unreachable")),
    )


def ids_of(audience: Audience) -> list[int]:
    """The ids of those of ``audience`` who have an address."""
    statement = sa.select(Person.id).join(EmailAddress, _is_primary())
    return list(db.session.scalars(statement.where(audiences.is_of(audience)).order_by(Person.id)))


def some_of(audience: Audience) -> list[Person]:
    """Three of those whom it reaches, of different languages where there are such."""
    off = sa.exists().where(OptOut.person_id == Person.id, OptOut.topic == Topic.NEWS)
    in_turn = sa.func.row_number().over(partition_by=Person.language, order_by=Person.id)
    ranked = (
        sa.select(Person.id, in_turn.label("turn"))
        .join(EmailAddress, _is_primary())
        .where(audiences.is_of(audience), ~off, ~_is_closed())
        .subquery()
    )
    chosen = sa.select(ranked.c.id).order_by(ranked.c.turn, ranked.c.id).limit(_SHOWN)
    return list(
        db.session.scalars(
            sa.select(Person)
            .where(Person.id.in_(chosen))
            .options(selectinload(Person.emails))
            .order_by(Person.id)
        )
    )


def shown_or_404(audience: Audience, public_id: str) -> Person:
    """One of ``some_of``; nobody else's copy can be looked at."""
    found = next((each for each in some_of(audience) if each.public_id == public_id), None)
    return found or abort(404)


def seasons() -> Choices:
    """The seasons one may write about, the newest first."""
    found = db.session.execute(
        sa.select(Season.id, Season.name).order_by(Season.year.desc(), Season.id.desc())
    )
    return [(str(number), name) for number, name in found]


def groups() -> Choices:
    """The groups one may write to."""
    found = db.session.execute(
        sa.select(Group.id, Group.name)
        .where(Group.closed_at.is_(None))
        .order_by(Group.sort_key, Group.id)
    )
    return [(str(number), name) for number, name in found]


def events(now: datetime, chosen: int = 0) -> Choices:
    """The events of late and ahead that somebody is invited to, and the one that is ``chosen``."""
    invited = sa.exists().where(Invitation.event_id == Event.id, Invitation.removed_at.is_(None))
    found = db.session.execute(
        sa.select(Event.id, Event.title, Event.starts_at)
        .where(sa.or_(sa.and_(invited, Event.ends_at > now - _EVENTS_SINCE), Event.id == chosen))
        .order_by(Event.starts_at.desc(), Event.id)
        .limit(_MOST_EVENTS)
    )
    return [
        (str(number), f"{title}, {dates.plain_day(starts.astimezone(dates.OSLO).date())}")
        for number, title, starts in found
    ]


def audience_named(who: str, about: int) -> Audience | None:
    """The audience that a page names, None when there is no such season, group or event."""
    if who not in list(Who):
        return None
    audience = Audience(Who(who), about)
    return audience if who == Who.MEMBERS or name_of(audience) else None


def name_of(audience: Audience) -> str:
    """The name of the season, group or event that ``audience`` is about; empty for none."""
    column = {
        bool(audience.season_id): (Season.name, Season.id),
        bool(audience.group_id): (Group.name, Group.id),
        bool(audience.event_id): (Event.title, Event.id),
    }.get(True)
    if column is None:
        return ""
    name, key = column
    return db.session.scalar(sa.select(name).where(key == audience.about)) or ""


def _mailings() -> sa.Select[Mailing]:
    """What organisers wrote, without its recipients: they may be thousands."""
    return sa.select(Mailing).where(Mailing.kind == KIND).options(defer(Mailing.params))


def _is_primary() -> sa.ColumnElement[bool]:
    return sa.and_(EmailAddress.person_id == Person.id, EmailAddress.is_primary)


def _is_closed() -> sa.ColumnElement[bool]:
    return sa.exists().where(
        AddressStanding.folded == EmailAddress.folded, AddressStanding.suppressed_at.is_not(None)
    )
