from datetime import UTC, datetime

import pytest

from portal.models.jury import AssignmentState
from tests.factories import create_camp, create_event, create_season
from tests.seasons.helpers import camp_form, create_assignment, edit_url, invite, mailings, verbs


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
