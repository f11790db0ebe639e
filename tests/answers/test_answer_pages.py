"""Who is invited and what they answered: on the event's pages, and the history of each."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from portal.answers.inbox.reasons import Reason
from portal.db import db
from portal.invitations import actions
from portal.models.invitations import Answer, AnswerSource
from portal.models.jury import Assignment, AssignmentState
from tests.answers.inbox_cases import unproved
from tests.factories import (
    MADE,
    create_camp,
    create_event,
    create_group,
    create_meeting,
    create_person,
    create_place,
    create_season,
)

pytestmark = pytest.mark.usefixtures("in_august")


def invite(event, number, kari, now):
    return [
        actions.invite(event, create_person(f"Per Olsen {each:03}"), by=kari, now=now)
        for each in range(number)
    ]


def answer(invitation, given, now, *, source=AnswerSource.MAIL, **values):
    actions.answer(invitation, given, source=source, now=now, **values)
    db.session.commit()


def rows(page: str) -> list[str]:
    """The names in the table of answers."""
    return re.findall(r'<th scope="row"><a[^>]*>(Per Olsen \d+)</a>', page)


def test_the_events_page_counts_the_answers_and_shows_the_first(desk, kari, now):
    event = create_event()
    invited = invite(event, 25, kari, now)
    answer(invited[0], Answer.ACCEPTED, now, comment="Gleder meg")
    answer(invited[1], Answer.DECLINED, now, source=AnswerSource.ORGANISER)
    answer(invited[2], Answer.DELEGATED, now, delegated_to="vara@example.org")

    page = desk.get(f"/organise/events/{event.slug}").text

    for text in (
        "Coming: 1",
        "Cannot come: 1",
        "Sends someone else: 1",
        "No answer yet: 22",
        "Gleder meg",
        "From the calendar",
        "Settled by an organiser",
        "Sends vara@example.org instead.",
        "Show all 25",
    ):
        assert text in page
    assert len(rows(page)) == 20


def test_an_event_that_nobody_is_invited_to_shows_no_answers(desk):
    event = create_event()

    assert "Who is coming" not in desk.get(f"/organise/events/{event.slug}").text
    assert "Nobody is invited yet" in desk.get(f"/organise/answers/{event.slug}").text


def test_a_camps_page_shows_who_answered(desk, kari, ola, now):
    camp = create_camp(create_season())
    answer(actions.invite(camp.event, ola, by=kari, now=now), Answer.TENTATIVE, now)

    page = desk.get(f"/organise/seasons/{camp.season.slug}/camps/{camp.event.slug}").text

    assert "Maybe: 1" in page


def test_who_runs_a_group_sees_how_its_members_answered(browse_as, kari, ola, siri, now):
    group = create_group()
    create_place(group, ola, role="lead")
    create_place(group, siri)
    meeting = create_meeting(group)
    invited = actions.invite(meeting.event, siri, by=kari, now=now)
    answer(invited, Answer.DELEGATED, now, delegated_to="vara@example.org")
    path = f"/groups/{group.slug}/meetings/{meeting.public_id}"
    pages = {}
    for person in (ola, siri, kari):
        browser = browse_as(person)
        browser.set_cookie("language", "en")
        pages[person.name] = browser.get(path).text

    assert ["From the calendar" in page for page in pages.values()] == [True, False, True]
    assert ["vara@example.org" in page for page in pages.values()] == [True, False, True]
    assert ["/organise/answers/" in page for page in pages.values()] == [False, False, True]


def test_all_answers_are_narrowed_and_searched(desk, kari, now):
    event = create_event()
    invited = invite(event, 5, kari, now)
    for each in invited[:2]:
        answer(each, Answer.ACCEPTED, now)
    actions.uninvite(event, invited[4].person, by=kari, now=now)
    path = f"/organise/answers/{event.slug}"

    assert rows(desk.get(path).text) == [f"Per Olsen {each:03}" for each in range(4)]
    assert rows(desk.get(path + "?answer=accepted").text) == ["Per Olsen 000", "Per Olsen 001"]
    assert rows(desk.get(path + "?answer=needs-action&q=003").text) == ["Per Olsen 003"]
    assert rows(desk.get(path + "?answer=nonsense&page=9").text) == rows(desk.get(path).text)
    assert "Nobody matches" in desk.get(path + "?q=siri").text


def test_all_answers_come_in_pages_and_cost_the_same_for_many(desk, kari, now, queries):
    costs, shown = [], []
    for number in (2, 101):
        event = create_event()
        invite(event, number, kari, now)
        db.session.commit()
        path = f"/organise/answers/{event.slug}"
        with queries() as statements:
            shown.append(len(rows(desk.get(path).text)))
        costs.append(len([text for text in statements if text.startswith("SELECT")]))

    assert shown == [2, 100]
    # A second page needs the count of all.
    assert costs[1] - costs[0] <= 1


def test_the_events_page_costs_the_same_for_many(desk, kari, now, queries):
    costs = []
    for number in (2, 60):
        event = create_event()
        for each in invite(event, number, kari, now):
            answer(each, Answer.ACCEPTED, now)
        path = f"/organise/events/{event.slug}"
        desk.get(path)
        with queries() as statements:
            desk.get(path)
        costs.append(len(statements))

    assert costs[0] == costs[1]


def test_a_history_shows_every_answer_and_why_some_do_not_count(desk, kari, ola, now):
    event = create_event()
    invited = actions.invite(event, ola, by=kari, now=now - timedelta(days=2))
    answer(invited, Answer.DECLINED, now - timedelta(days=1), source=AnswerSource.PAGE)
    late = unproved(invited, reason=Reason.OLDER_ANSWER)
    older = unproved(invited, reason=Reason.OLDER_TIME)
    settled = unproved(invited)
    for message, comment in ((late, "For sent"), (older, "Om den gamle dagen"), (settled, "Uviss")):
        stamp = actions.Stamp(event.sequence, now - timedelta(days=2), message)
        actions.keep_uncounted(invited, Answer.ACCEPTED, stamp=stamp, now=now, comment=comment)
    db.session.commit()

    page = desk.get(f"/organise/answers/{event.slug}/{ola.public_id}").text

    assert page.count("Does not count") == 3
    for text in (
        "For sent",
        "A newer answer is known already, so this one does not count.",
        "Om den gamle dagen",
        "The answer is to an earlier time of the event, so it does not count.",
        "Uviss",
        "A newer answer was known when it came, or the event had moved.",
        "In the portal",
        f'href="/organise/inbox/{late.public_id}"',
    ):
        assert text in page


def test_a_history_without_answers_says_so(desk, kari, ola, now):
    event = create_event()
    actions.invite(event, ola, by=kari, now=now)

    assert (
        "No answer has come yet."
        in desk.get(f"/organise/answers/{event.slug}/{ola.public_id}").text
    )


def test_who_was_never_invited_has_no_history(desk, siri):
    event = create_event()

    assert desk.get(f"/organise/answers/{event.slug}/{siri.public_id}").status_code == 404


def test_a_no_in_the_calendar_is_marked_where_juries_are_run(desk, ola, now):
    camp = create_camp(create_season(), day=datetime(2026, 10, 20, 6, tzinfo=UTC))
    seat = Assignment(
        camp=camp,
        panel=camp.panels[0],
        person=ola,
        state=AssignmentState.ACCEPTED,
        created_at=MADE,
    )
    db.session.add(seat)
    db.session.commit()
    path = f"/organise/seasons/{camp.season.slug}/juries"

    before = desk.get(path).text
    seat.calendar_declined_at = now
    after = desk.get(path).text

    assert ["Declined in the calendar" in page for page in (before, after)] == [False, True]
    assert "Take out" in after
