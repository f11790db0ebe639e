"""``make bench``: measure, print the tables, and write them to docs/benchmarks.md."""

from pathlib import Path

from bench import calendars, juries, pages, report, starting, weight

_PAPER = Path(__file__).parent.parent / "docs" / "benchmarks.md"


def main() -> None:
    """Measure all there is to measure, one table after the other."""
    tables = [
        pages.measure(),
        weight.measure(),
        starting.measure(),
        calendars.measure(),
        juries.measure(),
    ]
    text = report.write(tables)
    _PAPER.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
