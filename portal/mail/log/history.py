"""The story of one message: queued, tried, sent, come back, sent once more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.db import db
from portal.mail.log import resending, words
from portal.models.accounts import Person
from portal.models.audit import AuditEntry
from portal.models.mail import Cause, MailState, OutboxMail

REQUEUED, RESENT, BOUNCED = "mail.requeued", "mail.resent", "mail.bounced"


@dataclass(frozen=True)
class Step:
    """What happened, and when if that is known. ``other`` is another message that it speaks of."""

    text: str
    at: datetime | None = None
    other: OutboxMail | None = None


def of(mail: OutboxMail) -> list[Step]:
    """What happened to ``mail``, the first thing first, and what happens next."""
    entries = _entries(mail)
    names = _names(entries)
    return [
        _beginning(mail),
        *_requeued(entries, names),
        *_tries(mail),
        *([Step(_("The mail server took it"), mail.sent_at)] if mail.sent_at else []),
        *(Step(_("It came back"), each.at) for each in entries if each.verb == BOUNCED),
        *_resent(mail, entries, names),
        *_ahead(mail),
    ]


def _entries(mail: OutboxMail) -> Sequence[AuditEntry]:
    return db.session.scalars(
        sa.select(AuditEntry)
        .where(AuditEntry.object_kind == "outbox_mail", AuditEntry.object_id == mail.id)
        .order_by(AuditEntry.id)
    ).all()


def _names(entries: Sequence[AuditEntry]) -> dict[int, str]:
    ids = {entry.actor_id for entry in entries if entry.actor_id is not None}
    found = db.session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {row.id: row.name for row in found}


def _beginning(mail: OutboxMail) -> Step:
    if mail.resend_of is not None:
        return Step(_("Queued, as an earlier message sent again"), mail.created_at, mail.resend_of)
    return Step(_("Queued"), mail.created_at)


def _requeued(entries: Sequence[AuditEntry], names: dict[int, str]) -> Iterator[Step]:
    for entry in entries:
        if entry.verb == REQUEUED:
            state = words.STATES[MailState(entry.details["state"])]
            code = entry.details["code"]
            what = f"{state}, {words.said(code, '')}" if code else str(state)
            yield Step(_("Until then: %(state)s", state=what))
            name = names.get(entry.actor_id or 0)
            by = _("Queued again by %(name)s", name=name) if name else _("Queued again")
            yield Step(by, entry.at)


def _tries(mail: OutboxMail) -> Iterator[Step]:
    # A first try that succeeds goes without saying.
    failed = mail.attempts - (mail.sent_at is not None)
    if failed > 0:
        yield Step(ngettext("Tried in vain %(num)s time", "Tried in vain %(num)s times", failed))
    if mail.state == MailState.EXPIRED:
        yield Step(_("Given up"), mail.expires_at)
    elif mail.state == MailState.SUPPRESSED or (
        mail.state == MailState.FAILED and mail.cause != Cause.BOUNCED
    ):
        yield Step(words.why_not(mail) or str(words.STATES[mail.state]))


def _resent(
    mail: OutboxMail, entries: Sequence[AuditEntry], names: dict[int, str]
) -> Iterator[Step]:
    copies = {copy.id: copy for copy in resending.resends_of(mail)}
    for entry in entries:
        if entry.verb == RESENT:
            name = names.get(entry.actor_id or 0)
            by = _("Sent again by %(name)s", name=name) if name else _("Sent again")
            yield Step(by, entry.at, copies.get(entry.details["resend_id"]))


def _ahead(mail: OutboxMail) -> Iterator[Step]:
    if mail.state != MailState.QUEUED or mail.paused:
        return
    again = mail.attempts > 0
    yield Step(_("We try again") if again else _("It goes out as soon as we can"), mail.not_before)
    yield Step(_("We give up if it has not gone by the time limit"), mail.expires_at)
