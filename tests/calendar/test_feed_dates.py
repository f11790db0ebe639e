"""Last-Modified and If-Modified-Since: a date never lets a stale copy stand."""

import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

import pytest
import sqlalchemy as sa
import time_machine

from portal.app import create_app
from portal.calendar import counter, entries, feeds, serving
from portal.calendar.counter import Mark, Point
from portal.db import db
from portal.invitations import event_changes
from portal.models.events import Event, Visibility
from tests.calendar.reading import shown
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


def test_what_one_process_dated_another_never_takes_for_its_own(ask, other, now):
    create_event("Første")

    def show_to(whom, moment):
        with time_machine.travel(moment, tick=False):
            db.session.execute(sa.update(Event).values(visibility=whom))
            db.session.commit()

    assert shown(ask(timedelta(hours=1))) == ["Første"]
    show_to(Visibility.MEMBERS, now + timedelta(hours=2))
    with time_machine.travel(now + timedelta(hours=3), tick=False):
        date = other.get(PATH).headers["Last-Modified"]
    # It comes back to what the first process has seen; that one knows nothing of the time between.
    show_to(Visibility.PUBLIC, now + timedelta(hours=4))

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


@pytest.mark.parametrize("seed", [1, 2, 22, 26, 28, 41])
def test_nobody_is_ever_told_that_an_old_copy_is_the_present_one(app, client, other, now, seed):
    rng = random.Random(seed)
    ids = [
        create_event(f"Nr. {n}", starts_at=now - timedelta(days=180, hours=n)).id for n in range(2)
    ]
    moment, copies, confirmed = now, [], 0
    for _step in range(120):
        moment += timedelta(seconds=rng.choice((0, 0.3, 1, 2, 5, 90, 4000, 30_000)))
        with time_machine.travel(moment, tick=False):
            if rng.random() < 0.55:
                # There and back, and without a revision that would tell so.
                shown_to = rng.choice((Visibility.PUBLIC, Visibility.MEMBERS))
                where = Event.id == rng.choice(ids)
                db.session.execute(sa.update(Event).where(where).values(visibility=shown_to))
                db.session.commit()
                continue
            asked_of = rng.choice((client, other))
            date, body = rng.choice(copies) if copies else (None, b"")
            answer = asked_of.get(PATH, headers={"If-Modified-Since": date} if date else {})
            app_copy = written_anew(app, client)
            if answer.status_code == 304:
                confirmed += 1
                assert body == app_copy
            else:
                assert answer.data == app_copy
                if "Last-Modified" in answer.headers:
                    copies = [*copies[-5:], (answer.headers["Last-Modified"], answer.data)]
    assert confirmed > 0


def written_anew(app, client):
    """The feed as a process writes it that has just started."""
    shelf, app.extensions["feeds"] = app.extensions["feeds"], serving.Shelf()
    body = client.get(PATH).data
    app.extensions["feeds"] = shelf
    return body
