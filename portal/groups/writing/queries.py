"""What the page of the minutes asks for: the meeting as it is now, and who may be named."""

from collections import Counter, defaultdict
from collections.abc import Sequence

import sqlalchemy as sa
from flask import abort
from sqlalchemy.orm import joinedload, selectinload

from portal import access
from portal.db import db
from portal.groups import queries as group_queries
from portal.groups.meetings import queries as meeting_queries
from portal.models.accounts import Person
from portal.models.groups import Group
from portal.models.meetings import AgendaItem, Meeting
from portal.models.minutes import FollowUp


def meeting_written_by(viewer: Person | None, slug: str, public_id: str) -> Meeting:
    """A meeting for whoever runs the group it is of: 403 for who only sees it, 404 for others.

    Of several groups that hold it, the host runs it.
    """
    group = group_queries.group_run_by(viewer, slug)
    meeting = meeting_queries.meeting_of(viewer, group, public_id)
    if not access.leads_group(viewer, meeting.group):
        abort(403)
    return meeting


def items_of(meeting: Meeting) -> Sequence[AgendaItem]:
    """The items with minutes, decisions and who wrote last, as the database has them now."""
    return db.session.scalars(
        sa.select(AgendaItem)
        .where(AgendaItem.meeting_id == meeting.id)
        .options(selectinload(AgendaItem.decisions), joinedload(AgendaItem.minutes_by))
        .order_by(AgendaItem.number)
        .execution_options(populate_existing=True)
    ).all()


def item_at(meeting: Meeting, number: int) -> AgendaItem:
    """The item of that number; 404 when the meeting has none."""
    return db.one_or_404(
        sa.select(AgendaItem)
        .where(AgendaItem.meeting_id == meeting.id, AgendaItem.number == number)
        .options(joinedload(AgendaItem.minutes_by))
    )


def follow_ups_by_item(meeting: Meeting) -> dict[int | None, list[FollowUp]]:
    """By the id of the item they came up under, the follow-ups of the meeting, oldest first."""
    found: dict[int | None, list[FollowUp]] = defaultdict(list)
    rows = db.session.scalars(
        sa.select(FollowUp)
        .where(FollowUp.meeting_id == meeting.id)
        .options(joinedload(FollowUp.owner))
        .order_by(FollowUp.id)
    )
    for follow_up in rows:
        found[follow_up.item_id].append(follow_up)
    return found


def people_by_label(group: Group) -> dict[str, Person]:
    """Those who sit in ``group`` now, by the words that name each of them and nobody else."""
    members = group_queries.members_to_choose(group)
    times = Counter(person.name for person in members)
    labels: dict[str, Person] = {}
    for person in members:
        name, number = person.name, 1
        # Two of one name are told apart by a number, in the order of the list.
        while times[person.name] > 1 and (name := f"{person.name} ({number})") in labels:
            number += 1
        labels[name] = person
    return labels
