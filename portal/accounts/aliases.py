"""The other addresses that somebody's calendar answers from. Nobody signs in with one."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from portal import audit, people
from portal.db import db
from portal.models.accounts import Person
from portal.models.inbox import CalendarAlias


def of_person(person: Person) -> Sequence[CalendarAlias]:
    """The person's aliases, in the order in which they were first seen."""
    return db.session.scalars(
        sa.select(CalendarAlias)
        .where(CalendarAlias.person_id == person.id)
        .order_by(CalendarAlias.id)
    ).all()


def alias_or_404(person: Person, public_id: str) -> CalendarAlias:
    """One alias of ``person``."""
    found: CalendarAlias = db.one_or_404(
        sa.select(CalendarAlias).where(
            CalendarAlias.person_id == person.id, CalendarAlias.public_id == public_id
        )
    )
    return found


def confirm(alias: CalendarAlias, *, by: Person, now: datetime) -> None:
    """Let answers from the alias count as its person's. Confirming twice keeps the first date."""
    if alias.confirmed_at is not None:
        return
    alias.confirmed_at, alias.confirmed_by_id = now, by.id
    audit.record("alias.confirmed", alias, actor=by, now=now, person=alias.person_id)


def confirm_address(person: Person, address: str, *, by: Person, now: datetime) -> None:
    """Let answers from ``address`` count as ``person``'s, seen before or not."""
    alias = db.session.scalar(
        sa.select(CalendarAlias).where(
            CalendarAlias.person_id == person.id, CalendarAlias.folded == people.fold(address)
        )
    )
    if alias is None:
        alias = CalendarAlias(person=person, address=address, seen_at=now)
        db.session.add(alias)
        db.session.flush()
    confirm(alias, by=by, now=now)


def remove(alias: CalendarAlias, *, by: Person, now: datetime) -> None:
    """Forget the alias: an answer from it is a question to organisers again."""
    audit.record("alias.removed", alias, actor=by, now=now, person=alias.person_id)
    db.session.delete(alias)
