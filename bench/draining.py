"""How fast the outbox empties, beside smtplib that sends ready bytes and writes nothing down.

``python -m bench.draining [SQLite|PostgreSQL] [ROUNDS]`` prints the table by itself.
"""

import logging
import smtplib
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from bench import databases, report
from bench.report import Row, Table
from portal import clock
from portal.db import db
from portal.mail import outbox, smtp
from portal.mail.delivery import Delivery
from portal.mail.message import Lane, Mailbox, Message
from portal.tokens import public_id

_ROUNDS = 7
_AT_ONCE = 100
_SENDER = Mailbox("oppdrag@portal.example.org", "Oppdrag Oslofjorden")
# Four kB as it is sent: headers, and a text with the letters that quoted-printable makes three of.
_TEXT = "Alle er velkomne til en dag om fjorden, med kaffe fra klokken ni og båttur.\n" * 42


@dataclass(frozen=True)
class Case:
    """A database, how long the sink waits before its 250, how many messages, and the aim."""

    kind: str
    milliseconds: int
    messages: int
    aim: float


_CASES = (
    Case("SQLite", 0, 1000, 0.6),
    Case("PostgreSQL", 0, 1000, 0.5),
    Case("SQLite", 20, 100, 0.95),
    Case("PostgreSQL", 20, 100, 0.95),
)


def measure(kinds: Sequence[str] = databases.KINDS, rounds: int = _ROUNDS) -> Table:
    """Messages a second by smtplib and by the delivery, taking turns, for each of the cases."""
    rows = [_row(case, rounds) for case in _CASES if case.kind in kinds]
    return Table(
        "Sending",
        "Messages of 4 kB a second: `outbox deliver` with its leases, each message marked in a"
        " commit of its own before the next one ends, database on disk. Baseline (1.00): smtplib"
        " sending the same ready bytes over one connection in the same run; the two take turns,"
        f" median of {rounds}. The sink is a threaded server in another process"
        " (`bench/sinking.py`) that answers at once, or 20 ms after the last byte.",
        ("smtplib", "outbox", "ratio"),
        tuple(rows),
    )


def _row(case: Case, rounds: int) -> Row:
    with databases.sink(case.milliseconds) as sink, databases.portal_on(case.kind) as app:
        smtp.use_server(app, "127.0.0.1", sink.port)
        with app.app_context():
            raw, ours = _rates(sink.port, case, rounds)
    # Each round is set against its own baseline, since the machine changes its pace.
    ratio = median(mine / bare for bare, mine in zip(raw, ours, strict=True))
    return Row(
        f"{case.kind}, sink {case.milliseconds} ms",
        (f"{median(raw):.0f}", f"{median(ours):.0f}", f"{ratio:.2f}"),
        f"≥ {case.aim}",
        ratio >= case.aim,
    )


def _rates(port: int, case: Case, rounds: int) -> tuple[list[float], list[float]]:
    """Messages a second in each round, by smtplib and by us; a first one warms up."""
    raw, ours = [], []
    for number in range(rounds + 1):
        rows = queued(case.messages)
        begun = time.perf_counter()
        _send_bare(port, rows)
        between = time.perf_counter()
        _drain(case.messages)
        ended = time.perf_counter()
        if number:
            raw.append(case.messages / (between - begun))
            ours.append(case.messages / (ended - between))
    return raw, ours


def queued(messages: int) -> list[dict[str, Any]]:
    """So many messages in the outbox, and the same ones as rows."""
    now = clock.now()
    rows = [_message_row(number, now) for number in range(messages)]
    kept = [dict(row) for row in rows]
    for first in range(0, messages, _AT_ONCE):
        outbox.insert(rows[first : first + _AT_ONCE])
    db.session.commit()
    return kept


def _message_row(number: int, now: Any) -> dict[str, Any]:
    to = Mailbox(f"{number}.{public_id()}@example.org", "Kari Nordmann")
    message = Message(to, _SENDER, "Velkommen til fjorden", _TEXT, kind="bench", lane=Lane.BULK)
    return outbox.row_of(message, key=public_id(), now=now)


def _send_bare(port: int, rows: list[dict[str, Any]]) -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="localhost") as host:
        for row in rows:
            host.sendmail(row["envelope_from"], [row["recipient"]], row["raw"])


def _drain(messages: int) -> None:
    delivery = Delivery()
    delivery.drain()
    if delivery.tally.sent != messages:
        raise RuntimeError(f"{delivery.tally} instead of {messages} sent")


def _main(kind: str = "", rounds: str = str(_ROUNDS)) -> None:
    logging.disable(logging.WARNING)
    table = measure([kind] if kind else databases.KINDS, int(rounds))
    print(report.write([table]))


if __name__ == "__main__":
    _main(*sys.argv[1:])
