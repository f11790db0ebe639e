"""A message that came in, as plain values, whatever it is made of."""

import pytest

from portal.mail import incoming
from portal.mail.incoming import Automatic, Incoming

WHOLE = (
    b"Return-Path: <ola@example.org>\r\nDelivered-To: kalender+1-1-a@example.org\r\n"
    b"X-Original-To: KALENDER@example.org\r\n"
    b"Authentication-Results: mx.example.org;\r\n dkim=pass header.d=example.org\r\n"
    b"From: =?utf-8?q?=C3=85se?= Berg <ase@example.org>\r\n"
    b'To: "A; B, (x" <kalender+2-1-b@example.org>, c@example.org\r\nCc: d@example.org\r\n'
    b"Subject: =?utf-8?b?UMOlbWVsZGluZw==?= til\r\n =?iso-8859-1?q?_m=F8te?=\r\n"
    b"Message-ID: <1@x>\r\nIn-Reply-To: <a@b>\r\nReferences: <c@d>\r\n <a@b>\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nHei   der\r\n\r\n\r\n\r\nOla\x00\r\n"
)


def test_a_whole_message():
    assert incoming.read(WHOLE) == Incoming(
        came_to=(
            *("KALENDER@example.org", "kalender+1-1-a@example.org", "kalender+2-1-b@example.org"),
            *("c@example.org", "d@example.org"),
        ),
        sender="ase@example.org",
        sender_name="Åse Berg",
        subject="Påmelding til møte",
        message_id="1@x",
        references=("a@b", "c@d"),
        automatic=Automatic.NO,
        report="",
        calendars=(),
        text="Hei der\n\nOla",
        authentication=("mx.example.org;  dkim=pass header.d=example.org",),
    )


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("From: ola@example.org", ("ola@example.org", "")),
        ("From: ola@example.org (Ola Hansen)", ("ola@example.org", "Ola Hansen")),
        ('From: "Hansen, Ola" <ola@example.org>', ("ola@example.org", "Hansen, Ola")),
        ("From: Åse <ase@example.org>", ("ase@example.org", "Åse")),
        ("From: <ola@example.org>", ("ola@example.org", "")),
        ("From: a@example.org, b@example.org", ("", "a@example.org, b@example.org")),
        ("From: a@example.org, B <b@example.org>", ("", "a@example.org, B")),
        ("From: A <a@x.no>, B <b@x.no>", ("", "A <a@x.no>, B <b@x.no>")),
        ("From: a@example.org\r\nFrom: b@example.org", ("", "")),
        ("From: a@b@c", ("", "a@b@c")),
        ("From: nobody", ("", "nobody")),
        ("From:", ("", "")),
        ("To: x@y", ("", "")),
    ],
)  # fmt: skip
def test_one_author_or_none(line: str, author: tuple[str, str]):
    message = incoming.read(f"{line}\r\n\r\n".encode())

    assert (message.sender, message.sender_name) == author


@pytest.mark.parametrize(
    ("head", "automatic"),
    [
        ("Auto-Submitted: no", "no"),
        ("Auto-Submitted: No (by hand)", "no"),
        ("Auto-Submitted: auto-generated", "generated"),
        ("Auto-Submitted: auto-generated; x=y", "generated"),
        ("Auto-Submitted: auto-replied", "replied"),
        ("Auto-Submitted: auto-notified", "replied"),
        ("Auto-Submitted: auto-generated\r\nAuto-Submitted: auto-replied", "replied"),
        ("Precedence: list", "generated"),
        ("Precedence: Bulk", "replied"),
        ("Precedence: first-class", "no"),
        ("List-Unsubscribe: <https://example.org>", "generated"),
        ("X-AutoReply: 1", "replied"),
        ("Return-Path: <>", "replied"),
        ("Return-Path: < >", "replied"),
        ("Return-Path: <ola@example.org>", "no"),
        # Exchange writes it on the answers of people, too.
        ("X-Auto-Response-Suppress: All", "no"),
    ],
)
def test_what_programs_say_of_themselves(head: str, automatic: str):
    assert incoming.read(f"{head}\r\n\r\nHei".encode()).automatic == automatic


def part(kind: str, content: str, more: str = "") -> str:
    return f"--a\r\nContent-Type: {kind}\r\n{more}\r\n{content}\r\n"


def mixed(*parts: str) -> bytes:
    body = "".join(parts)
    return f"Content-Type: multipart/mixed; boundary=a\r\n\r\n{body}--a--\r\n".encode()


def test_calendars_come_by_type_before_those_by_name():
    attached = "Content-Disposition: attachment;"
    message = incoming.read(
        mixed(
            part('application/octet-stream; name="svar.ICS"', "third"),
            part("application/ics", "second"),
            part("text/plain", "Hei"),
            part("text/calendar; method=REPLY", "first"),
            part("application/pdf", "other", f'{attached} filename="a.ics.pdf"\r\n'),
            part("application/x-y", "fourth", f"{attached}\r\n filename*=utf-8''%C3%A5.ics\r\n"),
        )
    )

    assert message.calendars == (b"first", b"second", b"third", b"fourth")


def test_a_message_that_is_enclosed_is_not_entered():
    inner = "Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR"

    message = incoming.read(mixed(part("text/plain", "Se her"), part("message/rfc822", inner)))

    assert (message.calendars, message.text) == ((), "Se her")


def test_calendars_that_are_too_large_or_empty_are_none():
    large = "x" * (incoming.LARGEST_CALENDAR + 1)

    message = incoming.read(mixed(part("text/calendar", large), part("text/calendar", " ")))

    assert message.calendars == ()


def test_a_long_text_is_cut():
    assert len(incoming.read(b"\r\n" + b"Hei du " * 9_000).text) <= incoming.LONGEST_TEXT


def test_what_is_attached_is_no_letter():
    attached = part("text/plain", "Vedlegg", "Content-Disposition: ATTACHMENT\r\n")

    assert incoming.read(mixed(attached, part("text/plain", "Brev"))).text == "Brev"


@pytest.mark.parametrize(
    "raw",
    [
        b"x" * (incoming.LARGEST + 1),
        b"\n" * 60_001,
        b"A: b\n" * 2_001,
        b"Content-Type: multipart/mixed" + b"; a=b" * 900,
        b"multipart/" * 41,
        b"--\n" * 1_001,
        mixed(*[part("text/plain", "x")] * 50),
    ],
    ids=["size", "lines", "headers", "parameters", "containers", "dividers", "parts"],
)
def test_what_exceeds_a_bound_is_refused(raw: bytes):
    with pytest.raises(incoming.Unreadable):
        incoming.read(raw)
