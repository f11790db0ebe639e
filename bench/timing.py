"""Milliseconds by the median of rounds in which all tasks take turns."""

import statistics
import time
from collections.abc import Callable, Mapping

Task = Callable[[], object]


def medians(
    tasks: Mapping[str, Task], rounds: int, before: Mapping[str, Task] | None = None
) -> dict[str, float]:
    """The median milliseconds of each task; what is to be done ``before`` it is not counted."""
    taken = all_of(tasks, rounds, before)
    return {name: statistics.median(values) for name, values in taken.items()}


def all_of(
    tasks: Mapping[str, Task], rounds: int, before: Mapping[str, Task] | None = None
) -> dict[str, list[float]]:
    """The milliseconds of each task in each round.

    The tasks take turns, so that a machine busy with something else slows all of them alike. The
    first round warms up and is not counted.
    """
    taken: dict[str, list[float]] = {name: [] for name in tasks}
    for number in range(rounds + 1):
        for name, task in tasks.items():
            if before and name in before:
                before[name]()
            took = _milliseconds(task)
            if number:
                taken[name].append(took)
    return taken


def _milliseconds(task: Task) -> float:
    begun = time.perf_counter()
    task()
    return (time.perf_counter() - begun) * 1000
