from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from flask_babel import force_locale

from portal.models.seasons import Camp, Season
from tests.factories import create_camp, create_person, create_school, create_season, create_signup
from tests.jury.plans.made import make

LATER = datetime(2026, 10, 22, 6, 30, tzinfo=UTC)
HORTEN = {"municipality_code": "3901", "postcode": "3187", "latitude": 59.41, "longitude": 10.48}
HALDEN = {"municipality_code": "3101", "postcode": "1771", "latitude": 59.13, "longitude": 11.38}
HAMAR = {"municipality_code": "3403", "postcode": "2317", "latitude": 60.79, "longitude": 11.07}


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
def drafted(moss_and_halden, in_august):
    """A plan: Ola is to sit in Moss and Siri in Halden; Amir is without a seat."""
    season, moss, halden = moss_and_halden
    far = {"postcode": "1771", "municipality_code": "3101"}
    for name, where in (("Ola Hansen", {}), ("Siri Berg", far)):
        create_signup(season, create_person(name), moss, halden, **where)
    create_signup(season, create_person("Amir Khan"), moss, **far)
    return make(season), moss, halden


@pytest.fixture
def season(app) -> Season:
    """Camps at Moss, across the fjord, at Halden two days later, and far away."""
    season = create_season()
    create_camp(season, create_school("Kirkeparken vgs"))
    create_camp(season, create_school("Horten vgs", **HORTEN), county_code="39")
    create_camp(season, create_school("Halden vgs", **HALDEN), day=LATER)
    create_camp(season, create_school("Hamar vgs", **HAMAR), county_code="34")
    return season


@pytest.fixture
def reader(client: FlaskClient) -> FlaskClient:
    """Somebody who is not signed in and reads English."""
    client.set_cookie("language", "en")
    return client


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
