from tests.factories import create_camp, create_school, create_season
from tests.seasons.helpers import create_assignment

HALDEN = {"municipality_code": "3101", "latitude": 59.13, "longitude": 11.38}


def test_a_season_shows_its_camps_by_name(client, ola):
    season = create_season()
    camp = create_camp(season, create_school("Malakoff videregående skole"), target=3)
    create_camp(season, create_school("Halden videregående skole", **HALDEN))
    create_assignment(camp, ola)

    page = client.get(f"/seasons/{season.slug}").get_data(as_text=True)

    assert page.index("Halden videregående") < page.index("Malakoff videregående")
    assert "1 of 3" in page or "1 av 3" in page
    assert ola.name not in page


def test_a_season_costs_the_same_with_one_camp_and_with_three(client, queries):
    season = create_season()
    create_camp(season)
    with queries() as one:
        client.get(f"/seasons/{season.slug}")
    create_camp(season)
    create_camp(season)
    with queries() as three:
        client.get(f"/seasons/{season.slug}")

    assert len(one) == len(three)
    assert len(three) <= 9
