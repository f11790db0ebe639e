"""Form fields as Norwegians fill them in: 13.11.2026, 09.00, four digits, a web address.

A native date field shows the browser's own language, so days and times are typed as text.
"""

import re
from collections.abc import Callable
from datetime import date, time
from typing import Any
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from wtforms import Field as FormField
from wtforms import FieldList, Form, StringField
from wtforms.validators import StopValidation, ValidationError

_DAY = re.compile(r"(\d{1,2})[.\-/ ]\s?(\d{1,2})[.\-/ ]\s?(\d{4})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_TIME = re.compile(r"(\d{1,2})[.:]?(\d{2})?")
_NUMBER = re.compile(r"[0-9]{1,9}")
# What no page shows and no header may hold; a text of several lines has its breaks and tabs.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_LINE_BREAK = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


class DayField(StringField):
    """A day typed as 13.11.2026 (or 2026-11-13); ``data`` is a date, None when left empty."""

    data: Any

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data.day}.{self.data.month}.{self.data.year}" if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        text = valuelist[0].strip() if valuelist else ""
        if text:
            self.data = read_day(text)


class TimeField(StringField):
    """A time of day typed as 09.00, 9:00 or 9; ``data`` is a time, None when left empty."""

    data: Any

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.strftime("%H.%M") if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        text = valuelist[0].strip() if valuelist else ""
        if text:
            self.data = read_time(text)


def read_day(text: str) -> date:
    """The date that ``text`` means.

    Raises:
        ValueError: none, with the words to show.
    """
    iso = _ISO_DAY.fullmatch(text)
    written = _DAY.fullmatch(text)
    numbers = iso.groups() if iso else written.groups()[::-1] if written else None
    try:
        day = date(*map(int, numbers)) if numbers else None
    except ValueError:
        day = None
    if day is None or not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError(_("Write the date as day, month and year, for example 13.11.2026"))
    return day


def read_number(text: str | None, otherwise: int = 0) -> int:
    """The whole number that an address or a hidden field carries; ``otherwise`` if it is none.

    More digits than a column of ours holds are no number either: databases break on them.
    """
    return int(text) if text and _NUMBER.fullmatch(text) else otherwise


def read_time(text: str) -> time:
    """The time that ``text`` means.

    Raises:
        ValueError: none, with the words to show.
    """
    match = _TIME.fullmatch(text)
    try:
        return time(int(match[1]), int(match[2] or 0))  # type: ignore[index]
    except (TypeError, ValueError):
        raise ValueError(_("Write the time as 09.00")) from None


class Required:
    """The field must be filled in; ``message`` says with what ("Write your name")."""

    field_flags = {"required": True}

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: Form, field: FormField) -> None:
        data = field.data
        if data is None or data == [] or (isinstance(data, str) and not data.strip()):
            typed = any(str(value).strip() for value in field.raw_data or [])
            # What was typed and could not be read has words of its own; nothing typed has ours.
            if typed and field.errors:
                raise StopValidation
            field.errors = []
            raise StopValidation(str(self.message))


class Optional:
    """The field may be left empty; then nothing else is asked of it."""

    field_flags = {"optional": True}

    def __call__(self, form: Form, field: FormField) -> None:
        text = field.raw_data[0] if field.raw_data else ""
        if not (text.strip() if isinstance(text, str) else text):
            field.errors = []
            raise StopValidation


class IfFilled(Optional):
    """Left empty, nothing else is asked of the field; whether it may be left so, the form says."""

    field_flags: dict[str, bool] = {}


def extend_rows(rows: FieldList, number: int, *blank: Any) -> None:
    """End ``rows`` with such to fill in, as ``blank`` says if given, until there are so many."""
    for _missing in range(number - len(rows)):
        rows.append_entry(*blank)


def stripped(value: str | None) -> str | None:
    """A filter: without white space at the ends."""
    return value.strip() if isinstance(value, str) else value


def at_most(letters: int) -> Callable[[Form, FormField], None]:
    """A validator: no longer than ``letters``, and no control characters."""

    def check(form: Form, field: FormField) -> None:
        if len(field.data or "") > letters:
            raise ValidationError(_("Write at most %(letters)s characters", letters=letters))
        if _CONTROL.search(field.data or ""):
            raise ValidationError(_("There is a character here that cannot be shown. Remove it"))

    return check


def one_line(form: Form, field: FormField) -> None:
    """A validator: no line breaks, since the value ends up in the head of a mail.

    A tab, as it comes along from a table, becomes a space.
    """
    text = field.data or ""
    if _LINE_BREAK.search(text):
        raise ValidationError(_("Write this on one line"))
    if field.data:
        field.data = text.replace("\t", " ")


def is_web_address(form: Form, field: FormField) -> None:
    """A validator: a whole http or https address."""
    text = field.data or ""
    try:
        parts = urlsplit(text) if "\\" not in text and not re.search(r"\s", text) else None
    except ValueError:
        # Half an address in brackets.
        parts = None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValidationError(_("Write the whole address, beginning with https://"))


def is_mail_address(form: Form, field: FormField) -> None:
    """A validator: something mail can be sent to, as SMTP takes it, which ``data`` then is."""
    address = _as_sent(field.data or "")
    if address is None:
        raise ValidationError(_("Write an email address, for example navn@kommune.no"))
    field.data = address


def _as_sent(text: str) -> str | None:
    """The address with its domain in ASCII letters; None when many servers would refuse it."""
    try:
        found = validate_email(
            text,
            check_deliverability=False,
            allow_smtputf8=False,
            strict=True,
            test_environment=True,
        )
    except EmailNotValidError:
        return None
    # What reads as an encoded word is decoded by some, into whatever it holds.
    return None if found.ascii_email is None or "=?" in found.ascii_email else found.ascii_email


def is_phone_number(form: Form, field: FormField) -> None:
    """A validator: digits, spaces and perhaps a country code."""
    if not re.fullmatch(r"\+?[\d ]{5,20}", field.data or ""):
        raise ValidationError(_("Write a telephone number with digits only"))
