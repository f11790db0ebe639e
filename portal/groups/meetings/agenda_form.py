"""One row of the agenda in the form of a meeting: as typed, as read, and moved up or down."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, HiddenField, SelectField, StringField, TextAreaField

from portal.fields import Optional, at_most, one_line, read_number, stripped
from portal.groups import wording
from portal.groups.meetings import papers
from portal.groups.meetings.agenda import AgendaValue
from portal.models.meetings import AgendaItem, AgendaKind, UsualItem

Row = dict[str, Any]

_LONGEST = 24 * 60
_LAST = 10_000


class AgendaForm(Form):
    """One item of the agenda; a row without title is none."""

    item_id = HiddenField()
    usual = HiddenField()
    approves = HiddenField()
    number = StringField(_l("Number"), [Optional(), at_most(3)], filters=[stripped])
    day = SelectField(_l("Day"), default="1", validate_choice=False)
    title = StringField(_l("Item"), [Optional(), at_most(300), one_line], filters=[stripped])
    kind = SelectField(_l("What is to be done with it"), choices=list(wording.AGENDA_KINDS.items()))
    presenter = StringField(
        _l("Who presents it"), [Optional(), at_most(200), one_line], filters=[stripped]
    )
    planned_minutes = StringField(_l("Takes (min)"), [Optional(), at_most(4)], filters=[stripped])
    papers = TextAreaField(
        _l("Papers, one on each line: an address, or words"),
        [Optional(), at_most(3000)],
        filters=[stripped],
    )

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        checks = (self._number_is_read(), self._minutes_are_read(), self._papers_are_followed())
        fine = super().validate(extra_validators)
        return self._report(checks) and bool(fine)

    def _report(self, checks: Sequence[tuple[StringField, str]]) -> bool:
        for field, fault in checks:
            if fault:
                field.errors = [fault]
        return not any(fault for _field, fault in checks)

    def _number_is_read(self) -> tuple[StringField, str]:
        fine = not self.number.data or _digits(self.number.data)
        return self.number, "" if fine else _("Write the number of the item with digits")

    def _minutes_are_read(self) -> tuple[StringField, str]:
        text = self.planned_minutes.data
        fine = not text or (_digits(text) and 0 < read_number(text) <= _LONGEST)
        return self.planned_minutes, "" if fine else _(
            "Write the number of minutes in digits, at least 1"
        )

    def _papers_are_followed(self) -> tuple[StringField, str]:
        lines = papers.faults(self.papers.data or "")
        if not lines:
            return self.papers, ""
        return self.papers, _(
            "Line %(lines)s: write the whole address, beginning with https://, last on the line",
            lines=", ".join(map(str, lines)),
        )


def typed(item: AgendaItem | AgendaValue) -> Row:
    """What somebody would have typed to get ``item``; a value that is no row yet has no id."""
    known = item.id if isinstance(item, AgendaItem) else item.item_id
    return {
        "item_id": str(known or ""),
        "usual": item.usual or "",
        "approves": str(item.approves_id or ""),
        "number": str(item.number or ""),
        "day": str(item.day),
        "title": item.title,
        "kind": str(item.kind),
        "presenter": item.presenter,
        "planned_minutes": str(item.planned_minutes or ""),
        "papers": item.papers,
    }


def read(row: Mapping[str, Any], days: int) -> AgendaValue:
    """The item that was typed, at a meeting of so many ``days``."""
    return AgendaValue(
        item_id=read_number(row["item_id"]) or None,
        number=read_number(row["number"]) or None,
        title=row["title"],
        # The sums are worked out of a form that may not be right yet.
        kind=AgendaKind(row["kind"]) if row["kind"] in set(AgendaKind) else AgendaKind.INFORMATION,
        presenter=row["presenter"] or "",
        papers=row["papers"] or "",
        planned_minutes=read_number(row["planned_minutes"]) or None,
        day=min(max(read_number(row["day"], 1), 1), days),
        usual=UsualItem(row["usual"]) if row["usual"] in set(UsualItem) else None,
        approves_id=read_number(row["approves"]) or None,
    )


def blank() -> Row:
    """A row to fill in."""
    return {"kind": str(AgendaKind.INFORMATION), "day": "1"}


def is_filled(row: Mapping[str, Any]) -> bool:
    """Whether the row is an item."""
    return bool(row["title"])


def in_order(rows: Sequence[Row]) -> list[Row]:
    """The items among ``rows``, as their days and numbers have them, numbered anew."""
    filled = [row for row in rows if is_filled(row)]
    filled.sort(key=lambda row: (read_number(row["day"], 1), read_number(row["number"]) or _LAST))
    return numbered(filled)


def moved(rows: Sequence[Row], index: int, step: int) -> list[Row]:
    """The items in order, with that of ``rows[index]`` one step up (-1) or down (1).

    The first of a day goes up to be the last of the day before, and the last of one down to be
    the first of the next. What cannot be moved stays.
    """
    chosen = rows[index] if 0 <= index < len(rows) else {"title": ""}
    ordered = in_order(rows)
    if not is_filled(chosen):
        return ordered
    here = next(at for at, row in enumerate(ordered) if row is chosen)
    there = here + step
    if not 0 <= there < len(ordered):
        return ordered
    if ordered[there]["day"] != chosen["day"]:
        chosen["day"] = ordered[there]["day"]
    else:
        ordered[here], ordered[there] = ordered[there], ordered[here]
    return numbered(ordered)


def numbered(rows: list[Row]) -> list[Row]:
    """``rows`` as they stand, with numbers from 1."""
    for number, row in enumerate(rows, 1):
        row["number"] = str(number)
    return rows


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
