"""The inbox: what came in by mail and what it did, and how far each mailbox has been read."""

import enum
from datetime import datetime
from typing import TYPE_CHECKING, Optional

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.db import db
from portal.models.columns import one_of
from portal.tokens import public_id

if TYPE_CHECKING:
    from portal.models.accounts import Person
    from portal.models.events import Event
    from portal.models.invitations import Invitation


class InboxKind(enum.StrEnum):
    """What sort of message came in."""

    # METHOD of RFC 5546, or any other that we never let touch an event.
    REPLY = "reply"
    COUNTER = "counter"
    REFRESH = "refresh"
    FOREIGN = "foreign"
    # Written by a program: a report on delivery, a receipt, an automatic answer.
    BOUNCE = "bounce"
    RECEIPT = "receipt"
    AUTOMATIC = "automatic"
    # Written by somebody, with no calendar in it.
    LETTER = "letter"
    UNREADABLE = "unreadable"


class InboxResult(enum.StrEnum):
    """What became of a message that came in."""

    APPLIED = "applied"
    # It waits for somebody to decide.
    QUEUED = "queued"
    # Sound, and nothing that changes anything.
    IGNORED = "ignored"
    # Not to be believed.
    REJECTED = "rejected"


class InboxDecision(enum.StrEnum):
    """What an organiser decided of a message that waited for it."""

    APPLIED = "applied"
    SET_ASIDE = "set_aside"
    INVITED = "invited"
    TURNED_AWAY = "turned_away"
    TIME_TAKEN = "time_taken"
    TIME_DECLINED = "time_declined"


_WAITS = text("result = 'queued' AND decided_at IS NULL")


class InboxMessage(db.Model):
    """One message that came in. Its bytes are not kept, only what we read of it.

    ``fingerprint`` tells a message that comes twice. ``reason`` is a code of
    ``portal/answers/inbox/words.py``, ``detail`` what a server said. ``person`` is whose answer we
    take it for; ``attendee`` the address that it names itself. The times proposed are those of a
    COUNTER.
    """

    __table_args__ = (
        Index("ix_inbox_message_waiting", "id", sqlite_where=_WAITS, postgresql_where=_WAITS),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    received_at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[InboxKind] = mapped_column(one_of(InboxKind, "inbox_kind"))
    result: Mapped[InboxResult] = mapped_column(one_of(InboxResult, "inbox_result"))
    reason: Mapped[str] = mapped_column(String(40))
    detail: Mapped[str] = mapped_column(String(500), default="")
    sender: Mapped[str] = mapped_column(String(254), default="")
    sender_name: Mapped[str] = mapped_column(String(200), default="")
    subject: Mapped[str] = mapped_column(String(300), default="")
    # What somebody wrote, when there is no calendar to read instead.
    text: Mapped[str] = mapped_column(Text, default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"), index=True)
    uid: Mapped[str] = mapped_column(String(255), default="")
    recurrence_id: Mapped[str] = mapped_column(String(40), default="")
    attendee: Mapped[str] = mapped_column(String(254), default="")
    attendee_name: Mapped[str] = mapped_column(String(200), default="")
    # PARTSTAT as an Answer; empty when the message gives none.
    answer: Mapped[str] = mapped_column(String(20), default="")
    sequence: Mapped[int | None]
    dtstamp: Mapped[datetime | None]
    comment: Mapped[str] = mapped_column(String(500), default="")
    delegated_to: Mapped[str] = mapped_column(String(254), default="")
    proposed_starts_at: Mapped[datetime | None]
    proposed_ends_at: Mapped[datetime | None]
    decision: Mapped[InboxDecision | None] = mapped_column(one_of(InboxDecision, "inbox_decision"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    person: Mapped[Optional["Person"]] = relationship(foreign_keys=person_id)
    event: Mapped[Optional["Event"]] = relationship()
    invitation: Mapped[Optional["Invitation"]] = relationship()
    decided_by: Mapped[Optional["Person"]] = relationship(foreign_keys=decided_by_id)

    @property
    def waits(self) -> bool:
        """Whether somebody must decide what becomes of it."""
        return self.result == InboxResult.QUEUED and self.decided_at is None


class CalendarAlias(db.Model):
    """An address that somebody's calendar answers from, other than those we write to.

    Seen once beside their own token, confirmed by an organiser; nobody signs in with it.
    """

    __table_args__ = (UniqueConstraint("person_id", "folded", name="one_alias_once"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(12), unique=True, default=public_id)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    address: Mapped[str] = mapped_column(String(254))
    folded: Mapped[str] = mapped_column(String(254), index=True)
    seen_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    person: Mapped["Person"] = relationship(foreign_keys=person_id)
    confirmed_by: Mapped[Optional["Person"]] = relationship(foreign_keys=confirmed_by_id)

    @validates("address")
    def _fold(self, key: str, address: str) -> str:
        self.folded = address.strip().casefold()
        return address.strip()


class MailboxBookmark(db.Model):
    """How far one folder of a mailbox has been read (RFC 3501: UIDVALIDITY and UID)."""

    __table_args__ = (UniqueConstraint("mailbox", "folder", name="one_bookmark_a_folder"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    # User and host; never the password.
    mailbox: Mapped[str] = mapped_column(String(300))
    folder: Mapped[str] = mapped_column(String(200))
    # Both count to 2^32 by the protocol.
    uid_validity: Mapped[int] = mapped_column(BigInteger)
    last_uid: Mapped[int] = mapped_column(BigInteger, default=0)
    read_at: Mapped[datetime]
