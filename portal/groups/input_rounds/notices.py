"""The mails of a round of input: it is asked, it is voted on, and one reminder of each.

Where the portal keeps to itself who has contributed or voted, its mails must not tell either: the
log of what was sent would. Then everybody is reminded, and told that they may have answered.
"""

from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from portal.db import db
from portal.groups.input_rounds import addresses, stages, who, wording
from portal.mail.composing import compose, mailbox_of, sendable
from portal.mail.message import Keyed, Lane, Message
from portal.models.accounts import Person
from portal.models.input_rounds import Contribution, InputRound
from portal.models.mailings import Mailing

_CHUNK = 100


def opened(mailing: Mailing, now: datetime) -> Keyed:
    """The question to everybody who has a say, unless it was closed again meanwhile."""
    yield from _to_all(mailing, now, "input/opened", votes=False)


def reminder(mailing: Mailing, now: datetime) -> Keyed:
    """To those who have contributed nothing; where names are not shown, to everybody."""
    yield from _to_all(mailing, now, "input/reminder", votes=False, only_silent=True)


def vote_opened(mailing: Mailing, now: datetime) -> Keyed:
    """To everybody who may vote."""
    yield from _to_all(mailing, now, "input/vote_opened", votes=True)


def vote_reminder(mailing: Mailing, now: datetime) -> Keyed:
    """To everybody who may vote: who has voted is told to nobody."""
    yield from _to_all(mailing, now, "input/vote_reminder", votes=True)


MAILINGS = {
    "input.opened": opened,
    "input.reminder": reminder,
    "input.vote_opened": vote_opened,
    "input.vote_reminder": vote_reminder,
}


def _to_all(
    mailing: Mailing, now: datetime, name: str, *, votes: bool, only_silent: bool = False
) -> Keyed:
    # By id and in chunks: the worker ends its transaction after every hundred messages.
    round_id, key = mailing.params["round_id"], mailing.dedupe_key
    found = _load(round_id)
    if found is None or not _is_open(found, votes=votes):
        return
    conditions = [*who.reached(found.group_id)]
    if only_silent and found.shows_names:
        conditions.append(Person.id.not_in(_contributors(found)))
    ids = db.session.scalars(sa.select(Person.id).where(*conditions).order_by(Person.id)).all()
    for start in range(0, len(ids), _CHUNK):
        people = _people(ids[start : start + _CHUNK])
        found = _load(round_id)
        if found is None or not _is_open(found, votes=votes):
            return
        for person in people:
            make = partial(_message, found, person, name, votes=votes)
            yield from sendable(f"{key}-{person.id}", make)


def _load(round_id: int) -> InputRound | None:
    return db.session.scalar(
        sa.select(InputRound)
        .where(InputRound.id == round_id)
        .options(
            joinedload(InputRound.group),
            joinedload(InputRound.created_by).selectinload(Person.emails),
        )
    )


def _is_open(found: InputRound, *, votes: bool) -> bool:
    return stages.takes_votes(found) if votes else stages.takes_points(found)


def _contributors(found: InputRound) -> sa.Select[int | None]:
    return sa.select(Contribution.person_id).where(
        Contribution.round_id == found.id,
        Contribution.person_id.is_not(None),
        Contribution.withdrawn_at.is_(None),
    )


def _people(ids: Any) -> list[Person]:
    return list(
        db.session.scalars(
            sa.select(Person)
            .where(Person.id.in_(ids))
            .options(selectinload(Person.emails), selectinload(Person.group_places))
            .order_by(Person.id)
        )
    )


def _message(found: InputRound, person: Person, name: str, *, votes: bool) -> Message:
    asker = who.asker_of(found)
    until = found.vote_by if votes else found.answer_by
    return compose(
        name,
        person,
        lane=Lane.BULK,
        reply_to=mailbox_of(asker),
        expires_at=until,
        round=found,
        group=found.group,
        asker=asker,
        day=stages.last_day(until),
        promise=wording.promise,
        text_language=found.language,
        url=addresses.vote_url_of(found, person) if votes else addresses.url_of(found, person),
    )
