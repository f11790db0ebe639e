import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.jury.asks import asking
from portal.jury.matching.types import NotProved, Rule
from portal.jury.plans import checking, edits, planning
from portal.jury.plans.checking import Check
from portal.models.jury import Assignment, DayAnswer
from portal.models.plans import Plan, PlanAction
from portal.models.seasons import Panel
from tests.factories import create_camp, create_person, create_school, create_season, create_signup
from tests.jury.plans.made import NOW, by, make, row_at

TUESDAY = datetime(2026, 10, 20, 6, 30, tzinfo=UTC)
HALDEN = {"municipality_code": "3101", "postcode": "1771", "latitude": 59.13, "longitude": 11.38}


def looked_at(plan: Plan) -> dict[tuple[str, str], Rule]:
    """The rules broken, by person and school; the audit finds nothing else."""
    found = check(plan)
    assert found.faults == ()
    return {
        (row.person.name, row.panel.camp.name): found.rules(row)
        for row in plan.rows
        if found.rules(row)
    }


def check(plan: Plan) -> Check:
    return checking.check(plan, planning.question_of(plan, NOW))


@pytest.fixture
def season(app):
    return create_season()


def camp_at(season, name: str, day: int = 0, **values: Any):
    place = HALDEN if name.startswith("Halden") else {}
    return create_camp(
        season,
        create_school(name, **place),
        day=TUESDAY + timedelta(days=day),
        **{"minimum": 1, "target": 1, **values},
    )


def put(plan: Plan, panel: Panel, name: str, kari) -> None:
    signup = next(each for each in plan.season.signups if each.juror.name == name)
    edits.put_in(plan, panel, signup, by(kari, plan))


def test_a_plan_as_it_was_made_breaks_no_rule(season):
    moss = camp_at(season, "Moss vgs", target=2)
    create_signup(season, create_person("Ola Hansen"), moss)

    assert looked_at(make(season)) == {}


@pytest.mark.parametrize(
    ("offer", "rule"),
    [
        ({"longest_km": 10}, Rule.DISTANCE),
        ({"counties": ["39"]}, Rule.AREA),
    ],
)
def test_a_move_beyond_what_was_offered_is_told_on_that_seat(season, kari, offer, rule: Rule):
    moss, halden = camp_at(season, "Moss vgs"), camp_at(season, "Halden vgs", 7)
    create_signup(season, create_person("Siri Berg"), moss)
    create_signup(season, create_person("Ola Hansen"), moss, halden, **offer)
    plan = make(season)

    put(plan, halden.panels[0], "Ola Hansen", kari)

    assert looked_at(plan) == {("Ola Hansen", "Halden vgs"): rule}


def test_a_day_that_was_not_offered_is_told(season, kari):
    moss, halden = camp_at(season, "Moss vgs"), camp_at(season, "Halden vgs", 7)
    create_signup(season, create_person("Ola Hansen"), moss)
    plan = make(season)

    edits.move(plan, row_at(plan, moss), halden.panels[0], by(kari, plan))

    assert looked_at(plan) == {("Ola Hansen", "Halden vgs"): Rule.DAY | Rule.REFUSED}


def test_more_camps_than_offered_are_told_of_the_seat_given_by_hand_alone(season, kari):
    moss, halden = camp_at(season, "Moss vgs"), camp_at(season, "Halden vgs", 7)
    signup = create_signup(season, create_person("Ola Hansen"), moss, halden)
    plan = make(season)
    (made,) = plan.rows
    empty = halden if made.panel.camp_id == moss.id else moss

    edits.put_in(plan, empty.panels[0], signup, by(kari, plan))

    assert looked_at(plan) == {("Ola Hansen", empty.name): Rule.AT_MOST}


def test_two_camps_on_one_day_are_told(season, kari):
    moss, halden = camp_at(season, "Moss vgs"), camp_at(season, "Halden vgs")
    signup = create_signup(season, create_person("Ola Hansen"), moss, halden, at_most=2)
    plan = make(season)
    (made,) = plan.rows
    empty = halden if made.panel.camp_id == moss.id else moss

    edits.put_in(plan, empty.panels[0], signup, by(kari, plan))

    assert looked_at(plan) == {("Ola Hansen", empty.name): Rule.ONE_A_DAY}


def test_more_people_than_seats_are_told_of_whom_was_put_there(season, kari):
    moss = camp_at(season, "Moss vgs")
    create_signup(season, create_person("Ola Hansen"), moss)
    create_signup(season, create_person("Siri Berg"), moss, longest_km=100)
    plan = make(season)
    (made,) = plan.rows
    other = "Siri Berg" if made.person.name == "Ola Hansen" else "Ola Hansen"

    put(plan, moss.panels[0], other, kari)

    assert looked_at(plan) == {(other, "Moss vgs"): Rule.SEATS}


def test_undoing_what_broke_a_rule_leaves_none_broken(season, kari):
    moss, halden = camp_at(season, "Moss vgs"), camp_at(season, "Halden vgs", 7)
    create_signup(season, create_person("Ola Hansen"), moss)
    plan = make(season)
    edits.move(plan, row_at(plan, moss), halden.panels[0], by(kari, plan))

    edits.undo(plan, by(kari, plan))

    assert looked_at(plan) == {}


def test_a_promise_given_breaks_no_rule_whatever_was_changed_since(season, kari):
    moss = camp_at(season, "Moss vgs")
    signup = create_signup(season, create_person("Ola Hansen"), moss)
    plan = make(season)
    planning.apply(plan, revision=plan.revision, by=kari, now=NOW)
    asking.accept(db.session.scalar(sa.select(Assignment)), now=NOW)
    signup.days[0].answer = DayAnswer.NO
    db.session.commit()

    assert looked_at(make(season)) == {}


def test_a_plan_that_breaks_rules_is_applied_only_when_somebody_says_so(season, kari):
    moss, halden = camp_at(season, "Moss vgs"), camp_at(season, "Halden vgs", 7)
    create_signup(season, create_person("Ola Hansen"), moss)
    plan = make(season)
    edits.move(plan, row_at(plan, moss), halden.panels[0], by(kari, plan))
    db.session.commit()

    with pytest.raises(planning.RulesAreBroken):
        planning.apply(plan, revision=plan.revision, by=kari, now=NOW)
    db.session.rollback()
    assert db.session.scalars(sa.select(Assignment)).all() == []

    asked = planning.apply(plan, revision=plan.revision, by=kari, now=NOW, despite_rules=True)
    assert asked == 1


def test_what_the_check_overlooks_the_audit_finds_and_nothing_is_applied(
    season, kari, monkeypatch: pytest.MonkeyPatch
):
    moss, halden = camp_at(season, "Moss vgs"), camp_at(season, "Halden vgs", 7)
    create_signup(season, create_person("Ola Hansen"), moss)
    plan = make(season)
    edits.move(plan, row_at(plan, moss), halden.panels[0], by(kari, plan))
    db.session.commit()
    monkeypatch.setattr(checking.eligible, "failing", lambda *_asked: Rule(0))

    with pytest.raises(NotProved):
        planning.apply(plan, revision=plan.revision, by=kari, now=NOW, despite_rules=True)

    db.session.rollback()
    assert db.session.scalars(sa.select(Assignment)).all() == []


@pytest.mark.parametrize("seed", range(6))
def test_after_any_edits_the_audit_finds_what_is_told_and_nothing_else(season, kari, seed: int):
    chance = random.Random(seed)
    names = ("Moss", "Halden", "Råde", "Rygge")
    camps = [camp_at(season, f"{name} vgs", 7 * (n // 2), target=2) for n, name in enumerate(names)]
    for number in range(7):
        said = chance.sample(camps, chance.randint(1, 4))
        create_signup(
            season, create_person(f"Juror {number}"), *said,
            at_most=chance.randint(1, 2), longest_km=chance.choice([None, 20, 60]),
        )  # fmt: skip
    plan = make(season)
    untouched = {(row.panel_id, row.person_id) for row in plan.rows}
    assert looked_at(plan) == {}

    for _edit in range(6):
        edit_somehow(plan, camps, chance, kari)
        looked_at(plan)

    while edits.to_undo(plan):
        edits.undo(plan, by(kari, plan))
    assert looked_at(plan) == {}
    assert {(row.panel_id, row.person_id) for row in plan.rows} == untouched


def edit_somehow(plan: Plan, camps: list[Any], chance: random.Random, kari) -> None:
    rows = [row for row in plan.rows if row.action != PlanAction.REMOVE]
    panel = chance.choice(camps).panels[0]
    try:
        kind = chance.choice(["move", "put_in", "swap"]) if len(rows) > 1 else "put_in"
        if kind == "move":
            edits.move(plan, chance.choice(rows), panel, by(kari, plan))
        elif kind == "swap":
            edits.swap(plan, *chance.sample(rows, 2), by(kari, plan))
        else:
            edits.put_in(plan, panel, chance.choice(plan.season.signups), by(kari, plan))
    except asking.SitsAlready:
        db.session.rollback()
    else:
        db.session.commit()
