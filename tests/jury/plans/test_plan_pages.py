import re
from collections.abc import Callable

import sqlalchemy as sa

from portal.db import db
from portal.jury.asks import asking
from portal.jury.plans import planning
from portal.models.jury import Assignment, AssignmentState, Conflict, ConflictKind
from portal.models.plans import Plan
from portal.models.seasons import RankingPolicy
from tests.factories import create_person, create_signup
from tests.jury.plans.made import NOW, asking_to, make


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
        f"/organise/plans/{plan.public_id}/changes",
        data=asking_to("lock", plan.rows[0]),
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


def test_the_figures_follow_what_is_edited_by_hand(
    moss_and_halden, kari, in_august, browse_as: Callable
):
    season, moss, _halden = moss_and_halden
    create_signup(season, create_person("Ola Hansen"), moss)
    plan = make(season)
    client = browse_as(kari)

    made = figures_on(client.get(f"/organise/plans/{plan.public_id}").text)
    edited = client.post(
        f"/organise/plans/{plan.public_id}/changes",
        data=asking_to("take_out", plan.rows[0]),
        follow_redirects=True,
    )

    seats, filled, missing = made
    assert filled + missing == seats
    assert figures_on(edited.text) == [seats, filled - 1, missing + 1]


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


def test_a_conflict_bars_the_school_even_by_hand(
    moss_and_halden, kari, in_august, browse_as: Callable
):
    season, moss, _halden = moss_and_halden
    signup = create_signup(season, create_person("Ola Hansen"), moss)
    signup.conflicts.append(Conflict(school=moss.school, kind=ConflictKind.FAMILY))
    db.session.commit()
    plan = make(season)
    client = browse_as(kari)

    put_in = client.post(
        f"/organise/plans/{plan.public_id}/changes",
        data={
            "action": "move",
            "to": moss.panels[0].id,
            "person": signup.juror.public_id,
            "revision": plan.revision,
        },
        follow_redirects=True,
    )
    asked = client.post(
        f"/organise/seasons/{season.slug}/juries/asks",
        data={"panel": moss.panels[0].id, "person": signup.juror.public_id},
        follow_redirects=True,
    )

    told = "Det er noe som gjør at denne personen ikke bør sitte i juryen"
    assert (told in put_in.text, told in asked.text) == (True, True)
    assert db.session.scalars(sa.select(Assignment)).all() == []
    assert plan.rows == []


def figures_on(html: str) -> list[int]:
    """The seats, those filled and those missing, as the page of a plan counts them."""
    shown = re.findall(r'<li class="ds-card"[^>]*><b>(\d+)</b>', html)
    return [int(number) for number in shown[:3]]


def test_whoever_an_organiser_took_out_is_not_the_next_to_be_asked(
    moss_and_halden, kari, in_august, browse_as: Callable
):
    season, moss, _halden = moss_and_halden
    create_signup(season, create_person("Ola Hansen"), moss)
    plan = make(season)
    planning.apply(plan, revision=plan.revision, by=kari, now=NOW)
    db.session.commit()
    seat = db.session.scalar(sa.select(Assignment))

    page = browse_as(kari).post(
        f"/organise/seasons/{season.slug}/juries/releases",
        data={"assignment": seat.public_id},
        follow_redirects=True,
    )

    assert seat.state == AssignmentState.RELEASED
    assert "Spør Ola Hansen" not in page.text
