"""Structured minutes of a group's meeting, turned into what the portal keeps of it.

Whatever exists already, known by its own names, is left as it is: a second import of the same
minutes changes nothing, and neither undoes what the secretariat has corrected since.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa

from portal import audit, dates, day_notes
from portal.calendar import entries
from portal.db import db
from portal.imports import minutes_events, minutes_texts, registers
from portal.imports.documents import BadDocument
from portal.imports.minutes_people import People
from portal.models.events import Event, EventKind, EventState, Visibility
from portal.models.groups import Group, GroupKind, GroupPlace, PlaceRole, PlaceState
from portal.models.meetings import AgendaItem, AgendaKind, Meeting
from portal.models.minutes import Attendance, AttendanceState, Decision, FollowUp, ImportNote
from portal.text import slug

_PROPOSAL = "proposal"


@dataclass
class Report:
    """What an import made, in lines; and what somebody should look at."""

    made: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def import_minutes(document: dict[str, Any], *, now: datetime) -> Report:
    """Make of ``document`` (checked against its schema) what is not there yet, and flush.

    Raises:
        BadDocument: it names somebody or an item it does not have, or a day or time there is not.
    """
    check(document)
    report = Report()
    registers.fill()
    people = People(document, report.made, now)
    group = _expert_group(document, people, report, now)
    meeting = _meeting(document, group, people, report, now)
    if meeting is not None:
        _follow_ups(document, group, meeting, report)
    _working_groups(document, group, people, report, now)
    for event in minutes_events.import_events(document, report.made, now=now):
        report.warnings += [f"{event.title}: {each.text}" for each in day_notes.of_event(event)]
    if meeting is not None:
        audit.record("minutes.imported", meeting, actor=None, now=now, made=len(report.made))
    return report


def check(document: dict[str, Any]) -> None:
    """Hold the document against what a schema cannot say.

    Raises:
        BadDocument: see ``import_minutes``.
    """
    known = {each["id"] for part in ("attendees", "secretariat") for each in document.get(part, [])}
    _check_people(document, known)
    numbers = {item["no"] for item in document["agenda"]}
    for index, decision in enumerate(document.get("decisions", [])):
        if decision["agenda_no"] not in numbers:
            raise BadDocument(f"decisions/{index}/agenda_no", "there is no such agenda item")
    span_of(document["meeting"])


def _check_people(document: dict[str, Any], known: set[str]) -> None:
    named = [("meeting/chair", document["meeting"].get("chair"))]
    for index, item in enumerate(document["agenda"]):
        named.append((f"agenda/{index}/presented_by", item.get("presented_by")))
    for number, group in enumerate(document.get("working_groups", [])):
        named.append((f"working_groups/{number}/lead", group.get("lead")))
        for index, member in enumerate(group["members"]):
            place = f"working_groups/{number}/members/{index}/person_id"
            named.append((place, member.get("person_id")))
    for place, person_id in named:
        if person_id is not None and person_id not in known:
            raise BadDocument(place, f"nobody among those present is {person_id!r}")


def span_of(meeting: dict[str, Any]) -> tuple[datetime, datetime]:
    """When a meeting of the document begins and ends, in UTC.

    Raises:
        BadDocument: there is no such day or time, or it ends before it begins.
    """
    moments = []
    for name in ("start", "end"):
        try:
            day, at = date.fromisoformat(meeting["date"]), time.fromisoformat(meeting[name])
            moments.append(dates.to_utc(day, at))
        except ValueError:
            raise BadDocument(f"meeting/{name}", "there is no such day or time") from None
    if moments[0] >= moments[1]:
        raise BadDocument("meeting/end", "the meeting must end after it begins")
    return moments[0], moments[1]


def _expert_group(document: dict[str, Any], people: People, report: Report, now: datetime) -> Group:
    name = document["meeting"]["group"]
    group, new = _group(name, GroupKind.EXPERT, now)
    if new:
        report.made.append(f"group: {name}")
        for position, attendee in enumerate(document["attendees"]):
            group.places.append(
                GroupPlace(
                    person=people[attendee["id"]],
                    label=attendee.get("affiliation_as_written") or "",
                    state=PlaceState.NAMED,
                    role=PlaceRole.MEMBER,
                    position=position,
                )
            )
        db.session.flush()
        report.made.append(f"places in {name}: {len(group.places)}")
    return group


def _group(name: str, kind: GroupKind, now: datetime) -> tuple[Group, bool]:
    found = db.session.scalar(sa.select(Group).where(Group.slug == slug(name)))
    if found is not None:
        return found, False
    group = Group(slug=slug(name), name=name, kind=kind, created_at=now)
    db.session.add(group)
    return group, True


def _meeting(
    document: dict[str, Any], group: Group, people: People, report: Report, now: datetime
) -> Meeting | None:
    """The meeting, or None when the group already has one that begins then."""
    given = document["meeting"]
    starts_at, ends_at = span_of(given)
    held = (
        sa.select(Meeting)
        .join(Event)
        .where(Meeting.group_id == group.id, Event.starts_at == starts_at)
    )
    if group.id is not None and db.session.scalar(held) is not None:
        return None
    event = minutes_events.new_event(
        given["title"],
        EventKind.MEETING,
        starts_at,
        ends_at,
        now=now,
        place=given["place"],
        visibility=Visibility.GROUP,
        state=EventState.PUBLISHED,
    )
    meeting = Meeting(event=event, group=group)
    meeting.attendances = _attendances(document, people)
    meeting.agenda = _agenda(document, people)
    meeting.notes = [
        ImportNote(about=doubt["about"], text=doubt["text"]) for doubt in document.get("doubts", [])
    ]
    db.session.add(meeting)
    db.session.flush()
    entries.render(event)
    report.made += [
        f"meeting: {given['title']}, {dates.moment(starts_at, 'en')}",
        f"present: {len(meeting.attendances)}",
        f"agenda items: {len(meeting.agenda)}",
        f"decisions: {sum(len(item.decisions) for item in meeting.agenda)}",
        f"doubts kept as notes: {len(meeting.notes)}",
    ]
    return meeting


def _attendances(document: dict[str, Any], people: People) -> list[Attendance]:
    return [
        Attendance(
            person=people[each["id"]],
            affiliation=each.get("affiliation_as_written") or "",
            state=AttendanceState.PRESENT,
            is_chair=each["id"] == document["meeting"].get("chair"),
            position=position,
        )
        for position, each in enumerate(document["attendees"])
    ]


def _agenda(document: dict[str, Any], people: People) -> list[AgendaItem]:
    items = []
    for given in document["agenda"]:
        presenter = given.get("presented_by")
        item = AgendaItem(
            number=given["no"],
            title=given["title"],
            kind=AgendaKind(given["kind"]),
            presenter=people[presenter].name if presenter else "",
            papers=given.get("attachment", ""),
            minutes=minutes_texts.of_item(document, given["no"]),
        )
        item.decisions = [
            Decision(
                text=decision["text"],
                is_proposal=decision.get("strength", "").startswith(_PROPOSAL),
            )
            for decision in document.get("decisions", [])
            if decision["agenda_no"] == given["no"]
        ]
        items.append(item)
    return items


def _follow_ups(document: dict[str, Any], group: Group, meeting: Meeting, report: Report) -> None:
    for subject in document.get("information_5", []):
        texts = [*filter(None, [subject.get("follow_up")]), *subject.get("follow_ups", [])]
        for text in texts:
            db.session.add(
                FollowUp(
                    group=group,
                    meeting=meeting,
                    subject=subject["title"],
                    text=text,
                    created_at=meeting.event.ends_at,
                )
            )
        if texts:
            report.made.append(f"follow-ups, {subject['title']}: {len(texts)}")
    db.session.flush()


def _working_groups(
    document: dict[str, Any], parent: Group, people: People, report: Report, now: datetime
) -> None:
    begins = date.fromisoformat(document["meeting"]["date"])
    for given in document.get("working_groups", []):
        group, new = _group(given["name"], GroupKind.WORKING, now)
        if not new:
            continue
        group.parent = parent
        group.starts_on = begins
        years = given.get("duration_years")
        # 31 August plus one year is a day that exists; 29 February may not be.
        group.ends_on = _years_later(begins, years) if years else None
        group.places = [
            _place(member, position, given.get("lead"), people)
            for position, member in enumerate(given["members"])
        ]
        db.session.flush()
        report.made.append(f"working group: {given['name']}, places: {len(group.places)}")


def _place(member: dict[str, Any], position: int, lead: str | None, people: People) -> GroupPlace:
    person_id = member.get("person_id")
    leads = lead is not None and person_id == lead
    return GroupPlace(
        person=people[person_id] if person_id else None,
        label=member["as_written"],
        state=PlaceState(member["state"]),
        role=PlaceRole.LEAD if leads else PlaceRole.MEMBER,
        organisation=people.organisation(member),
        municipality_code=member.get("municipality_code_2023"),
        note=member.get("note", ""),
        position=position,
    )


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
