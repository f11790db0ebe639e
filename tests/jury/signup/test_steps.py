import html
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from portal.db import db
from portal.jury.signup import drafts
from portal.models.jury import DayAnswer, SignupDraft, Wish
from tests.factories import create_camp, create_school, create_season
from tests.jury.signup.volunteering import (
    OLA,
    TRAVEL,
    begin,
    fill_in,
    newest_link,
    schools,
    signups,
)

pytestmark = pytest.mark.usefixtures("in_august")

HORTEN = {"municipality_code": "3901", "latitude": 59.41, "longitude": 10.48}
HAMAR = {"municipality_code": "3403", "latitude": 60.79, "longitude": 11.07}


def test_somebody_volunteers_in_three_steps_and_confirms_by_mail(client: FlaskClient):
    season = create_season()
    moss, horten = create_camp(season), create_camp(season, create_school(**HORTEN))

    days = begin(client, season, phone="912 34 567", counties=["31", "39"], languages=["no"])
    answers = {f"camp_{moss.id}": "yes", f"camp_{horten.id}": "if_needed"}
    last = client.post(days, data=answers).headers["Location"]
    said = {
        f"conflicts_{moss.school_id}": ["family", "work"],
        f"wish_{horten.school_id}": "avoid",
        "expertise": "Vann og avløp",
    }
    check = client.post(last, data=schools(moss, **said)).headers["Location"]
    sent = client.post(check).headers["Location"]
    client.get(sent)
    link = newest_link()
    client.get(link)
    client.post(link)

    (signup,) = signups()
    assert (signup.juror.name, signup.juror.email, signup.juror.phone) == (
        "Ola Hansen", "ola.hansen@example.org", "912 34 567",
    )  # fmt: skip
    assert (signup.postcode, signup.municipality_code) == ("1530", "3103")
    assert (signup.counties, signup.longest_km, signup.at_most) == (["31", "39"], None, 2)
    assert {day.camp_id: (day.answer, day.wish) for day in signup.days} == {
        moss.id: (DayAnswer.YES, Wish.NONE),
        horten.id: (DayAnswer.IF_NEEDED, Wish.AVOID),
    }
    assert sorted((each.school_id, str(each.kind)) for each in signup.conflicts) == [
        (moss.school_id, "family"), (moss.school_id, "work"),
    ]  # fmt: skip
    assert signup.expertise == "Vann og avløp"


def test_the_first_step_says_what_is_missing_and_loses_nothing(client: FlaskClient):
    season = create_season()

    answer = client.post(
        f"/seasons/{season.slug}/signup",
        data={"name": "", "email": "ola", "employer": "Moss & Omegn", "postcode": "15"},
    )

    assert answer.status_code == 422
    assert errors(answer.text) == [
        "Skriv navnet ditt",
        "Skriv en e-postadresse, for eksempel navn@kommune.no",
        "Skriv et postnummer med fire siffer",
        "Velg hvor langt du kan reise",
    ]
    assert 'value="Moss &amp; Omegn"' in answer.text
    assert 'value="15"' in answer.text
    assert db.session.scalars(sa.select(SignupDraft)).all() == []


def test_an_unknown_postcode_is_answered_with_those_nearest(client: FlaskClient):
    season = create_season()

    answer = client.post(
        f"/seasons/{season.slug}/signup", data={**OLA, **TRAVEL, "postcode": "1439"}
    )

    assert errors(answer.text) == [
        "Vi kjenner ikke postnummer 1439. Er det et av disse: 1440 Drøbak, 1441 Drøbak,"
        " 1442 Drøbak? Du kan også velge kommunen din i stedet"
    ]


@pytest.mark.parametrize("postcode", ["", "1439"])
def test_a_municipality_will_do_by_whatever_code_it_had(client: FlaskClient, postcode: str):
    season = create_season()
    create_camp(season)

    begin(client, season, postcode=postcode, municipality="0104")

    (draft,) = db.session.scalars(sa.select(SignupDraft))
    travel = draft.answers["travel"]
    assert (travel["postcode"], travel["municipality_code"]) == ("", "3103")


def test_days_show_the_nearest_school_first_in_words_and_whole_kilometres(client: FlaskClient):
    season = create_season()
    create_camp(season, create_school("Hamar vgs", **HAMAR), county_code="34")
    create_camp(season, create_school("Horten vgs", **HORTEN), county_code="39")
    create_camp(season, create_school("Kirkeparken vgs"))

    page = client.get(begin(client, season, takes_ferry="")).text

    names = re.findall(r'<legend class="ds-label">(\S+) vgs', page)
    assert names == ["Kirkeparken", "Horten", "Hamar"]
    assert "samme kommune, ca. 5 km." in page
    assert "langt, ca. 105 km, ferge eller lang omvei." in page
    assert not re.search(r"\bmin\b|minutt", page)
    assert "Erik Bolstad" in page


def test_at_least_one_day_must_be_possible(client: FlaskClient):
    season = create_season()
    camp = create_camp(season)
    days = begin(client, season)

    answer = client.post(days, data={f"camp_{camp.id}": "no"})

    assert answer.status_code == 422
    assert errors(answer.text) == ["Svar ja eller «om nødvendig» på minst én dag"]
    assert re.search(r'value="no" checked', answer.text)


def test_camps_beyond_what_somebody_chose_are_not_asked_about(client: FlaskClient):
    season = create_season()
    create_camp(season, create_school("Kirkeparken vgs"))
    create_camp(season, create_school("Hamar vgs", **HAMAR), county_code="34")

    near = client.get(begin(client, season, longest="25")).text
    county = client.get(begin(client, season, counties=["34"])).text
    none = client.get(begin(client, season, counties=["39"])).text

    assert ("Kirkeparken" in near, "Hamar" in near) == (True, False)
    assert "1 camp ligger lenger unna enn du valgte" in near
    assert ("Kirkeparken" in county, "Hamar" in county) == (False, True)
    assert "Ingen camp ligger innenfor det du valgte" in none


def test_nothing_is_taken_for_granted_about_schools_and_consent(client: FlaskClient):
    season = create_season()
    camp = create_camp(season)
    page = client.post(begin(client, season), data={f"camp_{camp.id}": "yes"}).headers["Location"]

    shown = client.get(page).text
    answer = client.post(page, data={f"conflicts_{camp.school_id}": "mentor", "expertise": "Plan"})

    assert re.findall(r'value="(\w+)" checked', shown) == ["none"]
    assert "personvernforordningen artikkel 6" in shown
    assert answer.status_code == 422
    assert errors(answer.text) == ["Kryss av for at du samtykker, så vi kan bruke svarene dine"]
    assert re.findall(r'value="(\w+)" checked', answer.text) == ["mentor", "none"]
    assert "Plan</textarea>" in answer.text


def test_a_season_without_camps_says_so(client: FlaskClient):
    season = create_season()

    page = client.get(begin(client, season))

    assert "Ingen camper har fått dato ennå" in page.text


def test_going_back_shows_what_was_answered(client: FlaskClient):
    season = create_season()
    camp = create_camp(season)
    check = fill_in(client, season, camp, employer="Moss kommune")

    pages = {step: client.get(check.replace("/check", f"/{step}")).text for step in STEPS}

    assert 'value="Moss kommune"' in pages["travel"]
    assert re.findall(r'value="(\w+)" checked', pages["days"]) == ["yes"]
    assert "Se over svarene" in client.get(check).text


STEPS = ("travel", "days", "schools")


def test_a_second_tab_does_not_undo_the_first(client: FlaskClient):
    season = create_season()
    moss, horten = create_camp(season), create_camp(season, create_school(**HORTEN))
    check = fill_in(client, season, moss)

    client.post(check.replace("/check", "/travel"), data={**OLA, **TRAVEL, "most_camps": "5"})
    client.post(check.replace("/check", "/days"), data={f"camp_{horten.id}": "yes"})

    (draft,) = db.session.scalars(sa.select(SignupDraft))
    assert draft.answers["travel"]["most_camps"] == "5"
    assert draft.answers["days"] == {str(moss.id): "yes", str(horten.id): "yes"}


def test_a_school_that_was_not_asked_about_is_asked_before_the_answers_are_checked(
    client: FlaskClient,
):
    season = create_season()
    moss, horten = create_camp(season), create_camp(season, create_school(**HORTEN))
    check = fill_in(client, season, moss)

    both = {f"camp_{moss.id}": "yes", f"camp_{horten.id}": "yes"}
    after = client.post(check.replace("/check", "/days"), data=both).headers["Location"]

    assert after == check.replace("/check", "/schools")
    assert client.post(check).headers["Location"] == after


def test_two_drafts_of_one_browser_are_kept_apart(client: FlaskClient):
    season = create_season()
    create_camp(season)

    first, second = begin(client, season, name="Ola"), begin(client, season, name="Siri Berg")

    assert first != second
    assert 'value="Ola"' in client.get(first.replace("/days", "/travel")).text
    assert 'value="Siri Berg"' in client.get(second.replace("/days", "/travel")).text
    assert second in client.get(f"/seasons/{season.slug}/signup").text


@pytest.mark.parametrize("step", ["travel", "days", "schools", "check", "sent"])
def test_a_draft_is_nobody_elses(app: Flask, browse_as: Any, siri: Any, client: Any, step: str):
    season = create_season()
    check = fill_in(client, season, create_camp(season))
    page = check.replace("/check", f"/{step}")

    elsewhere = [app.test_client().get(page), browse_as(siri).get(page)]
    by_post = app.test_client().post(check)

    assert [answer.status_code for answer in elsewhere] == [404, 404]
    assert by_post.status_code == 404


def test_answers_are_kept_for_a_week(client: FlaskClient, now: datetime):
    season = create_season()
    days = begin(client, season)

    with time_machine.travel(now + timedelta(days=7)):
        answer = client.get(days)
        dropped = drafts.drop_expired(now + timedelta(days=7))

    assert answer.status_code == 410
    assert "Disse svarene er ikke tatt vare på lenger" in answer.text
    assert dropped == 1


@pytest.mark.parametrize(
    ("window", "words"),
    [
        ({"signup_opens_at": datetime(2026, 9, 1, 6, tzinfo=UTC)}, "Du kan melde deg fra tirsdag"),
        ({"signup_closes_at": datetime(2026, 8, 19, 10, tzinfo=UTC)}, "Fristen var onsdag"),
        ({"signup_opens_at": None}, "Arrangøren har ikke åpnet"),
        ({"archived_at": datetime(2026, 8, 19, 10, tzinfo=UTC)}, "Sesongen er over."),
    ],
)
def test_a_closed_sign_up_says_why_and_takes_nothing(
    client: FlaskClient, window: dict[str, Any], words: str
):
    season = create_season(contact_email="kari@example.org", **window)

    page = client.get(f"/seasons/{season.slug}/signup")
    answer = client.post(f"/seasons/{season.slug}/signup", data={**OLA, **TRAVEL})

    assert (page.status_code, answer.status_code) == (200, 409)
    assert words in page.text
    assert "kari@example.org" in page.text
    assert 'value="Ola Hansen"' in answer.text
    assert db.session.scalars(sa.select(SignupDraft)).all() == []


def test_what_is_sent_after_the_deadline_is_refused_and_kept(client: FlaskClient, now: datetime):
    season = create_season()
    camp = create_camp(season)
    check = fill_in(client, season, camp)
    season.signup_closes_at = now
    db.session.commit()

    answer = client.post(check)

    assert answer.status_code == 409
    assert "Du kan ikke sende inn dette nå" in answer.text
    assert camp.name in answer.text
    assert "Send inn" not in answer.text
    assert signups() == []


def test_a_season_that_is_not_published_does_not_exist(client: FlaskClient):
    season = create_season(published_at=None)

    assert client.get(f"/seasons/{season.slug}/signup").status_code == 404


def test_a_form_from_elsewhere_is_refused(app: Flask, client: FlaskClient):
    season = create_season()
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        answer = client.post(f"/seasons/{season.slug}/signup", data={**OLA, **TRAVEL})
    finally:
        app.config["WTF_CSRF_ENABLED"] = False

    assert answer.status_code == 400
    assert db.session.scalars(sa.select(SignupDraft)).all() == []


@pytest.mark.parametrize("camps", [1, 3])
def test_the_steps_ask_the_database_little(
    client: FlaskClient, queries: Callable[[], Any], camps: int
):
    season = create_season()
    made = [create_camp(season) for _number in range(camps)]
    check = fill_in(client, season, *made)

    asked = {}
    for step in (*STEPS, "check"):
        with queries() as statements:
            client.get(check.replace("/check", f"/{step}"))
        asked[step] = len([each for each in statements if each.startswith("SELECT")])

    assert asked == {"travel": 3, "days": 3, "schools": 3, "check": 3}


@pytest.mark.parametrize("language", ["nn", "en"])
def test_every_page_speaks_the_readers_language(client: FlaskClient, language: str):
    client.set_cookie("language", language)
    season = create_season()
    camp = create_camp(season)
    check = fill_in(client, season, camp)
    page = client.get(check).text

    assert {"nn": "Sjå over svara", "en": "Check your answers"}[language] in page


def errors(page: str) -> list[str]:
    """What the page says is wrong, field by field."""
    found = re.findall(r'class="ds-validation-message"[^>]*>([^<]*)<', page)
    return [html.unescape(text).strip() for text in found]
