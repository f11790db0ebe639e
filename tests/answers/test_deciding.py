"""What each decision changes and mails, and that each is made once."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
import sqlalchemy as sa

from portal.answers.desk import deciding
from portal.answers.desk.standing import Choice
from portal.answers.inbox.reasons import Reason
from portal.db import db
from portal.invitations import actions, addresses, event_changes, proposals
from portal.models.accounts import Person
from portal.models.audit import AuditEntry
from portal.models.inbox import CalendarAlias, InboxDecision
from portal.models.invitations import Answer, GivenAnswer
from portal.models.jury import Assignment, AssignmentState
from portal.models.mail import OutboxMail
from tests.answers.inbox_cases import (
    GUEST,
    counter,
    decide,
    decision_of,
    forwarded,
    letter,
    unproved,
)
from tests.factories import (
    MADE,
    create_camp,
    create_event,
    create_group,
    create_meeting,
    create_season,
)
from tests.invitations.sending import entry_in, expand_mailings, messages_to, said
from tests.mail.rules import broken_rules, parts_of


def newest_mail() -> OutboxMail:
    return db.session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id.desc())).first()


def test_an_answer_is_counted_as_settled_by_an_organiser(invitation, kari, now):
    message = unproved(invitation, comment="Gjerne", dtstamp=now)

    became = decide(message, Choice.COUNT, kari, now)

    assert became == Reason.ANSWERED
    assert (invitation.answer, invitation.answer_source, invitation.comment) == (
        Answer.ACCEPTED,
        "organiser",
        "Gjerne",
    )
    given = db.session.scalars(sa.select(GivenAnswer)).one()
    assert (given.counts, given.message_id, given.source) == (True, message.id, "organiser")
    assert decision_of(message) == (InboxDecision.APPLIED, now, kari.id, False)


def test_a_decision_is_written_down_in_ids_and_codes(invitation, kari, now):
    message = unproved(invitation)

    decide(message, Choice.SET_ASIDE, kari, now)
    db.session.flush()

    entry = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.verb == "inbox.decided")
    ).one()
    assert (entry.actor_id, entry.object_kind, entry.object_id, entry.details) == (
        kari.id,
        "inbox_message",
        message.id,
        {"decision": "set_aside", "choice": "set_aside", "event": invitation.event_id},
    )


def test_an_answer_that_another_has_overtaken_is_kept_and_does_not_count(invitation, kari, now):
    message = unproved(invitation, dtstamp=now - timedelta(hours=9))
    actions.answer(invitation, Answer.DECLINED, source="page", now=now - timedelta(hours=2))

    became = decide(message, Choice.COUNT, kari, now)

    assert (became, invitation.answer) == (Reason.OLDER_ANSWER, Answer.DECLINED)


@pytest.mark.parametrize("choice", [Choice.SET_ASIDE, Choice.DONE])
def test_what_is_set_aside_changes_and_mails_nothing(invitation, kari, now, choice):
    message = letter() if choice == Choice.DONE else unproved(invitation)
    mails = db.session.scalar(sa.select(sa.func.count()).select_from(OutboxMail))

    decide(message, choice, kari, now)

    assert decision_of(message) == (InboxDecision.SET_ASIDE, now, kari.id, False)
    assert invitation.answer == Answer.NEEDS_ACTION
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OutboxMail)) == mails


def test_a_guest_who_is_invited_is_added_and_gets_a_request(invitation, kari, now):
    message = forwarded(invitation)

    decide(message, Choice.INVITE, kari, now)

    jonas = db.session.scalars(sa.select(Person).where(Person.name == "Jonas Moen")).one()
    (mail,) = messages_to(jonas)
    assert (jonas.email, jonas.language, jonas.emails[0].confirmed_at) == (GUEST, "en", None)
    assert broken_rules(mail.raw) == []
    assert said(mail) == ("REQUEST", str(invitation.event.sequence), "CONFIRMED")
    assert message.decision == InboxDecision.INVITED


def test_a_guest_who_is_in_the_register_is_not_added_again(invitation, kari, siri, now):
    message = forwarded(invitation, attendee=siri.email.upper())

    decide(message, Choice.INVITE, kari, now)

    assert actions.invitation_of(invitation.event, siri).is_current
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Person)) == 3


def test_a_guest_who_is_turned_away_gets_a_cancel_and_is_not_added(invitation, kari, ola, now):
    message, before = forwarded(invitation), invitation.event.sequence

    decide(message, Choice.TURN_AWAY, kari, now)

    mail = newest_mail()
    entry = entry_in(mail)
    assert broken_rules(mail.raw) == []
    assert (mail.recipient, mail.person_id) == (GUEST, None)
    assert said(mail) == ("CANCEL", str(before + 1), "")
    assert entry.value("ATTENDEE") == f"mailto:{GUEST}"
    assert entry.value("ORGANIZER") == f"mailto:{addresses.calendar_address(ola)}"
    assert entry.value("UID") == invitation.event.uid
    assert "video.example.org" not in mail.raw.decode()
    assert "Bare for gruppen" not in "".join(
        part.get_content() for part in parts_of(mail.raw) if part.get_content_type() == "text/plain"
    )
    assert db.session.scalars(sa.select(Person.name).order_by(Person.id)).all() == [
        "Kari Nordmann",
        "Ola Hansen",
    ]
    assert message.decision == InboxDecision.TURNED_AWAY


def test_an_own_other_address_answers_for_its_person_from_then_on(invitation, kari, ola, now):
    message = forwarded(invitation, attendee=GUEST.upper())

    became = decide(message, Choice.OWN_ADDRESS, kari, now)

    alias = db.session.scalars(sa.select(CalendarAlias)).one()
    assert (became, invitation.answer, invitation.answer_source) == (
        Reason.ANSWERED,
        Answer.ACCEPTED,
        "organiser",
    )
    assert (alias.person, alias.folded, alias.confirmed_at, alias.confirmed_by) == (
        ola,
        GUEST,
        now,
        kari,
    )


def test_a_time_that_is_taken_moves_the_event_and_asks_all_again(invitation, kari, ola, siri, now):
    event = invitation.event
    actions.invite(event, siri, by=kari, now=now - timedelta(days=1))
    actions.answer(
        actions.invitation_of(event, siri), Answer.ACCEPTED, source="page", now=now - timedelta(1)
    )
    message, before = counter(invitation), event.sequence

    decide(message, Choice.TAKE_TIME, kari, now)
    expand_mailings(now)

    assert (event.starts_at, event.ends_at) == (
        message.proposed_starts_at,
        message.proposed_ends_at,
    )
    assert actions.invitation_of(event, siri).answer == Answer.NEEDS_ACTION
    for person in (ola, siri):
        mail = messages_to(person)[-1]
        assert broken_rules(mail.raw) == []
        assert said(mail) == ("REQUEST", str(event.sequence), "CONFIRMED")
    assert event.sequence > before
    assert message.decision == InboxDecision.TIME_TAKEN


def test_a_camp_is_moved_by_its_owner_so_that_jurors_are_asked_again(kari, ola, now):
    camp = create_camp(create_season())
    seat = Assignment(
        camp=camp,
        panel=camp.panels[0],
        person=ola,
        state=AssignmentState.ACCEPTED,
        created_at=MADE,
        asked_at=MADE,
    )
    db.session.add(seat)
    message = counter(actions.invite(camp.event, ola, by=kari, now=now))

    decide(message, Choice.TAKE_TIME, kari, now)

    assert camp.event.starts_at == message.proposed_starts_at
    assert seat.state == AssignmentState.RECONFIRM


def test_a_meeting_of_a_group_keeps_its_agenda_when_it_moves(kari, ola, now):
    meeting = create_meeting(create_group(), description="**Agenda**")
    message = counter(actions.invite(meeting.event, ola, by=kari, now=now))

    decide(message, Choice.TAKE_TIME, kari, now)

    assert (meeting.event.starts_at, meeting.event.description) == (
        message.proposed_starts_at,
        "**Agenda**",
    )


def test_whole_days_that_move_to_a_clock_are_whole_days_no_more(kari, ola, now):
    midnight = MADE.replace(month=10, hour=22)
    event = create_event(all_day=True, starts_at=midnight, ends_at=midnight + timedelta(days=1))
    message = counter(actions.invite(event, ola, by=kari, now=now))

    decide(message, Choice.TAKE_TIME, kari, now)

    assert event.all_day is False


def test_one_occurrence_of_a_series_moves_alone(kari, ola, now):
    first = create_event("Møte", uid="serie@localhost", recurrence_id="2026-10-15T07:00:00+00:00")
    second = create_event(
        "Møte",
        uid="serie@localhost",
        recurrence_id="2026-10-22T07:00:00+00:00",
        starts_at=first.starts_at + timedelta(days=7),
    )
    known = second.starts_at
    actions.invite(second, ola, by=kari, now=now)
    message = counter(actions.invite(first, ola, by=kari, now=now))

    decide(message, Choice.TAKE_TIME, kari, now)

    assert (first.starts_at, second.starts_at) == (message.proposed_starts_at, known)


def test_a_time_that_is_kept_is_told_to_the_one_who_proposed(invitation, kari, ola, siri, now):
    event = invitation.event
    actions.invite(event, siri, by=kari, now=now)
    message, known = counter(invitation), event.starts_at
    event_changes.raise_sequence(event, now)

    decide(message, Choice.KEEP_TIME, kari, now)

    mail = messages_to(ola)[-1]
    entry = entry_in(mail)
    whole = message_from_bytes(mail.raw, policy=policy.SMTP)
    (part,) = [each for each in whole.walk() if each.get_content_type() == "text/calendar"]
    assert broken_rules(mail.raw) == []
    assert part["Content-Type"].params["method"] == "DECLINECOUNTER"
    # RFC 5546 3.2.8: the sequence of what was proposed, and the time that stands.
    assert said(mail) == ("DECLINECOUNTER", str(message.sequence), "CONFIRMED")
    assert (entry.value("UID"), entry.value("DTSTART")) == (event.uid, "20261015T090000")
    assert entry.value("ATTENDEE") == f"mailto:{ola.email}"
    assert str(whole["From"]) == f"Kari Nordmann <{addresses.calendar_address(ola)}>"
    assert whole["Subject"].endswith("the time stays as it is")
    assert len(messages_to(siri)) == 1
    assert (event.starts_at, message.decision) == (known, InboxDecision.TIME_DECLINED)


def test_an_event_that_somebody_saved_meanwhile_does_not_move(invitation, kari, now):
    message, known = counter(invitation), invitation.event.starts_at
    seen = invitation.event.revision
    event_changes.change(invitation.event, {"place": "Moss"}, by=kari, now=now)
    db.session.commit()

    with pytest.raises(event_changes.EditedMeanwhile):
        decide(message, Choice.TAKE_TIME, kari, now, revision=seen)
    db.session.rollback()

    assert (invitation.event.starts_at, message.waits) == (known, True)


@pytest.mark.parametrize(
    "choice", [Choice.TAKE_TIME, Choice.KEEP_TIME, Choice.COUNT, Choice.INVITE, Choice.DONE]
)
def test_what_makes_no_sense_any_more_is_not_done(invitation, kari, now, choice):
    message = counter(invitation)
    event_changes.cancel(invitation.event, "", by=kari, now=now)
    db.session.commit()

    with pytest.raises(deciding.NotOffered):
        decide(message, choice, kari, now)
    db.session.rollback()

    assert message.waits


def test_nobody_is_told_at_an_address_that_is_none(invitation, kari, ola, now):
    message = forwarded(invitation, attendee="no address")

    with pytest.raises(proposals.CannotBeTold):
        proposals.turn_away(message, invitation.event, None, through=ola, now=now)
