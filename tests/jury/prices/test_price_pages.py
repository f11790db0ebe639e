"""The pages about prices: what they take, refuse and show, and to whom."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.jury.plans import planning
from portal.jury.prices import trying
from portal.models.accounts import RoleName
from portal.models.mailings import Mailing
from portal.models.plans import Plan, PlanState
from portal.models.seasons import RankingPolicy, Season
from tests.factories import create_person, create_signup
from tests.jury.plans.made import NOW, make
from tests.jury.prices.two_policies import DEAR, empty_camp, prices_form, seated

pytestmark = pytest.mark.usefixtures("in_august")
NEAREST = RankingPolicy.NEAREST


def at_prices(season: Season) -> str:
    return f"/organise/seasons/{season.slug}/prices"


def at(plan: Plan, page: str) -> str:
    return f"/organise/plans/{plan.public_id}/{page}"


def attempt(plan: Plan, kari) -> Plan:
    tried = trying.try_policy(plan, NEAREST, DEAR, by=kari, now=NOW)
    db.session.commit()
    return tried


def test_an_organiser_sets_the_prices_of_a_season(one_jury, kari, browse_as: Callable):
    season, _camp = one_jury
    seen = trying.fingerprint(season)
    typed = prices_form(season, seen=seen, local="7,5", if_needed="0", same_municipality_1="60")

    answer = browse_as(kari).post(at_prices(season), data=typed, follow_redirects=True)

    assert answer.status_code == 200
    assert season.prices == {"local": -7.5, "if_needed": 0, "same_municipality": [25, 60]}
    assert 'value="7,5"' in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Mailing)) == 0


def test_the_usual_prices_are_kept_as_none(one_jury, kari, browse_as: Callable):
    season, _camp = one_jury
    season.prices = DEAR
    db.session.commit()
    client = browse_as(kari)

    saved = client.post(
        at_prices(season), data=prices_form(season, seen=trying.fingerprint(season))
    )
    kept = season.prices
    season.prices = DEAR
    db.session.commit()
    reset = client.post(at_prices(season) + "/defaults", data={"seen": trying.fingerprint(season)})

    assert (saved.status_code, kept) == (302, {})
    assert (reset.status_code, season.prices) == (302, {})


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"local": ""}, ["price_local"]),
        ({"local": "x"}, ["price_local"]),
        ({"local": "-5"}, ["price_local"]),
        ({"change": "1000,5"}, ["price_change"]),
        ({"avoid": "1e3"}, ["price_avoid"]),
        ({"same_employer_0": "20", "same_employer_1": "10"}, ["price_same_employer_1"]),
        ({"tier_1": "5"}, ["price_tier_0"]),
        ({"tier_0": "0", "tier_1": "9", "tier_2": "8", "tier_3": "9"}, ["price_tier_2"]),
        ({"wish": "", "second_camp_1": "?"}, ["price_second_camp_1", "price_wish"]),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_nothing_is_saved(
    one_jury, kari, browse_as: Callable, typed: dict[str, str], wrong: list[str]
):
    season, _camp = one_jury

    answer = browse_as(kari).post(at_prices(season), data=prices_form(season, **typed))

    assert (answer.status_code, season.prices) == (422, {})
    told = [name for name in wrong if f'id="{name}-error"' in answer.text]
    assert (told, answer.text.count('aria-invalid="true"')) == (wrong, len(wrong))


def test_an_unknown_ranking_is_refused(one_jury, kari, browse_as: Callable):
    season, _camp = one_jury

    answer = browse_as(kari).post(at_prices(season), data=prices_form(season, policy="fairest"))

    assert (answer.status_code, season.policy) == (422, NEAREST)


def test_another_ranking_takes_no_tiers_along_unless_they_are_typed(
    one_jury, kari, browse_as: Callable
):
    season, _camp = one_jury
    tiers = {"tier_0": "0", "tier_1": "1", "tier_2": "2", "tier_3": "3"}
    season.prices = {"tier": [0, 1, 2, 3]}
    db.session.commit()
    client = browse_as(kari)

    seen = trying.fingerprint(season)
    client.post(at_prices(season), data=prices_form(season, policy="county", seen=seen, **tiers))
    left = season.policy, season.prices
    seen = trying.fingerprint(season)
    client.post(at_prices(season), data=prices_form(season, seen=seen, **tiers))

    assert left == (RankingPolicy.COUNTY, {})
    assert season.prices == {"tier": [0, 1, 2, 3]}


def test_of_two_who_set_prices_the_second_sees_the_firsts(one_jury, kari, browse_as: Callable):
    season, _camp = one_jury
    client, seen = browse_as(kari), trying.fingerprint(season)
    client.post(at_prices(season), data=prices_form(season, seen=seen, local="5"))

    late = client.post(
        at_prices(season), data=prices_form(season, seen=seen, local="9"), follow_redirects=True
    )

    assert (late.status_code, season.prices) == (200, {"local": -5})
    assert 'value="5"' in late.text


def test_trying_goes_from_the_draft_to_the_comparison_and_on(one_jury, kari, browse_as: Callable):
    season, _camp = one_jury
    first = make(season)
    client = browse_as(kari)
    typed = prices_form(first, same_municipality_0="500", same_municipality_1="500")

    page = client.get(at(first, "trials"))
    compared = client.post(at(first, "trials"), data=typed, follow_redirects=True)
    tried = db.session.scalar(sa.select(Plan).where(Plan.tried_from_id == first.id))
    chosen = client.post(
        at(tried, "choice"), data={"beside": first.public_id}, follow_redirects=True
    )
    after_choice = first.state, tried.state
    taken_up = client.post(
        at(first, "taking-up"), data={"beside": tried.public_id}, follow_redirects=True
    )
    adopted = client.post(at(tried, "prices"), follow_redirects=True)

    assert [r.status_code for r in (page, compared, chosen, taken_up, adopted)] == [200] * 5
    assert seated(first) ^ seated(tried) <= {
        name for name in ("Ola Hansen", "Siri Berg", "Nina Dahl") if name in compared.text
    }
    assert after_choice == (PlanState.DISCARDED, PlanState.DRAFT)
    assert (first.state, season.prices) == (PlanState.DRAFT, DEAR)


def test_nothing_new_is_nothing_to_try(one_jury, kari, browse_as: Callable):
    season, _camp = one_jury
    first = make(season)

    answer = browse_as(kari).post(at(first, "trials"), data=prices_form(first))

    assert answer.status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Plan)) == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_draft_that_somebody_used_meanwhile_is_told_of(
    one_jury, kari, browse_as: Callable, method: str
):
    season, _camp = one_jury
    first = make(season)
    planning.apply(first, revision=first.revision, by=kari, now=NOW)
    db.session.commit()
    typed = prices_form(first, local="0")

    answer = browse_as(kari).open(at(first, "trials"), method=method, data=typed)

    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        f"/organise/plans/{first.public_id}",
    )
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Plan)) == 1


def test_a_choice_that_came_too_late_changes_nothing(one_jury, kari, browse_as: Callable):
    season, _camp = one_jury
    first = make(season)
    tried = attempt(first, kari)
    planning.apply(tried, revision=tried.revision, by=kari, now=NOW)
    db.session.commit()
    client = browse_as(kari)

    late = client.post(at(first, "choice"), data={"beside": tried.public_id}, follow_redirects=True)
    up = client.post(at(first, "taking-up"), follow_redirects=True)

    assert (late.status_code, up.status_code) == (200, 200)
    assert (first.state, tried.state) == (PlanState.DISCARDED, PlanState.APPLIED)


def test_a_draft_alone_says_what_to_do(one_jury, kari, browse_as: Callable):
    season, _camp = one_jury
    first = make(season)

    page = browse_as(kari).get(at(first, "comparison"))

    assert (page.status_code, at(first, "trials") in page.text) == (200, True)


def test_a_plan_is_compared_with_any_other_of_its_season_and_with_no_others(
    one_jury, moss_and_halden, kari, browse_as: Callable
):
    season, _camp = one_jury
    old, new = make(season), make(season)
    foreign = make(moss_and_halden[0])
    client = browse_as(kari)

    answers = [
        client.get(at(new, f"comparison?beside={other.public_id}"), check=False).status_code
        for other in (old, foreign, new)
    ]

    assert answers == [200, 404, 404]


def test_the_list_tells_drafts_those_tried_and_those_put_away(one_jury, kari, browse_as: Callable):
    season, _camp = one_jury
    gone = make(season)
    first = make(season)
    tried = attempt(first, kari)

    page = browse_as(kari).get(f"/organise/seasons/{season.slug}/plans")

    assert [at(plan, "comparison") in page.text for plan in (gone, first, tried)] == [
        False,
        False,
        True,
    ]
    assert at(gone, "taking-up") in page.text


def test_the_page_of_a_plan_leads_to_other_prices_and_to_the_comparison(
    one_jury, kari, browse_as: Callable
):
    season, _camp = one_jury
    alone = make(season)
    client = browse_as(kari)
    before = client.get(f"/organise/plans/{alone.public_id}").text
    attempt(alone, kari)

    after = client.get(f"/organise/plans/{alone.public_id}").text

    links = at(alone, "trials"), at(alone, "comparison")
    assert [link in before for link in links] == [True, False]
    assert [link in after for link in links] == [True, True]


def test_a_mix_not_worked_out_is_told_on_the_page_of_the_plan(one_jury, kari, browse_as: Callable):
    season, camp = one_jury
    plan = make(season)
    plan.figures = {**plan.figures, "unproved": [camp.id]}
    db.session.commit()

    page = browse_as(kari).get(f"/organise/plans/{plan.public_id}")

    assert 'class="ds-alert" data-color="info"' in page.text


def test_coordinators_read_the_prices_and_change_nothing(one_jury, browse_as: Callable):
    season, _camp = one_jury
    plan = make(season)
    client = browse_as(create_person("Per Lie", role=RoleName.COORDINATOR, county="31"))

    page = client.get(at_prices(season))
    answers = [
        client.post(at_prices(season), data=prices_form(season, local="1")).status_code,
        client.post(at_prices(season) + "/defaults").status_code,
        client.get(at(plan, "trials"), check=False).status_code,
        client.get(at(plan, "comparison"), check=False).status_code,
        client.post(at(plan, "choice")).status_code,
    ]

    assert (page.status_code, 'name="price_' in page.text) == (200, False)
    assert (answers, season.prices) == ([403] * 5, {})


@pytest.mark.parametrize("number", [1, 4])
def test_pages_ask_the_database_as_often_for_many(
    one_jury, kari, browse_as: Callable, queries: Callable, number: int
):
    season, camp = one_jury
    for _each in range(number):
        create_signup(season, create_person(), camp, empty_camp(season), at_most=2)
    first = make(season)
    for _each in range(number):
        attempt(first, kari)
    client = browse_as(kari)
    counted = []

    for page in (
        at(first, "comparison"),
        at(first, "trials"),
        at_prices(season),
        f"/organise/seasons/{season.slug}/plans",
    ):
        with queries() as statements:
            client.get(page)
        counted.append(len(statements))

    assert counted == [23, 8, 7, 8]
