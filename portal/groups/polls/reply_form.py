"""What somebody answers to a poll: a choice for each time, and a word."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field as FormField
from wtforms import RadioField, StringField

from portal import dates
from portal.fields import Optional, at_most, one_line, stripped
from portal.groups.polls import wording
from portal.models.polls import DateOption, DateReply, Suits

_PREFIX = "time-"
# The button that answers no to all that is left open.
NO_TO_THE_REST = "no_to_the_rest"


class ReplyForm(FlaskForm):
    """Yes, if needed or no to each time; ``reply_form`` makes the fields.

    Nothing is chosen beforehand, and each time has to be answered: a scanner of mail that sends
    the form as it stands changes nothing, be it by the button that says no to the rest.
    """

    comment = StringField(
        _l("A word to the group"), [Optional(), at_most(500), one_line], filters=[stripped]
    )
    options: Sequence[DateOption] = ()

    def field_of(self, option: DateOption) -> FormField:
        """The question about one time."""
        return self[_name_of(option)]

    def say_no_to_the_rest(self) -> None:
        """Answer no where nothing is chosen, if something is."""
        fields = self._fields_of_times()
        if any(field.data for field in fields):
            for field in fields:
                field.data = field.data or str(Suits.NO)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        fine = super().validate(extra_validators)
        wrong = [each for each in self._fields_of_times() if each.data not in set(Suits)]
        for field in wrong:
            field.errors = [_("Choose yes, if needed or no")]
        return not wrong and bool(fine)

    def given(self) -> dict[int, Suits]:
        """The answers by the id of the time."""
        return {each.id: Suits(self.field_of(each).data) for each in self.options}

    def lost(self, typed: Mapping[str, Any]) -> bool:
        """Whether a time was answered that is asked about no more."""
        return any(name.startswith(_PREFIX) and name not in self for name in typed)

    def _fields_of_times(self) -> list[FormField]:
        return [self.field_of(each) for each in self.options]


def reply_form(options: Sequence[DateOption], reply: DateReply | None) -> ReplyForm:
    """The form that asks about ``options``, filled in with what ``reply`` says."""
    fields = {
        _name_of(each): RadioField(
            dates.span(each.starts_at, each.ends_at),
            choices=list(wording.ANSWERS.items()),
            validate_choice=False,
        )
        for each in options
    }
    made = type("TimesReplyForm", (ReplyForm,), {**fields, "options": options})
    known = {each.option_id: str(each.suits) for each in reply.answers} if reply else {}
    data = {_name_of(each): known[each.id] for each in options if each.id in known}
    comment = {"comment": reply.comment} if reply else {}
    return cast(ReplyForm, made(data={**data, **comment}))


def _name_of(option: DateOption) -> str:
    return f"{_PREFIX}{option.public_id}"
