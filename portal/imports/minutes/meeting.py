"""The meeting that minutes are of: who was there, its agenda, and what was said and agreed."""

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal import dates
from portal.calendar import entries
from portal.db import db
from portal.imports.minutes import events, texts
from portal.imports.minutes.checking import span_of, tasks
from portal.imports.minutes.people import People
from portal.imports.minutes.report import Report
from portal.models.events import Event, EventKind, EventState, Visibility
from portal.models.groups import Group
from portal.models.input_rounds import Contribution, InputRound
from portal.models.meetings import AgendaItem, AgendaKind, Meeting, UsualItem
from portal.models.minutes import (
    Attendance,
    AttendanceState,
    AttendsAs,
    Decision,
    FollowUp,
    ImportNote,
    MinutesVersion,
)
from portal.text import slug

_PROPOSAL = "proposal"
# What a title begins with that stands on every agenda, as ``slug`` writes it.
_USUAL = {
    "godkjenning-av-innkalling": UsualItem.SUMMONS,
    "godkjenning-av-referat": UsualItem.MINUTES,
    "oppfolging-fra-forrige": UsualItem.FOLLOW_UPS,
}
_ROUNDS = {"themes_3": 3, "inputs_4": 4}


def of_document(
    document: dict[str, Any], group: Group, people: People, report: Report, now: datetime
) -> Meeting | None:
    """The meeting, or None when the group already has one that begins then."""
    given = document["meeting"]
    starts_at, ends_at = span_of(given)
    if _held_at(group, starts_at, starts_at + timedelta(microseconds=1)) is not None:
        return None
    event = events.new_event(
        given["title"],
        EventKind.MEETING,
        starts_at,
        ends_at,
        now=now,
        place=given["place"],
        language=given.get("language", "nb"),
        visibility=Visibility.GROUP,
        state=EventState.PUBLISHED,
    )
    taker = given.get("minutes_taker")
    meeting = Meeting(
        event=event,
        group=group,
        # Those who sit in the group have had the minutes for long.
        minutes_sent_at=ends_at,
        minutes_revision=1,
        minutes_taker=people[taker].name if taker else "",
    )
    meeting.attendances = _attendances(document, people)
    meeting.agenda = _agenda(document, people, ends_at)
    meeting.notes = [
        ImportNote(about=doubt["about"], text=doubt["text"]) for doubt in document.get("doubts", [])
    ]
    db.session.add(meeting)
    db.session.flush()
    _approve(meeting, given)
    entries.render(event)
    report.made += [
        f"meeting: {given['title']}, {dates.moment(starts_at, 'en')}",
        f"attendance: {len(meeting.attendances)}",
        f"agenda items: {len(meeting.agenda)}",
        f"decisions: {sum(len(item.decisions) for item in meeting.agenda)}",
        f"doubts kept as notes: {len(meeting.notes)}",
    ]
    return meeting


def follow_ups(document: dict[str, Any], meeting: Meeting, people: People, report: Report) -> None:
    """What the meeting left to do, in the order of the document."""
    items = {item.number: item for item in meeting.agenda}
    number = 0
    for _place, item_no, subject, task in tasks(document):
        owner = task.get("owner")
        number += 1
        db.session.add(
            FollowUp(
                group=meeting.group,
                meeting=meeting,
                item=items[item_no],
                subject=subject,
                text=task["text"],
                owner=people[owner] if owner else None,
                owner_label=task.get("owner_label", ""),
                due_on=date.fromisoformat(task["due"]) if task.get("due") else None,
                created_at=meeting.event.ends_at,
            )
        )
        # One by one, so that they are numbered as they stand.
        db.session.flush()
    if number:
        report.made.append(f"follow-ups: {number}")


def input_rounds(document: dict[str, Any], meeting: Meeting, report: Report) -> None:
    """Themes and input as rounds that are over: points of nobody in particular, as they stand."""
    items = {item.number: item for item in meeting.agenda}
    for name, number in _ROUNDS.items():
        given = document.get(name)
        if not given or not given["items"]:
            continue
        begins, ends = meeting.event.starts_at, meeting.event.ends_at
        db.session.add(
            InputRound(
                group=meeting.group,
                meeting=meeting,
                item=items[number],
                question=given.get("question") or items[number].title,
                language=meeting.event.language,
                shows_names=False,
                created_at=begins,
                opened_at=begins,
                closed_at=ends,
                contributions=[
                    Contribution(
                        text=point["text"],
                        details=list(point.get("sub", [])),
                        position=position,
                        created_at=ends,
                        changed_at=ends,
                    )
                    for position, point in enumerate(given["items"])
                ],
            )
        )
        db.session.flush()
        title = items[number].title
        report.made.append(f"input round: {title}, points: {len(given['items'])}")


def _held_at(group: Group, since: datetime, until: datetime) -> Meeting | None:
    """The first meeting of ``group`` that begins from ``since`` on and before ``until``."""
    # A new group has no number yet.
    db.session.flush()
    return db.session.scalar(
        sa.select(Meeting)
        .join(Event, Event.id == Meeting.event_id)
        .where(Meeting.group_id == group.id, Event.starts_at >= since, Event.starts_at < until)
        .order_by(Event.starts_at)
        .limit(1)
    )


def _approve(meeting: Meeting, given: dict[str, Any]) -> None:
    """Say whose minutes an item is to approve, where that meeting is known."""
    if not given.get("previous_meeting_date"):
        return
    day = date.fromisoformat(given["previous_meeting_date"])
    since, until = dates.midnight(day), dates.midnight(day + timedelta(days=1))
    earlier = _held_at(meeting.group, since, until)
    for item in meeting.agenda:
        if item.usual == UsualItem.MINUTES and earlier is not meeting:
            item.approves = earlier


def _attendances(document: dict[str, Any], people: People) -> list[Attendance]:
    chair = document["meeting"].get("chair")
    everybody = [(each, "member") for each in document["attendees"]]
    everybody += [(each, "secretariat") for each in document.get("secretariat", [])]
    return [
        Attendance(
            person=people[each["id"]],
            affiliation=each.get("affiliation_as_written") or "",
            state=AttendanceState(each.get("state") or "present"),
            attends_as=AttendsAs(each.get("attends_as") or usually),
            instead_of=people[each["instead_of"]] if each.get("instead_of") else None,
            is_chair=each["id"] == chair,
            position=position,
        )
        for position, (each, usually) in enumerate(everybody)
    ]


def _agenda(document: dict[str, Any], people: People, written_at: datetime) -> list[AgendaItem]:
    return [_item(document, given, people, written_at) for given in document["agenda"]]


def _item(
    document: dict[str, Any], given: dict[str, Any], people: People, written_at: datetime
) -> AgendaItem:
    presenter = given.get("presented_by")
    item = AgendaItem(
        number=given["no"],
        title=given["title"],
        kind=AgendaKind(given["kind"]),
        usual=_usual(given),
        presenter=people[presenter].name if presenter else "",
        planned_minutes=given.get("minutes_planned"),
        papers="\n".join([*filter(None, [given.get("attachment")]), *given.get("attachments", [])]),
        minutes=texts.of_item(document, given["no"]),
    )
    if item.minutes:
        item.minutes_revision, item.minutes_at = 1, written_at
        # What was read in stays to be had back, whatever is written over it.
        item.versions = [MinutesVersion(revision=1, text=item.minutes, saved_at=written_at)]
    item.decisions = [
        Decision(
            text=decision["text"],
            is_proposal=decision.get("strength", "").startswith(_PROPOSAL),
        )
        for decision in document.get("decisions", [])
        if decision["agenda_no"] == given["no"]
    ]
    return item


def _usual(given: dict[str, Any]) -> UsualItem | None:
    if given.get("usual"):
        return UsualItem(given["usual"])
    title = slug(given["title"])
    return next((usual for begin, usual in _USUAL.items() if title.startswith(begin)), None)
