"""What may be typed about a meeting and its agenda, and how we say it is wrong."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)

from portal import dates, directory, words
from portal.fields import (
    DayField,
    Optional,
    Required,
    TimeField,
    at_most,
    is_web_address,
    one_line,
    stripped,
)
from portal.groups import wording
from portal.groups.meetings.agenda import AgendaValue
from portal.invitations import telling
from portal.models.meetings import AgendaItem, AgendaKind, Meeting

_FIRST_ROWS = 4
_SPARE_ROWS = 2
_PLAIN = ("title", "place", "address", "join_url", "language")


class AgendaForm(Form):
    """One item of the agenda; a row without title is none."""

    item_id = HiddenField()
    number = StringField(_l("Number"), [Optional(), at_most(3)], filters=[stripped])
    title = StringField(_l("Item"), [Optional(), at_most(300), one_line], filters=[stripped])
    kind = SelectField(_l("What is to be done with it"), choices=list(wording.AGENDA_KINDS.items()))
    presenter = StringField(
        _l("Who presents it"), [Optional(), at_most(200), one_line], filters=[stripped]
    )
    papers = StringField(
        _l("Papers: an address, or words"), [Optional(), at_most(500), one_line], filters=[stripped]
    )


class MeetingForm(FlaskForm):
    """Everything about a meeting that those who run the group decide."""

    title = StringField(
        _l("Title"), [Required(_l("Write a title")), at_most(200), one_line], filters=[stripped]
    )
    day = DayField(_l("Date"), [Required(_l("Write the date, for example 13.11.2026"))])
    starts = TimeField(_l("From"), [Required(_l("Write the time as 09.00"))])
    ends = TimeField(_l("To"), [Required(_l("Write the time as 09.00"))])
    place = StringField(_l("Place"), [Optional(), at_most(200), one_line], filters=[stripped])
    address = StringField(_l("Address"), [Optional(), at_most(200), one_line], filters=[stripped])
    municipality_code = SelectField(_l("Municipality"))
    join_url = StringField(
        _l("Link to the online meeting, only for those invited"),
        [Optional(), at_most(500), is_web_address],
        filters=[stripped],
    )
    intro = TextAreaField(
        _l("Words above the agenda"), [Optional(), at_most(5000)], filters=[stripped]
    )
    language = SelectField(_l("Language of the meeting"), choices=list(words.LANGUAGES.items()))
    items = FieldList(FormField(AgendaForm))
    tell = telling.WhenField(_l("Those who are invited"))
    # The revision that the form was filled from, so that two who edit at once notice it.
    revision = HiddenField()

    def __init__(self, meeting: Meeting | None, today: date, **rest: Any) -> None:
        super().__init__(data=_typed(meeting) if meeting else _blank(), **rest)
        on = meeting.event.first_day if meeting else today
        self.municipality_code.choices = {
            "": [("", _("None, or elsewhere"))],
            **directory.municipality_choices(on),
        }

    def offer_spare_rows(self) -> None:
        """End the agenda with rows to fill in."""
        filled = sum(_is_item(row.data) for row in self.items)
        wanted = max(_FIRST_ROWS, filled + _SPARE_ROWS)
        for _number in range(wanted - len(self.items)):
            self.items.append_entry({"kind": str(AgendaKind.INFORMATION)})

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        fine = super().validate(extra_validators)
        return self._numbers_are_read() and self._times_agree() and bool(fine)

    def _numbers_are_read(self) -> bool:
        wrong = [row.form.number for row in self.items if not _is_number(row.data["number"])]
        for field in wrong:
            field.errors = [_("Write the number of the item with digits")]
        return not wrong

    def _times_agree(self) -> bool:
        if None in (self.day.data, self.starts.data, self.ends.data):
            return False
        try:
            starts, ends = self.span
        except dates.NoSuchTime:
            self.starts.errors = [_("The clocks are put forward over this time. Choose another")]
            return False
        if starts >= ends:
            self.ends.errors = [_("The meeting must end after it starts")]
            return False
        return True

    @property
    def span(self) -> tuple[datetime, datetime]:
        """Start and end, in UTC.

        Raises:
            NoSuchTime: the clocks are put forward over one of them.
        """
        day, starts, ends = self.day.data, self.starts.data, self.ends.data
        assert day is not None, "asked before the form was read"
        assert starts is not None, "asked before the form was read"
        assert ends is not None, "asked before the form was read"
        return dates.to_utc(day, starts), dates.to_utc(day, ends)

    def values(self) -> dict[str, Any]:
        """The columns of the meeting's event, as the form has them."""
        starts_at, ends_at = self.span
        return {
            **{name: getattr(self, name).data or "" for name in _PLAIN},
            "starts_at": starts_at,
            "ends_at": ends_at,
            "municipality_code": self.municipality_code.data or None,
        }

    def agenda_values(self) -> list[AgendaValue]:
        """The items that were filled in."""
        return [_item(row.data) for row in self.items if _is_item(row.data)]


class CancelForm(FlaskForm):
    """Why a meeting is called off, in words that those called will read."""

    reason = TextAreaField(
        _l("What shall we tell those who were called?"),
        [Optional(), at_most(500)],
        filters=[stripped],
    )


def _is_item(data: Mapping[str, Any]) -> bool:
    return bool(data["title"])


def _is_number(text: str | None) -> bool:
    return not text or (text.isascii() and text.isdigit())


def _item(data: Mapping[str, Any]) -> AgendaValue:
    known = data["item_id"] or ""
    return AgendaValue(
        item_id=int(known) if known.isascii() and known.isdigit() else None,
        number=int(data["number"]) if data["number"] else None,
        title=data["title"],
        kind=AgendaKind(data["kind"]),
        presenter=data["presenter"] or "",
        papers=data["papers"] or "",
    )


def _blank() -> dict[str, Any]:
    return {
        "language": "nb",
        "revision": "0",
        "items": [{"kind": str(AgendaKind.INFORMATION)} for _row in range(_FIRST_ROWS)],
    }


def _typed(meeting: Meeting) -> dict[str, Any]:
    """What somebody would have typed to get ``meeting``."""
    event = meeting.event
    return {
        **{name: getattr(event, name) for name in _PLAIN},
        "municipality_code": event.municipality_code or "",
        "day": event.first_day,
        "starts": event.starts_at.astimezone(dates.OSLO).time(),
        "ends": event.ends_at.astimezone(dates.OSLO).time(),
        "intro": meeting.intro,
        "tell": telling.usual(event),
        "revision": str(event.revision),
        "items": [_typed_item(item) for item in meeting.agenda],
    }


def _typed_item(item: AgendaItem) -> dict[str, Any]:
    return {
        "item_id": str(item.id),
        "number": str(item.number),
        "title": item.title,
        "kind": str(item.kind),
        "presenter": item.presenter,
        "papers": item.papers,
    }
