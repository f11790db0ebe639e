"""A search in the programme as a calendar: the same events, one address, a name in words."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import product

import pytest
import time_machine
from flask_babel import force_locale, gettext
from werkzeug.datastructures import MultiDict

from portal import programme
from portal.calendar import searches
from portal.models.events import EventKind, EventState, Visibility
from tests.calendar.reading import parsed, shown
from tests.factories import create_event

_TITLE = re.compile(r'<a id="event-[^>]+>([^<]+)</a>')


@pytest.fixture(autouse=True)
def _in_august(app, now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def year(now):
    """Events of several kinds, counties and days, some of them not for everybody."""
    webinar = {"kind": EventKind.WEBINAR}
    create_event("Ørje og fjorden", county_code="31", **webinar)
    create_event("Fjorden i Viken", county_code="30", **webinar)
    create_event("Havn i Oslo", county_code="03", kind=EventKind.GATHERING)
    create_event("Fjordmøte", county_code="32", kind=EventKind.MEETING)
    later = now + timedelta(days=200)
    create_event("Fjorden til våren", county_code="31", starts_at=later, **webinar)
    create_event("Avlyst fjordtur", state=EventState.CANCELLED, county_code="31")
    create_event("Fjorden for medlemmer", visibility=Visibility.MEMBERS, county_code="31")
    create_event("Utkast om fjorden", state=EventState.DRAFT, published_at=None)


Q = ("", "fjord", "FJORDEN  orje", "«nei»")
KINDS = ((), ("webinar",), ("meeting", "webinar"), ("party",))
COUNTIES = ("", "31", "03")
DAYS = (("", ""), ("2026-10-01", ""), ("", "31.12.2026"), ("01.10.2026", "2026-10-31"), ("x", "y"))


@pytest.mark.parametrize("q", Q)
@pytest.mark.parametrize("kinds", KINDS)
def test_the_feed_holds_what_the_page_shows(client, year, q, kinds):
    for county, (first, last) in product(COUNTIES, DAYS):
        asked = {"q": q, "kind": kinds, "county": county, "from": first, "to": last}

        page = client.get("/events", query_string=asked, headers={"HX-Request": "true"})
        feed = client.get("/calendar/search.ics", query_string=asked)

        on_the_page = sorted(unescape(title) for title in _TITLE.findall(page.text))
        in_the_feed = sorted(title.removeprefix("AVLYST: ") for title in shown(feed))
        assert in_the_feed == on_the_page


def test_a_search_of_what_has_been_reaches_back_as_far_as_its_days(client, now):
    create_event("For lenge siden", starts_at=now - timedelta(days=900))
    create_event("I vinter", starts_at=now - timedelta(days=170))
    create_event("I fjor", starts_at=now - timedelta(days=300))

    def found(query):
        return shown(client.get(f"/calendar/search.ics?{query}"))

    assert found("kind=webinar") == ["I vinter"]
    assert found("kind=webinar&from=2025-09-01") == ["I fjor", "I vinter"]
    assert found("to=2026-01-01") == ["For lenge siden", "I fjor"]


EQUAL = (
    "q=fjord&kind=webinar&kind=meeting&county=31&from=2026-10-01",
    "county=31&kind=meeting&from=2026-10-01&kind=webinar&q=fjord",
    "q=FJORD&kind=meeting&kind=webinar&kind=meeting&county=31&from=01.10.2026&to=",
    "q=++Fjord+&kind=webinar&kind=party&kind=meeting&county=31&from=2026-10-01&page=4&x=y",
)


def test_equal_searches_share_a_feed(app, client, year):
    answers = [client.get(f"/calendar/search.ics?{query}") for query in EQUAL]

    assert len({(answer.data, answer.headers["ETag"]) for answer in answers}) == 1
    assert len(app.extensions["feeds"]._feeds) == 1
    source = parsed(answers[0].data).value("SOURCE")
    assert source == (
        "http://localhost/calendar/search.ics"
        "?q=fjord&kind=webinar&kind=meeting&county=31&from=2026-10-01"
    )
    assert client.get(source.removeprefix("http://localhost")).data == answers[0].data


def test_a_search_for_nothing_is_the_feed_of_all(client, year):
    everything = client.get("/calendar/public.ics")

    for query in ("", "?q=", "?q=+&county=&kind=party&from=x"):
        answer = client.get(f"/calendar/search.ics{query}")
        assert answer.headers["ETag"] == everything.headers["ETag"]


def test_a_county_that_never_was_has_no_feed(client):
    response = client.get("/calendar/search.ics?county=99")

    assert (response.status_code, response.mimetype) == (404, "text/plain")
    assert "Set-Cookie" not in response.headers


def test_more_than_a_hundred_letters_are_not_looked_for(client):
    create_event("a" * 120)

    assert len(shown(client.get(f"/calendar/search.ics?q={'a' * 5000}"))) == 1
    assert len(client.get(f"/calendar/search.ics?q={'b' * 5000}").data) < 3000


WORDS = {
    "q=Fjord&kind=webinar&county=32": "webinars in Akershus, “fjord”",
    "kind=meeting&kind=webinar&kind=camp": "innovation camps, webinars and meetings",
    "county=03&from=2026-10-01": "events in Oslo from 1 October 2026",
    "from=2026-10-01&to=2026-12-31": "events from 1 October 2026 to 31 December 2026",
    "to=2026-12-31&q=og": "events until 31 December 2026, “og”",
    "kind=arendalsuka": "sessions at Arendalsuka",
}


@pytest.mark.parametrize(("query", "words"), WORDS.items())
def test_a_search_is_called_by_what_it_looks_for(app, query, words):
    asked = MultiDict(pair.split("=") for pair in query.split("&"))

    with app.test_request_context(), force_locale("en"):
        found = searches.in_words(programme.canonical(programme.read(asked)))

    assert found == words


def test_the_feed_is_called_in_bokmaal_whoever_asks(client, year):
    asked = "/calendar/search.ics?kind=webinar&county=32"
    with force_locale("nb"):
        words = gettext("%(events)s in %(county)s", events=gettext("webinars"), county="Akershus")

    feed = client.get(asked, headers={"Accept-Language": "en"})

    assert parsed(feed.data).value("NAME") == f"Oppdrag Oslofjorden – {words}"


def test_the_page_offers_the_search_that_is_set(client, year):
    page = client.get("/events?q=fjord&county=31&page=2", headers={"Accept-Language": "en"})
    address = "localhost/calendar/search.ics?q=fjord&county=31"

    text = unescape(page.text)
    assert "Subscribe to this search" in text
    assert f'href="webcal://{address}"' in text
    assert f'value="http://{address}"' in text
    assert "calendar.google.com" in text
    assert "outlook.office.com" in text


@pytest.mark.parametrize("query", ["", "?page=2", "?county=99"])
def test_a_page_without_a_search_offers_none(client, year, query):
    page = client.get(f"/events{query}", headers={"Accept-Language": "en"})

    assert "Subscribe to this search" not in page.text


def test_the_offer_comes_with_the_list_when_only_that_is_fetched(client, year):
    part = client.get("/events?q=fjord", headers={"HX-Request": "true", "Accept-Language": "en"})

    assert "Subscribe to this search" in part.text


def test_a_date_of_a_search_is_a_day_in_oslo(client):
    create_event("Nattevakt", starts_at=datetime(2026, 10, 14, 22, 30, tzinfo=UTC))

    assert shown(client.get("/calendar/search.ics?from=2026-10-15&to=2026-10-15")) == ["Nattevakt"]
    assert shown(client.get("/calendar/search.ics?to=2026-10-14")) == []
