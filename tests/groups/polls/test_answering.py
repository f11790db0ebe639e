"""Answering a poll: from the mail without signing in, and from the group's page."""

import re

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.groups.polls import addresses, changing
from portal.models.audit import AuditEntry
from portal.models.groups import GroupPlace, PlaceRole, PlaceState
from portal.models.polls import DateReply
from tests.factories import create_person
from tests.groups.people import create_led_group, lead_of, member_of, url_of, verbs
from tests.groups.polls.polling import (
    DAYS,
    MAYBE,
    NO,
    YES,
    answered,
    create_draft_poll,
    create_poll,
    in_english,
    in_order,
    poll_page,
    said,
    say,
    sits_in,
    span,
)

pytestmark = pytest.mark.usefixtures("in_august")


@pytest.fixture
def poll(group):
    """Three mornings that the group is asked about."""
    return create_poll(group)


@pytest.fixture
def anybody(client):
    """Somebody with a link who is not signed in, and reads English."""
    return in_english(client)


def link(poll, person) -> str:
    return f"/polls/{addresses.token(poll, person)}"


def checked(page: str) -> list[str]:
    """What is chosen on the page, in its order."""
    boxes = re.findall(r'<input[^>]*type="radio"[^>]*>', page)
    return [re.search(r'value="(\w+)"', box)[1] for box in boxes if " checked" in box]


def leave(group, person) -> None:
    place = db.session.scalar(sa.select(GroupPlace).where(GroupPlace.person_id == person.id))
    place.state = PlaceState.LEFT
    db.session.commit()


def test_a_link_is_looked_at_as_often_as_one_likes(poll, amir, anybody):
    pages = [anybody.get(link(poll, amir)) for _number in range(2)]

    assert [page.status_code for page in pages] == [200, 200]
    assert checked(pages[0].text) == []
    assert (said(poll), "poll.answered" in verbs()) == ({}, False)


def test_an_answer_needs_no_signing_in_and_may_be_changed(poll, amir, anybody):
    here = link(poll, amir)

    first = anybody.post(here, data=answered(poll, YES, MAYBE, NO, comment="Helst på nett"))
    shown = anybody.get(here).text
    anybody.post(here, data=answered(poll, NO, NO, YES))

    assert first.headers["Location"] == here
    assert checked(shown) == ["yes", "if_needed", "no"]
    assert 'value="Helst på nett"' in shown
    assert said(poll) == {"Amir Khan": ["no", "no", "yes"]}
    reply = db.session.scalars(sa.select(DateReply)).one()
    assert (reply.comment, reply.answered_at) == ("", clock.now())


def test_what_was_said_is_not_in_the_audit(poll, amir, anybody):
    anybody.post(link(poll, amir), data=answered(poll, YES, YES, NO, comment="Ferie"))

    entry = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.verb, entry.actor_id, entry.details) == (
        "poll.answered", amir.id, {"poll": poll.id},
    )  # fmt: skip


def test_every_time_must_be_answered_and_what_was_chosen_stays(poll, amir, anybody):
    page = anybody.post(link(poll, amir), data=answered(poll, YES, comment="Ferie"))

    open_times = [f"time-{each.public_id}" for each in in_order(poll)[1:]]
    assert page.status_code == 422
    assert re.findall(r'id="(time-\w+)-error"', page.text) == open_times
    assert checked(page.text) == ["yes"]
    assert 'value="Ferie"' in page.text
    assert said(poll) == {}


@pytest.mark.parametrize("choice", ["maybe", "YES", "", "yes\n"])
def test_only_the_three_answers_are_taken(poll, amir, anybody, choice: str):
    page = anybody.post(link(poll, amir), data=answered(poll, choice, YES, NO))

    assert (page.status_code, said(poll)) == (422, {})


def test_one_button_says_no_to_the_rest(poll, amir, anybody):
    anybody.post(link(poll, amir), data={**answered(poll, MAYBE), "no_to_the_rest": "1"})

    assert said(poll) == {"Amir Khan": ["if_needed", "no", "no"]}


@pytest.mark.parametrize("button", [{}, {"no_to_the_rest": "1"}])
def test_a_scanner_that_sends_the_form_as_it_stands_answers_nothing(poll, amir, anybody, button):
    page = anybody.post(link(poll, amir), data=button)

    assert (page.status_code, said(poll)) == (422, {})


def test_whoever_comes_back_sees_how_the_others_stand(poll, amir, lead, anybody):
    say(poll, lead, YES, NO, MAYBE, comment="Kort møte")

    page = anybody.get(link(poll, amir)).text

    assert "So far: 1 yes, 0 if needed, 0 no" in page
    assert "1 of 2 have answered." in page
    assert "Ingrid Solberg" in page
    assert "Kort møte" in page


def test_an_observer_who_may_not_see_the_members_sees_numbers_only(poll, group, lead, anybody):
    observer = sits_in(group, "Turid Bakke", role=PlaceRole.OBSERVER)
    say(poll, lead, YES, NO, NO, comment="Kort møte")
    group.observers_see_members = False
    db.session.commit()

    page = anybody.get(link(poll, observer)).text

    assert "1 of 3 have answered." in page
    assert ("Kort møte" in page, '<th scope="row">Ingrid' in page) == (False, False)


def test_whoever_left_is_shown_nowhere_and_counts_no_more(poll, group, amir, anybody):
    siri = sits_in(group, "Siri Berg")
    say(poll, siri, YES, YES, YES, comment="Jeg slutter")

    leave(group, siri)
    page = anybody.get(link(poll, amir)).text

    assert ("Siri Berg" in page, "Jeg slutter" in page) == (False, False)
    assert "0 of 2 have answered." in page
    assert "So far: 0 yes, 0 if needed, 0 no" in page


def test_a_link_ends_with_the_place_and_with_a_new_address(poll, group, amir, anybody):
    siri = sits_in(group, "Siri Berg")
    hers, his = link(poll, siri), link(poll, amir)
    leave(group, siri)
    amir.reply_generation += 1
    db.session.commit()

    sent = answered(poll, YES, YES, YES)
    answers = [
        (anybody.get(each).status_code, anybody.post(each, data=sent).status_code)
        for each in (hers, his)
    ]

    assert answers == [(404, 404), (404, 404)]
    assert said(poll) == {}


def test_a_link_opens_its_own_poll_for_its_own_person_only(poll, group, amir, anybody):
    other = create_poll(create_led_group("En annen gruppe"))
    draft = create_draft_poll(group)
    outsider = create_person("Noen Annen")
    token = addresses.token(poll, amir)
    numbers, mac = token.split("-")[:-1], token.split("-")[-1]

    forged = [
        # Somebody else's number, or another poll's, under a MAC that was made for these.
        "-".join([numbers[0], str(lead_of(group).id), numbers[2], mac]),
        "-".join([str(other.id), *numbers[1:], mac]),
        # Sound tokens for those who do not sit in the group, and for what was not sent.
        addresses.token(poll, outsider),
        addresses.token(other, amir),
        addresses.token(draft, amir),
        "x", "1-2-3", f"{token}x",
    ]  # fmt: skip

    got = [
        (anybody.get(f"/polls/{each}").status_code,
         anybody.post(f"/polls/{each}", data=answered(poll, YES, YES, YES)).status_code)
        for each in forged
    ]  # fmt: skip
    assert got == [(404, 404)] * len(forged)
    assert (said(poll), said(other)) == ({}, {})


def test_the_links_case_does_not_matter(poll, amir, anybody):
    assert anybody.get(link(poll, amir).upper().replace("/POLLS", "/polls")).status_code == 200


def test_what_was_written_while_it_was_closed_is_kept_on_the_page(poll, amir, lead, anybody):
    changing.close(poll, tell=False, by=lead, now=clock.now())
    db.session.commit()

    page = anybody.post(link(poll, amir), data=answered(poll, YES, MAYBE, NO, comment="Ferie"))

    assert page.status_code == 409
    assert "The poll was closed while you wrote" in page.text
    assert checked(page.text) == ["yes", "if_needed", "no"]
    assert 'value="Ferie"' in page.text
    assert said(poll) == {}


def test_a_closed_poll_says_so_and_has_nothing_to_fill_in(poll, amir, lead, anybody):
    changing.close(poll, tell=False, by=lead, now=clock.now())
    db.session.commit()

    page = anybody.get(link(poll, amir))

    assert page.status_code == 200
    assert "No time was chosen." in page.text
    assert 'type="radio"' not in page.text


def test_the_poll_of_a_closed_group_takes_no_answers(poll, group, amir, anybody):
    group.closed_at = clock.now()
    db.session.commit()

    page = anybody.post(link(poll, amir), data=answered(poll, YES, YES, YES))

    assert (page.status_code, said(poll)) == (409, {})


def test_late_answers_count_until_it_is_closed(group, amir, anybody):
    poll = create_poll(group)
    poll.answer_by = clock.now()
    db.session.commit()

    anybody.post(link(poll, amir), data=answered(poll, YES, NO, NO))

    assert said(poll) == {"Amir Khan": ["yes", "no", "no"]}


def test_times_that_have_passed_are_asked_about_no_more(group, amir, lead, anybody):
    poll = create_poll(group)
    say(poll, amir, YES, NO, NO)
    poll.options[0].starts_at, poll.options[0].ends_at = clock.now(), clock.now().replace(hour=23)
    db.session.commit()

    shown = anybody.get(link(poll, amir)).text
    anybody.post(link(poll, amir), data=answered(poll, NO, MAYBE, YES))

    assert checked(shown) == ["no", "no"]
    # What was said of the first stands as it was.
    assert said(poll) == {"Amir Khan": ["yes", "if_needed", "yes"]}


def test_a_time_added_meanwhile_is_asked_for_and_the_rest_is_kept(poll, amir, lead, anybody):
    sent = answered(poll, YES, NO, MAYBE)
    changing.add_times(poll, [span(DAYS[0], 13)], by=lead, now=clock.now())
    db.session.commit()

    page = anybody.post(link(poll, amir), data=sent)

    assert page.status_code == 422
    assert sorted(checked(page.text)) == ["if_needed", "no", "yes"]
    assert said(poll) == {}


def test_a_time_dropped_meanwhile_is_passed_over(poll, amir, lead, anybody):
    sent = answered(poll, YES, NO, MAYBE)
    changing.drop_time(poll, in_order(poll)[0], by=lead, now=clock.now())
    db.session.commit()

    page = anybody.post(link(poll, amir), data=sent, follow_redirects=True)

    assert "asked about no more" in page.text
    assert said(poll) == {"Amir Khan": ["no", "if_needed"]}


def test_a_member_answers_signed_in_as_well(poll, amir, browse_as):
    member = in_english(browse_as(amir))
    here = poll_page(poll, "/answer")

    page = member.get(here)
    answer = member.post(here, data=answered(poll, YES, YES, NO))

    assert page.status_code == 200
    assert answer.headers["Location"] == here
    assert said(poll) == {"Amir Khan": ["yes", "yes", "no"]}


def test_one_answers_for_oneself_only(poll, amir, lead, browse_as):
    browse_as(amir).post(
        poll_page(poll, "/answer"),
        data={**answered(poll, YES, YES, NO), "person": str(lead.id), "person_id": str(lead.id)},
    )

    assert said(poll) == {"Amir Khan": ["yes", "yes", "no"]}


def test_my_page_shows_what_waits_until_it_is_answered(poll, amir, lead, browse_as):
    member, here = in_english(browse_as(amir)), poll_page(poll, "/answer")

    before = member.get("/my").text
    say(poll, amir, YES, YES, NO)
    after = member.get("/my").text
    changing.add_times(poll, [span(DAYS[0], 13)], by=lead, now=clock.now())
    db.session.commit()
    again = member.get("/my").text

    assert [here in page for page in (before, after, again)] == [True, False, True]
    assert "One question waits for your answer." in before


def test_the_groups_page_says_whether_one_has_answered(poll, group, amir, browse_as):
    member = in_english(browse_as(amir))

    before = member.get(url_of(group)).text
    say(poll, member_of(group), YES, YES, NO)
    after = member.get(url_of(group)).text

    assert ["You have answered" in page for page in (before, after)] == [False, True]
