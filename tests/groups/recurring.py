"""What tests of series share: a group that meets every second Tuesday, and what it is sent."""

from datetime import date, datetime, time, timedelta
from email import message_from_bytes, policy

import sqlalchemy as sa

from portal import worker
from portal.calendar import recurring
from portal.calendar.recurring import Rhythm
from portal.db import db
from portal.groups.series import actions as series_actions
from portal.groups.series.actions import Times
from portal.mail import outbox
from portal.models.accounts import Person
from portal.models.audit import AuditEntry
from portal.models.events import Event
from portal.models.groups import Group
from portal.models.invitations import Invitation
from portal.models.mail import MailContent, OutboxMail
from portal.models.mailings import Mailing
from portal.models.series import Series
from tests.calendar.rules import Component, broken_rules, parsed
from tests.mail.rules import calendar_of

# A Tuesday in September; the sixth meeting is after the clocks are put back.
FIRST = date(2026, 9, 1)
VALUES = {
    "title": "Ledermøte",
    "language": "nb",
    "place": "Moss rådhus",
    "address": "",
    "municipality_code": "3103",
    "join_url": "https://mote.example.org/leder",
    "intro": "Vi går gjennom status.",
}


def times(count: int = 6, *left_out: date, first: date = FIRST, **values) -> Times:
    """Every second Tuesday from ten to half past eleven, ``count`` times."""
    rhythm = values.pop("rhythm", Rhythm.SECOND_WEEK)
    days = recurring.days(rhythm, first, count=count)
    usual = {"starts": time(10), "ends": time(11, 30)}
    return Times(rhythm, days, **{**usual, **values}, left_out=set(left_out))


def plan(group: Group, by: Person, now: datetime, when: Times | None = None, **values) -> Series:
    """A draft series of ``group``."""
    series = series_actions.plan_series(
        group, {**VALUES, **values}, when or times(), by=by, now=now
    )
    db.session.commit()
    return series


def call(group: Group, by: Person, now: datetime, when: Times | None = None, **values) -> Series:
    """A series that the group is called to, its mail being made."""
    series = plan(group, by, now, when, **values)
    series_actions.call_series(series, by=by, now=now)
    db.session.commit()
    sent(now)
    return series


def sent(now: datetime) -> list[OutboxMail]:
    """The messages that what waits is made into, each with a calendar that keeps all rules."""
    known = db.session.scalar(sa.select(sa.func.max(OutboxMail.id))) or 0
    return since(known, now)


def since(known: int, now: datetime) -> list[OutboxMail]:
    """The messages after number ``known``, those still to be made included."""
    waiting = sa.select(Mailing).where(Mailing.expanded_at.is_(None)).order_by(Mailing.id)
    for mailing in db.session.scalars(waiting).all():
        for key, message in worker.COMPOSERS[mailing.kind](mailing, now):
            outbox.enqueue(message, key=key, now=now, mailing_id=mailing.id)
        mailing.expanded_at = now
    db.session.commit()
    found = db.session.scalars(
        sa.select(OutboxMail).where(OutboxMail.id > known).order_by(OutboxMail.id)
    ).all()
    assert [broken_rules(ics_of(mail)) for mail in found if has_calendar(mail)] == [
        [] for mail in found if has_calendar(mail)
    ]
    return list(found)


def last_mail() -> int:
    """The number of the newest message."""
    return db.session.scalar(sa.select(sa.func.max(OutboxMail.id))) or 0


def has_calendar(mail: OutboxMail) -> bool:
    return mail.kind.startswith("invitations/")


def raw_of(mail: OutboxMail) -> bytes:
    return db.session.scalars(
        sa.select(MailContent.raw).where(MailContent.mail_id == mail.id)
    ).one()


def text_of(mail: OutboxMail) -> str:
    """What a reader of plain text sees of a message."""
    body = message_from_bytes(raw_of(mail), policy=policy.default).get_body(("plain",))
    return body.get_content()


def verbs_of(table: str) -> list[str]:
    """What was done to rows of ``table``, as the audit has it, oldest first."""
    return list(
        db.session.scalars(
            sa.select(AuditEntry.verb)
            .where(AuditEntry.object_kind == table)
            .order_by(AuditEntry.id)
        )
    )


def ics_of(mail: OutboxMail) -> bytes:
    return calendar_of(raw_of(mail))


def entry_of(mail: OutboxMail) -> Component:
    """The one VEVENT in a message."""
    (entry,) = (part for part in parsed(ics_of(mail)).inside if part.name == "VEVENT")
    return entry


def told(mail: OutboxMail) -> tuple[str, str, str, int, str]:
    """Kind, method, RECURRENCE-ID, SEQUENCE and STATUS of a message."""
    whole, entry = parsed(ics_of(mail)), entry_of(mail)
    return (
        mail.kind.removeprefix("invitations/"),
        whole.value("METHOD"),
        entry.value("RECURRENCE-ID"),
        int(entry.value("SEQUENCE")),
        entry.value("STATUS"),
    )


def of_person(mails: list[OutboxMail], person: Person) -> list[OutboxMail]:
    return [mail for mail in mails if mail.person_id == person.id]


def invitation(event: Event, person: Person) -> Invitation:
    return db.session.scalars(
        sa.select(Invitation).where(
            Invitation.event_id == event.id, Invitation.person_id == person.id
        )
    ).one()


def keep_step(series: Series, number: int) -> Event:
    """The meeting of ``series`` with this number, from 0, by its usual time."""
    return sorted(series.occurrences, key=lambda event: event.recurrence_id)[number]


def later(event: Event, hours: int) -> dict[str, datetime]:
    """The times of ``event``, moved."""
    shift = timedelta(hours=hours)
    return {"starts_at": event.starts_at + shift, "ends_at": event.ends_at + shift}
