"""What may be typed about rounds of input and into them, and how we say it is wrong."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from portal import words
from portal.fields import (
    DayField,
    Optional,
    Required,
    at_most,
    extend_rows,
    one_line,
    read_number,
    stripped,
)
from portal.groups import once
from portal.groups.input_rounds import actions, points, stages, votes
from portal.groups.input_rounds.actions import Tie
from portal.groups.input_rounds.points import Point
from portal.models.input_rounds import Contribution, InputRound
from portal.models.meetings import AgendaKind, Meeting

_FIRST_ROWS, _MORE_ROWS, _MOST_ROWS = 3, 3, 30
_LONGEST_TEXT, _LONGEST_DETAIL = 1000, 500
# How people begin a line of a list.
_BULLET = re.compile(r"^(?:[-–•*·]\s+|\d{1,2}[.)]\s+)")


class RoundForm(once.OnceForm):
    """What is asked, and how."""

    question = StringField(
        _l("What do you ask the group?"),
        [Required(_l("Write what you ask")), at_most(300), one_line],
        filters=[stripped],
    )
    intro = TextAreaField(
        _l("Words to go with it"), [Optional(), at_most(5000)], filters=[stripped]
    )
    language = SelectField(_l("Language of the question"), choices=list(words.LANGUAGES.items()))
    shows_names = RadioField(
        _l("Are names shown?"),
        [InputRequired(_l("Choose whether names are shown"))],
        choices=[
            ("yes", _l("Yes, everybody who reads sees whose each point is")),
            ("no", _l("No, nobody sees it, and neither do you")),
        ],
    )
    answer_by = DayField(_l("Answer by"), [Optional()])
    tie = SelectField(_l("Belongs to a meeting"))
    votes = StringField(_l("How many votes shall each have?"), [Optional()], filters=[stripped])
    # What the form was filled from, so that two who edit at once notice it.
    seen = HiddenField()

    def __init__(
        self, found: InputRound | None, meetings: Sequence[Meeting], today: date, **rest: Any
    ) -> None:
        super().__init__(data=_typed(found) if found else {"language": "nb"}, **rest)
        self._today, self._found = today, found
        self._ties = _ties(meetings)
        self.tie.choices = [("", _("None")), *((key, label) for key, (label, _t) in self._ties)]
        if found is not None and found.opened_at is not None:
            del self.shows_names
        if found is not None and found.voting_opened_at is not None:
            del self.votes

    def validate_answer_by(self, field: DayField) -> None:
        """A day to come, unless it is the one that was set before."""
        before = stages.last_day(self._found.answer_by) if self._found else None
        if field.data and field.data != before and field.data < self._today:
            raise ValidationError(_("Choose today or a day to come"))

    def validate_votes(self, field: StringField) -> None:
        """A whole number that somebody can give."""
        _check_votes(field, least=0)

    def values(self) -> dict[str, Any]:
        """The columns of the round, as the form has them."""
        values = {
            "question": self.question.data,
            "intro": self.intro.data or "",
            "language": self.language.data,
            "answer_by": stages.end_of(self.answer_by.data),
        }
        if "shows_names" in self:
            values["shows_names"] = self.shows_names.data == "yes"
        if "votes" in self:
            values["votes"] = read_number(self.votes.data)
        return values

    def chosen_tie(self) -> Tie:
        """The meeting and the item of its agenda that were chosen."""
        return {key: tie for key, (_label, tie) in self._ties}.get(self.tie.data, Tie())


class PointForm(Form):
    """One point and those under it."""

    # A row may be left empty; to say so at each would only be in the way.
    text = TextAreaField(_l("Your point"), [at_most(_LONGEST_TEXT)], filters=[stripped])
    details = TextAreaField(_l("Under it, one a line"), [Optional(), at_most(12_000)])

    def validate_details(self, field: TextAreaField) -> None:
        """Lines that belong to a point, not too many and not too long."""
        lines = read_lines(field.data)
        if len(lines) > points.MOST_DETAILS:
            raise ValidationError(
                _("Write at most %(number)s lines under a point", number=points.MOST_DETAILS)
            )
        if any(len(line) > _LONGEST_DETAIL for line in lines):
            raise ValidationError(
                _("Write at most %(letters)s characters on a line", letters=_LONGEST_DETAIL)
            )
        if lines and not (self.text.data or "").strip():
            raise ValidationError(_("Write the point itself above, and what belongs under it here"))


class ContributeForm(FlaskForm):
    """Several points at once, in no order."""

    points = FieldList(FormField(PointForm), max_entries=_MOST_ROWS)

    def offer_rows(self, more: int = 0) -> None:
        """End the form with rows to fill in."""
        extend_rows(self.points, min(_MOST_ROWS, max(_FIRST_ROWS, len(self.points) + more)))

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        self.offer_rows()
        fine = bool(super().validate(extra_validators))
        if fine and not self.written():
            self.points[0].form.text.errors = [_("Write a point")]
            return False
        return fine

    def written(self) -> list[Point]:
        """The points that were filled in."""
        return [each for each in (read_point(row.form) for row in self.points) if each]


class NoteForm(ContributeForm, once.OnceForm):
    """Points that were made in the room; whose they are in words, where names are shown."""

    name = StringField(_l("Who said it?"), [Optional(), at_most(200), one_line], filters=[stripped])

    def __init__(self, found: InputRound, **rest: Any) -> None:
        super().__init__(**rest)
        if not found.shows_names:
            del self.name


class ChangePointForm(FlaskForm):
    """A point as it shall read."""

    text = TextAreaField(
        _l("Your point"), [Required(_l("Write a point")), at_most(_LONGEST_TEXT)],
        filters=[stripped],
    )  # fmt: skip
    details = TextAreaField(_l("Under it, one a line"), [Optional(), at_most(12_000)])
    seen = HiddenField()

    validate_details = PointForm.validate_details

    def __init__(self, point: Contribution, **rest: Any) -> None:
        details = "\n".join(point.details)
        seen = points.state_of(point)
        super().__init__(data={"text": point.text, "details": details, "seen": seen}, **rest)


class OpenVoteForm(FlaskForm):
    """How many votes each has, and until when."""

    votes = StringField(
        _l("How many votes shall each have?"),
        [Required(_l("Write a number from 1 to 20"))],
        filters=[stripped],
    )
    vote_by = DayField(_l("Vote by"), [Optional()])

    def __init__(self, found: InputRound, today: date, **rest: Any) -> None:
        super().__init__(data={"votes": str(found.votes or 3)}, **rest)
        self._today = today

    def validate_votes(self, field: StringField) -> None:
        """A whole number that somebody can give."""
        _check_votes(field, least=1)

    def validate_vote_by(self, field: DayField) -> None:
        """A day to come."""
        if field.data and field.data < self._today:
            raise ValidationError(_("Choose today or a day to come"))


class VoteForm(FlaskForm):
    """What somebody votes for, by the names of choices."""

    choices = SelectMultipleField(
        _l("What matters most?"), widget=ListWidget(), option_widget=CheckboxInput(),
        validate_choice=False,
    )  # fmt: skip


def read_point(form: Form) -> Point | None:
    """The point that was typed; None when nothing was."""
    text = (form.text.data or "").strip()
    return Point(text, tuple(read_lines(form.details.data))) if text else None


def read_lines(text: str | None) -> list[str]:
    """The lines of ``text`` that say something, without the marks of a list."""
    lines = (_BULLET.sub("", line.strip()).strip() for line in (text or "").splitlines())
    return [line for line in lines if line]


def wants_more_rows() -> bool:
    """Whether the button for more rows was pressed, which sends the form without saving it."""
    return request.method == "POST" and "add_rows" in request.form


MORE_ROWS = _MORE_ROWS


def _check_votes(field: StringField, *, least: int) -> None:
    number = read_number(field.data, otherwise=-1) if field.data else 0
    if not least <= number <= votes.MOST:
        raise ValidationError(
            _("Write a number from %(least)s to %(most)s", least=least, most=votes.MOST)
        )


def _ties(meetings: Sequence[Meeting]) -> list[tuple[str, tuple[str, Tie]]]:
    """What a round can belong to: each meeting, and each item on its agenda that asks for input."""
    found = []
    for meeting in meetings:
        title = f"{meeting.event.title}, {meeting.event.first_day:%d.%m.%Y}"
        found.append((meeting.public_id, (title, Tie(meeting))))
        for item in meeting.agenda:
            if item.kind == AgendaKind.INPUT:
                label = _("%(title)s: item %(number)s, %(item)s",
                          title=title, number=item.number, item=item.title)  # fmt: skip
                found.append((_key(meeting, item.id), (label, Tie(meeting, item))))
    return found


def _key(meeting: Meeting, item_id: int | None) -> str:
    return f"{meeting.public_id}.{item_id}" if item_id else meeting.public_id


def _typed(found: InputRound) -> dict[str, Any]:
    """What somebody would have typed to get ``found``."""
    return {
        "question": found.question,
        "intro": found.intro,
        "language": found.language,
        "shows_names": "yes" if found.shows_names else "no",
        "answer_by": stages.last_day(found.answer_by),
        "tie": _key(found.meeting, found.item_id) if found.meeting else "",
        "votes": str(found.votes) if found.votes else "",
        "seen": actions.state_of(found),
    }
