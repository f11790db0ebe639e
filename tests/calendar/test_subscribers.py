"""Real programs subscribe to the feeds, and show what the portal says, now and after a change."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from portal import clock, dates
from portal.calendar import entries
from portal.db import db
from portal.invitations import actions, event_changes
from portal.models.events import Event, Visibility
from tests.calendar.reading import my_feed
from tests.calendar.subscribing import Subscriber, serving
from tests.factories import create_event

YEAR = clock.now().year + 1
FIRST, LAST = date(YEAR, 1, 1), date(YEAR, 12, 31)


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """That time in Oslo next year, in UTC."""
    return dates.to_utc(date(YEAR, month, day), time(hour, minute))


def listed(title: str, starts: datetime, ends: datetime, **values) -> Event:
    event = create_event(title, starts_at=starts, ends_at=ends, **values)
    entries.render(event)
    db.session.commit()
    return event


def days(title: str, first: date, last: date) -> Event:
    after = last + timedelta(days=1)
    return listed(title, dates.midnight(first), dates.midnight(after), all_day=True)


@pytest.fixture
def subscriber(tmp_path: Path) -> Subscriber:
    return Subscriber(tmp_path)


def shown(starts: str, ends: str, title: str, status: str = "CONFIRMED") -> str:
    return f"{YEAR}-{starts}|{YEAR}-{ends}|{title}|{status}"


def test_a_subscriber_sees_what_is_on_and_what_changes(app, kari, subscriber):
    winter = listed("Møte, vinter; æøå", at(1, 15, 9), at(1, 15, 10, 30))
    summer = listed("Møte i sommer 🎉", at(7, 15, 9), at(7, 15, 10, 30))
    listed("Over midnatt", at(2, 3, 22), at(2, 4, 1))
    days("Én dag", date(YEAR, 3, 5), date(YEAR, 3, 5))
    days("Over tidsskiftet", spring() - timedelta(days=1), spring() + timedelta(days=1))

    with serving(app) as url:
        subscriber.subscribe({"public": f"{url}/calendar/public.ics"})
        subscriber.sync()
        before = subscriber.shows("public", FIRST, LAST)
        move = {"starts_at": at(1, 16, 12), "ends_at": at(1, 16, 13)}
        event_changes.change(winter, move, by=kari, now=clock.now())
        event_changes.cancel(summer, "For få påmeldte", by=kari, now=clock.now())
        db.session.commit()
        subscriber.sync()
        after = subscriber.shows("public", FIRST, LAST)

    saturday, monday = (spring() + timedelta(days=step) for step in (-1, 1))
    rest = [
        shown("02-03 22:00", "02-04 01:00", "Over midnatt"),
        shown("03-05", "03-05", "Én dag"),
        f"{saturday}|{monday}|Over tidsskiftet|CONFIRMED",
    ]
    assert before == [
        shown("01-15 09:00", "01-15 10:30", "Møte, vinter; æøå"),
        *rest,
        shown("07-15 09:00", "07-15 10:30", "Møte i sommer 🎉"),
    ]
    assert after == [
        shown("01-16 12:00", "01-16 13:00", "Møte, vinter; æøå"),
        *rest,
        shown("07-15 09:00", "07-15 10:30", "AVLYST: Møte i sommer 🎉", "CANCELLED"),
    ]


def test_a_personal_feed_follows_what_one_is_invited_to(app, kari, ola, subscriber):
    closed = listed("Lukket møte", at(5, 4, 9), at(5, 4, 10), visibility=Visibility.GROUP)
    actions.invite(closed, ola, by=kari, now=clock.now())
    db.session.commit()

    with serving(app) as url:
        mine = f"{url}{my_feed(ola)}"
        subscriber.subscribe({"mine": mine, "public": f"{url}/calendar/public.ics"})
        subscriber.sync()
        before = [subscriber.shows(name, FIRST, LAST) for name in ("mine", "public")]
        actions.uninvite(closed, ola, by=kari, now=clock.now())
        other = listed("Et annet møte", at(5, 5, 9), at(5, 5, 10), visibility=Visibility.GROUP)
        actions.invite(other, ola, by=kari, now=clock.now())
        db.session.commit()
        subscriber.sync()
        after = subscriber.shows("mine", FIRST, LAST)

    assert before == [[shown("05-04 09:00", "05-04 10:00", "Lukket møte")], []]
    assert after == [shown("05-05 09:00", "05-05 10:00", "Et annet møte")]


def spring() -> date:
    """The Sunday on which the clocks are put forward."""
    return max(
        day for day in (date(YEAR, 3, number) for number in range(25, 32)) if day.isoweekday() == 7
    )
