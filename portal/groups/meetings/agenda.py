"""A meeting's agenda: put in order, and written out as those called read it in their calendar."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import force_locale
from flask_babel import gettext as _

from portal.db import db
from portal.groups import wording
from portal.models.meetings import AgendaItem, AgendaKind, Meeting

_MARKS = re.compile(r"([\\*_\[\]<>`])")
_ADDRESS = re.compile(r"https?://[^\s<>]+")
_LAST = 10_000


class ItemHasMinutes(Exception):
    """What was minuted is not taken off the agenda."""


@dataclass(frozen=True)
class AgendaValue:
    """An item as typed. ``item_id`` is that of the row it was, None for a new one."""

    item_id: int | None
    number: int | None
    title: str
    kind: AgendaKind
    presenter: str
    papers: str


def replace(meeting: Meeting, values: Sequence[AgendaValue]) -> None:
    """Make the agenda what ``values`` say, numbered from 1; rows that stay keep their minutes.

    Raises:
        ItemHasMinutes: an item that was minuted is not among them.
    """
    known = {item.id: item for item in meeting.agenda}
    kept = {value.item_id for value in values}
    if any(_is_minuted(item) for number, item in known.items() if number not in kept):
        raise ItemHasMinutes
    ordered = sorted(values, key=lambda value: value.number or _LAST)
    items = [known.get(value.item_id or 0) or AgendaItem() for value in ordered]
    _free_numbers(list(known.values()), items)
    with db.session.no_autoflush:
        for number, (item, value) in enumerate(zip(items, ordered, strict=True), 1):
            item.number, item.title, item.kind = number, value.title, value.kind
            item.presenter, item.papers = value.presenter, value.papers
        meeting.agenda = items


def as_markdown(meeting: Meeting, language: str) -> str:
    """The words above the agenda and the agenda itself, for calendars and mails."""
    with force_locale(language):
        lines = [_line(item) for item in meeting.agenda]
        heading = f"**{_('Agenda')}**" if lines else ""
    return "\n\n".join(part for part in (meeting.intro, heading, "\n".join(lines)) if part)


def _is_minuted(item: AgendaItem) -> bool:
    return bool(item.minutes or item.decisions)


def _free_numbers(known: list[AgendaItem], wanted: list[AgendaItem]) -> None:
    """Let go of numbers that change hands: no two items of a meeting may have one at a time."""
    if not known or known == wanted[: len(known)]:
        return
    with db.session.no_autoflush:
        for offset, item in enumerate(known):
            item.number = _LAST + offset
    db.session.flush()


def _line(item: AgendaItem) -> str:
    kind = wording.AGENDA_KINDS[item.kind]
    line = _("Item %(number)s: %(title)s (%(kind)s)", number=item.number,
             title=_plain(item.title), kind=str(kind).lower())  # fmt: skip
    found = _ADDRESS.fullmatch(item.papers)
    papers = f"<{item.papers}>" if found else _plain(item.papers)
    return ". ".join(part for part in (line, _plain(item.presenter), papers) if part)


def _plain(text: str) -> str:
    """``text`` with what Markdown would take for marks kept as it is."""
    return _MARKS.sub(r"\\\1", text)
