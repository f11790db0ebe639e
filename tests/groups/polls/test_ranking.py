"""Which time is the best: a rule that can be told in one sentence."""

from datetime import UTC, datetime

import pytest

from portal.groups.polls.ranking import ChairCan, Tally, chair_can, rank
from portal.models.polls import Suits

NINE, TEN = datetime(2026, 9, 15, 7, tzinfo=UTC), datetime(2026, 9, 15, 8, tzinfo=UTC)


def tally(yes: int, if_needed: int, no: int, chair=ChairCan.YES, at=NINE, asked: int = 10):
    return Tally(at, yes, if_needed, no, asked - yes - if_needed - no, chair)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (tally(5, 0, 5), tally(4, 6, 0)),
        (tally(4, 3, 3), tally(4, 2, 4)),
        (tally(4, 0, 3), tally(4, 2, 4)),
        (tally(4, 3, 3), tally(4, 3, 3, ChairCan.IF_NEEDED)),
        (tally(4, 3, 3, ChairCan.IF_NEEDED), tally(4, 3, 3, ChairCan.UNKNOWN)),
        (tally(4, 3, 3, ChairCan.UNKNOWN), tally(4, 3, 3, ChairCan.NO)),
        (tally(4, 3, 3, at=NINE), tally(4, 3, 3, at=TEN)),
        (tally(5, 0, 5, ChairCan.NO, TEN), tally(4, 6, 0, ChairCan.YES, NINE)),
    ],
)
def test_most_yes_then_fewest_no_then_the_chair_then_the_clock(better: Tally, worse: Tally):
    assert sorted([worse, better], key=rank) == [better, worse]


@pytest.mark.parametrize(
    ("answers", "counts"),
    [
        ([], ChairCan.UNKNOWN),
        ([None], ChairCan.UNKNOWN),
        ([Suits.YES], ChairCan.YES),
        ([Suits.YES, Suits.NO], ChairCan.NO),
        ([Suits.IF_NEEDED, Suits.YES], ChairCan.IF_NEEDED),
        ([None, Suits.YES], ChairCan.UNKNOWN),
    ],
)
def test_of_several_who_chair_the_one_counts_who_can_least(answers, counts: ChairCan):
    assert chair_can(answers) == counts
