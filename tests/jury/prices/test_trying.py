"""Prices tried beside a draft: what is made, what stays, who decides when two do at once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.jury.plans import edits, planning
from portal.jury.prices import trying
from portal.jury.question import problems
from portal.models.audit import AuditEntry
from portal.models.jury import Assignment, AssignmentState
from portal.models.mailings import Mailing
from portal.models.plans import Plan, PlanAction, PlanState
from portal.models.seasons import RankingPolicy, Season
from portal.seasons import actions as season_actions
from tests.accounts.test_races import at_once
from tests.factories import create_camp, create_person, create_season, create_signup
from tests.jury.plans.made import NOW, by, make, row_at
from tests.jury.prices.two_policies import DEAR, empty_camp, seated

NEAREST, COUNTY = RankingPolicy.NEAREST, RankingPolicy.COUNTY


def attempt(plan: Plan, by_whom, prices=DEAR, ranking=NEAREST) -> Plan:
    tried = trying.try_policy(plan, ranking, prices, by=by_whom, now=NOW)
    db.session.commit()
    return tried


def states(*plans: Plan) -> list[PlanState]:
    return [plan.state for plan in plans]


def test_a_plan_is_made_under_the_prices_of_its_season(one_jury):
    season, _camp = one_jury
    season.prices = DEAR

    plan = make(season)

    assert ("Nina Dahl" in seated(plan), plan.prices) == (True, DEAR)


def test_the_usual_prices_let_two_from_one_place_sit_together(one_jury):
    season, _camp = one_jury

    assert (seated(make(season)), make(season).prices) == ({"Ola Hansen", "Siri Berg"}, {})


def test_what_is_tried_stands_beside_the_draft_and_asks_nobody(one_jury, kari):
    season, _camp = one_jury
    first = make(season)

    tried = attempt(first, kari)

    assert states(first, tried) == [PlanState.DRAFT, PlanState.DRAFT]
    assert (tried.tried_from_id, tried.prices, "Nina Dahl" in seated(tried)) == (
        first.id,
        DEAR,
        True,
    )
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Mailing)) == 0


def test_what_is_tried_keeps_the_rows_that_were_locked(one_jury, kari):
    season, _camp = one_jury
    first = make(season)
    for row in first.rows:
        row.locked = True
    db.session.commit()

    tried = attempt(first, kari)

    assert seated(tried) == seated(first)
    assert [row.locked for row in tried.rows] == [True, True]


def test_a_locked_row_of_somebody_asked_already_stays_without_asking_anew(one_jury, kari):
    season, _camp = one_jury
    first = make(season)
    planning.apply(first, revision=first.revision, by=kari, now=NOW)
    second = make(season)
    for row in second.rows:
        row.locked = True
    db.session.commit()

    tried = attempt(second, kari)

    assert {row.action for row in tried.rows} == {PlanAction.KEEP}


def test_a_lock_of_somebody_who_has_withdrawn_holds_nothing(one_jury, kari):
    season, _camp = one_jury
    first = make(season)
    gone = first.rows[0]
    gone.locked = True
    gone.signup.withdraw(NOW)
    db.session.commit()

    tried = attempt(first, kari)

    assert gone.person.name not in seated(tried)


def test_the_whole_family_stays_and_a_plain_proposal_puts_it_away(one_jury, kari):
    season, _camp = one_jury
    first = make(season)
    second = attempt(first, kari)
    third = attempt(second, kari, {"local": 0})
    assert states(first, second, third) == [PlanState.DRAFT] * 3

    make(season)

    assert states(first, second, third) == [PlanState.DISCARDED] * 3


def test_drafts_of_another_season_are_left_alone(one_jury, kari):
    season, _camp = one_jury
    other_season = create_season()
    create_signup(other_season, create_person(), create_camp(other_season))
    other = make(other_season)

    attempt(make(season), kari)

    assert other.state == PlanState.DRAFT


def test_the_same_policy_is_nothing_to_try(one_jury, kari):
    season, _camp = one_jury

    with pytest.raises(trying.SamePolicy):
        attempt(make(season), kari, {"local": -20})


@pytest.mark.parametrize("state", [PlanState.APPLIED, PlanState.DISCARDED])
def test_nothing_is_tried_beside_what_is_no_draft_any_more(one_jury, kari, state):
    season, _camp = one_jury
    first = make(season)
    first.state = state
    db.session.commit()

    with pytest.raises(planning.PlanIsClosed):
        attempt(first, kari)


def test_a_plan_goes_stale_by_its_own_prices_and_not_by_the_seasons(one_jury, kari):
    season, _camp = one_jury
    first = make(season)
    tried = attempt(first, kari)

    season.prices, season.policy = {"local": 0}, COUNTY
    db.session.commit()

    assert [planning.is_stale(plan, NOW) for plan in (first, tried)] == [False, False]
    empty_camp(season)
    assert [planning.is_stale(plan, NOW) for plan in (first, tried)] == [True, True]


def test_choosing_one_puts_the_other_away_and_it_can_be_taken_up_again(one_jury, kari):
    season, _camp = one_jury
    first = make(season)
    tried = attempt(first, kari)

    trying.choose(tried, first, by=kari, now=NOW)
    trying.choose(tried, first, by=kari, now=NOW)
    db.session.commit()
    chosen = states(first, tried)
    trying.take_up(first, by=kari, now=NOW)
    trying.take_up(first, by=kari, now=NOW)
    db.session.commit()

    assert chosen == [PlanState.DISCARDED, PlanState.DRAFT]
    assert states(first, tried) == [PlanState.DRAFT, PlanState.DRAFT]
    verbs = db.session.scalars(sa.select(AuditEntry.verb).order_by(AuditEntry.id)).all()
    assert [verb for verb in verbs if verb.startswith("plan.")] == [
        "plan.made",
        "plan.made",
        "plan.discarded",
        "plan.chosen",
        "plan.taken_up",
    ]


def test_what_was_put_away_is_not_chosen(one_jury, kari):
    season, _camp = one_jury
    first = make(season)
    tried = attempt(first, kari)
    planning.discard(tried, by=kari, now=NOW)

    with pytest.raises(planning.PlanIsClosed):
        trying.choose(tried, first, by=kari, now=NOW)

    assert first.state == PlanState.DRAFT


def test_applying_one_settles_it_for_the_others(one_jury, kari):
    season, _camp = one_jury
    first = make(season)
    tried = attempt(first, kari)

    planning.apply(tried, revision=tried.revision, by=kari, now=NOW + timedelta(minutes=1))
    db.session.commit()

    assert states(first, tried) == [PlanState.DISCARDED, PlanState.APPLIED]
    assert trying.can_be_taken_up(first) is False
    with pytest.raises(planning.PlanIsClosed):
        trying.take_up(first, by=kari, now=NOW)
    with pytest.raises(planning.PlanIsClosed):
        trying.choose(first, tried, by=kari, now=NOW)


def test_of_a_family_applied_at_once_one_is_and_nobody_is_asked_twice(one_jury, kari, app):
    season, _camp = one_jury
    first = make(season)
    tried = [attempt(first, kari, {"local": -number}) for number in range(3)]
    ids = [first.id, *(plan.id for plan in tried)]

    def apply(number: int) -> str:
        plan = db.session.get_one(Plan, ids[number])
        try:
            planning.apply(plan, revision=plan.revision, by=None, now=NOW)
        except (planning.PlanIsClosed, planning.PlanIsStale, planning.EditedMeanwhile):
            db.session.rollback()
            return "told"
        db.session.commit()
        return "applied"

    assert sorted(at_once(app, apply)) == ["applied", "told", "told", "told"]
    asked = sa.select(sa.func.count()).where(Assignment.state == AssignmentState.ASKED)
    assert db.session.scalar(asked) == 2


def test_of_two_who_choose_against_each_other_one_is_told(one_jury, kari, app):
    season, _camp = one_jury
    first = make(season)
    pair = (first.id, attempt(first, kari).id)
    kari_id = kari.id

    def choose(number: int) -> str:
        plan, other = (db.session.get_one(Plan, pair[(number + n) % 2]) for n in range(2))
        by_whom = db.session.get_one(type(kari), kari_id)
        try:
            trying.choose(plan, other, by=by_whom, now=NOW)
        except planning.PlanIsClosed:
            db.session.rollback()
            return "told"
        db.session.commit()
        return "chosen"

    told = at_once(app, choose)

    drafts = sa.select(sa.func.count()).where(Plan.state == PlanState.DRAFT)
    assert (db.session.scalar(drafts), told.count("told")) == (1, 2)


def test_proposing_again_keeps_the_prices_that_were_tried(one_jury, kari):
    season, _camp = one_jury
    tried = attempt(make(season), kari, {**DEAR, "tier": [0, 1, 2, 3]})

    again = make(season, keeping=tried)
    county = planning.make_plan(season, COUNTY, by=None, now=NOW, keeping=tried)

    assert again.prices == {**DEAR, "tier": [0, 1, 2, 3]}
    assert county.prices == DEAR


def test_the_prices_tried_become_the_seasons(one_jury, kari):
    season, _camp = one_jury
    tried = attempt(make(season), kari, ranking=COUNTY)

    trying.adopt(tried, by=kari, now=NOW)
    trying.adopt(tried, by=kari, now=NOW)
    db.session.commit()

    assert (season.policy, season.prices) == (COUNTY, DEAR)
    entry = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.verb == "season.prices_set")
    ).one()
    assert entry.details == {
        "before": {"policy": "nearest", "prices": {}},
        "after": {"policy": "county", "prices": DEAR},
    }


def test_prices_changed_by_somebody_else_meanwhile_are_not_overwritten(one_jury, kari):
    season, _camp = one_jury
    seen = trying.fingerprint(season)
    trying.set_prices(season, NEAREST, {"local": 0}, seen=seen, by=kari, now=NOW)
    db.session.commit()

    with pytest.raises(trying.PricesChangedMeanwhile):
        trying.set_prices(season, NEAREST, DEAR, seen=seen, by=kari, now=NOW)

    assert season.prices == {"local": 0}


def test_another_ranking_of_the_season_takes_no_tiers_along(one_jury, kari):
    season, _camp = one_jury
    season.prices = {"tier": [0, 1, 2, 3], "local": 0}

    season_actions.edit_season(season, {"policy": COUNTY}, [], by=kari, now=NOW)

    assert problems.prices_of(db.session.get_one(Season, season.id), COUNTY) == {"local": 0}
    assert season.prices == {"local": 0}


def test_a_draft_edited_by_hand_can_still_be_tried_beside(one_jury, kari):
    season, camp = one_jury
    first = make(season)
    edits.take_out(first, row_at(first, camp), by(kari, first))
    db.session.commit()

    tried = attempt(first, kari)

    assert (len(seated(first)), len(seated(tried))) == (1, 2)
