"""Who leads a group now and can be written to about its work."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from portal import membership
from portal.db import db
from portal.mail.composing import mailbox_of
from portal.mail.message import Mailbox
from portal.models.accounts import Person
from portal.models.groups import CURRENT_PLACES, Group, GroupPlace, PlaceRole


def to_write_to(group: Group) -> list[Person]:
    """The leads of ``group`` with a mail address; when there is none, its deputies."""
    found = leads_and_deputies(group)
    leads = [person for person, role in found if role == PlaceRole.LEAD]
    return leads or [person for person, _role in found]


def mailbox(group: Group) -> Mailbox | None:
    """Where answers go to what nobody else gets answers to; None when nobody leads ``group``."""
    return mailbox_of(next(iter(to_write_to(group)), None))


def leads_and_deputies(group: Group) -> Sequence[tuple[Person, PlaceRole]]:
    """Those who lead ``group`` or stand in, with a mail address: leads first."""
    rows = db.session.execute(
        sa.select(Person, GroupPlace.role)
        .join(GroupPlace, GroupPlace.person_id == Person.id)
        .where(
            GroupPlace.group_id == group.id,
            GroupPlace.state.in_(CURRENT_PLACES),
            GroupPlace.role.in_((PlaceRole.LEAD, PlaceRole.DEPUTY)),
            membership.can_be_written_to(),
        )
        .options(selectinload(Person.emails))
        .order_by(GroupPlace.role == PlaceRole.DEPUTY, Person.id)
    )
    return [(person, role) for person, role in rows]
