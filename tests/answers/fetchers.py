"""Processes that read a mailbox, to be killed in the middle.

``python -m tests.answers.fetchers URL FOLDER`` has a portal ready and reads orders: each line names
a port, a folder of the mailbox and how many seconds the process lives that it forks ("-" for as
long as it likes). It answers with how that one ended.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

from flask import Flask

from portal.answers import mailbox
from portal.app import create_app
from tests.answers.imap_server import ROOT, Server
from tests.conftest import settings


class Fetchers:
    """The other end of the line."""

    def __init__(self, url: str, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.answers.fetchers", url, str(folder)], cwd=ROOT,
            text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert self._process.stdout.readline() == "ready\n"

    def fetch(self, port: int, folder: str, after: float | None = None) -> int:
        """Read the mailbox until done, or killed after so many seconds; how it ended."""
        life = "-" if after is None else after
        print(port, folder, life, file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()


def obey(app: Flask, port: str, folder: str, life: str) -> int:
    """Fork one that reads, and wait for its end: 0, or minus the signal that killed it."""
    child = os.fork()
    if child == 0:
        live(app, Server(int(port)), folder)
    if life != "-":
        time.sleep(float(life))
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def live(app: Flask, server: Server, folder: str) -> NoReturn:
    ended = 1
    try:
        with app.app_context():
            mailbox.fetch(server.account(folder))
        ended = 0
    except mailbox.Busy:
        ended = 3
    finally:
        os._exit(ended)


if __name__ == "__main__":
    ready = create_app(settings(sys.argv[1], Path(sys.argv[2])))
    print("ready", flush=True)
    for line in sys.stdin:
        print(obey(ready, *line.split()), flush=True)
