"""What the pages of answers ask for."""

import sqlalchemy as sa

from portal.db import db
from portal.models.invitations import Invitation
from portal.models.jury import SEATED, Assignment
from portal.models.seasons import Camp


def holds_seat(invitation: Invitation) -> bool:
    """Whether the person has a seat on a jury of that event; no calendar answer gives it up."""
    seat = sa.exists().where(
        Camp.event_id == invitation.event_id,
        Assignment.camp_id == Camp.id,
        Assignment.person_id == invitation.person_id,
        Assignment.state.in_(SEATED),
    )
    return bool(db.session.scalar(sa.select(seat)))
