from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.jury import ask_notices, asking, planning
from portal.models.audit import AuditEntry
from portal.models.jury import (
    Assignment,
    AssignmentState,
    Conflict,
    ConflictKind,
    DayAnswer,
    Plan,
    PlanAction,
    PlanState,
    SignupDay,
)
from portal.models.mail import Mailing, OutboxMail
from portal.models.seasons import RankingPolicy
from tests.factories import (
    create_camp,
    create_person,
    create_school,
    create_season,
    create_signup,
)

NOW = datetime(2026, 8, 20, 9, 0, tzinfo=UTC)
NEAREST = RankingPolicy.NEAREST


@pytest.fixture
def moss_and_halden(app):
    season = create_season()
    moss = create_camp(season, create_school("Moss vgs"), minimum=1, target=1)
    halden = create_camp(
        season,
        create_school(
            "Halden vgs", municipality_code="3101", postcode="1771", latitude=59.13, longitude=11.38
        ),
        day=datetime(2026, 10, 20, 6, 30, tzinfo=UTC),
        minimum=1,
        target=1,
    )
    return season, moss, halden


def seats(plan: Plan) -> set[tuple[str, str, str]]:
    return {(row.panel.camp.name, row.person.name, str(row.action)) for row in plan.rows}


def make(season, **values: Any) -> Plan:
    plan = planning.make_plan(season, NEAREST, by=None, now=NOW, **values)
    db.session.commit()
    return plan


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
    planning.lock(plan, plan.rows[0], True, revision=seen, by=kari, now=NOW)
    db.session.commit()

    with pytest.raises(planning.EditedMeanwhile):
        planning.take_out(plan, plan.rows[0], revision=seen, by=kari, now=NOW)


def test_a_locked_row_stays_when_the_plan_is_made_anew(moss_and_halden, kari):
    season, moss, halden = moss_and_halden
    create_signup(season, create_person("Ola Hansen"), moss, halden)
    create_signup(season, create_person("Siri Berg"), moss, halden)
    plan = make(season)
    row = next(row for row in plan.rows if row.panel.camp_id == moss.id)
    other = next(row for row in plan.rows if row.panel.camp_id == halden.id)
    swapped = row.person_id
    planning.take_out(plan, other, revision=plan.revision, by=kari, now=NOW)
    planning.move(plan, row, halden.panels[0], revision=plan.revision, by=kari, now=NOW)
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
    planning.take_out(again, again.rows[0], revision=again.revision, by=kari, now=NOW)
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


# The pages


def test_an_organiser_proposes_looks_locks_and_applies(
    moss_and_halden, kari, in_august, browse_as: Callable
):
    season, moss, _halden = moss_and_halden
    create_signup(season, create_person("Ola Hansen"), moss)
    client = browse_as(kari)

    made = client.post(f"/organise/seasons/{season.slug}/plans", data={"policy": "county"})
    page = client.get(made.headers["Location"])
    plan = db.session.scalar(sa.select(Plan))
    locked = client.post(
        f"/organise/plans/{plan.public_id}/rows",
        data={"row": plan.rows[0].id, "action": "lock", "revision": plan.revision},
        follow_redirects=True,
    )
    confirm = client.get(f"/organise/plans/{plan.public_id}/application")
    applied = client.post(
        f"/organise/plans/{plan.public_id}/application",
        data={"revision": plan.revision},
        follow_redirects=True,
    )

    assert (page.status_code, locked.status_code, confirm.status_code) == (200, 200, 200)
    assert "Ola Hansen" in page.text
    assert "Vi spør 1 person nå" in applied.text
    assert plan.policy == RankingPolicy.COUNTY


def test_the_page_tells_who_is_next_after_a_no(
    moss_and_halden, kari, in_august, browse_as: Callable
):
    season, moss, _halden = moss_and_halden
    create_signup(season, create_person("Ola Hansen"), moss)
    siri = create_person("Siri Berg")
    create_signup(season, siri, moss, postcode="1771", municipality_code="3101")
    plan = make(season)
    planning.apply(plan, revision=plan.revision, by=kari, now=NOW)
    asking.decline(db.session.scalar(sa.select(Assignment)), now=NOW)
    db.session.commit()
    client = browse_as(kari)

    page = client.get(f"/organise/seasons/{season.slug}/juries")
    asked = client.post(
        f"/organise/seasons/{season.slug}/juries/asks",
        data={"panel": moss.panels[0].id, "person": siri.public_id},
        follow_redirects=True,
    )

    assert "Spør Siri Berg" in page.text
    assert "Vi spør Siri Berg nå" in asked.text
    states = {a.person.name: a.state for a in db.session.scalars(sa.select(Assignment))}
    assert states == {"Ola Hansen": AssignmentState.DECLINED, "Siri Berg": AssignmentState.ASKED}


def test_pages_of_plans_are_for_organisers(moss_and_halden, ola, browse_as: Callable, client):
    season, _moss, _halden = moss_and_halden

    answers = [
        browse_as(ola).get(f"/organise/seasons/{season.slug}/plans").status_code,
        browse_as(ola).post(f"/organise/seasons/{season.slug}/plans").status_code,
        client.get(f"/organise/seasons/{season.slug}/plans").status_code,
        client.post(f"/organise/seasons/{season.slug}/plans").status_code,
    ]

    assert answers == [403, 403, 302, 403]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Plan)) == 0


@pytest.mark.parametrize("number", [1, 3])
def test_the_plan_page_asks_the_database_as_often_for_many_rows(
    app, kari, in_august, browse_as: Callable, queries: Callable, number: int
):
    season = create_season()
    for index in range(number):
        day = datetime(2026, 10, 20, 6, 30, tzinfo=UTC) + timedelta(days=7 * index)
        camp = create_camp(season, day=day, minimum=1, target=1)
        create_signup(season, create_person(f"Juror {index}"), camp)
    plan = make(season)
    client = browse_as(kari)

    with queries() as statements:
        client.get(f"/organise/plans/{plan.public_id}")

    assert len([s for s in statements if s.startswith("SELECT")]) <= 32


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
