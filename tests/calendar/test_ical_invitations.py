"""What is mailed to one attendee: golden texts whole, then rule by rule."""

from dataclasses import replace

import pytest

from portal.calendar.ical import Address, ImpossibleEntry, Method, Status, download
from tests.calendar.examples import (
    GOLDEN_ZONE,
    HEAD,
    OLA,
    camp,
    full_camp,
    invited,
    text_of,
)
from tests.calendar.rules import broken_rules, parsed


def test_a_whole_request():
    request = invited(camp(disallow_counter=True))

    assert text_of(request) == (
        HEAD
        + "METHOD:REQUEST\n"
        + GOLDEN_ZONE
        + """\
BEGIN:VEVENT
UID:event-7@example.org
DTSTAMP:20260601T120000Z
CREATED:20260501T083000Z
LAST-MODIFIED:20260601T120000Z
SEQUENCE:0
DTSTART;TZID=Europe/Oslo:20261014T090000
DTEND;TZID=Europe/Oslo:20261014T113000
SUMMARY:Innovasjonscamp på Skien vgs
STATUS:CONFIRMED
TRANSP:OPAQUE
ORGANIZER;CN=Alliansen:mailto:kalender+k3vq@example.org
ATTENDEE;CN="Ola Hansen";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=N
 EEDS-ACTION;RSVP=TRUE:mailto:ola@example.org
X-MICROSOFT-DISALLOW-COUNTER:TRUE
END:VEVENT
END:VCALENDAR
"""
    )
    assert broken_rules(request) == []


def test_a_whole_cancel():
    off = camp(sequence=3, summary="AVLYST: Innovasjonscamp på Skien vgs", status=Status.CANCELLED)
    cancel = invited(off, Method.CANCEL)

    assert text_of(cancel) == (
        HEAD
        + "METHOD:CANCEL\n"
        + GOLDEN_ZONE
        + """\
BEGIN:VEVENT
UID:event-7@example.org
DTSTAMP:20260601T120000Z
CREATED:20260501T083000Z
LAST-MODIFIED:20260601T120000Z
SEQUENCE:3
DTSTART;TZID=Europe/Oslo:20261014T090000
DTEND;TZID=Europe/Oslo:20261014T113000
SUMMARY:AVLYST: Innovasjonscamp på Skien vgs
STATUS:CANCELLED
TRANSP:TRANSPARENT
ORGANIZER;CN=Alliansen:mailto:kalender+k3vq@example.org
ATTENDEE;CN="Ola Hansen";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=N
 EEDS-ACTION:mailto:ola@example.org
END:VEVENT
END:VCALENDAR
"""
    )
    assert broken_rules(cancel) == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Hansen, Ola", 'CN="Hansen, Ola"'),
        ('Ola "Jury" Hansen', "CN=\"Ola 'Jury' Hansen\""),
        ("Ola\\", "CN=Ola/"),
        ("Ola^n", "CN=Olan"),
        ("Ola\r\nATTENDEE:x", 'CN="Ola ATTENDEE:x"'),
        ("", "CUTYPE=INDIVIDUAL"),
    ],
)
def test_display_names_survive_every_reader(name, shown):
    request = invited(camp(), attendee=replace(OLA, name=name))

    assert f"ATTENDEE;{shown}" in text_of(request)
    assert broken_rules(request) == []


def test_feeds_and_invitations_say_the_same_of_an_event():
    feed = parsed(download(full_camp())).inside[1]
    request = parsed(invited(full_camp())).inside[1]

    people = {"ORGANIZER", "ATTENDEE"}
    assert [line for line in request.lines if line.name not in people] == feed.lines


def test_taking_out_one_person_names_no_status():
    cancel = invited(full_camp(), Method.CANCEL, uninvite=True)

    assert "\nSTATUS" not in text_of(cancel)
    assert "METHOD:CANCEL" in text_of(cancel)
    assert broken_rules(cancel) == []


def test_who_is_out_gets_no_link_to_join():
    assert b"video.example.org" not in invited(full_camp(), Method.CANCEL).replace(b"\r\n ", b"")


def test_a_stored_answer_is_kept_in_a_change_of_text():
    assert "PARTSTAT=ACCEPTED" in text_of(invited(camp(), partstat="ACCEPTED")).replace("\n ", "")


def test_a_cancelled_event_is_not_asked_for():
    with pytest.raises(ImpossibleEntry):
        invited(camp(status=Status.CANCELLED))


def test_nobody_invites_themselves():
    with pytest.raises(ImpossibleEntry):
        invited(camp(), attendee=Address("KALENDER+k3vq@example.org"))
