"""What RFC 9110 asks of a feed: validators, dates that never lie, and what to do in need."""

import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.exc import OperationalError

from portal.app import create_app
from portal.calendar import counter, entries, feeds, serving, written
from portal.calendar.counter import CounterAway, Mark, Point
from portal.calendar.serving import Shelf
from portal.calendar.written import Written
from portal.db import db
from portal.invitations import actions, event_changes
from portal.models.events import Visibility
from tests.calendar.reading import my_feed, shown
from tests.conftest import settings
from tests.factories import create_event

PATH = "/calendar/public.ics"


@pytest.fixture(autouse=True)
def _in_august(app, now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def ask(client, now):
    """Ask for the public feed so long after the morning, with these headers."""

    def get(after=timedelta(0), path=PATH, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with time_machine.travel(now + after, tick=False):
            return client.get(path, headers=named)

    return get


@pytest.fixture
def other(app, tmp_path):
    """Another process of the same portal, by a client of its own."""
    second = create_app(settings(app.config["SQLALCHEMY_DATABASE_URI"], tmp_path))
    yield second.test_client()
    with second.app_context():
        db.engine.dispose()


def change(event, kari, moment, **values):
    with time_machine.travel(moment, tick=False):
        event_changes.change(event, values, by=kari, now=moment)
        db.session.commit()


@pytest.mark.parametrize(
    ("accepts", "packed"),
    [
        ("", False),
        ("gzip", True),
        ("gzip, deflate, br", True),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", True),
        ("GZIP", True),
        ("*", True),
        ("gzip;q=0", False),
        ("identity", False),
        ("identity;q=1, gzip;q=0.5", False),
        ("identity;q=0.5, gzip;q=1", True),
        ("*;q=0", False),
        ("br", False),
        ("x" * 500 + ", gzip", True),
    ],
)
def test_gzip_is_sent_to_those_who_want_it(ask, accepts, packed):
    create_event()

    response = ask(Accept_Encoding=accepts)

    assert (response.headers.get("Content-Encoding") == "gzip") is packed
    assert int(response.headers["Content-Length"]) == len(response.data)
    assert response.headers["Vary"] == "Accept-Encoding"


def test_the_compressed_copy_is_made_when_it_is_asked_for(app, ask):
    create_event()
    ask()
    assert app.extensions["feeds"].get(PATH).packed is None

    ask(Accept_Encoding="gzip")

    assert app.extensions["feeds"].get(PATH).packed is not None


def test_a_part_is_not_to_be_had(ask):
    create_event()

    response = ask(Range="bytes=0-9")

    assert (response.status_code, response.data) == (200, ask().data)
    assert "Content-Range" not in response.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", [PATH, "/calendar/search.ics?q=x", "/calendar/my/1-1-a.ics"])
def test_a_feed_is_only_read(client, method, path):
    response = client.open(path, method=method)

    assert (response.status_code, response.mimetype) == (405, "text/plain")
    assert "GET" in response.headers["Allow"]
    assert "Set-Cookie" not in response.headers


def test_cookies_are_neither_looked_at_nor_given(client, browse_as, ola, queries):
    create_event()
    client.get(PATH)
    browser = browse_as(ola)
    browser.set_cookie("language", "en")
    browser.set_cookie("portal", "rubbish")

    with queries() as statements:
        response = browser.get(PATH, headers={"Accept-Language": "en"})

    assert len(statements) == 1
    assert response.data == client.get(PATH).data
    assert "Set-Cookie" not in response.headers


def test_304_says_again_what_caches_live_by(ask):
    create_event()
    full = ask()

    known = ask(If_None_Match=full.headers["ETag"])

    assert known.status_code == 304
    for name in ("ETag", "Cache-Control", "Vary", "Content-Security-Policy"):
        assert known.headers[name] == full.headers[name]
    assert "Content-Type" not in known.headers


def test_last_modified_is_the_newest_change(ask, kari, now):
    event = create_event()
    create_event("Webinar")
    moment = now + timedelta(minutes=10, seconds=3, milliseconds=200)
    change(event, kari, moment, title="Nytt navn")

    stamp = ask(timedelta(hours=1)).headers["Last-Modified"]
    assert parsedate_to_datetime(stamp) == now + timedelta(minutes=10, seconds=4)
    # Also what is gone is a change.
    change(event, kari, now + timedelta(hours=2), visibility=Visibility.MEMBERS)

    stamp = ask(timedelta(hours=3)).headers["Last-Modified"]
    assert parsedate_to_datetime(stamp) == now + timedelta(hours=2)


def test_a_change_of_just_now_has_no_date_yet(ask, kari, now):
    event = create_event()
    change(event, kari, now + timedelta(hours=1), title="Nytt navn")

    young = ask(timedelta(hours=1, seconds=1))
    old = ask(timedelta(hours=1, seconds=2))

    assert "Last-Modified" not in young.headers
    date = old.headers["Last-Modified"]
    assert ask(timedelta(hours=1, seconds=1), If_Modified_Since=date).status_code == 200
    assert ask(timedelta(hours=1, seconds=2), If_Modified_Since=date).status_code == 304


def test_two_changes_within_a_second_are_two(ask, kari, now):
    event = create_event()
    change(event, kari, now + timedelta(hours=1), title="Første")
    date = ask(timedelta(hours=1, minutes=1)).headers["Last-Modified"]
    change(event, kari, now + timedelta(hours=1), title="Andre")

    response = ask(timedelta(hours=1, minutes=1), If_Modified_Since=date)

    assert shown(response) == ["Andre"]
    assert response.headers["Last-Modified"] != date


@pytest.mark.parametrize(
    ("since", "status"),
    [
        (timedelta(hours=-1), 200),
        (timedelta(seconds=30), 200),
        (timedelta(minutes=30), 304),
        (timedelta(minutes=50), 304),
        (timedelta(hours=2), 200),
    ],
)
def test_a_date_that_is_not_ours_is_believed_when_nothing_changed_after_it(ask, now, since, status):
    create_event()
    ask()

    response = ask(timedelta(hours=1), If_Modified_Since=format_datetime(now + since, usegmt=True))

    assert response.status_code == status


def test_the_day_counts_as_a_change_when_it_moves_the_window(ask, now):
    create_event("Snart ute", starts_at=now - timedelta(days=180))
    create_event("Webinar")
    first = ask(timedelta(hours=1))
    date = first.headers["Last-Modified"]

    next_day = ask(timedelta(days=1), If_Modified_Since=date)

    assert shown(first) == ["Snart ute", "Webinar"]
    assert shown(next_day) == ["Webinar"]
    midnight = datetime(2026, 8, 20, 22, 0, tzinfo=UTC)
    assert parsedate_to_datetime(next_day.headers["Last-Modified"]) == midnight


def test_a_day_that_moves_nothing_is_no_change(ask):
    create_event("Webinar")
    date = ask(timedelta(hours=1)).headers["Last-Modified"]

    assert ask(timedelta(days=3)).headers["Last-Modified"] == date
    assert ask(timedelta(days=3), If_Modified_Since=date).status_code == 304


def test_what_one_process_dated_another_never_takes_for_its_own(ask, other, kari, now):
    event = create_event("Første")
    assert shown(ask(timedelta(hours=1))) == ["Første"]
    change(event, kari, now + timedelta(hours=2), visibility=Visibility.MEMBERS)
    with time_machine.travel(now + timedelta(hours=3), tick=False):
        date = other.get(PATH).headers["Last-Modified"]
    # It comes back to what the first process has seen; that one knows nothing of the time between.
    db.session.execute(sa.update(type(event)).values(visibility=Visibility.PUBLIC, revision=1))
    with time_machine.travel(now + timedelta(hours=4), tick=False):
        db.session.commit()

    response = ask(timedelta(hours=5), If_Modified_Since=date)

    assert shown(response) == ["Første"]


def test_a_process_that_starts_believes_the_dates_of_the_one_before(ask, other, now):
    create_event("Første")
    date = ask(timedelta(hours=1)).headers["Last-Modified"]

    with time_machine.travel(now + timedelta(hours=2), tick=False):
        assert other.get(PATH, headers={"If-Modified-Since": date}).status_code == 304


def test_both_processes_give_the_same_etag(ask, other, now):
    create_event("Første")

    with time_machine.travel(now + timedelta(hours=2), tick=False):
        for headers in ({}, {"Accept-Encoding": "gzip"}):
            ours = ask(timedelta(hours=2), Accept_Encoding=headers.get("Accept-Encoding", ""))
            assert other.get(PATH, headers=headers).headers["ETag"] == ours.headers["ETag"]


def test_bytes_written_while_somebody_changed_something_have_no_date(ask, kari, now, monkeypatch):
    event = create_event("Første")
    write = feeds.write

    def write_slowly(feed, moment):
        with db.engine.execution_options(read_only=False).begin() as connection:
            table = type(event)
            connection.execute(sa.update(table).values(title="Andre"))
        return write(feed, moment)

    if db.engine.dialect.name == "postgresql":
        monkeypatch.setattr(feeds, "write", write_slowly)
        response = ask(timedelta(hours=1))
        assert "Last-Modified" not in response.headers
        monkeypatch.undo()
    entries.render(event)
    with time_machine.travel(now + timedelta(hours=2), tick=False):
        db.session.commit()
    assert "Last-Modified" in ask(timedelta(hours=3)).headers


def test_around_midnight_no_date_is_given(app):
    day = datetime(2026, 8, 20, 22, 0, tzinfo=UTC)
    moments = {-120: True, -30: False, -1: False, 0: False, 1: True, 60: True}

    with app.test_request_context():
        for seconds, dated in moments.items():
            changed = (day + timedelta(seconds=seconds)).replace(tzinfo=None)
            mark = Mark(7, changed.isoformat(" ", "microseconds"))
            app.extensions["calendar_counter"] = Standing(mark)
            found = serving._date(Point(mark, datetime(2026, 8, 21, tzinfo=UTC).date()), None)
            assert (found is not None) is dated
    app.extensions["calendar_counter"] = counter.Counter(app)


class Standing:
    def __init__(self, mark):
        self.mark = mark

    def read(self):
        return self.mark


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


def _written(size: int) -> Written:
    mark = Mark(1, None)
    now = datetime(2026, 8, 20, tzinfo=UTC)
    copy = written.copy_of(b"x" * size)
    return Written(Point(mark, now.date()), now, (), None, False, copy)


def test_the_shelf_holds_so_many_bytes_and_so_many_feeds():
    shelf = Shelf(most_bytes=100, most_feeds=3)
    for name in "abc":
        shelf.put(name, _written(10))
    shelf.get("a")
    shelf.put("d", _written(10))
    assert [bool(shelf.get(name)) for name in "abcd"] == [True, False, True, True]

    shelf.put("e", _written(85))

    assert [bool(shelf.get(name)) for name in "acde"] == [False, False, True, True]


def test_the_shelf_is_used_by_many_at_once():
    shelf = Shelf(most_bytes=1000, most_feeds=10)

    def use(number):
        for turn in range(200):
            shelf.put(f"{(number + turn) % 30}", _written(turn % 150))
            shelf.get(f"{turn % 30}")
            shelf.forget(f"{turn % 7}")

    threads = [threading.Thread(target=use, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert shelf._bytes == sum(kept.size for kept in shelf._feeds.values()) <= 1000
