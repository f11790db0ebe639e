"""Publishing, moving and cancelling an event, and telling those concerned."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.invitations import actions as invitations
from portal.models.events import EventState
from portal.models.mailings import Mailing
from tests.events.typing_in import the_event, typed
from tests.factories import create_event

NOW = datetime(2026, 8, 20, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("in_august")


def test_publishing_puts_it_into_the_programme(organiser, client):
    organiser.post("/organise/events/new", data=typed())
    event = the_event()
    before = client.get(f"/events/{event.slug}").status_code

    organiser.post(f"/organise/events/{event.slug}/publication")

    assert (before, client.get(f"/events/{event.slug}").status_code) == (404, 200)


def test_moving_tells_those_invited_when_asked_to(organiser, ola):
    event = create_event("Samling")
    invitations.invite(event, ola, by=None, now=NOW)
    db.session.commit()

    page = organiser.post(
        f"/organise/events/{event.slug}/edit",
        data=typed(
            title="Samling", starts="12.00", ends="13.00", revision=event.revision, tell="now"
        ),
        follow_redirects=True,
    )

    kinds = db.session.scalars(sa.select(Mailing.kind)).all()
    assert "Vi sender endringene til 1 person" in page.text
    assert (kinds, event.is_untold) == (["invitations.update"], False)


def test_not_yet_is_shown_as_untold_until_told(organiser, ola):
    event = create_event("Samling")
    invitations.invite(event, ola, by=None, now=NOW)
    db.session.commit()
    data = typed(
        title="Samling", starts="12.00", ends="13.00", revision=event.revision, tell="later"
    )

    organiser.post(f"/organise/events/{event.slug}/edit", data=data)
    untold = organiser.get(f"/organise/events/{event.slug}").text
    organiser.post(f"/organise/events/{event.slug}/notices")
    told = organiser.get(f"/organise/events/{event.slug}").text

    sentence = "De inviterte kjenner ikke til de siste endringene"
    assert (sentence in untold, sentence in told) == (True, False)


def test_cancelling_asks_first_and_then_tells_those_invited(organiser, ola):
    event = create_event("Samling")
    invitations.invite(event, ola, by=None, now=NOW)
    db.session.commit()

    asked = organiser.get(f"/organise/events/{event.slug}/cancellation")
    organiser.post(
        f"/organise/events/{event.slug}/cancellation", data={"reason": "For få påmeldte"}
    )

    assert "Avlys og varsle 1 person" in asked.text
    assert (event.state, event.cancel_reason) == (EventState.CANCELLED, "For få påmeldte")
    assert db.session.scalars(sa.select(Mailing.kind)).all() == ["invitations.cancel"]


@pytest.mark.parametrize("action", ["publication", "edit"])
def test_what_somebody_cancelled_meanwhile_stays_so(organiser, action: str):
    event = create_event(state=EventState.CANCELLED)

    answer = organiser.post(
        f"/organise/events/{event.slug}/{action}", data=typed(title="Nytt"), follow_redirects=True
    )

    assert (answer.status_code, event.state, event.title) == (
        200,
        EventState.CANCELLED,
        "Webinar om fjorden",
    )
    assert "Arrangementet er avlyst" in answer.text
