from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.invitations import actions as invitations
from portal.jury.signup import actions
from portal.models.accounts import Person
from portal.models.audit import AuditEntry
from portal.models.jury import Assignment, AssignmentState, JurySignup
from portal.models.seasons import Camp
from tests.factories import create_camp, create_season, create_signup
from tests.jury.signup.volunteering import mails

pytestmark = pytest.mark.usefixtures("in_august")


def test_a_volunteer_takes_back_the_offer(browse_as: Any, ola: Person, now: datetime):
    season = create_season()
    signup = create_signup(season, ola, create_camp(season))
    client = browse_as(ola)

    page = client.get(f"/signups/{signup.public_id}/withdrawal")
    answer = client.post(f"/signups/{signup.public_id}/withdrawal", data={"reason": "Ny jobb"})
    shown = client.get(answer.headers["Location"]).text

    assert page.status_code == 200
    assert (signup.withdrawn_at, signup.withdrawal_reason) == (now, "Ny jobb")
    assert "Tilbudet ditt er trukket. Takk for at du sa fra." in shown
    assert "Meld deg på nytt" in shown
    (receipt,) = mails("jury/withdrawal_receipt")
    assert receipt.dedupe_key == f"signup-{signup.id}-rev-2"
    assert db.session.scalar(sa.select(AuditEntry.verb).order_by(AuditEntry.id.desc())) == (
        "signup.withdrawn"
    )


def test_looking_at_the_page_withdraws_nothing(browse_as: Any, ola: Person):
    season = create_season()
    signup = create_signup(season, ola, create_camp(season))

    browse_as(ola).get(f"/signups/{signup.public_id}/withdrawal")

    assert signup.withdrawn_at is None


def test_nobody_withdraws_for_another(browse_as: Any, ola: Person, siri: Person):
    season = create_season()
    signup = create_signup(season, ola, create_camp(season))

    response = browse_as(siri).post(f"/signups/{signup.public_id}/withdrawal")

    assert response.status_code == 404
    assert signup.withdrawn_at is None


def test_a_reason_too_long_is_refused_and_kept(browse_as: Any, ola: Person):
    season = create_season()
    signup = create_signup(season, ola, create_camp(season))

    answer = browse_as(ola).post(
        f"/signups/{signup.public_id}/withdrawal", data={"reason": "x" * 501}
    )

    assert answer.status_code == 422
    assert "x" * 501 in answer.text
    assert signup.withdrawn_at is None


def test_withdrawing_twice_keeps_the_first_date(ola: Person, now: datetime):
    season = create_season()
    signup = create_signup(season, ola, create_camp(season))

    actions.withdraw(signup, reason="", now=now)
    actions.withdraw(signup, reason="Igjen", now=now + timedelta(days=1))
    db.session.commit()

    assert (signup.withdrawn_at, signup.withdrawal_reason) == (now, "")
    assert len(mails("jury/withdrawal_receipt")) == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("proposed", "withdrawn"),
        ("asked", "withdrawn"),
        ("accepted", "withdrawn"),
        ("reconfirm", "withdrawn"),
        ("reserve", "withdrawn"),
        ("declined", "declined"),
        ("released", "released"),
    ],
)
def test_seats_go_with_the_offer(ola: Person, now: datetime, before: str, after: str):
    season = create_season()
    camp = create_camp(season)
    signup = create_signup(season, ola, camp)
    seat = seated(camp, ola, before)

    actions.withdraw(signup, reason="", now=now)
    db.session.commit()

    assert seat.state == AssignmentState(after)


def test_an_accepted_camp_leaves_the_calendar(
    browse_as: Any, ola: Person, kari: Person, now: datetime
):
    season = create_season()
    camp = create_camp(season)
    signup = create_signup(season, ola, camp)
    seated(camp, ola, "accepted")
    invitation = invitations.invite(camp.event, ola, by=kari, now=now)
    db.session.commit()
    client = browse_as(ola)

    page = client.get(f"/signups/{signup.public_id}/withdrawal").text
    client.post(f"/signups/{signup.public_id}/withdrawal")

    assert camp.name in page
    assert invitation.removed_at == now


def test_seats_of_another_season_stay(ola: Person, now: datetime):
    season, other = create_season(), create_season("Oppdrag Mjøsa")
    signup = create_signup(season, ola)
    seat = seated(create_camp(other), ola, "accepted")

    actions.withdraw(signup, reason="", now=now)

    assert seat.state == AssignmentState.ACCEPTED


def test_who_has_served_has_nothing_to_take_back(browse_as: Any, ola: Person, now: datetime):
    season = create_season()
    signup = served(ola, create_camp(season, day=now - timedelta(days=3)))

    answer = browse_as(ola).post(f"/signups/{signup.public_id}/withdrawal")

    assert answer.status_code == 302
    assert signup.withdrawn_at is None


def test_who_has_served_may_still_decline_the_rest(ola: Person, now: datetime):
    season = create_season()
    create_camp(season)
    signup = served(ola, create_camp(season, day=now - timedelta(days=3)))

    actions.withdraw(signup, reason="", now=now)

    assert signup.withdrawn_at == now


def served(person: Person, camp: Camp) -> JurySignup:
    """The sign-up of somebody who sat on the jury of ``camp``."""
    signup = create_signup(camp.season, person, camp)
    seated(camp, person, "served")
    return signup


def seated(camp: Camp, person: Person, state: str) -> Assignment:
    """A seat on the first panel of ``camp``."""
    seat = Assignment(
        camp=camp,
        panel=camp.panels[0],
        person=person,
        state=AssignmentState(state),
        created_at=camp.season.created_at,
    )
    db.session.add(seat)
    db.session.commit()
    return seat
