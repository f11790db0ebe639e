"""What RFC 9110 asks of a feed: methods, representations, validators; and what the shelf keeps."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from portal.calendar import written
from portal.calendar.counter import Mark, Point
from portal.calendar.serving import Shelf
from portal.calendar.written import Written
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
