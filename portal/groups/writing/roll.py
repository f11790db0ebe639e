"""Who is called to a meeting, as one list: what they answered, and who has been ticked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal.db import db
from portal.groups import queries as group_queries
from portal.models.accounts import Person, Role
from portal.models.groups import GroupPlace, PlaceRole
from portal.models.invitations import Answer, Invitation
from portal.models.meetings import Meeting, MeetingGroup, MeetingGuest
from portal.models.minutes import Attendance, AttendanceState, AttendsAs
from portal.text import sort_key

# What an answer says of somebody nobody has ticked. A yes says that they meant to come, no more.
_FOLLOWS = {
    Answer.DECLINED: AttendanceState.APOLOGIES,
    Answer.DELEGATED: AttendanceState.DEPUTY,
}


@dataclass(frozen=True)
class Line:
    """Somebody who is called to a meeting, or is there without.

    ``state`` is None for whoever is to be ticked yet; with no ``row`` it follows from the answer.
    """

    key: str
    name: str
    affiliation: str
    attends_as: AttendsAs
    leads: bool
    person: Person | None
    answer: Answer | None
    # Who comes instead, in the words of the answer.
    sends: str
    instead_of: Person | None
    row: Attendance | None

    @property
    def state(self) -> AttendanceState | None:
        """Whether they are there, None while that is not known."""
        if self.row is not None:
            return self.row.state
        return _FOLLOWS.get(self.answer) if self.answer else None

    @property
    def is_chair(self) -> bool:
        """Whether they chair the meeting."""
        return self.row is not None and self.row.is_chair

    @property
    def said_yes(self) -> bool:
        """Whether they mean to come and have not been ticked."""
        return self.row is None and self.answer == Answer.ACCEPTED

    @property
    def is_called(self) -> bool:
        """Whether they stand on the list without having been ticked."""
        return self.key.startswith("p-")


def lines_of(meeting: Meeting) -> list[Line]:
    """Everybody called to ``meeting`` or there without, each once: leads first, then by name."""
    places = _places(meeting)
    invitations = {each.person_id: each for each in _invitations(meeting)}
    guests = {each.person_id: each for each in _guests(meeting)}
    rows = _rows(meeting)
    known = {row.person_id: row for row in rows if row.person_id is not None}
    staff = set(db.session.scalars(sa.select(Role.person_id)))
    seats = [found[0] for found in places.values() if any(each.is_current for each in found)]
    people = [
        *(each.person for each in invitations.values()),
        *(each.person for each in guests.values()),
        *(each.person for each in seats),
        *(each.person for each in rows),
    ]
    called = {person.id: person for person in people if person is not None}
    lines = [
        _line(person, places.get(number, ()), guests.get(number), invitations.get(number),
              known.get(number), number in staff)
        for number, person in called.items()
    ]  # fmt: skip
    lines += [_stranger(row) for row in rows if row.person is None]
    return sorted(lines, key=lambda line: (not line.leads, sort_key(line.name), line.key))


def has_answers_to_note(meeting: Meeting) -> bool:
    """Whether somebody said no, or sends somebody, and has no row of attendance yet."""
    noted = sa.exists().where(
        Attendance.meeting_id == meeting.id, Attendance.person_id == Invitation.person_id
    )
    found = sa.exists().where(
        Invitation.event_id == meeting.event_id,
        Invitation.removed_at.is_(None),
        Invitation.answer.in_(_FOLLOWS),
        sa.not_(noted),
    )
    return bool(db.session.scalar(sa.select(found)))


def is_to_be_ticked(line: Line) -> bool:
    """Whether it is not known yet whether they are there."""
    return line.state is None


def counts(lines: Iterable[Line]) -> Mapping[AttendanceState | None, int]:
    """How many there are of each state; None counts those to be ticked."""
    found: dict[AttendanceState | None, int] = dict.fromkeys((*AttendanceState, None), 0)
    for line in lines:
        found[line.state] += 1
    return found


def _line(
    person: Person,
    places: Sequence[GroupPlace],
    guest: MeetingGuest | None,
    invitation: Invitation | None,
    row: Attendance | None,
    is_staff: bool,
) -> Line:
    place = _first(places)
    usual = group_queries.affiliation_of(place) if place else _employer(person)
    return Line(
        key=f"p-{person.public_id}",
        name=person.name,
        affiliation=row.affiliation if row else usual,
        attends_as=row.attends_as if row else _part(places, guest, is_staff),
        leads=any(each.role == PlaceRole.LEAD and each.is_current for each in places),
        person=person,
        answer=invitation.answer if invitation else None,
        sends=invitation.delegated_to if invitation else "",
        instead_of=row.instead_of if row else guest.instead_of if guest else None,
        row=row,
    )


def _stranger(row: Attendance) -> Line:
    return Line(
        key=f"a-{row.public_id}",
        name=row.name,
        affiliation=row.affiliation,
        attends_as=row.attends_as,
        leads=False,
        person=None,
        answer=None,
        sends="",
        instead_of=row.instead_of,
        row=row,
    )


def _part(places: Sequence[GroupPlace], guest: MeetingGuest | None, is_staff: bool) -> AttendsAs:
    """In what capacity somebody is called: by their places first, then as a guest."""
    roles = {place.role for place in places}
    if roles:
        return AttendsAs.OBSERVER if roles == {PlaceRole.OBSERVER} else AttendsAs.MEMBER
    if guest is not None:
        return AttendsAs.DEPUTY if guest.instead_of_id else AttendsAs.GUEST
    return AttendsAs.SECRETARIAT if is_staff else AttendsAs.GUEST


def _first(places: Sequence[GroupPlace]) -> GroupPlace | None:
    """The place that says whom somebody is there for: a current one before one that was left."""
    return min(places, key=lambda place: not place.is_current, default=None)


def _employer(person: Person) -> str:
    return person.organisation.name if person.organisation else ""


def _places(meeting: Meeting) -> dict[int, list[GroupPlace]]:
    """By person, the places in the groups that hold the meeting, its own group's first."""
    together = sa.select(MeetingGroup.group_id).where(MeetingGroup.meeting_id == meeting.id)
    rows = db.session.scalars(
        sa.select(GroupPlace)
        .where(
            sa.or_(GroupPlace.group_id == meeting.group_id, GroupPlace.group_id.in_(together)),
            GroupPlace.person_id.is_not(None),
        )
        .options(
            joinedload(GroupPlace.person).joinedload(Person.organisation),
            joinedload(GroupPlace.organisation),
        )
        .order_by(GroupPlace.group_id != meeting.group_id, GroupPlace.id)
    )
    found: dict[int, list[GroupPlace]] = {}
    for place in rows:
        found.setdefault(place.person_id or 0, []).append(place)
    return found


def _invitations(meeting: Meeting) -> Sequence[Invitation]:
    return db.session.scalars(
        sa.select(Invitation)
        .where(Invitation.event_id == meeting.event_id, Invitation.removed_at.is_(None))
        .options(
            joinedload(Invitation.person).joinedload(Person.organisation),
        )
    ).all()


def _guests(meeting: Meeting) -> Sequence[MeetingGuest]:
    return db.session.scalars(
        sa.select(MeetingGuest)
        .where(MeetingGuest.meeting_id == meeting.id)
        .options(
            joinedload(MeetingGuest.person).joinedload(Person.organisation),
            joinedload(MeetingGuest.instead_of),
        )
    ).all()


def _rows(meeting: Meeting) -> Sequence[Attendance]:
    return db.session.scalars(
        sa.select(Attendance)
        .where(Attendance.meeting_id == meeting.id)
        .options(
            joinedload(Attendance.person).joinedload(Person.organisation),
            joinedload(Attendance.instead_of),
        )
        .execution_options(populate_existing=True)
    ).all()
