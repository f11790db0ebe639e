"""The page of a season and the page of a group count the same people in the same way."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.jury.appeals import actions, outcomes, standing
from portal.jury.appeals.outcomes import Tally
from portal.mail import control
from portal.models.appeals import AppealRecipient
from portal.models.groups import GroupPlace, PlaceState
from portal.models.mail import Cause, MailState, OutboxMail
from tests.factories import create_group, create_person, create_place, create_signup
from tests.jury.appeals.asked import HELD, ask, deliver, link_in, mails_to, seen_of

LATER = timedelta(days=2)


def both(group, season, now) -> tuple[Tally, Tally]:
    """What the page of the season counts of a group, and what the page of the group counts."""
    rows = {row.group.id: row.tally for row in outcomes.by_group(season, now)}
    return rows[group.id], outcomes.overview(group, season, now).tally


def set_mail(person, state: MailState, cause: Cause = Cause.NONE) -> None:
    mine = sa.update(OutboxMail).where(OutboxMail.person_id == person.id)
    db.session.execute(mine.values(state=state, cause=cause))
    db.session.commit()


def ask_again(group, season, by, now, *people):
    """Ask some who were asked before once more."""
    members = [m for m in standing.members_of(group, season, now) if m.person in people]
    appeal = actions.keep(group, season, members, words="", answer_by=None, by=by, now=now)
    actions.send(appeal, looked_at=seen_of(appeal, now), by=by, now=now)
    db.session.commit()
    return appeal


@pytest.fixture
def asked_in_august(in_august, season, group, kari):
    ask(group, season, kari, in_august)
    deliver(in_august + HELD)
    return in_august + HELD


def test_who_has_begun_or_was_not_reached_is_not_waited_for(
    asked_in_august, season, group, people, client
):
    client.post(f"{link_in(mails_to(people['ola'])[0])}/signup")
    set_mail(people["siri"], MailState.FAILED, Cause.BOUNCED)

    counted = Tally(asked=3, begun=1, waiting=1, not_reached=1)
    assert both(group, season, asked_in_august) == (counted, counted)


def test_answers_are_counted_of_those_who_sit_there_yet_and_are_not_suspended(
    asked_in_august, season, group, people
):
    now = asked_in_august
    create_signup(season, people["ola"])
    people["siri"].suspended_at = now
    place = db.session.scalar(
        sa.select(GroupPlace).where(GroupPlace.person_id == people["nina"].id)
    )
    place.state = PlaceState.LEFT
    db.session.commit()

    counted = Tally(asked=1, signed_up=1)
    assert both(group, season, now) == (counted, counted)
    assert [row.members for row in outcomes.by_group(season, now)] == [2]
    assert outcomes.overview(group, season, now).gone == 1


def test_of_two_questions_the_newer_counts(asked_in_august, season, group, people, kari):
    now = asked_in_august + LATER
    ask_again(group, season, kari, now, people["ola"])
    deliver(now + HELD)
    set_newest = sa.select(sa.func.max(OutboxMail.id)).where(
        OutboxMail.person_id == people["ola"].id
    )
    db.session.execute(
        sa.update(OutboxMail)
        .where(OutboxMail.id == set_newest.scalar_subquery())
        .values(state=MailState.FAILED, cause=Cause.BOUNCED)
    )
    db.session.commit()

    counted = Tally(asked=3, waiting=2, not_reached=1)
    assert both(group, season, now + HELD) == (counted, counted)


def test_what_was_stopped_in_time_has_asked_nobody(in_august, season, group, kari):
    appeal = ask(group, season, kari, in_august)
    control.stop(appeal.mailing, by=kari, now=in_august)
    db.session.commit()

    assert both(group, season, in_august) == (Tally(), Tally())
    found = outcomes.overview(group, season, in_august)
    assert [each.person.name for each in found.others] == [
        "Ola Hansen", "Per Olsen", "Siri Berg", "Nina Dahl",
    ]  # fmt: skip
    assert found.appeals == [appeal]


def test_a_second_question_that_was_stopped_leaves_the_first_as_it_was(
    asked_in_august, season, group, people, kari
):
    now = asked_in_august + LATER
    appeal = ask_again(group, season, kari, now, people["ola"])
    control.stop(appeal.mailing, by=kari, now=now)
    db.session.commit()

    counted = Tally(asked=3, waiting=3)
    assert both(group, season, now) == (counted, counted)
    assert len(outcomes.overview(group, season, now).to_remind()) == 3


@pytest.mark.parametrize("state", [MailState.LEASED, MailState.SENT, MailState.FAILED])
def test_who_had_got_it_when_it_was_stopped_was_asked(
    asked_in_august, season, group, people, state
):
    now = asked_in_august
    set_mail(people["ola"], state)
    appeal = db.session.scalar(sa.select(AppealRecipient)).appeal
    for each in (people["siri"], people["nina"]):
        set_mail(each, MailState.SUPPRESSED, Cause.STOPPED)
    appeal.mailing.stopped_at = now
    db.session.commit()

    on_page, on_group = both(group, season, now)
    assert (on_page.asked, on_group.asked) == (1, 1)


def test_each_group_is_counted_by_what_came_of_asking_it(
    asked_in_august, season, group, people, kari
):
    other = create_group("En annen gruppe")
    create_place(other, people["ola"])
    create_place(other, create_person("Berit Lie"))
    ask(other, season, kari, asked_in_august + LATER)
    create_signup(season, people["ola"])

    now = asked_in_august + LATER
    assert both(other, season, now) == (Tally(asked=1, waiting=1),) * 2
    assert both(group, season, now) == (Tally(asked=3, signed_up=1, waiting=2),) * 2


def test_many_groups_ask_the_database_as_often_as_one(asked_in_august, season, kari, queries):
    counts = []
    for number in (1, 10):
        for _each in range(number):
            more = create_group()
            create_place(more, create_person())
            ask(more, season, kari, asked_in_august)
        db.session.expire_all()
        with queries() as statements:
            outcomes.by_group(season, asked_in_august)
        counts.append(len(statements))

    assert counts[0] == counts[1]
