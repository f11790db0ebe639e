"""What pages show of a poll beside its answers: its meeting, and its mail before it is sent."""

from datetime import datetime

from flask import current_app
from flask_babel import gettext as _

from portal import links
from portal.groups.polls import notices
from portal.mail import reading
from portal.mail.mime import to_bytes
from portal.mail.reading import Letter
from portal.models.accounts import Person
from portal.models.events import EventState
from portal.models.meetings import Meeting
from portal.models.polls import DatePoll


def letter(poll: DatePoll, reader: Person, now: datetime) -> Letter:
    """The question as ``reader`` would get it, with an address that answers for nobody."""
    sample = links.absolute("poll_answers.by_link", token=_("your-own-link"))
    address = reader.email or current_app.config["MAIL_FROM"]
    message = notices.question(poll, reader, now, url=sample, to=address)
    return reading.read(to_bytes(message, message_id=f"preview@{links.host()}", date=now))


def may_take_back(poll: DatePoll) -> bool:
    """Whether the choice can be undone: nobody knows of the meeting yet."""
    meeting = poll.meeting
    return meeting is not None and meeting.called_at is None and meeting.event.published_at is None


def known_meeting(poll: DatePoll) -> Meeting | None:
    """The meeting that came of it, once the group has been called to it."""
    meeting = poll.meeting
    if meeting is None or meeting.called_at is None or meeting.event.state == EventState.DRAFT:
        return None
    return meeting
