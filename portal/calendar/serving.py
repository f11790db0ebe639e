"""Feeds over HTTP by Flask: the number first, then 304 or the bytes of before, then only work.

What was written is kept on a shelf under the point at which it was right (the calendar's number,
and the day): while the point stands, the answer does. When the number rose, one query tells whether
this feed changed at all; else bytes, ETag and date stay.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Response, current_app, request

from portal.calendar import counter, feeds, written
from portal.calendar.counter import CounterAway, Point
from portal.calendar.feeds import Feed
from portal.calendar.written import Written
from portal.db import db

log = logging.getLogger(__name__)
_KEPT_BYTES = 64 * 1024 * 1024
_KEPT_FEEDS = 5000
_RETRY_SECONDS = "30"
_AWAY = (CounterAway, sa.exc.DBAPIError, sa.exc.TimeoutError)
# A change that began before midnight may be committed after it.
_COMMITS_LATE = timedelta(seconds=60)


@dataclass(frozen=True)
class Found:
    """A feed that somebody may read: its name on the shelf, its file, and how to describe it."""

    key: str
    filename: str
    make: Callable[[], Feed]


class Shelf:
    """The feeds of late, those asked for longest ago thrown out when they are too many."""

    def __init__(self, most_bytes: int = _KEPT_BYTES, most_feeds: int = _KEPT_FEEDS) -> None:
        self._feeds: OrderedDict[str, Written] = OrderedDict()
        self._lock = threading.Lock()
        self._most_bytes, self._most_feeds = most_bytes, most_feeds
        self._bytes = 0

    def get(self, key: str) -> Written | None:
        """What was written under ``key``."""
        with self._lock:
            if key in self._feeds:
                self._feeds.move_to_end(key)
            return self._feeds.get(key)

    def put(self, key: str, kept: Written) -> None:
        """Keep what was written under ``key``, for as long as there is room."""
        with self._lock:
            self._take(key)
            self._feeds[key] = kept
            self._bytes += kept.size
            while len(self._feeds) > 1 and self._is_full():
                self._take(next(iter(self._feeds)))

    def forget(self, key: str) -> None:
        """Keep nothing under ``key``."""
        with self._lock:
            self._take(key)

    def _take(self, key: str) -> None:
        gone = self._feeds.pop(key, None)
        self._bytes -= gone.size if gone else 0

    def _is_full(self) -> bool:
        return self._bytes > self._most_bytes or len(self._feeds) > self._most_feeds


def open_feed(
    key: str, filename: str, make: Callable[[], Feed | None], now: datetime
) -> Response | None:
    """What to send for a feed that everybody may read; None when there is none.

    ``key`` is the path and query that it is asked for by, so that the door in front knows it.
    While the database is away those who ask get the last that this process has written.
    """
    try:
        kept = _current(key, filename, make, counter.current().point(now), now)
    except _AWAY as error:
        kept = _shelf().get(key)
        _note(error)
        if kept is None:
            return unavailable()
    return _sent(key, kept, now) if kept else None


def secret_feed(find: Callable[[], Found | None], now: datetime) -> Response | None:
    """What to send for a feed that only who knows its address may read; None when nobody may.

    Who may is asked each time. While the database is away that cannot be known: nothing is sent.
    """
    try:
        at = counter.current().point(now)
        found = find()
        kept = _current(found.key, found.filename, found.make, at, now) if found else None
    except _AWAY as error:
        _note(error)
        return unavailable()
    return _sent(found.key, kept, now) if found and kept else None


def unavailable() -> Response:
    """An answer that makes calendars keep what they have."""
    text = "The calendar is resting for a moment. Try again soon.\n"
    headers = {"Retry-After": _RETRY_SECONDS, "Cache-Control": "no-store"}
    return Response(text, 503, headers, content_type="text/plain; charset=utf-8")


def _shelf() -> Shelf:
    shelf: Shelf = current_app.extensions["feeds"]
    return shelf


def _note(error: Exception) -> None:
    log.error("a feed cannot be looked up: %s", type(error).__name__)
    db.session.rollback()


def _sent(key: str, kept: Written, now: datetime) -> Response:
    made = written.answer(kept, request.environ, now)
    if made is None:
        kept = replace(kept, packed=written.packed_copy_of(kept.plain.body))
        _shelf().put(key, kept)
        made = written.answer(kept, request.environ, now)
    assert made is not None, "both representations are there now"
    return Response(made.body, made.status, made.headers)


def _current(
    key: str, filename: str, make: Callable[[], Feed | None], at: Point, now: datetime
) -> Written | None:
    shelf = _shelf()
    known = shelf.get(key)
    if known is not None and known.stands(at, now):
        return known
    feed = make()
    if feed is None:
        shelf.forget(key)
        return None
    kept = replace(_looked_up(feed, known, at, now), filename=filename, rule=str(request.url_rule))
    shelf.put(key, kept)
    return kept


def _looked_up(feed: Feed, known: Written | None, at: Point, now: datetime) -> Written:
    state = feeds.state(feed, now)
    if known is not None and known.state == state:
        modified = known.modified or _date(at, None)
        return replace(known, point=at, looked_at=now, modified=modified)
    plain = written.copy_of(feeds.write(feed, now))
    if known is not None and known.plain.etag == plain.etag:
        modified = known.modified or _date(at, None)
        return replace(known, point=at, looked_at=now, state=state, modified=modified)
    return Written(
        point=at,
        looked_at=now,
        state=state,
        modified=_date(at, known),
        is_secret=feed.is_secret,
        plain=plain,
    )


def _date(at: Point, known: Written | None) -> datetime | None:
    """The date of bytes first seen at ``at``; None when none can be given that names them alone."""
    if counter.current().read() != at.mark:
        # Somebody changed something meanwhile: these may be the bytes before it or after it.
        return None
    if timedelta(0) <= at.midnight - at.mark.changed_at < _COMMITS_LATE:
        return None
    if known is not None and known.modified is not None and at.newest <= known.modified:
        return None
    return at.newest
