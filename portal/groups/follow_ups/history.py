"""What became of a follow-up: who wrote it down, changed, closed and opened it again, and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.db import db
from portal.groups.names import former
from portal.models.accounts import Person, Role, RoleName
from portal.models.audit import AuditEntry
from portal.models.groups import CURRENT_PLACES, Group, GroupPlace
from portal.models.minutes import FollowUp

_FIELDS = {
    "text": _l("what is to be done"),
    "owner_id": _l("who is responsible"),
    "owner_label": _l("who is responsible, in words"),
    "due_on": _l("the deadline"),
}


@dataclass(frozen=True)
class Line:
    """One thing that happened, in words."""

    at: datetime
    words: str


def of(follow_up: FollowUp) -> list[Line]:
    """What is known of it, the newest last. Who has left the group is not named."""
    entries = db.session.scalars(
        sa.select(AuditEntry)
        .where(
            AuditEntry.object_kind == FollowUp.__tablename__,
            AuditEntry.object_id == follow_up.id,
        )
        .order_by(AuditEntry.id)
    ).all()
    names = _names(follow_up.group, entries)
    lines = [Line(each.at, words) for each in entries if (words := _words(each, names))]
    if not any(each.verb == "follow_up.added" for each in entries):
        lines.insert(0, Line(follow_up.created_at, _("Written down, with the minutes.")))
    return lines


def _words(entry: AuditEntry, names: Mapping[int, str]) -> str:
    """A sentence about ``entry``; empty for what readers need not know."""
    who, details = _name(entry.actor_id, names), entry.details
    owner = details.get("owner")
    match entry.verb:
        case "follow_up.added" if owner:
            return _("%(who)s wrote it down, for %(owner)s.", who=who, owner=_name(owner, names))
        case "follow_up.added":
            return _("%(who)s wrote it down.", who=who)
        case "follow_up.changed":
            return _changed(who, details, names)
        case "follow_up.told":
            return _("%(owner)s was told by mail.", owner=_name(owner, names))
    return _SIMPLE[entry.verb](who) if entry.verb in _SIMPLE else ""


_SIMPLE = {
    "follow_up.taken": lambda who: _("%(who)s took it.", who=who),
    "follow_up.handed_back": lambda who: _("%(who)s handed it back.", who=who),
    "follow_up.closed": lambda who: _("%(who)s closed it.", who=who),
    "follow_up.reopened": lambda who: _("%(who)s opened it again.", who=who),
    "follow_up.moved": lambda who: _("%(who)s moved it here from a group that closed.", who=who),
}


def _changed(who: str, details: Mapping[str, Any], names: Mapping[int, str]) -> str:
    fields = [str(_FIELDS[name]) for name in details["fields"] if name in _FIELDS]
    words = _("%(who)s changed %(what)s.", who=who, what=", ".join(fields))
    if "owner_id" in details["fields"] and details.get("owner"):
        words += " " + _("It was given to %(owner)s.", owner=_name(details["owner"], names))
    return words


def _name(person_id: int | None, names: Mapping[int, str]) -> str:
    if person_id is None:
        return _("The portal")
    return names.get(person_id) or former()


def _names(group: Group, entries: Sequence[AuditEntry]) -> dict[int, str]:
    """The names, by id, of those who sit in the group now or organise."""
    ids = {each.actor_id for each in entries} | {each.details.get("owner") for each in entries}
    here = sa.exists().where(
        GroupPlace.group_id == group.id,
        GroupPlace.person_id == Person.id,
        GroupPlace.state.in_(CURRENT_PLACES),
    )
    organises = sa.exists().where(
        Role.person_id == Person.id, Role.name.in_((RoleName.ADMIN, RoleName.ORGANISER))
    )
    found = db.session.execute(
        sa.select(Person.id, Person.name).where(
            Person.id.in_([each for each in ids if each is not None]), sa.or_(here, organises)
        )
    )
    return {row.id: row.name for row in found}
