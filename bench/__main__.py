"""``make bench``: measure, print the tables, and write them to docs/benchmarks.md."""

from bench import calendars, draining, pages, paper, report, starting, waiting, weight
from bench.groups import calling
from bench.matching import tables as matching


def main() -> None:
    """Measure all there is to measure, one table after the other."""
    tables = [
        pages.measure(),
        weight.measure(),
        starting.measure(),
        *calendars.measure(),
        *matching.measure(),
        calling.measure(),
        draining.measure(),
        waiting.measure(),
    ]
    text = report.write(tables)
    paper.write_measured(text)
    print(text)


if __name__ == "__main__":
    main()
