"""What an organiser wrote to many, as each of them gets it."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from portal.db import db
from portal.mail import choices
from portal.mail.composing import NoAddress, compose
from portal.mail.headers import UnsafeHeader
from portal.mail.message import Lane, Mailbox, Message, Topic
from portal.mailings import audiences, texts
from portal.mailings.audiences import Audience
from portal.mailings.texts import Texts
from portal.models.accounts import Person
from portal.models.mailings import Mailing

log = logging.getLogger(__name__)
KIND = "mailings.news"
_AT_ONCE = 100


def news(mailing: Mailing, now: datetime) -> Iterator[tuple[str, Message]]:
    """One message to each of those it was confirmed for, but for who has dropped out since.

    Nobody is added to them (docs/decisions/0010): ``params["person_ids"]`` is settled.
    """
    audience, words = Audience.read(mailing.params["audience"]), mailing.params["texts"]
    ids, name = mailing.params["person_ids"], mailing.public_id
    for begin in range(0, len(ids), _AT_ONCE):
        for person in _still_meant(audience, ids[begin : begin + _AT_ONCE]):
            try:
                message = letter(words, person, audience=audience, by=mailing.created_by)
            except (NoAddress, UnsafeHeader) as reason:
                facts = {"person": person.id, "reason": type(reason).__name__}
                log.warning("news not sent", extra={"facts": facts})
                continue
            yield f"news-{name}-{person.id}", message


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
        reply_to=Mailbox(by.email, by.name) if by and by.email else None,
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
