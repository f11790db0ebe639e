"""What pages and commands ask about the outbox."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination

from portal.db import db
from portal.mail.outbox import waiting
from portal.models.accounts import Person
from portal.models.mail import MailState, OutboxMail
from portal.text import search_key

# A message that is due and waits longer than this is a reason to worry.
LONGEST_WAIT = timedelta(minutes=10)
PAGE_SIZE = 50
_LONGEST_TEXT = 100


@dataclass(frozen=True)
class Queue:
    """What is due and not yet sent: how many, and for how many seconds the oldest has been due."""

    due: int
    oldest_s: int

    @property
    def is_stuck(self) -> bool:
        """Whether mail waits that should long have left."""
        return self.oldest_s > LONGEST_WAIT.total_seconds()


def queue(now: datetime) -> Queue:
    """The messages that are due at ``now``; those dated ahead or put off do not count."""
    due, oldest = db.session.execute(
        sa.select(sa.func.count(), sa.func.min(OutboxMail.not_before)).where(waiting(now))
    ).one()
    return Queue(due, int((now - oldest).total_seconds()) if oldest else 0)


def counts() -> dict[MailState, int]:
    """How many messages stand in each state."""
    grouped = sa.select(OutboxMail.state, sa.func.count()).group_by(OutboxMail.state)
    found = dict(db.session.execute(grouped).all())
    return {state: found.get(state, 0) for state in MailState}


def mails(*, state: MailState | None = None, text: str = "", page: int = 1) -> Pagination:
    """The messages with ``text`` in address, name or subject, newest first, a page of them."""
    conditions = [OutboxMail.state == state] if state else []
    if text.strip():
        conditions.append(_mentions(text.strip()[:_LONGEST_TEXT]))
    newest_first = (OutboxMail.created_at.desc(), OutboxMail.id.desc())
    statement = sa.select(OutboxMail).where(*conditions).order_by(*newest_first)
    found = _page(statement, max(page, 1))
    # An old address may name a page that is no more.
    return found if found.page <= max(found.pages, 1) else _page(statement, max(found.pages, 1))


def _page(statement: sa.Select[tuple[OutboxMail]], number: int) -> Pagination:
    return db.paginate(statement, page=number, per_page=PAGE_SIZE, error_out=False)


def mail_or_404(public_id: str) -> OutboxMail:
    """One message."""
    return db.one_or_404(sa.select(OutboxMail).where(OutboxMail.public_id == public_id))


def _mentions(text: str) -> sa.ColumnElement[bool]:
    key = search_key(text)
    return sa.or_(
        OutboxMail.recipient.icontains(text, autoescape=True),
        OutboxMail.subject.icontains(text, autoescape=True),
        OutboxMail.person.has(Person.search_key.contains(key, autoescape=True)),
    )
