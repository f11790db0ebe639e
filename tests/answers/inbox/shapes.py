"""Answers as Exchange, Google, Apple and Thunderbird mail them, and the parts to make others of."""

import base64
import quopri
from dataclasses import dataclass
from datetime import datetime

from portal.calendar.timezone import VTIMEZONE

# How Outlook begins the subject in Norwegian; nobody may read the answer from it.
_WORDS = {"ACCEPTED": "Godtatt", "TENTATIVE": "Foreløpig", "DECLINED": "Avslått"}
_GAP = "\r\n\r\n"


@dataclass(frozen=True)
class Told:
    """What an answer says, in whatever shape."""

    to: str
    uid: str
    attendee: str = "ola.hansen@example.org"
    partstat: str = "ACCEPTED"
    name: str = "Ola Hansen"
    sequence: int = 0
    dtstamp: str = "20260820T085500Z"
    sender: str = ""
    method: str = "REPLY"
    starts: str = "20261015T090000"
    ends: str = "20261015T103000"
    comment: str = ""
    # Lines to put into the event, and headers to put in front.
    lines: str = ""
    head: str = ""
    message_id: str = "answer-1@mail.example.org"

    @property
    def subject(self) -> str:
        """What mail readers show."""
        return f"{_WORDS.get(self.partstat, 'Svar')}: Webinar om fjorden"


def stamp(moment: datetime) -> str:
    """A moment in UTC as calendars write it."""
    return f"{moment:%Y%m%dT%H%M%SZ}"


def exchange_ics(told: Told) -> str:
    """Exchange leaves ORGANIZER out, and names the zone as Windows does."""
    zone = "W. Europe Standard Time"
    comment = f"COMMENT;LANGUAGE=nb-NO:{told.comment}\n" if told.comment else ""
    return _crlf(
        f"""BEGIN:VCALENDAR
METHOD:{told.method}
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
BEGIN:VTIMEZONE
TZID:{zone}
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;PARTSTAT={told.partstat};CN={told.name}:mailto:{told.attendee}
{comment}UID:{told.uid}
SUMMARY;LANGUAGE=nb-NO:{told.subject}
DTSTART;TZID={zone}:{told.starts}
DTEND;TZID={zone}:{told.ends}
CLASS:PUBLIC
PRIORITY:5
DTSTAMP:{told.dtstamp}
TRANSP:OPAQUE
STATUS:CONFIRMED
SEQUENCE:{told.sequence}
LOCATION;LANGUAGE=nb-NO:
{told.lines}X-MICROSOFT-CDO-APPT-SEQUENCE:{told.sequence}
X-MICROSOFT-CDO-BUSYSTATUS:BUSY
X-MICROSOFT-CDO-ALLDAYEVENT:FALSE
END:VEVENT
END:VCALENDAR
"""
    )


def exchange(told: Told) -> bytes:
    """Everything in base64, the calendar last in the alternative."""
    plain = base64.encodebytes(b"\r\n").decode()
    parts = [
        ("text/plain; charset=\"utf-8\"\nContent-Transfer-Encoding: base64", plain),
        ("text/html; charset=\"utf-8\"\nContent-Transfer-Encoding: base64",
         base64.encodebytes(b"<html><body></body></html>\r\n").decode()),
        (f"text/calendar; charset=\"utf-8\"; method={told.method}\n"
         "Content-Transfer-Encoding: base64",
         base64.encodebytes(exchange_ics(told).encode()).decode()),
    ]  # fmt: skip
    head = _head(
        told, "Thread-Topic: Webinar om fjorden\nX-MS-Has-Attach:\nX-MS-TNEF-Correlator:\n"
    )
    return _message(head, "alternative", "_000_OLA1PR01MB0001_", parts)


def google_ics(told: Told) -> str:
    """Google echoes the organizer and writes times in UTC."""
    return _crlf(
        f"""BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:{told.method}
BEGIN:VEVENT
DTSTART:{told.starts if told.starts.endswith("Z") else "20261015T070000Z"}
DTEND:{told.ends if told.ends.endswith("Z") else "20261015T083000Z"}
DTSTAMP:{told.dtstamp}
ORGANIZER;CN=Osloregionen:mailto:{told.to}
UID:{told.uid}
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={told.partstat};CN={told.name}
 ;X-NUM-GUESTS=0;X-RESPONSE-COMMENT="{told.comment}":mailto:{told.attendee}
CREATED:20260801T080000Z
DESCRIPTION:
LAST-MODIFIED:{told.dtstamp}
LOCATION:
SEQUENCE:{told.sequence}
STATUS:CONFIRMED
SUMMARY:Webinar om fjorden
TRANSP:OPAQUE
{told.lines}END:VEVENT
END:VCALENDAR
"""
    )


def google(told: Told) -> bytes:
    """The calendar as it is inside the alternative, and once more as a file."""
    ics = google_ics(told)
    inner = _parts("000000000000b2", [
        ('text/plain; charset="UTF-8"; format=flowed; delsp=yes\nContent-Transfer-Encoding: base64',
         base64.encodebytes("Ola Hansen har svart på invitasjonen.".encode()).decode()),
        ('text/html; charset="UTF-8"\nContent-Transfer-Encoding: quoted-printable',
         quopri.encodestring("<html><body><p>Ola Hansen har svart på invitasjonen.</p>".encode())
         .decode()),
        (f'text/calendar; charset="UTF-8"; method={told.method}\n'
         "Content-Transfer-Encoding: 7bit", ics),
    ])  # fmt: skip
    parts = [
        ('multipart/alternative; boundary="000000000000b2"', inner),
        ('application/ics; name="invite.ics"\nContent-Disposition: attachment; '
         'filename="invite.ics"\nContent-Transfer-Encoding: base64',
         base64.encodebytes(ics.encode()).decode()),
    ]  # fmt: skip
    head = _head(told, "Sender: Google Calendar <calendar-notification@google.example>\n")
    return _message(head, "mixed", "000000000000a1", parts)


def apple_ics(told: Told) -> str:
    """Apple copies our zone and puts the address beside the attendee as well."""
    comment = f"COMMENT:{told.comment}\n" if told.comment else ""
    return _crlf(
        f"""BEGIN:VCALENDAR
CALSCALE:GREGORIAN
PRODID:-//Apple Inc.//macOS 15.6//EN
VERSION:2.0
METHOD:{told.method}
{VTIMEZONE}BEGIN:VEVENT
CREATED:20260801T080000Z
DTEND;TZID=Europe/Oslo:{told.ends}
{comment}ATTENDEE;CN="{told.name}";CUTYPE=INDIVIDUAL;EMAIL="{told.attendee}";PARTSTAT=
 {told.partstat};ROLE=REQ-PARTICIPANT:mailto:{told.attendee}
UID:{told.uid}
DTSTAMP:{told.dtstamp}
LAST-MODIFIED:{told.dtstamp}
DTSTART;TZID=Europe/Oslo:{told.starts}
ORGANIZER;CN="Osloregionen":MAILTO:{told.to}
SEQUENCE:{told.sequence}
SUMMARY:Webinar om fjorden
{told.lines}TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
"""
    )


def apple(told: Told) -> bytes:
    """A text and the calendar in quoted-printable, with a name."""
    ics = quopri.encodestring(apple_ics(told).replace("\r\n", "\n").encode()).decode()
    parts = [
        ("text/plain; charset=utf-8\nContent-Transfer-Encoding: 7bit", "Ola Hansen har svart.\n"),
        (f"text/calendar; charset=utf-8; method={told.method}; name=iCal-20260820-105500.ics\n"
         "Content-Disposition: attachment; filename=iCal-20260820-105500.ics\n"
         "Content-Transfer-Encoding: quoted-printable", ics),
    ]  # fmt: skip
    head = _head(told, "X-Mailer: iCloud Calendar\n")
    return _message(head, "mixed", "Apple-Mail=_7C2E", parts)


def thunderbird_ics(told: Told) -> str:
    """Thunderbird echoes the whole event in our zone, with one ATTENDEE."""
    comment = f"COMMENT:{told.comment}\n" if told.comment else ""
    return _crlf(
        f"""BEGIN:VCALENDAR
PRODID:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN
VERSION:2.0
METHOD:{told.method}
{VTIMEZONE}BEGIN:VEVENT
CREATED:20260801T080000Z
LAST-MODIFIED:{told.dtstamp}
DTSTAMP:{told.dtstamp}
UID:{told.uid}
SUMMARY:Webinar om fjorden
ORGANIZER;CN=Osloregionen:mailto:{told.to}
ATTENDEE;CN={told.name};CUTYPE=INDIVIDUAL;RSVP=TRUE;PARTSTAT={told.partstat};ROLE=REQ-PART
 ICIPANT:mailto:{told.attendee}
DTSTART;TZID=Europe/Oslo:{told.starts}
DTEND;TZID=Europe/Oslo:{told.ends}
{comment}{told.lines}SEQUENCE:{told.sequence}
DESCRIPTION:http://localhost/events/webinar\\n\\nVi møtes på nett\\, og ser på fjord
 en.
URL:http://localhost/events/webinar
TRANSP:OPAQUE
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER:-PT15M
DESCRIPTION:Mozilla Standard-beskrivelse
UID:alarm
ATTENDEE;PARTSTAT=DECLINED:mailto:alarm@example.org
END:VALARM
END:VEVENT
END:VCALENDAR
"""
    )


def thunderbird(told: Told) -> bytes:
    """The calendar in 8bit beside the text, and once more as a file."""
    ics = thunderbird_ics(told)
    inner = _parts("------------alt0", [
        ("text/plain; charset=UTF-8; format=flowed\nContent-Transfer-Encoding: 8bit",
         f"{told.name} har svart på invitasjonen.\n"),
        (f"text/calendar; charset=UTF-8; method={told.method}\n"
         "Content-Transfer-Encoding: 8bit", ics),
    ])  # fmt: skip
    parts = [
        ('multipart/alternative; boundary="------------alt0"', inner),
        ('application/ics; name="invite.ics"\nContent-Disposition: attachment; '
         'filename="invite.ics"\nContent-Transfer-Encoding: base64',
         base64.encodebytes(ics.encode()).decode()),
    ]  # fmt: skip
    return _message(
        _head(told, "User-Agent: Mozilla Thunderbird\n"), "mixed", "------------mix0", parts
    )


SHAPES = {"Exchange": exchange, "Google": google, "Apple": apple, "Thunderbird": thunderbird}


def bare(told: Told, ics: str | bytes = "", kind: str = "text/calendar; charset=utf-8") -> bytes:
    """Nothing but a calendar, by default that of Exchange: the shortest message there is."""
    octets = (ics or exchange_ics(told)).encode() if isinstance(ics, str) else ics
    head = _head(told, f"Content-Type: {kind}\nContent-Transfer-Encoding: base64\n")
    return _crlf(head + "\n").encode() + base64.encodebytes(octets).replace(b"\n", b"\r\n")


def letter(told: Told, text: str = "Hei, jeg kommer.", html: str = "") -> bytes:
    """Something that somebody wrote, with no calendar in it."""
    kind = "text/html" if html else "text/plain"
    head = _head(told, f"Content-Type: {kind}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n")
    return _crlf(f"{head}\n{html or text}\n").encode()


def _head(told: Told, own: str) -> str:
    sender = told.sender or told.attendee
    message_id = f"Message-ID: <{told.message_id}>\n" if told.message_id else ""
    return (
        f"{told.head}Received: from mail.example.org by mx.portal.example.org; "
        f"Thu, 20 Aug 2026 08:55:10 +0000\nFrom: {told.name} <{sender}>\nTo: <{told.to}>\n"
        f"Subject: =?utf-8?B?{base64.b64encode(told.subject.encode()).decode()}?=\n"
        f"Date: Thu, 20 Aug 2026 08:55:00 +0000\n{message_id}MIME-Version: 1.0\n{own}"
    )


def _message(head: str, kind: str, boundary: str, parts: list[tuple[str, str]]) -> bytes:
    body = _parts(boundary, parts)
    return _crlf(f'{head}Content-Type: multipart/{kind}; boundary="{boundary}"\n\n{body}').encode()


def _parts(boundary: str, parts: list[tuple[str, str]]) -> str:
    written = "".join(f"--{boundary}\nContent-Type: {head}\n\n{body}\n" for head, body in parts)
    return f"{written}--{boundary}--\n"


def _crlf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")
