"""Two hundred people say yes to the same last seat at once, over HTTP."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.jury.asks import ask_notices, asking, rounds
from portal.models.accounts import EmailAddress, Person
from portal.models.invitations import Answer, Invitation
from portal.models.jury import AskRound, Assignment, JurySignup
from portal.models.mail import OutboxMail
from portal.models.mailings import Mailing
from portal.models.seasons import Season
from tests.factories import MADE, create_camp, create_season
from tests.jury.asks.serving import Answered, processes, send_at_once

PEOPLE = 200


@pytest.mark.parametrize("times", [2, pytest.param(20, marks=pytest.mark.fault)])
def test_of_two_hundred_who_say_yes_at_once_one_gets_the_last_seat(
    app, database_url, tmp_path, times: int
):
    season = create_season()
    offers_of_many(season)
    season_id, found = season.id, []

    with processes(database_url, tmp_path) as ports:
        for number in range(times):
            round_id, paths = ask_all(season_id, timedelta(days=30 + number))
            answers = send_at_once(ports, paths, {"answer": "yes"})
            found.append((told(answers), outcome(round_id)))

    expected = (
        Counter(
            {(302, 200, "You have said yes"): 1, (302, 200, "somebody else said yes"): PEOPLE - 1}
        ),
        {
            "states": Counter({"accepted": 1, "reserve": PEOPLE - 1}),
            "round": (1, 0, True),
            "invited": [Answer.ACCEPTED],
            "calendar": 1,
            "thanked by mail": 0,
        },
    )
    assert found == [expected] * times


def offers_of_many(season: Season) -> None:
    """What two hundred people from the same town offer."""
    made = {"created_at": MADE, "consent_at": MADE, "updated_at": MADE}
    signups = [
        JurySignup(
            season=season,
            juror=Person(
                name=f"Juror {number}",
                created_at=MADE,
                emails=[
                    EmailAddress(
                        address=f"juror.{number}@example.org", is_primary=True, confirmed_at=MADE
                    )
                ],
            ),
            postcode="1530",
            municipality_code="3103",
            **made,
        )
        for number in range(PEOPLE)
    ]
    db.session.add_all(signups)
    db.session.commit()


def ask_all(season_id: int, ahead: timedelta) -> tuple[int, list[str]]:
    """Ask everybody for the one seat of a camp so far ahead: the round, and where each answers."""
    now = datetime.now(UTC)
    season = db.session.get_one(Season, season_id)
    camp = create_camp(season, day=now + ahead, target=1)
    opened = rounds.ask_several(camp.panels[0], season.signups, by=None, now=now)
    db.session.commit()
    found = opened.id, [f"/asks/{asking.token_of(seat)}" for seat in opened.assignments]
    # The connection is given back: who answers must not wait for it.
    db.session.remove()
    return found


def told(answers: list[Answered]) -> Counter[tuple[int, int, str]]:
    """How many were answered in which way; "" is no text that we know."""
    known = ("You have said yes", "somebody else said yes")
    return Counter(
        (each.status, each.page_status, next((text for text in known if text in each.page), ""))
        for each in answers
    )


def outcome(round_id: int) -> dict[str, object]:
    """What the database says of a round and its camp."""
    opened = db.session.get_one(AskRound, round_id)
    event_id = opened.panel.camp.event_id
    states = db.session.scalars(sa.select(Assignment.state).where(Assignment.round_id == round_id))
    invited = db.session.scalars(
        sa.select(Invitation.answer).where(Invitation.event_id == event_id)
    )
    entries = sa.select(sa.func.count()).where(
        OutboxMail.kind == "invitations/entry", OutboxMail.event_id == event_id
    )
    key = f"round-{round_id}-taken"
    thanks = db.session.scalars(sa.select(Mailing).where(Mailing.dedupe_key == key)).one()
    return {
        "states": Counter(str(state) for state in states),
        "round": (opened.seats, opened.seats_left, opened.closed_at is not None),
        "invited": list(invited),
        "calendar": db.session.scalar(entries),
        "thanked by mail": len(list(ask_notices.taken(thanks, datetime.now(UTC)))),
    }
