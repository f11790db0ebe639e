"""A message that came in, read from its bytes and trusting nothing. Pure.

What it says of itself, and the calendars in it. Whose answer that is, and whether to believe it,
others decide (``portal/answers/inbox``). A report on delivery is ``dsn.py``'s to read.
"""

import email
import enum
import re
from dataclasses import dataclass
from email.message import Message
from html import unescape

from portal.mail import bounds
from portal.mail.header_values import (
    all_of,
    author,
    came_to,
    decoded,
    first_of,
    one_line,
    words,
)

# An answer is a few kilobytes; whoever writes more than this has something else to say.
LARGEST = 1024 * 1024
LARGEST_CALENDAR = 256 * 1024
LONGEST_TEXT = 2_000
_MOST_PARTS = 50
_DEEPEST = 10
_MOST_CALENDARS = 5
_MOST_REFERENCES = 20

_AUTOMATIC_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply")
_LIST_HEADERS = ("List-Id", "List-Unsubscribe")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,250})>")
_MARKUP = re.compile(r"<!--|-->|<(/?)([a-zA-Z]{0,20}+)[^<>]*+>|[^<-]++|[<-]")
# What stands in these is not written to be read.
_SILENT = {"script", "style", "head", "title", "template"}
_ENDS_LINE = {"br", "p", "div", "tr", "li", "h"}  # h1 to h6
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff]")


class Unreadable(ValueError):
    """The bytes are no message, or one that nobody writes by hand or by calendar."""


class Automatic(enum.StrEnum):
    """Whether a program wrote a message without being asked to (RFC 3834)."""

    NO = "no"
    # A program wrote it, as many calendars do when somebody presses their button.
    GENERATED = "generated"
    # A program answered by itself.
    REPLIED = "replied"


@dataclass(frozen=True)
class Incoming:
    """What a message says. All texts are on one line but ``text``, and none is without bounds.

    ``came_to`` holds the addresses it came to, ``sender`` that of From when there is exactly one.
    ``references`` are the Message-IDs it answers. ``report`` is the type of a report (RFC 6522).
    ``calendars`` are the octets of its calendars, the likeliest first. ``authentication`` holds
    the Authentication-Results, from the top.
    """

    came_to: tuple[str, ...]
    sender: str
    sender_name: str
    subject: str
    message_id: str
    references: tuple[str, ...]
    automatic: Automatic
    report: str
    calendars: tuple[bytes, ...]
    text: str
    authentication: tuple[str, ...]


def read(raw: bytes) -> Incoming:
    """The message in ``raw``.

    Raises:
        Unreadable: it exceeds a bound, or cannot be parsed; nothing else is raised.
    """
    if not bounds.fits(raw, LARGEST):
        raise Unreadable
    try:
        message = email.message_from_bytes(raw)
        return _described(message)
    except Unreadable:
        raise
    except Exception as error:
        # The library has many ways to say that it cannot read what somebody made up.
        raise Unreadable from error


def _described(message: Message) -> Incoming:
    parts = _leaves(message)
    sender, sender_name = author(message)
    ids = _MESSAGE_ID.findall(first_of(message, "Message-ID"))
    return Incoming(
        came_to=tuple(came_to(message)),
        sender=sender,
        sender_name=sender_name,
        subject=words(first_of(message, "Subject"), 300),
        message_id=ids[0] if ids else "",
        references=_references(message),
        automatic=_automatic(message),
        report=_report(message),
        calendars=_calendars(parts),
        text=_text(parts),
        authentication=tuple(all_of(message, "Authentication-Results")),
    )


def _leaves(message: Message) -> list[Message]:
    """The parts that hold something, in order; never those of a message that is enclosed."""
    found: list[Message] = []
    waiting = [(message, 1)]
    seen = 0
    while waiting:
        part, depth = waiting.pop()
        seen += 1
        if depth > _DEEPEST or seen > _MOST_PARTS:
            raise Unreadable
        if part.get_content_maintype() == "message":
            # A bounce or a forwarded mail encloses our own REQUEST.
            continue
        # Asked for the content of one that holds no parts, the library decodes it by any charset.
        content = part.get_payload() if part.is_multipart() else None
        if isinstance(content, list):
            inside = [each for each in content if isinstance(each, Message)]
            waiting.extend((each, depth + 1) for each in reversed(inside))
        else:
            found.append(part)
    return found


def _references(message: Message) -> tuple[str, ...]:
    written = " ".join(all_of(message, "In-Reply-To") + all_of(message, "References"))
    return tuple(dict.fromkeys(_MESSAGE_ID.findall(written)))[:_MOST_REFERENCES]


def _automatic(message: Message) -> Automatic:
    words_said = (
        re.match(r"[a-z-]*", value.lower()) for value in all_of(message, "Auto-Submitted")
    )
    said = [found[0] for found in words_said if found and found[0] not in ("", "no")]
    rank = {value.lower() for value in all_of(message, "Precedence")}
    returns = all_of(message, "Return-Path")
    if (
        any(value != "auto-generated" for value in said)
        or rank & {"bulk", "junk", "auto_reply"}
        or any(value.replace(" ", "") == "<>" for value in returns)
        or any(name in message for name in _AUTOMATIC_HEADERS)
    ):
        return Automatic.REPLIED
    if said or "list" in rank or any(name in message for name in _LIST_HEADERS):
        return Automatic.GENERATED
    return Automatic.NO


def _report(message: Message) -> str:
    if message.get_content_type() != "multipart/report":
        return ""
    return one_line(message.get_param("report-type"), 40).lower()


def _calendars(parts: list[Message]) -> tuple[bytes, ...]:
    """Calendars by their type before those by their name: a copy of the first is quieter."""
    ranked = [(rank, part) for part in parts if (rank := _calendar_rank(part)) is not None]
    ranked.sort(key=lambda pair: pair[0])
    octets = (_calendar(part) for _rank, part in ranked[:_MOST_CALENDARS])
    return tuple(each for each in octets if each.strip())


def _calendar_rank(part: Message) -> int | None:
    kind = part.get_content_type()
    if kind == "text/calendar":
        return 0
    if kind == "application/ics":
        return 1
    return 2 if words(one_line(part.get_filename()), 200).lower().endswith(".ics") else None


def _calendar(part: Message) -> bytes:
    """The octets of a calendar, in UTF-8 when they say that they are something else."""
    octets = _content(part)
    charset = one_line(part.get_content_charset(), 40)
    if len(octets) > LARGEST_CALENDAR:
        return b""
    # In UTF-8 a letter may be folded in two, which is put right line by line.
    if charset in ("", "utf-8", "us-ascii") or _is_utf8(octets):
        return octets
    return decoded(octets, charset).encode(errors="replace")


def _is_utf8(octets: bytes) -> bool:
    # What is said of the octets counts less than what they are; only UTF-16 is full of zeros.
    try:
        octets.decode()
    except ValueError:
        return False
    return b"\0" not in octets


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(parts: list[Message]) -> str:
    """What somebody wrote: the first plain text, else the first HTML without its markup."""
    for kind, read_as in (("text/plain", str), ("text/html", _without_markup)):
        for part in parts:
            if (
                part.get_content_type() == kind
                and "attachment" not in one_line(part["Content-Disposition"], 40).lower()
            ):
                octets = _content(part)[: LONGEST_TEXT * 32]
                written = read_as(decoded(octets, one_line(part.get_content_charset(), 40)))
                if text := _excerpt(written):
                    return text
    return ""


def _excerpt(text: str) -> str:
    lines = (" ".join(line.split()) for line in _UNPRINTABLE.sub("", text).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:LONGEST_TEXT].rstrip()


def _without_markup(html: str) -> str:
    """The text of ``html``, read once from left to right however it is broken."""
    out: list[str] = []
    silent, is_comment = "", False
    for found in _MARKUP.finditer(html):
        piece, name = found[0], (found[2] or "").lower()
        if piece in ("<!--", "-->"):
            is_comment = piece == "<!--"
        elif is_comment:
            continue
        elif name:
            silent = _silence(silent, name, ends=found[1] == "/")
            out.append("\n" if name in _ENDS_LINE else " ")
        elif not silent and not piece.startswith("<!"):
            out.append(piece)
    return unescape("".join(out))


def _silence(silent: str, name: str, *, ends: bool) -> str:
    """The element whose content is passed over, after the tag ``name``."""
    if silent:
        return "" if ends and name == silent else silent
    return name if name in _SILENT and not ends else ""
