"""What a failed attempt means, and when to try again (RELIABILITY 2.6 has the evidence)."""

import enum
import random
import re
import smtplib
from dataclasses import dataclass
from datetime import timedelta

import flask_mail

from portal.mail.smtp import NoMailServer

# What connecting and sending may end in; anything else is a fault of ours and must be seen.
CONNECTING = (NoMailServer, OSError, smtplib.SMTPException)
SENDING = (OSError, smtplib.SMTPException, flask_mail.BadHeaderError, ValueError)

_PAUSES = (1, 2, 5, 10, 20, 40)
_LONGEST_PAUSE = 60
_JITTER = 0.2
_CLOSING = 421
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


class Verdict(enum.Enum):
    """What to do after a failure."""

    # This message again, after a pause; others are not concerned.
    LATER = enum.auto()
    # This message never again: its recipient or its content is refused.
    NEVER = enum.auto()
    # No message now: the server is away, or does not take us as sender.
    AWAY = enum.auto()


@dataclass(frozen=True)
class Failure:
    """Why an attempt failed: what follows, the server's code if it gave one, and its words."""

    verdict: Verdict
    code: int | None
    reason: str


def of_connecting(error: Exception) -> Failure:
    """What it means that no conversation came about: nobody can be served now."""
    return Failure(Verdict.AWAY, _code(error), _words(error))


def of_sending(error: Exception) -> Failure:
    """What it means that one message was not taken.

    A server that leaves in the middle of a message, or falls silent after it, may have it or not:
    the same bytes are sent again, and whoever gets them twice can tell.
    """
    code = _code(error)
    return Failure(_verdict(error, code), code, _words(error))


def _verdict(error: Exception, code: int | None) -> Verdict:
    refused = code is not None and code >= 500
    if isinstance(error, smtplib.SMTPSenderRefused):
        # Our own address is not wanted: a fault in the settings, not in this message. And a server
        # that closes (421) before it has seen the message will not take another one either.
        return Verdict.AWAY if refused or code == _CLOSING else Verdict.LATER
    if isinstance(error, smtplib.SMTPException | OSError):
        return Verdict.NEVER if refused else Verdict.LATER
    # A recipient or bytes that cannot be written down at all.
    return Verdict.NEVER


def pause(attempts: int) -> timedelta:
    """How long to wait after that many failed attempts: 1, 2, 5, 10, 20, 40 minutes, then an hour.

    A fifth more or less, so that messages that failed together do not come back together.
    """
    minutes = _PAUSES[attempts - 1] if attempts <= len(_PAUSES) else _LONGEST_PAUSE
    return timedelta(minutes=minutes * random.uniform(1 - _JITTER, 1 + _JITTER))  # noqa: S311


def _code(error: Exception) -> int | None:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next((int(code) for code, _words in error.recipients.values()), None)
    return int(error.smtp_code) if isinstance(error, smtplib.SMTPResponseException) else None


def _words(error: Exception) -> str:
    """What the server or the machine said, on one line that fits the column."""
    said: object = error
    if isinstance(error, NoMailServer):
        said = "MAIL_SERVER is not set"
    elif isinstance(error, smtplib.SMTPRecipientsRefused):
        said = next((words for _code, words in error.recipients.values()), b"")
    elif isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return _CONTROL.sub(" ", text or type(error).__name__).strip()[:500]
