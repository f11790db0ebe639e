"""Any event the forms accept comes back from icalendar and from ical.js with what was typed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, assume, given, settings
from werkzeug.datastructures import MultiDict

from portal import dates, markdown
from portal.calendar import clean, ical
from portal.dates import OSLO
from portal.db import db
from portal.events import actions as event_actions
from portal.events.forms import EventForm
from portal.geography import municipalities
from portal.groups.meetings import actions as meeting_actions
from portal.groups.meetings.forms import MeetingForm
from portal.invitations import actions as invitations
from portal.invitations import addresses, notices
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.groups import Group
from portal.models.seasons import Camp
from portal.seasons import camp_actions
from portal.seasons.camp_forms import CampForm
from tests.calendar import readers, typing_anything
from tests.calendar.rules import broken_rules
from tests.conftest import NOW
from tests.factories import create_camp, create_group, create_season

TODAY = dates.today(NOW)
BUDGET = settings(
    max_examples=20,
    deadline=None,
    # To make a failing example shorter takes minutes, and it can be read as it is.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
NORWEGIAN = {
    "stream": "Direktesending:",
    "join": "Bli med på nett:",
    "contact": "Kontaktperson:",
}
ENGLISH = {"stream": "Live stream:", "join": "Join online:", "contact": "Contact:"}
LABELS = {"nb": NORWEGIAN, "nn": NORWEGIAN, "en": ENGLISH}
KINDS = {
    "webinar": ("Webinar", "Webinar", "Webinar"),
    "gathering": ("Samling", "Samling", "Gathering"),
    "arendalsuka": ("Arendalsuka", "Arendalsuka", "Arendalsuka"),
    "other": ("Annet arrangement", "Anna arrangement", "Other event"),
    "meeting": ("Møte", "Møte", "Meeting"),
    "camp": ("Innovasjonscamp", "Innovasjonscamp", "Innovation camp"),
}
STATUS = {"draft": "TENTATIVE", "published": "CONFIRMED"}
Typed = dict[str, Any]
Reader = Callable[[bytes], readers.Read]


@pytest.fixture(scope="module")
def ical_js() -> Iterator[readers.IcalJs]:
    with readers.ical_js() as reader:
        yield reader


@pytest.fixture
def group(app: Flask) -> Group:
    return create_group()


@pytest.fixture
def camp(app: Flask) -> Camp:
    return create_camp(create_season())


def posted(app: Flask, make: Callable[[], Any], typed: Typed) -> Any:
    """The form as a browser sends it; examples that it refuses are passed over."""
    with app.test_request_context(method="POST", data=MultiDict(typed)):
        form = make()
        assume(form.validate_on_submit())
        return form


class Meant:
    """What was typed, as the calendar should have it."""

    def __init__(self, typed: Typed, **further: str) -> None:
        self._typed = {**typed, **further}
        self.all_day = "all_day" in typed
        self.language = typed.get("language", "nb")
        self.first = date.fromisoformat(typed["day"])
        self.last = date.fromisoformat(typed.get("last_day", typed["day"]))

    def text(self, name: str) -> str:
        """A text of one line: without white space at its ends, tabs being spaces."""
        return self._typed.get(name, "").strip().replace("\t", " ")

    def times(self) -> tuple[str, str]:
        if self.all_day:
            return self.first.isoformat(), (self.last + timedelta(days=1)).isoformat()
        return self._moment(self.first, "starts"), self._moment(self.last, "ends")

    def _moment(self, day: date, name: str) -> str:
        at = time.fromisoformat(self._typed[name].replace(".", ":"))
        moment = datetime.combine(day, at, OSLO).astimezone(UTC)
        return moment.isoformat().replace("+00:00", "Z")

    def location(self) -> str:
        place, address = self.text("place"), self.text("address")
        code = self._typed["municipality_code"]
        town = municipalities.get(code, self.first).name if code else ""
        both = place and address and address not in place
        return clean.line(f"{place}, {address}" if both else place or address or town)

    def categories(self) -> list[str]:
        code = self._typed["municipality_code"]
        county = [municipalities.county_of(code, self.first).name] if code else []
        return [KINDS[self._typed["kind"]][["nb", "nn", "en"].index(self.language)], *county]

    def links(self, form: str) -> tuple[str, str]:
        """The link to join and that of the stream, as far as a form of the entry has them."""
        join = "" if form == "public" else clean.web_address(self.text("join_url"))
        return join, clean.web_address(self.text("streaming_url"))

    def description(self, url: str, form: str) -> str:
        (join, stream), words = self.links(form), LABELS[self.language]
        names = ("contact_name", "contact_email", "contact_phone")
        contact = ", ".join(filter(None, map(self.text, names)))
        link = f"{words['join' if join else 'stream']} {join or stream}" if join or stream else ""
        below = (
            self.text("summary"),
            markdown.to_text(self._typed["description"].strip()),
            f"{words['stream']} {self.text('streaming_url')}" if join and stream else "",
            f"{words['contact']} {contact}" if contact else "",
        )
        written = clean.paragraphs("\n\n".join(part for part in below if part))
        return "\n\n".join(part for part in (url, link, written) if part)


def expected(meant: Meant, event: Event, ola: Person, form: str) -> readers.Read:
    join, stream = meant.links(form)
    starts, ends = meant.times()
    # What not everybody sees is reached by way of signing in.
    way = "" if event.visibility == "public" else "/sign-in?next="
    url = f"http://localhost{way}/events/{event.slug}"
    host = clean.line(meant.text("contact_name")) or "Oppdrag Oslofjorden"
    is_invitation = form == "invited"
    organizer = [f"mailto:{addresses.calendar_address(ola)}", clean.parameter(host), ""]
    attendee = [f"mailto:{ola.email}", clean.parameter(ola.name), "NEEDS-ACTION"]
    return {
        "method": "REQUEST" if is_invitation else "",
        "uid": event.uid,
        "sequence": event.sequence,
        "dtstart": starts,
        "dtend": ends,
        "summary": clean.line(meant.text("title")),
        "description": meant.description(url, form),
        "location": meant.location(),
        "url": url,
        "conference": join or stream,
        "categories": meant.categories(),
        "status": STATUS[event.state],
        "transp": "TRANSPARENT" if form == "public" or meant.all_day else "OPAQUE",
        "organizer": organizer if is_invitation else [],
        "attendee": attendee if is_invitation else [],
    }


def faults(meant: Meant, event: Event, people: tuple[Person, Person], reader: Reader) -> list[Any]:
    """What is wrong with the public file, the participant's and an invitation, by either reader."""
    kari, ola = people
    db.session.flush()
    invitation = invitations.invite(event, ola, by=kari, now=NOW)
    calendars = {
        "public": ical.document([event.ical_public]),
        "participant": ical.document([event.ical_participant]),
        "invited": notices.request(invitation, NOW).calendar.ics,
    }

    found = []
    for form, ics in calendars.items():
        wanted = expected(meant, event, ola, form)
        found += [
            broken_rules(ics),
            differences(readers.icalendar(ics), wanted),
            differences(reader(ics), wanted),
        ]
    return [each for each in found if each]


def differences(read: readers.Read, wanted: readers.Read) -> dict[str, Any]:
    """By field: what was read, and what should have been."""
    assert read.keys() == wanted.keys()
    return {name: (read[name], wanted[name]) for name in wanted if read[name] != wanted[name]}


@contextmanager
def undone() -> Iterator[None]:
    """Nothing that happens inside is kept."""
    try:
        yield
    finally:
        db.session.rollback()


@BUDGET
@given(typed=typing_anything.EVENTS, name=typing_anything.TITLE)
def test_any_event(app, kari, ola, ical_js, typed, name):
    form = posted(app, lambda: EventForm(None, TODAY), typed)
    with undone():
        ola.name = clean.line(name)
        parts = {"organisers": [], "links": [], "programme": []}
        event = event_actions.plan_event(form.values(), parts, by=kari, now=NOW)

        assert faults(Meant(typed), event, (kari, ola), ical_js) == []


@BUDGET
@given(typed=typing_anything.MEETINGS)
def test_any_meeting(app, kari, ola, group, ical_js, typed):
    form = posted(app, lambda: MeetingForm(None, TODAY), typed)
    with undone():
        meeting = meeting_actions.plan_meeting(
            group, form.values(), form.agenda_values(), intro=form.intro.data, by=kari, now=NOW
        )
        contact = {"contact_name": kari.name, "contact_email": kari.email}
        meant = Meant(typed, kind="meeting", description=meeting.event.description, **contact)

        assert faults(meant, meeting.event, (kari, ola), ical_js) == []


@BUDGET
@given(typed=typing_anything.CAMPS)
def test_any_camp(app, kari, ola, camp, ical_js, typed):
    form = posted(app, lambda: CampForm(camp), typed)
    with undone():
        camp_actions.edit_camp(camp, form.values(), seen_revision=1, tell="later", by=kari, now=NOW)

        assert faults(Meant(typed, kind="camp"), camp.event, (kari, ola), ical_js) == []
