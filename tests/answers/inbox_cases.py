"""Messages that came in, as the reader keeps them, for tests of what organisers do with them."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from portal.answers.desk import deciding
from portal.answers.desk.standing import Choice
from portal.answers.inbox.reasons import Reason
from portal.db import db
from portal.models.accounts import Person
from portal.models.inbox import InboxKind, InboxMessage, InboxResult
from portal.models.invitations import Answer, Invitation
from tests.conftest import NOW

GUEST = "jonas.moen@example.org"
_numbers = count(1)


def create_message(**values: Any) -> InboxMessage:
    """A reply that waits, since nothing proves it; it came in an hour ago."""
    defaults: dict[str, Any] = {
        "fingerprint": f"{next(_numbers):064}",
        "received_at": NOW - timedelta(hours=1),
        "kind": InboxKind.REPLY,
        "result": InboxResult.QUEUED,
        "reason": Reason.UNPROVED,
        "sender": "resepsjonen@example.org",
    }
    message = InboxMessage(**{**defaults, **values})
    db.session.add(message)
    db.session.commit()
    return message


def unproved(invitation: Invitation, **values: Any) -> InboxMessage:
    """A yes in the name of somebody invited."""
    return create_message(**{**_about(invitation), "answer": Answer.ACCEPTED, **values})


def forwarded(invitation: Invitation, **values: Any) -> InboxMessage:
    """A yes from Jonas, whom the invited person passed the invitation on to."""
    guest = {"attendee": GUEST, "attendee_name": "Jonas Moen", "sender": GUEST}
    about = {**_about(invitation), **guest, "answer": Answer.ACCEPTED}
    return create_message(**{**about, "reason": Reason.FORWARDED, **values})


def counter(invitation: Invitation, **values: Any) -> InboxMessage:
    """The invited person would like the event a day and three hours later."""
    event, later = invitation.event, timedelta(days=1, hours=3)
    proposed = {
        "kind": InboxKind.COUNTER,
        "reason": Reason.COUNTER,
        "answer": Answer.TENTATIVE,
        "proposed_starts_at": event.starts_at + later,
        "proposed_ends_at": event.ends_at + later,
    }
    return create_message(**{**_about(invitation), **proposed, **values})


def letter(**values: Any) -> InboxMessage:
    """Somebody wrote a letter to a calendar's address."""
    written = {
        "kind": InboxKind.LETTER,
        "reason": Reason.LETTER,
        "sender": "ola.hansen@example.org",
        "subject": "Re: Møtet",
        "text": "Hvor kan jeg parkere?\n\nHilsen Ola",
    }
    return create_message(**{**written, **values})


def decide(
    message: InboxMessage,
    choice: Choice,
    by: Person,
    now: datetime,
    *,
    revision: int | None = None,
) -> Reason | None:
    """Press a button while the event is as the page showed it, or was at ``revision``."""
    shown = message.event.revision if message.event else 0
    seen = shown if revision is None else revision
    return deciding.decide(message, choice, seen_revision=seen, by=by, now=now)


def decision_of(message: InboxMessage) -> tuple[Any, ...]:
    """What was decided, when and by whom, and whether it still waits."""
    return message.decision, message.decided_at, message.decided_by_id, message.waits


def _about(invitation: Invitation) -> dict[str, Any]:
    event, person = invitation.event, invitation.person
    return {
        "person": person,
        "event": event,
        "invitation": invitation,
        "uid": event.uid,
        "recurrence_id": event.recurrence_id,
        "attendee": person.email,
        "sequence": event.sequence,
        "dtstamp": NOW - timedelta(hours=1),
    }
