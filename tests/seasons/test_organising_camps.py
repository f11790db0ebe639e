from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.models.events import EventKind, EventState
from portal.models.jury import AssignmentState
from portal.models.seasons import Camp
from tests.factories import create_camp, create_school, create_season
from tests.seasons.helpers import camp_form, create_assignment, edit_url, invite, mailings, verbs

DRAFT = {"state": EventState.DRAFT, "published_at": None}
HALDEN = {"municipality_code": "3101", "latitude": 59.13, "longitude": 11.38, "place": "Halden"}
USUAL = {"day": "20.10.2026", "starts": "08.30", "ends": "14.30"}


# Schools


def test_schools_are_added_as_draft_camps_on_the_usual_day(browse_as, kari):
    season = create_season(default_minimum=2, default_target=4, contact_name="Kari Nordmann")
    malakoff, halden = create_school("Malakoff vgs."), create_school("Halden vgs.", **HALDEN)

    browse_as(kari).post(
        f"/organise/seasons/{season.slug}/schools",
        data={"schools": [malakoff.id, halden.id], **USUAL},
    )

    camps = db.session.scalars(sa.select(Camp).order_by(Camp.id)).all()
    assert [
        (
            camp.event.title,
            camp.event.slug,
            camp.event.kind,
            camp.event.state,
            camp.event.county_code,
            camp.event.starts_at,
            camp.minimum,
            camp.target,
        )
        for camp in camps
    ] == [
        (
            f"Innovasjonscamp på {name}",
            f"innovasjonscamp-pa-{name.lower().replace(' vgs.', '')}-vgs-2026",
            EventKind.CAMP,
            EventState.DRAFT,
            "31",
            datetime(2026, 10, 20, 6, 30, tzinfo=UTC),
            2,
            4,
        )
        for name in ("Halden vgs.", "Malakoff vgs.")
    ]
    assert camps[0].event.contact_name == "Kari Nordmann"
    assert "BEGIN:VEVENT" in camps[0].event.ical_public
    assert verbs() == ["camp.added", "camp.added"]


def test_a_school_is_in_a_season_once(browse_as, kari):
    season, school = create_season(), create_school()
    create_camp(season, school)

    browse_as(kari).post(
        f"/organise/seasons/{season.slug}/schools", data={"schools": [school.id], **USUAL}
    )

    assert db.session.scalar(sa.select(sa.func.count(Camp.id))) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"schools": []}, {"schools": [999]}, {"day": "i morgen"}, {"starts": "15.00"}, {"ends": ""}],
)
def test_schools_without_a_day_or_a_tick_are_not_added(browse_as, kari, wrong):
    season, school = create_season(), create_school()
    url = f"/organise/seasons/{season.slug}/schools"

    response = browse_as(kari).post(url, data={"schools": [school.id], **USUAL, **wrong})

    assert response.status_code == 422
    assert db.session.scalar(sa.select(sa.func.count(Camp.id))) == 0


@pytest.mark.parametrize("words", ["aas", "Ås", "ÅS vgs", "aas videregaaende", "akershus ås"])
def test_schools_are_found_however_their_name_is_spelt(browse_as, kari, words):
    season = create_season()
    create_school("Ås videregående skole (vgs)", municipality_code="3218", place="Ås")
    create_school("Malakoff videregående skole")

    page = browse_as(kari).get(
        f"/organise/seasons/{season.slug}/schools", query_string={"q": words}
    )

    assert "Ås videregående" in page.text
    assert "Malakoff" not in page.text


def test_ordinary_schools_come_first_and_those_chosen_are_marked(browse_as, kari):
    season = create_season()
    create_school("Alfa voksenopplæring", kind="adult")
    chosen = create_school("Øst videregående skole")
    create_camp(season, chosen, **DRAFT)
    client = browse_as(kari)
    client.set_cookie("language", "en")

    page = client.get(f"/organise/seasons/{season.slug}/schools").text

    assert page.index("Øst videregående") < page.index("Alfa voksenopplæring")
    assert "Chosen" in page


def test_a_camp_nobody_knows_of_is_taken_out(browse_as, kari):
    camp = create_camp(create_season(), **DRAFT)

    browse_as(kari).post(f"{edit_url(camp)}/removal")

    assert db.session.scalar(sa.select(sa.func.count(Camp.id))) == 0
    assert verbs() == ["camp.removed"]


def test_a_published_camp_is_not_taken_out(browse_as, kari):
    camp = create_camp(create_season())

    browse_as(kari).post(f"{edit_url(camp)}/removal")

    assert db.session.scalar(sa.select(sa.func.count(Camp.id))) == 1


def test_a_camp_with_jurors_is_not_taken_out(browse_as, kari, ola):
    camp = create_camp(create_season(), **DRAFT)
    create_assignment(camp, ola, AssignmentState.PROPOSED)

    browse_as(kari).post(f"{edit_url(camp)}/removal")

    assert db.session.scalar(sa.select(sa.func.count(Camp.id))) == 1


# The final


def test_the_final_is_a_camp_without_a_school(browse_as, kari):
    season = create_season()
    form = {
        "title": "Finale i Oppdrag Oslofjorden",
        "day": "13.11.2026",
        "starts": "10",
        "ends": "14.30",
        "place": "Oslo rådhus",
        "address": "Rådhusplassen 1",
        "municipality_code": "0301",
    }

    browse_as(kari).post(f"/organise/seasons/{season.slug}/final", data=form)

    final = db.session.scalar(sa.select(Camp))
    assert (final.is_final, final.event.kind, final.event.place, final.event.county_code) == (
        True,
        EventKind.FINAL,
        "Oslo rådhus",
        "03",
    )
    assert final.event.slug == "finale-i-oppdrag-oslofjorden-2026"


def test_there_is_one_final(browse_as, kari):
    season = create_season()
    final = create_camp(season)
    final.school, final.event.kind = None, EventKind.FINAL

    response = browse_as(kari).get(f"/organise/seasons/{season.slug}/final")

    assert response.location == edit_url(final)


# Calling off


def test_calling_off_frees_the_jury_and_tells_all(browse_as, kari, ola, siri):
    camp = create_camp(create_season())
    invite(camp, ola)
    coming = create_assignment(camp, ola)
    asked = create_assignment(camp, siri, AssignmentState.ASKED)

    browse_as(kari).post(f"{edit_url(camp)}/cancellation", data={"reason": "Skolen trakk seg."})

    assert (camp.event.state, camp.event.cancel_reason) == (
        EventState.CANCELLED,
        "Skolen trakk seg.",
    )
    assert {coming.state, asked.state} == {AssignmentState.RELEASED}
    assert mailings() == [
        ("invitations.cancel", {"event_id": camp.event_id, "since": 1}),
        ("jury.camp_cancelled", {"camp_id": camp.id, "assignment_ids": [asked.id]}),
    ]


def test_a_camp_that_is_called_off_is_not_edited(browse_as, kari):
    camp = create_camp(create_season())
    client = browse_as(kari)
    client.post(f"{edit_url(camp)}/cancellation", data={"reason": ""})

    response = client.post(edit_url(camp), data=camp_form(camp, title="Likevel"))

    assert response.status_code == 422
    assert camp.event.title != "Likevel"


@pytest.mark.parametrize("action", ["", "/notices", "/removal", "/cancellation"])
def test_jurors_do_not_change_camps(browse_as, ola, action):
    camp = create_camp(create_season(), **DRAFT)

    response = browse_as(ola).post(edit_url(camp) + action, data=camp_form(camp, title="Nei"))

    assert response.status_code == 403
    assert db.session.get(Camp, camp.id).event.title != "Nei"


@pytest.mark.parametrize("page", ["schools", "dates"])
def test_a_page_costs_the_same_with_one_camp_and_with_three(browse_as, kari, queries, page):
    season = create_season()
    create_camp(season)
    client, url = browse_as(kari), f"/organise/seasons/{season.slug}/{page}"
    client.get(url)
    with queries() as one:
        client.get(url)
    create_camp(season)
    create_camp(season)
    client.get(url)
    with queries() as three:
        client.get(url)

    assert len(one) == len(three)
