"""Under which number a message about an event goes, and who has heard of it under that number."""

import sqlalchemy as sa

from portal.db import db
from portal.models.events import Event
from portal.models.mail import OutboxMail


def key_of(event: Event, person_id: int, sequence: int | None = None) -> str:
    """The outbox key of what one person is sent of ``event`` at this sequence and revision."""
    return f"{sequence_key(event, sequence)}rev-{event.revision}-person-{person_id}"


def sequence_key(event: Event, sequence: int | None = None) -> str:
    """How the outbox keys of all messages about ``event`` at a sequence begin, usually its own."""
    return f"event-{event.id}-seq-{event.sequence if sequence is None else sequence}-"


def has_heard(event: Event, person_id: int, sequence: int | None = None) -> bool:
    """Whether a message to the person was made under the number that the event has now.

    It may have changed since; their calendar would take that only under a new number. With
    ``sequence``, whether one was made under that.
    """
    begins = OutboxMail.dedupe_key.startswith(sequence_key(event, sequence), autoescape=True)
    made = sa.exists().where(
        OutboxMail.event_id == event.id, OutboxMail.person_id == person_id, begins
    )
    return bool(db.session.scalar(sa.select(made)))
