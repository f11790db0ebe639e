"""A meeting's page: what members read there, and how they answer."""

from datetime import timedelta

from portal import clock
from portal.db import db
from portal.models.events import EventState
from portal.models.invitations import Answer
from portal.models.meetings import UsualItem
from portal.models.minutes import Attendance, AttendanceState, Decision, ImportNote
from tests.factories import create_group, create_person, create_place
from tests.groups.people import (
    add_item,
    create_called,
    create_led_group,
    invite,
    lead_of,
    member_of,
    page_of,
    typed,
    verbs,
)


def create_held(group):
    """A meeting of last month with minutes, as they were read in."""
    meeting = create_called(group, starts_at=clock.now() - timedelta(days=30))
    item = add_item(
        meeting, 1, "Mandat", minutes="Gruppen var **enig**.", presenter="Ingrid Solberg",
        papers="https://papers.example.org/1",
    )  # fmt: skip
    decided = Decision(item=item, text="Mandatet er vedtatt")
    proposed = Decision(item=item, text="Tre arbeidsgrupper", is_proposal=True)
    db.session.add_all([decided, proposed])
    nora = create_person("Nora Lie")
    meeting.attendances.append(
        Attendance(
            person=nora,
            affiliation="Moss kommune",
            is_chair=True,
            state=AttendanceState.PRESENT,
        )
    )
    meeting.minutes_sent_at = meeting.event.ends_at
    meeting.notes.append(ImportNote(about="leads", text="Uthevet skrift er tapt."))
    db.session.commit()
    return meeting


def test_a_held_meeting_shows_who_was_there_and_what_was_decided(browse_as):
    group = create_led_group()
    meeting = create_held(group)

    page = browse_as(member_of(group)).get(page_of(meeting)).text

    for text in ("Nora Lie", "Moss kommune", "Til stede, møteleder", "<strong>enig</strong>",
                 "<strong>Vedtak:</strong> Mandatet er vedtatt", "https://papers.example.org/1",
                 "<strong>Forslag:</strong> Tre arbeidsgrupper", "Ingrid Solberg"):  # fmt: skip
        assert text in page


def test_doubts_about_minutes_are_for_organisers(browse_as, kari):
    group = create_led_group()
    meeting = create_held(group)

    pages = [browse_as(each).get(page_of(meeting)).text for each in (kari, lead_of(group))]

    assert ["Uthevet skrift er tapt." in page for page in pages] == [True, False]


def test_members_see_answers_and_those_who_run_the_group_the_words_beside(browse_as):
    group = create_led_group()
    meeting = create_called(group)
    mine, his = invite(meeting, lead_of(group), member_of(group))
    mine.answer = Answer.ACCEPTED
    his.answer, his.comment = Answer.DECLINED, "Ferie"
    db.session.commit()

    pages = [browse_as(row.person).get(page_of(meeting)).text for row in (mine, his)]

    for page in pages:
        assert "Kommer: 1" in page
        assert "Forfall: 1" in page
    assert [">Ferie</td>" in page for page in pages] == [True, False]


def test_an_answer_is_given_and_changed(browse_as):
    group = create_led_group()
    meeting = create_called(group)
    (row,) = invite(meeting, member_of(group))
    visitor = browse_as(row.person)

    visitor.post(page_of(meeting, "/answer"), data={"answer": "accepted"})
    visitor.post(page_of(meeting, "/answer"), data={"answer": "declined", "comment": "Ferie"})

    assert (row.answer, row.comment, row.answer_source) == (Answer.DECLINED, "Ferie", "page")
    assert "Du har svart: forfall." in visitor.get(page_of(meeting)).text
    assert verbs() == ["invitation.answered"] * 2


def test_an_answer_says_whether_one_comes(browse_as):
    group = create_led_group()
    meeting = create_called(group)
    (row,) = invite(meeting, member_of(group))
    visitor = browse_as(row.person)

    got = [
        visitor.post(page_of(meeting, "/answer"), data=data)
        for data in ({}, {"answer": "delegated"}, {"answer": "accepted", "comment": "x" * 501})
    ]

    assert [answer.status_code for answer in got] == [422, 422, 422]
    assert row.answer == Answer.NEEDS_ACTION


def test_what_is_over_or_cancelled_is_not_answered(browse_as):
    group = create_led_group()
    held = create_called(group, starts_at=clock.now() - timedelta(days=3))
    off = create_called(group, state=EventState.CANCELLED)
    visitor = browse_as(member_of(group))
    all_rows = [*invite(held, member_of(group)), *invite(off, member_of(group))]

    for meeting in (held, off):
        visitor.post(page_of(meeting, "/answer"), data={"answer": "accepted"})

    assert [row.answer for row in all_rows] == [Answer.NEEDS_ACTION] * 2
    assert "Svaret ditt" not in visitor.get(page_of(held)).text


def test_the_link_to_the_online_meeting_is_for_the_group_and_not_once_it_is_off(browse_as):
    group = create_led_group()
    url = "https://meet.example.org/fjord"
    on, off = (create_called(group, join_url=url, state=state)
               for state in (EventState.PUBLISHED, EventState.CANCELLED))  # fmt: skip
    visitor = browse_as(member_of(group))

    assert [url in visitor.get(page_of(each)).text for each in (on, off)] == [True, False]


def test_the_history_tells_members_of_a_move_and_those_who_run_it_who_did(browse_as):
    group = create_led_group()
    meeting = create_called(group, place="Moss")
    ingrid = browse_as(lead_of(group))
    ingrid.post(page_of(meeting, "/edit"), data=typed(meeting, place="Drammen", tell="now"))

    pages = [ingrid.get(page_of(meeting)).text,
             browse_as(member_of(group)).get(page_of(meeting)).text]  # fmt: skip

    for page in pages:
        assert "Moss" in page.split("Hva som er endret")[-1]
    assert ["· Ingrid Solberg" in page for page in pages] == [True, False]


def test_a_meeting_page_costs_the_same_with_three_and_with_thirty(browse_as, queries):
    counts = []
    for size in (3, 30):
        group = create_group(f"Gruppe på {size}")
        people = [create_person(f"Person {number}") for number in range(size)]
        for person in people:
            create_place(group, person)
        meeting = create_called(group)
        invite(meeting, *people)
        for number, person in enumerate(people, 1):
            item = add_item(meeting, number, f"Sak {number}")
            db.session.add(Decision(item=item, text="Ja"))
            db.session.add(
                Attendance(meeting=meeting, person=person, state=AttendanceState.PRESENT)
            )
        db.session.commit()
        visitor = browse_as(people[0])
        with queries() as statements:
            visitor.get(page_of(meeting))
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 24


def test_a_meeting_that_approves_many_minutes_asks_no_more_than_one_that_approves_one(
    browse_as, queries
):
    group = create_led_group()
    counts = []
    for size in (1, 12):
        meeting = create_called(group, starts_at=clock.now() - timedelta(hours=1))
        for number in range(1, size + 1):
            earlier = create_called(group, starts_at=clock.now() - timedelta(days=9 + number))
            add_item(meeting, number, "Referat", usual=UsualItem.MINUTES, approves_id=earlier.id)
        db.session.commit()
        lead = browse_as(lead_of(group))
        with queries() as statements:
            shown = lead.get(page_of(meeting)).text
        counts.append(len(statements))
        assert shown.count("Godkjenn referatet fra") == size

    assert counts[0] == counts[1]
