"""What the states of a message are called, why one was not sent, and the colours they wear."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.models.mail import MailState, OutboxMail

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
# The first digits of a refusal tell more than the server's own words (RFC 3463).
_MAILBOX_UNKNOWN = 550
_MAILBOX_FULL = (452, 552)


def why_not(mail: OutboxMail) -> str:
    """Why ``mail`` has not arrived, for an organiser; empty when nothing went wrong."""
    if mail.state == MailState.SENT or not (mail.last_error or mail.last_code):
        return _not_tried(mail)
    if mail.last_code == _MAILBOX_UNKNOWN:
        return _("The receiving server knows no such address.")
    if mail.last_code in _MAILBOX_FULL:
        return _("The mailbox is full.")
    if mail.last_code is None:
        return _("We could not reach the mail server.")
    if mail.last_code < 500:
        return _("The receiving server asked us to try again later.")
    return _("The receiving server refused the message.")


def _not_tried(mail: OutboxMail) -> str:
    if mail.state == MailState.EXPIRED:
        return _("Its time had passed before it could be sent.")
    return ""
