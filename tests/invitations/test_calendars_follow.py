"""Whatever happens, in whatever order: each calendar ends up as the portal has it."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)

from portal import worker
from portal.calendar import entries
from portal.calendar.ical import vevent
from portal.db import db
from portal.invitations import actions, event_changes, many, telling
from portal.mail import outbox
from portal.models.accounts import EmailAddress, Person
from portal.models.events import Event, EventKind, EventState, new_uid
from portal.models.invitations import Answer, AnswerSource
from portal.models.mail import Cause, MailState, OutboxMail
from portal.models.mailings import Mailing
from tests.calendar.lines import parsed
from tests.conftest import NOW
from tests.invitations.calendar_program import CalendarProgram, Shown
from tests.invitations.test_golden import readable_message
from tests.mail.rules import broken_rules

NAMES = ("Ola Hansen", "Siri Berg", "Amir Khan")
SOMEBODY = st.integers(0, len(NAMES) - 1)
SEVERAL = st.lists(SOMEBODY, min_size=1, max_size=3, unique=True)
ANSWER = st.sampled_from(actions.ANSWERS)
MINUTE = timedelta(minutes=1)


def stands(machine: "Organising") -> bool:
    return not machine.event.is_cancelled


class Organising(RuleBasedStateMachine):
    """Kari organises one event; three people are invited to it, or not."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.now: datetime = NOW
        self.kari = self._person("Kari Nordmann")
        self.people = [self._person(name) for name in NAMES]
        self.calendars = [[CalendarProgram(True), CalendarProgram(False)] for _name in NAMES]
        self.number = self.looked_at = 0
        self.event = Event(
            slug="samling", title="Samling", kind=EventKind.GATHERING, language="nb",
            state=EventState.PUBLISHED, uid=new_uid("localhost"), published_at=NOW,
            starts_at=NOW + timedelta(days=60), ends_at=NOW + timedelta(days=60, hours=2),
            created_at=NOW, changed_at=NOW,
        )  # fmt: skip
        db.session.add(self.event)
        db.session.flush()

    def teardown(self) -> None:
        try:
            self.settle()
        finally:
            db.session.rollback()

    @precondition(stands)
    @rule(who=SOMEBODY)
    def invite(self, who: int) -> None:
        # Nobody does two things at one and the same moment.
        self.now += timedelta(seconds=1)
        actions.invite(self.event, self.people[who], by=self.kari, now=self.now)

    @precondition(stands)
    @rule(several=SEVERAL)
    def invite_several(self, several: list[int]) -> None:
        ids = [self.people[who].id for who in several]
        many.invite_all(self.event, ids, by=self.kari, now=self.now)
        db.session.expire_all()

    @precondition(stands)
    @rule(who=SOMEBODY, by_themselves=st.booleans())
    def uninvite(self, who: int, by_themselves: bool) -> None:
        person = self.people[who]
        by = person if by_themselves else self.kari
        actions.uninvite(self.event, person, by=by, now=self.now)

    @precondition(stands)
    @rule(days=st.integers(-2, 2))
    def move(self, days: int) -> None:
        step = timedelta(days=days)
        times = {"starts_at": self.event.starts_at + step, "ends_at": self.event.ends_at + step}
        event_changes.change(self.event, times, by=self.kari, now=self.now)

    @precondition(stands)
    @rule()
    def rename(self) -> None:
        self.number += 1
        values = {"title": f"Samling {self.number}"}
        event_changes.change(self.event, values, by=self.kari, now=self.now)

    @precondition(stands)
    @rule(when=st.sampled_from(telling.When))
    def tell(self, when: telling.When) -> None:
        telling.as_chosen(self.event, when, by=self.kari, now=self.now)

    @precondition(stands)
    @rule(who=SOMEBODY, given=ANSWER)
    def answer(self, who: int, given: Answer) -> None:
        invitation = actions.invitation_of(self.event, self.people[who])
        if invitation is not None and invitation.is_current:
            actions.answer(invitation, given, source=AnswerSource.PAGE, now=self.now)

    @precondition(stands)
    @rule(who=SOMEBODY)
    def refresh(self, who: int) -> None:
        invitation = actions.invitation_of(self.event, self.people[who])
        if invitation is not None and invitation.is_current:
            actions.refresh(invitation, now=self.now)

    @precondition(stands)
    @rule(sure=st.integers(0, 5))
    def cancel(self, sure: int) -> None:
        if sure == 0:
            event_changes.cancel(self.event, "", by=self.kari, now=self.now)

    @rule(minutes=st.integers(1, 70))
    def wait(self, minutes: int) -> None:
        self.now += minutes * MINUTE
        telling.tell_due(self.now)

    @rule()
    def make_messages(self) -> None:
        waiting = sa.select(Mailing).where(Mailing.expanded_at.is_(None)).order_by(Mailing.id)
        for mailing in db.session.scalars(waiting).all():
            for key, message in worker.COMPOSERS[mailing.kind](mailing, self.now):
                outbox.enqueue(message, key=key, now=self.now, mailing_id=mailing.id)
            mailing.expanded_at = self.now
        db.session.flush()

    @rule(number=st.integers(1, 3))
    def deliver(self, number: int) -> None:
        self._deliver(number)

    @rule()
    def one_has_to_wait(self) -> None:
        """A mail server asks to come again later, and others go first."""
        for mail in self._queued()[:1]:
            mail.not_before = self.now + 20 * MINUTE
        db.session.flush()

    @rule()
    def settle(self) -> None:
        """Tell everything, deliver everything, and look at the calendars."""
        event_changes.tell(self.event, by=self.kari, now=self.now)
        self.make_messages()
        self.now += 30 * MINUTE
        self._deliver(1000)
        db.session.expire_all()

        for person, calendars in zip(self.people, self.calendars, strict=True):
            for calendar in calendars:
                self.looked_at += 1
                assert calendar.faults == []
                assert calendar.entries == self._expected(person)

    def _expected(self, person: Person) -> dict:
        invitation = actions.invitation_of(self.event, person)
        if self.event.is_cancelled or invitation is None or not invitation.is_current:
            return {}
        text = vevent(entries.participant(self.event))
        whole = parsed(f"BEGIN:VCALENDAR\r\n{text}END:VCALENDAR\r\n".encode())
        found = whole.inside[0]
        shown = Shown(*(found.value(name) for name in ("SUMMARY", "DTSTART", "DTEND")))
        return {(self.event.uid, ""): shown}

    def _deliver(self, number: int) -> None:
        for mail in self._queued()[:number]:
            self._arrive(mail)
            mail.state = MailState.SENT
        db.session.flush()

    def _arrive(self, mail: OutboxMail) -> None:
        assert broken_rules(mail.raw) == []
        shown = readable_message(mail.raw)
        for person, calendars in zip(self.people, self.calendars, strict=True):
            if person.id == mail.person_id:
                for calendar in calendars:
                    calendar.receive(mail.raw)
            else:
                assert person.email not in shown
                assert person.name not in shown

    def _queued(self) -> list[OutboxMail]:
        """What may leave now, in the order in which it does."""
        return list(
            db.session.scalars(
                sa.select(OutboxMail)
                .where(OutboxMail.state == MailState.QUEUED, OutboxMail.not_before <= self.now)
                .order_by(OutboxMail.lane, OutboxMail.id)
            )
        )

    def _person(self, name: str) -> Person:
        person = Person(name=name, created_at=NOW)
        address = f"{name.lower().replace(' ', '.')}@example.org"
        person.emails.append(EmailAddress(address=address, is_primary=True, confirmed_at=NOW))
        db.session.add(person)
        db.session.flush()
        return person


def walk(app: Flask, walks: int) -> int:
    """Let organisers do twenty things in a row, so many times; how many calendars were looked at.

    Raises:
        AssertionError: a calendar shows something else than the portal, after the walk it names.
    """
    machines: list[Organising] = []

    def one_more() -> Organising:
        machines.append(Organising(app))
        return machines[-1]

    run_state_machine_as_test(
        one_more,
        settings=settings(
            max_examples=walks,
            stateful_step_count=20,
            deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
        ),
    )
    return sum(machine.looked_at for machine in machines)


def test_calendars_follow_whatever_organisers_do(app: Flask):
    assert walk(app, 25) >= 25


@pytest.mark.fault
def test_calendars_follow_wherever_chance_leads(app: Flask):
    assert walk(app, 400) >= 400


def test_who_is_invited_anew_before_the_first_request_is_made_hears_once(app: Flask):
    machine = Organising(app)
    machine.invite_several([0, 2])
    machine.rename()
    machine.uninvite(2, by_themselves=False)
    machine.invite(2)
    machine.rename()
    machine.make_messages()

    machine.settle()

    told = db.session.scalars(
        sa.select(OutboxMail.kind)
        .where(OutboxMail.person_id == machine.people[2].id)
        .order_by(OutboxMail.id)
    ).all()
    assert told == ["invitations/request", "invitations/update"]


def test_who_asked_for_the_entry_anew_is_told_of_no_change_under_its_number(app: Flask):
    machine = Organising(app)
    machine.invite_several([1, 2, 0])
    machine.refresh(1)
    machine.deliver(1)
    machine.rename()
    machine.make_messages()
    machine.settle()

    machine.tell(telling.When.NOW)
    machine.rename()
    machine.tell(telling.When.NOW)
    machine.refresh(1)
    machine.rename()
    machine.make_messages()
    machine.settle()


def test_no_late_request_brings_back_what_was_taken_out(app: Flask, kari, ola, now):
    machine = Organising(app)
    machine.invite(0)
    machine.settle()
    machine.rename()
    machine.tell(telling.When.NOW)
    machine.make_messages()

    machine.uninvite(0, by_themselves=False)
    machine.settle()

    states = db.session.execute(
        sa.select(OutboxMail.kind, OutboxMail.state, OutboxMail.cause).order_by(OutboxMail.id)
    ).all()
    assert states == [
        ("invitations/request", MailState.SENT, Cause.NONE),
        ("invitations/update", MailState.SUPPRESSED, Cause.OVERTAKEN),
        ("invitations/uninvite", MailState.SENT, Cause.NONE),
    ]
    db.session.rollback()
