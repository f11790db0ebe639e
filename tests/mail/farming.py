"""How the tests of faults speak with the processes of ``tests.mail.killing``, and count."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from portal.db import db
from portal.mail import outbox
from portal.mail.message import Lane, Mailbox, Message
from portal.models.mail import MailState, OutboxMail
from portal.tokens import public_id

ROOT = Path(__file__).resolve().parents[2]
OFFICE = Mailbox("oppdrag@portal.example.org", "Oppdrag Oslofjorden")


class Farm:
    """A process that forks workers and kills them, as it is told."""

    def __init__(self, url: str, folder: Path) -> None:
        self._process = start("farm", url, str(folder))
        assert self._process.stdout.readline() == "ready\n"

    def tell(self, order: str, *words: object) -> str:
        """Give an order, and wait for what it answers."""
        self.order(order, *words)
        return self.answer()

    def order(self, order: str, *words: object) -> None:
        """Give an order; ``answer`` waits for it to be done."""
        print(order, *words, file=self._process.stdin, flush=True)

    def answer(self) -> str:
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()


@dataclass
class Taken:
    """A mail server in a process of its own: its port, and the file of what it took."""

    port: str
    path: Path
    lines: list[list[str]] = field(default_factory=list)

    def read(self) -> list[list[str]]:
        """Conversation, recipient and digest of each message so far."""
        text = self.path.read_text() if self.path.exists() else ""
        return [line.split() for line in text.splitlines()]

    def count(self) -> int:
        return len(self.read())


@dataclass(frozen=True)
class Outcome:
    """What came of many messages: how many never came, came again, and came in other words.

    ``worst`` is the most messages that one conversation left behind to be sent again.
    """

    lost: int
    again: int
    worst: int
    altered: int


def outcome(taken: Taken, wanted: set[str]) -> Outcome:
    """Compare what was taken with the recipients of what was queued, one message to each."""
    came = taken.read()
    first: dict[str, list[str]] = {}
    left_behind: Counter[str] = Counter()
    altered = 0
    for conversation, to, digest in came:
        if to in first:
            before, was = first[to]
            left_behind[before] += 1
            altered += was != digest
        first[to] = [conversation, digest]
    return Outcome(
        lost=len(wanted - first.keys()),
        again=len(came) - len(first),
        worst=max(left_behind.values(), default=0),
        altered=altered,
    )


def queue_many(number: int) -> set[str]:
    """Queue so many messages, due at once, each to somebody else; gives the recipients."""
    now = datetime.now(UTC)
    addresses = [f"{public_id()}@example.org" for _each in range(number)]
    rows = [_row(address, now) for address in addresses]
    for first in range(0, number, 100):
        outbox.insert(rows[first : first + 100])
    db.session.commit()
    return set(addresses)


def _row(address: str, now: datetime) -> dict:
    message = Message(Mailbox(address), OFFICE, "Takk", "Hei\n", kind="test", lane=Lane.BULK)
    return outbox.row_of(message, key=address, now=now)


def states() -> Counter[MailState]:
    """How many messages stand where."""
    found = Counter(db.session.scalars(sa.select(OutboxMail.state)))
    db.session.rollback()
    return found


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Go on when ``condition`` has come true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.005)


def start(*words: str) -> subprocess.Popen:
    """One of the processes of ``tests.mail.killing``."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.mail.killing", *words], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=None if os.environ.get("FARM_ERRORS") else subprocess.DEVNULL,
    )  # fmt: skip


@contextmanager
def sink(into: Path, milliseconds: int = 0) -> Iterator[Taken]:
    """A mail server in a process of its own, so slow with its 250."""
    process = start("sink", str(into), str(milliseconds))
    try:
        yield Taken(process.stdout.readline().strip(), into)
    finally:
        process.kill()
        process.communicate()
