from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.jury.asks import ask_notices, asking
from portal.jury.plans import edits, planning
from portal.models.audit import AuditEntry
from portal.models.jury import (
    Assignment,
    AssignmentState,
    Conflict,
    ConflictKind,
    DayAnswer,
    SignupDay,
)
from portal.models.mail import OutboxMail
from portal.models.mailings import Mailing
from portal.models.plans import PlanAction, PlanState
from tests.factories import (
    create_camp,
    create_person,
    create_school,
    create_season,
    create_signup,
)
from tests.jury.plans.made import NOW, by, make, seats


def test_the_nearest_gets_the_seat_and_the_other_goes_where_nobody_else_can(moss_and_halden):
    season, moss, halden = moss_and_halden
    ola, siri = create_person("Ola Hansen"), create_person("Siri Berg")
    create_signup(season, ola, moss, halden)
    create_signup(season, siri, moss)

    plan = make(season)

    assert seats(plan) == {("Moss vgs", "Siri Berg", "add"), ("Halden vgs", "Ola Hansen", "add")}


def test_a_plan_says_how_far_why_and_who_is_next(moss_and_halden):
    season, moss, _halden = moss_and_halden
    create_signup(season, create_person("Ola Hansen"), moss)
    siri = create_person("Siri Berg")
    create_signup(season, siri, moss, postcode="1771", municipality_code="3101")

    plan = make(season)

    row = plan.rows[0]
    assert (row.person.name, row.band, row.reason["codes"]) == (
        "Ola Hansen",
        "same_municipality",
        ["same_municipality"],
    )
    assert row.reason["next"]["person"] == siri.id
    assert plan.figures["filled"] == 1


def test_whoever_has_a_conflict_at_a_school_is_never_proposed_there(moss_and_halden):
    season, moss, _halden = moss_and_halden
    signup = create_signup(season, create_person("Ola Hansen"), moss)
    signup.conflicts.append(Conflict(school=moss.school, kind=ConflictKind.FAMILY))
    db.session.commit()

    plan = make(season)

    assert (seats(plan), plan.figures["below_minimum"]) == (set(), 2)


def test_a_no_to_one_camp_holds_although_another_camp_that_day_suits(moss_and_halden):
    season, moss, halden = moss_and_halden
    signup = create_signup(season, create_person("Ola Hansen"), halden)
    signup.days.append(SignupDay(camp=moss, answer=DayAnswer.NO))
    db.session.commit()

    assert seats(make(season)) == {("Halden vgs", "Ola Hansen", "add")}


def test_an_empty_seat_carries_a_certificate_that_plain_counting_confirms(moss_and_halden):
    season, moss, halden = moss_and_halden
    create_signup(season, create_person("Ola Hansen"), moss, halden)

    found = make(season).figures["certificates"][0]

    assert (sorted(found["camps"]), found["people"], found["needed"], found["possible"]) == (
        sorted([moss.id, halden.id]),
        1,
        2,
        1,
    )


def test_applying_asks_each_person_once_and_closes_the_plan(moss_and_halden, kari):
    season, moss, halden = moss_and_halden
    create_signup(season, create_person("Ola Hansen"), moss)
    create_signup(season, create_person("Siri Berg"), halden)
    plan = make(season)

    asked = planning.apply(plan, revision=plan.revision, by=kari, now=NOW)
    db.session.commit()

    mailing = db.session.scalar(sa.select(Mailing))
    messages = list(ask_notices.asks(mailing, NOW))
    assert asked == 2
    assert plan.state == PlanState.APPLIED
    assert {a.state for a in db.session.scalars(sa.select(Assignment))} == {AssignmentState.ASKED}
    assert sorted(message.recipient.name for _key, message in messages) == [
        "Ola Hansen",
        "Siri Berg",
    ]
    assert all("/asks/" in message.text for _key, message in messages)


def test_two_seats_for_one_person_are_one_mail(app, kari):
    season = create_season()
    first = create_camp(season, create_school("Moss vgs"), minimum=1, target=1)
    later = datetime(2026, 10, 27, 6, 30, tzinfo=UTC)
    second = create_camp(season, create_school("Råde vgs"), day=later, minimum=1, target=1)
    create_signup(season, create_person("Ola Hansen"), first, second, at_most=2)
    plan = make(season)

    planning.apply(plan, revision=plan.revision, by=kari, now=NOW)

    mailing = db.session.scalar(sa.select(Mailing))
    messages = list(ask_notices.asks(mailing, NOW))
    assert [(m.recipient.name, m.text.count("/asks/")) for _k, m in messages] == [("Ola Hansen", 2)]


def test_a_plan_is_applied_once_however_often_one_presses(moss_and_halden, kari):
    season, moss, _halden = moss_and_halden
    create_signup(season, create_person("Ola Hansen"), moss)
    plan = make(season)
    planning.apply(plan, revision=plan.revision, by=kari, now=NOW)
    db.session.commit()

    with pytest.raises(planning.PlanIsClosed):
        planning.apply(plan, revision=plan.revision, by=kari, now=NOW)


def test_a_stale_plan_is_not_applied(moss_and_halden, kari):
    season, moss, _halden = moss_and_halden
    create_signup(season, create_person("Ola Hansen"), moss)
    plan = make(season)
    create_signup(season, create_person("Siri Berg"), moss)

    with pytest.raises(planning.PlanIsStale):
        planning.apply(plan, revision=plan.revision, by=kari, now=NOW)

    assert db.session.scalar(sa.select(sa.func.count()).select_from(Assignment)) == 0


def test_of_two_who_edit_at_once_the_second_is_told(moss_and_halden, kari):
    season, moss, _halden = moss_and_halden
    create_signup(season, create_person("Ola Hansen"), moss)
    plan = make(season)
    seen = plan.revision
    edits.lock(plan, plan.rows[0], True, by(kari, plan))
    db.session.commit()

    with pytest.raises(planning.EditedMeanwhile):
        edits.take_out(plan, plan.rows[0], by(kari, plan, seen))


def test_a_locked_row_stays_when_the_plan_is_made_anew(moss_and_halden, kari):
    season, moss, halden = moss_and_halden
    create_signup(season, create_person("Ola Hansen"), moss, halden)
    create_signup(season, create_person("Siri Berg"), moss, halden)
    plan = make(season)
    row = next(row for row in plan.rows if row.panel.camp_id == moss.id)
    other = next(row for row in plan.rows if row.panel.camp_id == halden.id)
    swapped = row.person_id
    edits.take_out(plan, other, by(kari, plan))
    edits.move(plan, row, halden.panels[0], by(kari, plan))
    db.session.commit()

    again = make(season, keeping=plan)

    held = next(row for row in again.rows if row.panel.camp_id == halden.id)
    assert (held.person_id, held.locked, plan.state) == (swapped, True, PlanState.DISCARDED)


def test_who_has_said_yes_stays_and_who_was_asked_is_kept(moss_and_halden, kari):
    season, moss, halden = moss_and_halden
    create_signup(season, create_person("Ola Hansen"), moss)
    create_signup(season, create_person("Siri Berg"), halden)
    plan = make(season)
    planning.apply(plan, revision=plan.revision, by=kari, now=NOW)
    seat = db.session.scalar(sa.select(Assignment).where(Assignment.camp_id == moss.id))
    asking.accept(seat, now=NOW)
    db.session.commit()

    again = make(season)

    assert {row.action for row in again.rows} == {PlanAction.KEEP}


def test_after_a_no_the_person_is_not_proposed_there_again(moss_and_halden, kari):
    season, moss, _halden = moss_and_halden
    create_signup(season, create_person("Ola Hansen"), moss)
    plan = make(season)
    planning.apply(plan, revision=plan.revision, by=kari, now=NOW)
    asking.decline(db.session.scalar(sa.select(Assignment)), now=NOW)
    db.session.commit()

    assert seats(make(season)) == set()


def test_a_removed_row_frees_the_seat_and_tells_whoever_was_asked(moss_and_halden, kari):
    season, moss, _halden = moss_and_halden
    create_signup(season, create_person("Ola Hansen"), moss)
    plan = make(season)
    planning.apply(plan, revision=plan.revision, by=kari, now=NOW)
    db.session.commit()
    again = make(season)
    edits.take_out(again, again.rows[0], by(kari, again))
    planning.apply(again, revision=again.revision, by=kari, now=NOW)
    db.session.commit()

    seat = db.session.scalar(sa.select(Assignment))
    kinds = [m.kind for m in db.session.scalars(sa.select(Mailing).order_by(Mailing.id))]
    assert (seat.state, kinds) == (AssignmentState.RELEASED, ["jury.asks", "jury.released"])


def test_every_step_leaves_an_entry_in_the_audit(moss_and_halden, kari):
    season, moss, _halden = moss_and_halden
    create_signup(season, create_person("Ola Hansen"), moss)
    plan = make(season)
    planning.apply(plan, revision=plan.revision, by=kari, now=NOW)
    asking.accept(db.session.scalar(sa.select(Assignment)), now=NOW)
    db.session.commit()

    verbs = db.session.scalars(sa.select(AuditEntry.verb).order_by(AuditEntry.id)).all()
    wanted = ["plan.made", "assignment.asked", "plan.applied", "assignment.accepted"]
    assert [verb for verb in verbs if verb in wanted] == wanted


def test_overdue_questions_expire_but_a_yes_to_be_confirmed_does_not(moss_and_halden, kari):
    season, moss, halden = moss_and_halden
    create_signup(season, create_person("Ola Hansen"), moss)
    create_signup(season, create_person("Siri Berg"), halden)
    plan = make(season)
    planning.apply(plan, revision=plan.revision, by=kari, now=NOW)
    first, second = db.session.scalars(sa.select(Assignment).order_by(Assignment.id))
    asking.accept(second, now=NOW)
    second.reopen(NOW)
    db.session.commit()

    expired = asking.expire_overdue(NOW + timedelta(days=8))

    assert (expired, first.state, second.state) == (
        1,
        AssignmentState.EXPIRED,
        AssignmentState.RECONFIRM,
    )


def test_no_mail_is_queued_before_a_plan_is_applied(moss_and_halden):
    season, moss, _halden = moss_and_halden
    create_signup(season, create_person("Ola Hansen"), moss)

    make(season)

    queued = [
        db.session.scalar(sa.select(sa.func.count()).select_from(table))
        for table in (OutboxMail, Mailing)
    ]
    assert queued == [0, 0]
