import pytest

from tests.factories import create_season
from tests.jury.appeals.asked import add_schools, create_asked_group


@pytest.fixture
def season(app):
    season = create_season(slug="oppdrag-2026", contact_email="post@example.org")
    add_schools(season)
    return season


@pytest.fixture
def asked(app):
    """A group, and its people by first name."""
    return create_asked_group()


@pytest.fixture
def group(asked):
    return asked[0]


@pytest.fixture
def people(asked):
    return asked[1]
