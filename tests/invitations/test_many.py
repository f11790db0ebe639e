"""Many people invited at once: rows in the request, mails by the worker."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.invitations import actions, event_changes, many
from portal.mail import outbox
from portal.models.events import EventState
from portal.models.invitations import Answer, Invitation
from portal.models.mail import OutboxMail
from portal.models.mailings import Mailing
from tests.factories import create_event, create_person
from tests.invitations.sending import expand_mailings, messages_to


def ids(*people) -> list[int]:
    return [person.id for person in people]


def rows_of(event) -> list[Invitation]:
    return list(
        db.session.scalars(
            sa.select(Invitation).where(Invitation.event_id == event.id).order_by(Invitation.id)
        )
    )


def expand(now) -> list[str]:
    """What the waiting mailings are made into: the keys, each queued."""
    keys = []
    waiting = sa.select(Mailing).where(Mailing.expanded_at.is_(None), Mailing.kind == many.KIND)
    for mailing in db.session.scalars(waiting).all():
        for key, message in many.requests(mailing, now):
            outbox.enqueue(message, key=key, now=now, mailing_id=mailing.id)
            keys.append(key)
        mailing.expanded_at = now
    db.session.flush()
    return keys


def test_everybody_is_asked_by_one_mailing(kari, ola, siri, now):
    event = create_event()

    asked = many.invite_all(event, ids(ola, siri), by=kari, now=now)
    keys = expand(now)

    assert asked == 2
    assert [(row.person, row.sent_sequence, row.sent_revision) for row in rows_of(event)] == [
        (ola, event.sequence, event.revision), (siri, event.sequence, event.revision),
    ]  # fmt: skip
    assert keys == [f"event-{event.id}-seq-0-rev-1-person-{each.id}" for each in (ola, siri)]
    assert db.session.scalars(sa.select(OutboxMail.recipient)).all() == [ola.email, siri.email]


def test_those_invited_already_are_not_asked_again(kari, ola, siri, now):
    event = create_event()
    many.invite_all(event, ids(ola), by=kari, now=now)

    asked = many.invite_all(event, ids(ola, siri), by=kari, now=now)

    assert asked == 1
    assert many.invite_all(event, ids(ola, siri), by=kari, now=now) == 0
    assert len(expand(now)) == len(rows_of(event)) == 2


def test_somebody_uninvited_is_asked_anew_with_a_higher_number(kari, ola, now):
    event = create_event()
    invitation = actions.invite(event, ola, by=kari, now=now)
    actions.answer(invitation, Answer.DECLINED, source="page", now=now, comment="Ferie")
    actions.uninvite(event, ola, by=kari, now=now)
    sequence = event.sequence

    many.invite_all(event, ids(ola), by=kari, now=now + timedelta(hours=1))

    assert (invitation.answer, invitation.comment, invitation.removed_at) == (
        Answer.NEEDS_ACTION, "", None,
    )  # fmt: skip
    assert event.sequence == invitation.sent_sequence == sequence + 1
    assert len(expand(now)) == 1


def test_whoever_is_uninvited_while_the_mailing_waits_gets_no_invitation(kari, ola, siri, now):
    event = create_event()
    many.invite_all(event, ids(ola, siri), by=kari, now=now)
    actions.uninvite(event, ola, by=kari, now=now)

    assert [key.rpartition("-")[2] for key in expand(now)] == [str(siri.id)]


def test_one_without_an_address_does_not_keep_the_others_from_theirs(kari, siri, now):
    event = create_event()
    nora = create_person("Nora Lie", email=None)

    asked = many.invite_all(event, ids(nora, siri), by=kari, now=now)

    assert asked == 2
    assert [key.rpartition("-")[2] for key in expand(now)] == [str(siri.id)]


def test_nobody_is_asked_to_what_is_off(kari, ola, now):
    event = create_event(state=EventState.CANCELLED)

    with pytest.raises(event_changes.EventIsCancelled):
        many.invite_all(event, ids(ola), by=kari, now=now)


def test_what_is_called_off_while_the_mailing_waits_is_not_sent(kari, ola, now):
    event = create_event()
    many.invite_all(event, ids(ola), by=kari, now=now)
    event_changes.cancel(event, "", by=kari, now=now)

    assert expand(now) == []


def test_nobody_at_all_is_nothing_to_do(kari, now):
    assert many.invite_all(create_event(), [], by=kari, now=now) == 0


def test_who_is_uninvited_while_the_mailing_waits_is_told_nothing(kari, ola, siri, now):
    event = create_event()
    many.invite_all(event, ids(ola, siri), by=kari, now=now)

    actions.uninvite(event, ola, by=kari, now=now)
    expand_mailings(now)

    assert [mail.kind for mail in messages_to(ola)] == []
    assert [mail.kind for mail in messages_to(siri)] == ["invitations/request"]


def test_who_is_uninvited_while_the_mailing_is_made_into_messages_is_told(kari, ola, siri, now):
    event = create_event()
    many.invite_all(event, ids(ola, siri), by=kari, now=now)
    mailing = db.session.scalars(sa.select(Mailing)).one()
    messages = list(many.requests(mailing, now))

    actions.uninvite(event, ola, by=kari, now=now)
    for key, message in messages:
        outbox.enqueue(message, key=key, now=now, mailing_id=mailing.id)
    expand_mailings(now)

    assert [mail.kind for mail in messages_to(ola)] == [
        "invitations/request", "invitations/uninvite",
    ]  # fmt: skip
