from datetime import UTC, datetime, timedelta

import pytest

from portal.models.events import EventKind, EventState
from portal.models.jury import AssignmentState
from portal.models.seasons import SeasonCommissioner
from tests.factories import create_camp, create_organisation, create_school, create_season
from tests.seasons.helpers import create_assignment

HALDEN = {"municipality_code": "3101", "latitude": 59.13, "longitude": 11.38}
DRAMMEN = {"municipality_code": "3301", "latitude": 59.74, "longitude": 10.2}
DRAFT = {"state": EventState.DRAFT, "published_at": None}
SOON = datetime.now(UTC) + timedelta(days=30)
AGO = datetime.now(UTC) - timedelta(days=30)


@pytest.fixture
def english(client):
    client.set_cookie("language", "en")
    return client


def test_a_season_shows_its_camps_by_name_and_how_full_each_jury_is(english, ola, siri):
    commissioner = SeasonCommissioner(organisation=create_organisation("Osloregionen"))
    season = create_season(theme="Vannet vårt", commissioners=[commissioner])
    camp = create_camp(season, create_school("Malakoff videregående skole"), target=3, day=SOON)
    create_camp(season, create_school("Halden videregående skole", **HALDEN), day=SOON)
    create_assignment(camp, ola)
    create_assignment(camp, siri, AssignmentState.ASKED)
    camp.pupils = 210

    page = english.get(f"/seasons/{season.slug}").text

    assert page.index("Halden videregående") < page.index("Malakoff videregående")
    assert '<span class="num">1 of 3</span>' in page
    assert "Missing 2" in page
    assert "210 pupils" in page
    assert "Vannet vårt" in page
    assert "Osloregionen" in page


def test_a_cancelled_camp_is_listed_but_not_counted(english):
    season = create_season()
    create_camp(season, create_school("Malakoff videregående skole"), day=SOON)
    create_camp(
        season,
        create_school("Halden videregående skole", **HALDEN),
        day=AGO,
        state=EventState.CANCELLED,
    )

    page = english.get(f"/seasons/{season.slug}").text

    assert ("1 school" in page, "2 schools" in page, "Halden" in page) == (True, False, True)


def test_no_juror_is_named_to_the_public(client, ola):
    season = create_season()
    create_assignment(create_camp(season), ola)

    assert ola.name not in client.get(f"/seasons/{season.slug}").text


def test_a_county_shows_its_own_schools_only(client):
    season = create_season()
    create_camp(season, create_school("Malakoff videregående skole"))
    create_camp(season, create_school("Drammen videregående skole", **DRAMMEN), county_code="33")

    page = client.get(f"/seasons/{season.slug}?county=33").text

    assert "Drammen videregående" in page
    assert "Malakoff" not in page
    assert f"/seasons/{season.slug}?county=31#camps" in page


def test_a_county_that_is_none_shows_all(client):
    season = create_season()
    create_camp(season, create_school("Malakoff videregående skole"))

    assert "Malakoff" in client.get(f"/seasons/{season.slug}?county=<b>").text


def test_the_counties_are_those_of_the_season(client):
    season = create_season(year=2023)
    create_camp(season, county_code="30", day=datetime(2023, 10, 20, 6, 30, tzinfo=UTC))

    page = client.get(f"/seasons/{season.slug}").text

    assert "Viken" in page
    assert "Akershus" not in page


def test_the_final_stands_apart(english):
    season = create_season()
    final = create_camp(season, day=SOON)
    final.school, final.event.kind, final.event.title = None, EventKind.FINAL, "Finale i rådhuset"

    page = english.get(f"/seasons/{season.slug}").text

    assert page.index("The final") < page.index("Finale i rådhuset") < page.index("The camps")
    assert "The schools are not settled yet" in page


def test_drafts_are_not_shown_in_a_published_season(browse_as, kari, client):
    season = create_season()
    create_camp(season, create_school("Malakoff videregående skole"), **DRAFT)

    assert "Malakoff" not in client.get(f"/seasons/{season.slug}").text
    assert "Malakoff" not in browse_as(kari).get(f"/seasons/{season.slug}").text


def test_a_draft_season_is_for_organisers(browse_as, kari, ola, client):
    season = create_season(published_at=None)
    create_camp(season, create_school("Malakoff videregående skole"), **DRAFT)
    url = f"/seasons/{season.slug}"

    assert client.get(url).status_code == 404
    assert browse_as(ola).get(url).status_code == 404
    assert "Malakoff" in browse_as(kari).get(url).text


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [
        (None, None, "Sign-up is not open yet"),
        (SOON, None, "You can volunteer soon"),
        (AGO, SOON, "Will you sit on a jury?"),
        (AGO, AGO, "The deadline to volunteer has passed"),
    ],
)
def test_the_page_says_whether_one_may_volunteer(english, opens, closes, words):
    season = create_season(signup_opens_at=opens, signup_closes_at=closes)

    assert words in english.get(f"/seasons/{season.slug}").text


def test_an_archived_season_shows_what_was_held(english):
    season = create_season(archived_at=AGO)
    held, dropped = create_camp(season, day=AGO), create_camp(season, day=AGO)
    dropped.event.state = EventState.CANCELLED

    page = english.get(f"/seasons/{season.slug}").text

    assert held.school.name in page
    assert "The camps that were held" in page
    assert 'data-color="danger">Cancelled' in page
    assert ">Held<" in page


def test_the_list_has_the_open_season_first_and_the_archive_after(english):
    create_season("Gammel sesong", year=2025, archived_at=AGO)
    create_camp(create_season("Ny sesong"))
    create_season("Hemmelig", published_at=None)

    page = english.get("/seasons").text

    assert page.index("Ny sesong") < page.index("Earlier seasons") < page.index("Gammel sesong")
    assert "Hemmelig" not in page
    assert "Camp at 1 school" in page


def test_the_list_may_be_empty(english):
    assert "No season is open now" in english.get("/seasons").text


def test_a_season_that_is_none_is_not_found(client):
    assert client.get("/seasons/finnes-ikke").status_code == 404


def test_a_season_costs_the_same_with_one_camp_and_with_three(client, queries):
    season = create_season()
    create_camp(season)
    client.get(f"/seasons/{season.slug}")
    with queries() as one:
        client.get(f"/seasons/{season.slug}")
    create_camp(season)
    create_camp(season)
    client.get(f"/seasons/{season.slug}")
    with queries() as three:
        client.get(f"/seasons/{season.slug}")

    assert len(one) == len(three)
    assert len([statement for statement in three if statement.startswith("SELECT")]) <= 7


def test_the_list_costs_the_same_with_one_season_and_with_three(client, queries):
    create_camp(create_season())
    client.get("/seasons")
    with queries() as one:
        client.get("/seasons")
    create_camp(create_season(archived_at=AGO))
    create_camp(create_season())
    client.get("/seasons")
    with queries() as three:
        client.get("/seasons")

    assert len(one) == len(three)
