from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.models.accounts import Person, RoleName
from tests.factories import create_camp, create_event, create_person, create_season


def test_organisers_see_what_waits(browse_as: Callable[..., FlaskClient], kari: Person):
    soon = clock.now() + timedelta(days=9)
    create_event("Et utkast", starts_at=soon, state="draft", published_at=None)
    create_event("Flyttet uten beskjed", starts_at=soon, revision=2)
    create_camp(create_season("Høsten 2026"), day=soon, target=3)

    page = browse_as(kari).get("/organise/").text

    assert '<b>1</b> <a class="ds-link" href="/organise/events">utkast' in page
    assert page.count("<b>1</b>") == 2
    assert "Høsten 2026" in page


def test_a_coordinator_sees_seasons_but_no_way_to_what_is_not_theirs(
    browse_as: Callable[..., FlaskClient],
):
    create_season("Høsten 2026")
    coordinator = create_person(role=RoleName.COORDINATOR, county="31")

    page = browse_as(coordinator).get("/organise/").text

    assert "Høsten 2026" in page
    assert ('href="/organise/events"' in page, 'href="/organise/people"' in page) == (False, False)


def test_a_portal_without_a_season_says_how_to_begin(
    browse_as: Callable[..., FlaskClient], kari: Person
):
    assert "Ingen sesong er i gang" in browse_as(kari).get("/organise/").text


def test_jurors_are_turned_away(browse_as: Callable[..., FlaskClient], ola: Person):
    assert browse_as(ola).get("/organise/").status_code == 403


@pytest.mark.parametrize("seasons", [1, 3])
def test_the_page_asks_the_database_as_often_for_many_seasons(
    browse_as: Callable[..., FlaskClient], kari: Person, queries: Callable[[], Any], seasons: int
):
    for number in range(seasons):
        create_camp(create_season(f"Sesong {number}"))
    client = browse_as(kari)
    client.get("/organise/")

    with queries() as statements:
        client.get("/organise/")

    assert len([text for text in statements if text.startswith("SELECT")]) == 17
