"""What the engine does by the clock, as plain values."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Duty:
    """Something to do at the minutes (UTC) that ``cron`` names, on one host only.

    It must bear being done again: what a host had begun when it died is begun anew by another.
    """

    name: str
    cron: str
    do: Callable[[], object]
