"""What the pages of appeals ask for: the group, the seasons it can be asked about, the appeals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import abort
from sqlalchemy.orm import joinedload

from portal import access
from portal.db import db
from portal.models.accounts import Person
from portal.models.appeals import AppealRecipient, JuryAppeal
from portal.models.groups import Group
from portal.models.mailings import Mailing
from portal.models.seasons import Season


@dataclass(frozen=True)
class SeasonRow:
    """A season that a group can be asked about, or has been."""

    season: Season
    is_open: bool
    is_asked: bool


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


def some_of(recipients: Sequence[AppealRecipient], number: int = 3) -> list[AppealRecipient]:
    """So many of ``recipients``, of different languages and near and far where there are such."""
    by_kind: dict[tuple[str, bool], list[AppealRecipient]] = {}
    for each in recipients:
        by_kind.setdefault((each.person.language, each.is_near), []).append(each)
    turns = [(turn, n, each) for n, kind in enumerate(by_kind.values())
             for turn, each in enumerate(kind[:number])]  # fmt: skip
    chosen = [each for _turn, _kind, each in sorted(turns, key=lambda row: row[:2])[:number]]
    return sorted(chosen, key=lambda each: each.position)
