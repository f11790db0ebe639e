"""A camp and several who offered to serve there, asked at once, for the tests of rounds."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.db import db
from portal.jury.asks import ask_notices, asking, rounds
from portal.models.audit import AuditEntry
from portal.models.jury import AskRound, Assignment, JurySignup
from portal.models.mailings import Mailing
from portal.models.seasons import Camp, Season
from tests.factories import create_camp, create_person, create_school, create_season, create_signup
from tests.jury.plans.made import NOW

LATER = NOW + timedelta(hours=1)


def offers(season: Season, names: Sequence[str], *camps: Camp, **values: Any) -> list[JurySignup]:
    """An offer of each to come to ``camps``."""
    return [create_signup(season, create_person(name), *camps, **values) for name in names]


def one_camp(*, target: int = 1) -> Camp:
    """A camp in Moss with one jury."""
    return create_camp(create_season(), create_school("Moss vgs"), target=target)


def asked_at_once(camp: Camp, *names: str) -> AskRound:
    """A round of people with these names, for all the open seats of the camp's jury."""
    signups = offers(camp.season, names, camp)
    opened = rounds.ask_several(camp.panels[0], signups, by=None, now=NOW)
    assert opened is not None, "as many seats as people"
    db.session.commit()
    return opened


def seat_of(opened: AskRound, name: str) -> Assignment:
    """The assignment of the person with that name."""
    return next(each for each in opened.assignments if each.person.name == name)


def states(opened: AskRound) -> dict[str, str]:
    """In which state each of the round is, by name."""
    return {each.person.name: str(each.state) for each in opened.assignments}


def post(client: FlaskClient, seat: Assignment, said: str) -> TestResponse:
    """Answer from the link in the mail, in English, and read the page after it."""
    client.set_cookie("language", "en")
    path = f"/asks/{asking.token_of(seat)}"
    return client.post(path, data={"answer": said}, follow_redirects=True)


def written(kind: str) -> list[str]:
    """To whom the newest mailing of a kind is written an hour later."""
    mailing = db.session.scalars(
        sa.select(Mailing).where(Mailing.kind == kind).order_by(Mailing.id.desc())
    ).first()
    if mailing is None:
        return []
    found = ask_notices.MAILINGS[kind](mailing, LATER)
    return [message.recipient.name for _key, message in found]


def verbs() -> list[str]:
    """What was done with rounds, in turn."""
    return list(
        db.session.scalars(
            sa.select(AuditEntry.verb)
            .where(AuditEntry.object_kind == "ask_round")
            .order_by(AuditEntry.id)
        )
    )
