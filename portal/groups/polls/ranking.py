"""Which of the times of a poll suits best. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from portal.models.polls import Suits


class ChairCan(IntEnum):
    """Whether whoever chairs the group can, the best first."""

    YES = 0
    IF_NEEDED = 1
    UNKNOWN = 2
    NO = 3


_CHAIR = {
    Suits.YES: ChairCan.YES,
    Suits.IF_NEEDED: ChairCan.IF_NEEDED,
    Suits.NO: ChairCan.NO,
    None: ChairCan.UNKNOWN,
}


@dataclass(frozen=True)
class Tally:
    """What a group answered about one time: how many of those asked gave each answer."""

    starts_at: datetime
    yes: int
    if_needed: int
    no: int
    unanswered: int
    chair: ChairCan = ChairCan.UNKNOWN

    def of(self, suits: Suits) -> int:
        """How many gave the answer ``suits``."""
        return {Suits.YES: self.yes, Suits.IF_NEEDED: self.if_needed, Suits.NO: self.no}[suits]

    @property
    def could_come(self) -> int:
        """How many come if the time is chosen, some of them only since it is needed."""
        return self.yes + self.if_needed


def chair_can(answers: Iterable[Suits | None]) -> ChairCan:
    """What counts of the answers of those who chair: with several, the one who can least.

    A group that nobody chairs waits for no such answer.
    """
    return max((_CHAIR[answer] for answer in answers), default=ChairCan.UNKNOWN)


def rank(tally: Tally) -> tuple[int, int, int, datetime]:
    """What to sort by for the best time first.

    Most yes. Among those with as many, fewest no, so that "if needed" weighs more than a no and
    than no answer at all. Then whether the chair can, and at last the earliest.
    """
    return (-tally.yes, tally.no, int(tally.chair), tally.starts_at)
