"""The programme and the page of an event, with few events in the database and with many."""

from contextlib import ExitStack
from functools import partial

from bench import baseline
from bench.portals import Portal, portal_with
from bench.report import Row, Table
from bench.timing import Task, medians

_SIZES = (100, 10_000)
_ROUNDS = 25
_AIM_PROGRAMME, _AIM_EVENT, _AIM_QUERIES = 0.15, 0.05, 8
# How much slower a page may get with a hundred times the events and still be called flat.
_FLAT = 1.5


def measure() -> Table:
    """Milliseconds, ratio and queries for each page at each size."""
    with ExitStack() as stack:
        portals = {size: stack.enter_context(portal_with(size)) for size in _SIZES}
        tasks: dict[str, Task] = {"baseline": baseline.build}
        for size, portal in portals.items():
            tasks |= {f"{name} {size}": partial(portal.get, path) for name, path in _paths(portal)}
        took = medians(tasks, _ROUNDS)
        rows = [
            _page(name, path, size, portal, took)
            for size, portal in portals.items()
            for name, path in _paths(portal)
        ]
    return Table(
        "Pages",
        f"Baseline (1.00): {baseline.NAME}, {took['baseline']:.0f} ms in this run. A page of the"
        " programme holds 20 events. Only a search by text grows with the events: it reads the text"
        " of all that are to come. Indico, same baseline: category page 0.8, event page 0.5 with 20"
        " queries.",
        ("ms", "ratio", "SQL queries"),
        (*rows, *_growth(took)),
    )


def _paths(portal: Portal) -> tuple[tuple[str, str], ...]:
    return (
        ("programme", "/events"),
        ("programme, searched", "/events?q=ombruk&county=31"),
        ("event page", portal.page),
    )


def _page(name: str, path: str, size: int, portal: Portal, took: dict[str, float]) -> Row:
    ms = took[f"{name} {size}"]
    ratio = ms / took["baseline"]
    queries = portal.queries(path)
    is_event = name == "event page"
    aim = _AIM_EVENT if is_event else _AIM_PROGRAMME
    fits = ratio <= aim and (queries <= _AIM_QUERIES or not is_event)
    return Row(
        f"{name}; {_spaced(size)} events",
        (f"{ms:.1f}", f"{ratio:.3f}", str(queries)),
        f"≤ {aim}" + (f", ≤ {_AIM_QUERIES} queries" if is_event else ""),
        fits,
    )


def _growth(took: dict[str, float]) -> list[Row]:
    few, many = _SIZES
    rows = []
    for name in ("programme", "event page"):
        times = took[f"{name} {many}"] / took[f"{name} {few}"]
        title = f"{name}: {_spaced(many)} events against {few}"
        rows.append(Row(title, ("", f"{times:.2f}", ""), f"flat: ≤ {_FLAT}", times <= _FLAT))
    return rows


def _spaced(number: int) -> str:
    return f"{number:,}".replace(",", " ")
