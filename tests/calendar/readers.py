"""Two readers of calendars that have nothing in common: icalendar here, ical.js in Node.js."""

import importlib.util
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from icalendar import Calendar

HERE = Path(__file__).parent
Read = dict[str, Any]


@contextmanager
def ical_js() -> Iterator["IcalJs"]:
    """A running Node.js with ical.js in it."""
    command = [*_node(), str(HERE / "read_ical.mjs")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, encoding="utf-8", **pipes) as process:
        yield IcalJs(process)
        process.stdin.close()


class IcalJs:
    """Reads one calendar after the other; fails as the reader does."""

    def __init__(self, process: subprocess.Popen) -> None:
        self._process = process

    def __call__(self, ics: bytes) -> Read:
        self._process.stdin.write(json.dumps(ics.decode()) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


def icalendar(ics: bytes) -> Read:
    """What icalendar finds in the first event."""
    calendar = Calendar.from_ical(ics)
    event = calendar.events[0]
    texts = (
        *("uid", "summary", "description", "location", "url", "conference", "status", "transp"),
    )
    return {
        "method": str(calendar.get("method", "")),
        **{name: str(event.get(name, "")) for name in texts},
        "sequence": int(event["sequence"]),
        "dtstart": _time(event["dtstart"].dt),
        "dtend": _time(event["dtend"].dt),
        "categories": [str(each) for each in event["categories"].cats],
        "organizer": _person(event.get("organizer")),
        "attendee": _person(event.get("attendee")),
    }


def _time(found: Any) -> str:
    if not isinstance(found, datetime):
        return found.isoformat()
    return found.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _person(found: Any) -> list[str]:
    if found is None:
        return []
    return [str(found), str(found.params.get("CN", "")), str(found.params.get("PARTSTAT", ""))]


def _node() -> list[str]:
    """The Node.js that builds the front end: that of the machine, or the one that pip brought."""
    path = HERE.parents[1] / "frontend/build.py"
    spec = importlib.util.spec_from_file_location("frontend_build", path)
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    return build.tools()[0]
