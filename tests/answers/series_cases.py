"""What calendars answer to meetings that recur, for tests of the inbox and of the desk."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from portal.answers.desk.standing import Choice
from portal.answers.inbox import taking
from portal.answers.inbox.taking import Received
from portal.calendar import serving
from portal.db import db
from portal.groups.series.rule import usual_start
from portal.invitations import addresses, event_changes
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.inbox import InboxMessage
from portal.models.invitations import Invitation
from portal.models.mail import OutboxMail
from portal.models.series import Series
from tests.answers.inbox.shapes import Told, stamp
from tests.answers.inbox_cases import decide
from tests.calendar.reading import my_feed, vevents
from tests.calendar.rules import broken_rules
from tests.groups.recurring import invitation, keep_step, last_mail, later, raw_of, since
from tests.mail.rules import broken_rules as broken_mail_rules

OSLO = ZoneInfo("Europe/Oslo")
WINDOWS = "W. Europe Standard Time"
GUEST = {"attendee": "jonas.moen@example.org", "name": "Jonas Moen"}


def told_by(person: Person, series: Series, number: int = 1, **values: Any) -> Told:
    """A yes of ``person`` to the whole series as it stands, in a message of its own."""
    usual = {
        "to": addresses.calendar_address(person),
        "uid": series.uid,
        "attendee": person.email,
        "name": person.name,
        "sequence": series.sequence,
        "starts": on_the_wall(series.starts_at),
        "ends": on_the_wall(series.ends_at),
        "message_id": f"{number}@mail.example.org",
    }
    return Told(**{**usual, **values})


def told_of(person: Person, event: Event, number: int = 1, **values: Any) -> Told:
    """A yes of ``person`` to one meeting of a series."""
    usual = {
        "sequence": event.sequence,
        "starts": on_the_wall(event.starts_at),
        "ends": on_the_wall(event.ends_at),
        "lines": one(event),
    }
    assert event.series is not None
    return told_by(person, event.series, number, **{**usual, **values})


def one(event: Event, zone: str = "Europe/Oslo") -> str:
    """The RECURRENCE-ID of a meeting, in a ``zone`` or, without, in UTC."""
    return _time("RECURRENCE-ID", usual_start(event), zone)


def known_by_outlook(event: Event) -> str:
    """The times that Outlook knew when it proposed others."""
    return _time("X-MS-OLK-ORIGINALSTART", event.starts_at, WINDOWS) + _time(
        "X-MS-OLK-ORIGINALEND", event.ends_at, WINDOWS
    )


def another_time(person: Person, event: Event, number: int = 1, **values: Any) -> Told:
    """As Outlook: ``person`` would have one meeting three hours later."""
    shift = timedelta(hours=3)
    usual = {
        "method": "COUNTER",
        "partstat": "TENTATIVE",
        "starts": on_the_wall(event.starts_at + shift),
        "ends": on_the_wall(event.ends_at + shift),
        "lines": known_by_outlook(event),
    }
    return told_of(person, event, number, **{**usual, **values})


def on_the_wall(moment: datetime) -> str:
    """A moment as calendars in Oslo write it."""
    return f"{moment.astimezone(OSLO):%Y%m%dT%H%M%S}"


def take_in(raw: bytes, at: datetime) -> Received:
    """Take a message in as the command does, and commit."""
    done = taking.take(raw, at)
    db.session.commit()
    db.session.expire_all()
    return done


def newest() -> InboxMessage:
    """The message that came in last."""
    return db.session.scalars(sa.select(InboxMessage).order_by(InboxMessage.id.desc())).first()


def move(event: Event, by: Person, now: datetime, hours: int = 2) -> None:
    """Give one meeting another time, and tell those invited."""
    event_changes.change(event, later(event, hours), by=by, now=now)
    event_changes.tell(event, by=by, now=now)
    db.session.commit()
    since(0, now)


def answers(series: Series, person: Person) -> list[str]:
    """What ``person`` answered to each meeting, the first first."""
    return [
        str(invitation(keep_step(series, number), person).answer)
        for number in range(len(series.occurrences))
    ]


def said_to(person: Person, event: Event, at: datetime, partstat: str, number: int) -> Told:
    """An answer to one meeting, written at a moment."""
    return told_of(person, event, number, partstat=partstat, dtstamp=stamp(at))


def feed_of(client: Any, person: Person) -> list[tuple[str, str, str]]:
    """The personal feed: RECURRENCE-ID, start and EXDATEs of each entry."""
    client.application.extensions["feeds"] = serving.Shelf()
    response = client.get(my_feed(person))
    assert broken_rules(response.data, feed=True) == []
    return [
        (
            entry.value("RECURRENCE-ID"),
            entry.value("DTSTART"),
            ",".join(line.value for line in entry.all("EXDATE")),
        )
        for entry in vevents(response.data)
    ]


def sent_for(message: InboxMessage, choice: Choice, by: Person, now: datetime) -> list[OutboxMail]:
    """What is sent when ``message`` is decided so, each sound as mail and as calendar."""
    known = last_mail()
    decide(message, choice, by, now)
    db.session.commit()
    mails = since(known, now)
    assert [broken_mail_rules(raw_of(mail)) for mail in mails] == [[] for _mail in mails]
    return mails


def jonas() -> Person:
    """Whoever the invitation was passed on to, once they are in the register."""
    return db.session.scalars(sa.select(Person).where(Person.name == GUEST["name"])).one()


def invited_to(series: Series, person: Person) -> list[int]:
    """Which meetings somebody is invited to, by number."""
    found = db.session.scalars(
        sa.select(Invitation.event_id).where(
            Invitation.person_id == person.id, Invitation.removed_at.is_(None)
        )
    ).all()
    return [each for each in range(len(series.occurrences)) if keep_step(series, each).id in found]


def _time(name: str, moment: datetime, zone: str) -> str:
    if not zone:
        return f"{name}:{stamp(moment)}\r\n"
    return f"{name};TZID={zone}:{on_the_wall(moment)}\r\n"
