"""The outbox: messages to send, mailings to expand, and what became of them."""

import enum
from datetime import datetime
from typing import TYPE_CHECKING, Any, Optional

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from portal.db import db
from portal.models.columns import one_of
from portal.tokens import public_id

if TYPE_CHECKING:
    from portal.models.accounts import Person
    from portal.models.events import Event


class Lane(enum.IntEnum):
    """Who waits for whom: a lower lane is always sent first."""

    SIGN_IN = 0
    SINGLE = 1
    BULK = 2


class MailState(enum.StrEnum):
    """Where a message stands."""

    QUEUED = "queued"
    LEASED = "leased"
    SENT = "sent"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    EXPIRED = "expired"


class OutboxMail(db.Model):
    """One message to one recipient, rendered once; its bytes never change.

    ``dedupe_key`` names the occasion and its revision: enqueuing twice under one key sends once.
    The lease names the worker that has it in hand, and until when.
    """

    __table_args__ = (Index("ix_outbox_mail_due", "state", "lane", "not_before", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    kind: Mapped[str] = mapped_column(String(40))
    # A number, not the enum: the database sorts by it.
    lane: Mapped[int]
    dedupe_key: Mapped[str] = mapped_column(String(200), unique=True)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    mailing_id: Mapped[int | None] = mapped_column(ForeignKey("mailing.id"), index=True)
    recipient: Mapped[str] = mapped_column(String(254), index=True)
    envelope_from: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(500))
    # Sign-in messages lose their bytes when sent or expired: they hold a key.
    raw: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    state: Mapped[MailState] = mapped_column(
        one_of(MailState, "mail_state"), default=MailState.QUEUED
    )
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    expires_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[datetime | None]
    last_code: Mapped[int | None]
    last_error: Mapped[str] = mapped_column(String(500), default="")
    sent_at: Mapped[datetime | None]
    person: Mapped[Optional["Person"]] = relationship()
    event: Mapped[Optional["Event"]] = relationship()


class Mailing(db.Model):
    """One notice to many people, written by a request as one row and made into messages later.

    ``kind`` names the composer that the worker asks (portal/worker.py), ``params`` what it needs.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    kind: Mapped[str] = mapped_column(String(40))
    dedupe_key: Mapped[str] = mapped_column(String(200), unique=True)
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    hold_until: Mapped[datetime]
    expanded_at: Mapped[datetime | None] = mapped_column(index=True)
    total: Mapped[int | None]
    error: Mapped[str] = mapped_column(Text, default="")
