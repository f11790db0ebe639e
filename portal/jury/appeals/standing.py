"""How each member of a group stands to a season: who can be asked, and who has answered already."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal import membership
from portal.db import db
from portal.jury.appeals.nearby import Nearby, Surroundings, start_of
from portal.jury.signup import queries as signups
from portal.mail.reminding import audiences
from portal.models.accounts import EmailAddress, Person
from portal.models.appeals import AppealRecipient, JuryAppeal
from portal.models.groups import CURRENT_PLACES, Group, GroupPlace
from portal.models.jury import JurySignup
from portal.models.mail import AddressStanding, MailState, OutboxMail
from portal.models.mailings import Mailing, OptOut, Topic
from portal.models.seasons import Camp, Season


class Standing(StrEnum):
    """What there is to say of somebody before the group is asked."""

    FREE = "free"
    BEGUN = "begun"
    # Asked before in this season, and has not answered.
    ASKED = "asked"
    SIGNED_UP = "signed_up"
    DECLINED = "declined"
    NO_ADDRESS = "no_address"
    # Mail to the address has come back or was refused.
    UNREACHABLE = "unreachable"
    TURNED_OFF = "turned_off"


ASKABLE = (Standing.FREE, Standing.BEGUN, Standing.ASKED)
# Asked unless the organiser says otherwise; who was asked before gets a reminder instead.
_AT_FIRST = (Standing.FREE, Standing.BEGUN)
# A stop takes nothing of this back; what failed had left, and may have come back.
_GONE_OUT = (MailState.LEASED, MailState.SENT, MailState.FAILED)


@dataclass(frozen=True)
class Member:
    """Somebody who sits in the group, the schools to name to them, and how they stand."""

    person: Person
    place: GroupPlace
    nearby: Nearby
    standing: Standing
    asked_at: datetime | None = None

    @property
    def can_be_asked(self) -> bool:
        """Whether a mail would be of use, and reach them."""
        return self.standing in ASKABLE

    @property
    def is_asked_at_first(self) -> bool:
        """Whether they are asked unless the organiser leaves them out."""
        return self.standing in _AT_FIRST


@dataclass(frozen=True)
class Said:
    """By person id: who has signed up, said no, begun to sign up, and when each was asked."""

    signed_up: frozenset[int] = frozenset()
    declined: frozenset[int] = frozenset()
    begun: frozenset[int] = frozenset()
    asked: dict[int, datetime] = field(default_factory=dict)


def members_of(
    group: Group, season: Season, now: datetime, said: Said | None = None
) -> list[Member]:
    """Those who sit in ``group`` and may sign in: near a school first, then by how far it is.

    Somebody whose account is closed is none of them.
    """
    around = Surroundings(camps_ahead(season, now))
    said = said or said_in(season, [group.id], now)
    unwanted, closed = _turned_off(group), _closed(group)
    found = []
    for place in _places(group):
        person = place.person
        if person is None:
            continue
        standing = _standing(person, said, unwanted, closed)
        nearby = around.of(start_of(person, place))
        found.append(Member(person, place, nearby, standing, said.asked.get(person.id)))
    return sorted(found, key=_in_order)


def said_in(season: Season, group_ids: sa.Select[int] | Collection[int], now: datetime) -> Said:
    """What those who sit in these groups have said to ``season``, however they were asked."""
    ids = membership.seated(group_ids)
    offers = db.session.execute(
        sa.select(JurySignup.juror_id, JurySignup.withdrawn_at).where(
            JurySignup.season_id == season.id, JurySignup.juror_id.in_(ids)
        )
    ).all()
    begun = sa.select(Person.id).where(Person.id.in_(ids), audiences.has_begun(season, now))
    asked, declined = _asked_and_declined(season, ids)
    withdrawn = {row.juror_id for row in offers if row.withdrawn_at}
    return Said(
        frozenset(row.juror_id for row in offers if not row.withdrawn_at),
        frozenset(declined | withdrawn),
        frozenset(db.session.scalars(begun)),
        asked,
    )


def camps_ahead(season: Season, now: datetime) -> Sequence[Camp]:
    """The camps that people may offer to come to yet."""
    return signups.open_camps(season, now)


def was_sent() -> sa.ColumnElement[bool]:
    """The condition, on recipients with their appeal's mailing, that they have been asked.

    Of a mailing that was stopped only those to whom it had gone out already, or who were just
    being sent it.
    """
    got_it = sa.exists().where(
        OutboxMail.mailing_id == Mailing.id,
        OutboxMail.person_id == AppealRecipient.person_id,
        OutboxMail.state.in_(_GONE_OUT),
    )
    return sa.or_(Mailing.stopped_at.is_(None), got_it)


def recipient_ids(appeal: JuryAppeal) -> Sequence[int]:
    """The row ids of those an appeal is for, in their order."""
    return db.session.scalars(
        sa.select(AppealRecipient.id)
        .where(AppealRecipient.appeal_id == appeal.id)
        .order_by(AppealRecipient.position, AppealRecipient.id)
    ).all()


def recipients_of(appeal: JuryAppeal, ids: Sequence[int] = ()) -> Sequence[AppealRecipient]:
    """Whom an appeal is for, or only those rows, with all that a mail to them needs."""
    only = (AppealRecipient.id.in_(ids),) if ids else ()
    found = db.session.scalars(
        sa.select(AppealRecipient)
        .where(AppealRecipient.appeal_id == appeal.id, *only)
        .options(
            joinedload(AppealRecipient.person).options(
                joinedload(Person.emails), joinedload(Person.organisation)
            )
        )
        .order_by(AppealRecipient.position, AppealRecipient.id)
    )
    return found.unique().all()


def _asked_and_declined(
    season: Season, ids: sa.Select[int | None]
) -> tuple[dict[int, datetime], set[int]]:
    rows = db.session.execute(
        sa.select(AppealRecipient.person_id, AppealRecipient.declined_at, Mailing.created_at)
        .join(JuryAppeal, JuryAppeal.id == AppealRecipient.appeal_id)
        .join(Mailing, Mailing.id == JuryAppeal.mailing_id)
        .where(JuryAppeal.season_id == season.id, AppealRecipient.person_id.in_(ids), was_sent())
        .order_by(Mailing.created_at)
    ).all()
    asked = {row.person_id: row.created_at for row in rows}
    return asked, {row.person_id for row in rows if row.declined_at}


def _places(group: Group) -> Sequence[GroupPlace]:
    found = db.session.scalars(
        sa.select(GroupPlace)
        .join(GroupPlace.person)
        .where(
            GroupPlace.group_id == group.id,
            GroupPlace.state.in_(CURRENT_PLACES),
            Person.suspended_at.is_(None),
        )
        # In one statement, however many they are.
        .options(
            joinedload(GroupPlace.person).options(
                joinedload(Person.organisation), joinedload(Person.emails)
            )
        )
        .order_by(GroupPlace.id)
    )
    return found.unique().all()


def _turned_off(group: Group) -> frozenset[int]:
    statement = sa.select(OptOut.person_id).where(
        OptOut.topic == Topic.NEWS, OptOut.person_id.in_(membership.seated([group.id]))
    )
    return frozenset(db.session.scalars(statement))


def _closed(group: Group) -> frozenset[int]:
    """Those to whose primary address nothing is sent."""
    statement = (
        sa.select(EmailAddress.person_id)
        .join(AddressStanding, AddressStanding.folded == EmailAddress.folded)
        .where(
            EmailAddress.is_primary,
            EmailAddress.person_id.in_(membership.seated([group.id])),
            AddressStanding.suppressed_at.is_not(None),
        )
    )
    return frozenset(db.session.scalars(statement))


def _standing(
    person: Person, said: Said, unwanted: frozenset[int], closed: frozenset[int]
) -> Standing:
    """The first that holds: an answer counts whether or not mail would arrive."""
    holds = (
        (Standing.SIGNED_UP, person.id in said.signed_up),
        (Standing.DECLINED, person.id in said.declined),
        (Standing.NO_ADDRESS, person.email is None),
        (Standing.UNREACHABLE, person.id in closed),
        (Standing.TURNED_OFF, person.id in unwanted),
        (Standing.ASKED, person.id in said.asked),
        (Standing.BEGUN, person.id in said.begun),
    )
    return next((standing for standing, it_does in holds if it_does), Standing.FREE)


def _in_order(member: Member) -> tuple[bool, float, str, int]:
    return (
        not member.nearby.is_near,
        member.nearby.km,
        member.person.sort_key,
        member.person.id,
    )
