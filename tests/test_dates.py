from datetime import UTC, datetime

import pytest

from portal import dates

MORNING = datetime(2023, 8, 31, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", "31. aug. 2023 kl. 09.00"),
        ("nn", "31. aug. 2023 kl. 09.00"),
        ("en", "31 Aug 2023, 09:00"),
    ],
)
def test_a_table_gives_a_moment_in_few_letters(language: str, words: str):
    assert dates.short_moment(MORNING, language) == words
