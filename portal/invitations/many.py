"""Many people invited to one event or taken out: rows in the request, mails by the worker."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portal import audit
from portal.db import db, lock_row
from portal.invitations import event_changes, notices, numbers, overtaken, suited
from portal.mail import outbox
from portal.mail.message import Keyed
from portal.mail.reminding import withdrawing
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.invitations import Answer, Invitation
from portal.models.mailings import Mailing

KIND = "invitations.request"
UNINVITE = "invitations.uninvite"
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


def uninvite_all(
    event: Event, person_ids: Collection[int], *, by: Person | None, now: datetime
) -> int:
    """Take ``event`` out of the calendars of all in ``person_ids`` by one mailing.

    As ``actions.uninvite`` for each of them; the sequence rises once.

    Returns:
        How many were invited, and are no longer.
    """
    lock_row(event, "sequence", "revision", "state")
    leaving = db.session.execute(
        sa.select(Invitation.id, Invitation.person_id, Invitation.sent_sequence)
        .where(
            Invitation.event_id == event.id,
            Invitation.person_id.in_(person_ids),
            Invitation.removed_at.is_(None),
        )
        .order_by(Invitation.id)
    ).all()
    withdrawing.of_event(event.id, now, person_ids)
    if not leaving:
        return 0
    overtaken.take_back(event.id, now, [row.person_id for row in leaving])
    _remove([row.id for row in leaving], removed_at=now)
    told = [row.id for row in leaving if row.sent_sequence is not None]
    if told and not event.is_cancelled:
        event_changes.raise_sequence(event, now)
        _remove(told, sent_sequence=event.sequence)
        cancel_later(event, told, by=by, now=now)
    audit.record("event.uninvited", event, actor=by, now=now, people=len(leaving))
    return len(leaving)


def cancel_later(
    event: Event, invitation_ids: Sequence[int], *, by: Person | None, now: datetime
) -> None:
    """Let the worker tell those who were taken out, when it is seen what has left (``cancels``)."""
    outbox.enqueue_mailing(
        UNINVITE,
        key=f"uninvite-{numbers.sequence_key(event)}first-{invitation_ids[0]}",
        now=now,
        by=by,
        event_id=event.id,
        invitation_ids=list(invitation_ids),
    )


def cancels(mailing: Mailing, now: datetime) -> Keyed:
    """The CANCEL for each of ``params["invitation_ids"]`` who has not been invited anew since.

    Whose invitation had not left when they were taken out knows of nothing, and hears of nothing.
    """
    event = db.session.get(Event, mailing.params["event_id"])
    if event is None:
        return
    ids = mailing.params["invitation_ids"]
    for start in range(0, len(ids), _CHUNK):
        for invitation in _taken_out(event, ids[start : start + _CHUNK]):
            person_id, sequence = invitation.person_id, invitation.sent_sequence
            if numbers.has_heard(event, person_id, sequence):
                continue
            by_themselves = person_id == mailing.created_by_id
            write = notices.leave if by_themselves else notices.uninvite
            try:
                message = write(invitation, now)
            except notices.UNSENDABLE as reason:
                notices.note_unsendable(invitation.id, reason)
            else:
                yield numbers.key_of(event, person_id, sequence), message


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
                notices.note_unsendable(invitation.id, reason)
            else:
                yield numbers.key_of(event, invitation.person_id), message


MAILINGS = {KIND: requests, UNINVITE: cancels}


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


def _remove(ids: list[int], **values: Any) -> None:
    db.session.execute(sa.update(Invitation).where(Invitation.id.in_(ids)).values(**values))


def _current(ids: list[int]) -> Sequence[Invitation]:
    return _load(Invitation.id.in_(ids), Invitation.removed_at.is_(None))


def _taken_out(event: Event, ids: list[int]) -> Sequence[Invitation]:
    gone = Invitation.id.in_(ids), Invitation.removed_at.is_not(None)
    if event.series_id is None:
        return _load(*gone, overtaken.was_asked(event.id, Invitation.person_id))
    # What asks to a series need not name each of its meetings.
    return _load(*gone)


def _load(*conditions: sa.ColumnElement[bool]) -> Sequence[Invitation]:
    return db.session.scalars(
        sa.select(Invitation)
        .where(*conditions)
        .options(
            joinedload(Invitation.person).selectinload(Person.emails),
            selectinload(Invitation.event),
        )
        .order_by(Invitation.id)
    ).all()
