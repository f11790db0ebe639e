"""Who was there: ticked one by one, each a row of its own, so that two who tick do not collide.

Whoever has no row has not been ticked. A no, or sending somebody else, speaks for itself: it
becomes a row when the meeting has begun; a yes never does.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from portal import audit
from portal.db import db
from portal.groups.writing import locking, roll
from portal.groups.writing.roll import Line
from portal.models.accounts import Person
from portal.models.meetings import Meeting
from portal.models.minutes import Attendance, AttendanceState, AttendsAs


class NotOnTheList(Exception):
    """Nobody of that key is called to the meeting, or has been added to it."""


class ChangedMeanwhile(Exception):
    """Somebody else changed the same while it was being changed."""


def fill(meeting: Meeting) -> int:
    """Make rows of the answers: apologies of who said no, and who sends somebody else.

    Those who said yes or nothing have none before somebody ticks them. Called before minutes are
    sent or approved. How many were made; a second time makes none.

    Raises:
        MinutesAreLocked: the minutes are approved.
    """
    locking.hold(meeting)
    if not roll.has_answers_to_note(meeting):
        return 0
    made = _fill(meeting, roll.lines_of(meeting))
    if made:
        meeting.minutes_revision += 1
        db.session.flush()
    return made


def tick(
    meeting: Meeting, key: str, state: AttendanceState | None, *, by: Person, now: datetime
) -> None:
    """Note whether somebody is there; None takes it back, and what they answered counts again.

    Raises:
        MinutesAreLocked: the minutes are approved.
        NotOnTheList: nobody has that key.
    """
    locking.hold(meeting)
    lines = roll.lines_of(meeting)
    line = _line(lines, key)
    if meeting.event.starts_at <= now:
        _fill(meeting, lines, but=key)
    if state is None:
        _untick(line, by=by, now=now)
    elif line.row is None:
        row = _row_of(meeting, line, state, lines.index(line))
        audit.record(
            "attendance.ticked", row, actor=by, now=now, meeting=meeting.id, state=str(state)
        )
    elif line.row.state != state:
        line.row.state = state
        line.row.is_chair = line.row.is_chair and state == AttendanceState.PRESENT
        audit.record(
            "attendance.ticked", line.row, actor=by, now=now, meeting=meeting.id, state=str(state)
        )
    locking.touch(meeting, now)


def tick_all_who_said_yes(meeting: Meeting, *, by: Person, now: datetime) -> list[str]:
    """Tick everybody who said yes and has not been ticked; their rows' public ids, to undo it.

    Raises:
        MinutesAreLocked: the minutes are approved.
    """
    locking.hold(meeting)
    lines = roll.lines_of(meeting)
    made = [
        _row_of(meeting, line, AttendanceState.PRESENT, position)
        for position, line in enumerate(lines)
        if line.said_yes
    ]
    if made:
        db.session.flush()
        audit.record("attendance.all_ticked", meeting, actor=by, now=now, rows=len(made))
        locking.touch(meeting, now)
    return [row.public_id for row in made]


def untick(meeting: Meeting, public_ids: Iterable[str], *, by: Person, now: datetime) -> int:
    """Undo ``tick_all_who_said_yes``: how many; whoever was ticked otherwise since stays so.

    Raises:
        MinutesAreLocked: the minutes are approved.
    """
    locking.hold(meeting)
    wanted = set(public_ids)
    found = [
        row
        for row in db.session.scalars(
            sa.select(Attendance).where(
                Attendance.meeting_id == meeting.id,
                Attendance.state == AttendanceState.PRESENT,
                Attendance.person_id.is_not(None),
                Attendance.is_chair.is_(False),
            )
        )
        if row.public_id in wanted
    ]
    for row in found:
        db.session.delete(row)
    if found:
        audit.record("attendance.all_unticked", meeting, actor=by, now=now, rows=len(found))
        locking.touch(meeting, now)
    return len(found)


def add(
    meeting: Meeting,
    name: str,
    affiliation: str,
    attends_as: AttendsAs,
    *,
    instead_of: Person | None,
    by: Person,
    now: datetime,
) -> Attendance:
    """Add somebody who is there without being on the list.

    The same name and affiliation is the same person: sent twice, the form adds one.

    Raises:
        MinutesAreLocked: the minutes are approved.
    """
    locking.hold(meeting)
    lines = roll.lines_of(meeting)
    for line in lines:
        if (
            line.person is None
            and line.row
            and (line.name, line.affiliation) == (name, affiliation)
        ):
            return line.row
    row = Attendance(
        meeting=meeting,
        name=name,
        affiliation=affiliation,
        attends_as=attends_as,
        instead_of=instead_of,
        state=AttendanceState.PRESENT,
        position=len(lines),
    )
    db.session.add(row)
    audit.record(
        "attendance.added", row, actor=by, now=now, meeting=meeting.id, attends_as=str(attends_as)
    )
    locking.touch(meeting, now)
    return row


def remove(meeting: Meeting, key: str, *, by: Person, now: datetime) -> Line:
    """Take somebody off who was added; what is returned can be added again.

    Raises:
        MinutesAreLocked: the minutes are approved.
        NotOnTheList: nobody who was added has that key.
    """
    locking.hold(meeting)
    line = _line(roll.lines_of(meeting), key)
    if line.row is None or line.person is not None:
        raise NotOnTheList
    audit.record("attendance.removed", line.row, actor=by, now=now, meeting=meeting.id)
    db.session.delete(line.row)
    locking.touch(meeting, now)
    return line


def change(
    meeting: Meeting,
    key: str,
    affiliation: str,
    attends_as: AttendsAs,
    *,
    seen: tuple[str, str],
    by: Person,
    now: datetime,
) -> None:
    """Say for whom somebody who was ticked is there, and as what.

    ``seen`` is what both were when the form was made.

    Raises:
        MinutesAreLocked: the minutes are approved.
        NotOnTheList: nobody has that key, or whoever has it is to be ticked yet.
        ChangedMeanwhile: somebody else changed it since.
    """
    locking.hold(meeting)
    lines = roll.lines_of(meeting)
    line = _line(lines, key)
    if line.state is None:
        raise NotOnTheList
    if (line.affiliation, str(line.attends_as)) == (affiliation, str(attends_as)):
        return
    if (line.affiliation, str(line.attends_as)) != seen:
        raise ChangedMeanwhile
    row = line.row or _row_of(meeting, line, line.state, lines.index(line))
    row.affiliation, row.attends_as = affiliation, attends_as
    audit.record(
        "attendance.changed", row, actor=by, now=now, meeting=meeting.id, attends_as=str(attends_as)
    )
    locking.touch(meeting, now)


def name_chair(
    meeting: Meeting, key: str, taker: str, *, seen: tuple[str, str], by: Person, now: datetime
) -> None:
    """Say who chairs, of those who are there ("" for nobody), and who takes the minutes.

    ``seen`` is the key of the chair and the words for the taker when the form was made.

    Raises:
        MinutesAreLocked: the minutes are approved.
        NotOnTheList: whoever shall chair is not there.
        ChangedMeanwhile: somebody else named others since.
    """
    locking.hold(meeting)
    db.session.refresh(meeting, ["minutes_taker"])
    lines = roll.lines_of(meeting)
    current = (chair_key(lines), meeting.minutes_taker)
    if (key, taker) == current:
        return
    if current != seen:
        raise ChangedMeanwhile
    if key and _line(lines, key).state != AttendanceState.PRESENT:
        raise NotOnTheList
    for line in lines:
        if line.row is not None:
            line.row.is_chair = line.key == key
    meeting.minutes_taker = taker
    audit.record("meeting.chair_named", meeting, actor=by, now=now)
    locking.touch(meeting, now)


def chair_key(lines: Iterable[Line]) -> str:
    """The key of whoever chairs, empty when nobody does."""
    return next((line.key for line in lines if line.is_chair), "")


def _untick(line: Line, *, by: Person, now: datetime) -> None:
    """Somebody added by hand is there or is not; only a tick is taken back."""
    if line.row is None or line.person is None:
        return
    audit.record("attendance.unticked", line.row, actor=by, now=now, meeting=line.row.meeting_id)
    db.session.delete(line.row)


def _fill(meeting: Meeting, lines: Sequence[Line], but: str = "") -> int:
    made = [
        _row_of(meeting, line, line.state, position)
        for position, line in enumerate(lines)
        if line.row is None and line.state is not None and line.key != but
    ]
    return len(made)


def _row_of(meeting: Meeting, line: Line, state: AttendanceState, position: int) -> Attendance:
    row = Attendance(
        meeting_id=meeting.id,
        person_id=line.person.id if line.person else None,
        name="" if line.person else line.name,
        affiliation=line.affiliation[:200],
        attends_as=line.attends_as,
        instead_of_id=line.instead_of.id if line.instead_of else None,
        state=state,
        position=position,
    )
    db.session.add(row)
    return row


def _line(lines: Iterable[Line], key: str) -> Line:
    found = next((line for line in lines if line.key == key), None)
    if found is None:
        raise NotOnTheList
    return found
