import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from portal.db import db
from portal.models.accounts import Person, RoleName
from portal.models.jury import Conflict, ConflictKind, DayAnswer, JurySignup
from portal.models.seasons import Camp, Season
from tests.factories import (
    create_camp,
    create_person,
    create_school,
    create_season,
    create_signup,
)

pytestmark = pytest.mark.usefixtures("in_august")

HAMAR = {"municipality_code": "3403", "latitude": 60.79, "longitude": 11.07}


def test_organisers_see_who_can_come_when(browse_as: Any, kari: Person, ola: Person):
    season = create_season()
    moss = create_camp(season)
    later = create_camp(season, day=datetime(2026, 10, 27, 6, 30, tzinfo=UTC))
    signup = create_signup(season, ola, moss, later, employer="Moss kommune", longest_km=50)
    signup.days[1].answer = DayAnswer.IF_NEEDED
    conflicted(signup, moss)

    page = browse_as(kari).get(f"/organise/seasons/{season.slug}/signups").text

    assert rows_of(page, "who") == [
        ["Ola Hansen", "1530 Moss", "Moss kommune", "Alle fylker, inntil 50 km", "1", moss.name]
    ]
    assert rows_of(page, "when") == [["Ola Hansen", "Ja", "Om nødvendig"]]
    assert re.findall(r'<th scope="col" class="num">(.*?)</th>', page) == ["20. okt.", "27. okt."]


def test_the_list_is_found_by_name_and_county(browse_as: Any, kari: Person):
    season = create_season()
    for name, code in (("Åse Øvrebø", "3103"), ("Ola Hansen", "3403"), ("Amir Khan", "3103")):
        create_signup(season, create_person(name), municipality_code=code, postcode="")
    client = browse_as(kari)

    found = {
        query: [row[0] for row in rows_of(page_of(client, season, query), "who")]
        for query in ("", "q=aase", "county=31", "q=khan&county=34")
    }

    assert found == {
        "": ["Amir Khan", "Ola Hansen", "Åse Øvrebø"],
        "q=aase": ["Åse Øvrebø"],
        "county=31": ["Amir Khan", "Åse Øvrebø"],
        "q=khan&county=34": [],
    }


def test_who_has_withdrawn_is_counted_and_not_listed(
    browse_as: Any, kari: Person, ola: Person, now: datetime
):
    season = create_season()
    create_signup(season, ola, withdrawn_at=now, withdrawal_reason="Ny jobb")

    page = page_of(browse_as(kari), season)

    assert rows_of(page, "who") == []
    assert re.search(r"<b>1</b>\s*har trukket seg", page)
    assert "Ola Hansen, torsdag 20. august 2026 kl. 11.00: Ny jobb" in page


def test_a_coordinator_sees_those_who_come_to_the_own_county(
    browse_as: Any, ola: Person, siri: Any
):
    season = create_season()
    moss = create_camp(season)
    hamar = create_camp(season, create_school("Hamar vgs", **HAMAR), county_code="34")
    conflicted(create_signup(season, ola, moss, hamar), moss)
    conflicted(create_signup(season, siri, hamar), hamar)
    coordinator = create_person("Ingrid Solberg", role=RoleName.COORDINATOR, county="31")

    page = page_of(browse_as(coordinator), season)

    assert [(row[0], row[-1]) for row in rows_of(page, "who")] == [
        ("Ola Hansen", "Ikke habil et sted")
    ]
    assert "Hamar" not in page
    assert "Siri" not in page


def test_a_no_shows_nobody_to_a_coordinator(browse_as: Any, ola: Person):
    season = create_season()
    signup = create_signup(season, ola, create_camp(season))
    signup.days[0].answer = DayAnswer.NO
    db.session.commit()
    coordinator = create_person("Ingrid Solberg", role=RoleName.COORDINATOR, county="31")

    assert rows_of(page_of(browse_as(coordinator), season), "who") == []


def test_volunteers_do_not_see_each_other(browse_as: Any, client: Any, ola: Person):
    season = create_season()
    address = f"/organise/seasons/{season.slug}/signups"

    assert browse_as(ola).get(address).status_code == 403
    assert client.get(address).headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_asks_the_database_little(
    browse_as: Any, kari: Person, queries: Callable[[], Any], many: int
):
    season = create_season()
    camps = [create_camp(season) for _number in range(many)]
    for number in range(many):
        conflicted(create_signup(season, create_person(f"Per {number}"), *camps), *camps)
    client, address = browse_as(kari), f"/organise/seasons/{season.slug}/signups"

    with queries() as statements:
        client.get(address)

    assert len([each for each in statements if each.startswith("SELECT")]) == 12


def page_of(client: Any, season: Season, query: str = "") -> str:
    """The list as a page."""
    return client.get(f"/organise/seasons/{season.slug}/signups?{query}").text


def conflicted(signup: JurySignup, *camps: Camp) -> None:
    """Let the volunteer have worked at the schools of ``camps``."""
    for camp in camps:
        signup.conflicts.append(Conflict(school_id=camp.school_id, kind=ConflictKind.WORK))
    db.session.commit()


def rows_of(page: str, table: str) -> list[list[str]]:
    """The texts of the cells of a table, row by row."""
    found = re.search(rf'<table[^>]*aria-labelledby="{table}".*?</table>', page, re.DOTALL)
    bodies = re.findall(r"<tr>(.*?)</tr>", found[0].split("<tbody>")[1], re.DOTALL) if found else []
    return [
        [re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", cell)).strip()
         for cell in re.findall(r"<t[hd].*?>(.*?)</t[hd]>", body, re.DOTALL)]
        for body in bodies
    ]  # fmt: skip
