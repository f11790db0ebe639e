"""What organisers do with groups: set up, edit, close, open again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal import audit, slugs
from portal.db import db
from portal.groups.meetings import summons
from portal.models.accounts import Person
from portal.models.groups import Group


class MeetingsToCome(Exception):
    """A group that has called meetings to come is not closed."""


def create_group(values: Mapping[str, Any], *, by: Person, now: datetime) -> Group:
    """Set up a group of ``values`` (columns), with no places yet."""
    group = Group(slug=slugs.free(Group.slug, values["name"]), created_at=now, **values)
    db.session.add(group)
    audit.record("group.created", group, actor=by, now=now)
    return group


def edit_group(group: Group, values: Mapping[str, Any], *, by: Person, now: datetime) -> list[str]:
    """Change the columns that differ, and tell which; the address of the group stays."""
    changed = [name for name, value in values.items() if getattr(group, name) != value]
    for name in changed:
        setattr(group, name, values[name])
    if changed:
        audit.record("group.changed", group, actor=by, now=now, fields=sorted(changed))
    return changed


def close_group(group: Group, *, by: Person, now: datetime) -> None:
    """End the group's work. Its pages stay for those who sat in it; closing twice closes once.

    Raises:
        MeetingsToCome: it has called a meeting that is neither held nor cancelled.
    """
    if group.closed_at is not None:
        return
    if summons.coming_called(group, now):
        raise MeetingsToCome
    group.closed_at = now
    audit.record("group.closed", group, actor=by, now=now)


def reopen_group(group: Group, *, by: Person, now: datetime) -> None:
    """Let a closed group go on. An open one is left alone."""
    if group.closed_at is None:
        return
    group.closed_at = None
    audit.record("group.reopened", group, actor=by, now=now)
