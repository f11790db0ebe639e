"""The hand rules notice what would break a message on its way, or hide its calendar."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from portal.mail.message import CalendarPart, Mailbox, Message
from portal.mail.mime import to_bytes
from tests.calendar.examples import camp, invited
from tests.mail.rules import broken_rules

JUNE = datetime(2026, 6, 1, 12, tzinfo=UTC)
OLA, ALLIANCE = (
    Mailbox("ola@example.org", "Ola Hansen"),
    Mailbox("kalender+k3vq@example.org", "Alliansen"),
)
INVITATION = Message(
    *(OLA, ALLIANCE, "Innkalling", "Hei Ola\n\nVelkommen på camp.\n"),
    html="<p>Hei Ola</p>\n",
    reply_to=ALLIANCE,
    calendar=CalendarPart("REQUEST", invited(camp())),
)


def raw(message: Message, date: datetime = JUNE) -> bytes:
    return to_bytes(message, message_id="k3vq.1@example.org", date=date)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("Hei Ola\r\n", "From Ola\r\n", "text/plain has a line that is altered on the way"),
        ("Hei Ola\r\n", ".\r\n", "text/plain has a line that is altered on the way"),
        ("Hei Ola\r\n", "Hei \r\n", "text/plain has a line that ends in a space"),
        ("Hei Ola\r\n", "H" * 77 + "\r\n", "text/plain has an encoded line over 76 octets"),
        ("quoted-printable", "8bit", "text/plain in 8bit"),
        ("method=REQUEST;", 'method="REQUEST";',
         "the calendar part's type is written otherwise than simple readers want it"),
        ("Content-Type: application/ics", "Content-Type: application/ics; name=a.ics",
         "the copy says application/ics; name=\"a.ics\""),
        ('From: "Alliansen"', 'From: "Kari"', "From and ORGANIZER have two names"),
        ("Reply-To: \"Alliansen\" <kalender+k3vq@", "Reply-To: <svar@",
         "Reply-To is not ORGANIZER"),
        ("To: \"Ola Hansen\" <ola@", "To: <siri@", "To is not ATTENDEE"),
    ],
)  # fmt: skip
def test_a_fault_in_a_message_is_named(old, new, rule):
    sound = raw(INVITATION)
    assert broken_rules(sound) == []
    assert sound.count(old.encode()) >= 1

    assert rule in broken_rules(sound.replace(old.encode(), new.encode(), 1))


def test_a_calendar_made_after_its_message_is_named():
    assert "DTSTAMP is later than Date" in broken_rules(
        raw(INVITATION, datetime(2026, 6, 1, 11, tzinfo=UTC))
    )


@pytest.mark.parametrize("text", ["From Oslo\n", ".\n", ".well\nFrom " + "x" * 71 + "\n", "æ" * 90])
def test_what_relays_alter_is_written_so_that_they_do_not(text):
    message = replace(INVITATION, text=text, html=f"<p>\n{text}</p>")

    assert broken_rules(raw(message)) == []
