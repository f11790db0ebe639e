"""Which schools suit me: what the page says to somebody who has no account."""

import html
import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal.db import db
from portal.jury.signup import near
from portal.jury.signup.suitability import Fit
from portal.models.accounts import Person
from portal.models.jury import (
    Assignment,
    AssignmentState,
)
from portal.models.seasons import Camp, Season
from tests.factories import (
    create_camp,
    create_event,
    create_person,
    create_school,
    create_season,
)
from tests.jury.conftest import HALDEN
from tests.jury.signup.nearby import groups, page_of, why

NOW = datetime(2026, 8, 20, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("in_august")


def test_the_nearest_comes_first_under_what_suits_what_nearly_does_and_what_does_not(
    reader: FlaskClient, season: Season
):
    page = page_of(reader, season, "?postcode=1530&longest=50&ferry=no")

    assert groups(page) == {
        "suits": ["Kirkeparken"],
        "outside": ["Halden", "Horten"],
        "others": ["Hamar"],
    }
    assert "1 camp suits you" in page


def test_each_school_says_why_in_whole_kilometres_and_how_many_it_needs(
    reader: FlaskClient, season: Season
):
    page = page_of(reader, season, "?postcode=1530&longest=25&county=31&day=2026-10-20")

    assert {school: why(page, school) for school in ("Kirkeparken", "Horten", "Hamar")} == {
        "Kirkeparken": "About 5 km from you, in the same municipality. The jury needs 2 more.",
        "Horten": "About 10 km from you, over water: ferry or a long way round."
        " It lies in Vestfold, which you have not chosen. The jury needs 2 more.",
        "Hamar": "Far: about 165 km from you. It lies in Innlandet, which you have not chosen."
        " That is longer than the limit you have set. The jury needs 2 more.",
    }
    assert "You have not chosen that day." in why(page, "Halden")
    assert not re.search(r"\bmin\b|minute", page)


@pytest.mark.parametrize(
    ("query", "label"),
    [
        ("?postcode=1530&longest=25&ferry=no", "Take the ferry: then it is about 10 km"),
        ("?postcode=1530&county=31", "Add Vestfold"),
        ("?postcode=1530&day=2026-10-22", "Add Tuesday 20 October 2026"),
        ("?postcode=1511&longest=25&ferry=no", ""),
    ],
)
def test_what_would_bring_a_school_in_is_a_link_that_does(
    reader: FlaskClient, season: Season, query: str, label: str
):
    page = page_of(reader, season, query)

    found = re.search(
        r'Horten vgs</a></h3>.*?<p><a class="ds-link" href="(\S+)">([^<]+)<', page, re.S
    )
    if label:
        assert found[2] == label
        assert "Horten" in groups(html.unescape(reader.get(found[1]).text))["suits"]
    else:
        assert "Horten" not in groups(page)["suits"]


def test_a_limit_nearly_long_enough_can_be_raised_by_a_press(reader: FlaskClient, season: Season):
    page = page_of(reader, season, "?postcode=1530&longest=50")
    wider = re.search(
        r'Halden vgs</a></h3>.*?href="(\S+)">Widen the distance: Up to 100 km<', page, re.S
    )

    assert "Halden" in groups(page)["outside"]
    assert "Halden" in groups(html.unescape(reader.get(wider[1]).text))["suits"]


def test_a_school_a_little_beyond_the_limit_does_not_read_as_if_it_were_within(
    reader: FlaskClient, app
):
    season = create_season()
    # 50.55 km, which rounds to the limit itself.
    create_camp(season, create_school("Grense vgs", **{**HALDEN, "latitude": 59.19}))

    assert why(page_of(reader, season, "?postcode=1530&longest=50"), "Grense").startswith(
        "About 50 km from you. That is a little longer than the limit you have set."
    )


def test_a_full_jury_is_told_and_still_listed(reader: FlaskClient, app):
    season = create_season()
    camp = create_camp(season, create_school("Kirkeparken vgs"), minimum=1, target=1)
    seat(camp, create_person("Per Olsen"))

    page = page_of(reader, season, "?postcode=1530")

    assert why(page, "Kirkeparken").endswith("The jury is full for now.")
    assert "1 of 1" in page


def seat(camp: Camp, person: Person) -> None:
    db.session.add(
        Assignment(
            camp=camp, panel=camp.panels[0], person=person, created_at=NOW,
            state=AssignmentState.ACCEPTED,
        )
    )  # fmt: skip
    db.session.commit()


def test_the_same_stands_on_a_map_with_the_reader_marked_and_in_a_table(
    reader: FlaskClient, season: Season
):
    page = page_of(reader, season, "?municipality=3103&longest=50")

    assert 'aria-label="Where you set out, roughly: Moss"' in page
    assert page.count('aria-label="Halden vgs: 0 of 2"') == 1
    rows = re.findall(
        r'<tr>\s*<th scope="row">.*?>(\S+) vgs<.*?>(about \d+ km)<.*?</tr>', page, re.S
    )
    assert [name for name, _km in rows] == ["Kirkeparken", "Horten", "Halden", "Hamar"]
    assert rows[1][1] == "about 10 km"


def test_whoever_sets_out_beyond_the_map_is_not_marked_on_it(reader: FlaskClient, season: Season):
    page = page_of(reader, season, "?postcode=9008")

    assert "Where you set out, roughly" not in page
    assert groups(page)["suits"] != []


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("?postcode=15", "Write a postcode of four digits"),
        ("?postcode=&municipality=", "Write a postcode of four digits"),
        ("?postcode=1439", "We do not know postcode 1439. Is it one of these: 1440 Drøbak"),
        ("?postcode=1530&longest=7", "Choose how far you can travel"),
        ("?postcode=1530&ferry=perhaps", "Choose yes or no"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_lost(
    reader: FlaskClient, season: Season, query: str, message: str
):
    answer = reader.get(f"/seasons/{season.slug}/near{query}&county=31")

    assert answer.status_code == 422
    assert message in html.unescape(answer.text)
    assert re.search(r'value="31" checked', answer.text)


def test_an_address_shared_long_ago_forgets_days_and_counties_that_are_no_more(
    reader: FlaskClient, season: Season
):
    page = page_of(reader, season, "?postcode=1530&day=2026-09-01&county=99")

    assert groups(page)["suits"] == ["Kirkeparken", "Horten", "Halden", "Hamar"]


def test_before_anything_is_said_the_page_asks_where_one_sets_out(
    reader: FlaskClient, season: Season
):
    answer = reader.get(f"/seasons/{season.slug}/near")

    assert answer.status_code == 200
    assert "Start with where you set out from" in answer.text


def test_whoever_is_signed_in_need_not_write_the_postcode_again(
    browse_as: Callable[[Person], FlaskClient], season: Season
):
    client = browse_as(create_person("Berit Dahl", postcode="1530", language="en"))

    assert 'value="1530"' in page_of(client, season)


def test_a_season_without_camps_to_come_says_so(reader: FlaskClient, app):
    season = create_season()
    held = create_event(starts_at=datetime(2026, 8, 3, 7, 0, tzinfo=UTC))
    db.session.add(Camp(season=season, event=held, school=create_school()))

    page = page_of(reader, season)

    assert "No camps are coming up" in page


def test_a_season_in_the_archive_says_so_and_one_not_published_is_not_there(
    reader: FlaskClient, season: Season
):
    season.archived_at = NOW
    db.session.commit()

    assert "The season is over" in page_of(reader, season)

    season.published_at = None
    db.session.commit()
    assert reader.get(f"/seasons/{season.slug}/near").status_code == 404


def test_before_the_sign_up_opens_one_may_look_and_is_told_when(
    reader: FlaskClient, season: Season
):
    season.signup_opens_at = datetime(2026, 9, 1, 6, 0, tzinfo=UTC)
    db.session.commit()

    page = page_of(reader, season, "?postcode=1530")

    assert groups(page)["suits"] != []
    assert "Sign-up opens Tuesday 1 September 2026" in page
    assert "/signup?" not in page


# ------------------------------------------------------------------ care


@pytest.mark.parametrize("camps", [5, 50])
def test_the_page_asks_the_database_as_often_for_fifty_camps_as_for_five(
    reader: FlaskClient, queries: Callable[[], Any], camps: int
):
    season = create_season()
    for _number in range(camps):
        create_camp(season)

    with queries() as statements:
        page_of(reader, season, "?postcode=1530")

    assert len([text for text in statements if text.startswith("SELECT")]) == 5


def test_the_log_tells_the_page_and_not_what_was_written(
    reader: FlaskClient, season: Season, caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.INFO):
        page_of(reader, season, "?postcode=1530&municipality=3103")

    told = [str(getattr(record, "facts", "")) + record.getMessage() for record in caplog.records]
    assert any("/seasons/<slug>/near" in line for line in told)
    assert not any("1530" in line or "3103" in line for line in told)


def test_htmx_gets_what_was_found_alone(reader: FlaskClient, season: Season):
    answer = reader.get(
        f"/seasons/{season.slug}/near?postcode=1530", headers={"HX-Request": "true"}
    )
    wrong = reader.get(f"/seasons/{season.slug}/near?postcode=15", headers={"HX-Request": "true"})

    assert ("<html" in answer.text, "Kirkeparken" in answer.text) == (False, True)
    assert "HX-Request" in answer.headers["Vary"]
    assert (wrong.status_code, "four digits" in wrong.text) == (422, True)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("query", ["", "?postcode=1530&longest=50", "?postcode=15"])
def test_the_page_is_whole_in_every_language(
    client: FlaskClient, season: Season, language: str, query: str
):
    client.set_cookie("language", language)

    page = client.get(f"/seasons/{season.slug}/near{query}").text

    assert f'<html lang="{language}"' in page


def test_the_ways_to_the_page_lead_there(reader: FlaskClient, season: Season):
    address = f'href="/seasons/{season.slug}/near"'

    for page in ("/", f"/seasons/{season.slug}", f"/seasons/{season.slug}/signup"):
        assert address in reader.get(page).text, page


def test_suits_and_does_not_are_the_only_answers():
    assert set(near.by_fit([])) == set(Fit)
