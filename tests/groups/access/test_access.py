"""Who may open and do what with a group: every cell of the table."""

import pytest

from tests.groups.access.cells import (
    BUTTONS,
    EVERYBODY,
    FORMS,
    ORGANISERS,
    OUTSIDERS,
    READ,
    READERS,
    SHOWN,
    VOTERS,
    address,
    expected,
)
from tests.groups.input_rounds.rounds import written
from tests.groups.people import (
    GROUP,
    PLACE,
    create_led_group,
    invite,
    typed,
)


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
    shown = {**FORMS, **SHOWN}

    got = {path: visitor.get(address(group, path)).status_code for path in shown}

    assert got == {path: expected(who, allowed, fetched=True) for path, allowed in shown.items()}


@pytest.mark.parametrize("who", EVERYBODY)
def test_those_who_have_a_say_in_a_group_vote_in_it(group, client_of, who: str):
    visitor, page = client_of(who), address(group, "/input/{voted}/vote")

    got = [visitor.get(page).status_code, visitor.post(page, data={}).status_code]

    sent = 302 if who in VOTERS else expected(who, VOTERS, fetched=False)
    assert got == [expected(who, VOTERS, fetched=True), sent]


@pytest.mark.parametrize("who", EVERYBODY)
def test_those_who_have_a_say_in_a_group_contribute_to_its_rounds(group, client_of, who: str):
    visitor, page = client_of(who), address(group, "/input/{round}")

    got = visitor.post(page, data=written("Kraft")).status_code

    assert got == (302 if who in VOTERS else expected(who, VOTERS, fetched=False))
    assert len(group.round.contributions) == (1 if who in VOTERS else 0)


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
    assert (group.asked.taken_back_at, group.letter.stopped_at) == (None, None)


@pytest.mark.parametrize("who", EVERYBODY)
def test_those_who_sit_in_a_group_take_what_nobody_has(group, client_of, who: str):
    visitor = client_of(who)

    taken = visitor.post(address(group, "/follow-ups/{follow_up}/taking"))

    members = ("member", "lead", "deputy")
    refused = 403 if who in ("anonymous", "observer", "organiser", "admin") else 404
    assert taken.status_code == (302 if who in members else refused)
    assert (group.follow_up.owner is None) is (who not in members)


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_its_owner_hands_a_follow_up_back(group, client_of, who: str):
    group.follow_up.owner = group.place.person
    visitor = client_of(who)

    answer = visitor.post(address(group, "/follow-ups/{follow_up}/handing-back"))

    hidden = who in OUTSIDERS
    assert answer.status_code == (404 if hidden else 403)
    assert group.follow_up.owner is group.place.person
    assert (group.called.minutes_revision, len(group.called.attendances)) == (0, 1)


@pytest.mark.parametrize("who", ["lead", "deputy"])
def test_the_place_of_a_chair_is_changed_by_organisers_only(group, client_of, who: str):
    visitor = client_of(who)

    got = [
        visitor.post(address(group, f"/places/{{lead}}{rest}"), data=PLACE).status_code
        for rest in ("/edit", "/leaving")
    ]

    assert got == [403, 403]


ORGANISERS_PAGES = (
    "/meetings/{held}/minutes/approval",
    "/meetings/{approved}/minutes/publication",
)


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_organisers_approve_without_a_meeting_and_make_minutes_public(
    group, client_of, who: str
):
    visitor = client_of(who)

    got = [visitor.get(address(group, path)).status_code for path in ORGANISERS_PAGES]
    if who not in ORGANISERS:
        got += [
            visitor.post(address(group, path), data={"reason": "Siste møte"}).status_code
            for path in (*ORGANISERS_PAGES, "/meetings/{approved}/minutes/publication/withdrawal")
        ]

    refused = [302 if who == "anonymous" else 403] * 2 + [403] * 3
    assert got == ([200] * 2 if who in ORGANISERS else refused)
    assert (group.held.approved_at, group.approved.public_at) == (None, None)


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_those_who_read_minutes_comment_on_them(group, client_of, who: str):
    visitor = client_of(who)
    path = "/meetings/{held}/minutes/comments"

    said = visitor.post(address(group, path), data={"item": "0", "item-0-text": "Hei"})
    # Nobody takes back what another has said, not even those who run the group.
    taken = visitor.post(address(group, path + "/{comment}/withdrawal"))

    refused = 403 if who == "anonymous" else 404
    assert [said.status_code, taken.status_code] == (
        [302, 404] if who in READERS else [refused, refused]
    )


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_organisers_set_up_edit_and_close_groups(group, client_of, who: str):
    visitor = client_of(who)
    rest = ("edit", "renewal", "closing", "import", "import/template.csv", "import/template.xlsx")
    pages = ("", "/new", *(f"/{group.slug}/{each}" for each in rest))

    got = [visitor.get(f"/organise/groups{page}").status_code for page in pages]

    refused = 302 if who == "anonymous" else 403
    assert got == [200 if who in ORGANISERS else refused] * 8


@pytest.mark.parametrize("who", [who for who in EVERYBODY if who not in ORGANISERS])
def test_nobody_else_sets_up_edits_or_closes_groups(group, client_of, who: str):
    visitor = client_of(who)
    rest = ("edit", "renewal", "closing", "reopening", "import", "import/applying")
    buttons = ("/new", *(f"/{group.slug}/{each}" for each in rest))

    got = [visitor.post(f"/organise/groups{each}", data=GROUP).status_code for each in buttons]

    assert got == [403] * 7


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
        organiser.get(f"{base}/follow-ups/{group.follow_up.public_id}").status_code,
        organiser.post(f"{base}/follow-ups/{group.follow_up.public_id}/taking").status_code,
        organiser.get(f"{base}/input/{group.round.public_id}").status_code,
        organiser.get(f"{base}/input/{group.round.public_id}/themes").status_code,
        organiser.get(f"{base}/meetings/{group.called.public_id}/writing").status_code,
        organiser.get(f"{base}/meetings/{group.called.public_id}/writing/attendance").status_code,
    ]

    assert got == [404] * 10
