"""What somebody shall do after a meeting: written down, changed, taken, closed, opened again.

Owners hear of what others give them (``telling``) and are reminded (``reminding``); whatever
changes a follow-up takes back what is no longer true of it.
"""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from portal import audit
from portal.db import db, lock_row
from portal.groups import leading
from portal.groups.follow_ups import notices, reminding, telling
from portal.mail import outbox
from portal.models.accounts import Person
from portal.models.groups import Group
from portal.models.meetings import AgendaItem, Meeting
from portal.models.minutes import FollowUp


class ChangedMeanwhile(Exception):
    """Somebody else has changed the follow-up since it was shown."""


class HasAnOwner(Exception):
    """Somebody else was quicker to take it."""


class IsClosed(Exception):
    """What is done is opened again before it is changed."""


@dataclass(frozen=True)
class Content:
    """What a follow-up says; who and when may both be unknown. A person goes before words."""

    text: str
    owner: Person | None
    owner_label: str
    due_on: date | None


def add_follow_up(
    group: Group,
    text: str,
    *,
    owner: Person | None,
    due_on: date | None,
    owner_label: str = "",
    meeting: Meeting | None = None,
    item: AgendaItem | None = None,
    by: Person,
    now: datetime,
) -> FollowUp:
    """Write down what is to be done; who and when may both be unknown.

    ``owner_label`` says in words who does it when that is no person; ``item`` is where it came up.
    An owner who was given it by somebody else is told so by mail, after a while.
    """
    follow_up = FollowUp(
        group=group,
        meeting=meeting,
        item=item,
        text=text,
        owner=owner,
        owner_label="" if owner else owner_label,
        due_on=due_on,
        created_at=now,
        created_by_id=by.id,
    )
    db.session.add(follow_up)
    follow_up.tell_owner_at = telling.moment(follow_up, by, now)
    audit.record(
        "follow_up.added", follow_up, actor=by, now=now,
        group=group.id, owner=owner.id if owner else None,
    )  # fmt: skip
    return follow_up


def change(
    follow_up: FollowUp, content: Content, *, seen_revision: int, by: Person, now: datetime
) -> list[str]:
    """Change what differs from ``content``, and tell which columns those are.

    Raises:
        ChangedMeanwhile: it has moved on from ``seen_revision``.
        IsClosed: it was closed.
    """
    lock_row(follow_up)
    if follow_up.revision != seen_revision:
        raise ChangedMeanwhile
    if not follow_up.is_open:
        raise IsClosed
    owner_id = content.owner.id if content.owner else None
    label = "" if content.owner else content.owner_label
    values = {
        "text": content.text,
        "owner_id": owner_id,
        "owner_label": label,
        "due_on": content.due_on,
    }
    changed = sorted(name for name, value in values.items() if getattr(follow_up, name) != value)
    if not changed:
        return []
    reminding.withdraw(follow_up, now)
    follow_up.text, follow_up.owner_label, follow_up.due_on = content.text, label, content.due_on
    if "owner_id" in changed:
        _give(follow_up, content.owner, by, now)
    follow_up.revision += 1
    audit.record("follow_up.changed", follow_up, actor=by, now=now, fields=changed, owner=owner_id)
    return changed


def take(follow_up: FollowUp, *, by: Person, now: datetime) -> None:
    """Somebody of the group will do what nobody has in hand. Taking twice takes once.

    Raises:
        HasAnOwner: another was quicker.
        IsClosed: it is done.
    """
    lock_row(follow_up)
    if not follow_up.is_open:
        raise IsClosed
    if follow_up.owner_id == by.id:
        return
    if follow_up.is_in_hand or follow_up.owner_label:
        raise HasAnOwner
    reminding.withdraw(follow_up, now)
    _give(follow_up, by, by, now)
    follow_up.revision += 1
    audit.record("follow_up.taken", follow_up, actor=by, now=now)


def hand_back(follow_up: FollowUp, *, by: Person, now: datetime) -> None:
    """Its owner cannot do it after all; whoever leads the group is told, unless it is the owner."""
    lock_row(follow_up)
    if follow_up.owner_id != by.id or not follow_up.is_open:
        return
    reminding.withdraw(follow_up, now)
    _give(follow_up, None, by, now)
    follow_up.revision += 1
    audit.record("follow_up.handed_back", follow_up, actor=by, now=now)
    for lead in leading.to_write_to(follow_up.group):
        if lead.id != by.id:
            outbox.enqueue(
                notices.handed_back(follow_up, lead, by),
                key=f"follow-up-{follow_up.id}-handed-back-{follow_up.revision}-{lead.id}",
                now=now,
            )


def close(follow_up: FollowUp, note: str, *, by: Person, now: datetime) -> bool:
    """It is done, or will not be; ``note`` says which. Closing twice keeps the first date and note.

    Returns:
        Whether it was open.
    """
    lock_row(follow_up)
    if not follow_up.is_open:
        return False
    reminding.withdraw(follow_up, now)
    follow_up.closed_at, follow_up.closing_note, follow_up.closed_by_id = now, note, by.id
    follow_up.tell_owner_at = None
    follow_up.revision += 1
    audit.record("follow_up.closed", follow_up, actor=by, now=now)
    return True


def is_lost(follow_up: FollowUp, note: str) -> bool:
    """Whether ``note`` was not kept, since somebody else had closed the follow-up before."""
    return bool(note) and follow_up.closing_note.replace("\r\n", "\n") != note.replace("\r\n", "\n")


def reopen(follow_up: FollowUp, *, by: Person, now: datetime) -> None:
    """It is not done after all; the note stays until the next one."""
    lock_row(follow_up)
    if follow_up.is_open:
        return
    follow_up.closed_at = follow_up.closed_by_id = None
    follow_up.revision += 1
    audit.record("follow_up.reopened", follow_up, actor=by, now=now)


def move_open(group: Group, to: Group, *, by: Person, now: datetime) -> int:
    """Let another group go on with what is open in ``group``; how many those are.

    Who has them in hand stays: whoever does not sit there has them no longer.
    """
    rows = db.session.scalars(
        sa.select(FollowUp)
        .where(FollowUp.group_id == group.id, FollowUp.closed_at.is_(None))
        .order_by(FollowUp.id)
        .with_for_update(of=FollowUp)
        .execution_options(populate_existing=True)
    ).all()
    reminding.withdraw_all(rows, now)
    for follow_up in rows:
        follow_up.group = to
        follow_up.revision += 1
        audit.record("follow_up.moved", follow_up, actor=by, now=now, group=to.id, before=group.id)
    return len(rows)


def _give(follow_up: FollowUp, owner: Person | None, by: Person, now: datetime) -> None:
    follow_up.owner = owner
    # Rules below ask by number, before the row is written.
    follow_up.owner_id = owner.id if owner else None
    follow_up.owner_since = now if owner else None
    follow_up.tell_owner_at = telling.moment(follow_up, by, now)
