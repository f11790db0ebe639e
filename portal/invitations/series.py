"""What happens between people and a series of meetings: called, told, taken out. Nothing commits.

Numbers: calendars count a series and each meeting of it together, since they share a uid. Whenever
the series is sent it gets a SEQUENCE above all that went out; what differs from it one above that,
for it is sent alone afterwards. A change of one meeting goes above both (``event_changes``).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from portal import audit
from portal.calendar import entries
from portal.db import db
from portal.invitations import event_changes, overtaken, series_mailings, series_notices
from portal.invitations.actions import NotInvited
from portal.invitations.notices import UNSENDABLE, note_unsendable
from portal.mail import outbox
from portal.mail.message import Message
from portal.mail.reminding import withdrawing
from portal.models.accounts import Person
from portal.models.events import Event, EventState
from portal.models.invitations import Answer, Invitation
from portal.models.series import Series

Writer = Callable[[], Message]
Before = Mapping[str, tuple[str, str]]


def invite_all(
    series: Series, person_ids: Sequence[int], *, by: Person | None, now: datetime
) -> int:
    """Ask everybody in ``person_ids`` to all meetings to come, by one mailing.

    Each gets one REQUEST with the rule, and one for each meeting that differs from it. Who is
    invited to all of them already is not asked again.

    Returns:
        How many were asked now.
    """
    events = series.coming(now)
    known = _invitations(events, person_ids)
    gone = [each for each in known if not each.is_current]
    if gone or not _is_sent(series):
        # Calendars remember the CANCEL they got, and would ignore a REQUEST that is no newer.
        advance(series, now)
    _lift_what_differs(series, now)
    _renew(gone, now)
    added = _add(events, known, person_ids, now)
    asked = sorted(added | {each.person_id for each in gone})
    if asked:
        occasion = series_notices.key_before_person(series, "request")
        outbox.enqueue_mailing(
            series_mailings.REQUEST,
            key=f"{occasion}-first-{asked[0]}",
            now=now,
            by=by,
            about=outbox.About(group_id=series.group_id),
            series_id=series.id,
            person_ids=asked,
        )
        audit.record("series.invited", series, actor=by, now=now, people=len(asked))
    return len(asked)


def uninvite(series: Series, person: Person, *, by: Person | None, now: datetime) -> int:
    """Take one person off all meetings to come, by one CANCEL of the whole; how many those are."""
    rows = [each for each in _invitations(series.coming(now), [person.id]) if each.is_current]
    if not rows:
        return 0
    was_sent = any(row.sent_sequence is not None for row in rows)
    for row in rows:
        withdrawing.of_event(row.event_id, now, [person.id])
        row.removed_at = now
    overtaken.take_back_series(series.id, now, person.id)
    if was_sent:
        advance(series, now)
        for row in rows:
            row.sent_sequence = max(series.sequence, row.event.sequence)
        share = series_mailings.share_of(series, person)
        _send(lambda: series_notices.leave(share, now, by_themselves=by is person),
              rows[0], series_notices.key_of(series, "leave", person.id), now)  # fmt: skip
    audit.record("series.uninvited", series, actor=by, now=now, person=person.id,
                 meetings=len(rows))  # fmt: skip
    return len(rows)


def tell_of_change(
    series: Series,
    changes: Before,
    untold: Collection[int],
    *,
    by: Person | None,
    now: datetime,
) -> None:
    """Tell all who are invited that the series has changed, field by field (before, after).

    What differs from it is sent again alone. Meetings in ``untold`` (ids) had news of their own
    that nobody was told of yet: they are told of as any event is.
    """
    advance(series, now)
    events = series.coming(now)
    with_news = [each for each in events if each.is_override and each.id in untold]
    for event in events:
        if event not in with_news:
            event_changes.mark_told(event, now)
            event_changes.note_sent(event)
    again = [each.id for each in events if each.is_override and each not in with_news]
    outbox.enqueue_mailing(
        series_mailings.UPDATE,
        key=series_notices.key_before_person(series, "update"),
        now=now,
        by=by,
        about=outbox.About(group_id=series.group_id),
        series_id=series.id,
        changes={name: list(pair) for name, pair in changes.items()},
        again=again,
    )
    for event in with_news:
        event_changes.tell(event, by=by, now=now)


def tell_of_end(
    series: Series,
    dropped: Sequence[Event],
    apart: Sequence[Event],
    *,
    by: Person | None,
    now: datetime,
) -> None:
    """Tell all who are invited that the series ends, ``dropped`` meetings being off by now.

    Those ``apart`` differed from the rule, so that calendars may hold them by themselves: each is
    called off alone as well.
    """
    overtaken.take_back_series(series.id, now)
    advance(series, now)
    for event in apart:
        event.sequence = series.sequence + 1
        entries.render(event)
    events = series.coming(now)
    for event in events:
        event_changes.note_sent(event)
    outbox.enqueue_mailing(
        series_mailings.END,
        key=series_notices.key_before_person(series, "end"),
        now=now,
        by=by,
        about=outbox.About(group_id=series.group_id),
        series_id=series.id,
        dropped=[event.id for event in dropped],
        apart=[event.id for event in apart],
        again=[event.id for event in events if event.is_override],
    )


def refresh(series: Series, person: Person, *, now: datetime) -> None:
    """Send the whole series as it stands once more (REFRESH of RFC 5546), at most once an hour.

    Raises:
        NotInvited: there is nothing to come that the person is invited to.
    """
    share = series_mailings.share_of(series, person)
    rows = share.coming(now)
    if not rows:
        raise NotInvited
    for row in rows:
        if row.event.is_untold:
            # The calendar may know this number, without what nobody has been told of yet.
            event_changes.raise_sequence(row.event, now)
    hourly = f"refresh-{now:%Y%m%d%H}"
    key = f"{hourly}-series-{series.id}-person-{person.id}"
    if not _send(lambda: series_notices.request(share, now), rows[0], key, now):
        return
    for row in rows:
        row.sent_sequence, row.sent_revision = row.event.sequence, row.event.revision
    for _key, message in series_mailings.again(rows, now):
        key = f"{hourly}-event-{message.event_id}-person-{person.id}"
        outbox.enqueue(message, key=key, now=now)


def audience_size(series: Series, now: datetime) -> int:
    """How many would hear of a change now: invited to a meeting to come, and with an address."""
    return len(series_mailings.reached_people(series, [each.id for each in series.coming(now)]))


def advance(series: Series, now: datetime, *, is_known: bool = False) -> None:
    """Make the next message about the series newer than any that calendars have under its uid.

    ``is_known`` says that some calendar may have the present number, though no invitation says so.
    """
    highest = max([series.sequence, *(event.sequence for event in series.occurrences)])
    series.sequence = highest + (is_known or _is_sent(series, highest))
    series.changed_at = now
    for event in series.coming(now):
        event.sequence = series.sequence + event.is_override
        event.changed_at = now
    entries.render_series(series)
    db.session.flush()


def _lift_what_differs(series: Series, now: datetime) -> None:
    """See that what is sent after the series has a number above the series's own."""
    for event in series.coming(now):
        if event.is_override and event.sequence <= series.sequence:
            event_changes.raise_sequence(event, now)


def _is_sent(series: Series, sequence: int = 0) -> bool:
    """Whether some calendar may already hold ``sequence`` or more of the uid."""
    sent = (
        sa.exists()
        .where(Event.series_id == series.id, Invitation.event_id == Event.id)
        .where(Invitation.sent_sequence >= sequence)
    )
    return bool(db.session.scalar(sa.select(sent)))


def _invitations(events: Sequence[Event], person_ids: Sequence[int]) -> Sequence[Invitation]:
    return db.session.scalars(
        sa.select(Invitation)
        .where(
            Invitation.event_id.in_([event.id for event in events]),
            Invitation.person_id.in_(person_ids),
        )
        .order_by(Invitation.id)
    ).all()


def _renew(rows: Sequence[Invitation], now: datetime) -> None:
    """Take up the rows of those who were uninvited, as if they were new."""
    for row in rows:
        row.removed_at = row.answered_at = None
        row.created_at = now
        row.answer = Answer.NEEDS_ACTION
        row.answer_sequence = row.answer_dtstamp = None
        row.answer_source = row.comment = row.delegated_to = ""
        row.sent_sequence, row.sent_revision = row.event.sequence, row.event.revision


def _add(
    events: Sequence[Event],
    known: Sequence[Invitation],
    person_ids: Sequence[int],
    now: datetime,
) -> set[int]:
    """New rows that say already what the mailing is going to carry; whose they are."""
    has = {(row.event_id, row.person_id) for row in known}
    new = [
        (event, person_id)
        for person_id in person_ids
        for event in events
        if event.state == EventState.PUBLISHED and (event.id, person_id) not in has
    ]
    rows = [
        {
            "event_id": event.id,
            "person_id": person_id,
            "created_at": now,
            "sent_sequence": event.sequence,
            "sent_revision": event.revision,
        }
        for event, person_id in new
    ]
    if rows:
        db.session.execute(sa.insert(Invitation), rows)
    return {person_id for _event, person_id in new}


def _send(write: Writer, row: Invitation, key: str, now: datetime) -> bool:
    """Queue one mail; False when the person cannot be reached, which must not stop the change."""
    try:
        message = write()
    except UNSENDABLE as reason:
        note_unsendable(row.id, reason)
        return False
    outbox.enqueue(message, key=key, now=now)
    return True
