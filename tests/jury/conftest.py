from datetime import UTC, datetime

import pytest

from tests.factories import create_camp, create_person, create_school, create_season, create_signup
from tests.jury.plans import make


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
