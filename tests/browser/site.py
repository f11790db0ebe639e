"""A whole portal to look at in a browser: web server, worker and mail server, on loopback."""

import email
import email.policy
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
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
from tests.conftest import settings

_LONGEST_WAIT = 20.0


@dataclass
class Site:
    """A running portal. Rows are read and written in ``with site.app.app_context():``."""

    app: Flask
    url: str
    mail_folder: Path

    def mails(self) -> list[EmailMessage]:
        """What arrived at the mail server, oldest first."""
        return [
            email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            for path in sorted(self.mail_folder.glob("*.eml"))
        ]

    def mail_to(
        self, address: str, wanted: Callable[[EmailMessage], bool] = lambda mail: True
    ) -> EmailMessage:
        """The newest mail to ``address`` that is ``wanted``, waited for while it is on its way."""
        deadline = time.monotonic() + _LONGEST_WAIT
        while time.monotonic() < deadline:
            for mail in reversed(self.mails()):
                if address in str(mail["To"]) and wanted(mail):
                    return mail
            time.sleep(0.1)
        subjects = [f"{mail['To']}: {mail['Subject']}" for mail in self.mails()]
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


def text_of(mail: EmailMessage) -> str:
    """The plain text of a mail."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


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
    stop = threading.Event()
    with sink.demo_mail(app):
        threads = [
            threading.Thread(target=server.serve_forever, daemon=True),
            threading.Thread(target=worker.run, args=(app, stop), daemon=True),
        ]
        for thread in threads:
            thread.start()
        try:
            yield Site(app, app.config["BASE_URL"], sink.folder(folder))
        finally:
            stop.set()
            outbox.woken.set()
            server.shutdown()
            for thread in threads:
                thread.join(30)
