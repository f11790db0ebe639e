"""How long people wait: for a sign-in link during a bulk of mail, and for a call to many.

``python -m bench.waiting`` prints the table by itself.
"""

import logging
import statistics
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from bench import databases, draining, report
from bench.browsing import Browser, serving
from bench.report import Row, Table
from portal import clock, people
from portal.app import create_app
from portal.db import db
from portal.models.accounts import Person, Role, RoleName
from portal.models.events import Event, EventKind, EventState
from portal.models.groups import Group, GroupKind, GroupPlace, PlaceRole, PlaceState
from portal.models.mail import MailState, OutboxMail
from portal.models.mailings import Mailing
from portal.models.meetings import Meeting
from portal.tokens import public_id

_BULK = 5000
_SINK_MILLISECONDS = 5
_SIGN_INS = 24
_INVITED = 500
_CALLS = 20
_LINK_AIM_SECONDS = 2.0
_CALL_AIM_MILLISECONDS = 100
_WATCHED = "link."


def measure() -> Table:
    """Both waits, at the 95th percentile."""
    waits, left = _waits_for_link()
    calls = _calls()
    link, call = _p95(waits), _p95(calls) * 1000
    return Table(
        "Waiting",
        "The embedded portal (`flask serve` on SQLite, one process), asked over HTTP."
        f" {_SIGN_INS} people ask for a sign-in link, one a second, while {_BULK} messages of bulk"
        f" go to a sink that needs {_SINK_MILLISECONDS} ms for each ({left} of them were left when"
        " the last link had arrived): from sending the form to the 250 of the link. An organiser"
        f" calls {_INVITED} people to a meeting, {_CALLS} times: from sending the form to the"
        " answer.",
        ("median", "95 %"),
        (
            Row(
                "sign-in link during a bulk of mail",
                (f"{statistics.median(waits):.2f} s", f"{link:.2f} s"),
                f"≤ {_LINK_AIM_SECONDS:.0f} s",
                link <= _LINK_AIM_SECONDS,
            ),
            Row(
                f"{_INVITED} invitations queued by one request",
                (f"{statistics.median(calls) * 1000:.0f} ms", f"{call:.0f} ms"),
                f"≤ {_CALL_AIM_MILLISECONDS} ms",
                call <= _CALL_AIM_MILLISECONDS,
            ),
        ),
    )


def _waits_for_link() -> tuple[list[float], int]:
    """Seconds that each waited, and how many messages of the bulk were left at the end."""
    with (
        tempfile.TemporaryDirectory(prefix="bench") as folder,
        databases.sink(_SINK_MILLISECONDS, _WATCHED) as sink,
    ):
        server = {"MAIL_SERVER": "127.0.0.1", "MAIL_PORT": str(sink.port), "TRUSTED_PROXIES": "1"}
        with serving(Path(folder), **server) as address, _beside(Path(folder)).app_context():
            known = [_person(f"{_WATCHED}{n}@example.org") for n in range(_SIGN_INS)]
            db.session.commit()
            draining.queued(_BULK)
            asked = {to: _ask_for_link(address, to, n) for n, to in enumerate(known)}
            arrived = sink.watched(_SIGN_INS)
            left = _count(OutboxMail.state != MailState.SENT)
    return [arrived[to] - asked[to] for to in known], left


def _ask_for_link(address: str, to: str, number: int) -> float:
    """Ask once a second, each from a network of its own; the moment the form was sent."""
    browser = Browser(address, network=f"10.{number}.0.1")
    time.sleep(1)
    took = browser.send("/sign-in", "/sign-in", address=to)
    return time.time() - took


def _calls() -> list[float]:
    """Seconds that each call took."""
    with (
        tempfile.TemporaryDirectory(prefix="bench") as folder,
        databases.sink(0) as sink,
        serving(Path(folder), MAIL_SERVER="127.0.0.1", MAIL_PORT=str(sink.port)) as address,
        _beside(Path(folder)).app_context(),
    ):
        paths, session = _group_with_meetings()
        browser = Browser(address, session=session)
        return [_call(browser, path) for path in paths]


def _call(browser: Browser, path: str) -> float:
    took = browser.send("/my/profile", f"{path}/summons")
    # Each call finds the portal at rest: all of the one before is sent.
    give_up = time.monotonic() + 60
    while _count(Mailing.expanded_at.is_(None)) or _count(OutboxMail.state != MailState.SENT):
        if time.monotonic() > give_up:
            raise RuntimeError("the call was not sent to all")
        time.sleep(0.2)
    return took


def _count(condition: sa.ColumnElement[bool]) -> int:
    """How many rows are so. The transaction ends: an open one would keep the write lock."""
    found = db.session.scalar(sa.select(sa.func.count()).where(condition)) or 0
    db.session.rollback()
    return found


def _group_with_meetings() -> tuple[list[str], str]:
    """A group of many with meetings to call, their addresses, and an organiser's session."""
    now = clock.now()
    group = Group(slug="many", name="Mange", kind=GroupKind.WORKING, created_at=now)
    db.session.add(group)
    kari = _row_of("kari@example.org", now)
    kari.roles.append(Role(name=RoleName.ORGANISER, county_code="", granted_at=now))
    for number in range(_INVITED):
        each = _row_of(f"member{number}@example.org", now)
        group.places.append(
            GroupPlace(person=each, role=PlaceRole.MEMBER, state=PlaceState.CONFIRMED)
        )
    meetings = [Meeting(event=_event(n, now), group=group) for n in range(_CALLS)]
    db.session.add_all(meetings)
    session = people.start_session(kari, method="link", user_agent="", now=now)
    db.session.commit()
    paths = [f"/groups/many/meetings/{each.public_id}" for each in meetings]
    # Reading them again began a transaction, which would keep the write lock.
    db.session.rollback()
    return paths, session


def _event(number: int, now: datetime) -> Event:
    starts = now + timedelta(days=30 + number)
    return Event(
        slug=f"meeting-{number}",
        kind=EventKind.MEETING,
        state=EventState.DRAFT,
        visibility="group",
        title="Møte om fjorden",
        starts_at=starts,
        ends_at=starts + timedelta(hours=1),
        uid=f"{public_id()}@localhost",
        created_at=now,
        changed_at=now,
    )


def _person(address: str) -> str:
    _row_of(address, clock.now())
    return address


def _row_of(address: str, now: datetime) -> Person:
    return people.create_person("Ola Hansen", address, confirmed_at=now, now=now)


def _beside(folder: Path) -> Flask:
    """The same portal in this process: its database, and none of its worker."""
    return create_app({"SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'portal.db'}",
                       "INSTANCE_DIR": str(folder)})  # fmt: skip


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    print(report.write([measure()]))
