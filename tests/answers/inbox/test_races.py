"""Two readers at once, of one message and of two: each has its effect once, in one order."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
import sqlalchemy as sa

from portal.answers.inbox import taking
from portal.db import db
from portal.models.inbox import InboxMessage
from portal.models.invitations import GivenAnswer
from tests.answers.inbox import shapes
from tests.answers.inbox.conftest import state_of


@pytest.fixture
def take_at_once(app, now) -> Callable[..., list[str]]:
    """Take messages in, each in a process of its own as it were, all at the same time."""

    def take_all(*raws: bytes) -> list[str]:
        db.session.commit()
        together = Barrier(len(raws))

        def one(raw: bytes) -> str:
            with app.app_context():
                together.wait()
                done = taking.take(raw, now)
                db.session.commit()
                db.session.remove()
                return str(done.reason)

        with ThreadPoolExecutor(len(raws)) as pool:
            found = list(pool.map(one, raws))
        db.session.expire_all()
        return sorted(found)

    return take_all


def test_one_message_read_by_four_at_once_is_taken_once(take_at_once, told, invitation):
    raw = shapes.google(told)

    assert take_at_once(raw, raw, raw, raw) == ["answered"] + ["known_already"] * 3
    assert db.session.scalar(sa.select(sa.func.count(InboxMessage.id))) == 1
    assert db.session.scalar(sa.select(sa.func.count(GivenAnswer.id))) == 1


def test_of_two_answers_at_once_the_later_one_counts(take_at_once, told, invitation):
    first = shapes.google(replace(told, dtstamp="20260820T085000Z", message_id="1@x"))
    later = shapes.google(replace(told, partstat="DECLINED", message_id="2@x"))

    done = take_at_once(first, later)

    assert done in (["answered", "answered"], ["answered", "older_answer"])
    assert state_of(invitation)[0] == "declined"
    assert db.session.scalar(sa.select(sa.func.count(GivenAnswer.id))) == 2


def test_several_answers_to_one_invitation_do_not_wait_for_each_other(
    take_at_once, told, invitation
):
    raws = [
        shapes.google(replace(told, dtstamp=f"20260820T08500{number}Z", message_id=f"{number}@x"))
        for number in range(6)
    ]

    done = take_at_once(*raws)

    assert set(done) <= {"answered", "older_answer"}
    assert db.session.scalar(sa.select(sa.func.count(GivenAnswer.id))) == 6
