"""A place that Gjøvik is to fill, and a question about it."""

import pytest

from portal.models.groups import NameRequest, PlaceState
from tests.factories import create_organisation, create_place
from tests.groups.name_requests.asked import put
from tests.groups.people import create_led_group


@pytest.fixture
def gjovik(app):
    return create_organisation(
        "Gjøvik kommune", municipality_code="3407", contact_email="post@gjovik.example.org"
    )


@pytest.fixture
def place(gjovik):
    group = create_led_group("Fjordgruppa")
    return create_place(
        group, label="Gjøvik (bekrefter navn)", state=PlaceState.PENDING, organisation=gjovik
    )


@pytest.fixture
def asked(place, kari, now) -> NameRequest:
    return put(place, kari)
