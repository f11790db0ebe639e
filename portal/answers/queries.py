"""What the pages of answers ask for."""

import sqlalchemy as sa

from portal.db import db
from portal.models.invitations import Invitation
from portal.models.jury import SEATED, Assignment
from portal.models.seasons import Camp


def camp_of(invitation: Invitation) -> int | None:
    """The row id of the camp that the person is invited to, if it is one."""
    return db.session.scalar(sa.select(Camp.id).where(Camp.event_id == invitation.event_id))


def seat_of(invitation: Invitation) -> Assignment | None:
    """The seat that the invited person has on a jury of that event, if any."""
    return db.session.scalar(
        sa.select(Assignment)
        .join(Camp, Camp.id == Assignment.camp_id)
        .where(
            Camp.event_id == invitation.event_id,
            Assignment.person_id == invitation.person_id,
            Assignment.state.in_(SEATED),
        )
        # Whoever was waited for may have changed it.
        .execution_options(populate_existing=True)
    )
