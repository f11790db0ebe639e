"""What earlier meetings left to do, carried into the next agenda while it is open."""

from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import aliased, joinedload

from portal import dates, markdown
from portal.db import db
from portal.models.events import Event
from portal.models.meetings import Meeting
from portal.models.minutes import FollowUp

_LONGEST = 140
# A calendar entry is no place for more; the meeting's page has them all.
_MOST_LINES = 20


def open_at(meeting: Meeting) -> list[FollowUp]:
    """What was left before ``meeting`` and is open: the nearest deadline first, unknown ones last.

    For a meeting that has begun: what was open at that moment, closed since or not. What came up
    in the meeting itself is none of it. Their owners are loaded along.
    """
    began = meeting.event.starts_at
    earlier, then = aliased(Meeting), aliased(Event)
    # Minutes may be written long after their meeting, and what is in them is as old as that.
    since = sa.func.coalesce(then.starts_at, FollowUp.created_at)
    return list(
        db.session.scalars(
            sa.select(FollowUp)
            .outerjoin(earlier, earlier.id == FollowUp.meeting_id)
            .outerjoin(then, then.id == earlier.event_id)
            .where(
                FollowUp.group_id == meeting.group_id,
                since < began,
                sa.or_(FollowUp.closed_at.is_(None), FollowUp.closed_at >= began),
            )
            .options(joinedload(FollowUp.owner), joinedload(FollowUp.group))
            .order_by(FollowUp.due_on.is_(None), FollowUp.due_on, FollowUp.id)
        )
    )


def as_lines(follow_ups: Sequence[FollowUp], language: str) -> list[str]:
    """``follow_ups`` as the items of a Markdown list, for the summons' text; at most twenty and a
    line that counts the others.

    None for a group that keeps its minutes from observers, since they are summoned too. Nobody is
    named: the text stays in calendars when people have left.
    """
    if not all(each.group.observers_see_minutes for each in follow_ups):
        return []
    with force_locale(language):
        lines = [_line(each) for each in follow_ups[:_MOST_LINES]]
        more = len(follow_ups) - len(lines)
        if more:
            lines.append("- " + ngettext("and %(num)s more", "and %(num)s more", more))
    return lines


def _line(follow_up: FollowUp) -> str:
    text = markdown.escaped(_shortened(" ".join(follow_up.text.split())))
    if follow_up.due_on is None:
        return f"- {text}"
    day = dates.plain_day(follow_up.due_on)
    return "- " + _("%(text)s (deadline %(day)s)", text=text, day=day)


def _shortened(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return text[:_LONGEST].rsplit(" ", 1)[0] + " …"
