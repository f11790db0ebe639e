"""Who sees whom of those who travel the same way, and when."""

import html
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.db import db
from portal.jury.asks import asking, seat_facts
from portal.jury.asks.company import Company, Traveller, company_of
from portal.jury.signup import actions, offers
from portal.jury.signup.answers import CONSENT_TEXT
from portal.models.accounts import Person
from portal.models.jury import Assignment, AssignmentState, JurySignup
from portal.models.seasons import Camp
from tests.factories import create_camp, create_person, create_school, create_season, create_signup

NOW = datetime(2026, 8, 20, 9, 0, tzinfo=UTC)
MOSS, RADE, FREDRIKSTAD, HORTEN = "3103", "3112", "3107", "3901"
OLDER = "2026-1"

pytestmark = pytest.mark.usefixtures("in_august")

READER = Traveller("Ola Hansen", "Moss kommune", MOSS, is_shown=True)
PER = Traveller("Per Olsen", "Råde kommune", RADE, is_shown=True)


# ------------------------------------------------------------------ the rule


def test_those_of_the_same_municipality_and_of_those_beside_it_are_counted():
    others = [
        PER,
        replace(PER, name="Nils Vik", municipality_code=MOSS),
        replace(PER, name="Siri Berg", municipality_code="0104"),
        replace(PER, name="Anne Lie", municipality_code=FREDRIKSTAD),
        replace(PER, name="Mina Dal", municipality_code=HORTEN),
        replace(PER, name="Kai Foss", municipality_code=""),
    ]

    found = company_of(READER, others, has_said_yes=False)

    assert found == Company(places=(("Moss", 2), ("Råde", 1)))


@pytest.mark.parametrize(
    ("reader", "other", "has_said_yes", "named"),
    [
        (READER, PER, True, (PER,)),
        (READER, PER, False, ()),
        (replace(READER, is_shown=False), PER, True, ()),
        (READER, replace(PER, is_shown=False), True, ()),
    ],
)
def test_names_go_both_ways_or_not_at_all(reader, other, has_said_yes, named):
    found = company_of(reader, [other], has_said_yes=has_said_yes)

    assert found == Company(places=(("Råde", 1),), named=named)


def test_whose_place_nobody_knows_has_no_company():
    assert company_of(replace(READER, municipality_code=""), [PER], has_said_yes=True) == Company()


# ------------------------------------------------------------------ on the page


@pytest.fixture
def camp(app) -> Camp:
    return create_camp(create_season(), create_school("Moss vgs"), target=9)


def seated(
    camp: Camp, name: str, state: AssignmentState = AssignmentState.ACCEPTED, **offer: Any
) -> Assignment:
    """Somebody who offered from Moss and was asked, with the consent of today."""
    person = create_person(name, language="en")
    values = {"consent_text": CONSENT_TEXT, "employer": f"{name} kommune", **offer}
    signup = create_signup(camp.season, person, camp, **values)
    seat = Assignment(
        camp=camp,
        panel=camp.panels[0],
        person=person,
        signup=signup,
        created_at=NOW,
        state=AssignmentState.PROPOSED,
    )
    db.session.add(seat)
    db.session.flush()
    asking.ask([seat], key=name, by=None, now=NOW)
    seat.state = state
    db.session.commit()
    return seat


def page_of(client: FlaskClient, seat: Assignment) -> str:
    return html.unescape(client.get(f"/asks/{asking.token_of(seat)}").text)


def test_before_a_yes_one_sees_how_many_and_from_where_and_no_names(
    client: FlaskClient, camp: Camp
):
    seated(camp, "Per Olsen")
    seated(camp, "Nils Vik", postcode="1640", municipality_code=RADE)
    ola = seated(camp, "Ola Hansen", AssignmentState.ASKED)

    page = page_of(client, ola)

    assert "1 from Moss and 1 from Råde have said yes." in page
    assert "Per Olsen" not in page
    assert "If you say yes too, you see their names and employers, and they see yours" in page


def test_after_a_yes_each_sees_the_others_name_and_employer_and_nothing_more(
    client: FlaskClient, camp: Camp
):
    per = seated(camp, "Per Olsen", postcode="1640", municipality_code=RADE)
    ola = seated(camp, "Ola Hansen", AssignmentState.ASKED)
    per.person.phone = "90 00 00 01"
    db.session.commit()
    hers, address = page_of(client, per), per.person.email

    client.post(f"/asks/{asking.token_of(ola)}", data={"answer": "yes"})
    page, his = page_of(client, ola), page_of(client, per)

    assert "Ola Hansen" not in hers
    assert "Per Olsen, Per Olsen kommune" in page
    assert "Ola Hansen, Ola Hansen kommune" in his
    assert [part for part in (address, "90 00 00 01", "1640") if part in page] == []


def test_whoever_agreed_to_an_older_text_is_counted_and_not_named(client: FlaskClient, camp: Camp):
    seated(camp, "Per Olsen", consent_text=OLDER)
    seated(camp, "Nils Vik")
    ola = seated(camp, "Ola Hansen")

    page = page_of(client, ola)

    assert ("Per Olsen" in page, "Nils Vik" in page) == (False, True)
    assert "1 more comes from near you." in page


def test_whoever_is_not_shown_sees_no_names_either(client: FlaskClient, camp: Camp):
    seated(camp, "Nils Vik")
    ola = seated(camp, "Ola Hansen", consent_text=OLDER)

    page = page_of(client, ola)

    assert ("Nils Vik" in page, "1 from Moss has said yes." in page) == (False, True)
    assert "so you see none, and nobody sees yours" in page


@pytest.mark.parametrize(
    "state",
    [state for state in AssignmentState if state != AssignmentState.ACCEPTED],
)
def test_whoever_has_not_said_yes_is_neither_named_nor_counted(
    client: FlaskClient, camp: Camp, state: AssignmentState
):
    seated(camp, "Nils Vik", state)
    ola = seated(camp, "Ola Hansen")

    page = page_of(client, ola)

    assert ("Nils Vik" in page, "Travel together?" in page) == (False, False)


def test_whoever_says_no_or_withdraws_is_gone_from_the_others_pages(
    client: FlaskClient, camp: Camp
):
    nils, per = seated(camp, "Nils Vik"), seated(camp, "Per Olsen")
    ola = seated(camp, "Ola Hansen")
    before = page_of(client, ola)

    client.post(f"/asks/{asking.token_of(nils)}", data={"answer": "no"})
    actions.withdraw(per.signup, reason="", now=NOW)
    db.session.commit()
    after = page_of(client, ola)

    assert ("Nils Vik" in before, "Per Olsen" in before) == (True, True)
    assert ("Nils Vik" in after, "Per Olsen" in after, "Travel together?" in after) == (False,) * 3


def test_others_of_other_camps_seasons_and_places_are_not_shown(client: FlaskClient, camp: Camp):
    seated(create_camp(camp.season), "Nils Vik")
    seated(create_camp(create_season()), "Per Olsen")
    seated(camp, "Mina Dal", postcode="3187", municipality_code=HORTEN)
    ola = seated(camp, "Ola Hansen")

    assert seat_facts.of([ola])[ola.id].company == Company()


def test_somebody_put_there_without_an_offer_is_neither_named_nor_counted(
    client: FlaskClient, camp: Camp
):
    nils, ola = seated(camp, "Nils Vik"), seated(camp, "Ola Hansen")
    nils.signup = None
    db.session.flush()
    db.session.delete(db.session.query(JurySignup).filter_by(juror_id=nils.person_id).one())
    db.session.commit()

    assert "Nils Vik" not in page_of(client, ola)


def test_a_link_sent_on_shows_nobody(
    browse_as: Callable[[Person], FlaskClient], camp: Camp, siri: Person
):
    seated(camp, "Nils Vik")
    ola = seated(camp, "Ola Hansen")

    page = page_of(browse_as(siri), ola)

    assert ("Nils Vik" in page, "Travel together?" in page) == (False, False)


def test_agreeing_to_the_text_of_today_counts_though_the_offer_is_the_same(camp: Camp, ola: Person):
    signup = create_signup(camp.season, ola, camp, consent_text=OLDER)

    actions.sign_up(camp.season, ola, offer=offers.of_signup(signup), now=NOW)

    assert (signup.consent_text, signup.consent_at) == (CONSENT_TEXT, NOW)


def test_the_text_agreed_to_says_who_sees_the_name(client: FlaskClient):
    client.set_cookie("language", "en")

    page = html.unescape(client.get("/privacy").text)

    assert re.search("others who have said yes to it .* see your name and employer", page)
