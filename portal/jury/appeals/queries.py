"""What the pages of appeals ask for: the group, the seasons it can be asked about, the appeals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import abort
from sqlalchemy.orm import joinedload

from portal import access
from portal.db import db
from portal.jury.appeals import standing
from portal.models.accounts import Person
from portal.models.appeals import AppealRecipient, JuryAppeal
from portal.models.groups import CURRENT_PLACES, Group, GroupPlace
from portal.models.jury import JurySignup
from portal.models.mailings import Mailing
from portal.models.seasons import Season


@dataclass(frozen=True)
class SeasonRow:
    """A season that a group can be asked about, or has been."""

    season: Season
    is_open: bool
    is_asked: bool


@dataclass(frozen=True)
class GroupRow:
    """A group as the page of a season lists it, in numbers of people."""

    group: Group
    members: int
    asked: int
    signed_up: int
    declined: int

    @property
    def waiting(self) -> int:
        """How many of those asked have not answered."""
        return self.asked - self.signed_up - self.declined


def group_run_by(viewer: Person | None, slug: str) -> Group:
    """The group at ``slug`` for whoever runs it.

    For those who only sit in it 403, and for everybody else it does not exist.
    """
    group: Group = db.first_or_404(sa.select(Group).where(Group.slug == slug))
    if not access.sees_group(viewer, group):
        abort(404)
    if not access.leads_group(viewer, group):
        abort(403)
    return group


def season_or_404(slug: str) -> Season:
    """A season that is published."""
    return db.one_or_404(
        sa.select(Season).where(Season.slug == slug, Season.published_at.is_not(None))
    )


def season_of_organiser(slug: str) -> Season:
    """Any season, for those who organise."""
    return db.one_or_404(sa.select(Season).where(Season.slug == slug))


def seasons_for(group: Group, now: datetime) -> list[SeasonRow]:
    """The seasons that take sign-ups, and those ``group`` was asked about; the newest first."""
    asked = set(
        db.session.scalars(
            sa.select(JuryAppeal.season_id).where(
                JuryAppeal.group_id == group.id, JuryAppeal.mailing_id.is_not(None)
            )
        )
    )
    found = db.session.scalars(
        sa.select(Season)
        .where(Season.published_at.is_not(None))
        .order_by(Season.year.desc(), Season.id.desc())
    )
    rows = [SeasonRow(each, each.accepts_signups(now), each.id in asked) for each in found]
    return [row for row in rows if row.is_open or row.is_asked]


def draft_of(group: Group, season: Season, author: Person) -> JuryAppeal | None:
    """What ``author`` has begun and not sent."""
    return db.session.scalar(
        sa.select(JuryAppeal)
        .where(
            JuryAppeal.group_id == group.id,
            JuryAppeal.season_id == season.id,
            JuryAppeal.created_by_id == author.id,
            JuryAppeal.mailing_id.is_(None),
        )
        .order_by(JuryAppeal.id.desc())
        .limit(1)
    )


def appeal_of(group: Group, public_id: str, author: Person) -> JuryAppeal:
    """An appeal to ``group`` that ``author`` wrote, sent or not; anybody else's does not exist."""
    return db.one_or_404(
        sa.select(JuryAppeal)
        .where(
            JuryAppeal.group_id == group.id,
            JuryAppeal.public_id == public_id,
            JuryAppeal.created_by_id == author.id,
        )
        .options(joinedload(JuryAppeal.season), joinedload(JuryAppeal.mailing))
    )


def sent_appeals(group: Group, season: Season) -> Sequence[JuryAppeal]:
    """The appeals that were sent to ``group`` about ``season``, the newest first."""
    return db.session.scalars(
        sa.select(JuryAppeal)
        .where(
            JuryAppeal.group_id == group.id,
            JuryAppeal.season_id == season.id,
            JuryAppeal.mailing_id.is_not(None),
        )
        .options(joinedload(JuryAppeal.mailing), joinedload(JuryAppeal.created_by))
        .order_by(JuryAppeal.id.desc())
    ).all()


def sent_appeal_of(group: Group, public_id: str) -> JuryAppeal:
    """One of those, for whoever runs the group."""
    return db.one_or_404(
        sa.select(JuryAppeal)
        .where(
            JuryAppeal.group_id == group.id,
            JuryAppeal.public_id == public_id,
            JuryAppeal.mailing_id.is_not(None),
        )
        .options(joinedload(JuryAppeal.season), joinedload(JuryAppeal.mailing))
    )


def reminders_of(appeals: Sequence[JuryAppeal]) -> dict[int, Mailing]:
    """By appeal id, the mailing that reminded of it."""
    keys = {reminder_key(each): each.id for each in appeals}
    if not keys:
        return {}
    found = db.session.scalars(sa.select(Mailing).where(Mailing.dedupe_key.in_(keys)))
    return {keys[mailing.dedupe_key]: mailing for mailing in found}


def reminder_key(appeal: JuryAppeal) -> str:
    """What names the one reminder of an appeal (portal/mail/reminding/audiences.py reads it)."""
    return f"jury.appeal_reminder-{appeal.public_id}"


def groups_in(season: Season) -> list[GroupRow]:
    """Every group that is not closed, with what came of asking it about ``season``."""
    seat = sa.and_(GroupPlace.group_id == Group.id, GroupPlace.state.in_(CURRENT_PLACES))
    members = sa.select(sa.func.count(GroupPlace.person_id)).where(seat).scalar_subquery()
    counts = _answers_by_group(season)
    found = db.session.execute(
        sa.select(Group, members).where(Group.closed_at.is_(None)).order_by(Group.sort_key)
    )
    return [GroupRow(group, number, *counts.get(group.id, (0, 0, 0))) for group, number in found]


def _answers_by_group(season: Season) -> dict[int, tuple[int, int, int]]:
    """By group: how many were asked, have signed up, and have said no; each person once."""
    offer = sa.and_(
        JurySignup.juror_id == AppealRecipient.person_id, JurySignup.season_id == season.id
    )
    serves = sa.and_(JurySignup.id.is_not(None), JurySignup.withdrawn_at.is_(None))
    refuses = sa.or_(AppealRecipient.declined_at.is_not(None), JurySignup.withdrawn_at.is_not(None))
    rows = (
        sa.select(
            JuryAppeal.group_id,
            AppealRecipient.person_id,
            sa.func.max(sa.case((serves, 1), else_=0)).label("yes"),
            sa.func.max(sa.case((refuses, 1), else_=0)).label("no"),
        )
        .join(JuryAppeal, JuryAppeal.id == AppealRecipient.appeal_id)
        .join(Mailing, Mailing.id == JuryAppeal.mailing_id)
        .join(
            GroupPlace,
            sa.and_(
                GroupPlace.group_id == JuryAppeal.group_id,
                GroupPlace.person_id == AppealRecipient.person_id,
                GroupPlace.state.in_(CURRENT_PLACES),
            ),
        )
        .outerjoin(JurySignup, offer)
        .where(JuryAppeal.season_id == season.id, standing.was_sent())
        .group_by(JuryAppeal.group_id, AppealRecipient.person_id)
        .subquery()
    )
    no = sa.case((rows.c.yes == 1, 0), else_=rows.c.no)
    counted = sa.select(
        rows.c.group_id, sa.func.count(), sa.func.sum(rows.c.yes), sa.func.sum(no)
    ).group_by(rows.c.group_id)
    return {group: (asked, yes, no) for group, asked, yes, no in db.session.execute(counted)}


def some_of(recipients: Sequence[AppealRecipient], number: int = 3) -> list[AppealRecipient]:
    """So many of ``recipients``, of different languages and near and far where there are such."""
    by_kind: dict[tuple[str, bool], list[AppealRecipient]] = {}
    for each in recipients:
        by_kind.setdefault((each.person.language, each.is_near), []).append(each)
    turns = [(turn, n, each) for n, kind in enumerate(by_kind.values())
             for turn, each in enumerate(kind[:number])]  # fmt: skip
    chosen = [each for _turn, _kind, each in sorted(turns, key=lambda row: row[:2])[:number]]
    return sorted(chosen, key=lambda each: each.position)
