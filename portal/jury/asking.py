"""Asking people to serve: the question goes out, the answer comes back, the seat follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal import audit, dates, links, signing
from portal.db import db
from portal.invitations import actions as invitations
from portal.mail import outbox
from portal.mail.reminding import withdrawing
from portal.models.accounts import Person
from portal.models.invitations import Answer, AnswerSource
from portal.models.jury import SEATED, Assignment, AssignmentState, JurySignup
from portal.models.seasons import Camp, Panel

# How long somebody has to answer, at the latest how long before the camp, and at the least.
DAYS_TO_ANSWER = timedelta(days=7)
_LATEST = timedelta(days=1)
_AT_LEAST = timedelta(hours=4)
_ASK = "ask"

# In a seat's reason: an organiser took the person out and wants somebody else.
FOR_GOOD = "for_good"

OPEN = (AssignmentState.ASKED, AssignmentState.RECONFIRM)
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
    """The person is on this camp's jury already; one sits once at a camp."""


class CampIsOff(Exception):
    """The camp is cancelled or has begun: nobody is asked to it any more."""


class JuryIsFull(Exception):
    """Every seat of the panel is taken or asked for."""


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
    """What ``token`` asks, None when we never made it."""
    numbers = signing.read(_ASK, token, count=2)
    if numbers is None:
        return None
    assignment_id, ask_number = numbers
    assignment = db.session.scalar(
        sa.select(Assignment)
        .where(Assignment.id == assignment_id)
        .options(
            joinedload(Assignment.person),
            joinedload(Assignment.camp).joinedload(Camp.event),
            joinedload(Assignment.camp).joinedload(Camp.school),
            joinedload(Assignment.camp).joinedload(Camp.season),
        )
    )
    return Asked(assignment, ask_number == assignment.ask_number) if assignment else None


def ask(assignments: Sequence[Assignment], *, key: str, by: Person | None, now: datetime) -> None:
    """Ask the people of ``assignments``, each in one mail however many seats that is.

    ``key`` names the occasion, so that the same occasion asks once.
    """
    if not assignments:
        return
    for assignment in assignments:
        assignment.state = AssignmentState.ASKED
        assignment.ask_number += 1
        assignment.asked_at = now
        assignment.answered_at = None
        assignment.answer_by = deadline(assignment.camp, now)
        assignment.calendar_declined_at = None
        audit.record("assignment.asked", assignment, actor=by, now=now)
    db.session.flush()
    ids = [assignment.id for assignment in assignments]
    outbox.enqueue_mailing("jury.asks", key=f"asks-{key}", now=now, by=by, assignment_ids=ids)


def ask_next(panel: Panel, signup: JurySignup, *, by: Person | None, now: datetime) -> Assignment:
    """Ask somebody who offered to serve for an open seat of ``panel``.

    Raises:
        CampIsOff, SitsAlready, JuryIsFull, StandsInTheWay: see there.
    """
    if panel.camp.event.is_cancelled or panel.camp.event.starts_at <= now:
        raise CampIsOff
    check_impartial(signup, panel.camp)
    _lock_juries(panel.camp)
    held = next((a for a in panel.camp.assignments if a.person_id == signup.juror_id), None)
    if held is not None and held.is_seated:
        raise SitsAlready
    if sum(seat.is_seated for seat in panel.assignments) >= panel.target:
        raise JuryIsFull
    seat = held or Assignment(camp=panel.camp, person=signup.juror, created_at=now)
    seat.panel, seat.signup, seat.origin = panel, signup, "replacement"
    seat.state = AssignmentState.PROPOSED
    db.session.add(seat)
    db.session.flush()
    ask([seat], key=f"seat-{seat.id}-{seat.ask_number + 1}", by=by, now=now)
    return seat


def check_impartial(signup: JurySignup, camp: Camp) -> None:
    """Whatever an organiser would like, a declared conflict bars that school.

    Raises:
        StandsInTheWay: the person declared one.
    """
    if camp.school_id and any(each.school_id == camp.school_id for each in signup.conflicts):
        raise StandsInTheWay


def deadline(camp: Camp, now: datetime) -> datetime:
    """When an answer is needed: at the end of a day in a week, or a day before the camp begins.

    Shortly before a camp it is some hours away, else nobody would get the question; yet never after
    the camp begins.
    """
    starts_at = camp.event.starts_at
    in_a_week = dates.to_utc(dates.today(now) + DAYS_TO_ANSWER, time(23, 59))
    return min(max(min(in_a_week, starts_at - _LATEST), now + _AT_LEAST), starts_at)


def accept(assignment: Assignment, *, now: datetime, comment: str = "") -> None:
    """A yes: the seat is theirs, and the camp goes into their calendar.

    Saying yes twice changes nothing. After a no the seat may be had again, if it is still free.

    Raises:
        SeatTaken: it is not. NotAnswerable: see there.
    """
    _lock(assignment)
    _check_answerable(assignment, now)
    if assignment.state == AssignmentState.ACCEPTED:
        _mean_it(assignment, now)
        return
    if not _take_seat(assignment):
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


def decline(assignment: Assignment, *, now: datetime, comment: str = "") -> None:
    """A no: the seat is free, and the camp leaves their calendar if it was there.

    Raises:
        NotAnswerable: see there.
    """
    _lock(assignment)
    _check_answerable(assignment, now)
    if assignment.state == AssignmentState.DECLINED:
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
    _lock(assignment)
    was = assignment.state
    if not assignment.is_seated:
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


def hold(assignment: Assignment, locked: bool, *, by: Person | None, now: datetime) -> None:
    """Keep somebody where they are, whatever later plans would prefer; or let go."""
    if assignment.locked != locked:
        assignment.locked = locked
        audit.record("assignment.locked", assignment, actor=by, now=now, locked=locked)


def expire_overdue(now: datetime) -> int:
    """Close the questions whose deadline has passed; how many those were.

    A yes that must be confirmed after a move does not expire: the person is still counted on.
    """
    # Whoever is answering just now is passed over: an answer that comes in time counts.
    overdue = db.session.scalars(
        sa.select(Assignment)
        .where(Assignment.state == AssignmentState.ASKED, Assignment.answer_by < now)
        .with_for_update(skip_locked=True)
    ).all()
    for assignment in overdue:
        assignment.state = AssignmentState.EXPIRED
        audit.record("assignment.expired", assignment, actor=None, now=now)
    return len(overdue)


def is_overdue(assignment: Assignment, now: datetime) -> bool:
    """Whether the deadline has passed without an answer."""
    if assignment.state == AssignmentState.EXPIRED:
        return True
    asked = assignment.state == AssignmentState.ASKED
    return asked and assignment.answer_by is not None and assignment.answer_by < now


def is_answerable(assignment: Assignment, now: datetime) -> bool:
    """Whether the person may answer, or answer otherwise: until the camp begins."""
    event = assignment.camp.event
    return assignment.state in CHANGEABLE and not event.is_cancelled and now < event.starts_at


def _forget_reminder(assignment: Assignment, now: datetime) -> None:
    """Take back what waits to remind the person of it; other questions are reminded of anew."""
    withdrawing.of_question(assignment.camp.season_id, assignment.person_id, now)


def _check_answerable(assignment: Assignment, now: datetime) -> None:
    if not is_answerable(assignment, now):
        raise NotAnswerable


def _lock(assignment: Assignment) -> None:
    """Let two who change one seat come one after the other; the second sees what the first did."""
    db.session.flush()
    db.session.refresh(assignment, with_for_update={"of": Assignment})


def _lock_juries(camp: Camp) -> None:
    """Let two who fill seats of one camp come one after the other, and look at the seats anew."""
    ids = sa.select(Panel.id).where(Panel.camp_id == camp.id).order_by(Panel.id)
    db.session.execute(ids.with_for_update())
    for each in (camp, *camp.panels):
        db.session.expire(each, ["assignments"])


def _take_seat(assignment: Assignment) -> bool:
    """Whether the panel has a seat for them. Of two who come at once, the second sees the first.

    The panel's row is locked for that, which SQLite's write lock does already.
    """
    panel = db.session.scalar(
        sa.select(Panel).where(Panel.id == assignment.panel_id).with_for_update()
    )
    if panel is None:
        return False
    others = db.session.scalar(
        sa.select(sa.func.count()).where(
            Assignment.panel_id == panel.id,
            Assignment.id != assignment.id,
            Assignment.state.in_(SEATED),
        )
    )
    return (others or 0) < panel.target
