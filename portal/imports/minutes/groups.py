"""The groups that minutes speak of: the one that met, and those it set up."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from portal.db import db
from portal.imports.minutes.people import People
from portal.imports.minutes.report import Report
from portal.models.groups import Group, GroupKind, GroupPlace, PlaceRole, PlaceState
from portal.models.meetings import Meeting
from portal.models.minutes import ImportNote
from portal.text import slug

_PLACES = {"member": PlaceRole.MEMBER, "observer": PlaceRole.OBSERVER}


def expert_group(document: dict[str, Any], people: People, report: Report, now: datetime) -> Group:
    """The group that met; made with a place for each member and observer who was to be there."""
    given = document["meeting"]
    group, new = _group(given["group"], GroupKind(given.get("group_kind", "expert")), now)
    if not new:
        return group
    report.made.append(f"group: {group.name}")
    group.mandate = given.get("group_mandate", "")
    for position, attendee in enumerate(document["attendees"]):
        role = _PLACES.get(attendee.get("attends_as") or "member")
        if role is not None:
            group.places.append(
                GroupPlace(
                    person=people[attendee["id"]],
                    label=attendee.get("affiliation_as_written") or "",
                    state=PlaceState.NAMED,
                    role=role,
                    position=position,
                )
            )
    db.session.flush()
    report.made.append(f"places in {group.name}: {len(group.places)}")
    return group


def working_groups(
    document: dict[str, Any], parent: Group, people: People, report: Report, now: datetime
) -> list[Group]:
    """The groups set up under ``parent`` that are not there yet; those that have no lead."""
    begins = date.fromisoformat(document["meeting"]["date"])
    leaderless = []
    for given in document.get("working_groups", []):
        group, new = _group(given["name"], GroupKind(given.get("kind", "working")), now)
        if not new:
            continue
        group.parent = parent
        group.mandate = given.get("mandate", "")
        group.starts_on = date.fromisoformat(given["starts"]) if given.get("starts") else begins
        group.ends_on = _end_of(given, group.starts_on)
        group.places = [
            _place(member, position, given.get("lead"), people)
            for position, member in enumerate(given["members"])
        ]
        db.session.flush()
        report.made.append(f"working group: {given['name']}, places: {len(group.places)}")
        if not any(place.role == PlaceRole.LEAD for place in group.places):
            leaderless.append(group)
    return leaderless


def note_leads(document: dict[str, Any], meeting: Meeting, leaderless: list[Group]) -> int:
    """Leave a note about groups without a lead: what the minutes say of it, or that they do not."""
    said = document.get("working_groups_note", "")
    if said:
        texts = [(_("Who leads the working groups"), said)]
    else:
        texts = [(group.name[:200], _("The minutes name nobody as chair.")) for group in leaderless]
    meeting.notes += [ImportNote(about=about, text=text) for about, text in texts]
    return len(texts)


def _group(name: str, kind: GroupKind, now: datetime) -> tuple[Group, bool]:
    found = db.session.scalar(sa.select(Group).where(Group.slug == slug(name)))
    if found is not None:
        return found, False
    group = Group(slug=slug(name), name=name, kind=kind, created_at=now)
    db.session.add(group)
    return group, True


def _place(member: dict[str, Any], position: int, lead: str | None, people: People) -> GroupPlace:
    person_id = member.get("person_id")
    leads = lead is not None and person_id == lead
    return GroupPlace(
        person=people[person_id] if person_id else None,
        label=member["as_written"],
        state=PlaceState(member["state"]),
        role=PlaceRole.LEAD if leads else PlaceRole(member.get("role", "member")),
        organisation=people.organisation(member),
        municipality_code=member.get("municipality_code_2023"),
        note=member.get("note", ""),
        position=position,
    )


def _end_of(given: dict[str, Any], begins: date) -> date | None:
    if given.get("ends"):
        return date.fromisoformat(given["ends"])
    years = given.get("duration_years")
    return _years_later(begins, years) if years else None


def _years_later(day: date, years: int) -> date:
    # 31 August plus one year is a day that exists; 29 February may not be.
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
