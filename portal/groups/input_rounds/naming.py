"""Whose points are, as far as anybody is shown."""

from collections.abc import Mapping

import sqlalchemy as sa
from flask_babel import gettext as _

from portal.db import db
from portal.groups.input_rounds import who
from portal.groups.names import former
from portal.models.accounts import Person
from portal.models.input_rounds import Contribution, InputRound


def names_in(found: InputRound) -> dict[int, str]:
    """The names of those who contributed, by person; none at all where names are not shown.

    Whoever has left the group is a former member.
    """
    if not found.shows_names:
        return {}
    wrote = sa.select(Contribution.person_id).where(
        Contribution.round_id == found.id, Contribution.withdrawn_at.is_(None)
    )
    people = db.session.execute(sa.select(Person.id, Person.name).where(Person.id.in_(wrote))).all()
    here = who.sitting_among(found.group_id, [row.id for row in people])
    return {row.id: row.name if row.id in here else former() for row in people}


def whose(point: Contribution, names: Mapping[int, str]) -> str:
    """Whose the point is: a name, that it was noted in the meeting, or nothing."""
    if point.person_id is None:
        if point.name:
            return _("%(name)s, said in the meeting", name=point.name)
        return _("Said in the meeting")
    return names.get(point.person_id, "")
