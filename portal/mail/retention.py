"""What is kept of mail, and for how long: rows stay, what people wrote in it goes."""

import logging
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app

from portal.db import db
from portal.models.accounts import SignInRequest
from portal.models.inbox import InboxMessage, InboxResult
from portal.models.mail import MailContent, MailState, OutboxMail

log = logging.getLogger(__name__)
_REQUESTS_KEPT = timedelta(days=7)
_AT_A_TIME = 500
# What a message that came in says, and from whom: all but what it did, to what, and when.
_PERSONAL = (
    InboxMessage.text, InboxMessage.comment, InboxMessage.sender, InboxMessage.sender_name,
    InboxMessage.subject, InboxMessage.attendee, InboxMessage.attendee_name,
    InboxMessage.delegated_to, InboxMessage.detail,
)  # fmt: skip


@dataclass(frozen=True)
class Forgotten:
    """How much was deleted: the bytes of so many messages, and so many sign-in requests.

    ``answers`` is how many messages that came in lost what people wrote in them.
    """

    messages: int
    requests: int
    answers: int = 0


def run(now: datetime) -> Forgotten:
    """Delete what has been kept long enough, some at a time, each lot in a commit of its own.

    The bytes of a message go MAIL_KEPT_DAYS after it was sent. One that was not sent may be sent
    again by hand until it expires, so its days count from then. What is still to be sent keeps
    them. A sign-in request goes a week after it was made, unless nobody has handled it.

    What somebody wrote to us goes MAIL_KEPT_DAYS after it came or, where it waited for an
    organiser, after the decision; what still waits for one stays.
    """
    kept = timedelta(days=current_app.config["MAIL_KEPT_DAYS"])
    forgotten = Forgotten(
        _delete_all(MailContent.mail_id, _old_messages(now - kept)),
        _delete_all(SignInRequest.id, _old_requests(now - _REQUESTS_KEPT)),
        _blank_all(_old_answers(now - kept)),
    )
    if forgotten != Forgotten(0, 0, 0):
        log.info("kept long enough", extra={"facts": asdict(forgotten)})
    return forgotten


def _old_messages(before: datetime) -> sa.Select[int]:
    closed = OutboxMail.state.not_in((MailState.QUEUED, MailState.LEASED))
    ended_at = sa.func.coalesce(OutboxMail.sent_at, OutboxMail.expires_at)
    return (
        sa.select(MailContent.mail_id)
        .join(OutboxMail, OutboxMail.id == MailContent.mail_id)
        .where(closed, ended_at <= before)
    )


def _old_requests(before: datetime) -> sa.Select[int]:
    return sa.select(SignInRequest.id).where(
        SignInRequest.handled_at.is_not(None), SignInRequest.created_at <= before
    )


def _old_answers(before: datetime) -> sa.Select[int]:
    waits = sa.and_(InboxMessage.result == InboxResult.QUEUED, InboxMessage.decided_at.is_(None))
    done_at = sa.func.coalesce(InboxMessage.decided_at, InboxMessage.received_at)
    return sa.select(InboxMessage.id).where(
        # Said twice, for the sake of the index.
        InboxMessage.received_at <= before,
        done_at <= before,
        sa.not_(waits),
        sa.or_(*(column != "" for column in _PERSONAL)),
    )


def _blank_all(found: sa.Select[int]) -> int:
    """Empty what people wrote in the messages ``found``, by the hundreds."""
    nothing = {column.key: "" for column in _PERSONAL}
    blanked = 0
    while ids := _next(found):
        with db.engine.begin() as connection:
            emptied = sa.update(InboxMessage).where(InboxMessage.id.in_(ids)).values(**nothing)
            blanked += connection.execute(emptied).rowcount
    return blanked


def _delete_all(key: sa.orm.InstrumentedAttribute[int], found: sa.Select[int]) -> int:
    """Delete the rows whose ``key`` is ``found``, by the hundreds, so that nobody waits long."""
    deleted = 0
    while ids := _next(found):
        with db.engine.begin() as connection:
            gone = sa.delete(key.class_).where(key.in_(ids))
            deleted += connection.execute(gone).rowcount
    return deleted


def _next(found: sa.Select[int]) -> list[int]:
    """Look without the write lock: most of the time there is nothing to delete."""
    with db.engine.connect().execution_options(read_only=True) as connection:
        return list(connection.scalars(found.limit(_AT_A_TIME)))
