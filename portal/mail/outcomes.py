"""What a failed attempt means, and when to try again (RELIABILITY 2.6 has the evidence)."""

import enum
import random
import re
import smtplib
from dataclasses import dataclass
from datetime import timedelta

import flask_mail

from portal.mail.smtp import NoMailServer
from portal.models.mail import Cause

# What connecting and sending may end in; anything else is a fault of ours and must be seen.
CONNECTING = (NoMailServer, OSError, smtplib.SMTPException)
SENDING = (OSError, smtplib.SMTPException, flask_mail.BadHeaderError, ValueError)

_PAUSES = (1, 2, 5, 10, 20, 40)
_LONGEST_PAUSE = 60
_JITTER = 0.2
_CLOSING = 421
# Of a mailbox: full; of a message: too big for the server.
_TOO_BIG = 552
_ENHANCED = re.compile(r"5\.(?P<subject>\d{1,3})\.\d{1,3}")
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
    """Why an attempt failed: what follows, the server's code if it gave one, and its words.

    ``cause`` says what was refused for good; ``speaks_against_address`` whether that is because
    the mailbox is not there, so that other messages to it would fare no better.
    """

    verdict: Verdict
    code: int | None
    reason: str
    cause: Cause = Cause.NONE
    speaks_against_address: bool = False


def of_connecting(error: Exception) -> Failure:
    """What it means that no conversation came about: nobody can be served now."""
    return Failure(Verdict.AWAY, _code(error), _words(error))


def of_sending(error: Exception) -> Failure:
    """What it means that one message was not taken.

    A server that leaves in the middle of a message, or falls silent after it, may have it or not:
    the same bytes are sent again, and whoever gets them twice can tell.
    """
    code, words = _code(error), _words(error)
    verdict = _verdict(error, code, words)
    if verdict is not Verdict.NEVER:
        return Failure(verdict, code, words)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        closed = _means_no_mailbox(code, words)
        return Failure(verdict, code, words, Cause.RECIPIENT_REFUSED, closed)
    return Failure(verdict, code, words, Cause.CONTENT_REFUSED)


def _verdict(error: Exception, code: int | None, words: str) -> Verdict:
    refused = code is not None and code >= 500
    if isinstance(error, smtplib.SMTPSenderRefused):
        if refused and (code == _TOO_BIG or words.startswith("5.3.4")):
            return Verdict.NEVER
        # Our own address is not wanted: a fault in the settings, not in this message. And a server
        # that closes (421) before it has seen the message will not take another one either.
        return Verdict.AWAY if refused or code == _CLOSING else Verdict.LATER
    if isinstance(error, smtplib.SMTPRecipientsRefused) and refused and "relay" in words.lower():
        # It does not carry our mail to anybody: the settings again.
        return Verdict.AWAY
    if isinstance(error, smtplib.SMTPException | OSError):
        return Verdict.NEVER if refused else Verdict.LATER
    # A recipient or bytes that cannot be written down at all.
    return Verdict.NEVER


def _means_no_mailbox(code: int | None, words: str) -> bool:
    """Whether a refused recipient is one that does not exist, rather than full or barred to us.

    The enhanced code says so where there is one (RFC 3463: 5.1.x is about the address, 5.2.1 a
    mailbox that is disabled); else any refusal does but that of a full mailbox (RFC 5321).
    """
    enhanced = _ENHANCED.match(words)
    if enhanced:
        return enhanced["subject"] == "1" or enhanced.group() == "5.2.1"
    return code != _TOO_BIG


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
