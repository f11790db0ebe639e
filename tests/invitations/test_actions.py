from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.invitations import actions, addresses, event_changes
from portal.models.audit import AuditEntry
from portal.models.invitations import Answer, AnswerSource, Invitation
from portal.models.mail import Lane, MailState, OutboxMail
from tests.factories import create_event, create_person
from tests.invitations.sending import expand_mailings, let_mail_leave, messages_to, said


def queued() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(OutboxMail))


def test_an_invitation_is_one_request_to_one_person(kari, ola, now):
    event = create_event()

    invitation = actions.invite(event, ola, by=kari, now=now)

    (mail,) = messages_to(ola)
    assert said(mail) == ("REQUEST", "0", "CONFIRMED")
    assert (mail.lane, mail.event_id, mail.recipient) == (Lane.SINGLE, event.id, ola.email)
    assert mail.dedupe_key == f"event-{event.id}-seq-0-rev-1-person-{ola.id}"
    assert (invitation.sent_sequence, invitation.sent_revision) == (0, 1)


def test_inviting_twice_asks_once(kari, ola, now):
    event = create_event()

    first = actions.invite(event, ola, by=kari, now=now)
    second = actions.invite(event, ola, by=kari, now=now + timedelta(days=1))

    assert first is second
    assert queued() == 1


def test_who_has_no_address_is_invited_but_not_told(kari, now):
    event, siri = create_event(), create_person("Siri Berg", email=None)

    invitation = actions.invite(event, siri, by=kari, now=now)

    assert (invitation.is_current, invitation.sent_sequence) == (True, None)
    assert queued() == 0


def test_nobody_is_invited_to_what_is_off(kari, ola, now):
    event = create_event()
    event_changes.cancel(event, "", by=kari, now=now)

    with pytest.raises(event_changes.EventIsCancelled):
        actions.invite(event, ola, by=kari, now=now)


def test_uninviting_tells_that_person_alone_and_names_no_status(kari, ola, siri, now):
    event = create_event()
    for person in (ola, siri):
        actions.invite(event, person, by=kari, now=now)
    let_mail_leave()

    actions.uninvite(event, ola, by=kari, now=now)

    assert [said(mail) for mail in messages_to(ola)] == [
        ("REQUEST", "0", "CONFIRMED"),
        ("CANCEL", "1", ""),
    ]
    assert [said(mail) for mail in messages_to(siri)] == [("REQUEST", "0", "CONFIRMED")]
    assert event.sequence == 1
    assert "SEQUENCE:1" in event.ical_participant


def test_uninviting_twice_tells_once(kari, ola, now):
    event = create_event()
    actions.invite(event, ola, by=kari, now=now)
    let_mail_leave()

    for _each in range(2):
        actions.uninvite(event, ola, by=kari, now=now)

    assert queued() == 2


def test_whose_invitation_has_not_left_hears_nothing_of_the_end(kari, ola, now):
    event = create_event()
    actions.invite(event, ola, by=kari, now=now)

    actions.uninvite(event, ola, by=kari, now=now)

    assert [mail.kind for mail in messages_to(ola)] == ["invitations/request"]
    assert [mail.state for mail in messages_to(ola)] == [MailState.SUPPRESSED]
    assert event.sequence == 0


def test_who_is_asked_anew_hears_of_it_though_the_first_invitation_never_left(kari, ola, now):
    event = create_event()
    actions.invite(event, ola, by=kari, now=now)
    actions.uninvite(event, ola, by=kari, now=now)

    actions.invite(event, ola, by=kari, now=now)

    told = [(mail.state, said(mail)[:2]) for mail in messages_to(ola)]
    assert told == [
        (MailState.SUPPRESSED, ("REQUEST", "0")),
        (MailState.QUEUED, ("REQUEST", "1")),
    ]


def test_whose_invitation_a_worker_has_in_hand_is_told_of_the_end(kari, ola, now):
    event = create_event()
    actions.invite(event, ola, by=kari, now=now)
    db.session.execute(sa.update(OutboxMail).values(state=MailState.LEASED))

    actions.uninvite(event, ola, by=kari, now=now)

    assert [said(mail)[:2] for mail in messages_to(ola)] == [("REQUEST", "0"), ("CANCEL", "1")]


def test_who_was_never_told_need_not_hear_of_the_end(kari, now):
    event, siri = create_event(), create_person("Siri Berg", email=None)
    actions.invite(event, siri, by=kari, now=now)

    actions.uninvite(event, siri, by=kari, now=now)

    assert (event.sequence, queued()) == (0, 0)


def test_inviting_again_is_newer_than_the_cancel(kari, ola, now):
    event = create_event()
    invitation = actions.invite(event, ola, by=kari, now=now)
    let_mail_leave()
    actions.answer(invitation, Answer.ACCEPTED, source="page", now=now)
    actions.uninvite(event, ola, by=kari, now=now)
    let_mail_leave()

    again = actions.invite(event, ola, by=kari, now=now)

    assert again is invitation
    assert (again.answer, again.answered_at, again.removed_at) == (Answer.NEEDS_ACTION, None, None)
    assert [said(mail)[:2] for mail in messages_to(ola)] == [
        ("REQUEST", "0"),
        ("CANCEL", "1"),
        ("REQUEST", "2"),
    ]


def test_who_was_uninvited_hears_no_more(kari, ola, siri, now):
    event = create_event()
    for person in (ola, siri):
        actions.invite(event, person, by=kari, now=now)
    let_mail_leave()
    actions.uninvite(event, ola, by=kari, now=now)

    event_changes.cancel(event, "", by=kari, now=now)
    expand_mailings(now)

    assert [said(mail)[:2] for mail in messages_to(ola)] == [("REQUEST", "0"), ("CANCEL", "1")]
    assert [said(mail)[:2] for mail in messages_to(siri)] == [("REQUEST", "0"), ("CANCEL", "2")]


def test_who_was_invited_after_a_change_is_not_told_of_it(kari, ola, siri, now):
    event = create_event()
    actions.invite(event, ola, by=kari, now=now)
    event_changes.change(event, {"ends_at": event.ends_at + timedelta(hours=1)}, by=kari, now=now)
    actions.invite(event, siri, by=kari, now=now)

    event_changes.tell(event, by=kari, now=now)
    expand_mailings(now)

    # The sequence is raised once more, for one calendar has the present number already.
    assert [said(mail)[1] for mail in messages_to(ola)] == ["0", "2"]


def test_the_newest_answer_counts(kari, ola, now):
    invitation = actions.invite(create_event(), ola, by=kari, now=now)

    actions.answer(invitation, Answer.ACCEPTED, source="page", now=now)
    later = now + timedelta(hours=1)
    actions.answer(invitation, Answer.DECLINED, source="mail", now=later, comment="Syk")

    assert (invitation.answer, invitation.answered_at) == (Answer.DECLINED, later)
    assert (invitation.answer_source, invitation.comment) == ("mail", "Syk")
    verbs = db.session.scalars(sa.select(AuditEntry.verb).order_by(AuditEntry.id)).all()
    assert verbs == ["invitation.sent", "invitation.answered", "invitation.answered"]


def test_an_answer_on_a_page_replaces_what_came_by_mail_meanwhile(kari, ola, now):
    invitation = actions.invite(create_event(), ola, by=kari, now=now)
    actions.answer(invitation, Answer.ACCEPTED, source=AnswerSource.PAGE, now=now)
    db.session.flush()
    # As somebody else's transaction: what this session read before is not what stands there.
    db.session.execute(
        sa.update(Invitation)
        .values(answer=Answer.DELEGATED, answer_source="mail", comment="X", delegated_to="v@x.no")
        .execution_options(synchronize_session=False)
    )

    actions.answer(invitation, Answer.ACCEPTED, source=AnswerSource.PAGE, now=now)

    db.session.commit()
    assert (invitation.answer, invitation.answer_source) == (Answer.ACCEPTED, "page")
    assert (invitation.comment, invitation.delegated_to) == ("", "")


def test_who_is_uninvited_meanwhile_cannot_answer(kari, ola, now):
    invitation = actions.invite(create_event(), ola, by=kari, now=now)
    db.session.execute(
        sa.update(Invitation).values(removed_at=now).execution_options(synchronize_session=False)
    )

    with pytest.raises(actions.NotInvited):
        actions.answer(invitation, Answer.ACCEPTED, source=AnswerSource.PAGE, now=now)


def test_who_is_no_longer_invited_has_nothing_to_answer(kari, ola, now):
    event = create_event()
    invitation = actions.invite(event, ola, by=kari, now=now)
    actions.uninvite(event, ola, by=kari, now=now)

    with pytest.raises(actions.NotInvited):
        actions.answer(invitation, Answer.ACCEPTED, source="page", now=now)


def test_what_is_off_has_nothing_to_answer(kari, ola, now):
    event = create_event()
    invitation = actions.invite(event, ola, by=kari, now=now)
    event_changes.cancel(event, "", by=kari, now=now)

    with pytest.raises(event_changes.EventIsCancelled):
        actions.answer(invitation, Answer.ACCEPTED, source="page", now=now)


def test_a_refresh_sends_the_same_once_more_and_once_an_hour(kari, ola, now):
    invitation = actions.invite(create_event(), ola, by=kari, now=now)

    for minutes in (1, 2, 90):
        actions.refresh(invitation, now=now + timedelta(minutes=minutes))

    assert [said(mail)[:2] for mail in messages_to(ola)] == [("REQUEST", "0")] * 3


def test_a_calendar_address_names_its_person_whatever_the_case(app, ola, siri):
    address = addresses.calendar_address(ola)

    assert addresses.person_of(address) is ola
    assert addresses.person_of(f" {address.upper()} ") is ola
    assert addresses.calendar_address(siri) != address
    assert len(address.partition("@")[0]) <= 64


@pytest.mark.parametrize(
    "address",
    [
        "",
        "kalender@portal.example.org",
        "kalender+1-1-aaaa@portal.example.org",
        "+@",
        "ola@example.org",
    ],
)
def test_other_addresses_name_nobody(app, address):
    assert addresses.person_of(address) is None


def test_the_address_holds_for_our_domain_alone(app, ola):
    local = addresses.calendar_address(ola).partition("@")[0]

    assert addresses.person_of(f"{local}@elsewhere.example.org") is None


def test_an_address_is_revoked_by_a_new_generation(app, ola):
    address = addresses.calendar_address(ola)
    ola.reply_generation += 1

    assert addresses.person_of(address) is None


def test_the_answer_page_is_named_by_a_token_of_its_own(kari, ola, now):
    invitation = actions.invite(create_event(), ola, by=kari, now=now)
    token = addresses.answer_token(invitation)

    assert addresses.invitation_of(token) is invitation
    assert addresses.invitation_of(token[:-1]) is None
    ola.reply_generation += 1
    assert addresses.invitation_of(token) is None


def test_rows_are_one_for_each_person_and_event(kari, ola, now):
    event = create_event()
    for _each in range(2):
        actions.invite(event, ola, by=kari, now=now)
        actions.uninvite(event, ola, by=kari, now=now)

    assert db.session.scalar(sa.select(sa.func.count()).select_from(Invitation)) == 1
