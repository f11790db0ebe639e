"""The seats of a jury: locked, counted, taken, given back, and a round that ends with its last.

A camp's juries are locked first, then its rounds and assignments follow; so of two who come at once
the second sees what the first did. Of those asked together each takes a seat by one conditional
update of the round, whoever else reads or waits.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal import audit, staffing
from portal.db import db
from portal.mail import outbox
from portal.mail.reminding import withdrawing
from portal.models.accounts import Person
from portal.models.jury import SEATED, TAKEN, AskRound, Assignment, AssignmentState
from portal.models.seasons import Camp, Panel

# In a seat's reason: why the question ended without an answer.
ENDED = "ended"
GONE = "taken"
# Whoever is about to answer is told on the page, and needs no mail on top of it.
_UNTIL_THANKED = timedelta(minutes=2)


def lock(assignment: Assignment) -> None:
    """Let those who change seats of one camp wait, and see the assignment as the last one left it.

    Its round is read anew as well.
    """
    db.session.flush()
    staffing.lock_juries([assignment.camp_id])
    db.session.refresh(assignment, with_for_update={"of": Assignment})
    if assignment.round is not None:
        db.session.refresh(assignment.round)


def lock_camp(camp: Camp) -> None:
    """The same for whoever fills seats of ``camp``: its juries and assignments are read anew."""
    db.session.flush()
    staffing.lock_juries([camp.id])
    for each in (camp, *camp.panels):
        db.session.expire(each, ["assignments"])
    for panel in camp.panels:
        db.session.refresh(panel, ["minimum", "target"])


def lock_those_free(camps: sa.CompoundSelect[int]) -> Sequence[int]:
    """Lock the juries of those camps, by row id, whose juries nobody has locked; which they are."""
    found = db.session.scalars(
        sa.select(Panel.camp_id)
        .where(Panel.number == 1, Panel.camp_id.in_(camps))
        .order_by(Panel.id)
        .with_for_update(skip_locked=True, key_share=True)
    ).all()
    if found:
        staffing.lock_juries(found)
    return found


def free(panel: Panel) -> int:
    """How many seats nobody sits on or is asked for, and no open round has to give."""
    taken = _count(panel.id, SEATED)
    left = db.session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(AskRound.seats_left), 0)).where(
            AskRound.panel_id == panel.id, AskRound.closed_at.is_(None)
        )
    )
    return max(0, panel.target - taken - (left or 0))


def take(assignment: Assignment) -> bool:
    """Take a seat for somebody who says yes now; False when there is none. It is locked already.

    Who is asked has a seat until the jury is full of those who said yes: the target may have been
    lowered. Who said no, or nothing in time, gets one that is free. A yes that only has to be
    confirmed stands.
    """
    if assignment.state == AssignmentState.RECONFIRM:
        return True
    panel = db.session.get_one(Panel, assignment.panel_id, populate_existing=True)
    full = _count(panel.id, TAKEN, but=assignment) >= panel.target
    if _open_round(assignment) is not None:
        return not full and _take_from_round(assignment)
    if assignment.state == AssignmentState.ASKED:
        return not full
    return free(panel) > 0


def note_too_late(assignment: Assignment, now: datetime, comment: str) -> None:
    """Keep in mind that somebody said yes when the seat was gone; a no before that stays."""
    if assignment.state not in (
        AssignmentState.ASKED, AssignmentState.OFFERED, AssignmentState.RELEASED
    ):  # fmt: skip
        return
    assignment.state = AssignmentState.RESERVE
    assignment.reason = {**assignment.reason, ENDED: GONE}
    assignment.answered_at = now
    assignment.comment = comment
    audit.record("assignment.reserve", assignment, actor=assignment.person, now=now)
    settle([assignment.round_id], now)


def leave(assignment: Assignment, was: AssignmentState, now: datetime) -> None:
    """See to the round of somebody who ``was`` in it: a seat taken goes back, if it is still open.

    The last one to answer no ends it.
    """
    if _open_round(assignment) is None:
        return
    if was in TAKEN:
        db.session.execute(
            sa.update(AskRound)
            .where(AskRound.id == assignment.round_id, AskRound.closed_at.is_(None))
            .values(seats_left=AskRound.seats_left + 1)
        )
        # The jury may have been made smaller, or others put on it.
        staffing.trim_rounds([assignment.camp_id])
    settle([assignment.round_id], now)


def settle(round_ids: Iterable[int | None], now: datetime) -> None:
    """End the rounds that have given their last seat, or have nobody left to answer.

    Those who had not answered are thanked, and may be asked again.
    """
    for round_id in sorted({number for number in round_ids if number is not None}):
        round_ = db.session.get_one(AskRound, round_id, populate_existing=True)
        if round_.closed_at is not None:
            continue
        waiting = unanswered(round_)
        if round_.seats_left and waiting:
            continue
        end(round_, waiting, GONE, now)
        if waiting:
            outbox.enqueue_mailing(
                "jury.taken",
                key=f"round-{round_.id}-taken",
                now=now,
                by=None,
                hold=_UNTIL_THANKED,
                assignment_ids=[each.id for each in waiting],
            )
        audit.record(
            "round.closed",
            round_,
            actor=None,
            now=now,
            seats_left=round_.seats_left,
            released=[each.id for each in waiting],
        )


def spent() -> sa.Select[int]:
    """The camps with an open round that has no seat to give any more."""
    return (
        sa.select(Panel.camp_id)
        .join(AskRound, AskRound.panel_id == Panel.id)
        .where(AskRound.closed_at.is_(None), AskRound.seats_left == 0)
    )


def unanswered(round_: AskRound) -> list[Assignment]:
    """Those of a round who have not answered, in the order of their ids."""
    return list(
        db.session.scalars(
            sa.select(Assignment)
            .where(Assignment.round_id == round_.id, Assignment.state == AssignmentState.OFFERED)
            .options(joinedload(Assignment.camp))
            .order_by(Assignment.id)
        )
    )


def end(round_: AskRound, waiting: list[Assignment], why: str, now: datetime) -> None:
    """Close a round: its question ends for those of ``waiting``, and nobody is told here."""
    round_.closed_at = now
    for each in waiting:
        each.state = AssignmentState.RELEASED
        each.reason = {**each.reason, ENDED: why}
    if waiting:
        people = [each.person_id for each in waiting]
        withdrawing.of_questions(waiting[0].camp.season_id, people, now)


def is_gone(assignment: Assignment) -> bool:
    """Whether somebody else took the seat that the person was asked for."""
    ended = assignment.state in (AssignmentState.RELEASED, AssignmentState.RESERVE)
    return ended and assignment.reason.get(ENDED) == GONE


def _open_round(assignment: Assignment) -> AskRound | None:
    """The round in which the person was asked last, while it is open."""
    round_ = assignment.round
    return round_ if round_ is not None and round_.closed_at is None else None


def _take_from_round(assignment: Assignment) -> bool:
    taken = db.session.execute(
        sa.update(AskRound)
        .where(
            AskRound.id == assignment.round_id,
            AskRound.seats_left > 0,
            AskRound.closed_at.is_(None),
        )
        .values(seats_left=AskRound.seats_left - 1)
    )
    return taken.rowcount == 1  # type: ignore[attr-defined]


def _count(
    panel_id: int, states: tuple[AssignmentState, ...], but: Assignment | None = None
) -> int:
    counted = sa.select(sa.func.count()).where(
        Assignment.panel_id == panel_id, Assignment.state.in_(states)
    )
    if but is not None:
        counted = counted.where(Assignment.id != but.id)
    return db.session.scalar(counted) or 0


def hold(assignment: Assignment, locked: bool, *, by: Person | None, now: datetime) -> None:
    """Keep somebody where they are, whatever later plans would prefer; or let go."""
    if assignment.locked != locked:
        assignment.locked = locked
        audit.record("assignment.locked", assignment, actor=by, now=now, locked=locked)
