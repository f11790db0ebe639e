"""A feed of about a thousand events: written anew, from the shelf, and not at all."""

from bench import baseline
from bench.portals import Portal, portal_with
from bench.report import Row, Table
from bench.timing import medians
from portal.calendar.serving import Shelf

# Of events spread over three years a feed shows five in six: half a year back and all ahead.
_EVENTS = 1200
_ROUNDS = 15
_FEED = "/calendar/public.ics"


def measure() -> Table:
    """Milliseconds and ratio for each way a feed is answered."""
    with portal_with(_EVENTS) as portal:
        _status, headers, body = portal.get(_FEED)
        etag = headers["ETag"]
        took = medians(
            {
                "baseline": baseline.build,
                "cold": lambda: _cold(portal),
                "warm": lambda: portal.get(_FEED),
                "known": lambda: _known(portal, etag),
            },
            _ROUNDS,
        )
    names = {
        "cold": "written anew",
        "warm": "the bytes of before",
        "known": "304, the asker has it",
    }
    return Table(
        "Feeds",
        f"The public feed with {body.count(b'BEGIN:VEVENT'):,} events".replace(",", " ")
        + f", {len(body) // 1000} kB. Baseline (1.00): {baseline.NAME}, {took['baseline']:.0f} ms"
        " in this run.",
        ("ms", "ratio"),
        tuple(
            Row(text, (f"{took[name]:.1f}", f"{took[name] / took['baseline']:.3f}"))
            for name, text in names.items()
        ),
    )


def _cold(portal: Portal) -> None:
    portal.app.extensions["feeds"] = Shelf()
    portal.get(_FEED)


def _known(portal: Portal, etag: str) -> None:
    status, _headers, _body = portal.get(_FEED, **{"If-None-Match": etag})
    if status != 304:
        raise RuntimeError(f"the feed answered {status}")
