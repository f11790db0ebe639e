"""What hangs on drafts and on items of the agenda, when they are to go."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from portal import clock
from portal.db import db
from portal.groups.follow_ups import actions as follow_ups
from portal.groups.meetings import actions, agenda, agenda_form, summons
from portal.groups.polls import choosing
from portal.groups.series import actions as series_actions
from portal.groups.writing import agreeing, locking
from portal.models.accounts import Person
from portal.models.groups import Group
from portal.models.invitations import Invitation
from portal.models.meetings import AgendaItem, Meeting
from portal.models.minutes import Decision, FollowUp, MinutesComment
from portal.models.polls import DatePoll
from tests.accounts.test_races import ATTEMPTS, at_once
from tests.conftest import NOW
from tests.groups.input_rounds.rounds import create_round
from tests.groups.people import add_comment, add_item, create_draft, create_held, page_of, rows
from tests.groups.people import typed as form_of
from tests.groups.polls.polling import create_poll, in_order
from tests.groups.recurring import plan


def left_to_do(item: AgendaItem, by: Person) -> FollowUp:
    """A follow-up that came up under ``item``."""
    made = follow_ups.add_follow_up(
        item.meeting.group, "Spørre kommunene", owner=None, due_on=None,
        meeting=item.meeting, item=item, by=by, now=clock.now(),
    )  # fmt: skip
    db.session.commit()
    return made


def values_of(*items: AgendaItem) -> list[agenda.AgendaValue]:
    """The items as the form of the meeting sends them back."""
    return [agenda_form.read(agenda_form.typed(item), 1) for item in items]


def test_a_draft_in_which_things_came_up_is_dropped_and_they_stay(group, lead):
    draft = create_draft(group)
    item = add_item(draft, 1, "Mandat", minutes="Enige.")
    item.decisions.append(Decision(text="Enige."))
    task, asked = left_to_do(item, lead), create_round(group, meeting=draft, item=item)
    db.session.add(MinutesComment(meeting=draft, item=item, person=lead, text="Nei.",
                                  created_at=clock.now()))  # fmt: skip
    db.session.commit()

    actions.drop_meeting(draft, by=lead, now=clock.now())
    db.session.commit()

    assert db.session.scalars(sa.select(Meeting)).all() == []
    assert (task.group_id, task.meeting_id, task.item_id) == (group.id, None, None)
    assert (asked.meeting_id, asked.item_id) == (None, None)


def test_a_draft_that_has_approved_minutes_is_not_dropped(group, lead, browse_as):
    held, draft = create_held(group, approved=True), create_draft(group)
    held.approved_in = draft
    db.session.commit()

    answer = browse_as(lead).post(page_of(draft, "/deletion"))

    assert answer.headers["Location"] == page_of(draft)
    assert held.approved_in is draft


def test_a_draft_whose_minutes_were_sent_is_not_dropped(group, lead):
    draft = create_draft(group)
    draft.minutes_sent_at = clock.now()
    db.session.commit()

    with pytest.raises(actions.MeetingIsKnown):
        actions.drop_meeting(draft, by=lead, now=clock.now())


def test_a_draft_series_in_which_things_came_up_is_dropped_and_they_stay(group, lead, now):
    series = plan(group, lead, now)
    item = add_item(series.occurrences[0].meeting, 1, "Mandat")
    task, later = left_to_do(item, lead), create_draft(group)
    approval = add_item(later, 1, "Referat", approves_id=item.meeting_id)

    series_actions.drop_series(series, by=lead, now=now)
    db.session.commit()

    assert (task.meeting_id, task.item_id, approval.approves_id) == (None, None, None)


def test_of_calling_and_dropping_a_draft_at_once_one_is_done(app: Flask, group, lead, in_august):
    ids = [create_draft(group).id for _each in range(ATTEMPTS)]
    by = lead.id

    def call_or_drop(attempt: int) -> list[str]:
        found = []
        for number in ids:
            meeting, person = db.session.get(Meeting, number), db.session.get_one(Person, by)
            if meeting is None:
                continue
            try:
                if attempt % 2:
                    actions.drop_meeting(meeting, by=person, now=NOW)
                else:
                    summons.call_meeting(meeting, by=person, now=NOW)
                db.session.commit()
                found.append("done")
            except (actions.MeetingIsKnown, summons.AlreadyCalled, sa.exc.InvalidRequestError):
                db.session.rollback()
        return found

    done = at_once(app, call_or_drop)

    called = set(db.session.scalars(sa.select(Meeting.id)))
    invited = set(db.session.scalars(sa.select(Meeting.id).join(
        Invitation, Invitation.event_id == Meeting.event_id)))  # fmt: skip
    assert sum(map(len, done)) == len(ids)
    assert called == invited


@pytest.mark.parametrize("hangs", ["follow-up", "comment"])
def test_an_item_that_something_hangs_on_stays_on_the_agenda(group, lead, browse_as, hangs: str):
    meeting = create_held(group)
    item = add_item(meeting, 1, "Mandat")
    if hangs == "follow-up":
        left_to_do(item, lead)
    else:
        add_comment(meeting, lead).item = item
        db.session.commit()

    sent = {**form_of(meeting), **rows({"title": "Noe annet"})}
    answer = browse_as(lead).post(page_of(meeting, "/edit"), data=sent)

    assert answer.status_code == 422
    assert [each.title for each in meeting.agenda] == ["Mandat"]


def test_an_item_minuted_while_somebody_edits_the_agenda_stays(app: Flask, group, lead):
    meeting = create_held(group)
    item, seen = add_item(meeting, 1, "Mandat"), meeting.event.revision
    assert meeting.agenda[0].minutes == ""
    # By somebody else: what this session has read of the item is older.
    db.session.execute(
        sa.update(AgendaItem)
        .where(AgendaItem.id == item.id)
        .values(minutes="Enige.")
        .execution_options(synchronize_session=False)
    )

    with pytest.raises(agenda.ItemHasMinutes):
        actions.edit_meeting(
            meeting, {**_as_is(meeting), "title": "Ny tittel"}, [], intro="",
            seen_revision=seen, by=lead, now=clock.now(),
        )  # fmt: skip


def test_an_item_that_came_up_while_somebody_edits_the_agenda_is_not_lost(group, lead, browse_as):
    meeting = create_held(group)
    item = add_item(meeting, 1, "Mandat")
    sent = {**form_of(meeting, newest=str(item.id)),
            **rows({"title": "Mandat", "item_id": str(item.id)})}  # fmt: skip
    agreeing.add_item(meeting, meeting.agenda, "Kom opp i møtet", by=lead, now=clock.now())
    db.session.commit()

    answer = browse_as(lead).post(page_of(meeting, "/edit"), data=sent)

    assert answer.status_code == 422
    assert [each.title for each in meeting.agenda] == ["Mandat", "Kom opp i møtet"]


def test_a_meeting_whose_minutes_are_approved_is_neither_moved_nor_cancelled(
    group, lead, browse_as
):
    meeting = create_held(group, approved=True)
    # Approved without another meeting, while the last of it still goes on.
    meeting.event.ends_at = clock.now() + timedelta(hours=1)
    db.session.commit()
    starts_at, ends_at = meeting.event.starts_at, meeting.event.ends_at

    answer = browse_as(lead).post(page_of(meeting, "/cancellation"), data={"reason": "Nei"})

    with pytest.raises(locking.MinutesAreLocked):
        actions.move_meeting(
            meeting, starts_at + timedelta(hours=1), ends_at + timedelta(hours=1),
            seen_revision=meeting.event.revision, by=lead, now=clock.now(),
        )  # fmt: skip
    with pytest.raises(locking.MinutesAreLocked):
        actions.cancel_meeting(meeting, "", by=lead, now=clock.now())
    assert answer.status_code == 302
    assert not meeting.event.is_cancelled
    assert meeting.event.starts_at == starts_at


def test_a_choice_taken_back_while_the_draft_is_dropped_ends_without_a_meeting(
    app: Flask, group: Group, lead, in_august
):
    poll = create_poll(group)
    choosing.choose(poll, in_order(poll)[0], by=lead, now=NOW)
    db.session.commit()
    number, draft, by = poll.id, poll.meeting_id, lead.id

    def undo(attempt: int) -> str:
        person = db.session.get_one(Person, by)
        meeting = db.session.get(Meeting, draft)
        try:
            if attempt % 2:
                choosing.take_back(db.session.get_one(DatePoll, number), by=person, now=NOW)
            elif meeting is not None:
                actions.drop_meeting(meeting, by=person, now=NOW)
            db.session.commit()
        except (choosing.NothingChosen, sa.exc.InvalidRequestError):
            db.session.rollback()
            return "late"
        return "done"

    at_once(app, undo)

    assert db.session.scalars(sa.select(Meeting)).all() == []
    assert db.session.get_one(DatePoll, number).meeting_id is None


def _as_is(meeting: Meeting) -> dict[str, object]:
    event = meeting.event
    names = ("title", "language", "place", "address", "municipality_code", "join_url")
    return {
        **{name: getattr(event, name) for name in names},
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
    }
