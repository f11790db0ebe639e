from datetime import UTC, datetime

import pytest
from flask_babel import force_locale

from portal.models.seasons import Camp, Season
from tests.factories import create_camp, create_person, create_school, create_season, create_signup


@pytest.fixture
def moss_and_halden(app):
    season = create_season()
    moss = create_camp(season, create_school("Moss vgs"), minimum=1, target=1)
    halden = create_camp(
        season,
        create_school(
            "Halden vgs", municipality_code="3101", postcode="1771", latitude=59.13, longitude=11.38
        ),
        day=datetime(2026, 10, 20, 6, 30, tzinfo=UTC),
        minimum=1,
        target=1,
    )
    return season, moss, halden


@pytest.fixture
def english(app):
    """Texts as an English reader gets them."""
    with app.test_request_context(), force_locale("en"):
        yield


@pytest.fixture
def one_jury(app) -> tuple[Season, Camp]:
    """A jury in Moss for which two people from Moss and one from Halden have offered."""
    season = create_season(slug="oppdrag-2026")
    camp = create_camp(season, create_school("Moss vgs"), minimum=1, target=2)
    create_signup(season, create_person("Ola Hansen"), camp)
    create_signup(season, create_person("Siri Berg"), camp)
    nina = create_person("Nina Dahl")
    create_signup(season, nina, camp, postcode="1771", municipality_code="3101")
    return season, camp
