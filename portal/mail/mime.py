"""A message as the bytes that are sent: the MIME tree and its headers (RFC 5322, 2045, 6047)."""

import hashlib
import re
from datetime import datetime
from email.encoders import encode_base64
from email.message import EmailMessage
from email.policy import SMTP, compat32
from email.utils import format_datetime

from portal.mail.headers import address_header, check_header, header
from portal.mail.message import CalendarPart, Mailbox, Message

_SUPPRESS = "OOF, AutoReply, DR, RN"
# RFC 2045 ends a line after 76 octets; two are kept for what ``_guarded`` adds.
_BODY = SMTP.clone(max_line_length=74)
# Mailboxes of the old kind put ">" before the one, and simple relays swallow the other. Either
# would break the signature of DKIM.
_ALTERED_ON_THE_WAY = re.compile(r"^(From |\.)", re.MULTILINE)


def to_bytes(message: Message, *, message_id: str, date: datetime, seed: str = "") -> bytes:
    """``message`` written out: the same values give the same bytes.

    ``message_id`` is without angle brackets, ``date`` aware. The boundaries come from ``seed``, or
    from the Message-ID.

    Raises:
        UnsafeHeader: a value could end the header it stands in.
    """
    body = _body(message)
    _settle(body, seed or message_id)
    headers = _headers(message, message_id=message_id, date=date)
    return headers.encode("ascii") + body.as_bytes()


def renewed(raw: bytes, *, message_id: str, date: datetime) -> bytes:
    """``raw``, made by ``to_bytes``, as a message of its own: but for two headers the same.

    Exchange drops a second message under one Message-ID, however long after the first.

    Raises:
        ValueError: ``raw`` has not one of each.
    """
    head, gap, body = raw.partition(b"\r\n\r\n")
    fresh = {
        b"message-id": f"Message-ID: <{check_header('Message-ID', message_id)}>".encode("ascii"),
        b"date": f"Date: {format_datetime(date)}".encode("ascii"),
    }
    lines = head.split(b"\r\n")
    names = [line.partition(b":")[0].lower() for line in lines]
    if not gap or any(names.count(name) != 1 for name in fresh):
        raise ValueError("Not a message of ours")
    kept = (fresh.get(name, line) for name, line in zip(names, lines, strict=True))
    return b"\r\n".join(kept) + gap + body


def _headers(message: Message, *, message_id: str, date: datetime) -> str:
    sender, recipient = message.sender, message.recipient
    lines = [
        address_header("From", sender.address, sender.name),
        address_header("To", recipient.address, recipient.name),
        *_reply_to(message.reply_to),
        header("Subject", message.subject),
        header("Date", format_datetime(date)),
        f"Message-ID: <{check_header('Message-ID', message_id)}>\r\n",
        header("Content-Language", message.language),
        header("Auto-Submitted", "auto-generated"),
        header("X-Auto-Response-Suppress", _SUPPRESS),
        *(header(name, value) for name, value in message.headers.items()),
    ]
    return "".join(lines)


def _reply_to(mailbox: Mailbox | None) -> list[str]:
    return [address_header("Reply-To", mailbox.address, mailbox.name)] if mailbox else []


def _body(message: Message) -> EmailMessage:
    if not message.calendar:
        return _alternative(message)
    whole = EmailMessage(policy=SMTP)
    whole.make_mixed()
    whole.attach(_alternative(message, last=_inline_calendar(message.calendar)))
    whole.attach(_attached_calendar(message.calendar))
    return whole


def _alternative(message: Message, last: EmailMessage | None = None) -> EmailMessage:
    """The same matter in several forms; a reader shows the last one it understands."""
    texts = [_text_part(message.text, "plain")]
    if message.html:
        texts.append(_text_part(message.html, "html"))
    if len(texts) == 1 and not last:
        return texts[0]
    alternative = EmailMessage(policy=SMTP)
    alternative.make_alternative()
    for part in (*texts, last) if last else texts:
        alternative.attach(part)
    return alternative


def _text_part(text: str, subtype: str) -> EmailMessage:
    part = EmailMessage(policy=_BODY)
    part.set_content(text, subtype=subtype, charset="utf-8", cte="quoted-printable")
    part.set_payload(_ALTERED_ON_THE_WAY.sub(_guarded, str(part.get_payload())))
    return part


def _guarded(match: re.Match[str]) -> str:
    """The first letter in quoted-printable (RFC 2049, section 3)."""
    return f"={ord(match[0][0]):02X}{match[0][1:]}"


def _inline_calendar(calendar: CalendarPart) -> EmailMessage:
    """What Outlook and Gmail make buttons of. Base64 keeps its line ends through any relay."""
    # The older policy, since the newer one puts the method in quotes, where simple readers miss it.
    part = EmailMessage(policy=compat32)
    part["Content-Type"] = f"text/calendar; method={calendar.method}; charset=utf-8"
    part.set_payload(calendar.ics)
    encode_base64(part)
    return part


def _attached_calendar(calendar: CalendarPart) -> EmailMessage:
    """The quiet copy, for readers that strip the calendar part or its method."""
    part = EmailMessage(policy=SMTP)
    part.set_content(
        calendar.ics,
        maintype="application",
        subtype="ics",
        cte="base64",
        disposition="attachment",
        filename="invite.ics",
    )
    return part


def _settle(body: EmailMessage, seed: str) -> None:
    """Name the boundaries, and the MIME version once, at the top."""
    for number, part in enumerate(body.walk()):
        del part["MIME-Version"]
        if part.is_multipart():
            # Neither quoted-printable nor base64 can hold "=_", so no part can hold a boundary.
            digest = hashlib.sha256(f"{seed} {number}".encode()).hexdigest()
            part.set_boundary(f"=_{digest[:32]}")
    body["MIME-Version"] = "1.0"
