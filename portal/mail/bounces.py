"""What a report on delivery does: the message has failed, and its address may be closed.

Anybody can write to our bounce address, so a report is believed only where it knows two things
that its writer cannot guess together: the random name of one of our messages (in the address the
report came to, or in the Message-ID it returns) and whom that message went to. Only servers that
handled the message know both, and the recipient, who may silence nobody but themselves. A report
on a message of one's own cannot close somebody else's address.
"""

import enum
from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa
from flask import current_app

from portal import audit
from portal.db import db
from portal.mail import addresses
from portal.mail.dsn import Fate, Report
from portal.models.mail import Cause, Lane, MailContent, MailState, OutboxMail

_LONGEST_NAME = 200


class Result(enum.StrEnum):
    """What became of something that came in."""

    APPLIED = "applied"
    # Sound, and nothing that changes anything.
    IGNORED = "ignored"
    # Not to be believed.
    REJECTED = "rejected"


@dataclass(frozen=True)
class Outcome:
    """What became of a report, and why, in a few words for whoever reads the log."""

    result: Result
    reason: str
    # The message that came back, when it is one of ours.
    mail: OutboxMail | None = field(default=None, compare=False)


def apply(report: Report, now: datetime) -> Outcome:
    """Let ``report`` have its effect, in the caller's transaction; twice is as once."""
    mail = _message_of(report)
    if mail is None:
        return Outcome(Result.REJECTED, "names none of our messages")
    return replace(_judged(mail, report, now), mail=mail)


def _judged(mail: OutboxMail, report: Report, now: datetime) -> Outcome:
    own = [fate for fate in report.fates if _is_to(fate, mail)]
    if not own:
        return Outcome(Result.REJECTED, "names another recipient than the message had")
    fate = next((each for each in own if each.action == "failed"), own[0])
    if fate.action != "failed":
        return Outcome(Result.IGNORED, f"the message is {fate.action or 'in an unknown state'}")
    return _fail(mail, fate, now)


def _message_of(report: Report) -> OutboxMail | None:
    """The message that the report names, first by the address it came to, then by Message-ID."""
    local, _, domain = current_app.config["BOUNCE_ADDRESS"].casefold().rpartition("@")
    for address in report.came_to:
        own, _, host = address.casefold().rpartition("@")
        if host == domain and own.startswith(f"{local}+"):
            mail = _by(OutboxMail.public_id, own.removeprefix(f"{local}+"))
            if mail is not None:
                return mail
    return _by(OutboxMail.message_id, report.message_id)


def _by(column: sa.orm.InstrumentedAttribute[str], name: str) -> OutboxMail | None:
    if not name or len(name) > _LONGEST_NAME:
        return None
    return db.session.scalar(sa.select(OutboxMail).where(column == name))


def _is_to(fate: Fate, mail: OutboxMail) -> bool:
    return addresses.fold(fate.recipient) == addresses.fold(mail.recipient)


def _fail(mail: OutboxMail, fate: Fate, now: datetime) -> Outcome:
    sent_at = mail.sent_at
    if not _mark(mail, fate):
        return Outcome(Result.IGNORED, "known already, or never sent")
    closed = _note(mail, fate, sent_at, now)
    audit.record(
        "mail.bounced", mail, actor=None, now=now,
        status=fate.status, code=fate.code, closed=closed,
    )  # fmt: skip
    db.session.expire(mail)
    return Outcome(Result.APPLIED, f"bounced with {fate.status or 'no status'}")


def _mark(mail: OutboxMail, fate: Fate) -> bool:
    """Let the message have failed, unless it has before, or has never been in anybody's hands.

    A worker killed after the server's 250 leaves a message queued that has left all the same. One
    to sign in with holds a key, so its bytes go.
    """
    taken = sa.or_(
        OutboxMail.state == MailState.SENT,
        sa.and_(OutboxMail.state.in_((MailState.LEASED, MailState.QUEUED)), OutboxMail.fence > 0),
    )
    marked = db.session.scalar(
        sa.update(OutboxMail)
        .where(OutboxMail.id == mail.id, taken)
        .values(
            state=MailState.FAILED,
            cause=Cause.BOUNCED,
            last_code=fate.code,
            last_error=_told(fate),
            lease_owner=None,
            lease_until=None,
        )
        .returning(OutboxMail.id)
        .execution_options(synchronize_session=False)
    )
    if marked is not None and mail.lane == Lane.SIGN_IN:
        db.session.execute(sa.delete(MailContent).where(MailContent.mail_id == marked))
    return marked is not None


def _told(fate: Fate) -> str:
    """The server's words, with the status in front when they do not say it themselves."""
    told = fate.words if fate.status in fate.words else f"{fate.status} {fate.words}"
    return told.strip()[:500]


def _note(mail: OutboxMail, fate: Fate, sent_at: datetime | None, now: datetime) -> bool:
    """Hold a permanent no against the address; whether nothing more is sent there.

    A server that waited in vain, or a full mailbox, says nothing against the address. Nor does a
    report on what was sent before somebody showed that mail arrives, or an organiser lifted it.
    """
    standing = addresses.standing_of(mail.recipient)
    lifted_at = standing.lifted_at if standing else None
    if not fate.is_permanent or (lifted_at and sent_at and sent_at < lifted_at):
        return False
    if standing:
        addresses.note_arrivals(standing, sent_at or now)
    return addresses.note_refusal(
        db.session.connection(), mail.recipient, now,
        code=fate.code, words=_told(fate), is_final=fate.is_hard, came_back=True,
    )  # fmt: skip
