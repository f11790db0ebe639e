"""The same answer, in whatever shape a calendar sends it."""

import base64
from dataclasses import replace

import pytest
import sqlalchemy as sa

from portal.answers.inbox.taking import Received
from portal.db import db
from portal.models.audit import AuditEntry
from portal.models.inbox import InboxKind, InboxResult
from portal.models.invitations import GivenAnswer
from tests.answers.inbox import shapes
from tests.answers.inbox.conftest import rows, state_of
from tests.answers.inbox.shapes import SHAPES

ANSWERS = ("ACCEPTED", "TENTATIVE", "DECLINED")


@pytest.mark.parametrize("partstat", ANSWERS)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_calendar_can_answer(take, told, invitation, shape: str, partstat: str):
    answer = partstat.lower()

    done = take(SHAPES[shape](replace(told, partstat=partstat)))

    assert done == Received(InboxResult.APPLIED, "answered", told.uid, answer)
    assert state_of(invitation) == (answer, "mail", "")
    kept = rows()[0]
    assert (kept.kind, kept.result, kept.reason, kept.person_id, kept.invitation_id) == (
        InboxKind.REPLY, "applied", "answered", invitation.person_id, invitation.id,
    )  # fmt: skip
    assert (kept.attendee, kept.attendee_name, kept.sender, kept.answer, kept.text) == (
        told.attendee, told.name, told.attendee, answer, "",
    )  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_what_somebody_writes_beside_the_answer_is_kept(take, told, invitation, shape: str):
    take(SHAPES[shape](replace(told, comment="Kommer litt seint")))

    assert state_of(invitation) == ("accepted", "mail", "Kommer litt seint")


def test_the_answer_stands_in_the_history_with_the_message_it_came_in(take, told, invitation):
    take(shapes.google(replace(told, sequence=0)))

    given = db.session.scalars(sa.select(GivenAnswer)).one()
    assert (given.answer, given.source, given.sequence, given.counts, given.message_id) == (
        "accepted", "mail", 0, True, rows()[0].id,
    )  # fmt: skip
    verbs = db.session.scalars(sa.select(AuditEntry.verb)).all()
    assert verbs.count("invitation.answered") == 1


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("spelling", ["OLA.HANSEN@EXAMPLE.ORG", "Ola.Hansen@Example.org"])
def test_an_address_may_be_written_in_any_case(take, told, invitation, shape: str, spelling: str):
    take(SHAPES[shape](replace(told, attendee=spelling)))

    assert state_of(invitation)[0] == "accepted"


def test_an_address_of_ours_may_be_written_in_any_case(take, told, invitation):
    take(shapes.exchange(replace(told, to=told.to.upper())))

    assert state_of(invitation)[0] == "accepted"


@pytest.mark.parametrize(
    "head",
    [
        "Delivered-To: {to}\n",
        "X-Original-To: {to}\n",
        "Cc: <{to}>\n",
        "Delivered-To: x@y.z\nCc: {to}\n",
    ],
)
def test_the_address_it_came_to_may_stand_in_several_places(take, told, invitation, head: str):
    moved = replace(told, to="kalender@portal.example.org", head=head.replace("{to}", told.to))

    take(shapes.exchange(moved))

    assert state_of(invitation)[0] == "accepted"


@pytest.mark.parametrize(
    "kind",
    [
        "text/calendar",
        "TEXT/CALENDAR; METHOD=REPLY",
        "text/calendar; method=REQUEST; charset=utf-8",
        "application/ics",
        'application/ics; name="svar"',
        'application/octet-stream; name="SVAR.ICS"',
        "text/calendar; charset=us-ascii",
        "text/calendar; charset=nonsense",
        "text/calendar; charset=utf-16",
    ],
)
def test_the_method_is_read_from_the_calendar_and_from_nowhere_else(
    take, told, invitation, kind: str
):
    take(shapes.bare(told, kind=kind))

    assert state_of(invitation)[0] == "accepted"


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("mailto:", "MAILTO:"),
        ("mailto:", "mailto: "),
        ("mailto:", ""),
        ("\r\n", "\n"),
        ("\r\n", "\r"),
        ("BEGIN:VCALENDAR", "\ufeffBEGIN:VCALENDAR"),
        ("BEGIN:VCALENDAR", "\r\n\r\nbegin:vcalendar"),
        ("SEQUENCE:0\r\n", ""),
        ("DTSTAMP:20260820T085500Z\r\n", ""),
        ("DTSTAMP:20260820T085500Z", "DTSTAMP:20260820T105500"),
        ("DTSTAMP:20260820T085500Z", "DTSTAMP:i dag"),
        ("DTSTART;TZID=W. Europe Standard Time", "DTSTART"),
        ("TZID=W. Europe Standard Time", "TZID=Customized Time Zone 1"),
        ("PARTSTAT=", "partstat="),
        ("METHOD:REPLY", "method : reply"),
        ("END:VCALENDAR\r\n", ""),
        ("PRIORITY:5", "RRULE:FREQ=SECONDLY;COUNT=999999999"),
        ("PRIORITY:5", "X-WEIRD;A=:B:C;;;\r\nDESCRIPTION:\\"),
        (":mailto:ola", ':\r\n mail\r\n\tto:ola'),
    ],
)  # fmt: skip
def test_a_calendar_may_be_written_carelessly(take, told, invitation, was: str, becomes: str):
    ics = shapes.exchange_ics(told)
    assert was in ics

    take(shapes.bare(told, ics.replace(was, becomes)))

    assert state_of(invitation)[0] == "accepted"


@pytest.mark.parametrize(
    ("octets", "kind"),
    [
        ("latin-1", "text/calendar; charset=iso-8859-1"),
        ("latin-1", "text/calendar"),
        ("latin-1", "text/calendar; charset=utf-8"),
        ("utf-8", "text/calendar; charset=iso-8859-1"),
        ("utf-16", "text/calendar; charset=utf-16"),
        ("utf-16-le", "text/calendar; charset=utf-16le"),
    ],
)
def test_letters_are_read_whatever_is_said_of_them(take, told, invitation, octets: str, kind: str):
    ics = shapes.exchange_ics(replace(told, comment="Blåbærsyltetøy")).encode(octets)

    take(shapes.bare(told, ics, kind=kind))

    assert state_of(invitation) == ("accepted", "mail", "Blåbærsyltetøy")


def test_a_calendar_that_cannot_be_read_gives_way_to_its_copy(take, told, invitation):
    raw = shapes.google(told).replace(b"BEGIN:VCALENDAR", b"BEGIN:NONSENSE", 1)

    take(raw)

    assert state_of(invitation)[0] == "accepted"


def test_a_fold_may_lie_inside_a_letter(take, told, invitation):
    ics = shapes.exchange_ics(replace(told, comment="På Bø")).encode()

    take(shapes.bare(told, ics.replace("å".encode(), b"\xc3\r\n \xa5")))

    assert state_of(invitation)[2] == "På Bø"


def test_the_words_of_the_subject_are_not_the_answer(take, told, invitation):
    raw = shapes.exchange(replace(told, partstat="DECLINED"))
    claim = base64.b64encode(b"Godtatt: Webinar om fjorden")

    take(raw.replace(base64.b64encode(replace(told, partstat="DECLINED").subject.encode()), claim))

    assert state_of(invitation)[0] == "declined"
