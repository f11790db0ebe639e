"""Owners are reminded before a deadline and once after it; leads of what nobody has in hand."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.db import db
from portal.groups.follow_ups import actions, reminding
from portal.groups.follow_ups.actions import Content
from portal.mail import choices
from portal.models.groups import PlaceRole, PlaceState
from portal.models.mailings import Topic
from tests.factories import create_follow_up, create_person, create_place
from tests.groups.people import create_led_group
from tests.groups.rounds import let_leave, letters, look, waiting

DUE = date(2026, 9, 10)
# Three days before, at nine in Oslo.
BEFORE = datetime(2026, 9, 7, 7, 0, tzinfo=UTC)
LATE = datetime(2026, 9, 11, 7, 0, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
# A Monday at nine.
MONDAY = datetime(2026, 9, 14, 7, 0, tzinfo=UTC)


@pytest.fixture
def owner(amir):
    """Amir reads English."""
    amir.language = "en"
    db.session.commit()
    return amir


def move(follow_up, by, now, **values) -> None:
    content = Content(
        values.get("text", follow_up.text),
        values.get("owner", follow_up.owner),
        "",
        values.get("due_on", follow_up.due_on),
    )
    actions.change(follow_up, content, seen_revision=follow_up.revision, by=by, now=now)
    db.session.commit()


def test_an_owner_is_reminded_three_days_before_and_the_day_after_and_then_no_more(group, owner):
    create_follow_up(group, "Ringe havnene", owner=owner, due_on=DUE)
    found = []

    for moment in (BEFORE - MINUTE, BEFORE, BEFORE + DAY, LATE - MINUTE, LATE, LATE + 7 * DAY):
        look(moment)
        found.append([subject for _to, subject in waiting()])
        let_leave()

    assert found == [
        [], ["The deadline is 10 September 2026: Ringe havnene"], [],
        [], ["The deadline has passed: Ringe havnene"], [],
    ]  # fmt: skip


def test_all_that_is_due_on_one_day_is_one_mail_with_a_link_to_close_each(group, owner):
    create_follow_up(group, "Ringe havnene", owner=owner, due_on=DUE)
    other = create_led_group("Gruppe for kraft")
    create_place(other, owner)
    create_follow_up(other, "Skrive brev", owner=owner, due_on=DUE)

    look(BEFORE)

    assert len(waiting()) == 1
    (letter,) = letters()
    names = ("Ringe havnene", "Skrive brev", "Gruppe for kraft", "Arbeidsgruppe for fjorden")
    assert [each in letter.text for each in names] == [True] * 4
    assert letter.text.count("/follow-ups/") == 2


@pytest.mark.parametrize(
    ("after", "words"),
    [(DAY, "10 September 2026"), (2 * DAY, "tomorrow"), (3 * DAY, "today"), (4 * DAY, "passed")],
)
def test_what_was_missed_is_caught_up_with_and_says_what_is_true_by_then(
    group, owner, after, words: str
):
    create_follow_up(group, owner=owner, due_on=DUE)

    look(BEFORE + after)

    assert [words in subject for _to, subject in waiting()] == [True]


def test_after_two_weeks_away_nobody_is_told_that_it_passed(group, owner):
    create_follow_up(group, owner=owner, due_on=DUE)

    look(LATE + 15 * DAY)

    assert waiting() == []


def test_whoever_was_given_it_after_that_moment_has_just_been_told(group, owner, lead):
    actions.add_follow_up(group, "Ringe", owner=owner, due_on=DUE, by=lead, now=BEFORE + MINUTE)
    db.session.commit()

    look(BEFORE + DAY)
    let_leave()
    look(BEFORE + DAY + MINUTE)
    before = waiting()
    look(LATE)

    assert (before, len(waiting("follow_ups_due"))) == ([], 1)


def test_closed_in_time_the_mail_does_not_leave(group, owner):
    done = create_follow_up(group, "Gjort", owner=owner, due_on=DUE)
    create_follow_up(group, "Ikke gjort", owner=owner, due_on=DUE)
    look(BEFORE)
    actions.close(done, "", by=owner, now=BEFORE)
    db.session.commit()

    taken_back = waiting()
    look(BEFORE + MINUTE)

    assert taken_back == []
    assert [subject for _to, subject in waiting()] == [
        "The deadline is 10 September 2026: Ikke gjort"
    ]


def test_what_has_left_is_not_written_again_for_the_others(group, owner):
    done = create_follow_up(group, "Gjort", owner=owner, due_on=DUE)
    create_follow_up(group, "Ikke gjort", owner=owner, due_on=DUE)
    look(BEFORE)
    let_leave()
    actions.close(done, "", by=owner, now=BEFORE)
    db.session.commit()

    look(BEFORE + MINUTE)

    assert waiting() == []


def test_moved_to_another_day_it_is_reminded_of_before_that_one(group, owner, lead):
    follow_up = create_follow_up(group, owner=owner, due_on=DUE)
    look(BEFORE)
    move(follow_up, lead, BEFORE, due_on=DUE + 7 * DAY)

    taken_back = waiting()
    look(BEFORE + MINUTE)
    at_once = waiting()
    look(BEFORE + 7 * DAY)

    assert (taken_back, at_once, len(waiting())) == ([], [], 1)


def test_opened_again_after_its_deadline_it_is_reminded_of_once(group, owner, lead):
    follow_up = create_follow_up(group, owner=owner, due_on=DUE)
    actions.close(follow_up, "", by=owner, now=BEFORE - DAY)
    db.session.commit()
    look(LATE)
    actions.reopen(follow_up, by=lead, now=LATE + MINUTE)
    db.session.commit()

    look(LATE + 2 * MINUTE)
    let_leave()
    look(LATE + DAY)

    assert (len(letters()), waiting()) == (1, [])


def test_whoever_turned_it_off_or_left_is_not_reminded(group, owner):
    left = create_person("Per Sluttet")
    create_place(group, left, state=PlaceState.LEFT)
    for each in (owner, left):
        create_follow_up(group, owner=each, due_on=DUE)
    choices.turn_off(owner, Topic.REMIND_FOLLOW_UP, now=BEFORE)
    db.session.commit()

    look(BEFORE)

    assert waiting() == []


def test_a_link_in_the_foot_turns_reminders_off(group, owner, client):
    create_follow_up(group, owner=owner, due_on=DUE)
    look(BEFORE)
    address = choices.unsubscribe_url(owner, Topic.REMIND_FOLLOW_UP)

    client.post(address.removeprefix("http://localhost"))

    assert address in letters()[0].text
    assert choices.turned_off(owner) == {Topic.REMIND_FOLLOW_UP}
    assert waiting() == []


def test_the_lead_hears_once_a_week_of_what_is_late_and_nobody_has(group, lead, amir):
    lead.language = "en"
    create_follow_up(group, "Ringe havnene", due_on=DUE)
    create_follow_up(group, "Skrive brev", due_on=DUE, owner_label="Sekretariatet")
    create_follow_up(group, "Har en eier", due_on=DUE, owner=amir)
    create_follow_up(group, "Uten frist")
    create_follow_up(group, "Ikke før neste uke", due_on=MONDAY.date())
    found = []

    for moment in (LATE, MONDAY - MINUTE, MONDAY, MONDAY + 6 * DAY, MONDAY + 7 * DAY):
        look(moment)
        found.append([subject[:16] for to, subject in waiting("unowned") if to == lead.email])
        let_leave()

    assert found == [[], [], ["2 late follow-up"], [], ["3 late follow-up"]]


def test_with_nobody_leading_the_deputy_hears_of_it(app):
    group, deputy = create_led_group(), create_person("Dag Vara")
    create_place(group, deputy, role=PlaceRole.DEPUTY)
    next(each for each in group.places if each.role == PlaceRole.LEAD).state = PlaceState.LEFT
    create_follow_up(group, due_on=DUE)

    look(MONDAY)

    assert [to for to, _subject in waiting()] == [deputy.email]


def test_taken_before_the_mail_left_the_lead_does_not_get_it(group, amir):
    follow_up = create_follow_up(group, due_on=DUE)
    look(MONDAY)
    actions.take(follow_up, by=amir, now=MONDAY)
    db.session.commit()

    assert waiting() == []


def test_a_closed_group_troubles_its_lead_no_more_but_its_owners_still(group, owner):
    group.closed_at = BEFORE
    create_follow_up(group, due_on=DUE)
    create_follow_up(group, owner=owner, due_on=DUE)

    look(MONDAY)

    assert [to for to, _subject in waiting()] == [owner.email]


def test_many_owners_take_as_many_questions_as_few(group, queries):
    def due(count: int) -> int:
        for number in range(count):
            person = create_person(f"Person {number}")
            create_place(group, person)
            create_follow_up(group, owner=person, due_on=DUE)
        reminding.queue(BEFORE)
        db.session.commit()
        with queries() as statements:
            reminding.queue(BEFORE)
        return len(statements)

    assert due(3) == due(30)
