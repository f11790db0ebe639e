"""Flask-Mail's connection with what it lacks: a timeout, ready bytes, an envelope per message.

Flask-Mail 0.10 waits for ever on a silent server, and builds the message anew at every attempt
(RELIABILITY 2.6). Everything else of it is used as it is: settings, TLS, login, sending.
"""

import contextlib
import smtplib
import ssl

import flask_mail
from flask import Flask, current_app

from portal import links

TIMEOUT_SECONDS = 30.0


class NoMailServer(Exception):
    """MAIL_SERVER is not set, so there is nowhere to send."""


class ReadyMessage(flask_mail.Message):
    """A message whose bytes were made when it was queued: Flask-Mail only carries them."""

    def __init__(self, raw: bytes, *, recipient: str, envelope_from: str) -> None:
        super().__init__(recipients=[recipient], sender=envelope_from)
        self._raw = raw

    def as_bytes(self) -> bytes:
        return self._raw


class Connection(flask_mail.Connection):
    """One conversation with the mail server, for many messages one after the other."""

    def configure_host(self) -> smtplib.SMTP:
        """Connect, and sign in where that is asked for; no step waits longer than the timeout.

        Raises:
            NoMailServer: none is set.
            OSError, smtplib.SMTPException: it cannot be reached, or does not want us.
        """
        mail = self.mail
        if not mail.server:
            raise NoMailServer
        # Our own name, since smtplib would ask the name server for one at every connection.
        host = smtplib.SMTP(
            mail.server, mail.port, local_hostname=links.host(), timeout=TIMEOUT_SECONDS
        )
        if mail.use_tls:
            host.starttls(context=ssl.create_default_context())
        if mail.username and mail.password:
            host.login(mail.username, mail.password)
        return host

    @property
    def is_open(self) -> bool:
        """Whether the server is still there, as far as is known without asking it."""
        return self.host is None or self.host.sock is not None

    def close(self) -> None:
        """Take leave; a server that has left already does not matter."""
        if self.host is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self.host.quit()
            self.host.close()


def connect() -> Connection:
    """An open conversation with the server of the settings.

    Raises:
        NoMailServer: none is set.
        OSError, smtplib.SMTPException: it cannot be reached, or does not want us.
    """
    connection = Connection(current_app.extensions["mail"])
    connection.__enter__()
    return connection


def use_server(app: Flask, host: str, port: int) -> None:
    """Send the mail of ``app`` to another server than its settings say; without TLS or login."""
    state = app.extensions["mail"]
    state.server, state.port, state.suppress = host, port, False
    state.use_tls, state.username, state.password = False, None, None
