"""The mails that remind of juries: an answer we wait for, the day itself, sign-up that closes."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal import links, markdown
from portal.calendar import entries
from portal.db import db
from portal.jury.asks import asking, seat_facts
from portal.jury.asks.entur import journey_url
from portal.jury.signup import nearness, words
from portal.jury.signup.notices import contact_of
from portal.mail.composing import compose, sendable
from portal.mail.message import Keyed, Lane, Topic
from portal.mail.reminding import audiences, occasions, times
from portal.mail.reminding.occasions import Occasion
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.jury import Assignment
from portal.models.mailings import Mailing, ReminderKind
from portal.models.seasons import Camp, Season

_CHUNK = 100


def asks(mailing: Mailing, now: datetime) -> Keyed:
    """One mail to each person for all the questions whose answer is needed that day."""
    occasion = occasions.of_mailing(mailing, now)
    if occasion is None:
        return
    seats = _load(
        Camp.season_id == occasion.season_id,
        Assignment.asked_at <= occasion.due_at,
        *audiences.asked(now),
        *audiences.answer_due_on(occasion.day),
    )
    facts = seat_facts.for_mail(seats)
    for _person, group in groupby(seats, key=lambda seat: seat.person_id):
        own = sorted(group, key=lambda seat: seat.camp.event.starts_at)
        yield from _sendable(
            "reminders/ask",
            own[0].person,
            occasion,
            own[0].camp.season,
            topic=Topic.REMIND_ASK,
            expires_at=min(seat.answer_by for seat in own if seat.answer_by),
            seats=[(seat, asking.url_of(seat)) for seat in own],
            camp=own[0].camp,
            event=own[0].camp.event,
            **facts,
        )


def jury_days(mailing: Mailing, now: datetime) -> Keyed:
    """What each juror of a camp needs to know before the day."""
    occasion = occasions.of_mailing(mailing, now)
    if occasion is None:
        return
    for seat in _load(Camp.event_id == occasion.event_id, *audiences.jurors(occasion.due_at)):
        event = seat.camp.event
        yield from _sendable(
            "reminders/jury_day",
            seat.person,
            occasion,
            seat.camp.season,
            topic=Topic.REMIND_JURY_DAY,
            expires_at=times.true_until(occasion.day, occasion.until, now),
            event_id=event.id,
            nearness=times.nearness(occasion.day, now),
            camp=seat.camp,
            event=event,
            place=entries.place_of(event),
            way=_way(seat),
            practical=markdown.to_text(seat.camp.practical),
            to_read=markdown.to_text(seat.camp.season.juror_info),
            entur_url=journey_url(seat.camp),
            answer_url=asking.url_of(seat),
        )


def signups(mailing: Mailing, now: datetime) -> Keyed:
    """That sign-up closes, to those who might volunteer and have not said yes or no."""
    occasion = occasions.of_mailing(mailing, now)
    season = db.session.get(Season, mailing.season_id)
    if occasion is None or season is None:
        return
    ids = db.session.scalars(audiences.volunteers_to_be(season, now).order_by(Person.id)).all()
    begun = set(db.session.scalars(sa.select(Person.id).where(audiences.has_begun(season, now))))
    for start in range(0, len(ids), _CHUNK):
        for person in _people(ids[start : start + _CHUNK]):
            yield from _sendable(
                "reminders/signup",
                person,
                occasion,
                season,
                topic=Topic.REMIND_SIGNUP,
                expires_at=occasion.until,
                closes_at=occasion.until,
                has_begun=person.id in begun,
                url=links.absolute("jury.begin", slug=season.slug),
            )


MAILINGS = {
    occasions.kind_of_mailing(ReminderKind.ASK): asks,
    occasions.kind_of_mailing(ReminderKind.JURY_DAY): jury_days,
    occasions.kind_of_mailing(ReminderKind.SIGNUP): signups,
}


def _load(*conditions: sa.ColumnElement[bool]) -> list[Assignment]:
    """The seats, with all that a mail of one tells; those of one person together."""
    return list(
        db.session.scalars(
            sa.select(Assignment)
            .join(Camp, Camp.id == Assignment.camp_id)
            .join(Event, Event.id == Camp.event_id)
            .join(Season, Season.id == Camp.season_id)
            .where(*conditions)
            .options(
                joinedload(Assignment.person).selectinload(Person.emails),
                joinedload(Assignment.signup),
                contains_eager(Assignment.camp).options(
                    contains_eager(Camp.event).options(
                        selectinload(Event.programme), selectinload(Event.links)
                    ),
                    contains_eager(Camp.season),
                    joinedload(Camp.school),
                    selectinload(Camp.panels),
                ),
            )
            .order_by(Assignment.person_id, Assignment.id)
        ).unique()
    )


def _people(ids: Sequence[int]) -> list[Person]:
    return list(
        db.session.scalars(
            sa.select(Person)
            .where(Person.id.in_(ids))
            .options(selectinload(Person.emails))
            .order_by(Person.id)
        )
    )


def _way(seat: Assignment) -> nearness.NearbyCamp | None:
    """How far the juror has to the camp; None for one who never said where they set out."""
    signup = seat.signup
    if signup is None:
        return None
    start = nearness.start_of(signup.postcode, signup.municipality_code)
    reach = nearness.Reach(start, takes_ferry=signup.takes_ferry)
    return nearness.nearest_first([seat.camp], reach)[0]


def _sendable(
    name: str,
    person: Person,
    occasion: Occasion,
    season: Season,
    **values: Any,
) -> Keyed:
    """The keyed message, or nothing when the person cannot be reached: the others still are."""
    make = partial(
        compose,
        name,
        person,
        lane=Lane.BULK,
        reply_to=contact_of(season),
        season_id=season.id,
        season=season,
        words=words,
        **values,
    )
    yield from sendable(occasion.key_for(person.id), make)
