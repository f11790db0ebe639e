"""What the tests of the organisers' inbox share: an invitation to a meeting, and a desk."""

from datetime import timedelta

import pytest

from portal.db import db
from portal.invitations import actions
from portal.models.events import EventKind
from portal.models.invitations import Invitation
from tests.factories import create_event


@pytest.fixture
def invitation(kari, ola, now) -> Invitation:
    """Ola is invited to a meeting, in the language that texts of tests are in."""
    ola.language = "en"
    event = create_event(
        "Møte om fjorden",
        kind=EventKind.MEETING,
        description="Bare for gruppen.",
        join_url="https://video.example.org/rom?id=7",
        contact_name="Kari Nordmann",
    )
    made = actions.invite(event, ola, by=kari, now=now - timedelta(days=1))
    db.session.commit()
    return made


@pytest.fixture
def desk(browse_as, kari):
    """Kari at her desk, in English."""
    browser = browse_as(kari)
    browser.set_cookie("language", "en")
    return browser
