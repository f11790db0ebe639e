"""Who has answered what, who is reminded, and that nobody hears of it twice a day."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.jury.appeals import actions, outcomes
from portal.jury.appeals.outcomes import Outcome
from portal.jury.appeals.standing import Standing
from portal.mail import choices
from portal.mail.reminding import occasions
from portal.models.appeals import AppealRecipient
from portal.models.groups import GroupPlace, PlaceRole, PlaceState
from portal.models.jury import DayAnswer, SignupDay, SignupDraft
from portal.models.mail import Cause, MailState, OutboxMail
from portal.models.mailings import Topic
from tests.factories import create_group, create_person, create_place, create_signup
from tests.jury.appeals.asked import (
    HELD,
    answers_url,
    ask,
    deliver,
    link_in,
    mailings,
    mails_to,
)
from tests.jury.signup.volunteering import body_of

DAY = timedelta(days=1)
# Sign-up closes on 30 September; the reminder of it is due on Sunday the 27th at 09.00.
DUE = datetime(2026, 9, 27, 7, 0, tzinfo=UTC)


def row_of(person) -> AppealRecipient:
    return db.session.scalar(
        sa.select(AppealRecipient).where(AppealRecipient.person_id == person.id)
    )


def answers(group, season, now) -> dict[str, tuple[Outcome, int, int]]:
    found = outcomes.overview(group, season, now)
    return {each.person.name: (each.outcome, each.days, each.schools) for each in found.answers}


def set_mail(person, state: MailState, cause: Cause = Cause.NONE) -> None:
    db.session.execute(
        sa.update(OutboxMail)
        .where(OutboxMail.person_id == person.id)
        .values(state=state, cause=cause)
    )
    db.session.commit()


@pytest.fixture
def asked_in_august(in_august, season, group, people, kari):
    ask(group, season, kari, in_august)
    deliver(in_august + HELD)
    return in_august + HELD


def test_each_answer_is_told_with_how_much_is_offered(asked_in_august, season, group, people):
    now = asked_in_august
    signup = create_signup(season, people["ola"], *season.camps[:2])
    db.session.add(SignupDay(signup=signup, camp=season.camps[2], answer=DayAnswer.NO))
    actions.decline(row_of(people["siri"]), comment="Har ferie.", now=now)
    db.session.commit()

    assert answers(group, season, now) == {
        "Ola Hansen": (Outcome.SIGNED_UP, 2, 2),
        "Siri Berg": (Outcome.DECLINED, 0, 0),
        "Nina Dahl": (Outcome.WAITING, 0, 0),
    }


def test_two_schools_on_one_day_are_one_day(asked_in_august, season, group, people):
    moss, _horten, hamar = season.camps
    create_signup(season, people["ola"], moss, hamar)

    assert answers(group, season, asked_in_august)["Ola Hansen"] == (Outcome.SIGNED_UP, 1, 2)


def test_whoever_pressed_yes_has_begun(asked_in_august, season, group, people, client):
    client.post(f"{link_in(mails_to(people['ola'])[0])}/signup")

    assert answers(group, season, asked_in_august)["Ola Hansen"][0] == Outcome.BEGUN
    assert db.session.scalar(sa.select(SignupDraft.folded)) == people["ola"].email


@pytest.mark.parametrize(
    ("state", "cause", "outcome"),
    [
        (MailState.QUEUED, Cause.NONE, Outcome.ON_ITS_WAY),
        (MailState.LEASED, Cause.NONE, Outcome.ON_ITS_WAY),
        (MailState.SENT, Cause.NONE, Outcome.WAITING),
        (MailState.FAILED, Cause.BOUNCED, Outcome.BOUNCED),
        (MailState.FAILED, Cause.RECIPIENT_REFUSED, Outcome.BOUNCED),
        (MailState.SUPPRESSED, Cause.ADDRESS_SUPPRESSED, Outcome.BOUNCED),
        (MailState.SUPPRESSED, Cause.UNSUBSCRIBED, Outcome.TURNED_OFF),
        (MailState.SUPPRESSED, Cause.STOPPED, Outcome.NOT_SENT),
        (MailState.EXPIRED, Cause.NONE, Outcome.NOT_SENT),
    ],
)
def test_what_became_of_the_mail_is_told(
    asked_in_august, season, group, people, state, cause, outcome
):
    set_mail(people["ola"], state, cause)

    assert answers(group, season, asked_in_august)["Ola Hansen"][0] == outcome


def test_while_it_is_held_the_mail_is_on_its_way(in_august, season, group, kari):
    ask(group, season, kari, in_august)

    assert {each[0] for each in answers(group, season, in_august).values()} == {Outcome.ON_ITS_WAY}


def test_those_who_could_not_be_asked_stand_apart_with_why(asked_in_august, season, group):
    create_place(group, create_person("Berit Lie"))

    found = outcomes.overview(group, season, asked_in_august)

    assert {each.person.name: each.standing for each in found.others} == {
        "Per Olsen": Standing.NO_ADDRESS,
        "Berit Lie": Standing.FREE,
    }


def test_one_who_has_left_is_counted_and_not_named(
    asked_in_august, season, group, people, kari, browse_as
):
    place = db.session.scalar(sa.select(GroupPlace).where(GroupPlace.person_id == people["ola"].id))
    place.state = PlaceState.LEFT
    db.session.commit()

    found = outcomes.overview(group, season, asked_in_august)
    page = browse_as(kari).get(answers_url(group, season)).text

    assert ("Ola Hansen" in page, found.gone) == (False, 1)


def test_the_page_has_near_ones_first_with_word_and_counts(
    asked_in_august, season, group, people, kari, browse_as
):
    create_signup(season, people["ola"], season.camps[0])
    actions.decline(row_of(people["siri"]), comment="Har ferie.", now=asked_in_august)
    db.session.commit()

    page = html.unescape(browse_as(kari).get(answers_url(group, season)).text)

    names = re.findall(r'<th scope="row">([A-ZÅ][^<]+?)<', page)
    assert names == ["Ola Hansen", "Nina Dahl", "Siri Berg", "Per Olsen"]
    assert re.findall(r"<b>(\d+)</b>", page) == ["1", "0", "1", "1", "0"]
    assert "Har ferie." in page


def test_the_lead_of_another_group_sees_nothing_of_it(
    asked_in_august, season, group, people, browse_as
):
    other = create_group("En annen gruppe")
    lead = create_person("Berit Lie")
    create_place(other, lead, role=PlaceRole.LEAD)
    create_place(other, people["siri"])
    actions.decline(row_of(people["siri"]), comment="Til min egen gruppe.", now=asked_in_august)
    db.session.commit()
    browser = browse_as(lead)

    assert browser.get(answers_url(group, season)).status_code == 404
    assert "Til min egen gruppe." not in browser.get(answers_url(other, season)).text


def test_those_who_have_not_answered_are_reminded_once(
    asked_in_august, season, group, people, kari, browse_as, client
):
    create_signup(season, people["ola"])
    client.post(f"{link_in(mails_to(people['nina'])[0])}/signup")
    browser, url = browse_as(kari), answers_url(group, season).replace("/answers", "/reminders")

    browser.post(url)
    browser.post(url)
    made = deliver(asked_in_august + HELD)

    assert (mailings("jury.appeal_reminder"), made) == (1, 2)
    (to_siri,) = mails_to(people["siri"], "jury/appeal_reminder")
    (to_nina,) = mails_to(people["nina"], "jury/appeal_reminder")
    assert (to_siri.topic, link_in(to_siri)) == (
        "remind_signup",
        link_in(mails_to(people["siri"])[0]),
    )
    assert body_of(to_siri) != body_of(to_nina)
    assert outcomes.overview(group, season, asked_in_august).to_remind() == []


def test_a_reminder_passes_over_who_answered_meanwhile_or_wants_no_such_mail(
    asked_in_august, season, group, people, kari
):
    now = asked_in_august
    actions.remind(group, season, by=kari, now=now)
    db.session.commit()
    actions.decline(row_of(people["siri"]), comment="", now=now)
    choices.turn_off(people["nina"], Topic.NEWS, now=now)
    choices.turn_off(people["ola"], Topic.REMIND_SIGNUP, now=now)
    db.session.commit()

    assert deliver(now + HELD) == 1
    (mail,) = mails_to(people["ola"], "jury/appeal_reminder")
    assert (mail.state, mail.cause) == (MailState.SUPPRESSED, Cause.UNSUBSCRIBED)


def test_nobody_is_reminded_whom_the_question_did_not_reach(
    asked_in_august, season, group, people, kari
):
    set_mail(people["ola"], MailState.FAILED, Cause.BOUNCED)
    for who in ("siri", "nina"):
        actions.decline(row_of(people[who]), comment="", now=asked_in_august)
    db.session.commit()

    with pytest.raises(actions.NobodyToRemind):
        actions.remind(group, season, by=kari, now=asked_in_august)


def test_a_reminder_can_be_stopped_until_it_leaves(
    asked_in_august, season, group, people, kari, browse_as
):
    actions.remind(group, season, by=kari, now=asked_in_august)
    db.session.commit()
    appeal = row_of(people["ola"]).appeal

    browse_as(kari).post(
        f"/groups/{group.slug}/appeals/{appeal.public_id}/stop", data={"what": "reminder"}
    )

    assert deliver(asked_in_august + HELD) == 0


@pytest.fixture
def in_the_counties(season, group, people):
    """All of them from the season's counties, so that they are told when sign-up closes."""
    for person in people.values():
        person.municipality_code = "3103"
    db.session.commit()


def closing_reminders(now) -> list[str]:
    occasions.queue(now)
    db.session.commit()
    deliver(now)
    found = db.session.scalars(
        sa.select(OutboxMail).where(OutboxMail.kind == "reminders/signup").order_by(OutboxMail.id)
    )
    return [mail.person.name for mail in found]


def test_whoever_is_asked_today_is_not_told_as_well_that_sign_up_closes(
    in_the_counties, season, group, people, kari
):
    other = create_person("Berit Lie", municipality_code="3103")
    create_place(create_group("En annen"), other)
    ask(group, season, kari, DUE - timedelta(hours=1))

    assert closing_reminders(DUE) == ["Berit Lie"]


def test_whoever_was_asked_the_day_before_is_told_but_for_those_who_said_no(
    in_the_counties, season, group, people, kari
):
    ask(group, season, kari, DUE - DAY)
    deliver(DUE - DAY + HELD)
    actions.decline(row_of(people["ola"]), comment="", now=DUE - DAY)
    db.session.commit()

    assert closing_reminders(DUE) == ["Siri Berg", "Nina Dahl"]


def test_a_no_takes_back_the_reminder_that_waits(in_the_counties, season, group, people, kari):
    ask(group, season, kari, DUE - DAY)
    deliver(DUE - DAY + HELD)
    occasions.queue(DUE)
    db.session.commit()
    deliver(DUE)
    db.session.execute(
        sa.update(OutboxMail)
        .where(OutboxMail.kind == "reminders/signup")
        .values(state=MailState.QUEUED)
    )
    actions.decline(row_of(people["ola"]), comment="", now=DUE)
    db.session.commit()

    states = db.session.execute(
        sa.select(OutboxMail.person_id, OutboxMail.state).where(
            OutboxMail.kind == "reminders/signup"
        )
    ).all()
    assert dict(list(states))[people["ola"].id] == MailState.SUPPRESSED


def test_whoever_is_told_today_that_sign_up_closes_is_not_reminded_of_the_question(
    in_the_counties, season, group, people, kari
):
    ask(group, season, kari, DUE - DAY)
    deliver(DUE - DAY + HELD)
    assert len(closing_reminders(DUE)) == 3

    actions.remind(group, season, by=kari, now=DUE)
    db.session.commit()

    assert deliver(DUE + HELD) == 0


def test_a_reminder_of_the_question_goes_before_the_one_that_sign_up_closes(
    in_the_counties, season, group, people, kari
):
    ask(group, season, kari, DUE - DAY)
    deliver(DUE - DAY + HELD)
    actions.remind(group, season, by=kari, now=DUE - timedelta(hours=1))
    db.session.commit()

    assert closing_reminders(DUE) == []
    assert len(mails_to(people["ola"], "jury/appeal_reminder")) == 1
