"""Who may open and do what with a group: every cell of the table."""

import pytest

from portal import clock
from portal.db import db
from portal.models.accounts import RoleName
from portal.models.groups import PlaceRole, PlaceState
from portal.models.meetings import MeetingGuest
from tests.factories import create_follow_up, create_person, create_place
from tests.groups.people import (
    GROUP,
    PLACE,
    create_called,
    create_draft,
    create_led_group,
    invite,
    typed,
)

READERS = ("observer", "member", "lead", "deputy", "organiser", "admin")
RUNNERS = ("lead", "deputy", "organiser", "admin")
OUTSIDERS = ("nobody", "guest", "other group", "left", "declined", "coordinator")
ORGANISERS = ("organiser", "admin")
EVERYBODY = ("anonymous", *OUTSIDERS, *READERS)

READ = {
    "": READERS,
    "/meetings/{called}": READERS,
    "/meetings/{draft}": RUNNERS,
}
FORMS = {
    "/places/new": RUNNERS,
    "/places/{place}/edit": RUNNERS,
    "/places/{place}/leaving": RUNNERS,
    "/places/{lead}/edit": ORGANISERS,
    "/places/{lead}/leaving": ORGANISERS,
    "/meetings/new": RUNNERS,
    "/meetings/{called}/edit": RUNNERS,
    "/meetings/{called}/cancellation": RUNNERS,
    "/meetings/{draft}/deletion": RUNNERS,
    "/meetings/{draft}/summons": RUNNERS,
    "/meetings/{called}/guests": RUNNERS,
    "/meetings/{called}/guests/{guest}/removal": RUNNERS,
    "/follow-ups/new": RUNNERS,
    "/follow-ups/{follow_up}/closing": RUNNERS,
}
BUTTONS = {
    "/meetings/{called}/notices": RUNNERS,
    "/meetings/{called}/notices/postponement": RUNNERS,
    "/follow-ups/{follow_up}/reopening": RUNNERS,
}


@pytest.fixture
def group(app):
    group = create_led_group()
    group.place = create_place(group, create_person("Per Olsen"))
    group.called, group.draft = create_called(group), create_draft(group)
    group.follow_up = create_follow_up(group)
    group.guest = create_person("Tuva Moen")
    group.called.guests.append(MeetingGuest(person=group.guest, added_at=clock.now()))
    db.session.commit()
    return group


@pytest.fixture
def client_of(group, browse_as, client):
    def make(who: str):
        if who == "anonymous":
            return client
        roles = {
            "admin": {"role": RoleName.ADMIN},
            "organiser": {"role": RoleName.ORGANISER},
            "coordinator": {"role": RoleName.COORDINATOR, "county": "31"},
        }
        person = create_person("Noen Annen", **roles.get(who, {}))
        if who == "guest":
            invite(group.called, person)
        places = {
            "observer": {"role": PlaceRole.OBSERVER},
            "member": {},
            "lead": {"role": PlaceRole.LEAD},
            "deputy": {"role": PlaceRole.DEPUTY},
            "left": {"role": PlaceRole.LEAD, "state": PlaceState.LEFT},
            "declined": {"state": PlaceState.DECLINED},
        }
        if who in places:
            create_place(group, person, **places[who])
        if who == "other group":
            create_place(create_led_group("En annen gruppe"), person, role=PlaceRole.LEAD)
        return browse_as(person)

    return make


def address(group, path: str) -> str:
    lead = next(place for place in group.places if place.role == PlaceRole.LEAD)
    return f"/groups/{group.slug}" + path.format(
        called=group.called.public_id,
        draft=group.draft.public_id,
        place=group.place.public_id,
        lead=lead.public_id,
        follow_up=group.follow_up.public_id,
        guest=group.guest.public_id,
    )


def expected(who: str, allowed: tuple[str, ...], *, fetched: bool, hidden: bool = False) -> int:
    """What somebody gets who may not: sign in first, no such page, or a plain no."""
    if who == "anonymous":
        return 302 if fetched else 403
    if who in allowed:
        return 200
    return 403 if who in READERS and not hidden else 404


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_groups_pages_are_for_its_members_and_organisers(group, client_of, who: str):
    visitor = client_of(who)

    got = {path: visitor.get(address(group, path)).status_code for path in READ}

    assert got == {
        path: expected(who, allowed, fetched=True, hidden=True) for path, allowed in READ.items()
    }


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_those_who_run_a_group_are_shown_its_forms(group, client_of, who: str):
    visitor = client_of(who)

    got = {path: visitor.get(address(group, path)).status_code for path in FORMS}

    assert got == {path: expected(who, allowed, fetched=True) for path, allowed in FORMS.items()}


@pytest.mark.parametrize("who", ["anonymous", *OUTSIDERS, "observer", "member"])
def test_nobody_else_changes_anything_in_a_group(group, client_of, who: str):
    visitor = client_of(who)

    got = {
        path: visitor.post(address(group, path), data={**PLACE, **typed()}).status_code
        for path in (*FORMS, *BUTTONS)
    }

    # The draft of a meeting is not there at all for those who only sit in the group, but that they
    # do not run the group is said first.
    assert got == {path: expected(who, (), fetched=False) for path in (*FORMS, *BUTTONS)}
    assert (group.draft.called_at, group.follow_up.closed_at) == (None, None)


@pytest.mark.parametrize("who", ["lead", "deputy"])
def test_the_place_of_a_chair_is_changed_by_organisers_only(group, client_of, who: str):
    visitor = client_of(who)

    got = [
        visitor.post(address(group, f"/places/{{lead}}{rest}"), data=PLACE).status_code
        for rest in ("/edit", "/leaving")
    ]

    assert got == [403, 403]


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_organisers_set_up_edit_and_close_groups(group, client_of, who: str):
    visitor = client_of(who)
    pages = ("", "/new", f"/{group.slug}/edit", f"/{group.slug}/closing")

    got = [visitor.get(f"/organise/groups{page}").status_code for page in pages]

    refused = 302 if who == "anonymous" else 403
    assert got == [200 if who in ORGANISERS else refused] * 4


@pytest.mark.parametrize("who", [who for who in EVERYBODY if who not in ORGANISERS])
def test_nobody_else_sets_up_edits_or_closes_groups(group, client_of, who: str):
    visitor = client_of(who)
    buttons = ("/new", f"/{group.slug}/edit", f"/{group.slug}/closing", f"/{group.slug}/reopening")

    got = [visitor.post(f"/organise/groups{each}", data=GROUP).status_code for each in buttons]

    assert got == [403] * 4


@pytest.mark.parametrize("who", [*OUTSIDERS, *READERS])
def test_only_those_called_answer_a_meeting(group, client_of, who: str):
    visitor = client_of(who)

    answered = visitor.post(
        address(group, "/meetings/{called}/answer"), data={"answer": "accepted"}
    )

    assert answered.status_code == 404


def test_one_answers_for_oneself_only(group, browse_as):
    ingrid, per = group.places[0].person, group.place.person
    hers, his = invite(group.called, ingrid, per)

    browse_as(per).post(address(group, "/meetings/{called}/answer"), data={"answer": "accepted"})

    assert (str(hers.answer), str(his.answer)) == ("needs-action", "accepted")


def test_what_belongs_to_another_group_is_not_found_in_this_one(group, browse_as, kari):
    other = create_led_group("En annen gruppe")
    organiser = browse_as(kari)
    base = f"/groups/{other.slug}"

    got = [
        organiser.get(f"{base}/meetings/{group.called.public_id}").status_code,
        organiser.get(f"{base}/meetings/{group.called.public_id}/guests").status_code,
        organiser.get(f"{base}/places/{group.place.public_id}/edit").status_code,
        organiser.get(f"{base}/follow-ups/{group.follow_up.public_id}/closing").status_code,
    ]

    assert got == [404, 404, 404, 404]
