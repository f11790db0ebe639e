"""``python -m bench.matching``: measure the matching alone, and print its tables."""

from bench import report
from bench.matching import tables


def main() -> None:
    """Print each table as soon as it is measured."""
    for table in tables.measure():
        print(report.write_table(table), flush=True)


if __name__ == "__main__":
    main()
