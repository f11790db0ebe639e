"""One of the times becomes the meeting and its invitations; and back while nobody knows of it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.groups.meetings import actions as meeting_actions
from portal.groups.meetings import summons
from portal.groups.polls import changing, choosing
from portal.mail import reading
from portal.models.events import Event, EventState
from portal.models.invitations import Answer, Invitation
from portal.models.mail import MailContent, OutboxMail
from portal.models.meetings import Meeting
from portal.models.polls import DatePoll
from tests.calendar.rules import parsed
from tests.groups.people import lead_of, page_of, url_of, verbs
from tests.groups.polls.polling import (
    MAYBE,
    NO,
    YES,
    create_poll,
    expand,
    in_english,
    in_order,
    poll_page,
    said,
    say,
    sits_in,
    time_page,
)
from tests.mail.rules import broken_rules, calendar_of

pytestmark = pytest.mark.usefixtures("in_august")


@pytest.fixture
def poll(group, lead, amir):
    """Three mornings: the second suits both who sit in the group."""
    poll = create_poll(group)
    say(poll, lead, NO, YES, YES)
    say(poll, amir, YES, YES, MAYBE)
    expand()
    return poll


@pytest.fixture
def chair(group, browse_as):
    """The browser of whoever chairs the group, in English."""
    return in_english(browse_as(lead_of(group)))


def meetings() -> list[Meeting]:
    return list(db.session.scalars(sa.select(Meeting).order_by(Meeting.id)))


def choice(poll, number: int = 1) -> str:
    return time_page(in_order(poll)[number], "/choice")


def raw_of(person) -> bytes:
    """The newest mail to somebody."""
    return db.session.scalars(
        sa.select(MailContent.raw)
        .join(OutboxMail, OutboxMail.id == MailContent.mail_id)
        .where(OutboxMail.person_id == person.id)
        .order_by(OutboxMail.id.desc())
    ).first()


def text_to(person) -> str:
    return reading.read(raw_of(person)).text


def test_a_time_becomes_a_draft_of_a_meeting(poll, chair, lead):
    option = in_order(poll)[1]

    answer = chair.post(choice(poll), data={"draft": "1"})

    (meeting,) = meetings()
    event = meeting.event
    assert answer.headers["Location"] == page_of(meeting)
    assert (event.title, event.place, event.state, event.contact_name) == (
        "Møte om notatet", "Oslo rådhus", EventState.DRAFT, lead.name,
    )  # fmt: skip
    assert (event.starts_at, event.ends_at) == (option.starts_at, option.ends_at)
    assert (meeting.called_at, expand()) == (None, [])
    assert (poll.meeting, poll.closed_at, option.chosen_at) == (meeting, clock.now(), clock.now())
    assert verbs()[-2:] == ["meeting.planned", "poll.chosen"]


def test_the_group_is_called_in_the_same_step(poll, group, chair, amir):
    siri = sits_in(group, "Siri Berg")

    chair.post(choice(poll), data={"call": "1"})
    made = expand()

    (meeting,) = meetings()
    assert meeting.called_at == clock.now()
    assert made == [("invitations/request", name)
                    for name in ("Ingrid Solberg", "Amir Khan", "Siri Berg")]  # fmt: skip
    # Nothing is answered for anybody: the time suits, but whether they come is theirs to say.
    answers = db.session.scalars(sa.select(Invitation.answer))
    assert set(answers) == {Answer.NEEDS_ACTION}
    entry = parsed(calendar_of(raw_of(siri))).inside[-1]
    assert entry.value("DTSTART") == "20260916T090000"
    assert entry.value("DTEND") == "20260916T103000"
    assert broken_rules(raw_of(siri)) == []


def test_those_who_said_yes_are_reminded_of_it(poll, group, chair, lead, amir):
    maybe, nothing = sits_in(group, "Per Olsen"), sits_in(group, "Siri Berg")
    say(poll, maybe, YES, MAYBE, YES)
    for person in (lead, amir):
        person.language = "en"
    db.session.commit()

    chair.post(choice(poll), data={"call": "1"})
    expand()

    told = ["You said in the poll that this time suits you." in text_to(each)
            for each in (lead, amir, maybe, nothing)]  # fmt: skip
    assert told == [True, True, False, False]


def test_nobody_is_reminded_of_a_time_that_is_no_more(poll, chair, lead, amir):
    amir.language = "en"
    db.session.commit()
    chair.post(choice(poll), data={"draft": "1"})
    (meeting,) = meetings()
    moved = meeting.event.starts_at + timedelta(hours=2)
    meeting_actions.move_meeting(
        meeting, moved, moved + timedelta(hours=1), seen_revision=meeting.event.revision,
        by=lead, now=clock.now(),
    )  # fmt: skip
    summons.call_meeting(meeting, by=lead, now=clock.now())
    db.session.commit()
    expand()

    assert "suits you" not in text_to(amir)


def test_the_page_says_who_can_and_that_another_time_is_better(poll, chair):
    page = chair.get(choice(poll, 0)).text

    assert "Another time suits more people" in page
    assert "Wednesday 16 September 2026, 09:00–10:30 suits best." in page
    assert "<dd>Amir Khan</dd>" in page
    assert "call 2 people" in page
    assert meetings() == []


def test_the_poll_is_over_for_those_who_were_asked(poll, amir, chair, browse_as):
    member, here = in_english(browse_as(amir)), poll_page(poll, "/answer")
    chair.post(choice(poll), data={"draft": "1"})
    before = member.get(here).text
    summons.call_meeting(meetings()[0], by=poll.created_by, now=clock.now())
    db.session.commit()
    after = member.get(here).text

    assert "A time has been chosen." in before
    assert "The meeting is Wednesday 16 September 2026, 09:00–10:30." in after
    assert here not in member.get("/my").text


@pytest.mark.parametrize("how", ["call", "draft"])
def test_who_comes_back_when_the_meeting_is_cancelled_keeps_no_time_free(
    poll, chair, amir, browse_as, lead, how
):
    chair.post(choice(poll, 1), data={how: "1"})
    (meeting,) = meetings()
    meeting_actions.cancel_meeting(meeting, "Sykdom", by=lead, now=clock.now())
    db.session.commit()

    page = in_english(browse_as(amir)).get(poll_page(poll, "/answer")).text
    behind = chair.get(poll_page(poll)).text

    assert "You need not keep any of the times free." in page
    assert "The invitation comes by mail" not in page
    assert "You get an invitation when the group is called." not in page
    assert "The meeting that came of it is cancelled" in behind
    assert "It became a meeting" not in behind


def test_choosing_twice_leads_to_the_one_meeting(poll, chair):
    for number in (1, 2):
        answer = chair.post(choice(poll, number), data={"draft": "1"})

    (meeting,) = meetings()
    assert answer.headers["Location"] == page_of(meeting)
    assert meeting.event.starts_at == in_order(poll)[1].starts_at


def test_what_is_closed_or_past_is_not_chosen(poll, chair, lead):
    option = in_order(poll)[0]
    option.starts_at, option.ends_at = clock.now(), clock.now() + timedelta(hours=1)
    db.session.commit()
    past = chair.post(choice(poll, 0), data={"call": "1"})
    changing.close(poll, tell=False, by=lead, now=clock.now())
    db.session.commit()
    closed = chair.post(choice(poll, 1), data={"call": "1"})

    assert [each.headers["Location"] for each in (past, closed)] == [poll_page(poll)] * 2
    assert meetings() == []


def test_a_time_dropped_this_moment_is_not_chosen(poll, lead):
    option = in_order(poll)[0]
    changing.drop_time(poll, option, by=lead, now=clock.now())

    with pytest.raises(choosing.TimeIsGone):
        choosing.choose(poll, option, by=lead, now=clock.now())


def test_a_choice_is_taken_back_while_the_meeting_is_a_draft(poll, chair):
    chair.post(choice(poll), data={"draft": "1"})
    asked = chair.get(poll_page(poll, "/choice/undoing"))

    chair.post(poll_page(poll, "/choice/undoing"))

    assert asked.status_code == 200
    assert (meetings(), db.session.scalars(sa.select(Event)).all()) == ([], [])
    assert (poll.meeting_id, poll.closed_at) == (None, None)
    assert [each.chosen_at for each in poll.options] == [None] * 3
    assert said(poll)["Amir Khan"] == ["yes", "yes", "if_needed"]
    chair.post(choice(poll, 2), data={"draft": "1"})
    assert len(meetings()) == 1


def test_a_meeting_that_people_know_of_is_not_taken_back(poll, chair):
    chair.post(choice(poll), data={"call": "1"})

    shown = chair.get(poll_page(poll)).text
    chair.post(poll_page(poll, "/choice/undoing"))

    assert poll_page(poll, "/choice/undoing") not in shown
    assert (len(meetings()), poll.meeting_id) == (1, meetings()[0].id)
    assert poll.closed_at is not None


def test_a_draft_deleted_from_its_own_page_leaves_a_poll_to_open_again(poll, chair):
    chair.post(choice(poll), data={"draft": "1"})

    answer = chair.post(page_of(meetings()[0], "/deletion"))
    chair.post(poll_page(poll, "/reopening"), data={"answer_by": "4.9.2026"})

    assert answer.headers["Location"] == url_of(poll.group)
    assert (poll.meeting_id, poll.closed_at) == (None, None)
    assert [each.chosen_at for each in poll.options] == [None] * 3


def test_the_meetings_page_leads_back_to_the_poll(poll, chair, amir, browse_as):
    chair.post(choice(poll), data={"call": "1"})
    (meeting,) = meetings()

    pages = [each.get(page_of(meeting)).text for each in (chair, browse_as(amir))]

    assert [poll_page(poll) in page for page in pages] == [True, False]


def test_a_poll_that_became_a_meeting_is_neither_opened_nor_answered(poll, chair, amir, browse_as):
    chair.post(choice(poll), data={"draft": "1"})

    chair.post(poll_page(poll, "/reopening"), data={"answer_by": "4.9.2026"})
    answer = browse_as(amir).post(poll_page(poll, "/answer"), data={})

    assert (answer.status_code, poll.is_open) == (409, False)
    assert db.session.scalars(sa.select(DatePoll.meeting_id)).all() == [meetings()[0].id]
