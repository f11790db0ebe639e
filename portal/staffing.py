"""Seats on juries, counted alike for every page that tells of them, and locked alike."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from portal.db import db
from portal.models.events import Event, EventKind
from portal.models.jury import SEATED, TAKEN, AskRound, Assignment
from portal.models.seasons import Camp, Panel


def seats_needed(events: Sequence[Event]) -> dict[int, int]:
    """Jury seats nobody has said yes to, by the event's id; events that need none are left out."""
    ids = [event.id for event in events if event.kind in (EventKind.CAMP, EventKind.FINAL)]
    if not ids:
        return {}
    target = _of_camp(sa.func.sum(Panel.target), Panel.camp_id)
    taken = _of_camp(sa.func.count(Assignment.id), Assignment.camp_id, Assignment.state.in_(TAKEN))
    rows = db.session.execute(
        sa.select(Camp.event_id, sa.func.coalesce(target, 0) - taken).where(Camp.event_id.in_(ids))
    )
    return {event_id: seats for event_id, seats in rows if seats > 0}


def lock_juries(camp_ids: Iterable[int]) -> None:
    """Let those who fill or free seats of a camp come one after the other.

    Taken before the camp's event, rounds or assignments are changed, and for several camps at once:
    who keeps to that order waits for others, but no two for each other. On SQLite the one write
    lock does it already.
    """
    juries = sa.select(Panel.id).where(Panel.camp_id.in_(set(camp_ids))).order_by(Panel.id)
    # Rows may be written meanwhile that refer to a jury.
    db.session.execute(juries.with_for_update(key_share=True))


def spoken_for(season_id: int) -> dict[int, int]:
    """The seats that open rounds of asking have left to give, by the jury's id."""
    rows = db.session.execute(
        sa.select(AskRound.panel_id, sa.func.sum(AskRound.seats_left))
        .join(Panel, Panel.id == AskRound.panel_id)
        .join(Camp, Camp.id == Panel.camp_id)
        .where(AskRound.closed_at.is_(None), Camp.season_id == season_id)
        .group_by(AskRound.panel_id)
    )
    return {panel_id: int(seats) for panel_id, seats in rows}


def trim_rounds(camp_ids: Iterable[int]) -> list[int]:
    """Let the open rounds of asking promise no seat that their juries have no room for any more.

    Where a jury has several, the newest lose first. The juries are locked already.

    Returns:
        The rounds that have none to give now: ``jury.asking`` ends those.
    """
    seated = sa.select(sa.func.count()).where(
        Assignment.panel_id == Panel.id, Assignment.state.in_(SEATED)
    )
    rows = db.session.execute(
        sa.select(
            AskRound.id,
            AskRound.panel_id,
            AskRound.seats_left,
            Panel.target - seated.correlate(Panel).scalar_subquery(),
        )
        .join(Panel, Panel.id == AskRound.panel_id)
        .where(AskRound.closed_at.is_(None), Panel.camp_id.in_(set(camp_ids)))
        .order_by(AskRound.id)
    ).all()
    room = {panel_id: max(0, free) for _id, panel_id, _left, free in rows}
    spent = []
    for round_id, panel_id, left, _free in rows:
        kept = min(left, room[panel_id])
        room[panel_id] -= kept
        if kept < left:
            trimmed = sa.update(AskRound).where(AskRound.id == round_id)
            db.session.execute(trimmed.values(seats_left=kept))
        if not kept:
            spent.append(round_id)
    return spent


def close_rounds(camp: Camp, now: datetime) -> None:
    """End every round of asking for the camp's juries; nobody is told."""
    juries = sa.select(Panel.id).where(Panel.camp_id == camp.id)
    db.session.execute(
        sa.update(AskRound)
        .where(AskRound.panel_id.in_(juries), AskRound.closed_at.is_(None))
        .values(closed_at=now)
    )


def _of_camp(
    count: sa.ColumnElement[int],
    camp_id: InstrumentedAttribute[int],
    *conditions: sa.ColumnElement[bool],
) -> sa.ScalarSelect[int]:
    return sa.select(count).where(camp_id == Camp.id, *conditions).correlate(Camp).scalar_subquery()
