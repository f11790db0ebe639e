from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.models.events import EventKind, EventState
from portal.models.invitations import Invitation
from portal.models.jury import AssignmentState
from portal.models.seasons import Camp
from tests.factories import MADE, create_camp, create_event, create_school, create_season
from tests.seasons.helpers import camp_form, create_assignment, mailings, verbs

DRAFT = {"state": EventState.DRAFT, "published_at": None}
HALDEN = {"municipality_code": "3101", "latitude": 59.13, "longitude": 11.38, "place": "Halden"}
USUAL = {"day": "20.10.2026", "starts": "08.30", "ends": "14.30"}


def edit_url(camp):
    return f"/organise/seasons/{camp.season.slug}/camps/{camp.event.slug}"


def invite(camp, person):
    db.session.add(Invitation(event=camp.event, person=person, created_at=MADE, sent_sequence=0))
    db.session.commit()


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


# Editing and moving


def test_saving_what_is_there_changes_nothing(browse_as, kari, ola):
    camp = create_camp(create_season())
    create_assignment(camp, ola)

    browse_as(kari).post(edit_url(camp), data=camp_form(camp))

    assert (camp.event.revision, camp.assignments[0].state) == (1, AssignmentState.ACCEPTED)
    assert (verbs(), mailings()) == ([], [])


def test_moving_a_camp_asks_its_jurors_anew(browse_as, kari, ola, siri):
    camp = create_camp(create_season())
    invite(camp, ola)
    coming = create_assignment(camp, ola, locked=True)
    asked = create_assignment(camp, siri, AssignmentState.ASKED)

    browse_as(kari).post(edit_url(camp), data=camp_form(camp, day="27.10.2026"))

    assert camp.event.starts_at == datetime(2026, 10, 27, 7, 30, tzinfo=UTC)
    assert (coming.state, coming.ask_number, coming.locked) == (AssignmentState.RECONFIRM, 2, True)
    assert (asked.state, asked.ask_number) == (AssignmentState.ASKED, 2)
    assert [kind for kind, _params in mailings()] == ["invitations.update", "jury.reconfirm"]
    assert mailings()[1][1] == {"camp_id": camp.id}


def test_a_move_can_wait_to_be_told(browse_as, kari, ola):
    camp = create_camp(create_season())
    invite(camp, ola)
    create_assignment(camp, ola)
    client = browse_as(kari)

    client.post(edit_url(camp), data=camp_form(camp, day="27.10.2026", tell="later"))
    before = mailings()
    client.post(f"{edit_url(camp)}/notices")

    assert before == []
    assert [kind for kind, _params in mailings()] == ["invitations.update", "jury.reconfirm"]


def test_those_only_asked_can_be_told_of_a_move_later(browse_as, kari, ola):
    camp = create_camp(create_season())
    create_assignment(camp, ola, AssignmentState.ASKED)
    client = browse_as(kari)
    client.set_cookie("language", "en")

    client.post(edit_url(camp), data=camp_form(camp, day="27.10.2026", tell="later"))
    offered = "Tell 1 person now" in client.get(edit_url(camp)).text
    client.post(f"{edit_url(camp)}/notices")
    client.post(f"{edit_url(camp)}/notices")

    assert offered
    assert "Tell 1 person now" not in client.get(edit_url(camp)).text
    assert mailings() == [("jury.reconfirm", {"camp_id": camp.id})]


def test_a_new_place_does_not_ask_anew(browse_as, kari, ola):
    camp = create_camp(create_season())
    create_assignment(camp, ola)

    browse_as(kari).post(edit_url(camp), data=camp_form(camp, place="Aulaen"))

    assert camp.event.place == "Aulaen"
    assert camp.assignments[0].state == AssignmentState.ACCEPTED
    assert mailings() == []


def test_a_saturday_is_warned_of_and_not_refused(browse_as, kari):
    camp = create_camp(create_season())
    client = browse_as(kari)
    client.set_cookie("language", "en")

    client.post(edit_url(camp), data=camp_form(camp, day="24.10.2026"))

    assert "is a Saturday" in client.get(edit_url(camp)).text
    assert "is a Saturday" in client.get(f"/organise/seasons/{camp.season.slug}").text


def test_juries_are_added_and_taken_away(browse_as, kari):
    camp = create_camp(create_season(), minimum=1, target=2)
    client = browse_as(kari)

    client.post(
        edit_url(camp),
        data=camp_form(camp, juries="3", minimum="2", target="4", remote_allowed="y", pupils="210"),
    )
    three = [(p.number, p.minimum, p.target, p.remote_allowed) for p in camp.panels]
    client.post(edit_url(camp), data=camp_form(camp, juries="1", minimum="2", target="4"))

    assert three == [(number, 2, 4, True) for number in (1, 2, 3)]
    assert [panel.number for panel in camp.panels] == [1]
    assert verbs() == ["camp.changed", "camp.changed"]


def test_a_jury_with_people_on_it_is_not_taken_away(browse_as, kari, ola):
    camp = create_camp(create_season())
    client = browse_as(kari)
    client.post(edit_url(camp), data=camp_form(camp, juries="2"))
    create_assignment(camp, ola, panel=camp.panels[1])

    response = client.post(edit_url(camp), data=camp_form(camp, juries="1"))

    assert response.status_code == 422
    assert len(camp.panels) == 2


def test_two_who_edit_at_once_notice_it(browse_as, kari):
    camp = create_camp(create_season())
    stale = camp_form(camp, title="Mitt navn")
    client = browse_as(kari)
    client.post(edit_url(camp), data=camp_form(camp, title="Navnet til en annen"))

    response = client.post(edit_url(camp), data=stale)

    assert response.status_code == 422
    assert camp.event.title == "Navnet til en annen"


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"day": ""},
        {"starts": "kl. ni"},
        {"ends": "08.00"},
        {"juries": "0"},
        {"minimum": "3", "target": "2"},
        {"streaming_url": "javascript:alert(1)"},
        {"day": "28.3.2027", "starts": "02.30"},
    ],
)
def test_a_camp_that_cannot_be_is_refused(browse_as, kari, wrong):
    camp = create_camp(create_season())

    response = browse_as(kari).post(edit_url(camp), data=camp_form(camp, **wrong))

    assert response.status_code == 422
    assert camp.event.revision == 1


def test_an_event_that_is_no_camp_of_the_season_does_not_exist(browse_as, kari):
    season, event = create_season(), create_event()

    response = browse_as(kari).get(f"/organise/seasons/{season.slug}/camps/{event.slug}")

    assert response.status_code == 404


# All dates at once


def dates_form(*camps, **changes):
    form = {"tell": "now"}
    for number, camp in enumerate(camps):
        form |= {
            f"camps-{number}-slug": camp.event.slug,
            f"camps-{number}-revision": str(camp.event.revision),
            f"camps-{number}-day": f"{camp.event.first_day:%d.%m.%Y}",
            f"camps-{number}-starts": "08.30",
            f"camps-{number}-ends": "14.30",
        }
    return {**form, **changes}


def test_many_dates_are_saved_at_once(browse_as, kari, ola):
    season = create_season()
    first, second = create_camp(season), create_camp(season)
    create_assignment(second, ola)
    url = f"/organise/seasons/{season.slug}/dates"

    browse_as(kari).post(url, data=dates_form(first, second, **{"camps-1-day": "3.11.2026"}))

    assert [camp.event.first_day.isoformat() for camp in (first, second)] == [
        "2026-10-20",
        "2026-11-03",
    ]
    assert [camp.event.revision for camp in (first, second)] == [1, 2]
    assert mailings() == [("jury.reconfirm", {"camp_id": second.id})]


def test_one_date_that_cannot_be_read_saves_none(browse_as, kari):
    season = create_season()
    first, second = create_camp(season), create_camp(season)
    changes = {"camps-0-day": "3.11.2026", "camps-1-day": "31.2.2026"}
    url = f"/organise/seasons/{season.slug}/dates"

    response = browse_as(kari).post(url, data=dates_form(first, second, **changes))

    assert response.status_code == 422
    assert 'value="3.11.2026"' in response.text
    assert (first.event.revision, second.event.revision) == (1, 1)


def test_dates_of_another_season_are_left_alone(browse_as, kari):
    mine, other = create_camp(create_season()), create_camp(create_season())
    url = f"/organise/seasons/{mine.season.slug}/dates"

    browse_as(kari).post(url, data=dates_form(other, **{"camps-0-day": "3.11.2026"}))

    assert other.event.revision == 1


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
        ("invitations.cancel", {"event_id": camp.event_id}),
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
