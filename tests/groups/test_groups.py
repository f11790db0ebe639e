"""Groups: who is shown which, set up, edited, closed."""

from datetime import date, timedelta

import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.models.groups import Group, GroupKind, PlaceState
from tests.factories import (
    create_follow_up,
    create_group,
    create_organisation,
    create_person,
    create_place,
)
from tests.groups.people import (
    GROUP,
    create_called,
    create_draft,
    create_led_group,
    lead_of,
    member_of,
    url_of,
    verbs,
)


def test_others_are_told_what_groups_are_and_not_which_there_are(client, browse_as, ola):
    create_led_group("Gruppe for kraft")

    pages = [client.get("/groups").text, browse_as(ola).get("/groups").text]

    assert ["faggrupper" in page and "kraft" not in page for page in pages] == [True, True]


def test_members_see_their_groups_and_organisers_all(browse_as, kari):
    fjord, kraft = create_led_group("Gruppe for fjorden"), create_led_group("Gruppe for kraft")

    seen = browse_as(member_of(fjord)).get("/groups").text
    all_of_them = browse_as(kari).get("/groups").text

    assert (fjord.name in seen, kraft.name in seen) == (True, False)
    assert (fjord.name in all_of_them, kraft.name in all_of_them) == (True, True)


def test_the_list_for_organisers_tells_of_groups_over_their_time(browse_as, kari):
    create_led_group("Gruppe for fjorden", ends_on=date(2024, 8, 31))

    page = browse_as(kari).get("/organise/groups").text

    assert "Til 31. august 2024" in page
    assert "Over tiden" in page


def test_an_empty_list_leads_on(browse_as, kari):
    assert "/organise/groups/new" in browse_as(kari).get("/organise/groups").text


def test_an_organiser_sets_up_a_group(browse_as, kari):
    parent = create_group("Faggruppe for næringssamarbeid", kind=GroupKind.EXPERT)

    response = browse_as(kari).post(
        "/organise/groups/new",
        data={**GROUP, "mandate": "Følge opp *fjorden*.", "parent": str(parent.id),
              "starts_on": "1.9.2030", "ends_on": "31.8.2031"},
    )  # fmt: skip

    group = db.session.scalar(sa.select(Group).where(Group.name == "Gruppe for fjorden"))
    assert response.headers["Location"] == url_of(group) == "/groups/gruppe-for-fjorden"
    assert (group.kind, group.parent_id, group.starts_on, group.ends_on, group.mandate) == (
        GroupKind.WORKING, parent.id, date(2030, 9, 1), date(2031, 8, 31), "Følge opp *fjorden*.",
    )  # fmt: skip
    assert verbs() == ["group.created"]


def test_a_group_without_a_name_or_with_its_days_the_wrong_way_is_not_set_up(browse_as, kari):
    organiser = browse_as(kari)

    nameless = organiser.post("/organise/groups/new", data={**GROUP, "name": " "})
    backwards = organiser.post(
        "/organise/groups/new", data={**GROUP, "starts_on": "1.9.2030", "ends_on": "1.8.2030"}
    )

    assert (nameless.status_code, backwards.status_code) == (422, 422)
    assert "Skriv navnet på gruppen" in nameless.text
    assert "Siste dag må komme etter første dag" in backwards.text
    assert "Gruppe for fjorden" in backwards.text
    assert db.session.scalar(sa.select(sa.func.count(Group.id))) == 0


def test_two_groups_of_one_name_have_addresses_of_their_own(browse_as, kari):
    organiser = browse_as(kari)

    for _number in range(2):
        organiser.post("/organise/groups/new", data=GROUP)

    assert list(db.session.scalars(sa.select(Group.slug).order_by(Group.id))) == [
        "gruppe-for-fjorden", "gruppe-for-fjorden-2",
    ]  # fmt: skip


def test_editing_keeps_the_address_and_notes_what_changed(browse_as, kari):
    group = create_group("Gruppe for fjorden")
    old = group.slug

    response = browse_as(kari).post(
        f"/organise/groups/{old}/edit", data={**GROUP, "name": "Fjordgruppen"}
    )

    assert response.status_code == 302
    assert (group.name, group.slug) == ("Fjordgruppen", old)
    assert verbs() == ["group.changed"]


def test_saving_a_group_unchanged_leaves_no_trace(browse_as, kari):
    group = create_group("Gruppe for fjorden")

    browse_as(kari).post(f"/organise/groups/{group.slug}/edit", data=GROUP)

    assert verbs() == []


def test_a_group_does_not_belong_under_itself_or_those_below_it(browse_as, kari):
    top = create_group("Faggruppe")
    middle = create_group("Arbeidsgruppe", parent=top)
    low = create_group("Undergruppe", parent=middle)
    organiser = browse_as(kari)

    got = [
        organiser.post(
            f"/organise/groups/{middle.slug}/edit", data={**GROUP, "parent": str(each.id)}
        ).status_code
        for each in (middle, low, top)
    ]

    assert got == [422, 422, 302]


def test_closing_waits_for_the_meetings_to_come(browse_as, kari):
    group = create_led_group()
    meeting = create_called(group)
    organiser, close = browse_as(kari), f"/organise/groups/{group.slug}/closing"

    shown = organiser.get(close).text
    refused = organiser.post(close)

    assert meeting.event.title in shown
    assert refused.headers["Location"] == close
    assert group.closed_at is None


def test_a_closed_group_stays_for_its_members_and_opens_again(browse_as, kari):
    group = create_led_group()
    create_draft(group)
    organiser = browse_as(kari)

    organiser.post(f"/organise/groups/{group.slug}/closing")
    closed = group.closed_at
    page = browse_as(member_of(group)).get(url_of(group))
    organiser.post(f"/organise/groups/{group.slug}/reopening")

    assert closed is not None
    assert (page.status_code, "Avsluttet" in page.text) == (200, True)
    assert group.closed_at is None
    assert verbs() == ["group.closed", "group.reopened"]


def test_the_home_of_a_group_shows_who_sits_there_and_how_sure_it_is(browse_as):
    group = create_led_group(mandate="Følge opp **fjorden**.")
    gjovik = create_organisation("Gjøvik kommune")
    create_place(group, label="Gjøvik (bekrefter navn)", state=PlaceState.PENDING,
                 organisation=gjovik, note="Ringt to ganger")  # fmt: skip
    create_place(group, create_person("Hun Som Sluttet"), state=PlaceState.LEFT)
    member, lead = browse_as(member_of(group)), browse_as(lead_of(group))

    page = member.get(url_of(group)).text

    for text in ("<strong>fjorden</strong>", "Ingrid Solberg", "Leder", "Bekreftet",
                 "Gjøvik (bekrefter navn)", "Gjøvik kommune", "Navn skal bekreftes"):  # fmt: skip
        assert text in page
    assert "Hun Som Sluttet" not in page
    assert "Ringt to ganger" not in page
    assert "Ringt to ganger" in lead.get(url_of(group)).text


def test_organisers_see_that_somebody_left_and_not_who(browse_as, kari):
    group = create_led_group()
    moss = create_organisation("Moss kommune")
    create_place(group, create_person("Hun Som Sluttet"), state=PlaceState.LEFT, label="Hun selv",
                 organisation=moss)  # fmt: skip
    create_place(group, create_person("Han Som Sa Nei"), state=PlaceState.DECLINED)

    page = browse_as(kari).get(url_of(group)).text

    for text in ("Et tidligere medlem", "En som sa nei", "Moss kommune", "Har gått ut"):
        assert text in page
    for name in ("Hun Som Sluttet", "Hun selv", "Han Som Sa Nei"):
        assert name not in page


def test_a_group_warns_before_its_year_is_over_and_after(browse_as):
    today = clock.now().date()
    soon = create_led_group("Snart", ends_on=today + timedelta(days=40))
    later = create_led_group("Senere", ends_on=today + timedelta(days=90))
    over = create_led_group("Over", ends_on=today - timedelta(days=2))

    pages = [browse_as(lead_of(each)).get(url_of(each)).text for each in (soon, later, over)]

    assert ["Gruppen slutter snart" in page for page in pages] == [True, False, False]
    assert ["siste dag er passert" in page for page in pages] == [False, False, True]


def test_a_parent_group_is_named_and_linked_only_for_those_who_may_see_it(browse_as, kari):
    parent = create_group("Faggruppe for næringssamarbeid")
    group = create_led_group(parent=parent)

    seen_by_member = browse_as(member_of(group)).get(url_of(group)).text
    seen_by_organiser = browse_as(kari).get(url_of(group)).text

    assert parent.name in seen_by_member
    assert (url_of(parent) in seen_by_member, url_of(parent) in seen_by_organiser) == (False, True)


def test_a_group_page_costs_the_same_with_three_and_with_thirty(browse_as, queries):
    counts = []
    for size in (3, 30):
        group = create_led_group(f"Gruppe på {size}")
        for number in range(size):
            person = create_person(f"Person {number}", organisation=create_organisation())
            create_place(group, person, organisation=create_organisation())
            create_called(group)
            create_follow_up(group, owner=person)
        visitor = browse_as(lead_of(group))
        with queries() as statements:
            visitor.get(url_of(group))
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 26


def test_every_page_of_groups_can_be_read_in_all_languages(browse_as, kari):
    group = create_led_group(ends_on=clock.now().date())
    meeting, draft = create_called(group), create_draft(group)
    place = group.places[1]
    organiser = browse_as(kari)
    pages = [
        "/groups", "/organise/groups", "/organise/groups/new",
        f"/organise/groups/{group.slug}/edit", f"/organise/groups/{group.slug}/closing",
        *(url_of(group, rest) for rest in (
            "", "/places/new", f"/places/{place.public_id}/edit",
            f"/places/{place.public_id}/leaving", "/follow-ups/new", "/meetings/new",
            f"/meetings/{meeting.public_id}", f"/meetings/{meeting.public_id}/edit",
            f"/meetings/{meeting.public_id}/cancellation", f"/meetings/{draft.public_id}",
            f"/meetings/{draft.public_id}/deletion")),
    ]  # fmt: skip

    got = set()
    for language in ("nb", "nn", "en"):
        organiser.set_cookie("language", language)
        got |= {organiser.get(page).status_code for page in pages}

    assert got == {200}
