"""Which schools suit me: on to the sign-up, to the matching, and to the offer's own page."""

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from portal.db import db
from portal.jury.question import problems
from portal.jury.signup import near, suitability
from portal.jury.signup.offers import Offer
from portal.models.accounts import Person
from portal.models.jury import (
    Conflict,
    ConflictKind,
    DayAnswer,
    SignupDay,
    SignupDraft,
)
from portal.models.seasons import Camp, Panel, RankingPolicy, Season
from tests.factories import (
    create_camp,
    create_organisation,
    create_person,
    create_school,
    create_season,
    create_signup,
)
from tests.jury.signup.nearby import groups, page_of, why

NOW = datetime(2026, 8, 20, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("in_august")


# ------------------------------------------------------------------ on to the sign-up


def test_the_answers_go_along_to_the_sign_up_and_reading_changes_nothing(
    reader: FlaskClient, season: Season
):
    page = page_of(
        reader, season, "?postcode=1530&longest=50&ferry=no&county=31&county=39&day=2026-10-22"
    )
    begin = re.search(r'href="(/seasons/\S+/signup\?\S+)"', page)[1]

    form = reader.get(begin).text
    drafts = db.session.scalars(sa.select(SignupDraft)).all()

    assert drafts == []
    assert 'value="1530"' in form
    assert re.search(r'name="longest" value="50" checked', form)
    assert re.findall(r'name="counties" value="(\d+)" checked', form) == ["39", "31"]
    assert re.search(r'id="takes_ferry"[^>]*checked', form) is None


def test_the_days_that_went_along_are_filled_in_and_still_asked_about(
    reader: FlaskClient, season: Season
):
    page = page_of(reader, season, "?postcode=1530&day=2026-10-22")
    begin = re.search(r'href="(/seasons/\S+/signup\?\S+)"', page)[1]
    action = html.unescape(
        re.search(r'action="(/seasons/\S+/signup[^"]*)"', reader.get(begin).text)[1]
    )

    days = reader.post(
        action,
        data={
            "name": "Ola Hansen", "email": "ola.hansen@example.org", "postcode": "1530",
            "longest": "any", "most_camps": "1", "takes_ferry": "y",
        },
    ).headers["Location"]  # fmt: skip

    (draft,) = db.session.scalars(sa.select(SignupDraft))
    halden = next(camp for camp in season.camps if camp.name == "Halden vgs")
    assert days.endswith("/days")
    assert draft.answers["days"] == {str(halden.id): "yes"}
    assert reader.get(days).text.count('value="yes" checked') == 1


@pytest.mark.parametrize(
    "arguments",
    [
        "postcode=%0a" + "9" * 5000,
        "municipality='--",
        "postcode=1&longest=x&county=&ferry=?&day=x",
    ],
)
def test_whatever_an_address_brings_along_the_sign_up_can_be_begun(
    reader: FlaskClient, season: Season, arguments: str
):
    assert reader.get(f"/seasons/{season.slug}/signup?{arguments}").status_code == 200


# ------------------------------------------------------------------ one truth


@pytest.mark.parametrize("ferry", [True, False])
@pytest.mark.parametrize("longest", [None, 25, 50, 100])
@pytest.mark.parametrize("counties", [(), ("31",), ("30",), ("39", "34")])
@pytest.mark.parametrize("day", ["", "2026-10-20"])
def test_an_account_with_the_same_answers_is_matched_with_the_very_schools_that_suit(
    season: Season, ferry: bool, longest: int | None, counties: tuple[str, ...], day: str
):
    camps = season.camps
    camps[3].panels.append(Panel(number=2, minimum=1, target=1, remote_allowed=True))
    said = {
        camp.id: DayAnswer.NO if day and camp.event.first_day.isoformat() != day else DayAnswer.YES
        for camp in camps
    }
    offer = Offer("3103", "1530", counties, longest, takes_ferry=ferry, days=said)
    signup = create_signup(
        season, create_person(), counties=list(counties), longest_km=longest, takes_ferry=ferry
    )
    for camp in camps:
        signup.days.append(_day(camp, said[camp.id]))
    db.session.commit()

    problem = problems.of_season(season, RankingPolicy.NEAREST, NOW)
    account = suitability.judge(
        problem.volunteers[0], problem.camps, problem.policy, problem.travel
    )
    rows = near.seen_by(offer, camps, {})

    assert {str(row.camp.id): row.judged for row in rows} == account


def _day(camp: Camp, answer: DayAnswer):
    return SignupDay(camp=camp, answer=answer)


# ------------------------------------------------------------------ after the sign-up


def test_the_offers_own_page_shows_the_same_for_what_was_offered(
    browse_as: Callable[[Person], FlaskClient], season: Season
):
    moss, horten, halden, hamar = season.camps
    berit = create_person("Berit Dahl", language="en")
    signup = create_signup(season, berit, moss, horten, halden, hamar, longest_km=50)
    signup.conflicts.append(Conflict(school=horten.school, kind=ConflictKind.WORK))
    signup.days[1].answer = DayAnswer.YES
    db.session.commit()

    page = html.unescape(browse_as(berit).get(f"/signups/{signup.public_id}").text)

    assert groups(page) == {
        "suits": ["Kirkeparken"],
        "outside": ["Halden"],
        "others": ["Horten", "Hamar"],
    }
    assert "You have told us that you should not judge here." in why(page, "Horten")
    assert f'href="/signups/{signup.public_id}/change">Widen the distance' in page


def test_a_camp_added_after_the_offer_says_that_nothing_was_said_of_it(
    browse_as: Callable[[Person], FlaskClient], season: Season
):
    berit = create_person("Berit Dahl", language="en")
    signup = create_signup(season, berit, season.camps[0])
    create_camp(season, create_school("Nye vgs"))

    page = html.unescape(browse_as(berit).get(f"/signups/{signup.public_id}").text)

    assert "You have not said that you can come." in why(page, "Nye")


def test_where_the_season_says_so_a_school_of_ones_employer_does_not_suit(
    browse_as: Callable[[Person], FlaskClient], season: Season
):
    season.bars_school_owner = True
    owner = create_organisation("Østfold fylkeskommune", kind="county_council", county_code="31")
    berit = create_person("Berit Dahl", language="en", organisation=owner)
    signup = create_signup(season, berit, *season.camps)

    page = html.unescape(browse_as(berit).get(f"/signups/{signup.public_id}").text)

    assert "Your employer owns the school." in why(page, "Kirkeparken")
    assert groups(page)["suits"] == ["Horten", "Hamar"]


def test_a_withdrawn_offer_suits_nothing(
    browse_as: Callable[[Person], FlaskClient], season: Season
):
    berit = create_person("Berit Dahl", language="en")
    signup = create_signup(season, berit, season.camps[0], withdrawn_at=NOW)

    assert groups(browse_as(berit).get(f"/signups/{signup.public_id}").text) == {}


@pytest.mark.parametrize("camps", [5, 50])
def test_the_offers_page_asks_the_database_as_often_for_fifty_camps_as_for_five(
    browse_as: Callable[[Person], FlaskClient], queries: Callable[[], Any], camps: int
):
    season = create_season()
    ola = create_person()
    signup = create_signup(season, ola, *[create_camp(season) for _number in range(camps)])
    client, address = browse_as(ola), f"/signups/{signup.public_id}"
    client.get(address)

    with queries() as statements:
        client.get(address)

    assert len([text for text in statements if text.startswith("SELECT")]) == 11
