"""Messages spoilt in many ways, out of those that calendars send: what a reader must survive."""

import base64
from collections.abc import Callable
from random import Random

from tests.answers.inbox import shapes
from tests.answers.inbox.shapes import Told
from tests.mail.reports.samples import SHAPES as REPORTS
from tests.mail.reports.samples import report

_CALENDARS = (
    shapes.exchange_ics,
    shapes.google_ics,
    shapes.apple_ics,
    shapes.thunderbird_ics,
)
_CHARSETS = (
    "utf-8", "utf-16", "utf-7", "iso-8859-1", "punycode", "idna", "unicode_escape", "zlib",
    "rot13", "nonsense", "x" * 300, "\xff", "undefined", "utf-8-sig", "hz", "iso2022_jp",
)  # fmt: skip
_PIECES = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n", b"\r\n\r\n", b"\xed\xa0\x80",
    b"\xe2\x80\xa8", b"=?utf-8?B?", b"=?x?q?=00?=", b"?=", b'"', b"(", b")", b"<", b">",
    b";", b"\\", b"%00", b":", b"BEGIN:VEVENT\r\n", b"END:VEVENT\r\n", b"BEGIN:VCALENDAR\r\n",
    b"BEGIN:VTIMEZONE\r\n",
    b"RRULE:FREQ=SECONDLY\r\n", b"METHOD:CANCEL\r\n", b"RECURRENCE-ID:00000000T000000Z\r\n",
    b"DTSTAMP:99991231T235959Z\r\n", b"DTSTART:00010101T000000\r\n", b"DURATION:P99999999999W\r\n",
    b"SEQUENCE:" + b"9" * 5000 + b"\r\n", b"ATTENDEE;CN=\"", b"ATTENDEE:mailto:a@b\r\n",
    b"DTSTART;TZID=../../etc/passwd:20260101T000000\r\n", b"TZID=" + b"/" * 200,
    b"Content-Type: multipart/digest; boundary=a\r\n", b"Content-Transfer-Encoding: x-uuencode\r\n",
    b"Content-Type: text/calendar; charset*0*=utf-8''%; charset*9999999999=\"\r\n",
    b"From: a@b, c@d\r\n", b"Auto-Submitted: auto-replied\r\n", b"Message-ID: <>\r\n",
    b"Content-Type: message/rfc822\r\n\r\n", b"--000000000000a1\r\n", b"--000000000000a1--\r\n",
)  # fmt: skip


def spoilt(chance: Random, told: Told) -> bytes:
    """One message, spoilt in one to four ways."""
    raw = _whole(chance, told)
    for _time in range(chance.randint(1, 4)):
        raw = chance.choice(_WAYS)(chance, raw)
        # Longer ones are not read at all; half of a limit is as hard as the whole.
        raw = raw[:2_200_000]
    return raw


def _whole(chance: Random, told: Told) -> bytes:
    kind = chance.randrange(6)
    if kind == 0:
        return report(chance.choice(list(REPORTS)))
    if kind == 1:
        return shapes.letter(told, html="<p>Hei <b>du</b><!-- x --><script>a</script>" * 3)
    if kind in (2, 3):
        # The calendar is spoilt before it is wrapped up, so that the message stays whole.
        octets = chance.choice(_CALENDARS)(told).encode()
        for _time in range(chance.randint(1, 3)):
            octets = chance.choice(_WAYS)(chance, octets)[:300_000]
        return shapes.bare(told, octets)
    return shapes.SHAPES[chance.choice(list(shapes.SHAPES))](told)


def _flip(chance: Random, raw: bytes) -> bytes:
    octets = bytearray(raw)
    for _time in range(chance.randint(1, 30)):
        if octets:
            octets[chance.randrange(len(octets))] = chance.randrange(256)
    return bytes(octets)


def _cut(chance: Random, raw: bytes) -> bytes:
    start, end = sorted(chance.randint(0, len(raw)) for _each in range(2))
    return raw[:start] if chance.random() < 0.5 else raw[:start] + raw[end:]


def _insert(chance: Random, raw: bytes) -> bytes:
    piece = chance.choice(_PIECES) * chance.choice((1, 1, 2, 10, 200, 5_000))
    at = chance.randint(0, len(raw))
    return raw[:at] + piece[:500_000] + raw[at:]


def _in_a_header(chance: Random, raw: bytes) -> bytes:
    """Put a piece into the head, where a few letters do the most harm."""
    at = chance.randint(0, max(raw.find(b"\r\n\r\n"), 0))
    piece = chance.choice(_PIECES) * chance.choice((1, 3, 100, 2_000))
    return raw[:at] + piece[:200_000] + raw[at:]


def _repeat_lines(chance: Random, raw: bytes) -> bytes:
    lines = raw.split(b"\r\n")
    at = chance.randrange(len(lines))
    some = lines[at : at + chance.randint(1, 4)]
    most = 1_500_000 // (1 + sum(map(len, some)))
    some *= min(chance.choice((2, 3, 50, 3_000)), most + 1)
    return b"\r\n".join(lines[:at] + some + lines[at:])[:1_500_000]


def _shuffle_lines(chance: Random, raw: bytes) -> bytes:
    lines = raw.split(b"\r\n")
    at = chance.randrange(len(lines))
    some = lines[at : at + 12]
    chance.shuffle(some)
    return b"\r\n".join(lines[:at] + some + lines[at + 12 :])


def _long_line(chance: Random, raw: bytes) -> bytes:
    at = chance.randint(0, len(raw))
    letters = chance.choice(
        (b"a", b'"', b"(", b";", b"=", b" ", b"a@", b'";', b"<a", b"=?", b"a;b=c")
    )
    return raw[:at] + letters * chance.choice((1_000, 10_000, 200_000)) + raw[at:]


def _nest(chance: Random, raw: bytes) -> bytes:
    for number in range(chance.choice((1, 5, 12, 39, 300))):
        kind = chance.choice((b"multipart/mixed", b"multipart/digest", b"message/rfc822"))
        head = b'Content-Type: %s; boundary="n%d"\r\n\r\n' % (kind, number)
        open_, close = b"--n%d\r\n" % number, b"\r\n--n%d--\r\n" % number
        raw = head + raw if kind.startswith(b"message") else head + open_ + raw + close
    return raw


def _charset(chance: Random, raw: bytes) -> bytes:
    other = chance.choice(_CHARSETS).encode("latin-1")
    for known in (b"utf-8", b"UTF-8"):
        raw = raw.replace(known, other, chance.randint(1, 3))
    return raw


def _encoding(chance: Random, raw: bytes) -> bytes:
    known = (b"base64", b"quoted-printable", b"8bit", b"7bit")
    return raw.replace(chance.choice(known), chance.choice((*known, b"x-uuencode", b"binary")))


def _line_ends(chance: Random, raw: bytes) -> bytes:
    return raw.replace(b"\r\n", chance.choice((b"\n", b"\r", b"\r\r\n", b"\n\r", b"\r\n ")))


def _wrap_again(chance: Random, raw: bytes) -> bytes:
    """Enclose the whole as a part in base64, under some type."""
    kind = chance.choice(
        (b"text/calendar", b"text/rfc822-headers", b"text/html", b"application/ics")
    )
    octets = base64.encodebytes(raw[:400_000])
    return b"Content-Type: %s\r\nContent-Transfer-Encoding: base64\r\n\r\n%s" % (kind, octets)


_WAYS: tuple[Callable[[Random, bytes], bytes], ...] = (
    _flip, _cut, _insert, _in_a_header, _repeat_lines, _shuffle_lines, _long_line, _nest,
    _charset, _encoding, _line_ends, _wrap_again,
)  # fmt: skip
