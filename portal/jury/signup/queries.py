"""What the pages about sign-ups ask the database."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.db import db
from portal.models.accounts import Person
from portal.models.events import Event, EventState
from portal.models.jury import (
    Assignment,
    AssignmentState,
    Conflict,
    JurySignup,
    SignupDay,
    SignupDraft,
)
from portal.models.places import Organisation
from portal.models.seasons import Camp, Season
from portal.text import search_key
from portal.tokens import fingerprint

# What is given up with the offer; a seat already answered with no stays as it is.
OPEN_SEATS = (
    AssignmentState.PROPOSED,
    AssignmentState.ASKED,
    AssignmentState.OFFERED,
    AssignmentState.ACCEPTED,
    AssignmentState.RECONFIRM,
    AssignmentState.RESERVE,
)
_LONGEST_TOKEN = 100


def season_or_404(slug: str) -> Season:
    """A season that everybody may see."""
    return db.one_or_404(
        sa.select(Season).where(Season.slug == slug, Season.published_at.is_not(None))
    )


def any_season_or_404(slug: str) -> Season:
    """A season, for those who plan it before it is published."""
    return db.one_or_404(sa.select(Season).where(Season.slug == slug))


def open_camps(season: Season, now: datetime) -> Sequence[Camp]:
    """The camps of a season that people may still offer to come to, first things first."""
    found = db.session.scalars(
        sa.select(Camp)
        .join(Camp.event)
        .where(
            Camp.season_id == season.id,
            Event.state == EventState.PUBLISHED,
            Event.ends_at > now,
        )
        .options(contains_eager(Camp.event), joinedload(Camp.school), joinedload(Camp.panels))
        .order_by(Event.starts_at, Camp.id)
    )
    return found.unique().all()


def signups_of(person: Person) -> Sequence[JurySignup]:
    """A person's offers with their seasons, withdrawn ones too, the newest season first."""
    return db.session.scalars(
        sa.select(JurySignup)
        .join(JurySignup.season)
        .where(JurySignup.juror_id == person.id)
        .options(contains_eager(JurySignup.season))
        .order_by(Season.year.desc(), JurySignup.id.desc())
    ).all()


def signup_of(person: Person | None, season: Season) -> JurySignup | None:
    """What the person offers in the season, withdrawn or not."""
    if person is None:
        return None
    return db.session.scalar(
        sa.select(JurySignup).where(
            JurySignup.season_id == season.id, JurySignup.juror_id == person.id
        )
    )


def signup_of_or_404(juror: Person, public_id: str) -> JurySignup:
    """One of the juror's own offers with all it holds; anyone else's does not exist."""
    return db.one_or_404(
        sa.select(JurySignup)
        .where(JurySignup.public_id == public_id, JurySignup.juror_id == juror.id)
        .options(
            joinedload(JurySignup.season),
            selectinload(JurySignup.days)
            .joinedload(SignupDay.camp)
            .options(joinedload(Camp.event), joinedload(Camp.school)),
            selectinload(JurySignup.conflicts).joinedload(Conflict.school),
        )
    )


def open_seats(signup: JurySignup) -> Sequence[Assignment]:
    """The seats that a withdrawal would give up, in the order of their days."""
    return db.session.scalars(
        sa.select(Assignment)
        .join(Assignment.camp)
        .join(Camp.event)
        .where(
            Assignment.person_id == signup.juror_id,
            Camp.season_id == signup.season_id,
            Assignment.state.in_(OPEN_SEATS),
        )
        .options(
            contains_eager(Assignment.camp).contains_eager(Camp.event),
            contains_eager(Assignment.camp).joinedload(Camp.school),
        )
        .order_by(Event.starts_at, Assignment.id)
    ).all()


def has_served(signup: JurySignup) -> bool:
    """Whether the volunteer has sat on a jury of the season."""
    served = (
        sa.select(Assignment.id)
        .join(Assignment.camp)
        .where(
            Assignment.person_id == signup.juror_id,
            Camp.season_id == signup.season_id,
            Assignment.state == AssignmentState.SERVED,
        )
    )
    return bool(db.session.scalar(sa.select(served.exists())))


def linked_draft(token: str) -> SignupDraft | None:
    """The draft behind a mailed link, whatever became of it."""
    if len(token) > _LONGEST_TOKEN:
        return None
    return db.session.scalar(
        sa.select(SignupDraft)
        .where(SignupDraft.token_hash == fingerprint(token))
        .options(joinedload(SignupDraft.season))
    )


def employer_called(text: str) -> Organisation | None:
    """The organisation that somebody means who wrote ``text``: "Moss" is Moss kommune."""
    key = search_key(text)
    if not key:
        return None
    return db.session.scalar(
        sa.select(Organisation)
        .where(Organisation.search_key.in_((key, f"{key} kommune")))
        .order_by(sa.func.length(Organisation.search_key))
        .limit(1)
    )


def employer_names() -> Sequence[str]:
    """The organisations to suggest as employers, in Norwegian order."""
    return db.session.scalars(sa.select(Organisation.name).order_by(Organisation.sort_key)).all()
