from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.invitations import actions, addresses, event_changes
from portal.jury.asks import asking
from portal.models.audit import AuditEntry
from portal.models.invitations import Answer
from portal.models.jury import Assignment, AssignmentState
from tests.factories import MADE, create_camp, create_event, create_season

pytestmark = pytest.mark.usefixtures("in_august")


@pytest.fixture
def invitation(kari, ola, now):
    event = create_event("Webinar om fjorden", place="Oslo rådhus")
    return actions.invite(event, ola, by=kari, now=now)


def path_of(invitation) -> str:
    return f"/invitations/{addresses.answer_token(invitation)}"


def test_the_page_shows_the_event_and_chooses_nothing(client, invitation):
    page = client.get(path_of(invitation))

    assert page.status_code == 200
    assert "Webinar om fjorden" in page.text
    assert "Oslo rådhus" in page.text
    assert "checked" not in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_looking_at_the_page_answers_nothing(client, invitation):
    for _each in range(2):
        client.get(path_of(invitation))

    assert (invitation.answer, invitation.answered_at) == (Answer.NEEDS_ACTION, None)


@pytest.mark.parametrize("given", ["accepted", "tentative", "declined"])
def test_an_answer_is_recorded(client, invitation, given):
    response = client.post(path_of(invitation), data={"answer": given, "comment": "Gjerne"})

    assert response.location == path_of(invitation)
    assert (invitation.answer, invitation.answer_source, invitation.comment) == (
        Answer(given),
        "page",
        "Gjerne",
    )
    details = db.session.scalars(
        sa.select(AuditEntry.details).order_by(AuditEntry.id.desc())
    ).first()
    assert details == {"answer": given, "source": "page"}


def test_an_answer_may_be_changed(client, invitation):
    for given in ("accepted", "declined"):
        client.post(path_of(invitation), data={"answer": given})

    page = client.get(path_of(invitation)).text

    assert invitation.answer == Answer.DECLINED
    assert "Du har svart: Nei, jeg kan ikke komme" in page
    assert "checked" not in page


@pytest.mark.parametrize(
    "data", [{}, {"answer": ""}, {"answer": "delegated"}, {"answer": "x" * 99}]
)
def test_a_form_sent_without_a_choice_changes_nothing(client, invitation, data):
    response = client.post(path_of(invitation), data=data)

    assert response.status_code == 422
    assert invitation.answer == Answer.NEEDS_ACTION


@pytest.mark.parametrize("token", ["1-1-aaaa", "nonsense", "1-1-" + "a" * 32])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_forged_link_is_explained(client, invitation, token, method):
    response = getattr(client, method)(f"/invitations/{token}", data={"answer": "accepted"})

    assert response.status_code == 404
    assert "Vi finner ikke invitasjonen" in response.text
    assert invitation.answer == Answer.NEEDS_ACTION


def test_a_revoked_link_is_explained(client, invitation, ola):
    path = path_of(invitation)
    ola.reply_generation += 1
    db.session.commit()

    assert client.get(path).status_code == 404


def test_who_was_uninvited_has_nothing_to_answer(client, invitation, kari, ola, now):
    actions.uninvite(invitation.event, ola, by=kari, now=now)

    response = client.post(path_of(invitation), data={"answer": "accepted"})

    assert response.status_code == 410
    assert invitation.answer == Answer.NEEDS_ACTION


@pytest.mark.parametrize("reason", [actions.NotInvited, event_changes.EventIsCancelled])
def test_who_is_uninvited_while_they_answer_is_shown_so(client, invitation, monkeypatch, reason):
    def answer(*_args, **_options):
        raise reason

    monkeypatch.setattr(actions, "answer", answer)

    response = client.post(path_of(invitation), data={"answer": "accepted"})

    assert (response.status_code, response.location) == (302, path_of(invitation))


def test_a_cancelled_event_needs_no_answer(client, invitation, kari, now):
    event_changes.cancel(invitation.event, "For få påmeldte.", by=kari, now=now)

    response = client.post(path_of(invitation), data={"answer": "accepted"})

    assert response.status_code == 410
    assert "For få påmeldte." in response.text
    assert invitation.answer == Answer.NEEDS_ACTION


def test_a_juror_answers_on_the_page_of_the_jury_where_a_no_frees_the_seat(client, kari, ola, now):
    camp = create_camp(create_season(), day=datetime(2026, 10, 20, 6, tzinfo=UTC))
    seat = Assignment(
        camp=camp,
        panel=camp.panels[0],
        person=ola,
        state=AssignmentState.ACCEPTED,
        created_at=MADE,
    )
    db.session.add(seat)
    invitation = actions.invite(camp.event, ola, by=kari, now=now)
    path = path_of(invitation)

    led = [client.get(path), client.post(path, data={"answer": "declined"})]

    assert [answer.headers["Location"] for answer in led] == [f"/asks/{asking.token_of(seat)}"] * 2
    assert (seat.state, invitation.answer) == (AssignmentState.ACCEPTED, Answer.NEEDS_ACTION)


def test_somebody_else_may_be_signed_in_on_the_machine(browse_as, invitation, siri):
    browse_as(siri).post(path_of(invitation), data={"answer": "accepted"})

    assert invitation.answer == Answer.ACCEPTED


def test_the_page_costs_the_same_however_many_are_invited(
    client, invitation, kari, siri, now, queries
):
    path = path_of(invitation)
    costs = []
    for person in (siri, kari):
        with queries() as statements:
            client.get(path)
        costs.append(len(statements))
        actions.invite(invitation.event, person, by=kari, now=now)
        db.session.commit()

    assert len(set(costs)) == 1


def test_what_is_over_is_answered_no_more(client, invitation):
    path = path_of(invitation)
    invitation.event.starts_at = MADE
    invitation.event.ends_at = MADE.replace(hour=MADE.hour + 1)
    db.session.commit()

    answers = [client.get(path), client.post(path, data={"answer": "declined"})]

    assert [answer.status_code for answer in answers] == [410, 410]
    assert invitation.answer == Answer.NEEDS_ACTION
