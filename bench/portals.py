"""Portals of their own to measure: a fresh SQLite file, so many events, nobody signed in."""

import logging
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event
from sqlalchemy.engine import Engine
from werkzeug.test import create_environ, run_wsgi_app

from portal import clock, dates
from portal.app import create_app
from portal.calendar import entries
from portal.db import db
from portal.demo import many_events
from portal.imports import registers
from portal.models.events import (
    Event,
    EventChange,
    EventLink,
    EventOrganiser,
    LinkKind,
    ProgrammeItem,
)
from portal.models.places import Organisation

_SEED = 1


class Portal:
    """A portal that is asked over WSGI, as a server would, without the network between."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.page = ""
        # The name of the cookie that signs somebody in, for what is not asked signed out.
        self.cookie = ""

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the answer to a GET."""
        environ = create_environ(path, "http://localhost", headers=headers)
        body, status, answered = run_wsgi_app(self.app.wsgi_app, environ, buffered=True)
        return int(status.split()[0]), dict(answered), b"".join(body)

    def queries(self, path: str) -> int:
        """How many SQL statements a page takes once it has been asked for before."""
        statements: list[str] = []

        def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
            if not statement.startswith("BEGIN"):
                statements.append(statement)

        self.get(path)
        event.listen(Engine, "before_cursor_execute", note)
        try:
            status, _headers, _body = self.get(path)
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        if status != 200:
            raise RuntimeError(f"{path} answered {status}")
        return len(statements)


@contextmanager
def portal_with(events: int) -> Iterator[Portal]:
    """A portal with the registers and so many events, one of them described in full."""
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        portal = Portal(_app(Path(folder)))
        with portal.app.app_context():
            upgrade()
            registers.fill()
            many_events.fill(random.Random(_SEED), events, clock.now())
            portal.page = f"/events/{_described()}"
            db.session.commit()
            db.session.remove()
        yield portal


@contextmanager
def portal_that_shows(events: int) -> Iterator[Portal]:
    """A portal whose public feed shows so many events: those too far back are moved ahead."""
    with portal_with(events) as portal:
        reach = dates.midnight(dates.today(clock.now()) - timedelta(days=180))
        with portal.app.app_context():
            for row in db.session.scalars(sa.select(Event).where(Event.ends_at < reach)):
                row.starts_at += timedelta(days=730)
                row.ends_at += timedelta(days=730)
                entries.render(row)
            db.session.commit()
            db.session.remove()
        shown = portal.get("/calendar/public.ics")[2].count(b"BEGIN:VEVENT")
        if shown != events:
            raise RuntimeError(f"the feed shows {shown} events")
        yield portal


def _app(folder: Path) -> Flask:
    app = create_app(
        {
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'portal.db'}",
            "INSTANCE_DIR": str(folder),
            "BASE_URL": "http://localhost",
            "TRUSTED_HOSTS": ["localhost"],
            "SECRET_KEY": "bench-" * 8,
            "FEED_KEY": "bench-" * 8,
            "DEMO": False,
        }
    )
    # A line for each of thousands of requests would drown the tables.
    logging.getLogger().setLevel(logging.WARNING)
    return app


def _described() -> str:
    """Give the next event organisers, links and a programme, as real ones have; its slug."""
    found = db.session.scalars(
        sa.select(Event).where(Event.starts_at > clock.now()).order_by(Event.starts_at)
    ).first()
    if found is None:
        raise RuntimeError("no event is to come")
    organisations = db.session.scalars(sa.select(Organisation).order_by(Organisation.id).limit(3))
    found.organisers = [EventOrganiser(organisation=each) for each in organisations]
    found.links = [
        EventLink(kind=LinkKind.DOCUMENT, title=f"Vedlegg {n}", url=f"https://example.org/{n}")
        for n in range(3)
    ]
    found.programme = [
        ProgrammeItem(starts_at=found.starts_at, title=f"Innlegg {n}", speakers="Kari Nordmann")
        for n in range(5)
    ]
    found.changes = [
        EventChange(
            revision=1,
            field="starts_at",
            before=(found.starts_at - timedelta(days=7)).isoformat(),
            after=found.starts_at.isoformat(),
            changed_at=clock.now(),
            told_at=clock.now(),
        )
    ]
    found.description = "Alle er velkomne.\n\n- Kaffe fra kl. 08.30\n- Lunsj kl. 11.30\n" * 5
    return found.slug
