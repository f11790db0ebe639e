"""What people do not want to get: turned off on their page or by one click in a mail.

It is held where messages are queued, so that no composer can forget it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from portal import audit, links, signing
from portal.db import db
from portal.models.accounts import Person
from portal.models.mail import Cause, MailState, OutboxMail
from portal.models.mailings import OptOut, Topic

_PURPOSE = "unsubscribe"
# A token names a topic by its number here: add at the end, never take away.
_TOPICS = (
    Topic.NEWS,
    Topic.REMIND_ASK,
    Topic.REMIND_EVENT,
    Topic.REMIND_JURY_DAY,
    Topic.REMIND_SIGNUP,
    Topic.REMIND_FOLLOW_UP,
)


# What becomes of a message whose reader does not want it.
CLOSED: Mapping[str, Any] = {"state": MailState.SUPPRESSED, "cause": Cause.UNSUBSCRIBED}


def unsubscribe_url(person: Person, topic: Topic) -> str:
    """Where one POST turns ``topic`` off for ``person`` (RFC 8058), and a GET shows the button."""
    token = signing.sign(_PURPOSE, person.id, _TOPICS.index(topic))
    return links.absolute("choices.unsubscribe", token=token)


def read_token(token: str) -> tuple[Person, Topic] | None:
    """Whose choice ``token`` makes, and of what; None for a token that we did not make."""
    numbers = signing.read(_PURPOSE, token, count=2)
    if numbers is None or numbers[1] >= len(_TOPICS):
        return None
    person = db.session.get(Person, numbers[0])
    return (person, _TOPICS[numbers[1]]) if person else None


def turned_off(person: Person) -> set[Topic]:
    """What ``person`` does not want."""
    return set(db.session.scalars(sa.select(OptOut.topic).where(OptOut.person_id == person.id)))


def turn_off(person: Person, topic: Topic, *, now: datetime) -> None:
    """Send ``person`` no more of ``topic``, nor what waits already. Twice is as once."""
    number = _insert_once(person, topic, now)
    if number is None:
        return
    choice = db.session.get_one(OptOut, number)
    audit.record("choice.off", choice, actor=person, now=now, topic=str(topic))
    db.session.execute(
        sa.update(OutboxMail)
        .where(
            OutboxMail.person_id == person.id,
            OutboxMail.topic == topic,
            OutboxMail.state == MailState.QUEUED,
        )
        .values(state=MailState.SUPPRESSED, cause=Cause.UNSUBSCRIBED)
    )


def turn_on(person: Person, topic: Topic, *, now: datetime) -> None:
    """Send ``person`` what there is of ``topic`` from now on. Twice is as once."""
    choice = db.session.scalar(
        sa.select(OptOut).where(OptOut.person_id == person.id, OptOut.topic == topic)
    )
    if choice is not None:
        audit.record("choice.on", choice, actor=person, now=now, topic=str(topic))
        db.session.delete(choice)


def _insert_once(person: Person, topic: Topic, now: datetime) -> int | None:
    """The id of a new choice; None when it was made before, or by another press just now."""
    made = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    return db.session.scalar(
        made(OptOut)
        .values(person_id=person.id, topic=topic, created_at=now)
        .on_conflict_do_nothing(index_elements=["person_id", "topic"])
        .returning(OptOut.id)
    )


def suppress_unwanted(rows: list[dict[str, Any]]) -> None:
    """Mark those of ``rows``, not yet inserted, whose reader has turned their topic off."""
    unwanted = _unwanted({row["person_id"] for row in rows if row["topic"]})
    for row in rows:
        if (row["person_id"], row["topic"]) in unwanted:
            row["state"], row["cause"] = MailState.SUPPRESSED, Cause.UNSUBSCRIBED


def _unwanted(person_ids: Iterable[int | None]) -> set[tuple[int, str]]:
    ids = sorted(number for number in person_ids if number is not None)
    if not ids:
        return set()
    found = db.session.execute(
        sa.select(OptOut.person_id, OptOut.topic).where(OptOut.person_id.in_(ids))
    )
    return {(row.person_id, str(row.topic)) for row in found}
