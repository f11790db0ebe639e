from datetime import UTC, datetime

import pytest

from portal import slugs
from portal.models.events import Event
from tests.factories import create_event

NEW_YEAR_IN_OSLO = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("title", "dated"),
    [("Nyttårsmøte", "Nyttårsmøte 2027"), ("Finalen 2027", "Finalen 2027")],
)
def test_an_address_has_the_year_it_is_in_oslo_once(title: str, dated: str):
    assert slugs.dated(title, NEW_YEAR_IN_OSLO) == dated


def test_a_name_that_is_taken_is_numbered(app):
    for slug in ("moss-2026", "moss-2026-2"):
        create_event(slug=slug)

    assert slugs.free(Event.slug, "Moss 2026") == "moss-2026-3"
