from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.models.accounts import RoleName
from portal.models.events import EventState
from portal.models.jury import AssignmentState
from portal.models.seasons import RankingPolicy, Season
from tests.factories import (
    create_camp,
    create_organisation,
    create_person,
    create_school,
    create_season,
)
from tests.seasons.helpers import SEASON_FORM, create_assignment, verbs

DRAFT = {"published_at": None, "signup_opens_at": None, "signup_closes_at": None}


def test_a_season_begins_as_a_draft(browse_as, kari):
    commissioner = create_organisation("Osloregionen")
    form = {**SEASON_FORM, "commissioners-0": str(commissioner.id)}

    response = browse_as(kari).post("/organise/seasons/new", data=form)

    season = db.session.scalar(sa.select(Season))
    assert response.location == "/organise/seasons/oppdrag-oslofjorden-2027/schools"
    assert (season.slug, season.year, season.counties, season.policy, season.published_at) == (
        "oppdrag-oslofjorden-2027",
        2027,
        ["03", "31"],
        RankingPolicy.NEAREST,
        None,
    )
    assert [each.organisation.name for each in season.commissioners] == ["Osloregionen"]
    assert verbs() == ["season.planned"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"year": "neste"},
        {"counties": []},
        {"counties": ["99"]},
        {"default_minimum": "4", "default_target": "3"},
        {"contact_email": "kari"},
        {"policy": "random"},
    ],
)
def test_a_season_that_cannot_be_is_refused(browse_as, kari, wrong):
    response = browse_as(kari).post("/organise/seasons/new", data={**SEASON_FORM, **wrong})

    assert response.status_code == 422
    assert db.session.scalar(sa.select(sa.func.count(Season.id))) == 0


def test_a_new_name_leaves_the_address_alone(browse_as, kari):
    season = create_season("Oppdrag Oslofjorden")
    slug = season.slug

    browse_as(kari).post(
        f"/organise/seasons/{slug}/edit", data={**SEASON_FORM, "name": "Vannet vårt"}
    )

    assert (season.name, season.slug) == ("Vannet vårt", slug)
    assert verbs() == ["season.changed"]


def test_publishing_a_season_publishes_its_camps(browse_as, kari):
    season = create_season(**DRAFT)
    camp = create_camp(season, state=EventState.DRAFT, published_at=None)

    browse_as(kari).post(f"/organise/seasons/{season.slug}/publication")

    assert season.published_at is not None
    assert camp.event.state == EventState.PUBLISHED
    assert verbs() == ["event.published", "season.published"]


def test_a_season_without_camps_is_not_published(browse_as, kari):
    season = create_season(**DRAFT)

    browse_as(kari).post(f"/organise/seasons/{season.slug}/publication")

    assert season.published_at is None


def test_sign_up_opens_at_midnight_and_closes_at_the_end_of_the_last_day(browse_as, kari):
    season = create_season(signup_opens_at=None, signup_closes_at=None)

    browse_as(kari).post(
        f"/organise/seasons/{season.slug}/signup-window",
        data={"opens": "1.12.2027", "closes": "15.12.2027"},
    )

    assert season.signup_opens_at == datetime(2027, 11, 30, 23, 0, tzinfo=UTC)
    assert season.signup_closes_at == datetime(2027, 12, 15, 22, 59, tzinfo=UTC)
    assert verbs() == ["season.signup_opened"]


def test_a_deadline_in_the_past_is_refused(browse_as, kari):
    season = create_season(signup_opens_at=None, signup_closes_at=None)

    response = browse_as(kari).post(
        f"/organise/seasons/{season.slug}/signup-window", data={"opens": "", "closes": "1.2.2026"}
    )

    assert response.status_code == 422
    assert season.signup_opens_at is None


def test_sign_up_to_a_draft_does_not_open(browse_as, kari):
    season = create_season(**DRAFT)

    browse_as(kari).post(f"/organise/seasons/{season.slug}/signup-window", data={})

    assert season.signup_opens_at is None


def test_sign_up_can_be_closed_before_its_deadline(browse_as, kari):
    season = create_season(signup_closes_at=None)

    browse_as(kari).post(f"/organise/seasons/{season.slug}/signup-window/closing")

    assert not season.accepts_signups(datetime(2030, 1, 1, tzinfo=UTC))
    assert verbs() == ["season.signup_closed"]


def test_archiving_can_be_undone(browse_as, kari):
    season = create_season()
    client = browse_as(kari)

    client.post(f"/organise/seasons/{season.slug}/archiving")
    archived_at = season.archived_at
    client.post(f"/organise/seasons/{season.slug}/archiving/undoing")

    assert archived_at is not None
    assert season.archived_at is None
    assert verbs() == ["season.archived", "season.brought_back"]


def test_the_overview_says_what_is_missing_and_what_to_do_next(browse_as, kari, ola):
    season = create_season()
    camp = create_camp(season, create_school("Malakoff videregående skole"), target=3)
    create_assignment(camp, ola)
    client = browse_as(kari)
    client.set_cookie("language", "en")

    page = client.get(f"/organise/seasons/{season.slug}").get_data(as_text=True)

    assert "<b>3</b> seats on the juries" in page
    assert "<b>2</b> are missing" in page
    assert "What to do next" in page


def test_a_coordinator_sees_the_camps_of_the_county(browse_as):
    season = create_season()
    create_camp(season, create_school("Malakoff videregående skole"))
    create_camp(season, create_school("Drammen videregående skole"), county_code="33")
    siv = create_person("Siv Lie", role=RoleName.COORDINATOR, county="31")

    page = browse_as(siv).get(f"/organise/seasons/{season.slug}").get_data(as_text=True)

    assert "Malakoff" in page
    assert "Drammen" not in page


@pytest.mark.parametrize(
    "path", ["edit", "signup-window", "schools", "final", "dates", "camps/moss-2026"]
)
def test_a_coordinator_changes_nothing(browse_as, path):
    season = create_season()
    siv = create_person("Siv Lie", role=RoleName.COORDINATOR, county="31")

    assert browse_as(siv).get(f"/organise/seasons/{season.slug}/{path}").status_code == 403


@pytest.mark.parametrize("action", ["publication", "archiving", "signup-window/closing"])
def test_jurors_do_not_run_seasons(browse_as, ola, action):
    season = create_season(**DRAFT)

    response = browse_as(ola).post(f"/organise/seasons/{season.slug}/{action}")

    assert response.status_code == 403
    assert (season.published_at, season.archived_at) == (None, None)


def test_the_overview_costs_the_same_with_one_camp_and_with_three(browse_as, kari, queries):
    season = create_season()
    create_camp(season)
    client = browse_as(kari)
    client.get(f"/organise/seasons/{season.slug}")
    with queries() as one:
        client.get(f"/organise/seasons/{season.slug}")
    create_camp(season)
    create_camp(season)
    with queries() as three:
        client.get(f"/organise/seasons/{season.slug}")

    assert len(one) == len(three)


def test_the_list_tells_how_far_each_season_has_come(browse_as, kari):
    create_season("Første", **DRAFT)
    create_season("Andre", archived_at=datetime(2026, 1, 1, tzinfo=UTC))
    client = browse_as(kari)
    client.set_cookie("language", "en")

    page = client.get("/organise/seasons").get_data(as_text=True)

    assert "Første" in page
    assert "Andre" in page
    assert "Draft" in page
    assert "Archived" in page


def test_those_who_are_only_asked_wait(browse_as, kari, ola):
    season = create_season()
    camp = create_camp(season)
    create_assignment(camp, ola, AssignmentState.ASKED)
    client = browse_as(kari)
    client.set_cookie("language", "en")

    page = client.get(f"/organise/seasons/{season.slug}").get_data(as_text=True)

    assert "<b>0</b> are filled" in page
    assert "1 waits" in page
