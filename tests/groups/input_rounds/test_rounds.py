"""Asking a group for input: drafts, asking, changing, closing, copying, deleting."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.groups.input_rounds import actions, stages
from portal.groups.input_rounds.actions import Tie
from portal.groups.input_rounds.stages import Stage
from portal.groups.meetings import actions as meeting_actions
from portal.models.input_rounds import InputRound
from portal.models.mailings import Mailing
from portal.models.meetings import AgendaKind
from tests.groups.input_rounds.rounds import create_draft, create_round, say, typed, url_of
from tests.groups.people import add_item, create_called, mailings, verbs
from tests.groups.people import create_draft as create_meeting_draft


def the_round() -> InputRound:
    return db.session.scalars(sa.select(InputRound)).one()


def test_a_round_is_asked_for_as_a_draft_that_nobody_hears_of(group, lead, browse_as):
    response = browse_as(lead).post(
        f"/groups/{group.slug}/input/new", data=typed(shows_names="no", votes="3")
    )

    found = the_round()
    assert response.headers["Location"] == url_of(found)
    assert (stages.of(found), found.shows_names, found.votes) == (Stage.DRAFT, False, 3)
    assert (mailings(), verbs()) == ([], ["input_round.planned"])


def test_whether_names_are_shown_is_chosen_and_not_given(group, lead, browse_as):
    form = typed()
    del form["shows_names"]

    page = browse_as(lead).post(f"/groups/{group.slug}/input/new", data=form)

    assert page.status_code == 422
    assert db.session.scalar(sa.select(sa.func.count(InputRound.id))) == 0


@pytest.mark.parametrize(
    "wrong",
    [{"question": " "}, {"votes": "21"}, {"votes": "to"}, {"answer_by": "1.1.2020"}, {"tie": "x"}],
)
def test_what_cannot_be_is_said_and_nothing_saved(group, lead, browse_as, wrong):
    page = browse_as(lead).post(f"/groups/{group.slug}/input/new", data=typed(**wrong))

    assert page.status_code == 422
    assert db.session.scalar(sa.select(sa.func.count(InputRound.id))) == 0


def test_asking_writes_one_mailing_and_not_twice(group, lead, browse_as):
    found = create_draft(group, created_by=lead)
    browser = browse_as(lead)

    browser.post(url_of(found, "/opening"))
    browser.post(url_of(found, "/opening"))

    assert mailings() == ["input.opened"]
    assert stages.of(found) == Stage.OPEN
    assert verbs() == ["input_round.opened"]
    assert db.session.scalars(sa.select(Mailing.group_id)).one() == group.id


def test_what_was_promised_of_names_is_never_changed_afterwards(group, lead, browse_as):
    found = create_round(group, shows_names=False)

    browse_as(lead).post(
        url_of(found, "/edit"),
        data=typed(question="Noe annet?", shows_names="yes", seen=actions.state_of(found)),
    )
    actions.edit(found, {"shows_names": True}, Tie(), seen=actions.state_of(found),
                 by=lead, now=clock.now())  # fmt: skip

    assert (found.question, found.shows_names) == ("Noe annet?", False)


def test_of_two_who_edit_at_once_the_second_is_told_and_keeps_what_was_typed(
    group, lead, browse_as
):
    found = create_round(group)
    seen = actions.state_of(found)
    browser = browse_as(lead)
    browser.post(url_of(found, "/edit"), data=typed(question="Først?", seen=seen))

    page = browser.post(url_of(found, "/edit"), data=typed(question="Sist?", seen=seen))

    assert page.status_code == 422
    assert "Sist?" in page.get_data(as_text=True)
    assert found.question == "Først?"


def test_a_round_belongs_to_a_meeting_and_to_an_item_that_asks_for_input(group, lead, browse_as):
    meeting = create_called(group)
    asks = add_item(meeting, 1, "Innspill", kind=AgendaKind.INPUT)
    tells = add_item(meeting, 2, "Orientering", kind=AgendaKind.INFORMATION)
    address = f"/groups/{group.slug}/input/new"

    refused = (
        browse_as(lead).post(address, data=typed(tie=f"{meeting.public_id}.{tells.id}")).status_code
    )
    browse_as(lead).post(address, data=typed(tie=f"{meeting.public_id}.{asks.id}"))

    found = the_round()
    assert refused == 422
    assert (found.meeting_id, found.item_id) == (meeting.id, asks.id)


def test_a_round_outlives_the_draft_of_its_meeting(group, lead):
    meeting = create_meeting_draft(group)
    item = add_item(meeting, 1, "Innspill", kind=AgendaKind.INPUT)
    found = create_round(group, meeting=meeting, item=item)

    meeting_actions.drop_meeting(meeting, by=lead, now=clock.now())
    db.session.commit()

    assert (found.meeting_id, found.item_id) == (None, None)


def test_the_page_of_a_round_says_that_its_meeting_is_cancelled(group, lead, amir, browse_as):
    meeting = create_called(group)
    found = create_round(group, meeting=meeting)
    before = browse_as(amir).get(url_of(found)).text
    meeting_actions.cancel_meeting(meeting, "", by=lead, now=clock.now())
    db.session.commit()

    after = browse_as(amir).get(url_of(found)).text

    assert ("Avlyst" in before, "Avlyst" in after) == (False, True)


def test_a_meetings_page_leads_to_its_round_and_so_does_the_groups(group, amir, browse_as):
    meeting = create_called(group)
    found = create_round(group, meeting=meeting)
    other = create_round(group, question="Noe helt annet?")
    draft = create_draft(group, question="Et utkast?", meeting=meeting)
    browser = browse_as(amir)

    at_meeting = browser.get(f"/groups/{group.slug}/meetings/{meeting.public_id}").text
    at_group = browser.get(f"/groups/{group.slug}").text

    shown = [
        [url_of(each) in page for each in (found, other, draft)] for page in (at_meeting, at_group)
    ]
    assert shown == [[True, False, False], [True, True, False]]


def test_a_round_is_closed_opened_again_and_closed_for_good_by_a_vote(group, lead, browse_as):
    found = create_round(group)
    browser = browse_as(lead)

    browser.post(url_of(found, "/closing"))
    closed = stages.of(found)
    browser.post(url_of(found, "/reopening"))
    opened = stages.of(found)
    found.closed_at = found.voting_opened_at = found.voting_closed_at = clock.now()

    assert (closed, opened) == (Stage.CLOSED, Stage.OPEN)
    with pytest.raises(stages.NotNow):
        actions.reopen(found, by=lead, now=clock.now())


def test_a_copy_asks_the_same_with_no_deadline_and_no_points(group, lead, amir, browse_as):
    found = create_round(group, shows_names=False, votes=3, intro="Les dette.")
    say(found, amir, "Kraft")

    browse_as(lead).post(url_of(found, "/copies"))

    copy = db.session.scalars(sa.select(InputRound).where(InputRound.id != found.id)).one()
    assert (copy.question, copy.intro, copy.shows_names, copy.votes, copy.answer_by) == (
        found.question, "Les dette.", False, 3, None,
    )  # fmt: skip
    assert (stages.of(copy), copy.contributions) == (Stage.DRAFT, [])


def test_a_draft_is_deleted_and_what_was_asked_is_not(group, lead, browse_as):
    draft, asked = create_draft(group), create_round(group)
    browser = browse_as(lead)

    browser.post(url_of(draft, "/deletion"))
    browser.post(url_of(asked, "/deletion"))

    assert the_round().id == asked.id


def test_a_closed_group_is_asked_nothing(group, lead, browse_as):
    draft = create_draft(group)
    group.closed_at = clock.now()
    db.session.commit()

    browse_as(lead).post(url_of(draft, "/opening"))
    browse_as(lead).post(f"/groups/{group.slug}/input/new", data=typed())

    assert (draft.opened_at, mailings()) == (None, [])


def test_the_day_asked_for_is_the_last_one_and_ends_at_midnight_in_oslo():
    end = stages.end_of(date(2026, 11, 13))

    assert end == datetime(2026, 11, 13, 23, 0, tzinfo=UTC)
    assert stages.last_day(end) == date(2026, 11, 13)
    assert stages.reminds_at(end) == datetime(2026, 11, 11, 8, 0, tzinfo=UTC)


def test_points_are_taken_after_the_day_asked_for_until_the_round_is_closed(group):
    found = create_round(group, answer_by=clock.now() - timedelta(days=3))

    assert stages.takes_points(found)
