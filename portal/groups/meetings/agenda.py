"""A meeting's agenda: put in order, and written out as those called read it in their calendar."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import selectinload

from portal import dates, markdown
from portal.db import db
from portal.groups import wording
from portal.groups.meetings import papers, timing
from portal.groups.meetings.timing import DayPlan, Slot, Span
from portal.models.meetings import AgendaItem, AgendaKind, Meeting, UsualItem
from portal.models.minutes import FollowUp, MinutesComment

_LAST = 10_000


class ItemHasMinutes(Exception):
    """What was minuted, commented on or left something to do is not taken off the agenda."""


class AddedMeanwhile(Exception):
    """An item came up in the room after the agenda was read, and would be lost."""


@dataclass(frozen=True)
class AgendaValue:
    """An item as typed. ``item_id`` is that of the row it was, None for a new one.

    ``approves_id`` is the meeting whose minutes it approves, for a usual item of that kind.
    """

    item_id: int | None
    number: int | None
    title: str
    kind: AgendaKind
    presenter: str
    papers: str
    planned_minutes: int | None = None
    day: int = 1
    usual: UsualItem | None = None
    approves_id: int | None = None


def replace(
    meeting: Meeting, values: Sequence[AgendaValue], *, newest_seen: int | None = None
) -> None:
    """Make the agenda what ``values`` say, numbered from 1; rows that stay keep their minutes.

    A usual item that stays is that whatever it is called now. Whoever changes the agenda of a
    meeting that has one holds it (``writing.locking``). ``newest_seen`` is the highest id among the
    items that were looked at.

    Raises:
        ItemHasMinutes: an item that something hangs on is not among them.
        AddedMeanwhile: one is not among them that is newer than ``newest_seen``.
    """
    known = {item.id: item for item in _as_it_stands(meeting)}
    gone = known.keys() - {value.item_id for value in values}
    if newest_seen is not None and any(number > newest_seen for number in gone):
        raise AddedMeanwhile
    if gone and _has_something_on_it([known[number] for number in gone]):
        raise ItemHasMinutes
    ordered = sorted(values, key=lambda value: (value.day, value.number or _LAST))
    approvable = _approvable(meeting, ordered)
    items = [known.get(value.item_id or 0) or _new(value, approvable) for value in ordered]
    _free_numbers(list(known.values()), items)
    with db.session.no_autoflush:
        for number, (item, value) in enumerate(zip(items, ordered, strict=True), 1):
            item.number, item.title, item.kind = number, value.title, value.kind
            item.presenter, item.papers = value.presenter, value.papers
            item.planned_minutes, item.day = value.planned_minutes, value.day
        meeting.agenda = items


def spans_of(meeting: Meeting) -> list[Span]:
    """The days of ``meeting``, from when to when: one, or as many as it was given."""
    if meeting.days:
        return [Span(day.starts_at, day.ends_at) for day in meeting.days]
    event = meeting.event
    return [Span(event.starts_at, event.ends_at)] if event else []


def plan_of(meeting: Meeting) -> list[DayPlan[AgendaItem]]:
    """The agenda laid out over the days of ``meeting``."""
    return timing.plan(spans_of(meeting), meeting.agenda)


def as_markdown(
    meeting: Meeting,
    language: str,
    days: Sequence[Span] | None = None,
    carried: Sequence[str] = (),
) -> str:
    """The words above the agenda and the agenda itself, for calendars and mails.

    ``days`` are those that the meeting is about to have; its own are taken if they are not given.
    ``carried`` are lines of Markdown that stand under the item of what is still to be done.
    """
    plan = timing.plan(spans_of(meeting) if days is None else days, meeting.agenda)
    with force_locale(language):
        heading = f"**{_('Agenda')}**" if meeting.agenda else ""
        shown = list(_days(plan, carried)) if plan else ["\n".join(_untimed(meeting.agenda))]
    return "\n\n".join(part for part in (meeting.intro, heading, *shown) if part)


def _days(plan: Sequence[DayPlan[AgendaItem]], carried: Sequence[str]) -> Iterator[str]:
    for day in plan:
        lines = []
        for slot in day.slots:
            lines.append(_line(slot, timed=day.is_timed))
            if slot.item.usual == UsualItem.FOLLOW_UPS:
                lines += carried
        if len(plan) == 1:
            yield "\n".join(lines)
        else:
            # Calendars show one long entry: only here can people read when each day begins.
            when = dates.span(day.span.starts_at, day.span.ends_at)
            yield "\n".join((f"**{when[:1].upper()}{when[1:]}**", *lines))


def _untimed(items: Sequence[AgendaItem]) -> list[str]:
    return [_line(Slot(item, None, None), timed=False) for item in items]


def _as_it_stands(meeting: Meeting) -> Sequence[AgendaItem]:
    """The items as the database has them, not as they were when somebody began to type."""
    # A new one has none that others could have changed.
    if meeting not in db.session or meeting in db.session.new:
        return meeting.agenda
    db.session.flush()
    db.session.expire(meeting, ["agenda"])
    return db.session.scalars(
        sa.select(AgendaItem)
        .where(AgendaItem.meeting_id == meeting.id)
        .options(selectinload(AgendaItem.decisions))
        .order_by(AgendaItem.number)
        .execution_options(populate_existing=True)
    ).all()


def _has_something_on_it(items: Sequence[AgendaItem]) -> bool:
    if any(item.minutes or item.decisions for item in items):
        return True
    ids = [item.id for item in items]
    said = sa.exists().where(MinutesComment.item_id.in_(ids))
    left = sa.exists().where(FollowUp.item_id.in_(ids))
    return bool(db.session.scalar(sa.select(sa.or_(said, left))))


def _new(value: AgendaValue, approvable: set[int]) -> AgendaItem:
    usual, approves = value.usual, value.approves_id
    if usual == UsualItem.MINUTES and approves not in approvable:
        usual = None
    return AgendaItem(usual=usual, approves_id=approves if usual == UsualItem.MINUTES else None)


def _approvable(meeting: Meeting, values: Sequence[AgendaValue]) -> set[int]:
    """Of the meetings whose minutes new items would approve, those of the same group."""
    wanted = {each.approves_id for each in values if not each.item_id and each.approves_id}
    if not wanted:
        return set()
    with db.session.no_autoflush:
        found = db.session.scalars(
            sa.select(Meeting.id).where(
                Meeting.id.in_(wanted),
                Meeting.group_id == meeting.group.id,
                Meeting.id != (meeting.id or 0),
            )
        )
        return set(found)


def _free_numbers(known: list[AgendaItem], wanted: list[AgendaItem]) -> None:
    """Let go of numbers that change hands: no two items of a meeting may have one at a time."""
    if not known or known == wanted[: len(known)]:
        return
    with db.session.no_autoflush:
        for offset, item in enumerate(known):
            item.number = _LAST + offset
    db.session.flush()


def _line(slot: Slot[AgendaItem], *, timed: bool) -> str:
    item = slot.item
    words = [str(wording.AGENDA_KINDS[item.kind]).lower()]
    if item.planned_minutes and not slot.starts_at:
        words.append(_("%(minutes)s min", minutes=item.planned_minutes))
    line = _("Item %(number)s: %(title)s (%(kind)s)", number=item.number,
             title=markdown.escaped(item.title), kind=", ".join(words))  # fmt: skip
    if timed and (when := clock_of(slot)):
        line = f"{when} {line}"
    shown = "; ".join(_paper(paper) for paper in papers.of(item))
    return ". ".join(part for part in (line, markdown.escaped(item.presenter), shown) if part)


def clock_of(slot: Slot[AgendaItem]) -> str:
    """``09.00–09.10``, ``09.10`` when nobody knows until when, "" when not even that is known."""
    moments = [dates.clock_time(at) for at in (slot.starts_at, slot.ends_at) if at]
    return "–".join(moments)


def _paper(paper: papers.Paper) -> str:
    if paper.title == paper.url:
        return f"<{paper.url}>"
    return (
        f"{markdown.escaped(paper.title)} <{paper.url}>"
        if paper.url
        else markdown.escaped(paper.title)
    )
