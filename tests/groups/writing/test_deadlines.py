"""Deadlines of follow-ups as they are typed under an item."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.models.minutes import FollowUp
from tests.groups.writing.room import create_held, page_text, typed, writing_of, written


@pytest.fixture
def meeting(group):
    return create_held(group)


def test_a_deadline_before_the_meeting_saves_nothing_and_keeps_all(meeting, lead, browse_as):
    item, met_on = meeting.agenda[0], meeting.event.first_day
    before = f"{met_on - timedelta(days=1):%d.%m.%Y}"
    form = typed(item, "Ola la fram.", todo="Ringe Moss", due=before)

    answer = browse_as(lead).post(writing_of(meeting), data=form)

    page = page_text(answer)
    assert (answer.status_code, written(meeting)[0]) == (422, "")
    assert "Fristen er før møtet. Skriv en senere dato" in page
    assert ("\nOla la fram.</textarea>" in page, f'value="{before}"' in page) == (True, True)
    assert db.session.scalars(sa.select(FollowUp)).all() == []


def test_a_deadline_on_the_day_of_the_meeting_is_taken(meeting, lead, browse_as):
    met_on = meeting.event.first_day
    form = typed(meeting.agenda[0], "", todo="Ringe Moss", due=f"{met_on:%d.%m.%Y}")

    browse_as(lead).post(writing_of(meeting), data=form)

    assert db.session.scalars(sa.select(FollowUp.due_on)).all() == [met_on]
