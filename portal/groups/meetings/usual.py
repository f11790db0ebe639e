"""The items that stand on every agenda: the summons, the last minutes, what is still to be done."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import gettext as _

from portal import dates
from portal.db import db
from portal.groups.meetings.agenda import AgendaValue
from portal.models.events import Event, EventState
from portal.models.groups import Group
from portal.models.meetings import AgendaKind, Meeting, UsualItem
from portal.models.minutes import FollowUp

# How long such items take as a rule, in minutes; whoever plans the meeting may change it.
_MINUTES = {UsualItem.SUMMONS: 5, UsualItem.MINUTES: 5, UsualItem.FOLLOW_UPS: 10}


def first_items(
    group: Group, *, language: str, now: datetime, meeting: Meeting | None = None
) -> list[AgendaValue]:
    """What the agenda of the next meeting of ``group`` begins with, in ``language``.

    The minutes are those of the newest meeting held that nobody has approved; follow-ups stand
    there when some are open. ``meeting`` is the one that the items are for, when it is planned.
    """
    unapproved = _unapproved(group, meeting, now)
    with force_locale(language):
        items = [_item(UsualItem.SUMMONS, _("Approve the summons and the agenda"))]
        if unapproved is not None:
            day = dates.plain_day(unapproved.event.first_day)
            title = _("Approve the minutes of %(day)s", day=day)
            items.append(_item(UsualItem.MINUTES, title, approves_id=unapproved.id))
        if _has_open_follow_ups(group):
            items.append(_item(UsualItem.FOLLOW_UPS, _("Follow-ups from earlier meetings")))
    return items


def missing(wanted: Sequence[AgendaValue], there: Sequence[AgendaValue]) -> list[AgendaValue]:
    """Those of the usual items ``wanted`` that are not among the items ``there``."""
    known = {(each.usual, each.approves_id) for each in there}
    return [each for each in wanted if (each.usual, each.approves_id) not in known]


def _item(usual: UsualItem, title: str, approves_id: int | None = None) -> AgendaValue:
    is_approval = usual in (UsualItem.SUMMONS, UsualItem.MINUTES)
    return AgendaValue(
        item_id=None,
        number=None,
        title=title,
        kind=AgendaKind.APPROVAL if is_approval else AgendaKind.DISCUSSION,
        presenter="",
        papers="",
        planned_minutes=_MINUTES[usual],
        usual=usual,
        approves_id=approves_id,
    )


def _unapproved(group: Group, meeting: Meeting | None, now: datetime) -> Meeting | None:
    """The newest meeting held whose minutes nobody has approved, of those before ``meeting``."""
    before = min(meeting.event.starts_at, now) if meeting else now
    return db.session.scalar(
        sa.select(Meeting)
        .join(Event, Event.id == Meeting.event_id)
        .where(
            Meeting.group_id == group.id,
            Meeting.id != (meeting.id if meeting else 0),
            Meeting.approved_at.is_(None),
            Event.state == EventState.PUBLISHED,
            Event.ends_at <= before,
        )
        .order_by(Event.starts_at.desc(), Event.id.desc())
        .limit(1)
    )


def _has_open_follow_ups(group: Group) -> bool:
    still = sa.exists().where(FollowUp.group_id == group.id, FollowUp.closed_at.is_(None))
    return bool(db.session.scalar(sa.select(still)))
