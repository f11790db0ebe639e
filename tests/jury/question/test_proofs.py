import sqlalchemy as sa

from portal.db import db
from portal.jury.matching.types import Pair
from portal.jury.plans import edits, planning
from portal.jury.question import problems, proofs
from portal.models.plans import PlanProof
from tests.factories import create_person, create_signup
from tests.jury.plans.made import NEAREST, NOW, by, make


def ola_and_siri(season, *camps):
    ola, siri = create_person("Ola Hansen"), create_person("Siri Berg")
    create_signup(season, ola, *camps)
    create_signup(season, siri, camps[0], postcode="1771", municipality_code="3101")
    return ola, siri


def asked(season):
    return problems.of_season(season, NEAREST, NOW)


def proved_plans() -> set[int]:
    return set(db.session.scalars(sa.select(PlanProof.plan_id)))


def test_a_plan_keeps_what_a_repair_needs(moss_and_halden):
    season, moss, halden = moss_and_halden
    _ola, siri = ola_and_siri(season, moss, halden)
    plan = make(season)
    db.session.expire_all()

    state = proofs.warm_of(plan, asked(season))

    assert state is not None
    pairs = {(str(r.person_id), str(r.panel.camp_id), str(r.panel_id)) for r in plan.rows}
    assert set(state.pairs()) == pairs
    changes = state.drop(str(siri.id))
    assert changes.is_warm
    assert {pair.volunteer for pair in changes.out} == {str(siri.id)}


def test_a_plan_just_applied_is_ready_for_repair(moss_and_halden):
    season, moss, halden = moss_and_halden
    ola_and_siri(season, moss, halden)
    kari = create_person("Kari Lie")
    plan = make(season)
    planning.apply(plan, revision=plan.revision, by=kari, now=NOW)
    db.session.commit()

    state = proofs.warm_of(plan, asked(season))

    assert state is not None
    assert len(state.pairs()) == len(plan.rows)


def test_what_has_changed_since_is_solved_anew(moss_and_halden):
    season, moss, halden = moss_and_halden
    ola_and_siri(season, moss, halden)
    plan = make(season)
    create_signup(season, create_person("Amir Ali"), moss)
    db.session.commit()

    assert proofs.warm_of(plan, asked(season)) is None


def test_a_plan_without_proof_is_solved_anew(moss_and_halden):
    season, moss, halden = moss_and_halden
    ola_and_siri(season, moss, halden)
    plan = make(season)
    db.session.execute(sa.delete(PlanProof))

    assert proofs.warm_of(plan, asked(season)) is None


def test_a_damaged_proof_is_solved_anew(moss_and_halden):
    season, moss, halden = moss_and_halden
    ola_and_siri(season, moss, halden)
    plan = make(season)
    db.session.execute(sa.update(PlanProof).values(content=b"nothing of ours"))
    db.session.expire_all()

    assert proofs.warm_of(plan, asked(season)) is None


def test_rows_locked_in_a_plan_belong_to_the_question_of_the_next(moss_and_halden):
    season, moss, halden = moss_and_halden
    ola_and_siri(season, moss, halden)
    first = make(season)
    kari = create_person("Kari Lie")
    row = first.rows[0]
    edits.lock(first, row, True, by(kari, first))
    locked = Pair(str(row.person_id), str(row.panel.camp_id), str(row.panel_id))
    plan = make(season, keeping=first)

    with_lock = problems.of_season(season, NEAREST, NOW, (locked,))

    assert proofs.warm_of(plan, asked(season)) is None
    state = proofs.warm_of(plan, with_lock)
    assert state is not None
    assert state.problem.locks == (locked,)


def test_what_proved_a_plan_goes_when_it_is_put_away(moss_and_halden):
    season, moss, halden = moss_and_halden
    ola_and_siri(season, moss, halden)
    first = make(season)
    assert proved_plans() == {first.id}

    second = make(season)
    assert proved_plans() == {second.id}

    planning.discard(second, by=create_person("Kari Lie"), now=NOW)
    db.session.commit()
    assert proved_plans() == set()
