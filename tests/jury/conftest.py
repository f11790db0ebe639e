from datetime import UTC, datetime

import pytest

from tests.factories import create_camp, create_school, create_season


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
