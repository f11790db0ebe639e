"""Several write and tick at the same moment, over HTTP, against the real database."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from threading import Barrier
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from portal import access
from portal.db import db
from portal.models.accounts import Person
from portal.models.meetings import AgendaItem
from portal.models.minutes import Attendance, AttendanceState, MinutesVersion
from tests.conftest import session_token
from tests.factories import create_person, create_place
from tests.groups.writing.room import create_held, writing_of
from tests.jury.asks.serving import processes

WRITERS = 8


@pytest.fixture
def meeting(group):
    return create_held(group, items=1)


def cookie_of(person: Person) -> str:
    """What the browser of somebody signed in sends along."""
    return f"{access.session_cookie()}={session_token(person)}"


def send_at_once(ports, path: str, forms: list[dict[str, str]], cookie: str) -> list[int]:
    """Send each form at the same moment, as one who is signed in; the statuses of the answers."""
    ready = Barrier(len(forms))

    def person(number: int) -> int:
        port = ports[number % len(ports)]
        _status, page, cookies = ask(port, "GET", path, cookie)
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert found
        ready.wait(60)
        body = urlencode({**forms[number], "csrf_token": found[1]})
        return ask(port, "POST", path, f"{cookie}; {cookies}", body)[0]

    with ThreadPoolExecutor(len(forms)) as pool:
        return list(pool.map(person, range(len(forms))))


def ask(port: int, method: str, path: str, cookies: str, body: str | None = None):
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        headers = {"Cookie": cookies, "Connection": "close"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        page = answer.read().decode()
        given = [value.partition(";")[0] for value in answer.headers.get_all("Set-Cookie") or []]
        return answer.status, page, "; ".join(given)
    finally:
        connection.close()


def test_of_those_who_save_from_the_same_revision_exactly_one_does(
    meeting, lead, database_url, tmp_path
):
    key, path, cookie = meeting.agenda[0].id, writing_of(meeting), cookie_of(lead)
    forms = [
        {f"text-{key}": f"Tekst {number}", f"base-{key}": "", f"seen-{key}": "0"}
        for number in range(WRITERS)
    ]
    # Given back: who writes must not wait for it.
    db.session.remove()

    with processes(database_url, tmp_path) as ports:
        answers = send_at_once(ports, path, forms, cookie)

    item = db.session.get_one(AgendaItem, key)
    assert Counter(answers) == {302: 1, 409: WRITERS - 1}
    assert item.minutes == f"Tekst {answers.index(302)}"
    assert item.minutes_revision == 1
    assert len(db.session.scalars(sa.select(MinutesVersion)).all()) == 1


def test_those_who_tick_at_once_do_not_undo_each_other(
    group, meeting, lead, database_url, tmp_path
):
    people = [create_person(f"Medlem {number}") for number in range(WRITERS)]
    for person in people:
        create_place(group, person)
    path, cookie = writing_of(meeting, "/attendance"), cookie_of(lead)
    forms = [{"who": f"p-{person.public_id}", "state": "present"} for person in (*people, *people)]
    db.session.remove()

    with processes(database_url, tmp_path) as ports:
        answers = send_at_once(ports, path, forms, cookie)

    states = db.session.scalars(sa.select(Attendance.state)).all()
    assert Counter(answers) == {302: 2 * WRITERS}
    assert Counter(states) == {AttendanceState.PRESENT: WRITERS}
