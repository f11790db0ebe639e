"""What tests of polls share: a poll that is out, answers to it, and the mail it makes."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from portal import clock, dates, worker
from portal.db import db
from portal.groups.polls import actions, answering, notices
from portal.groups.polls.forms import end_of
from portal.mail import outbox
from portal.models.accounts import Person
from portal.models.groups import Group
from portal.models.mail import OutboxMail
from portal.models.mailings import Mailing
from portal.models.polls import DateOption, DatePoll, DateReply, Suits
from tests.factories import create_person, create_place

YES, MAYBE, NO = Suits.YES, Suits.IF_NEEDED, Suits.NO
# Two mornings and an afternoon, all of them workdays, weeks after the day at which tests play.
DAYS = (date(2026, 9, 15), date(2026, 9, 16), date(2026, 9, 17))
ANSWER_BY = date(2026, 9, 4)


def span(day: date, hour: int = 9, minutes: int = 90) -> tuple[datetime, datetime]:
    """From when to when, in UTC."""
    starts = dates.to_utc(day, time(hour))
    return starts, starts + timedelta(minutes=minutes)


def create_draft_poll(group: Group, *spans: tuple[datetime, datetime], **values) -> DatePoll:
    """A poll about three mornings, that nobody has heard of."""
    usual = {
        "title": "Møte om notatet",
        "intro": "Vi trenger to timer.",
        "place": "Oslo rådhus",
        "language": "nb",
        "answer_by": end_of(ANSWER_BY),
    }
    chair = group.places[0].person
    poll = actions.make_poll(
        group, {**usual, **values}, spans or [span(day) for day in DAYS], by=chair, now=clock.now()
    )
    db.session.commit()
    return poll


def create_poll(group: Group, *spans: tuple[datetime, datetime], **values) -> DatePoll:
    """The same, sent."""
    poll = create_draft_poll(group, *spans, **values)
    actions.send(poll, by=poll.created_by, now=clock.now())
    db.session.commit()
    return poll


def sits_in(group: Group, name: str, **values) -> Person:
    """Somebody new in the group, who reads English: texts in tests are those of the code."""
    person = create_person(name, language="en")
    create_place(group, person, **values)
    return person


def say(poll: DatePoll, person: Person, *suits: Suits, comment: str = "") -> DateReply:
    """Let somebody answer the times of a poll, in their order."""
    given = dict(zip([each.id for each in in_order(poll)], suits, strict=False))
    reply = answering.answer(poll, person, given, comment=comment, now=clock.now())
    db.session.commit()
    return reply


def in_order(poll: DatePoll) -> list[DateOption]:
    """The times of a poll as they follow each other."""
    return sorted(poll.options, key=lambda each: each.starts_at)


def answered(poll: DatePoll, *suits: Suits | str, comment: str = "") -> dict[str, str]:
    """The form as somebody sends it who chose ``suits``, in the order of the times."""
    options = [f"time-{each.public_id}" for each in in_order(poll)]
    return {**dict(zip(options, map(str, suits), strict=False)), "comment": comment}


def said(poll: DatePoll) -> dict[str, list[str]]:
    """What is kept: each person's answers in the order of the times, by name."""
    order = {each.id: number for number, each in enumerate(in_order(poll))}
    replies = db.session.scalars(
        sa.select(DateReply).where(DateReply.poll_id == poll.id).order_by(DateReply.id)
    )
    return {
        reply.person.name: [
            str(each.suits) for each in sorted(reply.answers, key=lambda one: order[one.option_id])
        ]
        for reply in replies
    }


def poll_page(poll: DatePoll, rest: str = "") -> str:
    """The address of the organiser's page of a poll, or of one below it."""
    return f"/groups/{poll.group.slug}/polls/{poll.public_id}{rest}"


def time_page(option: DateOption, rest: str) -> str:
    """The address of a page about one time of a poll."""
    return poll_page(option.poll, f"/times/{option.public_id}{rest}")


def typed(*rows: tuple[str, str, str], **values: str) -> Mapping[str, str]:
    """The form for a poll as somebody fills it in, with ``rows`` of day, from and to."""
    usual = {
        "title": "Møte om notatet",
        "place": "",
        "intro": "",
        "language": "nb",
        "revision": "0",
        "length": "90",
        "answer_by": "4.9.2026",
        "quick_days": "",
        "quick_times": "",
    }
    cells = {
        f"times-{number}-{name}": text
        for number, row in enumerate(rows)
        for name, text in zip(("day", "starts", "ends"), row, strict=True)
    }
    return {**usual, **cells, **values}


def in_english(client):
    """The same browser, in which texts are those of the code."""
    client.set_cookie("language", "en")
    return client


def only_poll() -> DatePoll:
    """The poll there is."""
    return db.session.scalars(sa.select(DatePoll)).one()


def expand(now: datetime | None = None) -> list[tuple[str, str]]:
    """Make what waits into messages, as the worker does: kind and recipient of those made now."""
    at = now or clock.now()
    known = set(db.session.scalars(sa.select(OutboxMail.id)))
    for mailing in db.session.scalars(
        sa.select(Mailing).where(Mailing.expanded_at.is_(None)).order_by(Mailing.id)
    ).all():
        for key, message in worker.COMPOSERS[mailing.kind](mailing, at):
            outbox.enqueue(message, key=key, now=at, mailing_id=mailing.id)
        mailing.expanded_at = at
    db.session.commit()
    new = db.session.scalars(
        sa.select(OutboxMail).where(OutboxMail.id.not_in(known)).order_by(OutboxMail.id)
    ).all()
    return [(mail.kind, db.session.get_one(Person, mail.person_id).name) for mail in new]


def kinds_of_mailings() -> list[str]:
    """The kinds of mailings about polls, oldest first."""
    found = db.session.scalars(sa.select(Mailing.kind).order_by(Mailing.id))
    return [kind for kind in found if kind in notices.MAILINGS]
