"""Subscribers as they are: vdirsyncer fetches feeds into files, and khal shows them."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flask import Flask
from werkzeug.serving import make_server

_PAIR = """
[pair {name}]
a = "{name}_feed"
b = "{name}_files"
collections = null

[storage {name}_feed]
type = "http"
url = "{url}"

[storage {name}_files]
type = "filesystem"
path = "{path}"
fileext = ".ics"
"""
_CALENDAR = """
[[{name}]]
path = {path}
readonly = True
"""
_KHAL = """
[sqlite]
path = {folder}/khal.db

[locale]
local_timezone = Europe/Oslo
default_timezone = Europe/Oslo
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M

[calendars]
"""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The portal on a port of this machine; gives where."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(30)


@dataclass(frozen=True)
class Subscriber:
    """Somebody with both programs, who keeps everything in ``folder``."""

    folder: Path

    def subscribe(self, feeds: Mapping[str, str]) -> None:
        """Set up each of ``feeds``: its name, and its address."""
        pairs = ['[general]\nstatus_path = "' + str(self.folder / "status") + '"\n']
        calendars = [_KHAL.replace("{folder}", str(self.folder))]
        for name, url in feeds.items():
            path = self.folder / name
            path.mkdir()
            values = {"{name}": name, "{url}": url, "{path}": str(path)}
            pairs.append(_filled(_PAIR, values))
            calendars.append(_filled(_CALENDAR, values))
        (self.folder / "vdirsyncer.ini").write_text("".join(pairs))
        (self.folder / "khal.ini").write_text("".join(calendars))
        self._run("vdirsyncer", "discover")

    def sync(self) -> None:
        """Fetch all feeds."""
        self._run("vdirsyncer", "sync")

    def shows(self, name: str, first: date, last: date) -> list[str]:
        """What khal lists of the feed ``name``: from, to, title and status of each entry."""
        line = "{start-long}|{end-long}|{title}|{status}"
        shape = ("--once", "--notstarted", "--format", line, "--day-format", "")
        found = self._run("khal", "list", "-a", name, *shape, first.isoformat(), last.isoformat())
        return [each.strip() for each in found.splitlines() if "|" in each]

    def _run(self, program: str, *words: str) -> str:
        option = {"vdirsyncer": "vdirsyncer.ini", "khal": "khal.ini"}[program]
        home = {name: str(self.folder) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
        done = subprocess.run(
            [str(Path(sys.executable).with_name(program)), "-c", option, *words],
            cwd=self.folder,
            env={**os.environ, **home, "XDG_CACHE_HOME": str(self.folder), "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, f"{program} {words[0]}: {done.stdout}{done.stderr}"
        return done.stdout


def _filled(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(name, value)
    return text
