"""The database is held, or the web server dies: change and mail are both there, or neither."""

import random
import socket
import threading
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from portal import access
from portal.db import db
from portal.models.accounts import Person
from portal.models.jury import JurySignup
from portal.models.mail import MailState, OutboxMail
from tests.conftest import session_token
from tests.factories import create_season, create_signup
from tests.mail import figures
from tests.mail.farming import Farm, Outcome, outcome, queue_many, sink, states, wait_until
from tests.mail.server import closed_port

HELD_SECONDS = 8


@pytest.fixture
def now():
    """Processes of their own go by the machine's clock."""
    return datetime.now(UTC)


def test_a_worker_waits_while_somebody_else_holds_the_database(app, farm, tmp_path):
    with sink(tmp_path / "taken", 5) as taken:
        wanted = queue_many(200)
        farm.order("drain", taken.port)
        wait_until(lambda: taken.count() >= 20)
        hold_the_database(HELD_SECONDS)
        ended = farm.answer()

        found = outcome(taken, wanted)

    assert ended == "[0]"
    assert (found.lost, found.again) == (0, 0)
    assert states() == {MailState.SENT: 200}


def test_killed_between_its_commit_and_its_answer_a_web_server_leaves_change_and_mail(
    app, farm, ola
):
    signup = create_signup(create_season(), ola)
    port = closed_port()
    farm.order("serve", port, "dies_at_commit")
    child = farm.answer()
    wait_until(lambda: is_open(port))

    withdraw(port, signup.public_id, session_of(ola))

    assert farm.tell("wait", child) == "-9"
    assert both_or_neither() == (1, 1)


@pytest.mark.parametrize("kills", [10, pytest.param(50, marks=pytest.mark.fault)])
def test_killed_while_it_answers_a_web_server_leaves_change_and_mail_or_neither(
    app, farm, ola, kills: int
):
    session = session_of(ola)
    begun = time.monotonic()
    ask_and_kill(farm, ola, session, after=30)
    life = time.monotonic() - begun

    for _kill in range(kills):
        ask_and_kill(farm, ola, session, after=random.uniform(0, life))
        changes, mails = both_or_neither()
        assert changes == mails

    assert changes >= 1
    if kills == 50:
        figures.note("web server killed while it answers", kills, Outcome(0, 0, 0, 0), most=0)


def ask_and_kill(farm: Farm, ola: Person, session: str, after: float) -> None:
    """Let Ola take back an offer, and kill the web server so many seconds later, or then."""
    port, signup = closed_port(), create_signup(create_season(), ola).public_id
    # To read a row takes the write lock here, which the web server needs.
    db.session.rollback()
    child = farm.tell("serve", port)
    wait_until(lambda: is_open(port))
    asking = threading.Thread(target=withdraw, args=(port, signup, session))
    asking.start()
    asking.join(after)
    assert farm.tell("slay", child, 0) == "-9"
    asking.join(30)


def hold_the_database(seconds: float) -> None:
    """Let nobody else write for so long."""
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("LOCK TABLE outbox_mail IN ACCESS EXCLUSIVE MODE"))
        time.sleep(seconds)


def session_of(person: Person) -> str:
    """The cookie of a session in which ``person`` is signed in."""
    return f"{access.session_cookie()}={session_token(person)}"


def withdraw(port: int, signup: str, cookie: str) -> None:
    """Take back an offer by the page, whatever becomes of the answer."""
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}/signups/{signup}/withdrawal",
        data=b"reason=Tid",
        headers={"Cookie": cookie},
    )
    try:
        urllib.request.urlopen(asked, timeout=30).close()
    except (OSError, urllib.error.URLError):
        return


def both_or_neither() -> tuple[int, int]:
    """How many offers are withdrawn, and how many receipts of that are queued."""
    changed = sa.select(sa.func.count()).where(JurySignup.withdrawn_at.is_not(None))
    mailed = sa.select(sa.func.count()).select_from(OutboxMail)
    found = (db.session.scalar(changed), db.session.scalar(mailed))
    db.session.rollback()
    return found


def is_open(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0
