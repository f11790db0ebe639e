from datetime import UTC, date, datetime

import pytest

from portal.calendar import adding, entries
from portal.calendar.ical import Entry, Status
from portal.models.events import EventKind, EventState
from tests.factories import MADE, create_event


def a_meeting(**values):
    defaults = {
        "slug": "mote-om-fjorden",
        "uid": "event-7@localhost",
        "kind": EventKind.MEETING,
        "summary": "Vi går gjennom høringen.",
        "description": "Les **dette** først: [høringen](https://example.org/hoering).",
        "place": "Oslo rådhus",
        "address": "Fridtjof Nansens plass 1",
        "county_code": "03",
        "join_url": "https://video.example.org/rom",
        "contact_name": "Kari Nordmann",
        "contact_phone": "22 00 00 00",
    }
    return create_event("Møte om fjorden", **{**defaults, **values})


def test_everybody_sees_the_event_without_the_link_to_join(app):
    event = a_meeting()

    assert entries.public(event) == Entry(
        "event-7@localhost",
        0,
        event.starts_at,
        event.ends_at,
        "Møte om fjorden",
        created_at=MADE,
        changed_at=MADE,
        description=(
            "Vi går gjennom høringen.\n\n"
            "Les dette først: høringen (https://example.org/hoering).\n\n"
            "Kontaktperson: Kari Nordmann, 22 00 00 00"
        ),
        location="Oslo rådhus, Fridtjof Nansens plass 1",
        url="http://localhost/events/mote-om-fjorden",
        conference_label="Direktesending:",
        categories=("Møte", "Oslo"),
        transparent=True,
    )


def test_those_who_take_part_are_busy_and_get_the_link(app):
    entry = entries.participant(a_meeting())

    assert (entry.transparent, entry.conference_url, entry.conference_label) == (
        False,
        "https://video.example.org/rom",
        "Bli med på nett:",
    )


def test_a_live_stream_is_for_everybody(app):
    event = a_meeting(streaming_url="https://video.example.org/direkte")

    public, participant = entries.public(event), entries.participant(event)

    assert public.conference_url == "https://video.example.org/direkte"
    assert "Direktesending: https://video.example.org/direkte" in participant.description


def test_an_ask_is_a_time_that_may_be_taken(app):
    entry = entries.asked(a_meeting())

    assert (entry.status, entry.transparent, entry.conference_url) == (Status.TENTATIVE, False, "")


def test_an_ask_for_what_is_off_is_off(app):
    assert entries.asked(a_meeting(state=EventState.CANCELLED)).status == Status.CANCELLED


def test_whole_days_end_on_their_last_day(app):
    event = a_meeting(
        all_day=True,
        starts_at=datetime(2026, 10, 14, 22, tzinfo=UTC),
        ends_at=datetime(2026, 10, 17, 22, tzinfo=UTC),
    )

    entry = entries.public(event)

    assert (entry.starts, entry.ends) == (date(2026, 10, 15), date(2026, 10, 17))


def test_the_municipality_stands_where_no_place_is_known(app):
    event = a_meeting(place="", address="", municipality_code="3103")

    assert entries.public(event).location == "Moss"


def test_an_event_speaks_its_own_language(app):
    entry = entries.participant(a_meeting(language="en", state=EventState.CANCELLED))

    assert entry.summary == "CANCELLED: Møte om fjorden"
    assert entry.categories == ("Meeting", "Oslo")


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ({"streaming_url": "javascript:alert(1)"}, True),
        ({"join_url": "video.example.org"}, True),
        ({"county_code": "99"}, True),
        ({"starts_at": datetime(1990, 1, 1, tzinfo=UTC)}, False),
        ({"latitude": 91.0, "longitude": 10.0}, True),
    ],
)
def test_what_cannot_be_shown_never_fails(app, values, kept):
    event = a_meeting(**values)

    entries.render(event)

    assert bool(event.ical_public) is kept


def test_the_address_that_adds_an_event_to_google(app):
    event = a_meeting(description="")

    assert adding.google_url(event) == (
        "https://calendar.google.com/calendar/render?action=TEMPLATE&text=M%C3%B8te+om+fjorden"
        "&dates=20261015T070000Z%2F20261015T083000Z"
        "&details=http%3A%2F%2Flocalhost%2Fevents%2Fmote-om-fjorden"
        "%0A%0AVi+g%C3%A5r+gjennom+h%C3%B8ringen."
        "&location=Oslo+r%C3%A5dhus%2C+Fridtjof+Nansens+plass+1"
    )


def test_the_address_that_adds_an_event_to_outlook(app):
    url = adding.outlook_url(a_meeting())

    assert "startdt=2026-10-15T07%3A00%3A00Z&enddt=2026-10-15T08%3A30%3A00Z" in url
    assert "allday" not in url


def test_whole_days_are_added_as_days(app):
    event = a_meeting(
        all_day=True,
        starts_at=datetime(2026, 10, 14, 22, tzinfo=UTC),
        ends_at=datetime(2026, 10, 15, 22, tzinfo=UTC),
    )

    assert "dates=20261015%2F20261016" in adding.google_url(event)
    assert "startdt=2026-10-15&enddt=2026-10-16" in adding.outlook_url(event)
    assert "allday=true" in adding.outlook_url(event)


def test_no_link_to_join_goes_to_google_or_outlook(app):
    event = a_meeting()

    for url in (adding.google_url(event), adding.outlook_url(event)):
        assert "video.example.org" not in url
