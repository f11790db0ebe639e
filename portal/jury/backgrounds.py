"""What a mix of experience and fields in a jury is made of."""

import re
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from portal.db import db
from portal.jury.matching.types import Volunteer
from portal.models.jury import Assignment, AssignmentState
from portal.text import search_key

_ASKED = frozenset(each.name for each in fields(Volunteer))


def of(person_id: int, served: set[int], expertise: str = "") -> dict[str, Any]:
    """What a mix of experience and fields is made of, where the matching asks for it."""
    known = {"experienced": person_id in served, "field": _field(expertise)}
    return {name: value for name, value in known.items() if name in _ASKED}


def _field(expertise: str) -> str | None:
    """The field somebody names first: people write many, and the first is nearest to their work."""
    return search_key(re.split(r"[,;/\n]", expertise, maxsplit=1)[0]) or None


def have_served(people: set[int]) -> set[int]:
    """Those of ``people`` who have been on a jury before, in this season or an earlier one."""
    rows = sa.select(Assignment.person_id).where(Assignment.state == AssignmentState.SERVED)
    return people.intersection(db.session.scalars(rows))
