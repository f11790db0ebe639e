"""A group is taken out of a joint gathering: one mailing, and who is expected still stays."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.groups.meetings import deputies, summons
from portal.invitations import actions as invitations
from portal.invitations import event_changes, many, notices
from portal.mail import outbox
from portal.models.accounts import Person
from portal.models.groups import PlaceRole
from portal.models.invitations import Answer, AnswerSource
from portal.models.mail import MailState, OutboxMail
from portal.models.mailings import Mailing
from portal.models.meetings import MeetingGroup, MeetingGuest
from tests.factories import create_person, create_place
from tests.groups.meetings.gathered import (
    create_joint,
    create_other,
    invitation_of,
    invited,
    mails_to,
)
from tests.groups.people import lead_of, mailings, page_of, typed
from tests.mail.rules import calendar_of

COMPOSERS = {**notices.MAILINGS, **many.MAILINGS}


@pytest.fixture
def siri():
    return create_person("Siri Berg")


@pytest.fixture
def other(amir, siri):
    """A group in which Amir sits too."""
    return create_other("Arbeidsgruppe for kraft", amir, siri)


@pytest.fixture
def meeting(group, other, kari):
    """A joint gathering, called; nobody's mail is made yet."""
    found = create_joint(group, other, days=1)
    summons.call_meeting(found, by=kari, now=clock.now())
    db.session.commit()
    return found


def expand() -> None:
    """Make mails of what waits, and send them, as the worker does."""
    waiting = sa.select(Mailing).where(Mailing.expanded_at.is_(None)).order_by(Mailing.id)
    for mailing in db.session.scalars(waiting).all():
        for key, message in COMPOSERS[mailing.kind](mailing, clock.now()):
            outbox.enqueue(message, key=key, now=clock.now(), mailing_id=mailing.id)
        mailing.expanded_at = clock.now()
    db.session.execute(
        sa.update(OutboxMail)
        .where(OutboxMail.state == MailState.QUEUED)
        .values(state=MailState.SENT, sent_at=clock.now())
    )
    db.session.commit()


def take_out(meeting, kari) -> None:
    group_ids = [each.group_id for each in meeting.others]
    meeting.others = []
    db.session.flush()
    summons.let_go_of_groups(meeting, group_ids, by=kari, now=clock.now())
    db.session.commit()


def put_back(meeting, other, kari) -> None:
    meeting.others = [MeetingGroup(group_id=other.id)]
    db.session.flush()
    summons.call_meeting(meeting, by=kari, now=clock.now())
    db.session.commit()


def calendars_of(person: Person) -> list[tuple[str, int]]:
    """Method and number of each calendar part that ``person`` was written, oldest first."""
    found = db.session.scalars(
        sa.select(OutboxMail).where(OutboxMail.person_id == person.id).order_by(OutboxMail.id)
    )
    texts = [calendar_of(mail.raw).decode() for mail in found]
    return [
        (text.partition("METHOD:")[2].split()[0], int(text.partition("SEQUENCE:")[2].split()[0]))
        for text in texts
    ]


def test_the_request_makes_one_mailing_and_no_mail(browse_as, meeting, siri, kari):
    expand()
    for number in range(30):
        create_place(meeting.others[0].group, create_person(f"Medlem {number}"))
    summons.call_meeting(meeting, by=kari, now=clock.now())
    db.session.commit()
    expand()
    mails = db.session.scalar(sa.select(sa.func.count(OutboxMail.id)))

    browse_as(kari).post(page_of(meeting, "/edit"), data=typed(meeting, tell="later"))

    assert invited(meeting) == ["Amir Khan", "Ingrid Solberg"]
    assert mailings()[-1] == "invitations.uninvite"
    assert mailings().count("invitations.uninvite") == 1
    assert db.session.scalar(sa.select(sa.func.count(OutboxMail.id))) == mails
    expand()
    assert mails_to(siri) == ["invitations/request", "invitations/uninvite"]


def test_only_those_who_leave_are_told_by_a_cancel_without_status(
    meeting, siri, amir, lead, other, kari
):
    expand()
    sequence = meeting.event.sequence

    take_out(meeting, kari)
    expand()

    assert calendars_of(siri) == [("REQUEST", sequence), ("CANCEL", sequence + 1)]
    assert [mails_to(each) for each in (amir, lead)] == [["invitations/request"]] * 2
    raw = db.session.scalars(
        sa.select(OutboxMail).where(OutboxMail.person_id == siri.id).order_by(OutboxMail.id.desc())
    ).first().raw  # fmt: skip
    text = calendar_of(raw).decode()
    assert "STATUS" not in text
    assert text.count("ATTENDEE") == 1


def test_whoever_had_not_got_the_summons_yet_hears_nothing(meeting, siri, lead, kari):
    take_out(meeting, kari)
    expand()

    assert (mails_to(siri), mails_to(lead)) == ([], ["invitations/request"])


def test_a_group_put_back_before_the_worker_ran_is_asked_and_not_uninvited(
    meeting, siri, other, kari
):
    expand()
    invitations.answer(
        invitation_of(meeting, siri), Answer.ACCEPTED, source=AnswerSource.PAGE, now=clock.now()
    )
    sequence = meeting.event.sequence

    take_out(meeting, kari)
    put_back(meeting, other, kari)
    expand()

    assert calendars_of(siri) == [("REQUEST", sequence), ("REQUEST", sequence + 2)]
    assert invitation_of(meeting, siri).answer == Answer.NEEDS_ACTION


def test_a_group_put_back_after_a_change_is_asked_under_a_higher_number(
    meeting, siri, amir, other, kari
):
    expand()
    sequence = meeting.event.sequence
    take_out(meeting, kari)
    event, later = meeting.event, timedelta(hours=1)
    event_changes.change(
        event,
        {"starts_at": event.starts_at + later, "ends_at": event.ends_at + later},
        by=kari,
        now=clock.now(),
    )
    event_changes.tell(event, by=kari, now=clock.now())
    db.session.commit()
    expand()
    put_back(meeting, other, kari)
    expand()

    assert calendars_of(siri) == [
        ("REQUEST", sequence), ("CANCEL", sequence + 1), ("REQUEST", sequence + 2),
    ]  # fmt: skip
    assert calendars_of(amir) == [("REQUEST", sequence), ("REQUEST", sequence + 2)]


def test_a_group_taken_out_twice_while_the_mailings_wait_is_told_once(meeting, siri, other, kari):
    expand()
    sequence = meeting.event.sequence
    take_out(meeting, kari)
    put_back(meeting, other, kari)
    take_out(meeting, kari)
    expand()

    assert calendars_of(siri) == [("REQUEST", sequence), ("CANCEL", sequence + 3)]


def test_guests_stay_and_deputies_of_those_who_leave_go(meeting, siri, other, kari):
    expand()
    guest, deputy = create_person("Gro Gjest"), create_person("Vera Vara")
    db.session.add(MeetingGuest(meeting=meeting, person=guest, added_at=clock.now()))
    summons.call_meeting(meeting, by=kari, now=clock.now())
    deputies.answer(
        invitation_of(meeting, siri),
        Answer.DELEGATED,
        wanted=deputies.Wanted(person=deputy),
        now=clock.now(),
    )
    db.session.commit()
    expand()

    take_out(meeting, kari)
    expand()

    assert invited(meeting) == ["Amir Khan", "Gro Gjest", "Ingrid Solberg"]
    assert [each.person for each in meeting.guests] == [guest]
    assert mails_to(deputy) == ["invitations/deputy", "invitations/uninvite"]
    assert mails_to(guest) == ["invitations/request"]


def test_a_deputy_who_is_called_for_themselves_is_told_that_they_are_not_needed(
    meeting, siri, group, kari
):
    deputy = create_person("Vera Vara")
    create_place(group, deputy, role=PlaceRole.DEPUTY)
    summons.call_meeting(meeting, by=kari, now=clock.now())
    expand()
    deputies.answer(
        invitation_of(meeting, siri),
        Answer.DELEGATED,
        wanted=deputies.Wanted(person=deputy),
        now=clock.now(),
    )
    db.session.commit()

    take_out(meeting, kari)
    expand()

    assert invitation_of(meeting, deputy).is_current
    assert mails_to(deputy) == [
        "invitations/request", "invitations/deputy", "invitations/not_deputy",
    ]  # fmt: skip


def test_whoever_takes_their_own_group_out_is_not_told_that_we_did(meeting, other):
    nils = lead_of(other)
    expand()

    take_out(meeting, nils)
    expand()

    assert mails_to(nils) == ["invitations/request", "invitations/leave"]


def test_those_taken_out_of_what_is_then_called_off_are_told_the_first(meeting, siri, kari):
    expand()
    take_out(meeting, kari)
    event_changes.cancel(meeting.event, "", by=kari, now=clock.now())
    db.session.commit()
    expand()

    assert mails_to(siri) == ["invitations/request", "invitations/uninvite"]
