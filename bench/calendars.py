"""Feeds and files: after a change, from the shelf, not at all, and how they grow.

``python -m bench.calendars`` prints the tables by themselves.
"""

import logging
from contextlib import ExitStack
from functools import partial
from itertools import count
from unittest import mock

import sqlalchemy as sa
from sqlalchemy import event as sa_event
from sqlalchemy.engine import Engine

from bench import baseline, rates, report
from bench.portals import Portal, portal_that_shows
from bench.report import Row, Table
from bench.timing import Task, medians
from portal.calendar import entries
from portal.calendar.counter import Counter, Mark
from portal.calendar.serving import Shelf
from portal.db import db
from portal.models.events import Event

_SIZES = (1000, 10_000)
_ROUNDS = 15
_FEED = "/calendar/public.ics"
_NAMES = {
    "changed": "200, first time after a change of one event",
    "cold": "200, first time after the start",
    "packed": "200, the same, compressed",
    "warm": "200, unchanged",
    "known": "304, unchanged",
    "file": "one event as a file",
    "file, known": "one event as a file, 304",
}
_AIMS = {"changed": 0.10, "warm": 0.02, "known": 0.01, "file": 0.01}
_QUERIES_OF_304 = 2
_GROWTH_AIM = 0.02
_revisions = count(2)


def measure() -> tuple[Table, Table]:
    """What a feed costs, and how many a second go out beside a static file."""
    return _costs(), rates.measure(_SIZES[0])


def _costs() -> Table:
    with ExitStack() as stack:
        few, many = (stack.enter_context(portal_that_shows(size)) for size in _SIZES)
        begun = {f"{name}, many": task for name, task in _before(many).items()}
        grown = {f"{name}, many": task for name, task in _tasks(many).items()}
        took = medians(
            {"baseline": baseline.build} | _tasks(few) | {n: grown[n] for n in grown if n in begun},
            _ROUNDS,
            _before(few) | begun,
        )
        queries = {
            name: _queries(task, _before(few).get(name)) for name, task in _tasks(few).items()
        }
        size = len(few.get(_FEED)[2]) // 1000
    rows = [_row(name, took, queries[name]) for name in _NAMES]
    rows += [_growth(name, took) for name in ("changed", "cold")]
    return Table(
        "Feeds",
        f"The public feed with {_SIZES[0]} events, {size} kB. Baseline (1.00): {baseline.NAME},"
        f" {took['baseline']:.0f} ms in this run. Indico, same baseline: 2.7–3.4 for a feed,"
        " 0.10–0.12 for one event as a file; pretalx: 5.9; neither answers 304. Among the queries"
        " is the one by which feeds ask whether anything has changed.",
        ("ms", "ratio", "SQL queries"),
        tuple(rows),
    )


def _tasks(portal: Portal) -> dict[str, Task]:
    file = f"{portal.page}.ics"
    tag = portal.get(file)[1]["ETag"]
    return {
        "changed": partial(_ask, portal, _FEED),
        "cold": partial(_ask, portal, _FEED),
        "packed": partial(_ask, portal, _FEED, **{"Accept-Encoding": "gzip"}),
        "warm": partial(_ask, portal, _FEED),
        "known": partial(_ask_again, portal),
        "file": partial(_ask, portal, file),
        "file, known": partial(_ask, portal, file, **{"If-None-Match": tag}),
    }


def _before(portal: Portal) -> dict[str, Task]:
    return {
        "changed": partial(_change, portal),
        "cold": partial(_forget, portal),
        "packed": partial(_forget, portal),
    }


def _row(name: str, took: dict[str, float], queries: int) -> Row:
    ratio = took[name] / took["baseline"]
    figures = (f"{took[name]:.2f}", f"{ratio:.4f}", str(queries))
    if name not in _AIMS:
        return Row(_NAMES[name], figures)
    aim, reached = f"≤ {_AIMS[name]:.2f}", ratio <= _AIMS[name]
    if name == "known":
        aim += f", ≤ {_QUERIES_OF_304} queries"
        reached = reached and queries <= _QUERIES_OF_304
    return Row(_NAMES[name], figures, aim, reached)


def _growth(name: str, took: dict[str, float]) -> Row:
    few, many = _SIZES
    each = (took[f"{name}, many"] - took[name]) / (many - few)
    title = f"{_NAMES[name]}: for each event more, from {few} to {many}"
    return Row(title, (f"{each:.4f}", "", ""), f"≤ {_GROWTH_AIM} ms", each <= _GROWTH_AIM)


def _change(portal: Portal) -> None:
    slug = portal.page.rpartition("/")[2]
    with portal.app.app_context():
        another = sa.select(Event).where(Event.slug != slug).order_by(Event.id).limit(1)
        event = db.session.scalars(another).one()
        event.revision = next(_revisions)
        event.title = f"{event.title.partition(' (')[0]} ({event.revision})"
        entries.render(event)
        db.session.commit()
        db.session.remove()


def _forget(portal: Portal) -> None:
    portal.app.extensions["feeds"] = Shelf()


def _ask(portal: Portal, path: str, **headers: str) -> None:
    status, _headers, _body = portal.get(path, **headers)
    wanted = 304 if "If-None-Match" in headers else 200
    if status != wanted:
        raise RuntimeError(f"{path} answered {status}")


def _ask_again(portal: Portal) -> None:
    kept = portal.app.extensions["feeds"].get(_FEED)
    _ask(portal, _FEED, **{"If-None-Match": kept.plain.etag})


def _queries(task: Task, before: Task | None) -> int:
    """How many SQL statements ``task`` takes, that for the calendar's number among them."""
    statements: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    def ask(counter: Counter) -> Mark:
        statements.append("the number")
        return asked(counter)

    if before:
        before()
    asked = Counter._ask
    sa_event.listen(Engine, "before_cursor_execute", note)
    try:
        with mock.patch.object(Counter, "_ask", ask):
            task()
    finally:
        sa_event.remove(Engine, "before_cursor_execute", note)
    return len(statements)


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    print(report.write(measure()))
