"""What somebody shall do after a meeting: written down, closed with a note, opened again."""

from datetime import date, datetime

from portal import audit
from portal.db import db
from portal.models.accounts import Person
from portal.models.groups import Group
from portal.models.meetings import AgendaItem, Meeting
from portal.models.minutes import FollowUp


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
    """
    follow_up = FollowUp(
        group=group,
        meeting=meeting,
        item=item,
        text=text,
        owner=owner,
        owner_label=owner_label,
        due_on=due_on,
        created_at=now,
        created_by_id=by.id,
    )
    db.session.add(follow_up)
    audit.record(
        "follow_up.added", follow_up, actor=by, now=now,
        group=group.id, owner=owner.id if owner else None,
    )  # fmt: skip
    return follow_up


def close(follow_up: FollowUp, note: str, *, by: Person, now: datetime) -> None:
    """It is done, or will not be; ``note`` says which. Closing twice keeps the first date."""
    if follow_up.closed_at is not None:
        return
    follow_up.closed_at, follow_up.closing_note, follow_up.closed_by_id = now, note, by.id
    audit.record("follow_up.closed", follow_up, actor=by, now=now)


def reopen(follow_up: FollowUp, *, by: Person, now: datetime) -> None:
    """It is not done after all; the note stays until the next one."""
    if follow_up.closed_at is None:
        return
    follow_up.closed_at = None
    audit.record("follow_up.reopened", follow_up, actor=by, now=now)
