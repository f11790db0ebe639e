"""Many people invited to one event at once: rows in the request, mails by the worker."""

import logging
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portal import audit
from portal.db import db
from portal.invitations import event_changes, notices, numbers, suited
from portal.mail import outbox
from portal.mail.message import Keyed
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.invitations import Answer, Invitation
from portal.models.mailings import Mailing

log = logging.getLogger(__name__)

KIND = "invitations.request"
_CHUNK = 100
# Five values a row: under what either database takes of values in one statement.
_ONE_STATEMENT = {"insertmanyvalues_page_size": 5000}


def invite_all(event: Event, person_ids: Sequence[int], *, by: Person | None, now: datetime) -> int:
    """Ask everybody in ``person_ids`` by one mailing; who is invited already is not asked again.

    Returns:
        How many were asked now.

    Raises:
        EventIsCancelled: it will not take place.
    """
    if event.is_cancelled:
        raise event_changes.EventIsCancelled
    known = _invitations_of(event, person_ids)
    old = [invitation for invitation in known.values() if not invitation.is_current]
    _renew(old, event, now)
    new = _add([number for number in person_ids if number not in known], event, now)
    ids = sorted([*new, *(invitation.id for invitation in old)])
    if not ids:
        return 0
    outbox.enqueue_mailing(
        KIND,
        key=f"request-{numbers.sequence_key(event)}rev-{event.revision}-first-{ids[0]}",
        now=now,
        by=by,
        event_id=event.id,
        invitation_ids=ids,
    )
    audit.record("event.invited", event, actor=by, now=now, people=len(ids))
    return len(ids)


def requests(mailing: Mailing, now: datetime) -> Keyed:
    """The invitation for each of ``params["invitation_ids"]`` who is still invited."""
    event = db.session.get(Event, mailing.params["event_id"])
    if event is None or event.is_cancelled:
        return
    ids = mailing.params["invitation_ids"]
    for start in range(0, len(ids), _CHUNK):
        invitations = _current(ids[start : start + _CHUNK])
        suited_to = suited.among(event, [each.person_id for each in invitations])
        for invitation in invitations:
            if invitation.came_after(mailing) or numbers.has_heard(event, invitation.person_id):
                continue
            try:
                message = notices.request(invitation, now, suits=invitation.person_id in suited_to)
            except notices.UNSENDABLE as reason:
                facts = {"invitation": invitation.id, "reason": type(reason).__name__}
                log.warning("invitation not sent", extra={"facts": facts})
            else:
                yield numbers.key_of(event, invitation.person_id), message


def _invitations_of(event: Event, person_ids: Sequence[int]) -> dict[int, Invitation]:
    found = db.session.scalars(
        sa.select(Invitation).where(
            Invitation.event_id == event.id, Invitation.person_id.in_(person_ids)
        )
    )
    return {invitation.person_id: invitation for invitation in found}


def _renew(invitations: list[Invitation], event: Event, now: datetime) -> None:
    """Take up the rows of those who were uninvited, as if they were new."""
    numbers = [each.sent_sequence for each in invitations if each.sent_sequence is not None]
    if numbers and max(numbers) >= event.sequence:
        # Their calendars remember the CANCEL, and would ignore a REQUEST that is no newer.
        event_changes.raise_sequence(event, now)
    for invitation in invitations:
        invitation.removed_at = invitation.answered_at = None
        invitation.created_at = now
        invitation.answer = Answer.NEEDS_ACTION
        invitation.answer_sequence = invitation.answer_dtstamp = None
        invitation.answer_source = invitation.comment = invitation.delegated_to = ""
        invitation.sent_sequence, invitation.sent_revision = event.sequence, event.revision


def _add(person_ids: list[int], event: Event, now: datetime) -> Sequence[int]:
    """New rows that say already what the mailing is going to carry; their ids."""
    if not person_ids:
        return []
    sent = {"sent_sequence": event.sequence, "sent_revision": event.revision}
    rows = [
        {"event_id": event.id, "person_id": each, "created_at": now, **sent} for each in person_ids
    ]
    statement = sa.insert(Invitation).returning(Invitation.id)
    return db.session.scalars(statement, rows, execution_options=_ONE_STATEMENT).all()


def _current(ids: list[int]) -> Sequence[Invitation]:
    return db.session.scalars(
        sa.select(Invitation)
        .where(Invitation.id.in_(ids), Invitation.removed_at.is_(None))
        .options(
            joinedload(Invitation.person).selectinload(Person.emails),
            selectinload(Invitation.event),
        )
        .order_by(Invitation.id)
    ).all()
