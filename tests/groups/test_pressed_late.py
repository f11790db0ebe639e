"""Forms of a group that are sent late or twice: what was decided meanwhile stands."""

from datetime import date, timedelta

import pytest

from portal import clock
from portal.db import db
from portal.groups.follow_ups import actions as follow_ups
from portal.groups.follow_ups import addresses
from portal.groups.minutes import approving
from portal.groups.polls import changing
from portal.groups.polls.forms import end_of
from portal.groups.setup import actions as setup
from portal.groups.writing import locking
from portal.models.meetings import MeetingGroup
from tests.factories import create_follow_up, create_group
from tests.groups.meanwhile import fields, said, shown
from tests.groups.minutes.people import create_held, create_later, send
from tests.groups.people import (
    create_draft,
    create_led_group,
    lead_of,
    member_of,
    page_of,
    url_of,
    verbs,
)
from tests.groups.polls.polling import create_poll

pytestmark = pytest.mark.usefixtures("in_august")


@pytest.fixture
def held(app):
    return create_held(create_led_group())


def write(meeting, text: str) -> None:
    """Let somebody change the minutes of ``meeting``."""
    meeting.agenda[0].minutes = text
    locking.touch(meeting, clock.now())
    db.session.commit()


def test_minutes_changed_meanwhile_are_not_approved_without_a_meeting(held, browse_as, kari):
    client, page = browse_as(kari), page_of(held, "/minutes/approval")
    mine = {**shown(client, page), "reason": "Siste møte"}
    write(held, "Gruppen var uenig.")

    answer = client.post(page, data=mine)

    assert (answer.status_code, fields(answer, page)["reason"]) == (409, "Siste møte")
    db.session.expire_all()
    assert held.approved_at is None

    client.post(page, data=fields(answer, page))

    db.session.expire_all()
    assert held.is_approved
    assert "Gruppen var uenig." in str(held.document)


def test_minutes_changed_meanwhile_are_not_approved_at_the_next_meeting(held, browse_as):
    client, later = browse_as(lead_of(held.group)), create_later(held)
    page, button = page_of(later), page_of(later, "/approvals/1")
    mine = {**shown(client, page, button), "changes": "Ny dato"}
    write(held, "Gruppen var uenig.")

    answer = client.post(button, data=mine)

    assert (answer.status_code, fields(answer, button)["changes"]) == (409, "Ny dato")
    db.session.expire_all()
    assert (held.approved_at, later.agenda[0].decisions) == (None, [])

    client.post(button, data=fields(answer, button))

    db.session.expire_all()
    assert held.is_approved


def test_minutes_corrected_meanwhile_are_looked_at_again_before_they_are_public(
    held, browse_as, kari
):
    approving.approve_alone(held, "Siste møte", by=kari, now=clock.now())
    db.session.commit()
    client, page = browse_as(kari), page_of(held, "/minutes/publication")
    mine = shown(client, page)
    approving.add_addendum(held, "Det var elleve.", by=kari, now=clock.now())
    db.session.commit()

    answer = client.post(page, data=mine)

    db.session.expire_all()
    assert (answer.headers["Location"], held.public_at) == (page, None)
    client.post(page, data=shown(client, page))
    db.session.expire_all()
    assert held.public_at == clock.now()


def test_a_correction_sent_twice_is_one(held, browse_as, kari):
    approving.approve_alone(held, "Siste møte", by=kari, now=clock.now())
    db.session.commit()
    client, page = browse_as(kari), page_of(held, "/minutes/addenda/new")

    for text in ("Det var elleve.", "Det var elleve.", "Det var tolv.", "Det var elleve."):
        client.post(page, data={"text": text})

    db.session.expire_all()
    assert [(each.number, each.text) for each in held.addenda] == [
        (1, "Det var elleve."), (2, "Det var tolv."), (3, "Det var elleve."),
    ]  # fmt: skip


def test_a_comment_sent_twice_is_one(held, browse_as):
    send(held, lead_of(held.group))
    client = browse_as(member_of(held.group))

    for text in ("Horten", "Horten", "Moss"):
        client.post(page_of(held, "/minutes/comments"), data={"item": "0", "item-0-text": text})

    db.session.expire_all()
    assert [each.text for each in held.comments] == ["Horten", "Moss"]


@pytest.fixture
def follow_up(held):
    return create_follow_up(
        held.group, "Ring Moss", owner=member_of(held.group), due_on=date(2026, 9, 3)
    )


def test_what_was_written_of_a_follow_up_closed_meanwhile_is_kept(follow_up, browse_as):
    group = follow_up.group
    page = url_of(group, f"/follow-ups/{follow_up.public_id}/closing")
    client = browse_as(member_of(group))
    mine = {**shown(client, page), "note": "Moss har svart."}
    follow_ups.close(follow_up, "Vi dropper det.", by=lead_of(group), now=clock.now())
    db.session.commit()

    answer = client.post(page, data=mine)

    assert answer.status_code == 409
    assert ("Moss har svart." in said(answer), "Vi dropper det." in said(answer)) == (True, True)
    db.session.expire_all()
    assert follow_up.closing_note == "Vi dropper det."


def test_what_was_written_by_link_of_a_follow_up_closed_meanwhile_is_kept(follow_up, client):
    group = follow_up.group
    page = f"/follow-ups/{addresses.token(follow_up, follow_up.owner)}"
    follow_ups.close(follow_up, "Vi dropper det.", by=lead_of(group), now=clock.now())
    db.session.commit()

    answer = client.post(page, data={"note": "Moss har svart."})

    assert (answer.status_code, "Moss har svart." in said(answer)) == (409, True)


def test_a_follow_up_closed_by_pressing_twice_is_closed_once(follow_up, browse_as):
    group = follow_up.group
    page = url_of(group, f"/follow-ups/{follow_up.public_id}/closing")
    client = browse_as(member_of(group))

    answers = [client.post(page, data={"note": "Ja"}).status_code for _time in range(2)]

    assert (answers, verbs().count("follow_up.closed")) == ([302, 302], 1)


def test_a_group_that_was_asked_along_meanwhile_is_not_left_out_by_an_old_form(browse_as, kari):
    group, kraft, vann = create_led_group(), create_group("Kraft"), create_group("Vann")
    meeting = create_draft(group)
    meeting.others = [MeetingGroup(group_id=kraft.id)]
    db.session.commit()
    page = page_of(meeting, "/edit")
    client = browse_as(kari)
    # Saved once as it is, so that it is a gathering, and only the groups differ from then on.
    client.post(page, data={**shown(client, page), "others": [str(kraft.id)]})
    # A list of ticks: the reader of forms keeps one value of each name.
    mine = {**shown(client, page), "others": [str(kraft.id)]}
    client.post(page, data={**mine, "others": [str(kraft.id), str(vann.id)]})

    answer = client.post(page, data={**mine, "others": []})

    db.session.expire_all()
    asked = {each.group_id for each in meeting.others}
    assert (answer.status_code, asked) == (422, {kraft.id, vann.id})

    client.post(page, data={**fields(answer, page), "others": []})

    db.session.expire_all()
    assert meeting.others == []


def test_the_second_who_changes_a_deadline_is_told_of_the_first(browse_as, kari):
    group = create_led_group()
    poll = create_poll(group)
    page = url_of(group, f"/polls/{poll.public_id}/deadline")
    client = browse_as(kari)
    first, second = date(2026, 9, 1), date(2026, 9, 2)
    mine = {**shown(client, page), "answer_by": "2.9.2026"}
    changing.extend(poll, end_of(first), by=kari, now=clock.now())
    db.session.commit()

    answer = client.post(page, data=mine)

    db.session.expire_all()
    assert (answer.status_code, poll.answer_by) == (422, end_of(first))
    client.post(page, data=fields(answer, page))
    db.session.expire_all()
    assert poll.answer_by == end_of(second)


def test_a_day_typed_for_a_group_renewed_meanwhile_is_kept(browse_as, kari):
    group = create_led_group(ends_on=date(2026, 12, 31))
    page = f"/organise/groups/{group.slug}/renewal"
    client = browse_as(kari)
    mine = {**shown(client, page), "last_day": "31.12.2028"}
    setup.renew_group(
        group, date(2027, 12, 31), seen=group.ends_on, tell=False, by=kari,
        now=clock.now() - timedelta(minutes=1),
    )  # fmt: skip
    db.session.commit()

    answer = client.post(page, data=mine)

    assert (answer.status_code, fields(answer, page)["last_day"]) == (409, "31.12.2028")
    db.session.expire_all()
    assert group.ends_on == date(2027, 12, 31)
    client.post(page, data=fields(answer, page))
    db.session.expire_all()
    assert group.ends_on == date(2028, 12, 31)
