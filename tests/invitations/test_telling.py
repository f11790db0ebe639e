from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from portal.db import db
from portal.invitations import actions, event_changes, notices
from portal.mail import mailings
from portal.models.events import EventChange
from portal.models.invitations import Answer
from portal.models.mailings import Mailing
from tests.factories import create_event
from tests.invitations.sending import expand_mailings, messages_to, said

LATER = datetime(2026, 10, 16, 7, 0, tzinfo=UTC)


def numbers(event):
    return event.sequence, event.revision


def moved(event, hours=24):
    step = timedelta(hours=hours)
    return {"starts_at": event.starts_at + step, "ends_at": event.ends_at + step}


def test_nobody_is_told_before_somebody_says_so(kari, ola, now):
    event = create_event()
    actions.invite(event, ola, by=kari, now=now)

    event_changes.change(event, moved(event), by=kari, now=now)

    assert event.is_untold
    assert db.session.scalars(sa.select(Mailing)).all() == []


def test_an_event_without_guests_has_nothing_untold(kari, now):
    event = create_event()

    event_changes.change(event, moved(event), by=kari, now=now)

    assert not event.is_untold


def test_several_changes_are_told_in_one_mail(kari, ola, now):
    event = create_event()
    actions.invite(event, ola, by=kari, now=now)
    event_changes.change(event, moved(event), by=kari, now=now)
    event_changes.change(event, {"place": "Oslo rådhus"}, by=kari, now=now)

    event_changes.tell(event, by=kari, now=now)
    event_changes.tell(event, by=kari, now=now)
    expand_mailings(now)

    assert [said(mail) for mail in messages_to(ola)] == [
        ("REQUEST", "0", "CONFIRMED"),
        ("REQUEST", "1", "CONFIRMED"),
    ]
    assert not event.is_untold
    told = db.session.scalars(sa.select(EventChange.told_at)).all()
    assert told == [now] * 3


def test_a_change_of_text_raises_the_sequence_when_it_is_told(kari, ola, now):
    event = create_event()
    actions.invite(event, ola, by=kari, now=now)
    event_changes.change(event, {"title": "Nytt navn"}, by=kari, now=now)

    event_changes.tell(event, by=kari, now=now)

    assert numbers(event) == (1, 2)
    assert "SEQUENCE:1" in event.ical_public


def test_a_change_of_time_is_not_counted_twice(kari, ola, now):
    event = create_event()
    actions.invite(event, ola, by=kari, now=now)
    event_changes.change(event, moved(event), by=kari, now=now)

    event_changes.tell(event, by=kari, now=now)

    assert numbers(event) == (1, 2)


def test_two_mailings_that_waited_become_one_message(kari, ola, now):
    event = create_event()
    actions.invite(event, ola, by=kari, now=now)
    for title in ("Første", "Andre"):
        event_changes.change(event, {"title": title}, by=kari, now=now)
        event_changes.tell(event, by=kari, now=now)

    expand_mailings(now)

    assert [said(mail)[:2] for mail in messages_to(ola)] == [("REQUEST", "0"), ("REQUEST", "2")]


def test_a_number_that_a_late_mailing_used_up_is_not_used_again(kari, ola, now):
    event = create_event()
    actions.invite(event, ola, by=kari, now=now)
    event_changes.change(event, {"title": "Første"}, by=kari, now=now)
    event_changes.tell(event, by=kari, now=now)
    event_changes.change(event, moved(event), by=kari, now=now)
    expand_mailings(now)

    event_changes.change(event, {"title": "Andre"}, by=kari, now=now)
    event_changes.tell(event, by=kari, now=now)
    expand_mailings(now)

    assert [said(mail)[1] for mail in messages_to(ola)] == ["0", "2", "3"]


def test_a_new_time_asks_for_new_answers(kari, ola, siri, now):
    event = create_event()
    early = actions.invite(event, ola, by=kari, now=now)
    late = actions.invite(event, siri, by=kari, now=now)
    actions.answer(early, Answer.ACCEPTED, source="page", now=now)
    event_changes.change(event, moved(event), by=kari, now=now + timedelta(hours=1))
    actions.answer(late, Answer.ACCEPTED, source="page", now=now + timedelta(hours=2))

    event_changes.tell(event, by=kari, now=now + timedelta(hours=3))

    assert (early.answer, early.answered_at) == (Answer.NEEDS_ACTION, None)
    assert late.answer == Answer.ACCEPTED


def test_a_new_text_leaves_answers_alone(kari, ola, now):
    event = create_event()
    invitation = actions.invite(event, ola, by=kari, now=now)
    actions.answer(invitation, Answer.ACCEPTED, source="page", now=now)
    event_changes.change(event, {"title": "Nytt"}, by=kari, now=now + timedelta(hours=1))

    event_changes.tell(event, by=kari, now=now + timedelta(hours=1))

    assert invitation.answer == Answer.ACCEPTED


def test_cancelling_tells_all_who_were_invited_once(kari, ola, siri, now):
    event = create_event()
    for person in (ola, siri):
        actions.invite(event, person, by=kari, now=now)

    event_changes.cancel(event, "For få påmeldte.", by=kari, now=now)
    event_changes.cancel(event, "En gang til", by=kari, now=now)
    expand_mailings(now)

    expected = [("REQUEST", "0", "CONFIRMED"), ("CANCEL", "1", "CANCELLED")]
    assert [said(mail) for mail in messages_to(ola)] == expected
    assert [said(mail) for mail in messages_to(siri)] == expected
    assert event.cancel_reason == "For få påmeldte."
    assert not event.is_untold


def test_an_update_that_waited_says_nothing_once_the_event_is_off(kari, ola, now):
    event = create_event()
    actions.invite(event, ola, by=kari, now=now)
    event_changes.change(event, moved(event), by=kari, now=now)
    event_changes.tell(event, by=kari, now=now)

    event_changes.cancel(event, "", by=kari, now=now)
    expand_mailings(now)

    assert [said(mail)[:2] for mail in messages_to(ola)] == [("REQUEST", "0"), ("CANCEL", "2")]


def test_a_note_on_what_is_off_is_no_news(kari, ola, now):
    event = create_event()
    actions.invite(event, ola, by=kari, now=now)
    event_changes.cancel(event, "", by=kari, now=now)

    event_changes.change(event, {"summary": "Vi prøver igjen til våren."}, by=kari, now=now)

    assert not event.is_untold


def test_a_mailing_outlives_the_transactions_it_is_made_in(kari, ola, siri, now, monkeypatch):
    monkeypatch.setattr(mailings, "CHUNK", 1)
    event = create_event()
    for person in (ola, siri, kari):
        actions.invite(event, person, by=kari, now=now)
    event_changes.change(event, moved(event), by=kari, now=now)
    event_changes.tell(event, by=kari, now=now)
    db.session.commit()

    mailings.expand_due(notices.MAILINGS, now + timedelta(hours=1), lambda: None)

    assert [len(messages_to(person)) for person in (ola, siri, kari)] == [2, 2, 2]


def test_a_cancellation_speaks_of_the_time_that_people_know(kari, ola, now):
    event = create_event("Samling", starts_at=datetime(2026, 10, 15, 7, tzinfo=UTC))
    actions.invite(event, ola, by=kari, now=now)
    event_changes.change(event, moved(event), by=kari, now=now)

    event_changes.cancel(event, "", by=kari, now=now)
    expand_mailings(now)

    assert messages_to(ola)[-1].subject == (
        "Avlyst: Samling, torsdag 15. oktober 2026 kl. 09.00–10.30"
    )


def test_who_is_invited_after_a_change_is_invited_and_not_told_of_it(kari, ola, siri, now):
    event = create_event()
    actions.invite(event, ola, by=kari, now=now)
    event_changes.change(event, moved(event), by=kari, now=now)
    event_changes.tell(event, by=kari, now=now)

    actions.invite(event, siri, by=kari, now=now + timedelta(minutes=1))
    expand_mailings(now + timedelta(minutes=2))

    assert [mail.kind for mail in messages_to(ola)] == ["invitations/request", "invitations/update"]
    assert [mail.kind for mail in messages_to(siri)] == ["invitations/request"]
