"""Minutes approved by a later meeting, or without one; undone the same day; never changed again."""

from dataclasses import replace
from datetime import datetime

from flask_babel import force_locale

from portal import audit, dates
from portal.db import db, lock_row
from portal.groups.minutes import document, opening, phrases
from portal.groups.minutes.values import Approval, State, from_json, to_json
from portal.groups.writing import attendance, locking
from portal.models.accounts import Person
from portal.models.meetings import AgendaItem, Meeting, UsualItem
from portal.models.minutes import Addendum, Decision


class NotApprovedHere(Exception):
    """The item is not one by which a meeting approves these minutes."""


class NotMetYet(Exception):
    """A meeting approves nothing before its day, nor the minutes of one not yet held."""


class ChangedMeanwhile(Exception):
    """The minutes are not those that were looked at any more."""


class ReasonIsMissing(Exception):
    """Minutes that no meeting approves are approved for a reason."""


class CannotUndo(Exception):
    """It was approved on another day or by somebody else, or is corrected or public since."""


def approve_at(
    item: AgendaItem,
    changes: str,
    *,
    seen_revision: int | None = None,
    by: Person,
    now: datetime,
) -> Meeting:
    """Approve the minutes that ``item`` is about, with the ``changes`` that were agreed, in words.

    The decision is written under the item. From now on the minutes are what they are now:
    ``seen_revision`` is that of the page on which they were approved.

    Returns:
        The meeting whose minutes they are.

    Raises:
        NotApprovedHere, NotMetYet, ChangedMeanwhile; MinutesAreLocked: they are approved already,
        or those of the later meeting are.
    """
    later, meeting = item.meeting, item.approves
    if item.usual != UsualItem.MINUTES or meeting is None or meeting.id == later.id:
        raise NotApprovedHere
    if later.event.is_cancelled or later.event.first_day > dates.today(now):
        raise NotMetYet
    _hold(meeting, now, seen_revision)
    locking.touch(later, now)
    approval = document.approval_of(meeting, later, now, by=by.name, changes=changes)
    _freeze(meeting, approval, later=later, by=by, now=now)
    _decide(item, changes)
    return meeting


def approve_alone(
    meeting: Meeting, reason: str, *, seen_revision: int | None = None, by: Person, now: datetime
) -> None:
    """Approve minutes that no meeting will: those of the last one of a group, for example.

    Raises:
        ReasonIsMissing, NotMetYet, ChangedMeanwhile; MinutesAreLocked: they are approved already.
    """
    if not reason.strip():
        raise ReasonIsMissing
    _hold(meeting, now, seen_revision)
    approval = document.approval_of(meeting, None, now, by=by.name, reason=reason.strip())
    _freeze(meeting, approval, later=None, by=by, now=now)


def may_undo(meeting: Meeting, person: Person, now: datetime) -> bool:
    """Whoever approved, or an organiser, may undo it on the same day while nothing builds on it."""
    if meeting.approved_at is None or meeting.public_at is not None or meeting.addenda:
        return False
    same_day = dates.today(meeting.approved_at) == dates.today(now)
    return same_day and (person.is_organiser or person.id == meeting.approved_by_id)


def undo(meeting: Meeting, *, by: Person, now: datetime) -> None:
    """Open the minutes again, and take the decision out of the meeting that approved them.

    Raises:
        CannotUndo: see ``may_undo``; MinutesAreLocked: those of the later meeting are approved.
    """
    _lock(meeting)
    if not may_undo(meeting, by, now):
        raise CannotUndo
    later = meeting.approved_in
    if later is not None:
        locking.touch(later, now)
        _take_back_decision(later, meeting)
    meeting.document = meeting.approved_at = meeting.approved_in = meeting.approved_by = None
    meeting.minutes_revision += 1
    audit.record("minutes.approval_undone", meeting, actor=by, now=now)


def add_addendum(meeting: Meeting, text: str, *, by: Person, now: datetime) -> Addendum:
    """Correct approved minutes; what was approved stays as it is.

    The same words sent twice are one correction: nobody can take it away again.

    Raises:
        NotApprovedHere: they are not approved, and can be changed themselves.
    """
    _lock(meeting)
    if not meeting.is_approved:
        raise NotApprovedHere
    last = max(meeting.addenda, key=lambda each: each.number, default=None)
    if last is not None and (last.text, last.created_by_id) == (text, by.id):
        return last
    addendum = Addendum(
        meeting=meeting,
        number=last.number + 1 if last else 1,
        text=text,
        created_at=now,
        created_by_id=by.id,
        by_name=by.name,
    )
    db.session.add(addendum)
    audit.record("minutes.corrected", meeting, actor=by, now=now, number=addendum.number)
    return addendum


def _hold(meeting: Meeting, now: datetime, seen_revision: int | None) -> None:
    if meeting.event.starts_at > now:
        raise NotMetYet
    locking.hold(meeting)
    if seen_revision not in (None, meeting.minutes_revision):
        raise ChangedMeanwhile
    attendance.fill(meeting)


def _lock(meeting: Meeting) -> None:
    """Let those who undo, correct and publish come one after the other."""
    lock_row(meeting, "approved_at", "approved_by_id", "approved_in_id", "public_at")
    db.session.expire(meeting, ["addenda"])


def _freeze(
    meeting: Meeting, approval: Approval, *, later: Meeting | None, by: Person, now: datetime
) -> None:
    written = document.written(meeting)
    meeting.document = to_json(replace(written, state=State.APPROVED, approval=approval))
    meeting.approved_at, meeting.approved_in, meeting.approved_by = now, later, by
    opening.open_meeting(meeting, by=by, now=now)
    audit.record(
        "minutes.approved", meeting, actor=by, now=now, meeting=later.id if later else None
    )


def _decide(item: AgendaItem, changes: str) -> None:
    text = _decision(item.meeting, changes)
    if not any(each.text == text for each in item.decisions):
        item.decisions.append(Decision(text=text))


def _take_back_decision(later: Meeting, meeting: Meeting) -> None:
    kept = meeting.document and from_json(meeting.document).approval
    text = _decision(later, kept.changes if kept else "")
    for item in later.agenda:
        if item.approves_id == meeting.id:
            item.decisions = [each for each in item.decisions if each.text != text]


def _decision(later: Meeting, changes: str) -> str:
    with force_locale(later.event.language):
        return phrases.approval_decision(changes)
