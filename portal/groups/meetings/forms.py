"""What may be typed about a meeting, and how we say it is wrong."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.widgets import CheckboxInput, ListWidget

from portal import dates, directory, words
from portal.fields import (
    DayField,
    Optional,
    Required,
    TimeField,
    at_most,
    extend_rows,
    is_web_address,
    one_line,
    stripped,
)
from portal.groups import once
from portal.groups.meetings import agenda, agenda_form
from portal.groups.meetings.agenda import AgendaValue
from portal.groups.meetings.agenda_form import AgendaForm, Row
from portal.groups.meetings.timing import Span
from portal.invitations import telling
from portal.models.meetings import Meeting

_FIRST_ROWS = 4
_SPARE_ROWS = 2
MOST_DAYS = 7
PLAIN = ("title", "place", "address", "join_url", "language")


class GroupsField(SelectMultipleField):
    """Several groups as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class DayForm(Form):
    """One more day of a meeting that takes several; a row without date is none."""

    day = DayField(_l("Date"), [Optional()])
    starts = TimeField(_l("From"), [Optional()])
    ends = TimeField(_l("To"), [Optional()])


class MeetingForm(once.OnceForm):
    """Everything about a meeting that those who run the group decide."""

    title = StringField(
        _l("Title"), [Required(_l("Write a title")), at_most(200), one_line], filters=[stripped]
    )
    day = DayField(_l("Date"), [Required(_l("Write the date, for example 13.11.2026"))])
    starts = TimeField(_l("From"), [Required(_l("Write the time as 09.00"))])
    ends = TimeField(_l("To"), [Required(_l("Write the time as 09.00"))])
    more_days = FieldList(FormField(DayForm), max_entries=MOST_DAYS - 1)
    place = StringField(_l("Place"), [Optional(), at_most(200), one_line], filters=[stripped])
    address = StringField(_l("Address"), [Optional(), at_most(200), one_line], filters=[stripped])
    municipality_code = SelectField(_l("Municipality"))
    join_url = StringField(
        _l("Link to the online meeting, only for those invited"),
        [Optional(), at_most(500), is_web_address],
        filters=[stripped],
    )
    others = GroupsField(_l("Together with"), [Optional()])
    intro = TextAreaField(
        _l("Words above the agenda"), [Optional(), at_most(5000)], filters=[stripped]
    )
    language = SelectField(_l("Language of the meeting"), choices=list(words.LANGUAGES.items()))
    items = FieldList(FormField(AgendaForm), max_entries=200)
    tell = telling.WhenField(_l("Those who are invited"))
    # The meeting it is a copy of, and whether those who were guests there are called again.
    copied_from = HiddenField()
    same_guests = BooleanField(_l("Call the same guests"))
    # The revision that the form was filled from, so that two who edit at once notice it.
    revision = HiddenField()
    # The highest id among the items it was filled from: what came up in the room since is newer.
    newest = HiddenField()
    # The groups it was held together with when the form was shown.
    seen_others = HiddenField()

    def __init__(
        self,
        meeting: Meeting | None,
        today: date,
        *,
        begin: Mapping[str, Any] | None = None,
        groups: Sequence[tuple[str, str]] = (),
        **rest: Any,
    ) -> None:
        super().__init__(data=typed(meeting) if meeting else {**_blank(), **(begin or {})}, **rest)
        on = meeting.event.first_day if meeting else today
        self.municipality_code.choices = {
            "": [("", _("None, or elsewhere"))],
            **directory.municipality_choices(on),
        }
        self.others.choices = list(groups)

    def rearrange(self, pressed: str, usual: Sequence[AgendaValue]) -> None:
        """Do what a button inside the form says: more rows or days, an item moved, usual ones.

        Nothing is saved; what is typed stays, and items come in the order of their numbers.
        """
        rows = [dict(entry.data) for entry in self.items]
        what, _dash, number = pressed.partition("-")
        if what in ("up", "down") and number.isdigit():
            rows = agenda_form.moved(rows, int(number), -1 if what == "up" else 1)
        else:
            rows = agenda_form.in_order(rows)
        if what == "usual":
            rows = agenda_form.numbered([*map(agenda_form.typed, usual), *rows])
        if what == "day" and len(self.more_days) < MOST_DAYS - 1:
            self.more_days.append_entry({})
        self._show(rows)

    def offer_spare_rows(self) -> None:
        """End the agenda with rows to fill in, and let each row be on any of the days."""
        filled = sum(agenda_form.is_filled(row.data) for row in self.items)
        wanted = min(max(_FIRST_ROWS, filled + _SPARE_ROWS), 200)
        extend_rows(self.items, wanted, agenda_form.blank())
        days = [(str(number), str(number)) for number in range(1, self.day_count + 1)]
        for row in self.items:
            row.form.day.choices = days

    @property
    def day_count(self) -> int:
        """How many days the form speaks of, read or not."""
        return 1 + len(self.more_days)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        fine = super().validate(extra_validators)
        agree = self._times_agree()
        # What was said of a day after its own checks, so that the list of mistakes has it too.
        self.more_days.errors = [each.errors for each in self.more_days if each.errors]
        return agree and bool(fine)

    def _show(self, rows: Sequence[Row]) -> None:
        while self.items.entries:
            self.items.pop_entry()
        for row in rows:
            self.items.append_entry(row)

    def _times_agree(self) -> bool:
        if None in (self.day.data, self.starts.data, self.ends.data):
            return False
        spans = [_span_of(self), *(_span_of(each.form) for each in self._further_days())]
        if None in spans:
            return False
        days = [(span.starts_at.astimezone(dates.OSLO).date()) for span in spans if span]
        if len(set(days)) == len(days):
            return True
        self.more_days[0].form.day.errors = [_("Two of the days have the same date")]
        return False

    def _further_days(self) -> list[Any]:
        return [each for each in self.more_days if any(each.data.values())]

    @property
    def spans(self) -> list[Span]:
        """The days of the meeting in order of time, from when to when, in UTC.

        Only of a form that was validated.
        """
        found = [_span_of(self), *(_span_of(each.form) for each in self._further_days())]
        return sorted((span for span in found if span), key=lambda span: span.starts_at)

    def known_spans(self) -> list[Span]:
        """``spans`` of a form that may not be right yet: those that can be read, no error said."""
        forms = [self, *(each.form for each in self._further_days())]
        found = [span for span in map(_read_span, forms) if span]
        return sorted(found, key=lambda span: span.starts_at)

    def values(self) -> dict[str, Any]:
        """The columns of the meeting's event, as the form has them."""
        spans = self.spans
        return {
            **{name: getattr(self, name).data or "" for name in PLAIN},
            "starts_at": spans[0].starts_at,
            "ends_at": spans[-1].ends_at,
            "municipality_code": self.municipality_code.data or None,
        }

    def agenda_values(self) -> list[AgendaValue]:
        """The items that were filled in."""
        rows = [row.data for row in self.items if agenda_form.is_filled(row.data)]
        return [agenda_form.read(row, self.day_count) for row in rows]

    def other_ids(self) -> list[int]:
        """The ids of the groups that the meeting is held together with."""
        return [int(each) for each in self.others.data or []]


class CancelForm(FlaskForm):
    """Why a meeting is called off, in words that those called will read."""

    reason = TextAreaField(
        _l("What shall we tell those who were called?"),
        [Optional(), at_most(500)],
        filters=[stripped],
    )


def typed(meeting: Meeting) -> dict[str, Any]:
    """What somebody would have typed to get ``meeting``."""
    event = meeting.event
    first, *further = [typed_day(span.starts_at, span.ends_at) for span in agenda.spans_of(meeting)]
    return {
        **{name: getattr(event, name) for name in PLAIN},
        **first,
        "municipality_code": event.municipality_code or "",
        "more_days": further,
        "others": [str(each.group_id) for each in meeting.others],
        "seen_others": ",".join(sorted(str(each.group_id) for each in meeting.others)),
        "intro": meeting.intro,
        "tell": telling.usual(event),
        "revision": str(event.revision),
        "newest": str(max((item.id for item in meeting.agenda), default=0)),
        "items": [agenda_form.typed(item) for item in meeting.agenda],
    }


def typed_day(starts_at: datetime, ends_at: datetime) -> dict[str, Any]:
    """The date and the times of day in Oslo, as fields show them."""
    starts, ends = starts_at.astimezone(dates.OSLO), ends_at.astimezone(dates.OSLO)
    return {"day": starts.date(), "starts": starts.time(), "ends": ends.time()}


def _blank() -> dict[str, Any]:
    return {
        "language": "nb",
        "revision": "0",
        "items": [agenda_form.blank() for _row in range(_FIRST_ROWS)],
    }


def _read_span(form: Any) -> Span | None:
    """The day that ``form`` says, None when it does not say one."""
    day, starts, ends = form.day.data, form.starts.data, form.ends.data
    if not day or starts is None or ends is None:
        return None
    try:
        span = Span(dates.to_utc(day, starts), dates.to_utc(day, ends))
    except dates.NoSuchTime:
        return None
    return span if span.starts_at < span.ends_at else None


def _span_of(form: Any) -> Span | None:
    """The day that ``form`` says; None when something is wrong, which its errors then tell."""
    for field, fault in (
        (form.day, _("Write the date, for example 13.11.2026")),
        (form.starts, _("Write the time as 09.00")),
        (form.ends, _("Write the time as 09.00")),
    ):
        if field.data is None:
            field.errors = field.errors or [fault]
            return None
    span = _read_span(form)
    if span is None and form.starts.data >= form.ends.data:
        form.ends.errors = [_("The meeting must end after it starts")]
    elif span is None:
        form.starts.errors = [_("The clocks are put forward over this time. Choose another")]
    return span
