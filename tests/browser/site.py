"""A whole portal to look at in a browser: web server, worker and mail server, on loopback."""

import email
import email.policy
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from werkzeug.serving import make_server

from portal import access, worker
from portal.app import create_app
from portal.db import db
from portal.demo import loading, sink
from portal.mail import outbox
from portal.models.accounts import Person, SignInSession
from portal.people import find_by_email
from portal.tokens import fingerprint, secret
from tests.calendar.rules import Component, parsed
from tests.conftest import settings
from tests.mail.rules import calendar_of

_LONGEST_WAIT = 20.0


@dataclass(frozen=True)
class Arrived:
    """A message as the mail server got it, octet by octet."""

    raw: bytes

    @cached_property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    @property
    def to(self) -> str:
        return str(self.message["To"])

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @cached_property
    def text(self) -> str:
        """What a reader of plain text sees."""
        body = self.message.get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    @property
    def method(self) -> str:
        """The METHOD of the calendar it carries; empty when it carries none."""
        methods = [part.get_param("method") for part in self.message.walk()]
        return str(next(filter(None, methods), ""))

    @property
    def entry(self) -> Component:
        """The event in the calendar it carries."""
        return parsed(calendar_of(self.raw)).inside[-1]

    def link(self, part: str) -> str:
        """The first address in the text that holds ``part``."""
        found = re.search(rf"https?://\S*{re.escape(part)}\S*", self.text)
        assert found, f"no {part} in {self.text}"
        return found[0]


@dataclass
class Site:
    """A running portal. Rows are read and written in ``with site.app.app_context():``."""

    app: Flask
    url: str
    mail_folder: Path

    def mails(self) -> list[Arrived]:
        """What arrived at the mail server, oldest first."""
        return [Arrived(path.read_bytes()) for path in sorted(self.mail_folder.glob("*.eml"))]

    def mail_to(
        self, address: str, wanted: Callable[[Arrived], bool] = lambda mail: True
    ) -> Arrived:
        """The newest mail to ``address`` that is ``wanted``, waited for while it is on its way."""
        deadline = time.monotonic() + _LONGEST_WAIT
        while time.monotonic() < deadline:
            for mail in reversed(self.mails()):
                if address in mail.to and wanted(mail):
                    return mail
            time.sleep(0.1)
        subjects = [mail.subject for mail in self.mails() if address in mail.to]
        raise AssertionError(f"no such mail to {address} among {subjects}")

    def session_of(self, address: str) -> dict[str, str]:
        """A cookie that signs the person with that address in, as Playwright takes it."""
        token, now = secret(), datetime.now(UTC)
        with self.app.app_context():
            person = find_by_email(address)
            assert isinstance(person, Person), f"nobody has {address}"
            db.session.add(
                SignInSession(
                    token_hash=fingerprint(token),
                    person_id=person.id,
                    method="link",
                    created_at=now,
                    seen_at=now,
                )
            )
            db.session.commit()
            return {"name": access.session_cookie(), "value": token, "url": self.url}


@contextmanager
def running(folder: Path, *, demo: bool) -> Iterator[Site]:
    """A portal that writes into ``folder``; with the demo season in it, or empty."""
    database = f"sqlite:///{folder / 'portal.db'}"
    app = create_app({**settings(database, folder), "WTF_CSRF_ENABLED": True, "DEMO": True})
    with app.app_context():
        upgrade()
        if demo:
            loading.load(datetime.now(UTC))
            db.session.commit()
            # Mail of the demo that is due would be news to no test.
            db.session.remove()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    app.config["BASE_URL"] = f"http://127.0.0.1:{server.server_port}"
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    with sink.demo_mail(app):
        serving.start()
        own = _Worker(app)
        own.start()
        _WORKERS.append(own)
        try:
            yield Site(app, app.config["BASE_URL"], sink.folder(folder))
        finally:
            _WORKERS.remove(own)
            own.stop()
            server.shutdown()
            serving.join(30)


class _Worker:
    """The worker of a portal, which may rest and go on."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def start(self) -> None:
        self._told = threading.Event()
        self._thread = threading.Thread(
            target=worker.run, args=(self._app, self._told), daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        self._told.set()
        outbox.woken.set()
        self._thread.join(30)


_WORKERS: list[_Worker] = []


@contextmanager
def workers_at_rest() -> Iterator[None]:
    """Let the workers of all portals that run now do nothing.

    Who turns the clock turns it for the whole process: another portal's worker would close what
    is past its time by then, and tests that look at that portal would miss it.
    """
    resting = list(_WORKERS)
    for each in resting:
        each.stop()
    try:
        yield
    finally:
        for each in resting:
            each.start()
