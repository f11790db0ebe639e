"""Gatherings: over several days, and held by several groups together."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import access, clock
from portal.dates import OSLO
from portal.db import db
from portal.groups.meetings import actions, agenda
from portal.groups.places import actions as place_actions
from portal.models.events import EventKind, EventState
from portal.models.groups import PlaceRole
from portal.models.meetings import Meeting
from tests.factories import create_group, create_person, create_place
from tests.groups.meetings.gathered import called, create_joint, create_other, invited, mails_to
from tests.groups.people import (
    lead_of,
    mailings,
    member_of,
    page_of,
    rows,
    typed,
    url_of,
)
from tests.invitations.sending import let_mail_leave

DAY = timedelta(days=1)


@pytest.fixture
def other(amir):
    """A group in which Amir sits too."""
    return create_other("Arbeidsgruppe for kraft", amir, create_person("Siri Berg"))


def days_typed(**values) -> dict[str, str]:
    second = (clock.now() + timedelta(days=31)).date()
    return {"more_days-0-day": second.isoformat(), "more_days-0-starts": "10",
            "more_days-0-ends": "12", **values}  # fmt: skip


def test_a_gathering_of_two_days_and_two_groups_is_planned(browse_as, group, other, kari):
    browse_as(kari).post(
        url_of(group, "/meetings/new"),
        data={**typed(others=str(other.id)), **days_typed(),
              **rows({"title": "Middag", "day": "2"}, {"title": "Mandat", "planned_minutes": "20"},
                     {"title": "Finnes ikke", "day": "9"})},
    )  # fmt: skip

    meeting = db.session.scalar(sa.select(Meeting))
    event = meeting.event
    assert event.kind == EventKind.GATHERING
    assert meeting.days[0].starts_at == event.starts_at
    assert meeting.days[-1].ends_at == event.ends_at
    assert len(meeting.days) == 2
    assert [each.group for each in meeting.others] == [other]
    assert [(item.number, item.title, item.day) for item in meeting.agenda] == [
        (1, "Mandat", 1), (2, "Middag", 2), (3, "Finnes ikke", 2),
    ]  # fmt: skip
    assert "09.00–09.20 Sak 1: Mandat" in event.description
    assert event.description.count("kl. ") == 2


def test_days_that_cannot_be_are_said_and_what_was_typed_stays(browse_as, group, lead):
    first = (clock.now() + timedelta(days=30)).date().isoformat()
    wrong = [
        {"more_days-0-day": first},
        {"more_days-0-starts": ""},
        {"more_days-0-ends": "09.30"},
        {"more_days-0-day": ""},
    ]

    got = [
        browse_as(lead).post(url_of(group, "/meetings/new"), data={**typed(), **days_typed(**each)})
        for each in wrong
    ]

    assert [answer.status_code for answer in got] == [422] * 4
    assert all("aria-invalid" in answer.text for answer in got)
    # The list of mistakes on top leads there.
    assert all('href="#more_days-0-' in answer.text for answer in got)
    assert db.session.scalar(sa.select(Meeting)) is None


def test_everybody_of_all_groups_is_called_once(browse_as, group, other, lead):
    meeting = create_joint(group, other)

    browse_as(lead).post(page_of(meeting, "/summons"))

    assert invited(meeting) == ["Amir Khan", "Ingrid Solberg", "Nils Dahl", "Siri Berg"]
    assert mailings() == ["invitations.request"]


def test_a_joint_gathering_is_on_the_pages_of_all_its_groups(browse_as, group, other, lead):
    meeting = called(create_joint(group, other), lead)
    there = url_of(other, f"/meetings/{meeting.public_id}")
    siri = db.session.scalar(sa.select(type(lead)).where(type(lead).name == "Siri Berg"))
    member = browse_as(siri)

    assert there in member.get(url_of(other)).text
    assert member.get(there).status_code == 200
    assert member.get(page_of(meeting)).status_code == 404
    assert there in member.get(f"/events/{meeting.event.slug}").text
    assert access.door_to(siri, meeting) is other


def test_leads_of_the_other_groups_see_it_and_only_the_host_edits(browse_as, group, other, lead):
    draft = create_joint(group, other)
    nils = browse_as(lead_of(other))
    there = url_of(other, f"/meetings/{draft.public_id}")

    seen = [nils.get(there).status_code, browse_as(member_of(other)).get(there).status_code]
    refused = [
        nils.get(there + rest).status_code
        for rest in ("/edit", "/summons", "/guests", "/cancellation", "/deletion")
    ]

    assert seen == [200, 404]
    assert refused == [403] * 5
    assert nils.post(there + "/summons").status_code == 403
    assert draft.called_at is None
    assert "/edit" not in nils.get(there).text


def test_a_group_that_has_nothing_to_do_with_it_does_not_have_it(browse_as, group, other, kari):
    draft, third = create_joint(group, other), create_group("Tredje gruppe")

    assert browse_as(kari).get(url_of(third, f"/meetings/{draft.public_id}")).status_code == 404


def test_whoever_leaves_one_of_the_groups_stays_invited_for_the_other(group, other, amir, kari):
    meeting = create_joint(group, other)
    called(meeting, amir)
    let_mail_leave()
    first, second = (next(place for place in each.places if place.person is amir)
                     for each in (group, other))  # fmt: skip

    place_actions.leave(first, by=kari, now=clock.now())
    kept = invited(meeting)
    place_actions.leave(second, by=kari, now=clock.now())

    assert (kept, invited(meeting)) == (["Amir Khan"], [])
    assert mails_to(amir) == ["invitations/request", "invitations/uninvite"]


def test_whoever_gets_a_place_in_any_of_the_groups_is_called(group, other, lead, kari):
    meeting, ola = called(create_joint(group, other), lead), create_person("Ola Hansen")

    place_actions.add_place(other, {"state": "confirmed"}, person=ola, by=kari, now=clock.now())

    assert invited(meeting) == ["Ingrid Solberg", "Ola Hansen"]


def test_a_group_that_is_taken_out_is_uninvited(browse_as, group, other, lead, amir, kari):
    meeting = called(create_joint(group, other, days=1), lead, amir, lead_of(other))

    browse_as(kari).post(page_of(meeting, "/edit"), data=typed(meeting, tell="later"))

    assert invited(meeting) == ["Amir Khan", "Ingrid Solberg"]
    assert meeting.others == []
    assert meeting.event.kind == EventKind.MEETING


def test_a_lead_joins_only_groups_that_they_run(browse_as, group, other, lead):
    mine = create_group("Gruppen Ingrid også leder")
    create_place(mine, lead, role=PlaceRole.LEAD)
    visitor, page = browse_as(lead), url_of(group, "/meetings/new")

    shown = visitor.get(page).text
    refused = visitor.post(page, data=typed(others=str(other.id)))
    visitor.post(page, data=typed(others=str(mine.id)))

    assert (mine.name in shown, other.name in shown) == (True, False)
    assert refused.status_code == 422
    assert [each.group for each in db.session.scalar(sa.select(Meeting)).others] == [mine]


def test_a_group_that_a_lead_does_not_run_stays_when_they_edit(browse_as, group, other, lead):
    meeting = create_joint(group, other, days=1)

    browse_as(lead).post(
        page_of(meeting, "/edit"), data=typed(meeting, title="Nytt navn", others=str(other.id))
    )

    assert meeting.event.title == "Nytt navn"
    assert [each.group for each in meeting.others] == [other]


def test_a_gathering_that_moves_takes_its_days_along(group, other, kari):
    meeting = create_joint(group, other)
    now, starts = clock.now(), meeting.event.starts_at
    before = agenda.spans_of(meeting)

    actions.move_meeting(
        meeting, starts + 7 * DAY, starts + 8 * DAY + timedelta(hours=5),
        seen_revision=meeting.event.revision, by=kari, now=now,
    )  # fmt: skip

    walls = [(span.starts_at.astimezone(OSLO).time(), span.ends_at.astimezone(OSLO).time())
             for span in before]  # fmt: skip
    moved = agenda.spans_of(meeting)
    assert moved[0].starts_at.astimezone(OSLO).time() == walls[0][0]
    assert (moved[0].starts_at.date() - before[0].starts_at.date()) == 7 * DAY
    assert (moved[1].starts_at.date() - moved[0].starts_at.date()) == DAY
    assert meeting.event.ends_at == moved[-1].ends_at == starts + 8 * DAY + timedelta(hours=5)


def test_a_gathering_that_becomes_one_day_is_a_meeting_again(browse_as, group, lead):
    meeting = create_joint(group, days=2)

    browse_as(lead).post(page_of(meeting, "/edit"), data=typed(meeting))

    assert (meeting.days, meeting.event.kind) == ([], EventKind.MEETING)
    assert meeting.event.state == EventState.DRAFT


def test_the_days_of_a_called_gathering_are_told_of_when_they_change(browse_as, group, lead, amir):
    meeting = called(create_joint(group, days=2), lead, amir)

    browse_as(lead).post(
        page_of(meeting, "/edit"), data={**typed(meeting, tell="now"), **days_typed()}
    )

    assert mailings() == ["invitations.update"]
    assert [day.starts_at.astimezone(OSLO).hour for day in meeting.days] == [9, 10]
