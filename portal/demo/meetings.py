"""The meetings of the demo's groups: held, called, moved, called off, and one not called yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal.db import db
from portal.demo import days, group_duties, group_texts, post
from portal.demo.group_texts import Point
from portal.demo.groups import Groups
from portal.demo.people import Cast
from portal.groups.meetings import actions as meeting_actions
from portal.groups.meetings import summons
from portal.groups.meetings.agenda import AgendaValue
from portal.invitations import actions as invitations
from portal.invitations import event_changes
from portal.models.accounts import Person
from portal.models.groups import CURRENT_PLACES, Group, PlaceRole
from portal.models.invitations import Answer, AnswerSource, Invitation
from portal.models.meetings import Meeting
from portal.models.minutes import Attendance, AttendanceState, AttendsAs, Decision

_CALLED_BEFORE = timedelta(days=21)
_TOLD_AGO = timedelta(minutes=35)
_ANSWERS = (
    Answer.ACCEPTED, Answer.ACCEPTED, Answer.TENTATIVE, Answer.DECLINED, Answer.NEEDS_ACTION,
    Answer.DELEGATED, Answer.ACCEPTED, Answer.NEEDS_ACTION,
)  # fmt: skip
_COMMENTS = {
    Answer.TENTATIVE: "Jeg vet mer på mandag.",
    Answer.DECLINED: "Jeg er på reise.",
    Answer.DELEGATED: "En kollega kommer i stedet for meg.",
}


@dataclass(frozen=True)
class Sketch:
    """A meeting before it is planned; ``after`` in days from now, negative when it was held."""

    title: str
    after: int
    points: Sequence[Point]
    place: str
    municipality: str = ""
    join: str = ""
    intro: str = ""


@dataclass(frozen=True)
class Meetings:
    """The meetings that something happens to in the last hours."""

    moved: Meeting
    elsewhere: Meeting
    called_off: Meeting


_EXPERT_HELD = Sketch(
    "Faggruppemøte om handlingsprogrammet", -80, group_texts.EXPERT_HELD, "Oslo rådhus", "0301"
)
_EXPERT_COMING = Sketch(
    "Faggruppemøte om nye oppdrag", 27, group_texts.SHORT, "På nett",
    join="https://mote.example.org/faggruppe",
)  # fmt: skip
_FJORD_HELD = Sketch(
    "Arbeidsmøte om hva kommunene gjør", -49, group_texts.HELD, "Drammen rådhus", "3301"
)
_FJORD_COMING = Sketch(
    "Arbeidsmøte om ombruk og landstrøm", 13, group_texts.COMING, "Moss rådhus", "3103",
    join="https://mote.example.org/fjord",
    intro="Vi begynner med en kort omvisning i havna. Ta med klær for været.",
)  # fmt: skip
_TALENT_COMING = Sketch(
    "Arbeidsmøte om språk og skole", 20, group_texts.SHORT, "Lillestrøm rådhus", "3205"
)
_TALENT_DRAFT = Sketch("Arbeidsmøte om veilederen", 55, group_texts.SHORT, "Oslo rådhus", "0301")


def fill(groups: Groups, cast: Cast, now: datetime) -> Meetings:
    """Hold, call and plan the groups' meetings; the mail of all of it is sent."""
    expert = _plan(groups.expert, _EXPERT_HELD, cast.kari, now)
    _hold(expert, group_texts.EXPERT_HELD, cast.kari)
    held = _plan(groups.fjord, _FJORD_HELD, cast.ingrid, now)
    _hold(held, group_texts.HELD, cast.ingrid)
    group_duties.follow_up(groups.fjord, held, cast, now)
    coming = _plan(groups.fjord, _FJORD_COMING, cast.ingrid, now)
    call(coming, cast.ingrid, now - timedelta(days=6))
    answer(coming, now - timedelta(days=5))
    moved = _plan(groups.expert, _EXPERT_COMING, cast.kari, now)
    call(moved, cast.kari, now - timedelta(days=5))
    called_off = _plan(groups.talent, _TALENT_COMING, cast.amir, now)
    call(called_off, cast.amir, now - timedelta(days=5))
    _plan(groups.talent, _TALENT_DRAFT, cast.amir, now)
    return Meetings(moved, coming, called_off)


def last_hours(meetings: Meetings, cast: Cast, now: datetime) -> None:
    """One is moved to the next day, one elsewhere, one is off; the mail waits to be sent."""
    event = meetings.moved.event
    day = days.workday(event.first_day + timedelta(days=1))
    values = {"starts_at": days.at(day, 12), "ends_at": days.at(day, 14)}
    event_changes.change(event, values, by=cast.kari, now=now - timedelta(minutes=40))
    event_changes.tell(event, by=cast.kari, now=now - timedelta(minutes=40))
    event_changes.change(
        meetings.elsewhere.event, {"place": "Moss bibliotek"}, by=cast.ingrid, now=now - _TOLD_AGO
    )
    event_changes.tell(meetings.elsewhere.event, by=cast.ingrid, now=now - _TOLD_AGO)
    reason = "For mange har meldt forfall. Jeg foreslår en ny dato i neste uke."
    event_changes.cancel(
        meetings.called_off.event, reason, by=cast.amir, now=now - timedelta(minutes=30)
    )


def _plan(group: Group, sketch: Sketch, by: Person, now: datetime) -> Meeting:
    day = days.workday((now + timedelta(days=sketch.after)).date())
    values: dict[str, Any] = {
        "title": sketch.title,
        "starts_at": days.at(day, 10),
        "ends_at": days.at(day, 12, 30),
        "place": sketch.place,
        "municipality_code": sketch.municipality or None,
        "join_url": sketch.join,
        "language": "nb",
    }
    items = [
        AgendaValue(None, number, each.title, each.kind, each.presenter, each.papers)
        for number, each in enumerate(sketch.points, 1)
    ]
    planned = min(now - timedelta(days=7), days.at(day, 10) - _CALLED_BEFORE - timedelta(days=2))
    return meeting_actions.plan_meeting(
        group, values, items, intro=sketch.intro, by=by, now=planned
    )


def call(meeting: Meeting, by: Person, now: datetime) -> None:
    """Send the summons, and the mail of it."""
    summons.call_meeting(meeting, by=by, now=now)
    post.deliver(now)


def _hold(meeting: Meeting, points: Sequence[Point], chair: Person) -> None:
    """Call it, let most say that they come, and write down what was said and agreed."""
    event = meeting.event
    call(meeting, chair, event.starts_at - _CALLED_BEFORE)
    answer(meeting, event.starts_at - _CALLED_BEFORE + timedelta(days=2))
    for item, point in zip(meeting.agenda, points, strict=True):
        item.minutes = point.minutes
        if point.decision:
            item.decisions.append(Decision(text=point.decision, is_proposal=point.is_proposal))
    seated = [p for p in meeting.group.places if p.person and p.state in CURRENT_PLACES]
    for position, place in enumerate(seated):
        meeting.attendances.append(
            Attendance(
                person=place.person,
                affiliation=place.organisation.name if place.organisation else "",
                state=_was_there(position),
                is_chair=place.role == PlaceRole.LEAD,
                attends_as=_attends_as(place.role),
                position=position,
            )
        )
    _stand_in(meeting)
    meeting.minutes_sent_at = event.ends_at
    db.session.flush()


def _attends_as(role: PlaceRole) -> AttendsAs:
    return AttendsAs.OBSERVER if role == PlaceRole.OBSERVER else AttendsAs.MEMBER


def _stand_in(meeting: Meeting) -> None:
    """Somebody came for whoever sent another."""
    away = [each for each in meeting.attendances if each.state == AttendanceState.DEPUTY]
    meeting.attendances += [
        Attendance(
            name="Sigrid Moen", affiliation=each.affiliation, state=AttendanceState.PRESENT,
            attends_as=AttendsAs.DEPUTY, instead_of=each.person, position=len(meeting.attendances),
        )
        for each in away
    ]  # fmt: skip


def _was_there(position: int) -> AttendanceState:
    absent = {3: AttendanceState.APOLOGIES, 5: AttendanceState.DEPUTY}
    return absent.get(position, AttendanceState.PRESENT)


def answer(meeting: Meeting, now: datetime) -> None:
    """Let those called answer, each in another way."""
    invited = db.session.scalars(
        sa.select(Invitation)
        .where(Invitation.event_id == meeting.event_id, Invitation.removed_at.is_(None))
        .order_by(Invitation.id)
    ).all()
    for number, invitation in enumerate(invited):
        given = _ANSWERS[number % len(_ANSWERS)]
        if given != Answer.NEEDS_ACTION:
            invitations.answer(
                invitation,
                given,
                source=AnswerSource.MAIL if number % 2 else AnswerSource.PAGE,
                now=now + timedelta(hours=3 * number),
                comment=_COMMENTS.get(given, ""),
            )
