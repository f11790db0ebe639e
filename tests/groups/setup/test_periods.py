"""For how long a group is set up, in words."""

from datetime import date

import pytest
from flask_babel import force_locale

from portal.groups.setup import periods
from portal.models.groups import Group


def group(starts: date | None, ends: date | None) -> Group:
    return Group(name="Gruppe", starts_on=starts, ends_on=ends)


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [
        (None, None, ""),
        (date(2026, 9, 1), None, "Fra 1. september 2026, uten sluttdato"),
        (date(2026, 9, 1), date(2027, 8, 31), "1 år, til 31. august 2027"),
        (date(2026, 9, 1), date(2027, 9, 1), "1 år, til 1. september 2027"),
        (date(2026, 9, 1), date(2028, 8, 31), "2 år, til 31. august 2028"),
        (date(2026, 9, 1), date(2027, 1, 15), "Fra 1. september 2026 til 15. januar 2027"),
        (None, date(2027, 1, 15), "Til 15. januar 2027"),
    ],
)
def test_a_period_reads_as_one_says_it(app, starts, ends, words):
    with force_locale("nb"):
        assert periods.in_words(group(starts, ends)) == words


@pytest.mark.parametrize(
    ("today", "soon", "over"),
    [
        (date(2027, 7, 1), False, False),
        (date(2027, 7, 2), True, False),
        (date(2027, 8, 31), True, False),
        (date(2027, 9, 1), False, True),
    ],
)
def test_the_end_is_spoken_of_two_months_before_and_after(today, soon, over):
    one_year = group(date(2026, 9, 1), date(2027, 8, 31))

    assert (periods.ends_soon(one_year, today), periods.has_ended(one_year, today)) == (soon, over)
