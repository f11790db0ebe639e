"""Who would be reminded of what, as conditions on rows: the same for mails, counts and pages.

Whoever was invited or asked only after the reminder was due has just had a mail, and gets no other
on top of it.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache

import sqlalchemy as sa

from portal import dates, membership
from portal.db import db
from portal.geography import counties, municipalities
from portal.models.accounts import EmailAddress, Person
from portal.models.appeals import AppealRecipient, JuryAppeal
from portal.models.events import Event, EventChange, EventState
from portal.models.groups import CURRENT_PLACES, GroupPlace
from portal.models.invitations import Answer, Invitation
from portal.models.jury import SEATED, Assignment, AssignmentState, JurySignup, SignupDraft
from portal.models.mailings import Mailing, OptOut, Topic
from portal.models.places import Organisation
from portal.models.seasons import Camp, Season

TIMES = ("starts_at", "ends_at", "all_day")
UNANSWERED = (AssignmentState.ASKED, AssignmentState.OFFERED, AssignmentState.RECONFIRM)

Condition = sa.ColumnElement[bool]


def invited(due_at: datetime | None = None) -> tuple[Condition, ...]:
    """Invitations to remind of, on ``Invitation``: not declined, and not of a juror.

    Jurors are reminded of their jury day instead.
    """
    juror = sa.exists().where(
        Camp.event_id == Invitation.event_id,
        Assignment.camp_id == Camp.id,
        Assignment.person_id == Invitation.person_id,
        Assignment.state.in_(SEATED),
    )
    told = () if due_at is None else (Invitation.created_at <= due_at,)
    return (
        Invitation.removed_at.is_(None),
        Invitation.answer != Answer.DECLINED,
        ~juror,
        *told,
    )


def jurors(due_at: datetime | None = None) -> tuple[Condition, ...]:
    """Seats to remind of their day, on ``Assignment``: those who have said yes to it."""
    since = sa.func.coalesce(Assignment.answered_at, Assignment.created_at)
    told = () if due_at is None else (since <= due_at,)
    return Assignment.state == AssignmentState.ACCEPTED, *told


def asked(now: datetime) -> tuple[Condition, ...]:
    """Questions to remind of, on ``Assignment`` with camp, event and season: those unanswered.

    A camp that has moved is spoken of when those asked have been told so.
    """
    untold = sa.exists().where(
        EventChange.event_id == Camp.event_id,
        EventChange.field.in_(TIMES),
        EventChange.told_at.is_(None),
        EventChange.changed_at >= Assignment.asked_at,
    )
    return (
        Assignment.state.in_(UNANSWERED),
        Assignment.answer_by > now,
        Assignment.asked_at.is_not(None),
        Event.state == EventState.PUBLISHED,
        Event.starts_at > now,
        Season.archived_at.is_(None),
        ~untold,
    )


def answer_due_on(day: date) -> tuple[Condition, ...]:
    """Questions whose answer is needed on ``day``, on ``Assignment``."""
    return (
        Assignment.answer_by >= dates.midnight(day),
        Assignment.answer_by < dates.midnight(day + timedelta(days=1)),
    )


def volunteers_to_be(season: Season, now: datetime) -> sa.Select[int]:
    """The ids of those to tell that sign-up closes: they have not said yes or no to ``season``.

    They sit in a group and come from its counties, or have begun to sign up with an address that
    is known to be theirs. Who is asked together with their group today has the deadline from that.
    """
    offered = sa.exists().where(JurySignup.season_id == season.id, JurySignup.juror_id == Person.id)
    return sa.select(Person.id).where(
        sa.or_(_is_member_of(season, dates.today(now)), has_begun(season, now)),
        ~offered,
        ~_said_no(season),
        ~_asked_with_group(season, dates.today(now)),
        ~membership.is_suspended(),
    )


def _said_no(season: Season) -> Condition:
    """Whether somebody asked together with their group has said not this year, on ``Person``."""
    return sa.exists().where(
        AppealRecipient.person_id == Person.id,
        AppealRecipient.declined_at.is_not(None),
        JuryAppeal.id == AppealRecipient.appeal_id,
        JuryAppeal.season_id == season.id,
    )


def _asked_with_group(season: Season, today: date) -> Condition:
    """Whether somebody is asked today, or reminded of it, on ``Person``."""
    reminder = sa.literal("jury.appeal_reminder-").concat(JuryAppeal.public_id)
    return sa.exists().where(
        AppealRecipient.person_id == Person.id,
        JuryAppeal.id == AppealRecipient.appeal_id,
        JuryAppeal.season_id == season.id,
        sa.or_(Mailing.id == JuryAppeal.mailing_id, Mailing.dedupe_key == reminder),
        Mailing.created_at >= dates.midnight(today),
        Mailing.stopped_at.is_(None),
    )


def has_begun(season: Season, now: datetime) -> Condition:
    """Whether somebody has answers on their way to an offer, on ``Person``."""
    # An address that was only typed says nothing of who typed it; a confirmed one has an owner.
    owners = (
        sa.select(EmailAddress.person_id)
        .join(
            SignupDraft,
            sa.or_(
                SignupDraft.person_id == EmailAddress.person_id,
                SignupDraft.folded == EmailAddress.folded,
            ),
        )
        .where(
            EmailAddress.confirmed_at.is_not(None),
            SignupDraft.season_id == season.id,
            SignupDraft.confirmed_at.is_(None),
            SignupDraft.expires_at > now,
        )
    )
    return Person.id.in_(owners)


def reached(person_ids: sa.CompoundSelect[int], topic: Topic) -> int:
    """How many of ``person_ids`` can be written to and have not turned ``topic`` off."""
    unwanted = sa.exists().where(OptOut.person_id == Person.id, OptOut.topic == topic)
    counted = sa.select(sa.func.count(Person.id)).where(
        Person.id.in_(person_ids), membership.can_be_written_to(), ~unwanted
    )
    return db.session.scalar(counted) or 0


def _is_member_of(season: Season, today: date) -> Condition:
    employer = (
        sa.select(Organisation.municipality_code)
        .where(Organisation.id == Person.organisation_id)
        .correlate(Person)
        .scalar_subquery()
    )
    home = sa.func.coalesce(Person.municipality_code, GroupPlace.municipality_code, employer)
    return sa.exists().where(
        GroupPlace.person_id == Person.id,
        GroupPlace.state.in_(CURRENT_PLACES),
        home.in_(_municipalities_in(tuple(season.counties), today)),
    )


@lru_cache(maxsize=16)
def _municipalities_in(county_codes: tuple[str, ...], today: date) -> tuple[str, ...]:
    """The codes, old ones too, of the municipalities that lie in any of those counties."""
    return tuple(
        municipality.code
        for municipality in municipalities.all()
        if _lies_in(municipality.code, county_codes, today)
    )


def _lies_in(municipality: str, county_codes: tuple[str, ...], today: date) -> bool:
    try:
        county = municipalities.county_of(municipality, today).code
    except municipalities.UnknownMunicipality:
        return False
    return any(counties.related(county, code) for code in county_codes)
