"""Messages as bytes: golden texts whole, then headers, names and what is refused."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.mail.headers import UnsafeHeader, check_address, check_header
from portal.mail.message import CalendarPart, Lane, Mailbox, Message
from portal.mail.mime import renewed, to_bytes
from tests.calendar.examples import camp, invited
from tests.mail.rules import broken_rules, calendar_of, parts_of

JUNE = datetime(2026, 6, 1, 12, tzinfo=UTC)
OLA = Mailbox("ola@example.org", "Ola Hansen")
ALLIANCE = Mailbox("kalender+k3vq@example.org", "Alliansen")
RECEIPT = Message(OLA, ALLIANCE, "Takk for tilbudet", "Hei Ola\n\nVi har fått det.\n")
REQUEST = invited(camp())
INVITATION = replace(
    RECEIPT,
    html="<p>Hei Ola</p>\n",
    reply_to=ALLIANCE,
    calendar=CalendarPart("REQUEST", REQUEST),
)
INJECTIONS = [
    "a\r\nBcc: siri@example.org", "a\nBcc: siri@example.org", "a\rBcc: siri@example.org", "a\x00b",
    "a\x0bb", "a\x0cb", "a\x1cb", "a\x85b", "a\u2028b", "a\u2029b", "a\r\n\r\n<html>", "\n", "a\tb",
    "a\x7fb", "a\ud83db", "=?utf-8?q?a?=\r\nBcc: siri@example.org",
]  # fmt: skip


def raw(message: Message) -> bytes:
    return to_bytes(message, message_id="k3vq.1@example.org", date=JUNE)


def read(message: Message):
    return message_from_bytes(raw(message), policy=policy.SMTP)


def name_and_address(message: Message) -> tuple[str, str]:
    """The recipient, by the older of Python's readers: the newer one adds spaces to long names."""
    name, address = parseaddr(message_from_bytes(raw(message), policy=policy.compat32)["To"])
    return str(make_header(decode_header(name))), address


def test_a_whole_text_message():
    assert raw(RECEIPT).decode() == (
        'From: "Alliansen" <kalender+k3vq@example.org>\r\n'
        'To: "Ola Hansen" <ola@example.org>\r\n'
        "Subject: Takk for tilbudet\r\n"
        "Date: Mon, 01 Jun 2026 12:00:00 +0000\r\n"
        "Message-ID: <k3vq.1@example.org>\r\n"
        "Content-Language: nb\r\n"
        "Auto-Submitted: auto-generated\r\n"
        "X-Auto-Response-Suppress: OOF, AutoReply, DR, RN\r\n"
        'Content-Type: text/plain; charset="utf-8"\r\n'
        "Content-Transfer-Encoding: quoted-printable\r\n"
        "MIME-Version: 1.0\r\n"
        "\r\n"
        "Hei Ola\r\n"
        "\r\n"
        "Vi har f=C3=A5tt det.\r\n"
    )
    assert broken_rules(raw(RECEIPT)) == []


def test_an_invitation_has_its_parts_in_the_order_calendars_want():
    whole, alternative, text, html, inline, copy = parts_of(raw(INVITATION))

    assert [(part["Content-Type"], part["Content-Disposition"]) for part in (text, html)] == [
        ('text/plain; charset="utf-8"', None),
        ('text/html; charset="utf-8"', None),
    ]
    assert whole.get_boundary() != alternative.get_boundary()
    assert inline.get_content_type() == "text/calendar"
    assert b"\r\nContent-Type: text/calendar; method=REQUEST; charset=utf-8\r\n" in raw(INVITATION)
    assert copy["Content-Disposition"] == 'attachment; filename="invite.ics"'
    assert broken_rules(raw(INVITATION)) == []


def test_the_calendar_arrives_byte_for_byte_twice():
    *_, inline, copy = parts_of(raw(INVITATION))

    assert calendar_of(raw(INVITATION)) == REQUEST
    assert [part.get_payload(decode=True) for part in (inline, copy)] == [REQUEST, REQUEST]


def test_html_and_text_are_two_forms_of_one_message():
    both = raw(replace(RECEIPT, html="<p>Hei Ola</p>"))

    assert [part.get_content_type() for part in parts_of(both)] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert broken_rules(both) == []


def test_the_same_message_gives_the_same_bytes_and_another_seed_other_boundaries():
    one, two = (
        to_bytes(INVITATION, message_id="a@example.org", date=JUNE, seed=seed)
        for seed in ("one", "two")
    )

    assert raw(INVITATION) == raw(INVITATION)
    assert one != two


def test_own_headers_and_the_language_are_written():
    message = read(replace(RECEIPT, language="nn", headers={"X-Portal-Kind": "jury-ask"}))

    assert (message["Content-Language"], message["X-Portal-Kind"]) == ("nn", "jury-ask")


def test_a_message_is_alone_in_its_lane_by_default():
    assert (RECEIPT.lane, Lane.SIGN_IN < Lane.SINGLE < Lane.BULK) == (Lane.SINGLE, True)


def test_a_method_that_differs_from_the_calendar_is_refused():
    with pytest.raises(ValueError):
        CalendarPart("CANCEL", REQUEST)


@pytest.mark.parametrize(
    "subject",
    [
        "Jury på Skien vgs torsdag 14. oktober: kan du?",
        "Å" * 200,
        "Møte " * 60,
        "x" * 300,
        "=?utf-8?q?not_encoded?=",
        "Čáhcesuolu 🏫 «sitat», komma; og – strek",
        "",
    ],
)
def test_any_subject_comes_back_as_it_was(subject):
    message = replace(RECEIPT, subject=subject)

    assert read(message)["Subject"] == subject


@pytest.mark.parametrize(
    "name",
    [
        "Hansen, Ola",
        'Ola "Jury" Hansen',
        "Ola \\ Hansen\\",
        "Åse Ødegård, fylkesråd <ase@example.org>",
        "Kommunedirektør " * 12 + "slutt",
        "Osloregionens sekretariat " * 8 + "end",
        "=?utf-8?q?Siri?=",
        "🏫",
        "(ikke en kommentar)",
    ],
)
def test_any_name_comes_back_as_it_was(name):
    message = replace(RECEIPT, recipient=Mailbox("ola@example.org", name))

    assert name_and_address(message) == (name, "ola@example.org")
    assert broken_rules(raw(message)) == []


# Two spaces and those at the ends are not ours to keep: a reader may fold and unfold them.
words = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1)
phrases = st.lists(words, min_size=1, max_size=12).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(subject=phrases, name=phrases)
def test_subjects_and_names_round_trip(subject, name):
    message = replace(RECEIPT, subject=subject, recipient=Mailbox("ola@example.org", name))

    assert read(message)["Subject"] == subject
    assert name_and_address(message) == (name, "ola@example.org")


@settings(max_examples=100, deadline=None)
@given(text=st.text(st.characters(codec="utf-8")), html=st.text(st.characters(codec="utf-8")))
def test_any_text_makes_a_sound_message(text, html):
    assert broken_rules(raw(replace(INVITATION, text=text, html=html or "<p>"))) == []


def test_a_text_that_looks_like_a_boundary_stays_inside_its_part():
    boundary = parts_of(raw(INVITATION))[0].get_boundary()
    sly = replace(INVITATION, text=f"\n--{boundary}--\n")

    assert parts_of(raw(sly))[2].get_payload(decode=True).split() == [f"--{boundary}--".encode()]
    assert broken_rules(raw(sly)) == []


# Sent once more: another message, and the same matter


def test_a_renewed_message_differs_in_two_headers_and_nothing_else():
    anew = renewed(raw(INVITATION), message_id="z9.2@example.org", date=JUNE + timedelta(days=3))

    assert anew == (
        raw(INVITATION)
        .replace(
            b"\r\nDate: Mon, 01 Jun 2026 12:00:00 +0000",
            b"\r\nDate: Thu, 04 Jun 2026 12:00:00 +0000",
        )
        .replace(b"\r\nMessage-ID: <k3vq.1@example.org>", b"\r\nMessage-ID: <z9.2@example.org>")
    )
    assert broken_rules(anew) == []
    assert calendar_of(anew) == REQUEST


def test_what_a_text_says_of_headers_stays():
    sly = replace(
        RECEIPT, text="Date: i dag\nMessage-ID: <k3vq.1@example.org>\n", subject="Date: i dag"
    )

    anew = renewed(raw(sly), message_id="k3vq.1@example.org", date=JUNE)

    assert anew == raw(sly)


@pytest.mark.parametrize(
    "broken",
    [b"", b"Date: x\r\nMessage-ID: <a@b>\r\n", b"Date: x\r\n\r\nHei",
     b"Date: x\r\nDate: y\r\nMessage-ID: <a@b>\r\n\r\nHei"],
)  # fmt: skip
def test_what_is_no_message_of_ours_is_not_renewed(broken: bytes):
    with pytest.raises(ValueError, match="Not a message of ours"):
        renewed(broken, message_id="z9.2@example.org", date=JUNE)


# What could begin another header is refused


@pytest.mark.parametrize("value", INJECTIONS)
@pytest.mark.parametrize(
    "place",
    [
        lambda value: replace(RECEIPT, subject=value),
        lambda value: replace(RECEIPT, language=value),
        lambda value: replace(RECEIPT, headers={"X-Portal-Kind": value}),
        lambda value: replace(RECEIPT, headers={value: "x"}),
        lambda value: replace(RECEIPT, envelope_from=f"{value}@example.org"),
        lambda value: Mailbox("ola@example.org", value),
        lambda value: Mailbox(f"{value}@example.org"),
        lambda value: Mailbox(f"ola@example.org{value}"),
        lambda value: to_bytes(RECEIPT, message_id=f"{value}@example.org", date=JUNE),
        lambda value: renewed(raw(RECEIPT), message_id=f"{value}@example.org", date=JUNE),
    ],
    ids=[
        *("subject", "language", "value", "field", "envelope", "name", "local", "domain"),
        *("id", "new id"),
    ],
)
def test_a_value_that_could_begin_another_header_is_refused(place, value):
    with pytest.raises(UnsafeHeader):
        place(value)


def test_the_refusal_names_the_field_and_not_the_value():
    with pytest.raises(UnsafeHeader) as refused:
        check_header("Subject", "secret\r\nBcc: x")

    assert refused.value.field == "Subject"
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    [
        "", "ola", "@example.org", "ola@", "ola@@example.org", "o la@example.org", "ola@a b.org",
        "ola@example.org, siri@example.org", "ola@example.org>", "<ola@example.org>",
        '"ola hansen"@example.org', "øla@example.org", "ola@eksempel.nø", "ola@-example.org",
        "ola@example..org", ".ola@example.org", "ola.@example.org", "o" * 250 + "@x.no",
        "=?utf-8?q?=0D=0ABcc?=@example.org",
    ],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused(address):
    with pytest.raises(UnsafeHeader):
        check_address(address)


@pytest.mark.parametrize(
    "address", ["ola@example.org", "kalender+k3vq@x.example.org", "o'hara_1@xn--blbr-roah.no"]
)
def test_a_plain_address_is_taken_as_it_is(address):
    assert check_address(address) == address
