from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from portal.models.accounts import RoleName
from portal.models.events import EventKind, EventState, Visibility
from tests.factories import (
    create_camp,
    create_event,
    create_group,
    create_meeting,
    create_person,
    create_place,
    create_school,
    create_season,
)

pytestmark = pytest.mark.usefixtures("in_august")


def titles(client: FlaskClient, address: str = "/events") -> list[str]:
    """The titles of the events on a page of the programme, from top to bottom."""
    text = client.get(address).text
    return [part.split(">", 1)[1].split("<", 1)[0] for part in text.split('<a id="event-')[1:]]


def on(month: int, day: int, year: int = 2026) -> datetime:
    return datetime(year, month, day, 8, 0, tzinfo=UTC)


def test_the_programme_shows_what_is_to_come_soonest_first(client):
    create_event("Senere", starts_at=on(11, 3))
    create_event("Snart", starts_at=on(9, 1))
    create_event("I fjor", starts_at=on(9, 1, 2025))

    assert titles(client) == ["Snart", "Senere"]


def test_an_empty_programme_says_so_and_tells_what_to_do(client):
    page = client.get("/events").text

    assert "Ingenting er planlagt akkurat nå" in page
    assert 'href="/calendar"' in page


def test_the_archive_runs_backwards(client):
    create_event("Forrige", starts_at=on(6, 1))
    create_event("Før det", starts_at=on(5, 1))

    assert titles(client, "/events?to=2026-08-19") == ["Forrige", "Før det"]


@pytest.mark.parametrize("words", ["Årnes", "arnes", "aarnes", "ÅRNES fjord"])
def test_search_finds_norwegian_letters_however_they_are_typed(client, words):
    create_event("Møte om fjorden", place="Årnes")
    create_event("Noe annet", place="Moss")

    assert titles(client, f"/events?q={words}") == ["Møte om fjorden"]


def test_search_takes_a_percent_sign_as_it_stands(client):
    create_event("Vanlig")

    assert titles(client, "/events?q=%25") == []


def test_filters_join(client):
    create_event("Webinar i Moss", municipality_code="3103", county_code="31")
    create_event("Samling i Moss", kind=EventKind.GATHERING, county_code="31")
    create_event("Samling i Skien", kind=EventKind.GATHERING, county_code="40")

    assert titles(client, "/events?kind=gathering&county=31") == ["Samling i Moss"]


def test_a_county_finds_what_lay_in_the_county_it_was_part_of(client):
    create_event("I Viken", starts_at=on(10, 1, 2023), county_code="30")

    assert titles(client, "/events?county=31&to=2024-01-01") == ["I Viken"]


@pytest.mark.parametrize("odd", ["kind=odd", "from=x", "to=2026-13-45", "page=-1", "page=x"])
def test_a_filter_that_cannot_be_read_is_as_good_as_not_there(client, odd):
    create_event("Webinar")

    assert client.get(f"/events?{odd}").status_code == 200


def test_a_list_longer_than_a_page_goes_on_on_the_next(client):
    for number in range(25):
        create_event(f"Nummer {number:02}", starts_at=on(9, 1 + number))

    assert len(titles(client)) == 20
    assert titles(client, "/events?page=2") == [f"Nummer {n}" for n in range(20, 25)]


def test_htmx_gets_the_list_alone_and_caches_are_told(client):
    create_event("Webinar")

    answer = client.get("/events", headers={"HX-Request": "true"})

    assert ("<html" in answer.text, "HX-Request" in answer.headers["Vary"]) == (False, True)


def test_a_camp_tells_how_many_jurors_it_needs(client):
    create_camp(create_season(), create_school("Moss vgs"), minimum=1, target=3)

    assert "Trenger 3 jurymedlemmer" in client.get("/events").text


@pytest.mark.parametrize("number", [1, 3, 20])
def test_the_programme_asks_the_database_as_often_for_many_events(
    client, queries: Callable, number: int
):
    season = create_season()
    for day in range(number):
        create_camp(season, day=on(10, 1 + day))

    with queries() as statements:
        client.get("/events")

    assert len(statements) <= 8


def test_the_event_page_keeps_within_eight_queries(client, queries: Callable):
    event = create_event("Webinar", description="**Viktig**", summary="Kort om saken")

    with queries() as statements:
        page = client.get(f"/events/{event.slug}")

    assert (page.status_code, "<strong>Viktig</strong>" in page.text) == (200, True)
    assert len(statements) <= 8


def test_script_in_a_description_is_not_shown_as_script(client):
    event = create_event("Webinar", description="<script>alert(1)</script>[x](javascript:alert(1))")

    page = client.get(f"/events/{event.slug}").text

    assert ("<script>alert" in page, 'href="javascript' in page) == (False, False)


def test_the_time_is_written_as_norwegians_and_britons_do(client):
    starts = datetime(2026, 10, 15, 7, 0, tzinfo=UTC)
    event = create_event("Webinar", starts_at=starts)

    assert "torsdag 15. oktober 2026 kl. 09.00–10.30" in client.get(f"/events/{event.slug}").text
    client.set_cookie("language", "en")
    assert "Thursday 15 October 2026, 09:00–10:30" in client.get(f"/events/{event.slug}").text


@pytest.mark.parametrize(
    ("values", "seen_by"),
    [
        ({}, {"anonymous", "account", "member", "of the group", "coordinator", "organiser"}),
        (
            {"visibility": Visibility.MEMBERS},
            {"member", "of the group", "coordinator", "organiser"},
        ),
        ({"visibility": Visibility.GROUP}, {"of the group", "organiser"}),
        ({"state": EventState.DRAFT, "published_at": None}, {"organiser"}),
    ],
)
def test_who_may_see_an_event_is_the_same_on_its_page_and_in_the_list(
    client, browse_as: Callable, kari, values, seen_by
):
    group = create_group()
    if values.get("visibility") == Visibility.GROUP:
        event = create_meeting(group).event
    else:
        event = create_event("Noe", **values)
    member, account = create_person("Medlem"), create_person("Konto")
    create_place(create_group("En annen gruppe"), member)
    insider = create_person("Innenfor")
    create_place(group, insider)
    coordinator = create_person("Koordinator", role=RoleName.COORDINATOR, county="40")
    clients = {
        "anonymous": client,
        "account": browse_as(account),
        "member": browse_as(member),
        "of the group": browse_as(insider),
        "coordinator": browse_as(coordinator),
        "organiser": browse_as(kari),
    }

    on_page = {n for n, c in clients.items() if c.get(f"/events/{event.slug}").status_code == 200}
    in_list = {n for n, c in clients.items() if event.title in titles(c)}

    assert on_page == seen_by
    # Drafts stand in the organisers' own list instead.
    assert in_list == (set() if event.state == EventState.DRAFT else seen_by)


def test_a_cancelled_event_stays_and_says_why(client):
    event = create_event(
        "Webinar", state=EventState.CANCELLED, cancel_reason="Foredragsholderen er syk."
    )

    page = client.get(f"/events/{event.slug}").text

    assert ("Arrangementet er avlyst" in page, "Foredragsholderen er syk." in page) == (True, True)
