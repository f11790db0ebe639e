"""Reports on delivery are read in the shapes of real servers, and garbage harms nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.mail import dsn
from portal.mail.dsn import Fate, Report
from tests.mail.reports.samples import GMAIL, SHAPES, report

OURS = "retur+abcdefghjkmn@portal.example.org"
MESSAGE_ID = "abcdefghjkmn.nmkjhgfedcba@localhost"
UNKNOWN = Fate("ola@example.org", "failed", "5.1.1", 550, "550 5.1.1 User unknown")
CAME_TO = {"Postfix": (OURS, OURS, OURS), "Exchange": (OURS,), "Gmail": (OURS, OURS)}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_report_tells_which_message_failed_for_whom_and_why(shape: str):
    assert dsn.read(report(shape)) == Report(CAME_TO[shape], MESSAGE_ID, (UNKNOWN,))


def test_what_the_server_in_front_noted_goes_before_what_the_sender_wrote():
    raw = (
        b"Original-Recipient: rfc822; d@example.org\r\nTo: Retur <c@example.org>\r\n"
        b"Delivered-To: b@example.org\r\nX-Original-To: a@example.org\r\n" + report("Exchange")
    )

    read = dsn.read(raw)

    assert read is not None
    assert read.came_to == ("a@example.org", "b@example.org", "c@example.org", OURS,
                            "d@example.org")  # fmt: skip


@pytest.mark.parametrize(
    ("status", "is_hard", "is_permanent"),
    [
        *((f"5.1.{number}", True, True) for number in (1, 2, 3, 6, 10)),
        ("5.2.1", True, True),
        *((status, False, True) for status in ("5.1.0", "5.1.7", "5.2.3", "5.3.4", "5.7.1")),
        *((status, False, False) for status in ("5.2.2", "4.2.2", "4.4.7", "4.1.1", "2.0.0", "")),
    ],
)
def test_only_a_mailbox_that_is_gone_is_a_hard_bounce(status, is_hard, is_permanent):
    fate = Fate("ola@example.org", "failed", status, None, "")

    assert (fate.is_hard, fate.is_permanent) == (is_hard, is_permanent)


def test_a_report_names_several_recipients():
    second = "Final-Recipient: utf-8; <siri@example.org>\nAction: Delayed\nStatus: 4.4.1 (away)\n"
    raw = GMAIL.format(
        came_to=OURS, recipient="ola@example.org", message_id=MESSAGE_ID, action="failed",
        status="5.1.1", diagnostic="550 5.1.1 User unknown\n\n" + second,
    ).encode()  # fmt: skip

    read = dsn.read(raw)

    assert read is not None
    assert read.fates == (UNKNOWN, Fate("siri@example.org", "delayed", "4.4.1", None, ""))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff" * 50,
        b"Subject: Hei\r\n\r\nHei\r\n",
        report().replace(b"delivery-status;", b"disposition-notification;"),
        report().replace(b"multipart/report", b"multipart/mixed"),
        b"Content-Type: multipart/report; report-type=delivery-status\r\n\r\nno parts\r\n",
        b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n)
                 for n in range(5000)),
        report() + b" " * dsn.LARGEST,
    ],
    ids=["nothing", "octets", "a letter", "a receipt", "mixed", "no parts", "deep", "large"],
)  # fmt: skip
def test_what_is_no_report_is_none(raw: bytes):
    assert dsn.read(raw) is None


def test_a_report_without_its_parts_says_nothing_of_anybody():
    raw = report().replace(b"message/delivery-status", b"text/plain").replace(
        b"text/rfc822-headers", b"text/plain"
    )  # fmt: skip

    assert dsn.read(raw) == Report((OURS, OURS, OURS), "", ())


@given(st.binary(max_size=2000))
def test_no_octets_make_it_stumble_or_pass_for_a_report(raw: bytes):
    assert dsn.read(raw) is None


@given(
    st.sampled_from(list(SHAPES)),
    st.lists(st.tuples(st.integers(0, 3000), st.binary(max_size=20)), max_size=8),
)
def test_no_damage_to_a_report_makes_it_stumble(shape: str, damage: list[tuple[int, bytes]]):
    raw = report(shape)
    for at, octets in damage:
        raw = raw[:at] + octets + raw[at + len(octets) :]

    found = dsn.read(raw)

    assert found is None or all(len(fate.words) <= 500 for fate in found.fates)
