"""A feed as it was written, and the HTTP answers it gives; the same ones at both doors.

RFC 9110: each representation has a strong ETag of its own, a hash of its bytes (8.8.3). An
If-None-Match decides alone (13.1.2). Of a date in If-Modified-Since only two things can be known:
that it is ours, and then which change it names, or that it is later than any change at all; every
other date is answered with the whole feed (docs/decisions/0013).
"""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header, parse_date, parse_etags

from portal.calendar.counter import Point

_OPEN = "public, max-age=300, stale-while-revalidate=3600"
_SECRET = "private, max-age=300"  # noqa: S105  not a password
# Within the same second a date is no strong validator (RFC 9110, 8.8.2.2).
_SETTLED = timedelta(seconds=2)
# A date that we did not give is measured by the asker's clock, or by that of another host.
_CLOCKS_DIFFER = timedelta(seconds=60)

# For how long the number is believed: somebody may have changed rows behind its back.
_TRUSTED = timedelta(minutes=15)

Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Copy:
    """One representation of a feed: its bytes, its ETag in quotes, how it is encoded."""

    body: bytes
    etag: str
    encoding: str = ""


@dataclass(frozen=True)
class Answer:
    """What goes over the wire."""

    status: int
    headers: Headers
    body: bytes


@dataclass(frozen=True)
class Written:
    """A feed as it was written.

    ``point`` is where the calendar stood when this was last seen to be right, at ``looked_at``.
    ``state`` is equal as long as the bytes are. ``modified`` is the change that made these bytes,
    None when it is not known. ``packed`` is made when first asked for; ``rule`` is the route, for
    the log.
    """

    point: Point
    looked_at: datetime
    state: tuple[Any, ...]
    modified: datetime | None
    is_secret: bool
    plain: Copy
    packed: Copy | None = None
    filename: str = ""
    rule: str = ""

    def stands(self, point: Point, now: datetime) -> bool:
        """Whether this is right still, now that the calendar stands at ``point``."""
        # Time may run backwards when a clock is set.
        return self.point == point and abs(now - self.looked_at) < _TRUSTED

    @property
    def size(self) -> int:
        """How many bytes are kept."""
        return len(self.plain.body) + (len(self.packed.body) if self.packed else 0)


def copy_of(body: bytes) -> Copy:
    """``body`` as it is."""
    return Copy(body, _etag(body))


def packed_copy_of(body: bytes) -> Copy:
    """``body`` compressed, the same bytes each time."""
    packed = gzip.compress(body, compresslevel=6, mtime=0)
    return Copy(packed, _etag(packed), "gzip")


def wants_packed(environ: Mapping[str, Any]) -> bool:
    """Whether the asker takes gzip, and does not like it less than plain bytes."""
    accepts = environ.get("HTTP_ACCEPT_ENCODING", "")
    return _takes_gzip(accepts) if len(accepts) < 100 else _reads_gzip(accepts)


def answer(written: Written, environ: Mapping[str, Any], now: datetime) -> Answer | None:
    """What to send to the one who asks in ``environ``: the feed, or 304 when they have it.

    None when the representation that they ask for has not been made.
    """
    copy = written.packed if wants_packed(environ) else written.plain
    if copy is None:
        return None
    modified = written.modified
    if modified is not None and now < modified + _SETTLED:
        modified = None
    headers = [("ETag", copy.etag), ("Vary", "Accept-Encoding")]
    headers.append(("Cache-Control", _SECRET if written.is_secret else _OPEN))
    if written.is_secret:
        headers.append(("X-Robots-Tag", "noindex"))
    if _is_known(environ, copy, written, modified, now):
        # The ETag says it all; a date beside it is not to be repeated (RFC 9110, 15.4.5).
        return Answer(304, headers, b"")
    if modified is not None:
        headers.append(("Last-Modified", _http_date(modified)))
    headers += [
        ("Content-Type", "text/calendar; charset=utf-8"),
        ("Content-Length", str(len(copy.body))),
        ("Content-Disposition", f'inline; filename="{written.filename}"'),
    ]
    if copy.encoding:
        headers.append(("Content-Encoding", copy.encoding))
    return Answer(200, headers, copy.body)


def _etag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _reads_gzip(accepts: str) -> bool:
    accepted = parse_accept_header(accepts, Accept)
    plain = accepted.quality("identity") if "identity" in list(accepted.values()) else 0
    return accepted.quality("gzip") > 0 and accepted.quality("gzip") >= plain


_takes_gzip = lru_cache(maxsize=256)(_reads_gzip)


def _is_known(
    environ: Mapping[str, Any],
    copy: Copy,
    written: Written,
    modified: datetime | None,
    now: datetime,
) -> bool:
    """Whether the asker's copy is this one; an ETag decides alone, a date only without one."""
    asked = environ.get("HTTP_IF_NONE_MATCH")
    if asked:
        # Relays that compress mark the ETag as weak; it is the same feed.
        return asked == copy.etag or parse_etags(asked).contains_weak(copy.etag.strip('"'))
    since = parse_date(environ.get("HTTP_IF_MODIFIED_SINCE"))
    if since is None or modified is None:
        return False
    return since == modified or written.point.newest + _CLOCKS_DIFFER <= since <= now


@lru_cache(maxsize=256)
def _http_date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)
