"""Minutes sent for comment to those they concern, and once more when they have changed."""

from datetime import date, datetime

from portal import audit, dates
from portal.groups.minutes import document, opening, queries, rounds
from portal.groups.writing import attendance, locking
from portal.mail import outbox
from portal.models.accounts import Person
from portal.models.meetings import Meeting


class NotHeldYet(Exception):
    """A meeting that has not begun has no minutes to send."""


class ChangedMeanwhile(Exception):
    """The minutes are not those that were looked at, or somebody else has sent them meanwhile."""


class NobodyToSendTo(Exception):
    """Nobody whom the minutes concern can be reached."""


class DeadlineIsPast(Exception):
    """Comments cannot be asked for by a day that has been."""


class NothingNew(Exception):
    """The same minutes went out with the same deadline."""


def send(
    meeting: Meeting,
    comments_by: date,
    *,
    with_guests: bool,
    seen_revision: int,
    seen_rounds: int,
    by: Person,
    now: datetime,
) -> int:
    """Send the minutes for comment, and open them to those who see the group's minutes.

    ``seen_revision`` and ``seen_rounds`` are those of the page on which it was decided: of two who
    press the button one sends.

    Returns:
        To how many they go.

    Raises:
        MinutesAreLocked: they are approved. NotHeldYet, DeadlineIsPast, ChangedMeanwhile,
        NothingNew, NobodyToSendTo.
    """
    if meeting.event.starts_at > now:
        raise NotHeldYet
    if comments_by < dates.today(now):
        raise DeadlineIsPast
    locking.hold(meeting)
    before = rounds.sent(meeting)
    if (meeting.minutes_revision, len(before)) != (seen_revision, seen_rounds):
        raise ChangedMeanwhile
    attendance.fill(meeting)
    marks = rounds.marks(document.written(meeting))
    last = before[-1] if before else None
    parts = rounds.changed(last.params["marks"], marks) if last else []
    if last and not parts and last.stopped_at is None and meeting.comments_by == comments_by:
        raise NothingNew
    meeting.minutes_sent_at, meeting.comments_by = now, comments_by
    opening.open_meeting(meeting, by=by, now=now)
    return _queue(
        meeting,
        len(before) + 1,
        with_guests=with_guests,
        changed=parts,
        marks=marks,
        by=by,
        now=now,
    )


def _queue(
    meeting: Meeting,
    number: int,
    *,
    with_guests: bool,
    changed: list[str],
    marks: dict[str, str],
    by: Person,
    now: datetime,
) -> int:
    """Leave round ``number`` to the worker; to how many it goes."""
    assert meeting.comments_by is not None, "set by the caller"
    audience = queries.audience_of(meeting)
    guests = list(audience.guests) if with_guests else []
    total = len(audience.members) + len(guests)
    if not total:
        raise NobodyToSendTo
    outbox.enqueue_mailing(
        rounds.KIND,
        key=f"minutes-{meeting.public_id}-{number}-rev-{meeting.minutes_revision}",
        now=now,
        by=by,
        about=outbox.About(event_id=meeting.event_id, group_id=meeting.group_id),
        meeting_id=meeting.id,
        number=number,
        person_ids=list(audience.members),
        guest_ids=guests,
        comments_by=meeting.comments_by.isoformat(),
        changed=changed,
        marks=marks,
    )
    audit.record(
        "minutes.sent", meeting, actor=by, now=now,
        number=number, revision=meeting.minutes_revision, people=total,
    )  # fmt: skip
    return total
