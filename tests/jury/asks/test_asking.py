from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from portal import worker
from portal.db import db
from portal.invitations import addresses, event_changes
from portal.jury.asks import ask_notices, asking
from portal.mail.delivery import Delivery
from portal.models.accounts import Person
from portal.models.invitations import Answer, Invitation
from portal.models.jury import Assignment, AssignmentState
from portal.models.mail import OutboxMail
from portal.models.mailings import Mailing
from portal.seasons import camp_actions
from tests.calendar.rules import parsed
from tests.factories import create_camp, create_person, create_school, create_season
from tests.invitations.sending import let_mail_leave
from tests.mail.conftest import server  # noqa: F401
from tests.mail.rules import broken_rules, calendar_of

NOW = datetime(2026, 8, 20, 9, 0, tzinfo=UTC)
BEGUN = datetime(2026, 10, 20, 6, 30, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("in_august")


@pytest.fixture
def camp(app):
    return create_camp(create_season(), create_school("Moss vgs"), minimum=1, target=1)


def asked(camp, person: Person) -> Assignment:
    """The person, asked for a seat of the camp's first jury."""
    seat = Assignment(
        camp=camp,
        panel=camp.panels[0],
        person=person,
        created_at=NOW,
        state=AssignmentState.PROPOSED,
    )
    db.session.add(seat)
    db.session.flush()
    asking.ask([seat], key=f"test-{seat.id}", by=None, now=NOW)
    db.session.commit()
    return seat


def answer(client: FlaskClient, seat: Assignment, given: str = "", **values: str):
    data = {"answer": given, **values} if given else values
    return client.post(f"/asks/{asking.token_of(seat)}", data=data, follow_redirects=True)


def sent(kind: str) -> list[OutboxMail]:
    return list(db.session.scalars(sa.select(OutboxMail).where(OutboxMail.kind == kind)))


def test_looking_at_a_question_changes_nothing(camp, ola, client):
    seat = asked(camp, ola)

    for _time in range(3):
        assert client.get(f"/asks/{asking.token_of(seat)}").status_code == 200
        assert client.head(f"/asks/{asking.token_of(seat)}").status_code == 200

    assert (seat.state, sent("invitations/entry")) == (AssignmentState.ASKED, [])


def test_a_machine_that_sends_the_form_untouched_says_nothing(camp, ola, client):
    seat = asked(camp, ola)

    response = answer(client, seat)

    assert (response.status_code, seat.state) == (422, AssignmentState.ASKED)
    assert "Velg ja eller nei" in response.text


def test_a_yes_takes_the_seat_and_sends_one_invitation(camp, ola, client):
    seat = asked(camp, ola)

    page = answer(client, seat, "yes", comment="Kommer med toget")

    invitation = db.session.scalar(sa.select(Invitation))
    mail = sent("invitations/entry")[0]
    event = parsed(calendar_of(mail.raw)).inside[-1]
    assert "Du har sagt ja" in page.text
    assert (seat.state, seat.comment) == (AssignmentState.ACCEPTED, "Kommer med toget")
    assert (invitation.person_id, invitation.answer) == (ola.id, Answer.ACCEPTED)
    assert (event.value("UID"), int(event.value("SEQUENCE"))) == (
        camp.event.uid,
        camp.event.sequence,
    )
    assert broken_rules(mail.raw) == []


def test_saying_yes_twice_sends_one_invitation(camp, ola, client):
    seat = asked(camp, ola)

    answer(client, seat, "yes")
    answer(client, seat, "yes")

    assert len(sent("invitations/entry")) == 1


def test_a_no_frees_the_seat_and_is_thanked_for(camp, ola, client):
    seat = asked(camp, ola)

    page = answer(client, seat, "no")

    assert "Takk for at du sa fra" in page.text
    assert (seat.state, seat.is_seated) == (AssignmentState.DECLINED, False)


def test_a_no_after_a_yes_takes_the_camp_out_of_the_calendar(camp, ola, client):
    seat = asked(camp, ola)
    answer(client, seat, "yes")
    let_mail_leave()
    before = camp.event.sequence

    answer(client, seat, "no")

    mail = sent("invitations/leave")[0]
    calendar = parsed(calendar_of(mail.raw))
    assert calendar.value("METHOD") == "CANCEL"
    assert int(calendar.inside[-1].value("SEQUENCE")) > before
    assert db.session.scalar(sa.select(Invitation)).removed_at is not None


def test_a_yes_after_a_no_gets_the_seat_if_it_is_still_free(camp, ola, client):
    seat = asked(camp, ola)
    answer(client, seat, "no")

    answer(client, seat, "yes")

    assert seat.state == AssignmentState.ACCEPTED


def test_a_yes_that_comes_too_late_for_the_seat_is_told_so_kindly(camp, ola, siri, client):
    first = asked(camp, ola)
    answer(client, first, "no")
    second = asked(camp, siri)
    answer(client, second, "yes")

    page = answer(client, first, "yes")

    assert "Noen andre har fått plassen" in page.text
    assert (first.state, second.state) == (AssignmentState.DECLINED, AssignmentState.ACCEPTED)


def test_a_forged_link_is_unknown_and_kind(camp, ola, client):
    seat = asked(camp, ola)
    token = asking.token_of(seat)

    for forged in (
        token[:-1] + "x",
        token.replace(f"-{seat.id}-", f"-{seat.id + 1}-"),
        "x",
        "a-1-1-b",
    ):
        response = client.get(f"/asks/{forged}")
        assert (response.status_code, "Vi kjenner ikke denne lenken" in response.text) == (
            404,
            True,
        )


def test_somebody_else_who_is_signed_in_cannot_answer(camp, ola, siri, browse_as: Callable):
    seat = asked(camp, ola)

    page = answer(browse_as(siri), seat, "yes")

    assert ("Dette spørsmålet er til en annen" in page.text, seat.state) == (
        True,
        AssignmentState.ASKED,
    )


def test_an_older_link_points_to_the_newer_question(camp, ola, client):
    seat = asked(camp, ola)
    token = asking.token_of(seat)
    seat.reopen(NOW)
    db.session.commit()

    page = client.post(f"/asks/{token}", data={"answer": "yes"})

    assert ("Vi har sendt deg et nyere spørsmål" in page.text, seat.state) == (
        True,
        AssignmentState.ASKED,
    )


def test_after_the_deadline_one_is_told_and_may_still_have_a_free_seat(camp, ola, client):
    seat = asked(camp, ola)
    asking.expire_overdue(NOW + timedelta(days=8))
    db.session.commit()

    page = client.get(f"/asks/{asking.token_of(seat)}")
    answer(client, seat, "yes")

    assert "Svarfristen er ute" in page.text
    assert seat.state == AssignmentState.ACCEPTED


def test_a_question_about_a_cancelled_camp_needs_no_answer(camp, ola, client):
    seat = asked(camp, ola)
    event_changes.cancel(camp.event, "", by=None, now=NOW)
    db.session.commit()

    page = answer(client, seat, "yes")

    assert ("Campen er avlyst" in page.text, seat.state) == (True, AssignmentState.ASKED)


def test_the_answer_stands_once_the_camp_has_begun(camp, ola, client):
    seat = asked(camp, ola)
    camp.event.starts_at = NOW - timedelta(hours=1)
    db.session.commit()

    page = answer(client, seat, "yes")

    assert ("Campen har begynt" in page.text, seat.state) == (True, AssignmentState.ASKED)


def test_after_a_move_a_yes_is_asked_for_anew_and_keeps_the_seat(camp, ola, client):
    seat = asked(camp, ola)
    answer(client, seat, "yes")
    seat.reopen(NOW)
    db.session.commit()

    page = client.get(f"/asks/{asking.token_of(seat)}")
    answer(client, seat, "yes")

    assert "Campen er endret" in page.text
    assert (seat.state, len(sent("invitations/entry"))) == (AssignmentState.ACCEPTED, 1)


def test_the_question_is_written_in_the_readers_language_with_answers_before_details(camp):
    reader = create_person("Nils Vik", language="nn")
    asked(camp, reader)
    mailing = db.session.scalar(sa.select(Mailing))

    [(_key, message)] = list(ask_notices.asks(mailing, NOW))

    assert message.subject == "Jury på Moss vgs tysdag 20. oktober 2026: kan du?"
    assert message.html.index("/asks/") < message.html.index("<th")
    assert message.language == "nn"


def test_nobody_is_asked_twice_by_one_mailing(camp, ola):
    asked(camp, ola)
    mailing = db.session.scalar(sa.select(Mailing))

    first = [key for key, _message in ask_notices.asks(mailing, NOW)]
    second = [key for key, _message in ask_notices.asks(mailing, NOW)]

    assert (first, len(first)) == (second, 1)


def test_somebody_without_an_address_keeps_no_mail_from_the_others(camp, app):
    silent = create_person("Stille Hansen", email=None)
    other = create_person("Per Olsen")
    camp.panels[0].target = 2
    seats = [asked(camp, silent), asked(camp, other)]
    mailing = Mailing(kind="jury.asks", params={"assignment_ids": [seat.id for seat in seats]})

    assert [m.recipient.name for _key, m in ask_notices.asks(mailing, NOW)] == ["Per Olsen"]


def test_a_cancelled_camp_is_told_to_those_who_had_not_answered(camp, ola, kari):
    asked(camp, ola)

    camp_actions.call_off(camp, "For få elever", by=kari, now=NOW)
    db.session.commit()

    mailing = db.session.scalar(sa.select(Mailing).where(Mailing.kind == "jury.camp_cancelled"))
    [(_key, message)] = list(ask_notices.camp_cancelled(mailing, NOW))
    assert message.subject == "Avlyst: campen på Moss vgs tirsdag 20. oktober 2026"


def test_a_moved_camp_asks_those_who_had_not_answered_about_the_new_time(camp, ola):
    seat = asked(camp, ola)
    seat.reopen(NOW)
    mailing = Mailing(kind="jury.reconfirm", params={"camp_id": camp.id})
    db.session.commit()

    [(_key, message)] = list(ask_notices.reconfirm(mailing, NOW))

    assert message.subject == "Ny dato for Moss vgs, tirsdag 20. oktober 2026: kan du da?"
    assert asking.token_of(seat) in message.text


def test_whoever_said_yes_hears_of_a_move_in_one_mail_only_and_answers_on_the_page(
    camp, ola, client
):
    seat = asked(camp, ola)
    answer(client, seat, "yes")
    seat.reopen(NOW)
    mailing = Mailing(kind="jury.reconfirm", params={"camp_id": camp.id})
    db.session.commit()

    invitation = db.session.scalar(sa.select(Invitation))
    led = client.get(f"/invitations/{addresses.answer_token(invitation)}")
    assert list(ask_notices.reconfirm(mailing, NOW)) == []
    assert led.headers["Location"] == f"/asks/{asking.token_of(seat)}"


def test_the_page_speaks_as_its_mail_did_unless_the_reader_chose_otherwise(camp, client):
    seat = asked(camp, create_person("Nils Vik", language="nn"))
    page = f"/asks/{asking.token_of(seat)}"

    as_mailed = client.get(page).text
    client.set_cookie("language", "en")
    as_chosen = client.get(page).text

    assert ('<html lang="nn"' in as_mailed, "Kan du kome?" in as_mailed) == (True, True)
    assert ('<html lang="en"' in as_chosen, "Can you come?" in as_chosen) == (True, True)


@pytest.mark.parametrize(
    ("hours_ahead", "answer_within"),
    [
        (1, timedelta(hours=1)),
        (20, timedelta(hours=4)),
        (30, timedelta(hours=6)),
        (24 * 30, timedelta(days=7, hours=12, minutes=59)),
    ],
)
def test_whoever_is_asked_has_time_to_answer_until_the_camp_begins(
    app, ola, hours_ahead, answer_within
):
    camp = create_camp(create_season(), day=NOW + timedelta(hours=hours_ahead))

    seat = asked(camp, ola)

    assert seat.answer_by == NOW + answer_within


def test_a_question_shortly_before_the_camp_is_sent(server, ola):  # noqa: F811
    camp = create_camp(create_season(), day=NOW + timedelta(hours=20))
    seat = asked(camp, ola)
    to = ola.email
    db.session.commit()

    worker.one_round(Delivery(tell_time=lambda: NOW + timedelta(seconds=1)))

    db.session.expire_all()
    assert (server.recipients, seat.state) == ([to], AssignmentState.ASKED)
