"""What the door in front of Flask answers is what Flask answers, to the byte."""

import json
import logging
from datetime import timedelta
from itertools import product

import pytest
import time_machine
from werkzeug.test import create_environ, run_wsgi_app

from portal import logs
from portal.app import create_app
from portal.calendar import serving
from portal.calendar.counter import Counter
from portal.calendar.door import Door
from portal.db import db
from tests.calendar.reading import my_feed
from tests.conftest import settings
from tests.factories import create_camp, create_event, create_season


@pytest.fixture(autouse=True)
def _an_hour_later(app, now):
    app.extensions["feeds"] = serving.Shelf()
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def later(now):
    """Long enough after the changes for their dates to be believed."""
    with time_machine.travel(now + timedelta(hours=1), tick=False):
        yield


class Both:
    """The same portal by the door and behind it."""

    def __init__(self, app):
        self.passed_on = 0
        self._flask = app.wsgi_app
        while not isinstance(self._flask, Door):
            self._flask = getattr(self._flask, "application", None) or self._flask.app
        self._flask = self._flask._inner
        self._door = Door(app, self._count)

    def _count(self, environ, start_response):
        self.passed_on += 1
        return self._flask(environ, start_response)

    def ask(self, *args, **kwargs):
        """What each of them answers, and whether the door did so itself."""
        before = self.passed_on
        answers = [_answer(wsgi, *args, **kwargs) for wsgi in (self._door, self._flask)]
        return *answers, self.passed_on == before


def _answer(wsgi, path, host="localhost", method="GET", **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    environ = create_environ(path, f"http://{host}", method=method, headers=headers)
    body, status, answered = run_wsgi_app(wsgi, environ, buffered=True)
    return status, sorted(answered.items()), b"".join(body)


@pytest.fixture
def both(app):
    season = create_season("Oppdrag Oslofjorden", slug="oppdrag")
    create_camp(season)
    create_event("Webinar om fjorden", county_code="03")
    return Both(app)


FEEDS = (
    "/calendar/public.ics",
    "/calendar/kind/webinar.ics",
    "/calendar/county/03.ics",
    "/calendar/season/oppdrag.ics",
    "/calendar/search.ics?q=fjord&kind=webinar&county=03",
)
ENCODINGS = ("", "gzip", "gzip, br", "gzip;q=0", "identity", "identity, gzip;q=0.5", "*", "*;q=0")
KNOWN = ("nothing", "etag", "weak", "other", "star", "several", "date", "old date", "rubbish")


@pytest.mark.parametrize("path", FEEDS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_door_and_flask_answer_alike(both, later, path, method):
    _answer(both._flask, path, Accept_Encoding="gzip")
    for encoding, known in product(ENCODINGS, KNOWN):
        encoded = {"Accept_Encoding": encoding} if encoding else {}
        _status, headers, _body = _answer(both._flask, path, **encoded)
        found = dict(headers)
        conditions = {
            "nothing": {},
            "etag": {"If_None_Match": found["ETag"]},
            "weak": {"If_None_Match": f"W/{found['ETag']}"},
            "other": {"If_None_Match": '"other"', "If_Modified_Since": found["Last-Modified"]},
            "star": {"If_None_Match": "*"},
            "several": {"If_None_Match": f'"one", {found["ETag"]}'},
            "date": {"If_Modified_Since": found["Last-Modified"]},
            "old date": {"If_Modified_Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
            "rubbish": {"If_Modified_Since": "yesterday"},
        }[known]

        by_door, by_flask, itself = both.ask(path, method=method, **encoded, **conditions)

        assert by_door == by_flask
        assert itself
        wanted = "304" if known in ("etag", "weak", "star", "several", "date") else "200"
        assert by_door[0][:3] == wanted


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/calendar/public.ics", {"Range": "bytes=0-10"}),
        ("/calendar/public.ics", {"Cookie": "session=abc; portal=def; language=en"}),
        ("/calendar/public.ics", {"Accept_Language": "nn", "HX_Request": "true"}),
    ],
)
def test_what_has_no_part_in_a_feed_is_passed_over_by_both(both, later, path, headers):
    plain = _answer(both._flask, path)

    by_door, by_flask, itself = both.ask(path, **headers)

    assert by_door == by_flask == plain
    assert itself


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("/calendar/public.ics", {"host": "evil.example.org"}),
        ("/calendar/public.ics", {"host": "localhost.example.org:80"}),
        ("/calendar/public.ics", {"method": "POST"}),
        ("/calendar/public.ics", {"method": "OPTIONS"}),
        ("/calendar/public.ics?fresh=1", {}),
        ("/calendar/search.ics?county=03&q=FJORD&kind=webinar", {}),
        ("/calendar/kind/party.ics", {}),
        ("/calendar", {}),
    ],
)
def test_all_else_goes_on_to_flask(both, later, path, values):
    for known in FEEDS:
        _answer(both._flask, known)

    by_door, by_flask, itself = both.ask(path, **values)

    if path != "/calendar":
        assert by_door == by_flask
    assert not itself


def test_a_portal_in_production_says_so_at_both_doors(app, both, later, monkeypatch):
    monkeypatch.setitem(app.config, "PRODUCTION", True)
    _answer(both._flask, "/calendar/public.ics")

    by_door, by_flask, itself = both.ask("/calendar/public.ics")

    assert by_door == by_flask
    assert itself
    assert "Strict-Transport-Security" in dict(by_door[1])


def test_a_change_and_a_new_day_go_on_to_flask(both, now, later):
    _answer(both._flask, "/calendar/public.ics")
    assert both.ask("/calendar/public.ics")[2]

    create_event("Ny")
    assert not both.ask("/calendar/public.ics")[2]
    assert both.ask("/calendar/public.ics")[2]
    with time_machine.travel(now + timedelta(days=1), tick=False):
        assert not both.ask("/calendar/public.ics")[2]


def test_a_change_behind_our_back_is_found_within_a_quarter_of_an_hour(both, now, later):
    _answer(both._flask, "/calendar/public.ics")

    with time_machine.travel(now + timedelta(hours=1, minutes=14), tick=False):
        assert both.ask("/calendar/public.ics")[2]
    with time_machine.travel(now + timedelta(hours=1, minutes=16), tick=False):
        assert not both.ask("/calendar/public.ics")[2]


def test_the_door_asks_the_database_once(both, later, queries):
    _answer(both._flask, "/calendar/public.ics")

    with queries() as statements:
        _answer(both._door, "/calendar/public.ics")

    assert len(statements) == 1
    assert both.passed_on == 0


def test_both_write_the_same_line_in_the_log(both, later, caplog):
    _answer(both._flask, "/calendar/public.ics")
    caplog.clear()
    lines = []
    with caplog.at_level(logging.INFO):
        both.ask("/calendar/public.ics")
    for record in caplog.records:
        line = json.loads(logs.JsonLines().format(record))
        assert len(line.pop("request")) == 12
        assert line.pop("ms") >= 0
        lines.append(line)

    assert len(lines) == 2
    assert lines[0] == lines[1]
    assert lines[0]["rule"] == "/calendar/public.ics"


def test_a_secret_feed_is_never_answered_at_the_door(both, later, ola):
    _answer(both._flask, my_feed(ola))

    by_door, by_flask, itself = both.ask(my_feed(ola))

    assert by_door == by_flask
    assert not itself


def test_behind_a_proxy_the_host_it_names_is_looked_at(app, tmp_path, later):
    create_event()
    behind = create_app(
        settings(app.config["SQLALCHEMY_DATABASE_URI"], tmp_path) | {"TRUSTED_PROXIES": 1}
    )
    path = "/calendar/public.ics"
    first = _answer(behind.wsgi_app, path, X_Forwarded_Host="localhost")

    again = _answer(behind.wsgi_app, path, X_Forwarded_Host="localhost")
    foreign = _answer(behind.wsgi_app, path, X_Forwarded_Host="evil.example.org")

    assert again == first
    assert foreign[0].startswith("400")
    with behind.app_context():
        db.engine.dispose()


def test_a_server_that_sends_files_gets_one(both, later):
    _answer(both._flask, "/calendar/public.ics")
    environ = create_environ("/calendar/public.ics", "http://localhost")
    environ["wsgi.file_wrapper"] = lambda file, size: (file, size)

    file, size = both._door(environ, lambda *_args: None)

    assert file.read() == _answer(both._flask, "/calendar/public.ics")[2]
    assert file.tell() == size


def test_a_counter_that_was_cut_off_finds_its_way_back(app, later):
    create_event()
    counter = Counter(app)
    mark = counter.read()

    counter._own.held.connection.close()

    assert counter.read() == mark
