"""What somebody who is asked is told of each seat: on its page, in the mail, on their own page."""

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.db import db
from portal.jury.asks import ask_notices, asking, seat_facts
from portal.models.accounts import Person
from portal.models.events import EventLink, LinkKind, ProgrammeItem
from portal.models.jury import Assignment, AssignmentState
from portal.models.mailings import Mailing
from portal.models.seasons import Camp
from tests.factories import create_camp, create_person, create_school, create_season, create_signup

NOW = datetime(2026, 8, 20, 9, 0, tzinfo=UTC)
HORTEN = {"municipality_code": "3901", "postcode": "3187", "latitude": 59.41, "longitude": 10.48}
HALDEN = {"municipality_code": "3101", "postcode": "1771", "latitude": 59.13, "longitude": 11.38}

pytestmark = pytest.mark.usefixtures("in_august")


@pytest.fixture
def camp(app) -> Camp:
    """A camp across the fjord with all there is to read."""
    season = create_season(
        juror_info="You **listen** and choose.",
        contact_name="Kari Nordmann",
        contact_phone="22 00 00 00",
    )
    school = create_school("Horten vgs", address="Strandpromenaden 33", **HORTEN)
    camp = create_camp(season, school, minimum=1, target=1, county_code="39")
    camp.practical = "Park behind the *gym*."
    camp.event.links.append(
        EventLink(kind=LinkKind.DOCUMENT, title="Criteria", url="https://example.org/criteria")
    )
    camp.event.programme.append(ProgrammeItem(position=0, title="Pupils present"))
    db.session.commit()
    return camp


@pytest.fixture
def ola(app) -> Person:
    return create_person("Ola Hansen", language="en")


def seated(camp: Camp, person: Person, **values: Any) -> Assignment:
    seat = Assignment(
        camp=camp,
        panel=camp.panels[0],
        person=person,
        created_at=NOW,
        state=AssignmentState.PROPOSED,
        **values,
    )
    db.session.add(seat)
    db.session.commit()
    return seat


def asked(camp: Camp, person: Person, **values: Any) -> Assignment:
    seat = seated(camp, person, **values)
    asking.ask([seat], key=f"test-{seat.id}", by=None, now=NOW)
    db.session.commit()
    return seat


def facts_on(page: str) -> dict[str, str]:
    """The facts of the page by their names, as plain text."""
    pairs = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page, re.S)
    return {plain(name): plain(value) for name, value in pairs}


def plain(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def test_the_page_says_when_where_how_far_why_and_whom_to_call(
    client: FlaskClient, camp: Camp, ola: Person
):
    create_signup(camp.season, ola, camp)
    seat = asked(camp, ola)

    page = client.get(f"/asks/{asking.token_of(seat)}").text

    assert facts_on(page) == {
        "When": "Tuesday 20 October 2026, 08:30–14:30",
        "Where": "Horten vgs, Strandpromenaden 33",
        "Your journey": "From 1530 Moss: near you, about 10 km, ferry or a long way round"
        " Plan the journey with Entur",
        "Why you": "You are among the nearest who can come that day.",
        "Contact": "Kari Nordmann, 22 00 00 00",
    }
    assert not re.search(r"\bmin\b|minutes", plain(page))


def test_the_page_shows_what_to_read(client: FlaskClient, camp: Camp, ola: Person):
    create_signup(camp.season, ola, camp)
    seat = asked(camp, ola)

    page = client.get(f"/asks/{asking.token_of(seat)}").text

    for part in (
        "<strong>listen</strong>",
        "<em>gym</em>",
        "Pupils present",
        'href="https://example.org/criteria">Criteria',
        f'href="/events/{camp.event.slug}"',
    ):
        assert part in page


@pytest.mark.parametrize(
    ("codes", "nearer", "expected"),
    [
        (["same_county", "wish"], 1, "You wished for this school."),
        (["same_county"], 0, "You are among the nearest who can come that day."),
        (
            ["same_county", "if_needed"],
            1,
            "You said that you can come if needed, and now you are needed.",
        ),
        (
            ["same_county"],
            1,
            "You have offered to come that day, and the school lies within what you chose.",
        ),
    ],
)
def test_why_somebody_is_asked_is_true_and_about_them_alone(
    camp: Camp, ola: Person, codes: list[str], nearer: int, expected: str, client: FlaskClient
):
    create_signup(camp.season, ola, camp)
    for _number in range(nearer):
        create_signup(camp.season, create_person(), camp, postcode="3187", municipality_code="3901")
    seat = asked(camp, ola, reason={"codes": codes, "next": {"person": 1, "km": 3}})

    page = client.get(f"/asks/{asking.token_of(seat)}").text

    assert facts_on(page)["Why you"] == expected


def test_the_reason_of_an_earlier_plan_is_not_that_of_a_seat_given_by_hand(
    camp: Camp, ola: Person, client: FlaskClient
):
    create_signup(camp.season, ola, camp)
    seat = asked(camp, ola, reason={"codes": ["wish"]}, origin="organiser")

    assert "You wished for this school" not in client.get(f"/asks/{asking.token_of(seat)}").text


def test_nearer_ones_who_cannot_come_or_have_withdrawn_do_not_count(camp: Camp, ola: Person, app):
    create_signup(camp.season, ola, camp)
    there = {"postcode": "3187", "municipality_code": "3901"}
    create_signup(camp.season, create_person(), **there)
    create_signup(camp.season, create_person(), camp, withdrawn_at=NOW, **there)
    seat = asked(camp, ola)

    assert seat_facts.of([seat])[seat.id].is_among_nearest


def test_whoever_was_asked_without_an_offer_is_told_so_and_how_far_it_is_from_their_page(
    camp: Camp, client: FlaskClient
):
    seat = asked(camp, create_person("Per Olsen", language="en", municipality_code="3103"))

    facts = facts_on(client.get(f"/asks/{asking.token_of(seat)}").text)

    assert facts["Why you"] == "The organisers would like to have you on this jury."
    assert facts["Your journey"].startswith("From Moss: near you, about 10 km")


def test_a_jury_that_can_meet_online_asks_nobody_to_travel(
    camp: Camp, ola: Person, client: FlaskClient
):
    create_signup(camp.season, ola, camp)
    camp.panels[0].remote_allowed = True
    seat = asked(camp, ola)

    facts = facts_on(client.get(f"/asks/{asking.token_of(seat)}").text)

    assert facts["Your journey"] == "The jury can meet online, so you need not travel."


def test_whose_place_nobody_knows_is_told_so(camp: Camp, client: FlaskClient):
    seat = asked(camp, create_person("Per Olsen", language="en"))

    facts = facts_on(client.get(f"/asks/{asking.token_of(seat)}").text)

    assert facts["Your journey"].startswith("We do not know where you set out from")


def test_a_closed_question_tells_when_and_where_alone(camp: Camp, ola: Person, client: FlaskClient):
    create_signup(camp.season, ola, camp)
    seat = asked(camp, ola)
    camp.event.starts_at = NOW - timedelta(hours=1)
    db.session.commit()

    facts = facts_on(client.get(f"/asks/{asking.token_of(seat)}").text)

    assert set(facts) == {"When", "Where", "Contact"}


# ------------------------------------------------------------------ in the mail


def test_each_seat_of_one_mail_has_its_facts(camp: Camp, ola: Person):
    other = create_camp(
        camp.season, create_school("Halden vgs", **HALDEN), day=NOW + timedelta(days=70)
    )
    create_signup(camp.season, ola, camp, other)
    seats = [seated(camp, ola), seated(other, ola)]
    asking.ask(seats, key="both", by=None, now=NOW)

    [(_key, message)] = list(ask_notices.asks(_newest(), NOW))

    for text in (message.text, plain(message.html)):
        first, second = text.split("Halden vgs", 1)[0], text.split("Halden vgs", 1)[1]
        assert "From 1530 Moss: near you, about 10 km, ferry or a long way round." in first
        assert "Strandpromenaden 33" in first
        assert "Tuesday 20 October 2026, 08:30–14:30" in first
        assert "From 1530 Moss: a trip, about 55 km." in second
        assert text.count("You are among the nearest who can come that day.") == 2
        assert text.count("22 00 00 00") >= 2
    assert "Criteria: https://example.org/criteria" in message.text
    assert 'href="https://example.org/criteria"' in message.html
    assert message.text.count("https://entur.no/reiseresultater?") == 2
    assert "Park behind the gym." in message.text
    assert "You listen and choose." in message.text
    assert "<em>gym</em>" in message.html
    assert message.html.index("/asks/") < message.html.index("<th")


def test_a_mail_counts_the_others_and_names_nobody(camp: Camp, ola: Person):
    create_signup(camp.season, ola, camp, consent_text="2026-2")
    per = create_person("Per Olsen")
    create_signup(camp.season, per, camp, consent_text="2026-2")
    seated(camp, per).state = AssignmentState.ACCEPTED
    asked(camp, ola)

    [(_key, message)] = list(ask_notices.asks(_newest(), NOW))

    assert "Others from near you: 1 from Moss has said yes." in message.text
    assert "1 from Moss has said yes." in message.html
    assert "Per Olsen" not in message.text + message.html


def test_a_moved_camp_is_asked_about_with_the_same_facts(camp: Camp, ola: Person):
    create_signup(camp.season, ola, camp)
    seat = asked(camp, ola)
    seat.reopen(NOW)
    db.session.commit()

    mailing = Mailing(kind="jury.reconfirm", params={"camp_id": camp.id})
    [(_key, message)] = list(ask_notices.reconfirm(mailing, NOW))

    assert "From 1530 Moss: near you, about 10 km, ferry or a long way round." in message.text
    assert "Plan the journey with Entur" in message.html


@pytest.mark.parametrize("people", [2, 8])
def test_a_mailing_asks_the_database_as_often_for_many_as_for_few(
    camp: Camp, queries: Callable[[], Any], people: int
):
    camp.panels[0].target = people
    seats = []
    for _number in range(people):
        person = create_person()
        create_signup(camp.season, person, camp)
        seats.append(seated(camp, person))
    asking.ask(seats, key="all", by=None, now=NOW)
    mailing = _newest()
    mailing = Mailing(kind=mailing.kind, params=mailing.params)
    db.session.expire_all()

    with queries() as statements:
        made = list(ask_notices.asks(mailing, NOW))

    assert (len(made), len(statements)) == (people, 8)


def _newest() -> Mailing:
    return db.session.query(Mailing).order_by(Mailing.id.desc()).first()


# ------------------------------------------------------------------ on one's own page


def test_my_page_says_how_far_each_seat_is(
    camp: Camp, ola: Person, browse_as: Callable[[Person], FlaskClient]
):
    create_signup(camp.season, ola, camp)
    asked(camp, ola)

    page = plain(browse_as(ola).get("/my").text)

    assert "From 1530 Moss: near you, about 10 km, ferry or a long way round" in page
