"""A letter to a group, as each of its members gets it."""

from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from portal import access, markdown, membership
from portal.db import db
from portal.mail.composing import compose, mailbox_of, sendable
from portal.mail.message import Keyed, Lane, Message, Topic
from portal.models.accounts import Person
from portal.models.mailings import Mailing

KIND = "groups.letter"
_AT_ONCE = 100


def letters(mailing: Mailing, now: datetime) -> Keyed:
    """One message to each of ``params["person_ids"]`` who still sits in the group."""
    ids, group_id, by = mailing.params["person_ids"], mailing.group_id, mailing.created_by
    if mailing.group is not None:
        by = access.who_acts(by, mailing.group)
    for start in range(0, len(ids), _AT_ONCE):
        chosen = readers(group_id or 0).where(Person.id.in_(ids[start : start + _AT_ONCE]))
        for person in db.session.scalars(chosen.options(selectinload(Person.emails))):
            key = f"letter-{mailing.public_id}-{person.id}"
            yield from sendable(key, partial(_letter, mailing.params, person, by))


MAILINGS = {KIND: letters}


def readers(group_id: int) -> sa.Select[Person]:
    """Those who sit in the group now and have an address, in order."""
    seated = Person.id.in_(membership.seated([group_id]))
    return sa.select(Person).where(seated, membership.can_be_written_to()).order_by(Person.id)


def _letter(params: dict[str, Any], person: Person, by: Person | None) -> Message:
    return compose(
        "groups/letter",
        person,
        lane=Lane.BULK,
        topic=Topic.NEWS,
        reply_to=mailbox_of(by),
        title=params["title"],
        group_name=params["group_name"],
        html_body=markdown.to_html(params["body"]),
        text_body=markdown.to_letter(params["body"]),
        text_language=params["language"],
        by=by,
    )
