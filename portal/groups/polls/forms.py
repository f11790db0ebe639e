"""What may be typed about a poll and its times, and how we say it is wrong."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
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
    StringField,
    TextAreaField,
)

from portal import dates, words
from portal.fields import (
    DayField,
    IfFilled,
    Optional,
    Required,
    TimeField,
    at_most,
    extend_rows,
    one_line,
    stripped,
)
from portal.groups import meanwhile, once
from portal.groups.polls import proposing, wording
from portal.groups.polls.actions import Span
from portal.models.polls import DatePoll

MOST_TIMES = 30
_FIRST_ROWS = 4
_SPARE_ROWS = 2
_USUAL_LENGTH = "90"
_TEXTS = ("title", "place", "intro", "language")
# The last minute of the day by which answers are asked for.
_DAY_ENDS = time(23, 59)


class TimeRow(Form):
    """One time; a row in which nothing is written is none."""

    day = DayField(_l("Date"), [IfFilled()])
    starts = TimeField(_l("From"), [IfFilled()])
    ends = TimeField(_l("To"), [IfFilled()])

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written in it."""
        return not any(str((field.raw_data or [""])[0] or "").strip() or field.data
                       for field in (self.day, self.starts, self.ends))  # fmt: skip

    @property
    def is_read(self) -> bool:
        """Whether day and start could be read, and the end if there is one."""
        return not (self.day.errors or self.starts.errors or self.ends.errors)

    def span(self, minutes: int) -> Span:
        """From when to when, in UTC; ``minutes`` long when no end is written.

        Raises:
            NoSuchTime: the clocks are put forward over it.
        """
        starts = dates.to_utc(self.day.data, self.starts.data)
        if self.ends.data is None:
            return starts, starts + timedelta(minutes=minutes)
        return starts, dates.to_utc(self.day.data, self.ends.data)


class TextsForm(FlaskForm):
    """What is said about a poll."""

    title = StringField(
        _l("What the meeting is called"),
        [Required(_l("Write a title")), at_most(200), one_line],
        filters=[stripped],
    )
    place = StringField(_l("Place"), [Optional(), at_most(200), one_line], filters=[stripped])
    intro = TextAreaField(
        _l("Words to those who are asked"), [Optional(), at_most(5000)], filters=[stripped]
    )
    language = SelectField(_l("Language of the meeting"), choices=list(words.LANGUAGES.items()))
    # The revision that the form was filled from, so that two who edit at once notice it.
    revision = HiddenField()

    def __init__(self, poll: DatePoll | None, **rest: Any) -> None:
        data = rest.pop("data", {"language": "nb", "revision": "0"})
        if poll is not None:
            data = {**data, **{name: getattr(poll, name) for name in _TEXTS}}
            data["revision"] = str(poll.revision)
        super().__init__(data=data, **rest)

    def texts(self) -> dict[str, Any]:
        """The columns that hold what is said."""
        return {name: getattr(self, name).data or "" for name in _TEXTS}


class TimesMixin(Form):
    """Times in rows, and a quick way to write several days with the same ones."""

    length = SelectField(
        _l("How long, when no end is written"), choices=list(wording.LENGTHS.items())
    )
    times = FieldList(FormField(TimeRow))
    quick_days = StringField(_l("Days"), [Optional(), at_most(500)], filters=[stripped])
    quick_times = StringField(_l("From and to"), [Optional(), at_most(200)], filters=[stripped])

    @property
    def rows(self) -> list[TimeRow]:
        """The rows in which something is written."""
        return [row.form for row in self.times if not row.form.is_empty]

    def spans(self) -> list[Span]:
        """From when to when, in UTC, in order; of times that were found to be fine."""
        return sorted(row.span(self._minutes) for row in self.rows)

    def offer_spare_rows(self) -> None:
        """End the rows with some to fill in."""
        extend_rows(self.times, min(MOST_TIMES, max(_FIRST_ROWS, len(self.rows) + _SPARE_ROWS)))

    def propose(self) -> bool:
        """Fill rows with every quick day at every quick time; False when they cannot be read.

        What is in the rows already must be readable too, or it would be lost.
        """
        found = [row.validate() for row in self.rows]
        if not all(found):
            return self._rows_are_wrong()
        days = _read(self.quick_days, proposing.read_days)
        times = _read(self.quick_times, proposing.read_times)
        if days is None or times is None:
            return False
        known = {(row.day.data, row.starts.data) for row in self.rows}
        new = [
            {"day": day, "starts": starts, "ends": ends}
            for day in days
            for starts, ends in times
            if (day, starts) not in known
        ]
        kept = [{name: field.data for name, field in row._fields.items()} for row in self.rows]
        if len(kept) + len(new) > MOST_TIMES:
            self.quick_days.errors = [_("A poll has at most %(most)s times", most=MOST_TIMES)]
            return False
        _refill(self.times, sorted([*kept, *new], key=_when))
        self.quick_days.data = self.quick_times.data = ""
        self.quick_days.raw_data = self.quick_times.raw_data = None
        return True

    def check_times(self, known: Iterable[Span], now: datetime) -> bool:
        """Whether there are times, each to come and none twice; errors stand beside the rows."""
        if not self.rows:
            self.offer_spare_rows()
            self.times[0].form.day.errors = [_("Write at least one time")]
            return self._rows_are_wrong()
        seen, fine = set(known), True
        for row in self.rows:
            problem = self._problem(row, seen, now)
            if problem:
                field, text = problem
                field.errors = [text]
                fine = False
            elif not row.is_read:
                fine = False
            else:
                seen.add(row.span(self._minutes))
        return fine or self._rows_are_wrong()

    def _rows_are_wrong(self) -> bool:
        # A list of rows asks them once, when it is validated; the summary of errors asks the list.
        self.times.errors = [_("Look at the times")]
        return False

    @property
    def _minutes(self) -> int:
        known = self.length.data in wording.LENGTHS
        return int(self.length.data if known else _USUAL_LENGTH)

    def _problem(self, row: TimeRow, seen: set[Span], now: datetime) -> tuple[Any, str] | None:
        if not row.is_read:
            return None
        if row.day.data is None:
            return row.day, _("Write the date, for example 13.11.2026")
        if row.starts.data is None:
            return row.starts, _("Write the time as 09.00")
        try:
            starts, ends = span = row.span(self._minutes)
        except dates.NoSuchTime:
            return row.starts, _("The clocks are put forward over this time. Choose another")
        if starts >= ends:
            return row.ends, _("The meeting must end after it starts")
        if dates.today(ends) != dates.today(starts):
            return row.ends, _("The meeting must end on the day it starts")
        if starts <= now:
            return row.day, _("This time has passed. Choose a later one")
        if span in seen:
            return row.day, _("This time is there already. Change it or empty the row")
        return None


class PollForm(TextsForm, once.OnceForm, TimesMixin):
    """A poll that nobody has heard of: all of it."""

    answer_by = DayField(_l("Answer by"), [Required(_l("Write the date, for example 13.11.2026"))])

    def __init__(self, poll: DatePoll | None, now: datetime) -> None:
        super().__init__(poll, data=_typed(poll) if poll else _blank())
        self._now = now

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        fine = super().validate(extra_validators)
        return self.check_times((), self._now) and self._deadline_fits() and bool(fine)

    def _deadline_fits(self) -> bool:
        if self.answer_by.data is None or not all(row.is_read for row in self.rows):
            return False
        if not _is_ahead(self.answer_by, self._now):
            return False
        if self.deadline >= self.spans()[0][0]:
            self.answer_by.errors = [
                _("The deadline must be the day before the first time, or earlier")
            ]
            return False
        return True

    @property
    def deadline(self) -> datetime:
        """Until when answers are asked for, in UTC."""
        return end_of(self.answer_by.data)

    def values(self) -> dict[str, Any]:
        """The columns of the poll."""
        return {**self.texts(), "answer_by": self.deadline}


class MoreTimesForm(FlaskForm, TimesMixin):
    """Times to ask about as well."""

    def __init__(self, poll: DatePoll, now: datetime) -> None:
        super().__init__(data={"length": _length_of(poll)})
        self._known = [(each.starts_at, each.ends_at) for each in poll.options]
        self._now = now

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        fine = super().validate(extra_validators)
        if len(self._known) + len(self.rows) > MOST_TIMES:
            self.quick_days.errors = [_("A poll has at most %(most)s times", most=MOST_TIMES)]
            return False
        return self.check_times(self._known, self._now) and bool(fine)


class DeadlineForm(FlaskForm):
    """A new day by which to answer."""

    answer_by = DayField(_l("Answer by"), [Required(_l("Write the date, for example 13.11.2026"))])
    # The deadline that the page showed, so that two who change it notice it.
    seen = HiddenField()

    def __init__(self, poll: DatePoll, now: datetime) -> None:
        super().__init__(data={"seen": poll.answer_by.isoformat()})
        self._now = now

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        return bool(super().validate(extra_validators)) and _is_ahead(self.answer_by, self._now)

    def look_anew(self, poll: DatePoll) -> None:
        """Keep the day that was typed, and ask whether it still shall count."""
        self.answer_by.errors = [
            _("Somebody else changed the deadline while you wrote. It is above; save again to put"
              " yours in its place")
        ]  # fmt: skip
        meanwhile.look_anew(self.seen, poll.answer_by.isoformat())

    @property
    def deadline(self) -> datetime:
        """Until when answers are asked for, in UTC."""
        return end_of(self.answer_by.data)


class CloseForm(FlaskForm):
    """Whether those who were asked hear that nothing comes of it."""

    tell = BooleanField(_l("Tell those who were asked, so that they stop keeping the times free"))


def end_of(day: date) -> datetime:
    """The moment at which ``day`` is over, as a deadline has it."""
    return dates.to_utc(day, _DAY_ENDS)


def _is_ahead(field: DayField, now: datetime) -> bool:
    if field.data >= dates.today(now):
        return True
    field.errors = [_("Choose a date that has not passed")]
    return False


def _read(field: StringField, read: Any) -> Any:
    """What is typed in ``field``; None and an error when it cannot be read."""
    try:
        return read(field.data or "")
    except ValueError as wrong:
        field.errors = [str(wrong)]
        return None


def _refill(rows: FieldList, values: list[dict[str, Any]]) -> None:
    """Put ``values`` in place of all the rows there are."""
    while len(rows):
        rows.pop_entry()
    for each in values:
        rows.append_entry(each)


def _when(row: Mapping[str, Any]) -> tuple[date, time]:
    return row["day"] or date.max, row["starts"] or time.max


def _blank() -> dict[str, Any]:
    return {"language": "nb", "revision": "0", "length": _USUAL_LENGTH}


def _length_of(poll: DatePoll) -> str:
    """How long its times are, if that is one of the usual lengths."""
    first = poll.options[0]
    minutes = str(int((first.ends_at - first.starts_at).total_seconds()) // 60)
    return minutes if minutes in wording.LENGTHS else _USUAL_LENGTH


def _typed(poll: DatePoll) -> dict[str, Any]:
    """What somebody would have typed to get ``poll``."""
    return {
        **_blank(),
        "answer_by": dates.today(poll.answer_by),
        "times": [
            {
                "day": dates.today(each.starts_at),
                "starts": each.starts_at.astimezone(dates.OSLO).time(),
                "ends": each.ends_at.astimezone(dates.OSLO).time(),
            }
            for each in poll.options
        ],
    }
