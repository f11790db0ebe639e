"""Follow-ups: written down, closed with a note, opened again."""

from datetime import date, timedelta

import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.models.minutes import FollowUp
from tests.factories import create_follow_up, create_person, create_place
from tests.groups.people import create_led_group, lead_of, member_of, url_of, verbs


def closing(follow_up: FollowUp) -> str:
    return url_of(follow_up.group, f"/follow-ups/{follow_up.public_id}/closing")


def test_who_and_when_may_both_be_unknown(browse_as):
    group = create_led_group()
    lead = browse_as(lead_of(group))

    response = lead.post(
        url_of(group, "/follow-ups/new"), data={"text": "Vurder jernbanekampanje", "owner": ""}
    )

    found = db.session.scalar(sa.select(FollowUp))
    assert response.headers["Location"] == url_of(group)
    assert (found.text, found.owner, found.due_on) == ("Vurder jernbanekampanje", None, None)
    page = lead.get(url_of(group)).text
    assert "ikke bestemt" in page
    assert "ikke satt" in page
    assert verbs() == ["follow_up.added"]


def test_a_member_may_be_made_responsible_by_a_day(browse_as):
    group = create_led_group()
    amir = member_of(group)

    browse_as(lead_of(group)).post(
        url_of(group, "/follow-ups/new"),
        data={"text": "Skriv", "owner": amir.public_id, "due_on": "1.3.2030"},
    )

    found = db.session.scalar(sa.select(FollowUp))
    assert (found.owner, found.due_on) == (amir, date(2030, 3, 1))


def test_nobody_outside_the_group_is_made_responsible(browse_as, siri):
    group = create_led_group()

    response = browse_as(lead_of(group)).post(
        url_of(group, "/follow-ups/new"), data={"text": "Skriv", "owner": siri.public_id}
    )

    assert response.status_code == 422
    assert db.session.scalar(sa.select(FollowUp)) is None


def test_it_must_say_what_is_to_be_done(browse_as):
    group = create_led_group()

    response = browse_as(lead_of(group)).post(
        url_of(group, "/follow-ups/new"), data={"text": " ", "owner": ""}
    )

    assert response.status_code == 422
    assert "Skriv hva som skal gjøres" in response.text


def test_the_one_responsible_closes_it_with_a_note_and_the_lead_opens_it_again(browse_as):
    group = create_led_group()
    follow_up = create_follow_up(group, owner=member_of(group))
    amir, ingrid = browse_as(member_of(group)), browse_as(lead_of(group))

    amir.post(closing(follow_up), data={"note": "Sendt departementet"})
    closed_at, note = follow_up.closed_at, follow_up.closing_note
    shown = ingrid.get(url_of(group, "/follow-ups?show=closed")).text
    ingrid.post(url_of(group, f"/follow-ups/{follow_up.public_id}/reopening"))

    assert (closed_at is None, note) == (False, "Sendt departementet")
    assert "Sendt departementet" in shown
    assert follow_up.closed_at is None
    assert verbs() == ["follow_up.closed", "follow_up.reopened"]


def test_closing_twice_keeps_the_first_date(browse_as):
    group = create_led_group()
    first = clock.now() - timedelta(days=5)
    follow_up = create_follow_up(group, closed_at=first, closing_note="Gjort")

    browse_as(lead_of(group)).post(closing(follow_up), data={"note": "Noe annet"})

    assert (follow_up.closed_at, follow_up.closing_note) == (first, "Gjort")


def test_other_members_do_not_close_it(browse_as):
    group = create_led_group()
    siri = create_person("Siri Berg")
    create_place(group, siri)
    follow_up = create_follow_up(group, owner=member_of(group))

    response = browse_as(siri).post(closing(follow_up), data={"note": ""})

    assert (response.status_code, follow_up.closed_at) == (403, None)


def test_too_long_a_note_does_not_close_it(browse_as):
    group = create_led_group()
    follow_up = create_follow_up(group)

    response = browse_as(lead_of(group)).post(closing(follow_up), data={"note": "x" * 501})

    assert (response.status_code, follow_up.closed_at) == (422, None)


def test_what_is_past_its_deadline_stands_first_and_says_so(browse_as):
    group = create_led_group()
    today = clock.now().date()
    create_follow_up(group, text="Uten frist")
    create_follow_up(group, text="I god tid", due_on=today + timedelta(days=30))
    create_follow_up(group, text="For sent", due_on=today - timedelta(days=2))

    page = browse_as(member_of(group)).get(url_of(group)).text

    places = [page.index(text) for text in ("For sent", "I god tid", "Uten frist")]
    assert places == sorted(places)
    assert page.count("Over fristen") == 1
