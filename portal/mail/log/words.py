"""What the states of a message are called, why one has not arrived, and what helps."""

import enum
import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.mail.log.resending import Obstacle
from portal.models.mail import Cause, MailState, OutboxMail

STATES = {
    MailState.QUEUED: _l("Waiting"),
    MailState.LEASED: _l("Being sent"),
    MailState.SENT: _l("Sent"),
    MailState.FAILED: _l("Failed"),
    MailState.SUPPRESSED: _l("Stopped"),
    MailState.EXPIRED: _l("Too late"),
}
COLOURS = {
    MailState.QUEUED: "info",
    MailState.LEASED: "info",
    MailState.SENT: "success",
    MailState.FAILED: "danger",
    MailState.SUPPRESSED: "warning",
    MailState.EXPIRED: "warning",
}
OBSTACLES = {
    Obstacle.PERSONAL: _l(
        "A message with a personal link is not sent again. The recipient can ask for a new link."
    ),
    Obstacle.WAITING: _l("The message is already waiting to be sent."),
    Obstacle.DONE: _l("Somebody has just sent it again, so it was not sent twice."),
    Obstacle.OVERTAKEN: _l("What the message says no longer holds, so it is not sent again."),
    Obstacle.FORGOTTEN: _l("The text is no longer kept, so it cannot be sent again."),
    Obstacle.UNWANTED: _l(
        "The recipient has turned this sort of notice off, so it is not sent again."
    ),
    Obstacle.CANCELLED: _l("The event is cancelled, so the message is not sent again."),
    Obstacle.OVER: _l("The event is over, so the message is not sent again."),
    Obstacle.MOVED: _l(
        "The event has moved since the message was written. Tell people of the new time from the "
        "page of the event."
    ),
    Obstacle.UNINVITED: _l(
        "The recipient is no longer invited, so the invitation is not sent again."
    ),
    Obstacle.ADDRESS_SUPPRESSED: _l(
        "Nothing is sent to this address now. First choose “Send there again” on the page "
        "“Stopped addresses”."
    ),
    Obstacle.SUSPENDED: _l("The recipient is suspended, and gets no mail from us."),
}


class Refusal(enum.Enum):
    """What sort of no an answer of a mail server is."""

    UNREACHED = enum.auto()
    UNKNOWN = enum.auto()
    CLOSED = enum.auto()
    FULL = enum.auto()
    TOO_LARGE = enum.auto()
    POLICY = enum.auto()
    LATER = enum.auto()
    AWAY = enum.auto()
    OTHER = enum.auto()


_REFUSALS = {
    Refusal.UNREACHED: _l("We could not reach the mail server."),
    Refusal.UNKNOWN: _l("The receiving server knows no such address."),
    Refusal.CLOSED: _l("The mailbox is closed."),
    Refusal.FULL: _l("The mailbox is full."),
    Refusal.TOO_LARGE: _l("The message is too large for the receiving server."),
    Refusal.POLICY: _l("The receiving server does not let our mail in."),
    Refusal.LATER: _l("The receiving server asked us to try again later."),
    Refusal.AWAY: _l("The receiving server could not be reached."),
    Refusal.OTHER: _l("The receiving server refused the message."),
}
_ENHANCED = re.compile(r"\b[245]\.(\d{1,3})\.(\d{1,3})\b")
# The second number of an enhanced code tells the subject, the third the detail (RFC 3463).
_BY_DETAIL = {
    (2, 1): Refusal.CLOSED,
    (2, 2): Refusal.FULL,
    (2, 3): Refusal.TOO_LARGE,
    (3, 4): Refusal.TOO_LARGE,
}
_BY_SUBJECT = {1: Refusal.UNKNOWN, 4: Refusal.AWAY, 7: Refusal.POLICY}
_PERMANENT = 500
_BY_CODE = {
    452: Refusal.FULL,
    550: Refusal.UNKNOWN,
    551: Refusal.UNKNOWN,
    552: Refusal.FULL,
    553: Refusal.UNKNOWN,
}
_ANOTHER_ADDRESS = (Refusal.UNKNOWN, Refusal.CLOSED)


def refusal(code: int | None, said: str) -> Refusal:
    """What a server's ``code`` and words mean; the enhanced code in them tells most."""
    found = _ENHANCED.search(said)
    if found:
        subject, detail = int(found.group(1)), int(found.group(2))
        known = _BY_DETAIL.get((subject, detail)) or _BY_SUBJECT.get(subject)
        # "Later" is the gist of a temporary answer, be it about us or the address: greylisting is
        # both. Only a full mailbox is worth telling.
        if known and (code is None or code >= _PERMANENT or known is Refusal.FULL):
            return known
    if code is None:
        return Refusal.UNREACHED
    return _BY_CODE.get(code) or (Refusal.LATER if code < _PERMANENT else Refusal.OTHER)


def said(code: int | None, words: str) -> str:
    """What a server's answer means, in a sentence."""
    return str(_REFUSALS[refusal(code, words)])


def why_not(mail: OutboxMail) -> str:
    """Why ``mail`` has not arrived, for an organiser; empty when nothing went wrong."""
    if mail.state == MailState.SENT:
        return ""
    if mail.state == MailState.QUEUED and mail.paused:
        return _("Its mailing is paused.")
    if mail.state == MailState.SUPPRESSED:
        return _why_stopped(mail)
    answer = said(mail.last_code, mail.last_error) if mail.last_code or mail.last_error else ""
    if mail.state == MailState.EXPIRED:
        if not answer:
            return _("Its time had passed before it could be sent.")
        return _("We tried until its time had passed. %(why)s", why=answer)
    if mail.cause == Cause.BOUNCED:
        return _("It left, and came back. %(why)s", why=answer)
    if _is_of_content(mail):
        return _("The receiving server refused what the message holds.")
    return answer


def _is_of_content(mail: OutboxMail) -> bool:
    """Whether the server took the address and refused the message, and no plainer reason is known.

    Codes about addresses, which some servers give then too, say nothing of the address.
    """
    plainer = (Refusal.FULL, Refusal.TOO_LARGE, Refusal.POLICY)
    found = refusal(mail.last_code, mail.last_error)
    return mail.cause == Cause.CONTENT_REFUSED and found not in plainer


def _why_stopped(mail: OutboxMail) -> str:
    if mail.cause == Cause.UNSUBSCRIBED:
        return _("%(name)s has turned this sort of notice off.", name=_reader(mail))
    if mail.cause == Cause.STOPPED and mail.person and mail.person.suspended_at:
        return str(OBSTACLES[Obstacle.SUSPENDED])
    return {
        Cause.ADDRESS_SUPPRESSED: _(
            "Nothing is sent to this address, since mail to it was refused or came back."
        ),
        Cause.STOPPED: _("An organiser stopped the mailing."),
        Cause.OVERTAKEN: _(
            "It is out of date: what it is about has been answered, moved or cancelled."
        ),
    }.get(mail.cause, "")


def next_step(mail: OutboxMail) -> str:
    """What an organiser may do about a message that has not arrived; empty when nothing."""
    if mail.state in (MailState.SENT, MailState.LEASED) or not why_not(mail):
        return ""
    if mail.state == MailState.QUEUED:
        return "" if mail.paused else _("You need do nothing: we go on trying.")
    if mail.state == MailState.SUPPRESSED:
        return _after_stop(mail)
    if mail.state == MailState.EXPIRED:
        return _("Send it again if it is still of use.")
    return _after_refusal(mail)


def _after_stop(mail: OutboxMail) -> str:
    if mail.cause == Cause.ADDRESS_SUPPRESSED:
        return _("Ask %(name)s for another address.", name=_reader(mail))
    if mail.cause == Cause.UNSUBSCRIBED:
        return _("Call or write to %(name)s yourself if it matters.", name=_reader(mail))
    return ""


def _after_refusal(mail: OutboxMail) -> str:
    found = refusal(mail.last_code, mail.last_error)
    if found in _ANOTHER_ADDRESS and not _is_of_content(mail):
        return _("Ask %(name)s for another address.", name=_reader(mail))
    if found is Refusal.AWAY:
        return _("Send it again if it is still of use.")
    if found is Refusal.FULL:
        return _(
            "Tell %(name)s that the mailbox is full, and send it again later.", name=_reader(mail)
        )
    if found is Refusal.TOO_LARGE:
        return _("Call or write to %(name)s yourself if it matters.", name=_reader(mail))
    return _(
        "Call %(name)s, and ask those in charge of mail there to let in mail from us.",
        name=_reader(mail),
    )


def _reader(mail: OutboxMail) -> str:
    return mail.person.name if mail.person and mail.person.name else mail.recipient
