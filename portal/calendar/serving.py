"""A feed as an HTTP answer: validators, compression, caching; 304 before any text is read.

The ETag is a hash of the bytes that are sent, so the plain and the compressed form have one each.
Last-Modified is when this process first saw these bytes: it never lies, removals included.
"""

import gzip
import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Response, current_app, request

from portal.calendar import feeds
from portal.calendar.feeds import Feed

_OPEN = "public, max-age=300, stale-while-revalidate=3600"
_SECRET = "private, max-age=300"  # noqa: S105  not a password
_KEPT_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Copy:
    """One representation of a feed, and its ETag."""

    body: bytes
    etag: str


@dataclass(frozen=True)
class Written:
    """A feed as it was written: in which state, when first, plain and compressed."""

    state: tuple[Any, ...]
    first_seen: datetime
    plain: Copy
    packed: Copy

    @property
    def size(self) -> int:
        return len(self.plain.body) + len(self.packed.body)


class Shelf:
    """The feeds of late, those asked for longest ago thrown out when there are too many bytes."""

    def __init__(self) -> None:
        self._feeds: OrderedDict[str, Written] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Written | None:
        with self._lock:
            if key in self._feeds:
                self._feeds.move_to_end(key)
            return self._feeds.get(key)

    def put(self, key: str, written: Written) -> None:
        with self._lock:
            self._feeds[key] = written
            self._feeds.move_to_end(key)
            while len(self._feeds) > 1 and self._total() > _KEPT_BYTES:
                self._feeds.popitem(last=False)

    def _total(self) -> int:
        return sum(written.size for written in self._feeds.values())


def answer(feed: Feed, filename: str, now: datetime) -> Response:
    """What to send for ``feed``: the feed, or 304 when the asker has it already."""
    written = _current(feed, now)
    packs = "gzip" in request.accept_encodings
    copy = written.packed if packs else written.plain
    if _has_it(copy, written.first_seen):
        response = Response(status=304)
    else:
        response = Response(copy.body, content_type="text/calendar; charset=utf-8")
        response.headers["Content-Disposition"] = f'inline; filename="{filename}"'
        if packs:
            response.headers["Content-Encoding"] = "gzip"
    response.set_etag(copy.etag)
    response.last_modified = written.first_seen
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = _SECRET if feed.is_secret else _OPEN
    if feed.is_secret:
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def _current(feed: Feed, now: datetime) -> Written:
    shelf: Shelf = current_app.extensions["feeds"]
    state = feeds.state(feed, now)
    known = shelf.get(feed.key)
    if known is not None and known.state == state:
        return known
    plain = _copy(feeds.write(feed, now))
    packed = _copy(gzip.compress(plain.body, compresslevel=6, mtime=0))
    written = Written(state, _first_seen(plain, known, now), plain, packed)
    shelf.put(feed.key, written)
    return written


def _first_seen(plain: Copy, before: Written | None, now: datetime) -> datetime:
    now = now.replace(microsecond=0)
    if before is None:
        return now
    if before.plain.etag == plain.etag:
        return before.first_seen
    # The header counts whole seconds; two changes within one would look like none.
    return max(now, before.first_seen + timedelta(seconds=1))


def _copy(body: bytes) -> Copy:
    return Copy(body, hashlib.sha256(body).hexdigest()[:32])


def _has_it(copy: Copy, first_seen: datetime) -> bool:
    """Whether the asker's copy is this one; an ETag decides alone, a date only without one."""
    if request.headers.get("If-None-Match"):
        # Relays that compress mark the ETag as weak; it is the same feed.
        return request.if_none_match.contains_weak(copy.etag)
    since = request.if_modified_since
    return since is not None and first_seen <= since
