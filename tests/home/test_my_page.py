from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from portal import clock
from portal.db import db
from portal.models.accounts import Person
from portal.models.invitations import Answer, Invitation
from portal.models.jury import Assignment, AssignmentState
from tests.factories import (
    create_camp,
    create_event,
    create_group,
    create_place,
    create_season,
    create_signup,
)


def ask(person: Person, state: AssignmentState = AssignmentState.ASKED, days: int = 20) -> str:
    """Ask the person to sit on a jury, and return the title of the camp."""
    camp = create_camp(create_season(), day=clock.now() + timedelta(days=days))
    seat = Assignment(
        camp=camp,
        panel=camp.panels[0],
        person=person,
        state=state,
        ask_number=1,
        created_at=clock.now(),
    )
    db.session.add(seat)
    db.session.commit()
    return camp.event.title


def invite(person: Person, title: str, answer: Answer = Answer.NEEDS_ACTION) -> None:
    event = create_event(title, starts_at=clock.now() + timedelta(days=5))
    db.session.add(Invitation(event=event, person=person, answer=answer, created_at=clock.now()))
    db.session.commit()


def test_somebody_not_signed_in_is_asked_to(client: FlaskClient):
    response = client.get("/my")

    assert (response.status_code, response.location) == (302, "/sign-in?next=/my")


def test_a_newcomer_sees_what_there_is_to_do(browse_as: Callable[..., FlaskClient], ola: Person):
    page = browse_as(ola).get("/my").text

    assert "Du har ingen spørsmål å svare på." in page
    assert "Du har ikke meldt deg" in page


def test_what_waits_for_an_answer_comes_first(browse_as: Callable[..., FlaskClient], ola: Person):
    asked = ask(ola)
    invite(ola, "Møte om fjorden")
    invite(ola, "Webinar jeg skal på", Answer.ACCEPTED)
    seated = ask(ola, AssignmentState.ACCEPTED)

    page = browse_as(ola).get("/my").text

    assert "2 spørsmål venter på svar fra deg." in page
    waiting, coming = page.split("Dette er du med på")
    assert (asked in waiting, "Møte om fjorden" in waiting) == (True, True)
    assert (seated in coming, "Webinar jeg skal på" in coming) == (True, True)


def test_each_question_leads_to_its_answer_page(browse_as: Callable[..., FlaskClient], ola: Person):
    ask(ola)
    invite(ola, "Møte om fjorden")

    page = browse_as(ola).get("/my").text

    assert (page.count('href="/asks/'), page.count('href="/invitations/')) == (1, 1)


def test_what_is_over_or_declined_is_gone(browse_as: Callable[..., FlaskClient], ola: Person):
    over = ask(ola, days=-2)
    declined = ask(ola, AssignmentState.DECLINED)
    invite(ola, "Møte jeg ikke kan", Answer.DECLINED)

    page = browse_as(ola).get("/my").text

    assert [title in page for title in (over, declined, "Møte jeg ikke kan")] == [False] * 3


def test_nobody_sees_what_belongs_to_another(
    browse_as: Callable[..., FlaskClient], ola: Person, siri: Person
):
    title = ask(ola)
    create_signup(create_season("Sesongen til Ola"), ola)
    create_place(create_group("Gruppa til Ola"), ola)

    page = browse_as(siri).get("/my").text

    assert [text in page for text in (title, "Sesongen til Ola", "Gruppa til Ola")] == [False] * 3


@pytest.mark.parametrize("rows", [1, 3])
def test_my_page_asks_the_database_as_often_for_many_rows(
    browse_as: Callable[..., FlaskClient],
    ola: Person,
    queries: Callable[[], Any],
    rows: int,
):
    for number in range(rows):
        ask(ola)
        invite(ola, f"Møte {number}")
        create_signup(create_season(f"Sesong {number}"), ola)
        create_place(create_group(f"Gruppe {number}"), ola)
    client = browse_as(ola)
    client.get("/my")

    with queries() as statements:
        client.get("/my")

    assert len([text for text in statements if text.startswith("SELECT")]) == 16
