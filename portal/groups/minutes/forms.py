"""What may be typed about minutes, and how we say it is wrong."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, TextAreaField

from portal.fields import DayField, Optional, Required, at_most, stripped


class SendingForm(FlaskForm):
    """By when comments are asked for, and whether guests get the minutes too."""

    comments_by = DayField(
        _l("Comments by"), [Required(_l("Write the date, for example 13.11.2026"))]
    )
    with_guests = BooleanField(_l("Send them to the guests as well"))
    # What the page showed, so that nobody sends something else than they looked at.
    revision = HiddenField()
    rounds = HiddenField()

    def say_past(self) -> None:
        """Complain that the deadline has been."""
        self.comments_by.errors = [_("Write a date that is today or later")]

    def look_again(self, revision: int, rounds: int) -> None:
        """Take note that what is shown now is looked at now."""
        self.revision.raw_data = self.rounds.raw_data = None
        self.revision.data, self.rounds.data = str(revision), str(rounds)


class CommentForm(FlaskForm):
    """What somebody says about an item, or about the minutes as a whole."""

    text = TextAreaField(
        _l("Your comment"),
        [Required(_l("Write what is wrong or missing")), at_most(5000)],
        filters=[stripped],
    )

    def __init__(self, number: int, **rest: Any) -> None:
        super().__init__(prefix=f"item-{number}-", **rest)


class HandlingForm(FlaskForm):
    """What was done about a comment."""

    reply = TextAreaField(
        _l("What was done about it"), [Optional(), at_most(500)], filters=[stripped]
    )
    # The answer that the page showed, so that two who answer notice each other.
    seen = HiddenField()


class ChangesForm(FlaskForm):
    """The changes that a meeting agreed when it approved the minutes."""

    changes = TextAreaField(
        _l("Changes that were agreed, in words"), [Optional(), at_most(2000)], filters=[stripped]
    )
    # The minutes that the page showed, so that nobody approves others than they looked at.
    revision = HiddenField()


class AloneForm(FlaskForm):
    """Why minutes are approved without a meeting."""

    reason = TextAreaField(
        _l("Why are they approved without a meeting?"),
        [Required(_l("Write why")), at_most(500)],
        filters=[stripped],
    )
    revision = HiddenField()


class AddendumForm(FlaskForm):
    """A correction to approved minutes."""

    text = TextAreaField(
        _l("The correction"),
        [Required(_l("Write what was wrong, and what is right")), at_most(5000)],
        filters=[stripped],
    )
