"""The mailings of series, made into messages by the worker: called, changed, ended."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from portal import membership
from portal.db import db
from portal.invitations import news, notices, numbers, series_notices
from portal.invitations.series_notices import Share
from portal.mail.message import Keyed, Message
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.invitations import Invitation
from portal.models.mailings import Mailing
from portal.models.series import Series

REQUEST, UPDATE, END = "series.request", "series.update", "series.end"
# What differs from a series comes after it: a calendar that knows only the one meeting, or gets the
# series last, would show it at its usual time.
_AFTERWARDS = timedelta(minutes=2)
# Fields that a mail shows as they were and are; of others it says that they changed.
_SHORT = ("title", "place", "address", "join_url")


def requests(mailing: Mailing, now: datetime) -> Keyed:
    """The invitation for each of ``params["person_ids"]`` who is still invited."""
    series = db.session.get(Series, mailing.params["series_id"])
    if series is None or series.is_cancelled:
        return
    for share in _shares(series, mailing.params["person_ids"]):
        rows = share.coming(now)
        if rows:
            yield from _whole(share, "request", lambda share: series_notices.request(share, now))
            yield from again(rows, now)


def updates(mailing: Mailing, now: datetime) -> Keyed:
    """What each of those invited is told of the series, as it is now.

    Several changes that wait are told together, by the first mailing of them; the others then have
    nothing new. When the series has been ended meanwhile, the mail about that says it all. Who was
    invited after the change gets the series as it is by the invitation.
    """
    series = db.session.get(Series, mailing.params["series_id"])
    if series is None or series.ended_at is not None or series.is_cancelled:
        return
    changes = _all_waiting(series)
    again_ids = set(mailing.params["again"])
    for share in _shares(series, reached_people(series, _ids_of_coming(series, now))):
        rows = [row for row in share.coming(now) if not row.came_after(mailing)]
        if rows:
            yield from _whole(
                share, "update", lambda share: series_notices.update(share, changes, now)
            )
            yield from again([row for row in rows if row.event_id in again_ids], now)


def ends(mailing: Mailing, now: datetime) -> Keyed:
    """What each of those invited is told when the series ends before its time, or never began."""
    series = db.session.get(Series, mailing.params["series_id"])
    if series is None:
        return
    dropped, apart = mailing.params["dropped"], set(mailing.params["apart"])
    people = reached_people(series, [*dropped, *_ids_of_coming(series, now)])
    off = _events(dropped)
    for share in _shares(series, people):
        yield from _whole(share, "end", lambda share: series_notices.end(share, off, now))
        yield from again(
            [row for row in share.coming(now) if row.event_id in mailing.params["again"]], now
        )
        yield from _alone(
            [row for row in share.invitations if row.is_current and row.event_id in apart],
            lambda row: notices.cancel(row, None, now),
        )


MAILINGS = {REQUEST: requests, UPDATE: updates, END: ends}


def again(rows: Sequence[Invitation], now: datetime) -> Keyed:
    """The meetings among ``rows`` that differ from their series, each by itself."""
    yield from _alone(
        [row for row in rows if row.event.is_override],
        lambda row: notices.again(row, now, not_before=now + _AFTERWARDS),
    )


def share_of(series: Series, person: Person) -> Share:
    """What ``person`` has of ``series``."""
    db.session.flush()
    return Share(series, person, _rows(series, person.id))


def reached_people(series: Series, event_ids: Sequence[int]) -> list[int]:
    """Whoever is invited to one of the events now and can be written to; ids, in order."""
    return list(
        db.session.scalars(
            sa.select(Invitation.person_id)
            .where(
                Invitation.event_id.in_(event_ids),
                Invitation.removed_at.is_(None),
                Invitation.sent_sequence.is_not(None),
                membership.can_be_written_to(Invitation.person_id),
            )
            .distinct()
            .order_by(Invitation.person_id)
        )
    )


def _shares(series: Series, person_ids: Sequence[int]) -> Iterator[Share]:
    # One person at a time: the worker ends its transaction after every hundred messages.
    for person_id in person_ids:
        person = db.session.get(Person, person_id)
        rows = _rows(series, person_id)
        if person is not None and rows:
            yield Share(series, person, rows)


def _rows(series: Series, person_id: int) -> Sequence[Invitation]:
    return db.session.scalars(
        sa.select(Invitation)
        .join(Invitation.event)
        .where(Event.series_id == series.id, Invitation.person_id == person_id)
        .options(contains_eager(Invitation.event))
        .order_by(Event.starts_at, Event.id)
    ).all()


def _whole(share: Share, occasion: str, write: Callable[[Share], Message]) -> Keyed:
    # A request and an update of the same state carry the same calendar: one of them is enough.
    occasion = "whole" if occasion in ("request", "update") else occasion
    key = series_notices.key_of(share.series, occasion, share.person.id)
    try:
        yield key, write(share)
    except notices.UNSENDABLE as reason:
        notices.note_unsendable(share.invitations[0].id, reason)


def _alone(rows: Sequence[Invitation], write: Callable[[Invitation], Message]) -> Keyed:
    for row in rows:
        try:
            yield numbers.key_of(row.event, row.person_id), write(row)
        except notices.UNSENDABLE as reason:
            notices.note_unsendable(row.id, reason)


def _all_waiting(series: Series) -> news.News:
    """What has changed since people were last told, of all mailings that wait taken together."""
    waiting = db.session.scalars(
        sa.select(Mailing.params)
        .where(
            Mailing.kind == UPDATE,
            Mailing.expanded_at.is_(None),
            Mailing.stopped_at.is_(None),
            Mailing.dedupe_key.startswith(f"series-{series.id}-update-", autoescape=True),
        )
        .order_by(Mailing.id)
    )
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    for params in waiting:
        changes: Mapping[str, tuple[str, str]] = params["changes"]
        for name, (old, new) in changes.items():
            before.setdefault(name, old)
            after[name] = new
    changed = [name for name in after if before[name] != after[name]]
    return news.News(
        None,
        tuple(news.Change(name, before[name], after[name]) for name in _SHORT if name in changed),
        tuple(name for name in changed if name not in _SHORT),
    )


def _ids_of_coming(series: Series, now: datetime) -> list[int]:
    return [event.id for event in series.coming(now)]


def _events(ids: Sequence[int]) -> Sequence[Event]:
    return db.session.scalars(
        sa.select(Event).where(Event.id.in_(ids)).order_by(Event.starts_at, Event.id)
    ).all()
