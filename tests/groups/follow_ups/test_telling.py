"""Owners hear of what others gave them: of all in one mail, once of each, after a while."""

from datetime import date, timedelta

import pytest

from portal.db import db
from portal.groups.follow_ups import actions, telling
from portal.groups.follow_ups.actions import Content
from portal.models.groups import PlaceState
from tests.factories import create_person, create_place
from tests.groups.people import create_called
from tests.groups.rounds import letters, look, waiting

MINUTES = timedelta(minutes=1)


@pytest.fixture
def give(group, lead, now):
    """Ingrid writes something down for somebody; the moments are minutes from now."""

    def add(text: str, owner, after: int = 0, by=None, **more):
        follow_up = actions.add_follow_up(
            group, text, owner=owner, due_on=None, by=by or lead, now=now + after * MINUTES, **more
        )
        db.session.commit()
        return follow_up

    return add


def give_to(follow_up, owner, by, now) -> None:
    content = Content(follow_up.text, owner, "", follow_up.due_on)
    actions.change(follow_up, content, seen_revision=follow_up.revision, by=by, now=now)
    db.session.commit()


def test_all_that_somebody_is_given_makes_one_mail(give, amir, now):
    amir.language = "en"
    give("Ringe havnene", amir)
    give("Skrive brev", amir, 20)

    look(now + 45 * MINUTES)
    early = waiting()
    look(now + 50 * MINUTES)

    assert early == []
    assert waiting() == [
        (amir.email, "You have 2 things to follow up for Arbeidsgruppe for fjorden")
    ]
    (letter,) = letters()
    assert [each in letter.text for each in ("Ringe havnene", "Skrive brev")] == [True, True]
    assert letter.text.count("/follow-ups/") == 2


def test_nobody_waits_for_ever_while_more_is_given(give, amir, now):
    for after in range(0, 220, 20):
        give("Noe", amir, after)

    look(now + 211 * MINUTES)

    assert len(waiting("follow_ups_given")) == 1


def test_what_a_meeting_gives_is_told_when_it_is_over(group, give, amir, now):
    meeting = create_called(group, starts_at=now - 10 * MINUTES)
    ends = meeting.event.ends_at
    give("Først i møtet", amir, meeting=meeting)
    give("Sist i møtet", amir, 75, meeting=meeting)

    look(ends + 29 * MINUTES)
    during = waiting()
    look(ends + 30 * MINUTES)

    assert (during, len(waiting())) == ([], 1)


def test_what_one_gives_oneself_is_no_news(give, lead, amir, now):
    give("Mitt eget", lead)
    give("Amirs eget", amir, by=amir)

    look(now + timedelta(days=1))

    assert waiting() == []


def test_minutes_of_old_meetings_tell_nobody(group, give, amir, now):
    meeting = create_called(group, starts_at=now - timedelta(days=100))
    give("For lenge siden", amir, meeting=meeting)

    look(now + timedelta(days=1))

    assert waiting() == []


def test_what_was_put_right_in_time_is_never_heard_of(give, lead, amir, siri, group, now):
    create_place(group, siri)
    closed, moved = give("Lukket", amir), give("Flyttet", amir)
    actions.close(closed, "", by=lead, now=now)
    give_to(moved, siri, lead, now)

    look(now + timedelta(hours=1))

    assert [to for to, _subject in waiting()] == [siri.email]


def test_everybody_hears_of_each_once_however_it_is_passed_on(give, lead, amir, siri, group, now):
    create_place(group, siri)
    follow_up, hour = give("Ringe", amir), timedelta(hours=1)
    look(now + hour)
    give_to(follow_up, siri, lead, now + 2 * hour)
    look(now + 3 * hour)
    give_to(follow_up, amir, lead, now + 4 * hour)
    look(now + 5 * hour)

    assert [to for to, _subject in waiting()] == [amir.email, siri.email]


def test_two_workers_write_it_once(give, amir, now):
    give("Ringe", amir)

    look(now + timedelta(hours=1))
    look(now + timedelta(hours=1))

    assert len(waiting()) == 1


def test_whoever_left_meanwhile_or_has_no_address_is_passed_over(give, group, now):
    left, silent = create_person("Per Sluttet"), create_person("Pål", email=None)
    place = create_place(group, left)
    create_place(group, silent)
    rows = [give("Ringe", left), give("Skrive", silent)]
    place.state = PlaceState.LEFT
    db.session.commit()

    look(now + timedelta(hours=1))

    assert waiting() == []
    assert [row.tell_owner_at for row in rows] == [None, None]


def test_an_answer_goes_to_whoever_leads_the_group(give, lead, amir, now):
    give("Ringe", amir)

    look(now + timedelta(hours=1))

    assert lead.email in letters()[0].reply_to


@pytest.mark.parametrize(
    ("minutes", "due"),
    [([0], True), ([30], False), ([-1], True), ([-100, 5], False), ([-180, 5], True)],
)
def test_when_to_tell_of_what_waits(now, minutes: list[int], due: bool):
    assert telling.is_due([now + each * MINUTES for each in minutes], now) is due


def test_a_given_deadline_stands_in_the_mail(group, lead, amir, now):
    amir.language = "en"
    actions.add_follow_up(group, "Ringe", owner=amir, due_on=date(2026, 9, 10), by=lead, now=now)
    db.session.commit()

    look(now + timedelta(hours=1))

    assert "Deadline: 10 September 2026" in letters()[0].text
