"""What an organiser wrote to many, as each of them gets it."""

from dataclasses import replace
from datetime import datetime
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from portal.db import db
from portal.mail import choices
from portal.mail.composing import compose, mailbox_of, sendable
from portal.mail.message import Keyed, Lane, Message, Topic
from portal.mailings import audiences, texts
from portal.mailings.audiences import Audience
from portal.mailings.texts import Texts
from portal.models.accounts import Person
from portal.models.mailings import Mailing

KIND = "mailings.news"
_AT_ONCE = 100


def news(mailing: Mailing, now: datetime) -> Keyed:
    """One message to each of those it was confirmed for, but for who has dropped out since.

    Nobody is added to them (docs/decisions/0010): ``params["person_ids"]`` is settled.
    """
    audience, words = Audience.read(mailing.params["audience"]), mailing.params["texts"]
    ids, name = mailing.params["person_ids"], mailing.public_id
    for begin in range(0, len(ids), _AT_ONCE):
        for person in _still_meant(audience, ids[begin : begin + _AT_ONCE]):
            make = partial(letter, words, person, audience=audience, by=mailing.created_by)
            yield from sendable(f"news-{name}-{person.id}", make)


MAILINGS = {KIND: news}


def letter(
    words: Texts, person: Person, *, audience: Audience, by: Person | None, is_test: bool = False
) -> Message:
    """The message to ``person``; answers go to ``by``, who wrote it.

    Raises:
        NoAddress: the person has none.
        UnsafeHeader: the person's name, or the subject, cannot stand in a header.
    """
    filled = texts.fill(words, person)
    return compose(
        "mailings/news",
        person,
        lane=Lane.BULK,
        topic=Topic.NEWS,
        reply_to=mailbox_of(by),
        season_id=audience.season_id,
        event_id=audience.event_id,
        title=filled.subject,
        body=filled,
        text_language=filled.language,
        by=by,
        is_test=is_test,
    )


def trial_letter(words: Texts, person: Person, *, audience: Audience) -> Message:
    """What ``person`` wrote, to themselves before anybody else: marked, and sent at once.

    It comes whatever they have turned off themselves, so it belongs to no topic.
    """
    message = letter(words, person, audience=audience, by=person, is_test=True)
    return replace(message, kind="mailings/test", lane=Lane.SINGLE, topic=None)


def leave_url(person: Person) -> str:
    """The address in ``person``'s copy that only they should use."""
    return choices.unsubscribe_url(person, Topic.NEWS)


def _still_meant(audience: Audience, ids: list[int]) -> list[Person]:
    return list(
        db.session.scalars(
            sa.select(Person)
            .where(Person.id.in_(ids), audiences.is_of(audience))
            .options(selectinload(Person.emails))
            .order_by(Person.id)
        )
    )
