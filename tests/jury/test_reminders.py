"""Reminders of juries: an answer we wait for, the day itself; each of what is true then."""

from datetime import UTC, datetime, time, timedelta

import pytest

from portal.db import db
from portal.jury import asking
from portal.mail import choices, occasions
from portal.models.events import EventLink, LinkKind, ProgrammeItem
from portal.models.jury import Assignment, AssignmentState
from portal.models.mail import MailState
from portal.models.mailings import ReminderKind, ReminderRule, Topic
from portal.seasons import actions as seasons
from portal.seasons import camp_actions
from tests.factories import create_camp, create_person, create_school, create_season, create_signup
from tests.mail.reminding import html_of, lease, look, look_often, reminders, send, states, text_of
from tests.mail.rules import broken_rules

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# Asked on a Thursday: the answer is needed in a week, at the end of the day.
ASKED = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
ASK_DUE = datetime(2026, 10, 6, 7, 0, tzinfo=UTC)
# The camps begin on Tuesday 20 October at 08.30 in Oslo; the reminder is due on Sunday at 09.00.
BEGINS = datetime(2026, 10, 20, 6, 30, tzinfo=UTC)
DAY_DUE = datetime(2026, 10, 18, 7, 0, tzinfo=UTC)


@pytest.fixture
def season(app):
    return create_season(
        contact_name="Kari Nordmann", contact_email="kari@example.org", contact_phone="22 00 00 00"
    )


@pytest.fixture
def camp(season):
    return create_camp(season, create_school("Moss vgs"), minimum=1, target=2)


@pytest.fixture
def halden(season):
    school = create_school(
        "Halden vgs", municipality_code="3101", postcode="1771", latitude=59.13, longitude=11.38
    )
    return create_camp(season, school, day=BEGINS + DAY, minimum=1, target=2)


def seat_of(camp, person, state=AssignmentState.PROPOSED, at=ASKED, **values) -> Assignment:
    seat = Assignment(
        camp=camp, panel=camp.panels[0], person=person, state=state, created_at=at, **values
    )
    db.session.add(seat)
    db.session.flush()
    return seat


def asked(*seats: Assignment, now=ASKED) -> None:
    """The people of ``seats`` are asked, and the questions sent."""
    asking.ask(seats, key=f"test-{seats[0].id}-{now:%d%H}", by=None, now=now)
    look(now)
    send(now)


def accepted(camp, person, at=ASKED + DAY, **values) -> Assignment:
    """A seat that somebody was asked for and has taken, with all mail of it sent."""
    seat = seat_of(camp, person, **values)
    asked(seat)
    asking.accept(seat, now=at)
    look(at)
    send(at)
    return seat


def move(camp, starts_at, now, kari, tell: bool = True) -> None:
    values = {"starts_at": starts_at, "ends_at": starts_at + 6 * HOUR}
    camp_actions.edit_camp(
        camp, values, seen_revision=camp.event.revision, tell=tell, by=kari, now=now
    )
    look(now)
    send(now)


def test_whoever_has_not_answered_is_reminded_once_of_all_that_was_asked(camp, halden, ola, siri):
    asked(seat_of(camp, ola), seat_of(halden, ola), seat_of(halden, siri))

    made = look_often(ASK_DUE - MINUTE, ASK_DUE, ASK_DUE + MINUTE, ASK_DUE - 2 * HOUR, ASK_DUE)

    assert made == [0, 2, 0, 0, 0]
    assert [(mail.recipient, mail.subject) for mail in reminders()] == [
        (ola.email, "Jury i Oppdrag Oslofjorden 2026: vi venter på svaret ditt om 2 camper"),
        (siri.email, "Jury på Halden vgs onsdag 21. oktober 2026: vi venter på svaret ditt"),
    ]


@pytest.mark.parametrize("step", [-2 * HOUR, 2 * HOUR, DAY])
def test_a_step_of_the_clock_reminds_of_a_question_once(camp, ola, step):
    asked(seat_of(camp, ola))

    look_often(ASK_DUE - MINUTE, ASK_DUE + max(step, MINUTE), ASK_DUE + step, ASK_DUE + 2 * DAY)

    assert [mail.recipient for mail in reminders()] == [ola.email]


@pytest.mark.parametrize("end", [asking.accept, asking.decline])
def test_who_has_answered_is_not_reminded(camp, ola, end):
    seat = seat_of(camp, ola)
    asked(seat)
    end(seat, now=ASK_DUE - MINUTE)

    look(ASK_DUE)

    assert reminders() == []


@pytest.mark.parametrize("end", [asking.accept, asking.decline])
@pytest.mark.parametrize("is_written", [False, True])
def test_an_answer_takes_back_the_reminder_that_waits(camp, ola, siri, end, is_written):
    seat = seat_of(camp, ola)
    asked(seat, seat_of(camp, siri))
    look(ASK_DUE) if is_written else occasions.queue(ASK_DUE)
    end(seat, now=ASK_DUE + MINUTE)
    db.session.commit()

    look_often(ASK_DUE + MINUTE, ASK_DUE + 2 * MINUTE)

    taken_back = [(ola.email, "suppressed", "overtaken")] if is_written else []
    assert states() == [*taken_back, (siri.email, "queued", "none")]


def test_one_answer_of_two_leaves_a_reminder_of_the_other(camp, halden, ola):
    first, second = seat_of(camp, ola), seat_of(halden, ola)
    asked(first, second)
    look(ASK_DUE)
    asking.decline(first, now=ASK_DUE + MINUTE)
    db.session.commit()

    look_often(ASK_DUE + MINUTE, ASK_DUE + 2 * MINUTE)

    assert [(mail.state, "Moss" in mail.subject + text_of(mail)) for mail in reminders()] == [
        (MailState.SUPPRESSED, True),
        (MailState.QUEUED, False),
    ]


def test_a_seat_that_is_taken_back_or_called_off_is_not_reminded_of(camp, halden, ola, siri, kari):
    asked(seat_of(camp, ola))
    seat = seat_of(halden, siri)
    asked(seat)
    look(ASK_DUE)
    asking.release(seat, by=kari, now=ASK_DUE + MINUTE)
    camp_actions.call_off(camp, "", by=kari, now=ASK_DUE + MINUTE)
    db.session.commit()

    look_often(ASK_DUE + 2 * MINUTE, ASK_DUE + 3 * MINUTE)

    assert states() == [
        (ola.email, "suppressed", "overtaken"),
        (siri.email, "suppressed", "overtaken"),
    ]


def test_whoever_is_asked_after_it_was_due_is_not_reminded_on_top(camp, ola):
    late = BEGINS - 2 * DAY
    asked(seat_of(camp, ola), now=late)

    look_often(late, late + MINUTE, late + HOUR)

    assert reminders() == []


def test_a_question_is_not_reminded_of_when_its_answer_is_no_longer_asked_for(camp, ola):
    asked(seat_of(camp, ola))

    look(ASK_DUE + 3 * DAY)

    assert reminders() == []


def test_a_camp_that_moves_asks_anew_and_is_reminded_of_at_the_new_deadline(camp, ola, siri, kari):
    asked(seat_of(camp, ola))
    coming = accepted(camp, siri)
    look(ASK_DUE)
    moved_at = ASK_DUE + MINUTE
    move(camp, BEGINS + 7 * DAY, moved_at, kari)
    due = occasions.coming(moved_at, kinds=(ReminderKind.ASK,))[0].due_at

    look_often(moved_at + MINUTE, due - MINUTE, due, due + MINUTE)

    assert (coming.state, due > moved_at + 4 * DAY) == (AssignmentState.RECONFIRM, True)
    assert states() == [
        (ola.email, "suppressed", "overtaken"),
        (ola.email, "queued", "none"),
        (siri.email, "queued", "none"),
    ]
    _old, unanswered, unconfirmed = map(text_of, reminders())
    again = "Du sa ja før campen fikk denne tiden. Kan du fortsatt?"
    assert (again in unanswered, again in unconfirmed) == (False, True)
    # The clocks go back between the two days.
    assert "tirsdag 27. oktober 2026 kl. 07.30–13.30" in unanswered


def test_a_move_not_yet_told_is_not_told_by_the_reminder_of_a_question(camp, ola, kari):
    asked(seat_of(camp, ola))
    move(camp, BEGINS + 7 * DAY, ASK_DUE - 6 * HOUR, kari, tell=False)
    last = ASK_DUE + 6 * DAY

    look_often(ASK_DUE, ASK_DUE + DAY, last - 2 * DAY, last - DAY)

    assert reminders() == []


def test_a_question_in_hand_when_it_is_answered_is_not_tried_again(camp, ola):
    seat = seat_of(camp, ola)
    asked(seat)
    look(ASK_DUE)
    assert lease(ASK_DUE) == 1
    asking.decline(seat, now=ASK_DUE + MINUTE)
    db.session.commit()

    (mail,) = reminders()
    assert (mail.state, mail.expires_at) == (MailState.LEASED, ASK_DUE + MINUTE)


def test_no_address_turned_off_and_season_put_away(camp, halden, ola, siri, kari):
    nora = create_person("Nora Lie", email=None)
    asked(seat_of(camp, ola), seat_of(camp, nora), seat_of(halden, siri))
    choices.turn_off(ola, Topic.REMIND_ASK, now=ASKED)
    look(ASK_DUE)
    before = states()
    seasons.archive(camp.season, by=kari, now=ASK_DUE + MINUTE)
    db.session.commit()
    look(ASK_DUE + 2 * MINUTE)

    assert before == [(ola.email, "suppressed", "unsubscribed"), (siri.email, "queued", "none")]
    assert states()[1] == (siri.email, "suppressed", "overtaken")


def test_the_reminder_of_a_question_says_what_was_asked_and_until_when(camp, ola):
    camp.event.address = "Kirkegata 2, 1530 Moss"
    seat = seat_of(camp, ola)
    asked(seat)

    look(ASK_DUE)

    (mail,) = reminders()
    assert broken_rules(mail.raw) == []
    assert (mail.lane, mail.topic, mail.expires_at) == (2, "remind_ask", seat.answer_by)
    assert mail.dedupe_key == (f"reminder-ask-season-{camp.season_id}-2026-10-08-person-{ola.id}")
    assert (
        text_of(mail)
        == f"""\
Hei, Ola Hansen

Osloregionen har spurt deg om å sitte i jury i Oppdrag Oslofjorden 2026. \
Vi har ikke fått svar fra deg ennå.

Moss vgs
tirsdag 20. oktober 2026 kl. 08.30–14.30
Kirkegata 2, 1530 Moss

Svar ja eller nei her:
{asking.url_of(seat)}

Vi trenger svaret ditt innen torsdag 8. oktober 2026 kl. 23.59.

Du trenger ikke logge inn. Et nei er også greit. Da spør vi den neste.

Vennlig hilsen
Kari Nordmann
Osloregionen
Telefon 22 00 00 00
kari@example.org
"""
    )


def test_each_juror_is_reminded_of_the_day_once(camp, ola, siri):
    accepted(camp, ola)
    accepted(camp, siri)

    made = look_often(DAY_DUE - MINUTE, DAY_DUE, DAY_DUE + MINUTE, DAY_DUE - 2 * HOUR, BEGINS)

    assert made == [0, 2, 0, 0, 0]
    assert [mail.kind for mail in reminders()] == ["reminders/jury_day"] * 2


def test_only_those_who_said_yes_are_reminded_of_the_day(camp, ola, siri):
    accepted(camp, ola)
    seat_of(camp, siri, AssignmentState.RESERVE)

    look(DAY_DUE)

    assert [mail.recipient for mail in reminders()] == [ola.email]


def test_a_yes_after_it_was_due_gets_the_entry_and_no_reminder_on_top(camp, ola):
    seat = seat_of(camp, ola, AssignmentState.ASKED, asked_at=ASKED, answer_by=BEGINS - DAY)
    asking.accept(seat, now=DAY_DUE + MINUTE)
    db.session.commit()

    look_often(DAY_DUE + MINUTE, DAY_DUE + 2 * MINUTE, BEGINS - HOUR)

    assert reminders() == []


def test_a_juror_who_drops_out_is_not_reminded_of_the_day(camp, ola, siri):
    seat = accepted(camp, ola)
    accepted(camp, siri)
    look(DAY_DUE)
    asking.decline(seat, now=DAY_DUE + MINUTE)
    db.session.commit()

    look_often(DAY_DUE + 2 * MINUTE, DAY_DUE + 3 * MINUTE)

    assert states() == [(ola.email, "suppressed", "overtaken"), (siri.email, "queued", "none")]


def test_a_moved_day_is_reminded_of_when_it_is_confirmed(camp, ola, siri, kari):
    seat = accepted(camp, ola)
    accepted(camp, siri)
    look(DAY_DUE)
    move(camp, BEGINS + 14 * DAY, DAY_DUE + MINUTE, kari)
    asking.accept(seat, now=DAY_DUE + DAY)
    db.session.commit()
    send(DAY_DUE + DAY)

    # The clocks have gone back meanwhile: nine o'clock comes an hour later.
    due = DAY_DUE + 14 * DAY + HOUR
    look_often(due - MINUTE, due, due + MINUTE)

    assert [(m.recipient, str(m.state)) for m in reminders() if m.kind == "reminders/jury_day"] == [
        (ola.email, "suppressed"),
        (siri.email, "suppressed"),
        (ola.email, "queued"),
    ]


def test_a_camp_that_is_called_off_is_not_reminded_of(camp, ola, kari):
    accepted(camp, ola)
    occasions.queue(DAY_DUE)
    camp_actions.call_off(camp, "", by=kari, now=DAY_DUE + MINUTE)
    db.session.commit()

    look_often(DAY_DUE + MINUTE, DAY_DUE + 2 * MINUTE)

    assert reminders() == []


def test_new_practical_notes_are_in_the_reminder_that_waits(camp, ola, kari):
    accepted(camp, ola)
    look(DAY_DUE)
    juries = camp_actions.Juries(1, 1, 2)
    camp_actions.set_details(
        camp, juries, pupils=90, practical="Lunsj fra kl. 11.30.", by=kari, now=DAY_DUE + MINUTE
    )
    db.session.commit()

    look_often(DAY_DUE + 2 * MINUTE, DAY_DUE + 3 * MINUTE)

    assert [(m.state, "Lunsj fra kl. 11.30." in text_of(m)) for m in reminders()] == [
        (MailState.SUPPRESSED, False),
        (MailState.QUEUED, True),
    ]


def test_the_rule_of_a_camp_goes_before_that_of_its_season(camp, halden, ola, siri):
    accepted(camp, ola)
    accepted(halden, siri)
    kind = ReminderKind.JURY_DAY
    db.session.add_all(
        [
            ReminderRule(season=camp.season, kind=kind, days_before=4, at=time(10, 0)),
            ReminderRule(event=halden.event, kind=kind, days_before=1, at=time(15, 0)),
        ]
    )

    made = look_often(BEGINS - 4 * DAY, BEGINS - 3 * DAY, BEGINS, BEGINS + 7 * HOUR)

    assert made == [0, 1, 0, 1]
    assert [mail.recipient for mail in reminders()] == [ola.email, siri.email]


def test_a_season_may_remind_of_nothing(camp, ola, siri):
    accepted(camp, ola)
    asked(seat_of(camp, siri))
    db.session.add_all(
        ReminderRule(season=camp.season, kind=kind, is_on=False, days_before=1, at=time(9, 0))
        for kind in (ReminderKind.ASK, ReminderKind.JURY_DAY)
    )

    assert look_often(ASK_DUE, DAY_DUE) == [0, 0]


def test_the_reminder_of_the_day_tells_all_that_is_needed_for_it(halden, ola):
    event = halden.event
    event.address, event.latitude, event.longitude = "Kongeveien 1, 1771 Halden", 59.13, 11.38
    halden.practical = "Møt opp i **resepsjonen**."
    halden.season.juror_info = "Juryen vurderer nytte og nyskaping."
    event.programme = [
        ProgrammeItem(position=0, starts_at=event.starts_at, title="Oppdraget blir gitt"),
        ProgrammeItem(
            position=1, starts_at=event.starts_at + 4 * HOUR, title="Elevene <viser> løsningene"
        ),
    ]
    event.links = [
        EventLink(kind=LinkKind.DOCUMENT, title="Kriterier", url="https://example.org/kriterier")
    ]
    signup = create_signup(halden.season, ola, halden)
    seat = accepted(halden, ola, signup=signup)

    look(DAY_DUE + DAY)

    (mail,) = reminders()
    assert broken_rules(mail.raw) == []
    assert (mail.lane, mail.topic, mail.expires_at) == (2, "remind_jury_day", event.starts_at)
    assert mail.subject == (
        "Jury på Halden vgs onsdag 21. oktober 2026 kl. 08.30–14.30: dette trenger du å vite"
    )
    assert (
        text_of(mail)
        == f"""\
Hei, Ola Hansen

Du sitter i juryen på Halden vgs onsdag 21. oktober 2026. Takk for at du stiller opp.

Si fra her så snart du kan hvis du likevel ikke kan komme. Da spør vi den neste:
{asking.url_of(seat)}

Når: onsdag 21. oktober 2026 kl. 08.30–14.30
Hvor: Halden vgs, Kongeveien 1, 1771 Halden
Reisen: en tur, ca. 55 km
Planlegg reisen med Entur: https://entur.no/reiseresultater?tripMode=oneway&\
timepickerMode=arriveBy&date=1792564200000&stopName=Halden+vgs&stopLat=59.13&stopLon=11.38
Kontaktperson på dagen: Kari Nordmann, telefon 22 00 00 00

Program
08.30 Oppdraget blir gitt
12.30 Elevene <viser> løsningene

Greit å vite
Møt opp i resepsjonen.

Les dette på forhånd
Juryen vurderer nytte og nyskaping.
Kriterier: https://example.org/kriterier

Vennlig hilsen
Kari Nordmann
Osloregionen
Telefon 22 00 00 00
kari@example.org
"""
    )
    assert "Elevene &lt;viser&gt; løsningene" in html_of(mail)


@pytest.mark.parametrize(
    ("now", "words", "until"),
    [
        (BEGINS - DAY, "I morgen sitter du i juryen på Moss vgs.", BEGINS - 8 * HOUR - 30 * MINUTE),
        (BEGINS - HOUR, "I dag sitter du i juryen på Moss vgs.", BEGINS),
    ],
)
def test_a_reminder_that_comes_late_calls_the_day_what_it_is(camp, ola, now, words, until):
    accepted(camp, ola)

    look(now)

    (mail,) = reminders()
    assert (words in text_of(mail), mail.expires_at) == (True, until)


def test_a_fjord_between_is_told_and_minutes_never(camp, ola):
    signup = create_signup(
        camp.season, ola, camp, postcode="3187", municipality_code="3901", takes_ferry=False
    )
    accepted(camp, ola, signup=signup)

    look(DAY_DUE)

    text = text_of(reminders()[0])
    assert "Reisen: langt, ca. 155 km, over fjorden: ferge eller lang omvei\n" in text
    assert "minutt" not in text


@pytest.mark.parametrize(
    ("language", "words"), [("nn", "Du sit i juryen på Moss vgs tysdag"), ("en", "You sit on the")]
)
def test_the_mail_is_written_in_the_readers_language(camp, language, words):
    accepted(camp, create_person("Nils Dahl", language=language))

    look(DAY_DUE)

    assert words in text_of(reminders()[0])
