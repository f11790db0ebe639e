"""``make bench``: measure, print the tables, and write them to docs/benchmarks.md."""

from bench import calendars, draining, juries, pages, paper, report, starting, waiting, weight


def main() -> None:
    """Measure all there is to measure, one table after the other."""
    tables = [
        pages.measure(),
        weight.measure(),
        starting.measure(),
        *calendars.measure(),
        juries.measure(),
        draining.measure(),
        waiting.measure(),
    ]
    text = report.write(tables)
    paper.write_measured(text)
    print(text)


if __name__ == "__main__":
    main()
