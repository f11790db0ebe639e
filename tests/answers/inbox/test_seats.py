"""A juror's calendar that says no frees no seat: the juror is asked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.invitations import actions, addresses
from portal.jury.asks import ask_notices, asking
from portal.models.audit import AuditEntry
from portal.models.invitations import Answer
from portal.models.jury import Assignment, AssignmentState
from portal.models.mailings import Mailing
from tests.answers.inbox import shapes
from tests.answers.inbox.shapes import Told, stamp
from tests.factories import MADE, create_camp, create_season

MINUTE = timedelta(minutes=1)


@pytest.fixture
def seat(kari, ola, now) -> Assignment:
    """Ola has said yes to a camp, which is in his calendar."""
    camp = create_camp(create_season(), day=datetime(2026, 10, 20, 6, tzinfo=UTC))
    seat = Assignment(
        camp=camp, panel=camp.panels[0], person=ola, state=AssignmentState.ACCEPTED, created_at=MADE
    )
    db.session.add(seat)
    invitation = actions.invite(camp.event, ola, by=kari, now=now, agreed=True)
    invitation.answer = Answer.ACCEPTED
    db.session.commit()
    return seat


@pytest.fixture
def no(seat, ola) -> Told:
    return Told(to=addresses.calendar_address(ola), uid=seat.camp.event.uid, partstat="DECLINED")


def asked() -> list[Mailing]:
    """The questions whether the seat is to be freed."""
    kind = Mailing.kind == "jury.calendar_declined"
    return list(db.session.scalars(sa.select(Mailing).where(kind)))


def answer_of(seat: Assignment) -> Answer:
    return actions.invitation_of(seat.camp.event, seat.person).answer


def test_a_no_keeps_the_seat_and_asks_the_juror(take, no, seat, now):
    assert take(shapes.exchange(no)).reason == "answered"

    assert (seat.state, seat.calendar_declined_at) == (AssignmentState.ACCEPTED, now)
    assert answer_of(seat) == Answer.DECLINED
    key, message = next(ask_notices.MAILINGS["jury.calendar_declined"](asked()[0], now))
    assert message.recipient.address == "ola.hansen@example.org"
    assert asking.url_of(seat) in message.text
    assert asking.url_of(seat).rpartition("/")[2] in message.html
    assert key == f"jury/calendar_declined-{seat.id}-20260820"
    verbs = db.session.scalars(sa.select(AuditEntry.verb)).all()
    assert verbs.count("assignment.calendar_declined") == 1


def test_a_second_no_asks_no_second_time(take, no, seat, now):
    for number in range(5):
        take(shapes.exchange(replace(no, message_id=f"{number}@x")), now + number * MINUTE)

    assert (len(asked()), seat.calendar_declined_at) == (1, now)


@pytest.mark.parametrize("partstat", ["ACCEPTED", "TENTATIVE"])
def test_a_yes_after_all_settles_it(take, no, seat, now, partstat: str):
    take(shapes.exchange(no))
    later = replace(no, partstat=partstat, message_id="2@x", dtstamp=stamp(now + MINUTE))

    take(shapes.exchange(later), now + MINUTE)

    assert (seat.state, seat.calendar_declined_at) == (AssignmentState.ACCEPTED, None)
    assert list(ask_notices.calendar_declined(asked()[0], now)) == []


def test_a_yes_on_the_page_outweighs_the_calendar(take, no, seat, now):
    take(shapes.exchange(no))

    asking.accept(seat, now=now + MINUTE)

    assert (seat.state, seat.calendar_declined_at) == (AssignmentState.ACCEPTED, None)
    assert answer_of(seat) == Answer.ACCEPTED


def test_a_no_on_the_page_frees_the_seat(take, no, seat, now):
    take(shapes.exchange(no))

    asking.decline(seat, now=now + MINUTE)

    assert (seat.state, seat.calendar_declined_at) == (AssignmentState.DECLINED, None)


def test_the_page_of_the_question_says_why_it_asks(client, take, no, seat, in_august):
    take(shapes.exchange(no))
    seat.person.language = "en"
    db.session.commit()

    page = client.get(f"/asks/{asking.token_of(seat)}")

    assert "Your calendar has said no" in page.text


def test_after_the_camp_has_begun_nobody_is_asked(take, no, seat, now):
    begun = seat.camp.event.starts_at + MINUTE

    take(shapes.exchange(replace(no, dtstamp=stamp(begun))), begun)

    assert (answer_of(seat), asked()) == (Answer.DECLINED, [])


def test_a_proposal_of_another_day_leaves_the_seat_alone(take, no, seat):
    take(shapes.exchange(replace(no, method="COUNTER", starts="20261021T080000",
                                 ends="20261021T140000")))  # fmt: skip

    assert (seat.state, seat.calendar_declined_at, answer_of(seat)) == (
        AssignmentState.ACCEPTED, None, Answer.TENTATIVE,
    )  # fmt: skip
