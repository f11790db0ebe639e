"""What a mix of experience and fields in a jury is made of."""

import re
from dataclasses import dataclass

import sqlalchemy as sa

from portal.db import db
from portal.models.jury import Assignment, AssignmentState
from portal.text import search_key


@dataclass(frozen=True)
class Background:
    """Whether somebody has been on a jury before, and the field of their work; None is unknown."""

    experienced: bool | None = None
    field: str | None = None


NO_BACKGROUND = Background()


def of(person_id: int, served: set[int], expertise: str = "") -> Background:
    """What a mix of experience and fields is made of; ``served`` as ``have_served`` says."""
    return Background(person_id in served, _field(expertise))


def _field(expertise: str) -> str | None:
    """The field somebody names first: people write many, and the first is nearest to their work."""
    return search_key(re.split(r"[,;/\n]", expertise, maxsplit=1)[0]) or None


def have_served(people: set[int]) -> set[int]:
    """Those of ``people`` who have been on a jury before, in this season or an earlier one."""
    rows = sa.select(Assignment.person_id).where(Assignment.state == AssignmentState.SERVED)
    return people.intersection(db.session.scalars(rows))
