"""The end of ``make fault``: what the long tests have written down, as a table."""

import json
from pathlib import Path
from typing import Any

from bench import paper, report
from bench.report import Row, Table

_FOLDER = Path(__file__).parent.parent / "build" / "fault"
_DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def main() -> None:
    """Print the table, and keep it in docs/benchmarks.md."""
    found = [json.loads(path.read_text()) for path in sorted(_FOLDER.glob("*.json"))]
    if not found:
        raise SystemExit("No long fault test has left a figure: run make fault")
    text = report.write_table(_table(found))
    paper.write_faults(text)
    print(text)


def _table(found: list[dict[str, Any]]) -> Table:
    return Table(
        "Faults",
        "`make fault`: each fault strikes so many times while messages are sent by processes of"
        " their own to a sink in another. A message is lost when it never comes, and comes again"
        " with the same bytes when its worker died between the 250 and the mark. *Worst* is the"
        " most messages that one worker left behind to come again.",
        ("times", "lost", "came again", "worst"),
        tuple(_row(figure) for figure in found),
    )


def _row(figure: dict[str, Any]) -> Row:
    most = figure["times"] * figure.get("most", 1)
    reached = figure["lost"] == 0 and figure["again"] <= most and figure["worst"] <= 1
    aim = "lost 0, again 0" if most == 0 else f"lost 0, again ≤ {most}, worst ≤ 1"
    return Row(
        f"{figure['what']}, {_DATABASES[figure['database']]}",
        tuple(str(figure[name]) for name in ("times", "lost", "again", "worst")),
        aim,
        reached,
    )


if __name__ == "__main__":
    main()
