"""What tests of the reminders of events share: an event, when it is due, and a move of it."""

from datetime import UTC, datetime, timedelta

from portal.db import db
from portal.invitations import actions, event_changes
from tests.factories import create_event
from tests.mail.reminding.rounds import send

# A Thursday at 09.00 in Oslo; the reminder is due on Wednesday at 12.00.
STARTS_AT = datetime(2026, 10, 15, 7, 0, tzinfo=UTC)
DUE = datetime(2026, 10, 14, 10, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def invited_to(*people, starts_at=STARTS_AT, **values):
    """A webinar on ``starts_at`` to which ``people`` were invited in August, and their mails."""
    event = create_event(starts_at=starts_at, **values)
    for person in people:
        actions.invite(event, person, by=None, now=datetime(2026, 8, 20, 9, 0, tzinfo=UTC))
    send(datetime(2026, 8, 20, 10, 0, tzinfo=UTC))
    return event


def move(event, starts_at, now, tell: bool = True) -> None:
    """Give the event another time, told at once or not yet."""
    values = {"starts_at": starts_at, "ends_at": starts_at + HOUR}
    event_changes.change(event, values, by=None, now=now)
    if tell:
        event_changes.tell(event, by=None, now=now)
    db.session.commit()
