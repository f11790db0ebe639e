"""The outbox: messages to send, what became of each, and what is known of the addresses."""

import enum
from datetime import datetime
from typing import TYPE_CHECKING, Optional

from sqlalchemy import ForeignKey, Index, LargeBinary, String, false, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import db
from portal.models.columns import one_of
from portal.tokens import public_id

if TYPE_CHECKING:
    from portal.models.accounts import Person
    from portal.models.events import Event
    from portal.models.mailings import Mailing


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


class Cause(enum.StrEnum):
    """Why a message that was not sent stays so; ``NONE`` while nothing speaks against it."""

    NONE = "none"
    # The receiving server refused the recipient, or what the message holds, for good.
    RECIPIENT_REFUSED = "recipient_refused"
    CONTENT_REFUSED = "content_refused"
    # It was taken and came back (RFC 3464).
    BOUNCED = "bounced"
    # Nothing is sent to this address until somebody lifts that.
    ADDRESS_SUPPRESSED = "address_suppressed"
    UNSUBSCRIBED = "unsubscribed"
    STOPPED = "stopped"
    # What it speaks of has moved or is off.
    OVERTAKEN = "overtaken"


# What may be sent now, as the two databases match it with the partial index below: by literals.
_WAITS = text("state = 'queued' AND NOT paused")
_IN_HAND = text("state = 'leased'")


def _ended_as(state: str) -> Index:
    """What organisers look for, newest first. A sound message is never written into it.

    One index for each state: SQLite does not see that one of a list is in the list.
    """
    ended = text(f"state = '{state}'")
    return Index(f"ix_outbox_mail_{state}", "id", sqlite_where=ended, postgresql_where=ended)


class OutboxMail(db.Model):
    """One message to one recipient, rendered once; its bytes never change.

    ``dedupe_key`` names the occasion and its revision: enqueuing twice under one key sends once.
    The lease names the worker that has it in hand, until when, and by ``fence`` which lease it is:
    the number rises with each, so that nobody marks what has since been leased anew.
    """

    __table_args__ = (
        Index(
            "ix_outbox_mail_waiting",
            "lane",
            "not_before",
            "id",
            sqlite_where=_WAITS,
            postgresql_where=_WAITS,
        ),
        Index(
            "ix_outbox_mail_in_hand",
            "lease_until",
            sqlite_where=_IN_HAND,
            postgresql_where=_IN_HAND,
        ),
        *(_ended_as(state) for state in ("failed", "suppressed", "expired")),
        # An address is one whatever its case.
        Index("ix_outbox_mail_folded", func.lower(text("recipient"))),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    kind: Mapped[str] = mapped_column(String(40))
    # The Topic that its reader can turn off; empty for what must arrive.
    topic: Mapped[str] = mapped_column(String(20), default="", server_default="")
    # A number, not the enum: the database sorts by it.
    lane: Mapped[int]
    dedupe_key: Mapped[str] = mapped_column(String(200), unique=True)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    season_id: Mapped[int | None] = mapped_column(ForeignKey("season.id"), index=True)
    mailing_id: Mapped[int | None] = mapped_column(ForeignKey("mailing.id"), index=True)
    # The message that an organiser sent once more by this one.
    resend_of_id: Mapped[int | None] = mapped_column(ForeignKey("outbox_mail.id"), index=True)
    recipient: Mapped[str] = mapped_column(String(254))
    envelope_from: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(500))
    state: Mapped[MailState] = mapped_column(
        one_of(MailState, "mail_state"), default=MailState.QUEUED
    )
    cause: Mapped[Cause] = mapped_column(
        one_of(Cause, "mail_cause"), default=Cause.NONE, server_default=Cause.NONE.value
    )
    # Its mailing is paused: it waits, and nobody need worry that it does.
    paused: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    expires_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0, server_default="0")
    last_code: Mapped[int | None]
    last_error: Mapped[str] = mapped_column(String(500), default="")
    sent_at: Mapped[datetime | None]
    person: Mapped[Optional["Person"]] = relationship()
    event: Mapped[Optional["Event"]] = relationship()
    mailing: Mapped[Optional["Mailing"]] = relationship(back_populates="mails")
    resend_of: Mapped[Optional["OutboxMail"]] = relationship(remote_side=id)
    content: Mapped[Optional["MailContent"]] = relationship(
        back_populates="mail", cascade="all, delete-orphan"
    )

    @property
    def raw(self) -> bytes | None:
        """The message as it is sent; None when its bytes are no longer kept."""
        return self.content.raw if self.content else None


class MailContent(db.Model):
    """The bytes of a message, apart from its row: what is marked often should be small.

    Those of a sign-in message go when it is sent or expires, since they hold a key.
    """

    mail_id: Mapped[int] = mapped_column(
        ForeignKey("outbox_mail.id", ondelete="CASCADE"), primary_key=True
    )
    raw: Mapped[bytes] = mapped_column(LargeBinary)
    mail: Mapped[OutboxMail] = relationship(back_populates="content")


class AddressStanding(db.Model):
    """What mail servers have said of one address, and whether we still send to it.

    There is a row only for an address that was refused. ``refusals`` counts those in a row; at the
    second, or at the first hard bounce, ``suppressed_at`` is set until somebody lifts it.
    ``bounces`` are those of them that came back after a server had taken the message: that one
    takes the next as well does not undo them.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    folded: Mapped[str] = mapped_column(String(254), unique=True)
    refusals: Mapped[int] = mapped_column(default=0)
    bounces: Mapped[int] = mapped_column(default=0, server_default="0")
    last_code: Mapped[int | None]
    last_error: Mapped[str] = mapped_column(String(500), default="")
    last_at: Mapped[datetime]
    suppressed_at: Mapped[datetime | None] = mapped_column(index=True)
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    lifted_by: Mapped[Optional["Person"]] = relationship()
