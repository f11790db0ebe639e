"""In need: the database away, a text that is none, a row that cannot be read, a fault of ours."""

import pytest
import time_machine
from sqlalchemy.exc import OperationalError

from portal.calendar import counter, entries, feeds
from portal.calendar.counter import CounterAway
from portal.db import db
from portal.invitations import actions
from tests.calendar.reading import my_feed, shown
from tests.factories import create_event

PATH = "/calendar/public.ics"


@pytest.fixture(autouse=True)
def _in_august(app, now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def away(app, monkeypatch):
    """Take the database away from feeds, in one of the ways it goes."""

    def take(way):
        def gone(*_args):
            if way == "number":
                raise CounterAway("OperationalError")
            raise OperationalError("SELECT", {}, Exception("away"))

        if way == "number":
            monkeypatch.setattr(counter.Counter, "read", gone)
        else:
            monkeypatch.setattr(feeds, way, gone)

    return take


@pytest.mark.parametrize("way", ["number", "state", "write"])
def test_a_feed_is_never_empty_because_the_database_is_away(client, away, way):
    away(way)

    response = client.get(PATH)

    assert (response.status_code, response.mimetype) == (503, "text/plain")
    assert response.headers["Retry-After"] == "30"
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("way", ["number", "state", "write"])
def test_the_last_good_bytes_are_sent_while_the_database_is_away(client, away, way):
    event = create_event("Webinar")
    good = client.get(PATH)
    event.title = "Nytt"
    event.revision += 1
    db.session.commit()
    away(way)

    response = client.get(PATH)
    known = client.get(PATH, headers={"If-None-Match": good.headers["ETag"]})

    assert (response.status_code, response.data) == (200, good.data)
    assert known.status_code == 304


def test_a_secret_feed_is_not_sent_while_nobody_can_say_whose_it_is(client, away, kari, ola, now):
    actions.invite(create_event(), ola, by=kari, now=now)
    path = my_feed(ola)
    client.get(path)
    away("number")

    response = client.get(path)

    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")


def test_a_fault_of_ours_makes_no_page(client, monkeypatch):
    monkeypatch.setattr(feeds, "state", lambda *_args: 1 / 0)

    response = client.get(PATH)

    assert (response.status_code, response.mimetype) == (500, "text/plain")
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    "garbage",
    [
        "rubbish",
        "BEGIN:VEVENT\r\nSUMMARY:Halv",
        "BEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        "BEGIN:VEVENT\nSUMMARY:Bar\nEND:VEVENT\n",
    ],
)
def test_a_stored_text_that_is_garbage_is_made_anew(client, garbage):
    create_event("Webinar", ical_public=garbage)
    entries.render(create_event("Møte"))
    db.session.commit()

    assert shown(client.get("/calendar/public.ics")) == ["Webinar", "Møte"]


def test_a_row_that_cannot_be_read_costs_no_other(client, monkeypatch):
    bad, good = create_event("Umulig"), create_event("Mulig")
    entries.render(create_event("Webinar"))
    bad_id, good_id = bad.id, good.id
    db.session.commit()
    read = feeds._read

    def read_all_but_one(ids):
        if bad_id in ids:
            raise LookupError("no such kind")
        return read(ids)

    monkeypatch.setattr(feeds, "_read", read_all_but_one)

    assert good_id != bad_id
    assert shown(client.get("/calendar/public.ics")) == ["Mulig", "Webinar"]
