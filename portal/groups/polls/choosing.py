"""One of the times becomes the group's meeting; and back, while nobody has been called to it."""

from datetime import datetime

from portal import audit
from portal.db import db, lock_row
from portal.groups.meetings import actions as meeting_actions
from portal.groups.meetings import usual
from portal.groups.polls.actions import PollIsClosed
from portal.models.accounts import Person
from portal.models.meetings import Meeting
from portal.models.polls import DateOption, DatePoll


class AlreadyChosen(Exception):
    """The poll has become a meeting."""


class NothingChosen(Exception):
    """No meeting came of the poll."""


class TimeIsGone(Exception):
    """The time has passed, or is asked about no more."""


def choose(poll: DatePoll, option: DateOption, *, by: Person, now: datetime) -> Meeting:
    """Make a draft meeting of a time, and end the poll. Of several who press, one makes it.

    Raises:
        AlreadyChosen, PollIsClosed, TimeIsGone.
    """
    lock_row(poll)
    if poll.meeting_id is not None:
        raise AlreadyChosen
    if not poll.is_open or poll.group.closed_at is not None:
        raise PollIsClosed
    if option not in poll.options or option.starts_at <= now:
        raise TimeIsGone
    agenda = usual.first_items(poll.group, language=poll.language, now=now)
    meeting = meeting_actions.plan_meeting(
        poll.group, _values(poll, option), agenda, intro="", by=by, now=now
    )
    poll.meeting, poll.closed_at, option.chosen_at = meeting, now, now
    poll.revision += 1
    audit.record("poll.chosen", poll, actor=by, now=now, option=option.id, meeting=meeting.id)
    return meeting


def take_back(poll: DatePoll, *, by: Person, now: datetime) -> None:
    """Undo a choice: the draft is deleted, and the poll takes answers again.

    Raises:
        NothingChosen: there is no meeting.
        MeetingIsKnown: people have been called to it; it is cancelled instead.
    """
    lock_row(poll)
    meeting = poll.meeting
    if meeting is None:
        raise NothingChosen
    # Whoever calls it this moment holds its row.
    lock_row(meeting)
    db.session.refresh(meeting.event)
    audit.record("poll.taken_back", poll, actor=by, now=now, meeting=meeting.id)
    meeting_actions.drop_meeting(meeting, by=by, now=now)
    poll.closed_at = None
    poll.revision += 1


def _values(poll: DatePoll, option: DateOption) -> dict[str, object]:
    return {
        "title": poll.title,
        "starts_at": option.starts_at,
        "ends_at": option.ends_at,
        "place": poll.place,
        "address": "",
        "municipality_code": None,
        "join_url": "",
        "language": poll.language,
    }
