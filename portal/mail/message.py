"""A message to one person, composed and not yet written out."""

from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from types import MappingProxyType

from portal.mail.headers import check_address, check_header
from portal.models.mail import Lane
from portal.models.mailings import Topic

__all__ = ["CalendarPart", "Keyed", "Lane", "Mailbox", "Message", "Topic"]


@dataclass(frozen=True)
class Mailbox:
    """A mail address and the name shown beside it.

    Raises:
        UnsafeHeader: the address is none, or the name could end the header it stands in.
    """

    address: str
    name: str = ""

    def __post_init__(self) -> None:
        check_address(self.address)
        check_header("name", self.name)


@dataclass(frozen=True)
class CalendarPart:
    """The calendar a message carries. ``method`` is the METHOD inside ``ics``.

    Raises:
        ValueError: the two differ; Exchange would drop the message.
    """

    method: str
    ics: bytes

    def __post_init__(self) -> None:
        if f"\r\nMETHOD:{self.method}\r\n".encode() not in self.ics:
            raise ValueError(f"The calendar does not say METHOD:{self.method}")


@dataclass(frozen=True)
class Message:
    """One message to one recipient, with all that the outbox and the delivery need to know.

    ``html`` may be empty. ``language`` is that of the texts: nb, nn or en. ``kind`` names the
    occasion ("jury-ask"). Nothing is sent before ``not_before`` or after ``expires_at``; both in
    UTC. ``envelope_from`` receives what bounces; the sender does when it is empty. ``topic`` is
    what the recipient can turn off; without one the message is sent whatever they turned off.

    Raises:
        UnsafeHeader: a value could end the header it stands in.
    """

    recipient: Mailbox
    sender: Mailbox
    subject: str
    text: str
    _: KW_ONLY
    html: str = ""
    language: str = "nb"
    reply_to: Mailbox | None = None
    envelope_from: str = ""
    calendar: CalendarPart | None = None
    kind: str = ""
    lane: Lane = Lane.SINGLE
    not_before: datetime | None = None
    expires_at: datetime | None = None
    person_id: int | None = None
    event_id: int | None = None
    season_id: int | None = None
    topic: Topic | None = None
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        check_header("Subject", self.subject)
        check_header("Content-Language", self.language)
        if self.envelope_from:
            check_address(self.envelope_from)
        for name, value in self.headers.items():
            check_header(name, value)


# The messages of a mailing, each with the key that no two messages share.
Keyed = Iterator[tuple[str, Message]]
