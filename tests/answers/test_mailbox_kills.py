"""Whatever kills the one who reads the mailbox, no answer is lost and none counts twice."""

import itertools
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from tests.answers.conftest import closed
from tests.answers.fetchers import Fetchers
from tests.answers.imap_server import Folder
from tests.mail import figures
from tests.mail.farming import Outcome

KILLED, BUSY = -9, 3
SHORT, LONG = 3, 20


@pytest.fixture
def fetchers(app, database_url, tmp_path):
    """A process that forks those who read."""
    fetchers = Fetchers(database_url, tmp_path)
    yield fetchers
    fetchers.close()


@pytest.mark.parametrize("kills", [SHORT, pytest.param(LONG, marks=pytest.mark.fault)])
def test_killed_at_any_moment_nothing_is_lost_and_nothing_counts_twice(
    inbox, bounce, fetchers, kills: int
):
    people = (f"p{number}@example.org" for number in itertools.count())
    port, folder = inbox.account.port, inbox.account.folder
    wanted = arrive(inbox, bounce, people)
    begun = time.monotonic()
    assert fetchers.fetch(port, folder) == 0
    life = time.monotonic() - begun

    struck = 0
    while struck < kills:
        wanted += arrive(inbox, bounce, people)
        # From its first step to its last; who has ended before is not killed.
        struck += fetchers.fetch(port, folder, random.uniform(0, life)) == KILLED
    # PostgreSQL notices a little later that the one who held the lock is gone.
    while (ended := fetchers.fetch(port, folder)) == BUSY:
        time.sleep(0.1)
    done = inbox.whole("Done")

    assert ended == 0
    assert (inbox.count(), inbox.count("Odd")) == (0, 0)
    assert Counter(done) == Counter(wanted)
    assert (len(closed()), len(set(closed()))) == (len(wanted), len(wanted))
    if kills == LONG:
        outcome = Outcome(
            lost=len(set(wanted) - set(done)), again=len(closed()) - len(set(closed())),
            worst=0, altered=0,
        )  # fmt: skip
        what = "SIGKILL while a mailbox is read (again: counted twice)"
        figures.note(what, struck, outcome, most=0)


def arrive(inbox: Folder, bounce: Callable[..., bytes], people: Iterator[str]) -> list[bytes]:
    """Let ten more messages arrive; gives them."""
    messages = [bounce(next(people)) for _each in range(10)]
    inbox.put(*messages)
    return messages
