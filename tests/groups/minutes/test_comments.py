"""Comments on minutes: who says and sees them, late ones, and what is done about them."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.groups.minutes import commenting
from portal.groups.writing.locking import MinutesAreLocked
from portal.models.groups import PlaceRole, PlaceState
from portal.models.minutes import MinutesComment
from tests.factories import create_person, create_place
from tests.groups.minutes.people import approve, create_held, send
from tests.groups.people import lead_of, member_of, page_of, verbs

pytestmark = pytest.mark.usefixtures("in_august")


@pytest.fixture
def held(group):
    meeting = create_held(group)
    send(meeting, lead_of(group))
    return meeting


def say(meeting, person, text: str = "Det var Horten.", item: bool = True) -> MinutesComment:
    said = commenting.comment(
        meeting, meeting.agenda[0] if item else None, text, by=person, now=clock.now()
    )
    db.session.commit()
    return said


def comments() -> list[tuple[int | None, str, str]]:
    found = db.session.scalars(sa.select(MinutesComment).order_by(MinutesComment.id))
    return [(each.item.number if each.item else None, each.person.name, each.text)
            for each in found]  # fmt: skip


def test_a_member_comments_on_an_item_and_on_the_whole(held, group, browse_as):
    client = browse_as(member_of(group))

    first = client.post(
        page_of(held, "/minutes/comments"), data={"item": "1", "item-1-text": "Det var Horten."}
    )
    client.post(page_of(held, "/minutes/comments"), data={"item": "0", "item-0-text": "Takk"})

    assert first.headers["Location"] == page_of(held, "/minutes#item-1")
    assert comments() == [(1, "Amir Khan", "Det var Horten."), (None, "Amir Khan", "Takk")]
    assert verbs()[-2:] == ["minutes.commented", "minutes.commented"]


def test_an_empty_comment_is_asked_for_again(held, group, browse_as):
    answer = browse_as(member_of(group)).post(
        page_of(held, "/minutes/comments"), data={"item": "1", "item-1-text": " "}
    )

    assert (answer.status_code, comments()) == (422, [])
    assert '<details class="more" open>' in answer.text
    assert 'href="#item-1-text"' in answer.text


def test_what_was_typed_too_long_is_kept(held, group, browse_as):
    answer = browse_as(member_of(group)).post(
        page_of(held, "/minutes/comments"), data={"item": "1", "item-1-text": "x" * 5001}
    )

    assert answer.status_code == 422
    assert "x" * 5001 in answer.text


def test_comments_are_seen_by_those_who_run_the_group_and_by_their_author(held, group, browse_as):
    nora = create_person("Nora Lie")
    create_place(group, nora)
    say(held, member_of(group), "Det var Horten.")

    seen = [
        "Det var Horten." in browse_as(person).get(page_of(held, "/minutes")).text
        for person in (lead_of(group), member_of(group), nora)
    ]

    assert seen == [True, True, False]


def test_a_late_comment_counts_and_says_so(held, group, browse_as):
    held.comments_by = clock.now().date() - timedelta(days=1)
    db.session.commit()

    browse_as(member_of(group)).post(
        page_of(held, "/minutes/comments"), data={"item": "1", "item-1-text": "Sent"}
    )

    assert comments() == [(1, "Amir Khan", "Sent")]
    shown = browse_as(lead_of(group)).get(page_of(held, "/minutes")).text
    assert '<span class="ds-tag" data-color="warning">' in shown


def test_nobody_comments_on_a_draft_or_on_approved_minutes(group, kari, browse_as):
    draft = create_held(group, days_ago=20)
    done = create_held(group, days_ago=40)
    send(done, kari)
    approve(done, kari)

    with pytest.raises(commenting.NotOpenForComments):
        say(draft, lead_of(group))
    db.session.rollback()
    with pytest.raises(MinutesAreLocked):
        say(done, lead_of(group))
    db.session.rollback()
    data = {"item": "1", "item-1-text": "Hei"}
    answer = browse_as(member_of(group)).post(page_of(done, "/minutes/comments"), data=data)
    assert (answer.status_code, comments()) == (409, [])
    assert "Hei" in answer.text


def test_a_comment_is_taken_back_by_its_author_alone(held, group, browse_as):
    said = say(held, member_of(group))
    address = page_of(held, f"/minutes/comments/{said.public_id}/withdrawal")

    refused = browse_as(lead_of(group)).post(address)
    assert (refused.status_code, len(comments())) == (404, 1)
    browse_as(member_of(group)).post(address)

    assert comments() == []


def test_a_comment_dealt_with_stands(held, group, browse_as):
    said = say(held, member_of(group))
    commenting.handle(
        said, "Rettet.", seen=commenting.state_of(said), by=lead_of(group), now=clock.now()
    )
    db.session.commit()

    browse_as(member_of(group)).post(
        page_of(held, f"/minutes/comments/{said.public_id}/withdrawal")
    )

    assert len(comments()) == 1


def test_those_who_run_the_group_answer_a_comment_and_open_it_again(held, group, browse_as):
    said = say(held, member_of(group), item=False)
    address = page_of(held, f"/minutes/comments/{said.public_id}")
    lead = browse_as(lead_of(group))

    assert "Det var Horten." in lead.get(f"{address}/answer").text
    lead.post(f"{address}/answer", data={"reply": "Rettet i sak 1."})

    assert (said.handled_at, said.handled_by, said.reply) == (
        clock.now(), lead_of(group), "Rettet i sak 1.",
    )  # fmt: skip
    assert "Rettet i sak 1." in browse_as(member_of(group)).get(page_of(held, "/minutes")).text
    lead.post(f"{address}/reopening")
    assert (said.handled_at, said.reply) == (None, "Rettet i sak 1.")


def test_a_comment_of_another_meeting_does_not_exist(held, group, browse_as):
    other = create_held(group, days_ago=50)
    said = say(held, member_of(group))

    answer = browse_as(lead_of(group)).get(
        page_of(other, f"/minutes/comments/{said.public_id}/answer")
    )

    assert answer.status_code == 404


def test_who_left_since_is_not_named_beside_a_comment(held, group, browse_as):
    amir = member_of(group)
    held.attendances[1].person = create_person("En annen")
    say(held, amir)
    place = next(each for each in group.places if each.person is amir)
    place.state, place.left_at = PlaceState.LEFT, clock.now()
    db.session.commit()

    page = browse_as(lead_of(group)).get(page_of(held, "/minutes")).text

    assert "Det var Horten." in page
    assert "Amir Khan" not in page


def test_observers_who_see_no_minutes_do_not_comment(held, group, browse_as):
    observer = create_person("Odd")
    create_place(group, observer, role=PlaceRole.OBSERVER)
    group.observers_see_minutes = False
    db.session.commit()

    answer = browse_as(observer).post(
        page_of(held, "/minutes/comments"), data={"item": "1", "item-1-text": "Hei"}
    )

    assert (answer.status_code, comments()) == (404, [])


@pytest.mark.parametrize("number", [3, 30])
def test_comments_take_as_many_queries_for_three_as_for_thirty(
    held, group, browse_as, queries, number: int
):
    for each in range(number):
        person = create_person(f"Person {each}")
        create_place(group, person)
        say(held, person, f"Kommentar {each}", item=bool(each % 2))
    client = browse_as(lead_of(group))

    with queries() as statements:
        page = client.get(page_of(held, "/minutes"), check=False).text

    assert page.count("Kommentar ") >= number
    assert len(statements) == 22
