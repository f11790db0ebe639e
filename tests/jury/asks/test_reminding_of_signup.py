"""That sign-up closes: to those who might volunteer, and have said neither yes nor no."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.db import db
from portal.jury.signup import actions, offers
from portal.mail import choices
from portal.models.groups import PlaceState
from portal.models.jury import SignupDraft
from portal.models.mailings import Topic
from portal.people import fold
from portal.seasons import actions as seasons
from tests.factories import (
    create_camp,
    create_group,
    create_organisation,
    create_person,
    create_place,
    create_season,
    create_signup,
)
from tests.mail.reminding.rounds import look, look_often, reminders, send, states, text_of
from tests.mail.rules import broken_rules

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# Sign-up closes on Wednesday 30 September at 23.59 in Oslo; the reminder is due on Sunday at 09.00.
CLOSES = datetime(2026, 9, 30, 21, 59, tzinfo=UTC)
DUE = datetime(2026, 9, 27, 7, 0, tzinfo=UTC)


@pytest.fixture
def season(app):
    return create_season(
        counties=["31", "33"],
        contact_name="Kari Nordmann",
        contact_email="kari@example.org",
        contact_phone="22 00 00 00",
    )


@pytest.fixture
def group(app):
    return create_group()


def member(group, name: str, municipality: str | None = "3103", **values):
    """Somebody who sits in ``group`` and comes from Moss, or where else ``municipality`` is."""
    person = create_person(name, municipality_code=municipality, **values)
    create_place(group, person)
    return person


def draft(season, person=None, email: str = "") -> SignupDraft:
    """Answers on their way: of somebody signed in, or with an address as it was typed."""
    row = SignupDraft(
        season=season,
        person_id=person.id if person else None,
        folded=fold(email),
        answers={"travel": {"email": email}},
        created_at=DUE - DAY,
        expires_at=DUE + 6 * DAY,
    )
    db.session.add(row)
    db.session.commit()
    return row


def written_to() -> list[str]:
    return [mail.recipient for mail in reminders()]


def test_members_in_the_counties_of_the_season_are_told_once(season, group):
    per, berit = member(group, "Per Olsen"), member(group, "Berit Vik")
    create_place(create_group("Faggruppe"), per)

    made = look_often(DUE - MINUTE, DUE, DUE + MINUTE, DUE - 2 * HOUR, DUE + DAY, CLOSES)

    assert made == [0, 2, 0, 0, 0, 0]
    assert written_to() == [per.email, berit.email]


def test_members_from_elsewhere_and_those_who_left_are_not_told(season, group, ola):
    member(group, "Per Olsen", "4601")
    member(group, "Berit Vik", None)
    create_place(group, ola, state=PlaceState.LEFT)

    assert look(DUE) == 0


def test_where_a_member_comes_from_may_be_known_by_place_or_employer_or_an_old_code(season, group):
    by_place = create_person("Per Olsen")
    create_place(group, by_place, municipality_code="3103")
    # Moss was 3002 while it lay in Viken.
    by_old_code = member(group, "Berit Vik", "3002")
    employer = create_organisation(municipality_code="3301")
    by_employer = member(group, "Jon Lie", None, organisation=employer)

    look(DUE)

    assert written_to() == [by_place.email, by_old_code.email, by_employer.email]


def test_those_who_have_said_yes_or_no_are_left_alone(season, group):
    create_signup(season, member(group, "Per Olsen"))
    create_signup(season, member(group, "Berit Vik"), withdrawn_at=DUE - DAY)
    suspended = member(group, "Jon Lie")
    suspended.suspended_at = DUE - DAY

    assert look(DUE) == 0


def test_whoever_has_begun_is_told_when_the_address_is_known_to_be_theirs(season, ola, siri):
    draft(season, ola)
    draft(season, email=siri.email.upper())
    unconfirmed = create_person("Nils Dahl")
    unconfirmed.emails[0].confirmed_at = None
    draft(season, email=unconfirmed.email)
    draft(season, email="nobody@example.org")

    look(DUE)

    assert written_to() == [ola.email, siri.email]
    assert "Du har begynt å melde deg, men svarene dine er ikke sendt inn." in text_of(
        reminders()[0]
    )


def test_answers_that_were_sent_in_or_forgotten_remind_nobody(season, ola, siri):
    draft(season, ola).confirmed_at = DUE - HOUR
    draft(season, siri).expires_at = DUE - HOUR

    assert look(DUE) == 0


def test_volunteering_takes_back_the_reminder_that_waits(season, group, in_august):
    per, berit = member(group, "Per Olsen"), member(group, "Berit Vik")
    create_camp(season)
    look(DUE)
    offer = offers.Offer(municipality_code="3103", postcode="1530", at_most=1, days={})
    actions.sign_up(season, per, offer=offer, now=DUE + MINUTE)
    db.session.commit()

    look_often(DUE + MINUTE, DUE + 2 * MINUTE)

    assert states() == [(per.email, "suppressed", "overtaken"), (berit.email, "queued", "none")]


def test_another_last_day_takes_back_what_waits_and_is_told_in_its_turn(season, group, kari):
    per = member(group, "Per Olsen")
    look(DUE)
    opens = season.signup_opens_at
    seasons.open_signup(
        season, opens_at=opens, closes_at=CLOSES + 7 * DAY, by=kari, now=DUE + MINUTE
    )
    db.session.commit()

    look_often(DUE + 2 * MINUTE, DUE + 7 * DAY - MINUTE, DUE + 7 * DAY, DUE + 7 * DAY + MINUTE)

    assert states() == [(per.email, "suppressed", "overtaken"), (per.email, "queued", "none")]
    assert reminders()[1].expires_at == CLOSES + 7 * DAY


@pytest.mark.parametrize("end", [seasons.close_signup, seasons.archive])
def test_sign_up_that_is_closed_early_is_not_reminded_of(season, group, kari, end):
    per = member(group, "Per Olsen")
    look(DUE)
    end(season, by=kari, now=DUE + MINUTE)
    db.session.commit()

    look_often(DUE + 2 * MINUTE, DUE + 3 * MINUTE)

    assert states() == [(per.email, "suppressed", "overtaken")]


def test_sign_up_that_opened_after_it_was_due_is_not_said_to_close(season, group):
    member(group, "Per Olsen")
    season.signup_opens_at = DUE + MINUTE

    assert look_often(DUE + 2 * MINUTE, DUE + DAY) == [0, 0]


def test_sign_up_without_a_last_day_is_not_reminded_of(season, group):
    member(group, "Per Olsen")
    season.signup_closes_at = None

    assert look(DUE) == 0


def test_who_has_turned_it_off_is_not_written_to(season, group):
    per = member(group, "Per Olsen")
    member(group, "Berit Vik", email=None)
    choices.turn_off(per, Topic.REMIND_SIGNUP, now=DUE - DAY)

    look(DUE)

    assert states() == [(per.email, "suppressed", "unsubscribed")]


def test_a_portal_that_was_away_tells_it_late_while_it_is_still_open(season, group):
    per = member(group, "Per Olsen")

    look_often(CLOSES - HOUR, CLOSES)

    assert written_to() == [per.email]
    send(CLOSES)


def test_the_mail_says_until_when_and_where_one_volunteers(season, group):
    per = member(group, "Per Olsen")

    look(DUE)

    (mail,) = reminders()
    assert broken_rules(mail.raw) == []
    assert (mail.lane, mail.topic, mail.expires_at) == (2, "remind_signup", CLOSES)
    assert mail.dedupe_key == f"reminder-signup-season-{season.id}-2026-09-30-person-{per.id}"
    assert mail.subject == (
        "Jury i Oppdrag Oslofjorden 2026: meld deg innen onsdag 30. september 2026 kl. 23.59"
    )
    assert (
        text_of(mail)
        == f"""\
Hei, Per Olsen

Osloregionen søker jurymedlemmer til Oppdrag Oslofjorden 2026. \
Du kan melde deg fram til onsdag 30. september 2026 kl. 23.59.

Vi spør deg fordi du sitter i en av gruppene våre. \
Elever i nærheten av deg trenger folk som deg i juryen.

Meld deg her. Du velger selv hvilke skoler og dager som passer:
http://localhost/seasons/{season.slug}/signup

Passer det ikke denne gangen, trenger du ikke gjøre noe. \
Vi skriver ikke til deg igjen om denne fristen.

Vennlig hilsen
Kari Nordmann
Osloregionen
Telefon 22 00 00 00
kari@example.org
"""
    )
