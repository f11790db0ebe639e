"""Tasks in a process of their own: what one needs of memory is its own, and slows no other."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

Found = TypeVar("Found")

_ROOT = Path(__file__).parent.parent.parent


def run(module: str, *words: str) -> dict[str, Any]:
    """What ``python -m module words`` answers with ``answer``.

    Raises:
        RuntimeError: it failed; what it said is told.
    """
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def answer(figures: Mapping[str, float]) -> None:
    """Print the figures for ``run``."""
    print(json.dumps(figures))


def peak_gb() -> float:
    """The most memory this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


class Laps:
    """Seconds of one step after the other."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def lap(self, name: str, task: Callable[[], Found]) -> Found:
        """Do a step, and keep how long it took."""
        begun = time.perf_counter()
        found = task()
        self.seconds[name] = time.perf_counter() - begun
        return found
