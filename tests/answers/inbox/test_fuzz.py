"""Whatever comes in is answered in words of ours, soon, and harms nobody.

``python -m tests.answers.inbox.fuzz 100000`` is the long form.
"""

import time
from importlib import resources
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from portal.answers.inbox import taking
from portal.answers.inbox.reasons import Reason
from portal.calendar import itip
from portal.db import db
from portal.mail import dsn, incoming
from portal.models.inbox import InboxResult
from tests.answers.inbox import shapes
from tests.answers.inbox.mutations import spoilt
from tests.answers.inbox.shapes import Told

TOLD = Told(to="kalender+1-1-aaaa@portal.example.org", uid="event-1@localhost")
# Far more than any of them takes; a slow machine must not fail the test.
SOON = 5.0


@hypothesis_settings(max_examples=800, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_no_message_makes_the_readers_stumble(chance: Random):
    raw = spoilt(chance, TOLD)

    dsn.read(raw)
    try:
        message = incoming.read(raw)
    except incoming.Unreadable:
        return
    assert len(message.text) <= incoming.LONGEST_TEXT
    for octets in message.calendars:
        try:
            read = itip.read(octets)
        except itip.Unreadable:
            continue
        assert len(read.events) <= itip.MOST_EVENTS


def test_every_message_leaves_a_result_that_we_know(app, told, now):
    results = set()
    for seed in range(200):
        results.add(taking.take(spoilt(Random(seed), told), now).result)
        # All have one Message-ID; each is to be taken as the first.
        db.session.rollback()

    assert results == set(InboxResult)


@given(st.binary(max_size=3000))
def test_no_octets_pass_for_a_calendar(octets: bytes):
    with pytest.raises(itip.Unreadable):
        itip.read(octets)


def calendars_of_the_library() -> list[Path]:
    """The calendars that icalendar tests itself with, many of them broken on purpose."""
    with resources.as_file(resources.files("icalendar")) as folder:
        return sorted(folder.rglob("*.ics"))


def test_the_librarys_own_calendars_are_read_or_refused():
    read, refused = [], []
    for path in calendars_of_the_library():
        try:
            read.append(itip.read(path.read_bytes()))
        except itip.Unreadable:
            refused.append(path.read_bytes())

    assert len(read) + len(refused) > 100
    # What is refused has no beginning of a calendar, but for those beyond a bound.
    assert [
        each[:40] for each in refused if b"BEGIN:VCALENDAR" in each and len(each) < 10_000
    ] == []
    assert len(read) > 80


CRAFTED = {
    "nested parts": b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n)
        for n in range(5_000)
    ),
    "parts of digests": b'Content-Type: multipart/digest; boundary="a"\r\n\r\n'
    + b"--a\r\n\r\nA: b\r\n" * 50_000,
    "a header without end": b"Subject: " + b"a" * 1_000_000,
    "an encoded header": b"Subject: " + b"=?utf-8?q?=" * 90_000,
    "parameters": b"Content-Type: multipart/mixed;" + b' a=";";' * 140_000 + b"\r\n\r\n",
    "parameters in pieces": b"Content-Type: multipart/mixed"
    + b"".join(b"; a*%d=b" % n for n in range(80_000))
    + b"\r\n\r\n",
    "folded parameters": b"Content-Type: multipart/mixed;\r\n" + b' a=";";\r\n' * 100_000 + b"\r\n",
    "comments": b"To: " + b"(" * 500_000 + b"\r\nFrom: " + b"(" * 400_000 + b"\r\n\r\n",
    "many headers": b"A: b\r\n" * 150_000,
    "many receivers": b"To: " + b"a@b, " * 200_000 + b"\r\n\r\n",
    "lines": b"\r\n" * 500_000,
    "markup": b"Content-Type: text/html\r\n\r\n" + b"<!--<a <" * 120_000,
    "closed markup": b"Content-Type: text/html\r\n\r\n" + b"<style><" * 120_000,
    "a slow charset": b"Content-Type: text/plain; charset=punycode\r\n\r\n\xe5a-"
    + b"a" * 900_000,
    "a slow charset of a report": b"Content-Type: multipart/report; boundary=a; "
    b"report-type=delivery-status\r\n\r\n--a\r\nContent-Type: message/delivery-status; "
    b"charset=punycode\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\xe5a-"
    + b"a" * 900_000,
    "signatures": b"Authentication-Results: " + b"(((;" * 200_000 + b"\r\n\r\n",
    "uuencoded": b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n" + b"M" * 900_000,
}  # fmt: skip


@pytest.mark.parametrize("what", CRAFTED)
def test_what_is_made_to_take_long_does_not(app, now, what: str):
    began = time.perf_counter()

    done = taking.take(CRAFTED[what], now)

    assert time.perf_counter() - began < SOON
    assert done.result in (InboxResult.IGNORED, InboxResult.REJECTED)


CALENDARS = {
    "nested components": "BEGIN:A\r\n" * 20_000,
    "open components": "BEGIN:VEVENT\r\n" * 190,
    "a rule": "BEGIN:VEVENT\r\nRRULE:FREQ=SECONDLY\r\nDTSTART:20260101T000000Z\r\nEND:VEVENT\r\n",
    "a zone": "BEGIN:VTIMEZONE\r\nTZID:Slow\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
    "TZOFFSETFROM:+0000\r\nTZOFFSETTO:+0000\r\nRRULE:FREQ=SECONDLY\r\nEND:STANDARD\r\n"
    "END:VTIMEZONE\r\nBEGIN:VEVENT\r\nDTSTART;TZID=Slow:20260101T000000\r\nEND:VEVENT\r\n",
    "attendees": "BEGIN:VEVENT\r\n" + "ATTENDEE:mailto:a@b.example\r\n" * 7_000 + "END:VEVENT\r\n",
    "a long attendee": f"BEGIN:VEVENT\r\nATTENDEE;{'X=Y;' * 50_000}:mailto:a@b\r\nEND:VEVENT\r\n",
    "folds": "BEGIN:VEVENT\r\nCOMMENT:" + "\r\n a" * 9_000 + "\r\nEND:VEVENT\r\n",
    "quotes": "BEGIN:VEVENT\r\nATTENDEE;CN=" + '"' * 7_000 + ":mailto:a@b\r\nEND:VEVENT\r\n",
    "a number": "BEGIN:VEVENT\r\nSEQUENCE:" + "9" * 7_000 + "\r\nEND:VEVENT\r\n",
    "a length": "BEGIN:VEVENT\r\nDTSTART:20260101\r\nDURATION:P"
    + "9" * 7_000
    + "W\r\nEND:VEVENT\r\n",
}


@pytest.mark.parametrize("what", CALENDARS)
def test_no_calendar_takes_long(app, told, now, what: str):
    ics = f"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n{CALENDARS[what]}END:VCALENDAR\r\n"
    began = time.perf_counter()

    done = taking.take(shapes.bare(told, ics), now)

    assert time.perf_counter() - began < SOON
    assert done.reason in (Reason.UNREADABLE, Reason.UNKNOWN_EVENT)
