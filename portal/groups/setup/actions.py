"""What organisers do with groups: set up, edit, renew, close, open again."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app

from portal import audit, slugs
from portal.db import db, lock_row
from portal.groups import meanwhile
from portal.groups.follow_ups import actions as follow_ups
from portal.groups.meetings import summons
from portal.groups.setup import ending, notices
from portal.mail import outbox
from portal.mail.reminding import withdrawing
from portal.models.accounts import Person
from portal.models.groups import Group

# What organisers decide about a group, in the order of the form.
COLUMNS = (
    "name", "kind", "mandate", "parent_id", "starts_on", "ends_on",
    "observers_see_members", "observers_see_minutes",
)  # fmt: skip


class MeetingsToCome(Exception):
    """A group that has called meetings to come is not closed."""


class GroupIsClosed(Exception):
    """What is closed is opened again before it is renewed."""


class RenewedMeanwhile(Exception):
    """The group's last day is another one than was shown."""


class EditedMeanwhile(Exception):
    """Somebody else saved the group since the form was opened."""


class NoParent(Exception):
    """There is no open group that could go on with the follow-ups."""


def create_group(values: Mapping[str, Any], *, by: Person, now: datetime) -> Group:
    """Set up a group of ``values`` (columns), with no places yet."""
    group = Group(slug=slugs.free(Group.slug, values["name"]), created_at=now, **values)
    db.session.add(group)
    audit.record("group.created", group, actor=by, now=now)
    return group


def edit_group(
    group: Group, values: Mapping[str, Any], *, seen: str, by: Person, now: datetime
) -> list[str]:
    """Change the columns that differ, and tell which; the address of the group stays.

    Raises:
        EditedMeanwhile: something differs, and the group is not as ``seen`` any more.
    """
    lock_row(group)
    changed = [name for name, value in values.items() if getattr(group, name) != value]
    if changed and state_of(group) != seen:
        raise EditedMeanwhile
    if "ends_on" in changed:
        ending.withdraw(group, now)
    for name in changed:
        setattr(group, name, values[name])
    if changed:
        audit.record("group.changed", group, actor=by, now=now, fields=sorted(changed))
    return changed


def state_of(group: Group) -> str:
    """A mark of all that the form of the group changes; two who edit at once notice by it."""
    return meanwhile.mark(*(getattr(group, name) for name in COLUMNS))


def renew_group(
    group: Group, last: date, *, seen: date | None, tell: bool, by: Person, now: datetime
) -> None:
    """Let the group go on until ``last``; ``tell`` writes so to those who sit in it.

    Raises:
        GroupIsClosed: it is to be opened first.
        RenewedMeanwhile: its last day is no longer ``seen``.
    """
    lock_row(group, "closed_at", "ends_on")
    if group.closed_at is not None:
        raise GroupIsClosed
    if group.ends_on != seen:
        raise RenewedMeanwhile
    ending.withdraw(group, now)
    group.ends_on = last
    audit.record("group.renewed", group, actor=by, now=now, ends_on=last.isoformat())
    if tell:
        key = f"group-renewed-{group.id}-{last}-{int(now.timestamp())}"
        _tell(notices.RENEWED, group, key, by, now, ends_on=last.isoformat())


def close_group(
    group: Group,
    *,
    by: Person,
    now: datetime,
    moves_follow_ups: bool = False,
    tell: bool = False,
) -> int:
    """End the group's work. Its pages stay for those who sat in it; closing twice closes once.

    What it has open to follow up stays with those who have it, or with ``moves_follow_ups`` goes to
    the group it belongs under. ``tell`` writes to those who sit in it.

    Returns:
        How many follow-ups were moved.

    Raises:
        MeetingsToCome: it has called a meeting that is neither held nor cancelled.
        NoParent: there is no open group above it to move anything to.
    """
    lock_row(group, "closed_at", "ends_on")
    if group.closed_at is not None:
        return 0
    if summons.coming_called(group, now):
        raise MeetingsToCome
    moved = 0
    if moves_follow_ups:
        if group.parent is None or group.parent.closed_at is not None:
            raise NoParent
        moved = follow_ups.move_open(group, group.parent, by=by, now=now)
    ending.withdraw(group, now)
    group.closed_at = now
    audit.record("group.closed", group, actor=by, now=now, moved=moved)
    if tell:
        _tell(notices.CLOSED, group, _closed_key(group), by, now, moved=bool(moved))
    return moved


def reopen_group(group: Group, *, by: Person, now: datetime) -> None:
    """Let a closed group go on. An open one is left alone."""
    lock_row(group, "closed_at", "ends_on")
    if group.closed_at is None:
        return
    # Who has not been told yet that it closed need not hear of it.
    withdrawing.of_occasions([_closed_key(group)], now)
    group.closed_at = None
    audit.record("group.reopened", group, actor=by, now=now)


def _closed_key(group: Group) -> str:
    assert group.closed_at is not None, "asked of a closed group"
    return f"group-closed-{group.id}-{int(group.closed_at.timestamp())}"


def _tell(
    kind: str, group: Group, key: str, by: Person, now: datetime, **params: str | bool
) -> None:
    """Write to those in the group, after the hold in which it can be stopped."""
    outbox.enqueue_mailing(
        kind,
        key=key,
        now=now,
        by=by,
        about=outbox.About(group_id=group.id),
        hold=timedelta(seconds=current_app.config["MAILING_HOLD_SECONDS"]),
        **params,
    )
