"""Whom we know by which address, as evidence takes it."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from portal.answers.inbox.evidence import Known
from portal.db import db
from portal.mail.addresses import fold
from portal.models.accounts import EmailAddress, Person
from portal.models.events import Event
from portal.models.inbox import CalendarAlias
from portal.models.invitations import Invitation

# An address that somebody only wrote down is theirs when it is the one we write to.
_THEIRS = sa.or_(EmailAddress.is_primary, EmailAddress.confirmed_at.is_not(None))


def known(person: Person) -> Known:
    """``person`` with the addresses that are theirs, and the aliases that were confirmed."""
    aliases = db.session.scalars(
        sa.select(CalendarAlias.folded).where(
            CalendarAlias.person_id == person.id, CalendarAlias.confirmed_at.is_not(None)
        )
    )
    own = (each.folded for each in person.emails if each.is_primary or each.confirmed_at)
    return Known(person.id, person.name, frozenset((*own, *aliases)))


def holder_of(address: str, events: Sequence[Event], owner: Person | None) -> Person | None:
    """Whose ``address`` is: the ``owner``'s if it is theirs, else that of somebody invited.

    An alias may have been confirmed for two people; then one who is invited to ``events`` goes
    first. Anybody else's counts as well: it is nobody's alias then.
    """
    by_address = sa.select(EmailAddress.person_id).where(
        EmailAddress.folded == fold(address), _THEIRS
    )
    by_alias = sa.select(CalendarAlias.person_id).where(
        CalendarAlias.folded == fold(address), CalendarAlias.confirmed_at.is_not(None)
    )
    found = db.session.scalars(
        sa.select(Person)
        .where(sa.or_(Person.id.in_(by_address), Person.id.in_(by_alias)))
        .options(selectinload(Person.emails))
        .order_by(Person.id)
    ).all()
    if owner in found:
        return owner
    invited = invited_among([person.id for person in found], events)
    return next((person for person in found if person.id in invited), None) or next(
        iter(found), None
    )


def invited_among(ids: Sequence[int], events: Sequence[Event]) -> set[int]:
    """Which of the persons have an invitation to one of ``events``, even one taken back."""
    if not ids or not events:
        return set()
    return set(
        db.session.scalars(
            sa.select(Invitation.person_id).where(
                Invitation.person_id.in_(ids),
                Invitation.event_id.in_([event.id for event in events]),
            )
        )
    )
