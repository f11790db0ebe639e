"""Asking people to serve: the question goes out, the answer comes back, the seat follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal import audit, links, membership, signing, staffing
from portal.db import db
from portal.invitations import actions as invitations
from portal.jury.asks import deadlines, seats
from portal.mail import outbox
from portal.mail.reminding import withdrawing
from portal.models.accounts import Person
from portal.models.invitations import Answer, AnswerSource
from portal.models.jury import AskRound, Assignment, AssignmentState, JurySignup
from portal.models.seasons import Camp, Panel

_ASK = "ask"

# In a seat's reason: an organiser took the person out and wants somebody else.
FOR_GOOD = "for_good"

# Who is asked and has a deadline, alone for a seat or with others; and whom we wait for besides.
ASKED = (AssignmentState.ASKED, AssignmentState.OFFERED)
OPEN = (*ASKED, AssignmentState.RECONFIRM)
# Who may still change their mind: those who answered, and those who were too late.
CHANGEABLE = (
    *OPEN,
    AssignmentState.ACCEPTED,
    AssignmentState.DECLINED,
    AssignmentState.EXPIRED,
)


class SeatTaken(Exception):
    """Somebody else has the seat by now."""


class SitsAlready(Exception):
    """The person is on this camp's jury already, or asked to be; one sits once at a camp."""


class CampIsOff(Exception):
    """The camp is cancelled or has begun: nobody is asked to it any more."""


class JuryIsFull(Exception):
    """Every seat of the panel is taken or asked for."""


class HasWithdrawn(Exception):
    """The person has taken the offer back."""


class IsSuspended(Exception):
    """The person may not sign in, and gets no mail."""


class StandsInTheWay(Exception):
    """The person has said that they should not judge at this school."""


class NotAnswerable(Exception):
    """There is nothing to answer: the camp has begun or is cancelled, or the seat was withdrawn."""


@dataclass(frozen=True)
class Asked:
    """What a link leads to. ``is_newest`` is False when a fresh question has replaced this one."""

    assignment: Assignment
    is_newest: bool


def token_of(assignment: Assignment) -> str:
    """The token of the newest question: it names the assignment, and how often it was asked."""
    return signing.sign(_ASK, assignment.id, assignment.ask_number)


def url_of(assignment: Assignment) -> str:
    """The full address at which the person answers."""
    return links.absolute("asks.answer", token=token_of(assignment))


def find(token: str) -> Asked | None:
    """What ``token`` asks; None when we never made it, and for somebody suspended."""
    numbers = signing.read(_ASK, token, count=2)
    if numbers is None:
        return None
    assignment_id, ask_number = numbers
    assignment = db.session.scalar(
        sa.select(Assignment)
        .where(Assignment.id == assignment_id, ~membership.is_suspended(Assignment.person_id))
        .options(
            joinedload(Assignment.person),
            joinedload(Assignment.camp).joinedload(Camp.event),
            joinedload(Assignment.camp).joinedload(Camp.school),
            joinedload(Assignment.camp).joinedload(Camp.season),
        )
    )
    return Asked(assignment, ask_number == assignment.ask_number) if assignment else None


def ask(
    assignments: Sequence[Assignment],
    *,
    key: str,
    by: Person | None,
    now: datetime,
    together: AskRound | None = None,
) -> None:
    """Ask the people of ``assignments``, each in one mail however many seats that is.

    ``key`` names the occasion, so that the same occasion asks once. Those asked ``together`` have
    no seat before they say yes; any other has one from now on.
    """
    if not assignments:
        return
    rounds_left = {assignment.round_id for assignment in assignments}
    for assignment in assignments:
        assignment.state = AssignmentState.OFFERED if together else AssignmentState.ASKED
        assignment.round = together
        assignment.reason = {k: v for k, v in assignment.reason.items() if k != seats.ENDED}
        assignment.ask_number += 1
        assignment.asked_at = now
        assignment.answered_at = None
        assignment.answer_by = deadlines.to_answer(assignment.camp.event.starts_at, now)
        assignment.calendar_declined_at = None
        audit.record("assignment.asked", assignment, actor=by, now=now)
    db.session.flush()
    spent = staffing.trim_rounds(assignment.camp_id for assignment in assignments)
    seats.settle({*rounds_left, *spent}, now)
    ids = [assignment.id for assignment in assignments]
    outbox.enqueue_mailing("jury.asks", key=f"asks-{key}", now=now, by=by, assignment_ids=ids)


def ask_next(panel: Panel, signup: JurySignup, *, by: Person | None, now: datetime) -> Assignment:
    """Ask somebody who offered to serve for an open seat of ``panel``.

    Raises:
        CampIsOff, SitsAlready, JuryIsFull, StandsInTheWay, HasWithdrawn, IsSuspended: see there.
    """
    if panel.camp.event.is_cancelled or panel.camp.event.starts_at <= now:
        raise CampIsOff
    seats.lock_camp(panel.camp)
    if not seats.free(panel):
        raise JuryIsFull
    seat = seat_for(panel, signup, now)
    db.session.flush()
    ask([seat], key=f"seat-{seat.id}-{seat.ask_number + 1}", by=by, now=now)
    return seat


def seat_for(panel: Panel, signup: JurySignup, now: datetime) -> Assignment:
    """What somebody who offered to serve is going to be asked with; the camp is locked already.

    Raises:
        SitsAlready, StandsInTheWay, HasWithdrawn, IsSuspended: see there.
    """
    db.session.refresh(signup, ["withdrawn_at"])
    if signup.withdrawn_at is not None:
        raise HasWithdrawn
    db.session.refresh(signup.juror, ["suspended_at"])
    if signup.juror.suspended_at is not None:
        raise IsSuspended
    check_impartial(signup, panel.camp)
    held = next((a for a in panel.camp.assignments if a.person_id == signup.juror_id), None)
    if held is not None and (held.is_seated or held.state == AssignmentState.OFFERED):
        raise SitsAlready
    seat = held or Assignment(camp=panel.camp, person=signup.juror, created_at=now)
    seat.panel, seat.signup, seat.origin = panel, signup, "replacement"
    seat.state = AssignmentState.PROPOSED
    db.session.add(seat)
    return seat


def check_impartial(signup: JurySignup, camp: Camp) -> None:
    """Whatever an organiser would like, a declared conflict bars that school.

    Raises:
        StandsInTheWay: the person declared one.
    """
    if camp.school_id and any(each.school_id == camp.school_id for each in signup.conflicts):
        raise StandsInTheWay


def accept(assignment: Assignment, *, now: datetime, comment: str = "") -> None:
    """A yes: the seat is theirs, and the camp goes into their calendar.

    Saying yes twice changes nothing. After a no the seat may be had again, if it is still free.

    Raises:
        SeatTaken: it is not; that they were willing is kept, when the caller commits.
        NotAnswerable: see there.
    """
    seats.lock(assignment)
    _check_answerable(assignment, now)
    if assignment.state == AssignmentState.ACCEPTED:
        _mean_it(assignment, now)
        return
    if not seats.take(assignment):
        seats.note_too_late(assignment, now, comment)
        raise SeatTaken
    assignment.state = AssignmentState.ACCEPTED
    assignment.answered_at = now
    assignment.comment = comment
    _forget_reminder(assignment, now)
    event = assignment.camp.event
    person = assignment.person
    invitation = invitations.invite(event, person, by=person, now=now, agreed=True)
    invitations.answer(invitation, Answer.ACCEPTED, source=AnswerSource.PAGE, now=now)
    audit.record("assignment.accepted", assignment, actor=person, now=now)
    seats.settle([assignment.round_id], now)


def decline(assignment: Assignment, *, now: datetime, comment: str = "") -> None:
    """A no: the seat is free, and the camp leaves their calendar if it was there.

    Raises:
        NotAnswerable: see there.
    """
    seats.lock(assignment)
    _check_answerable(assignment, now)
    was = assignment.state
    if was == AssignmentState.DECLINED:
        return
    assignment.state = AssignmentState.DECLINED
    assignment.answered_at = now
    assignment.calendar_declined_at = None
    assignment.comment = comment
    assignment.locked = False
    _forget_reminder(assignment, now)
    person = assignment.person
    invitations.uninvite(assignment.camp.event, person, by=person, now=now)
    audit.record("assignment.declined", assignment, actor=person, now=now)
    seats.leave(assignment, was, now)


def note_calendar_decline(assignment: Assignment, now: datetime) -> None:
    """The person's calendar says no: the seat stays theirs, and they are asked whether to free it.

    Calendars decline by themselves, and by a slip. Noting it twice asks once, and once a day.
    """
    if not is_answerable(assignment, now) or assignment.calendar_declined_at is not None:
        return
    assignment.calendar_declined_at = now
    outbox.enqueue_mailing(
        "jury.calendar_declined",
        key=f"calendar-declined-{assignment.id}-{now:%Y%m%d}",
        now=now,
        by=None,
        assignment=assignment.id,
    )
    audit.record("assignment.calendar_declined", assignment, actor=assignment.person, now=now)


def _mean_it(assignment: Assignment, now: datetime) -> None:
    """A yes on the page after a no in the calendar: the page is what counts."""
    if assignment.calendar_declined_at is None:
        return
    assignment.calendar_declined_at = None
    invitation = invitations.invitation_of(assignment.camp.event, assignment.person)
    if invitation is not None and invitation.is_current:
        invitations.answer(invitation, Answer.ACCEPTED, source=AnswerSource.PAGE, now=now)
    audit.record("assignment.accepted", assignment, actor=assignment.person, now=now)


def release(
    assignment: Assignment, *, by: Person | None, now: datetime, for_good: bool = False
) -> None:
    """Take a seat back from our side, and tell whoever knew of it.

    ``for_good``: an organiser wants somebody else there, so the person is not proposed again.
    """
    seats.lock(assignment)
    was = assignment.state
    if not assignment.is_seated and was != AssignmentState.OFFERED:
        return
    assignment.release()
    assignment.reason = {**assignment.reason, FOR_GOOD: for_good}
    assignment.locked = False
    _forget_reminder(assignment, now)
    invitations.uninvite(assignment.camp.event, assignment.person, by=by, now=now)
    if was in OPEN:
        outbox.enqueue_mailing(
            "jury.released",
            key=f"released-{assignment.id}-{assignment.ask_number}",
            now=now,
            by=by,
            assignment=assignment.id,
        )
    audit.record("assignment.released", assignment, actor=by, now=now)
    seats.leave(assignment, was, now)


def expire_overdue(now: datetime) -> int:
    """Close the questions whose deadline has passed; how many those were.

    Somebody suspended is not waited for. A yes that must be confirmed after a move does not expire.
    Rounds whose last seat went with a jury made smaller end as well.
    """
    is_over = sa.or_(Assignment.answer_by < now, membership.is_suspended(Assignment.person_id))
    is_overdue = sa.and_(Assignment.state.in_(ASKED), is_over)
    # Whoever is answering just now is passed over: an answer that comes in time counts.
    late = sa.select(Assignment.camp_id).where(is_overdue)
    camps = seats.lock_those_free(sa.union(late, seats.spent()))
    if not camps:
        return 0
    overdue = db.session.scalars(
        sa.select(Assignment)
        .where(is_overdue, Assignment.camp_id.in_(camps))
        .order_by(Assignment.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for assignment in overdue:
        assignment.state = AssignmentState.EXPIRED
        audit.record("assignment.expired", assignment, actor=None, now=now)
    rounds_left = {assignment.round_id for assignment in overdue}
    seats.settle({*rounds_left, *staffing.trim_rounds(camps)}, now)
    return len(overdue)


def is_overdue(assignment: Assignment, now: datetime) -> bool:
    """Whether the deadline has passed without an answer."""
    if assignment.state == AssignmentState.EXPIRED:
        return True
    asked = assignment.state in ASKED
    return asked and assignment.answer_by is not None and assignment.answer_by < now


def is_answerable(assignment: Assignment, now: datetime) -> bool:
    """Whether the person may answer, or answer otherwise: until the camp begins."""
    event = assignment.camp.event
    open_ = assignment.state in CHANGEABLE or seats.is_gone(assignment)
    return open_ and not event.is_cancelled and now < event.starts_at


def _forget_reminder(assignment: Assignment, now: datetime) -> None:
    """Take back what waits to remind the person of it; other questions are reminded of anew."""
    withdrawing.of_question(assignment.camp.season_id, assignment.person_id, now)


def _check_answerable(assignment: Assignment, now: datetime) -> None:
    if not is_answerable(assignment, now):
        raise NotAnswerable
