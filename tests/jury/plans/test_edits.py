from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.jury.asks import asking
from portal.jury.plans import edits, planning
from portal.jury.plans.edits import Edit
from portal.models.accounts import Person
from portal.models.audit import AuditEntry
from portal.models.jury import Conflict, ConflictKind
from portal.models.plans import Plan, PlanAction, PlanEdit, PlanRow
from portal.models.seasons import Season
from tests.accounts.test_races import at_once
from tests.factories import create_person, create_signup
from tests.jury.plans.made import NOW, by, make, row_at, seats

HALDEN = {"postcode": "1771", "municipality_code": "3101"}


@pytest.fixture
def both(moss_and_halden):
    """Ola is to sit in Moss and Siri in Halden; Amir has offered and has no seat."""
    season, moss, halden = moss_and_halden
    for name, where in (("Ola Hansen", {}), ("Siri Berg", HALDEN)):
        create_signup(season, create_person(name), moss, halden, **where)
    create_signup(season, create_person("Amir Khan"), **HALDEN)
    return make(season), moss, halden


def kept(plan: Plan) -> set[tuple[Any, ...]]:
    """Everything about the seats of a plan but the row ids."""
    return {
        (
            row.panel_id, row.person_id, row.signup_id, row.action, row.km, row.band,
            row.over_water, repr(row.reason), row.locked, row.by_hand,
        )
        for row in plan.rows
    }  # fmt: skip


def offer_of(plan: Plan, name: str) -> Any:
    return next(each for each in plan.season.signups if each.juror.name == name)


def test_a_move_puts_the_person_elsewhere_and_holds_them_there(both, kari):
    plan, moss, halden = both
    edits.take_out(plan, row_at(plan, halden), by(kari, plan))

    edits.move(plan, row_at(plan, moss), halden.panels[0], by(kari, plan))

    row = row_at(plan, halden)
    assert seats(plan) == {("Halden vgs", "Ola Hansen", "add")}
    assert (row.locked, row.by_hand, row.band, row.km is not None) == (True, True, "trip", True)


def test_two_who_swap_change_places_in_one_edit(both, kari):
    plan, moss, halden = both

    made = edits.swap(plan, row_at(plan, moss), row_at(plan, halden), by(kari, plan))

    assert seats(plan) == {("Moss vgs", "Siri Berg", "add"), ("Halden vgs", "Ola Hansen", "add")}
    assert (plan.edits, plan.revision) == ([made], 2)


EDITS: dict[str, Callable[[Plan, Any, Any, Edit], PlanEdit]] = {
    "lock": lambda plan, moss, _halden, edit: edits.lock(plan, row_at(plan, moss), True, edit),
    "take_out": lambda plan, moss, _halden, edit: edits.take_out(plan, row_at(plan, moss), edit),
    "move": lambda plan, moss, halden, edit: edits.move(
        plan, row_at(plan, moss), halden.panels[0], edit
    ),
    "swap": lambda plan, moss, halden, edit: edits.swap(
        plan, row_at(plan, moss), row_at(plan, halden), edit
    ),
    "put_in": lambda plan, moss, _halden, edit: edits.put_in(
        plan, moss.panels[0], offer_of(plan, "Amir Khan"), edit
    ),
    "undo": lambda plan, _moss, _halden, edit: edits.undo(plan, edit),
}
DOING = [verb for verb in EDITS if verb != "undo"]


@pytest.mark.parametrize("verb", DOING)
def test_undoing_brings_back_every_seat_as_it_was(both, kari, verb: str):
    plan, moss, halden = both
    before = kept(plan)
    made = EDITS[verb](plan, moss, halden, by(kari, plan))
    assert kept(plan) != before

    undone = edits.undo(plan, by(kari, plan))

    db.session.commit()
    assert (kept(plan), undone, undone.verb, undone.undone_at) == (before, made, verb, NOW)


def test_edits_are_undone_one_by_one_back_to_the_beginning(both, kari):
    plan, moss, halden = both
    states = [kept(plan)]
    for verb in ("lock", "swap", "take_out", "put_in", "lock"):
        EDITS[verb](plan, moss, halden, by(kari, plan))
        db.session.commit()
        states.append(kept(plan))

    for state in reversed(states[:-1]):
        edits.undo(plan, by(kari, plan))
        db.session.commit()
        db.session.expire_all()
        assert kept(plan) == state

    with pytest.raises(edits.NothingToUndo):
        edits.undo(plan, by(kari, plan))


def test_an_edit_after_an_undo_is_what_is_undone_next(both, kari):
    plan, moss, halden = both
    EDITS["swap"](plan, moss, halden, by(kari, plan))
    edits.undo(plan, by(kari, plan))
    before = kept(plan)
    EDITS["take_out"](plan, moss, halden, by(kari, plan))

    edits.undo(plan, by(kari, plan))

    assert kept(plan) == before
    assert [each.verb for each in plan.edits] == ["swap", "undo", "take_out", "undo"]
    assert edits.to_undo(plan) is None


def test_who_sits_there_today_is_given_back_the_seat_that_the_plan_takes(both, kari):
    plan, moss, _halden = both
    planning.apply(plan, revision=plan.revision, by=kari, now=NOW)
    db.session.commit()
    again = make(plan.season)
    row = row_at(again, moss)
    edits.take_out(again, row, by(kari, again))
    assert row.action == PlanAction.REMOVE

    edits.put_back(again, row, by(kari, again))

    assert (row.action, row.locked, row.person.name) == (PlanAction.KEEP, True, "Ola Hansen")


@pytest.mark.parametrize("who", ["Ola Hansen", "Siri Berg"])
def test_a_conflict_of_either_bars_a_swap(both, kari, who: str):
    plan, moss, halden = both
    elsewhere = halden if who == "Ola Hansen" else moss
    offer_of(plan, who).conflicts.append(
        Conflict(school=elsewhere.school, kind=ConflictKind.FAMILY)
    )
    db.session.commit()
    before = kept(plan)

    with pytest.raises(asking.StandsInTheWay):
        EDITS["swap"](plan, moss, halden, by(kari, plan))

    db.session.rollback()
    assert (kept(plan), plan.revision, plan.edits) == (before, 1, [])


def test_nobody_sits_twice_at_a_camp_by_a_swap_or_a_move(both, kari):
    plan, moss, halden = both
    ola = row_at(plan, moss)
    edits.put_in(plan, halden.panels[0], ola.signup, by(kari, plan))
    siri = next(row for row in plan.rows if row.person.name == "Siri Berg")
    db.session.commit()

    for attempt in (
        lambda: edits.swap(plan, ola, siri, by(kari, plan)),
        lambda: edits.move(plan, ola, halden.panels[0], by(kari, plan)),
    ):
        with pytest.raises(asking.SitsAlready):
            attempt()
        db.session.rollback()


@pytest.mark.parametrize("verb", EDITS)
def test_whoever_has_seen_an_older_revision_changes_nothing(both, kari, verb: str):
    plan, moss, halden = both
    edits.lock(plan, row_at(plan, halden), True, by(kari, plan))
    db.session.commit()
    before = kept(plan)

    with pytest.raises(planning.EditedMeanwhile):
        EDITS[verb](plan, moss, halden, by(kari, plan, 1))

    db.session.rollback()
    assert (kept(plan), plan.revision) == (before, 2)


def test_of_several_who_edit_at_once_one_does(app, both, kari):
    plan, moss, _halden = both
    plan_id, row_id, kari_id = plan.id, row_at(plan, moss).id, kari.id
    db.session.commit()

    def attempt(number: int) -> str:
        found = db.session.get_one(Plan, plan_id)
        row = db.session.get_one(PlanRow, row_id)
        who = db.session.get_one(Person, kari_id)
        try:
            edits.lock(found, row, True, Edit(1, who, NOW))
        except planning.EditedMeanwhile:
            return "told"
        db.session.commit()
        return "done"

    assert sorted(at_once(app, attempt)) == ["done", "told", "told", "told"]
    found = db.session.get_one(Plan, plan_id)
    assert [(each.verb, each.revision) for each in found.edits] == [("lock", 2)]


def test_a_plan_applied_or_put_away_is_edited_no_more(both, kari):
    plan, moss, _halden = both
    planning.discard(plan, by=kari, now=NOW)
    db.session.commit()

    with pytest.raises(planning.PlanIsClosed):
        edits.take_out(plan, row_at(plan, moss), by(kari, plan))
    with pytest.raises(planning.PlanIsClosed):
        edits.undo(plan, by(kari, plan))


def test_the_audit_has_every_edit_and_its_undoing_without_a_name(both, kari):
    plan, moss, halden = both
    made = EDITS["swap"](plan, moss, halden, by(kari, plan))
    edits.undo(plan, by(kari, plan))
    db.session.commit()

    entries = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.actor_id == kari.id).order_by(AuditEntry.id)
    ).all()

    assert [(each.verb, each.details) for each in entries] == [
        (
            "plan.rows_swapped",
            {
                "people": sorted(row.person_id for row in plan.rows),
                "panels": [halden.panels[0].id, moss.panels[0].id],
            },
        ),
        ("plan.edit_undone", {"edit": made.id}),
    ]


def test_an_edit_cannot_be_undone_once_its_jury_is_no_more(both, kari):
    plan, moss, _halden = both
    EDITS["take_out"](plan, moss, moss, by(kari, plan))
    moss.panels.clear()
    db.session.commit()

    with pytest.raises(edits.NothingToUndo):
        edits.undo(plan, by(kari, plan))


def test_edits_of_one_plan_are_not_undone_in_another(both, kari):
    plan, moss, halden = both
    EDITS["lock"](plan, moss, halden, by(kari, plan))
    season = db.session.get_one(Season, plan.season_id)

    assert edits.to_undo(make(season)) is None
