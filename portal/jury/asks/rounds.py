"""Asking several people at once for an open seat: the first yes gets it, the others are thanked."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from portal import audit
from portal.db import db
from portal.jury.asks import asking, seats
from portal.mail import outbox
from portal.models.accounts import Person
from portal.models.jury import AskRound, Assignment, JurySignup
from portal.models.seasons import Panel

# Why a question ended: an organiser took it back from those who had not answered.
_STOPPED = "stopped"


class NobodyChosen(Exception):
    """There is nobody to ask."""


class RoundIsClosed(Exception):
    """The seats are given or the question was taken back already."""


def ask_several(
    panel: Panel, signups: Sequence[JurySignup], *, by: Person | None, now: datetime
) -> AskRound | None:
    """Ask several who offered to serve for the open seats of ``panel``, one mail each.

    Where there are more of them than seats, the first to say yes get those: that is a round. Where
    there are not, each has a seat to say yes to, and there is no round.

    Raises:
        NobodyChosen: ``signups`` is empty.
        asking.CampIsOff, asking.JuryIsFull, asking.SitsAlready, asking.StandsInTheWay: see there;
            nobody was asked.
    """
    if not signups:
        raise NobodyChosen
    if panel.camp.event.is_cancelled or panel.camp.event.starts_at <= now:
        raise asking.CampIsOff
    seats.lock_camp(panel.camp)
    free = seats.free(panel)
    if not free:
        raise asking.JuryIsFull
    chosen = [asking.seat_for(panel, signup, now) for signup in signups]
    db.session.flush()
    if len(chosen) <= free:
        first = chosen[0]
        key = f"seats-{first.id}.{first.ask_number + 1}-{len(chosen)}"
        asking.ask(chosen, key=key, by=by, now=now)
        return None
    opened = AskRound(
        panel=panel,
        seats=free,
        seats_left=free,
        opened_at=now,
        opened_by_id=by.id if by else None,
    )
    db.session.add(opened)
    db.session.flush()
    asking.ask(chosen, key=f"round-{opened.id}", by=by, now=now, together=opened)
    audit.record(
        "round.opened", opened, actor=by, now=now, panel=panel.id, seats=free, asked=len(chosen)
    )
    return opened


def stop(opened: AskRound, *, by: Person | None, now: datetime) -> int:
    """Take the question back from those who have not answered, and tell them.

    Whoever has said yes keeps the seat; the seats left are open again.

    Returns:
        How many are told.

    Raises:
        RoundIsClosed: there is nothing to stop.
    """
    seats.lock_camp(opened.panel.camp)
    db.session.refresh(opened)
    if opened.closed_at is not None:
        raise RoundIsClosed
    waiting = seats.unanswered(opened)
    seats.end(opened, waiting, _STOPPED, now)
    if waiting:
        outbox.enqueue_mailing(
            "jury.stopped",
            key=f"round-{opened.id}-stopped",
            now=now,
            by=by,
            assignment_ids=[each.id for each in waiting],
        )
    audit.record("round.stopped", opened, actor=by, now=now, released=[each.id for each in waiting])
    return len(waiting)


def last_asked(person_ids: Sequence[int]) -> dict[int, datetime]:
    """When each was asked last, in whichever season; who never was is left out."""
    rows = db.session.execute(
        sa.select(Assignment.person_id, sa.func.max(Assignment.asked_at))
        .where(Assignment.person_id.in_(person_ids), Assignment.asked_at.is_not(None))
        .group_by(Assignment.person_id)
    )
    return {person_id: moment for person_id, moment in rows if moment is not None}
