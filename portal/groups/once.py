"""What a form makes is made once, however often its button is pressed."""

from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa
from flask import request
from flask_wtf import FlaskForm
from wtforms import HiddenField

from portal import tokens
from portal.db import db, lock_row
from portal.models.accounts import Person
from portal.models.input_rounds import InputRound
from portal.models.meetings import Meeting
from portal.models.minutes import FollowUp
from portal.models.polls import DatePoll

_PASSING = ("csrf_token",)
Row = TypeVar("Row", DatePoll, FollowUp, InputRound, Meeting)


class OnceForm(FlaskForm):
    """A form that makes something; ``once`` is new each time the form is shown."""

    once = HiddenField(default=tokens.public_id)


def name_of(form: OnceForm) -> str:
    """The public id of what ``form`` makes.

    It is the same when the same is sent twice, and another when anything else was typed: whoever
    goes back in the browser and writes the next one in the old form makes another.
    """
    typed = [
        (name, value)
        for name, value in sorted(request.form.items(multi=True))
        if name not in _PASSING
    ]
    return tokens.settled_id(form.once.data or tokens.public_id(), repr(typed))


def unless_made(model: type[Row], form: OnceForm, *, by: Person, make: Callable[[], Row]) -> Row:
    """What ``form`` makes by ``make``, or made when ``by`` pressed its button before.

    Of two presses at once the second waits for the first.
    """
    lock_row(by, "id")
    name = name_of(form)
    found = db.session.scalar(sa.select(model).where(model.public_id == name))
    if found is None:
        found = make()
        found.public_id = name
    return found
