"""The tables as Markdown: figures beside their aims, and whether each is reached."""

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass

from portal import clock

_HEAD = """\
# Benchmarks

`make bench` measures and writes this page. Each ratio is against a baseline named with it, taken in
the same run: the tasks take turns, and the median of the rounds counts. Milliseconds move with the
machine and what else it does; ratios move far less. Nothing but the portal and the baseline is
measured: pages are asked over WSGI in one process, signed out, without a network between.

"""


@dataclass(frozen=True)
class Row:
    """What was measured, the figures of the columns, and how it stands to the aim, if any."""

    name: str
    figures: tuple[str, ...]
    aim: str = ""
    reached: bool | None = None


@dataclass(frozen=True)
class Table:
    """A heading, what the figures mean, the names of the columns, the rows."""

    title: str
    about: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def write(tables: Iterable[Table]) -> str:
    """The whole page."""
    return _HEAD + _machine() + "".join(map(write_table, tables))


def _machine() -> str:
    return (
        f"Run of {clock.now():%d.%m.%Y}: {platform.system()}, {os.cpu_count()} cores"
        f" ({platform.machine()}), Python {platform.python_version()}, SQLite in a file.\n"
    )


def write_table(table: Table) -> str:
    """One table under its heading."""
    names = ("", *table.columns, "aim", "reached")
    lines = [
        f"\n## {table.title}\n",
        f"{table.about}\n",
        f"| {' | '.join(names)} |",
        "|---" * len(names) + "|",
        *map(_row, table.rows),
    ]
    return "\n".join(lines) + "\n"


def _row(row: Row) -> str:
    reached = "" if row.reached is None else "yes" if row.reached else "**no**"
    return f"| {' | '.join((row.name, *row.figures, row.aim, reached))} |"
