from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.models.accounts import Person
from portal.models.jury import Assignment, AssignmentState
from portal.models.seasons import Camp, Season
from tests.factories import create_camp, create_event, create_person, create_season, create_signup


def open_season(**values: Any) -> Season:
    now = clock.now()
    window = {
        "signup_opens_at": now - timedelta(days=1),
        "signup_closes_at": now + timedelta(days=30),
    }
    return create_season(**{**window, **values})


def seat(camp: Camp, person: Person, state: AssignmentState) -> Assignment:
    return Assignment(
        camp=camp, panel=camp.panels[0], person=person, state=state, created_at=clock.now()
    )


@pytest.fixture
def soon() -> Any:
    return clock.now() + timedelta(days=20)


def test_an_empty_portal_says_what_will_stand_there(client: FlaskClient):
    page = client.get("/").text

    assert "Ingenting er planlagt ennå" in page
    assert "Vil du sitte i en jury?" not in page


def test_the_next_events_stand_in_order_of_time(client: FlaskClient, soon: Any):
    create_event("Den andre", starts_at=soon + timedelta(days=1))
    create_event("Den første", starts_at=soon)
    create_event("Den som var", starts_at=clock.now() - timedelta(days=3))

    page = client.get("/").text

    assert 0 < page.index("Den første") < page.index("Den andre")
    assert "Den som var" not in page


def test_drafts_and_events_of_groups_are_not_for_everyone(client: FlaskClient, soon: Any):
    create_event("Et utkast", starts_at=soon, state="draft", published_at=None)
    create_event("Et gruppemøte", starts_at=soon, visibility="group")

    page = client.get("/").text

    assert ("Et utkast" in page, "Et gruppemøte" in page) == (False, False)


def test_an_open_season_calls_for_jurors_and_tells_how_far_it_has_come(
    client: FlaskClient, soon: Any, ola: Person, siri: Person
):
    season = open_season()
    camp = create_camp(season, day=soon, target=3)
    camp.assignments.append(seat(camp, ola, AssignmentState.ACCEPTED))
    camp.assignments.append(seat(camp, siri, AssignmentState.ASKED))

    page = client.get("/").text

    assert "1 av 3 plasser er fylt." in page
    assert "Trenger 2 jurymedlemmer" in page
    assert f'href="/seasons/{season.slug}"' in page


def test_a_season_that_takes_no_signups_calls_for_nobody(client: FlaskClient, soon: Any):
    create_camp(open_season(signup_closes_at=clock.now() - timedelta(hours=1)), day=soon)

    assert "Vil du sitte i en jury?" not in client.get("/").text


@pytest.mark.parametrize("camps", [1, 3])
def test_the_front_page_asks_the_database_as_often_for_many_events(
    client: FlaskClient, soon: Any, queries: Callable[[], Any], camps: int
):
    season = open_season()
    for day in range(camps):
        camp = create_camp(season, day=soon + timedelta(days=day))
        create_signup(season, create_person(), camp)
    client.get("/")

    with queries() as statements:
        client.get("/")

    assert len([text for text in statements if text.startswith("SELECT")]) == 7
