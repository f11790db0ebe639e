"""Where somebody who was asked answers: a page to look at, and a form that must be filled in."""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response
from wtforms import RadioField, TextAreaField

from portal import access, clock
from portal.db import db
from portal.extensions import limiter
from portal.fields import Optional, Required, at_most, stripped
from portal.jury.asks import asking, seat_facts, seats
from portal.jury.signup import words
from portal.models.accounts import Person
from portal.models.jury import Assignment, AssignmentState
from portal.reading import as_read_by
from portal.words import LINK_KINDS

bp = Blueprint("asks", __name__)

Page = str | tuple[str, int] | Response

# lock_not_available, as PostgreSQL calls it; it waits five seconds at a time (portal/db.py).
_STILL_LOCKED = "55P03"
_TRIES = 5


class AnswerForm(FlaskForm):
    """Yes or no. Nothing is chosen beforehand: a machine that sends the form says nothing."""

    answer = RadioField(
        _l("Can you come?"),
        [Required(_l("Choose yes or no"))],
        choices=[("yes", _l("Yes, I will come")), ("no", _l("No, I cannot"))],
    )
    comment = TextAreaField(
        _l("Anything we should know"), [Optional(), at_most(500)], filters=[stripped]
    )


@bp.route("/asks/<token>", methods=["GET", "POST"])
@limiter.limit("60/hour", methods=["POST"])
def answer(token: str) -> Page:
    now = clock.now()
    asked = asking.find(token)
    if asked is None:
        return render_template("jury/asks/unknown.html"), 404
    with as_read_by(asked.assignment.person):
        return _answer(asked, token, now)


def _answer(asked: asking.Asked, token: str, now: datetime) -> Page:
    refusal = _refusal(asked, access.viewer(), now)
    form = AnswerForm()
    # Who answers after another got the seat is told so, and what they said is kept.
    if refusal in ("", "taken") and form.validate_on_submit():
        _record_patiently(asked.assignment, form, now)
        return redirect(url_for(".answer", token=token))
    if refusal:
        return render_template("jury/asks/closed.html", assignment=asked.assignment, reason=refusal)
    page = render_template(
        "jury/asks/answer.html",
        assignment=asked.assignment,
        form=form,
        token=token,
        overdue=asking.is_overdue(asked.assignment, now),
        facts=seat_facts.of([asked.assignment])[asked.assignment.id],
        bands=words.BANDS,
        link_kinds=LINK_KINDS,
    )
    return (page, 422) if form.is_submitted() else page


def _refusal(asked: asking.Asked, viewer: Person | None, now: datetime) -> str:
    """Why the link can no longer be answered, as the template knows it; empty when it can."""
    assignment = asked.assignment
    if viewer is not None and viewer.id != assignment.person_id:
        return "forwarded"
    if assignment.camp.event.is_cancelled:
        return "cancelled"
    if now >= assignment.camp.event.starts_at:
        return "past"
    if seats.is_gone(assignment):
        return "taken"
    if assignment.state not in asking.CHANGEABLE:
        return "withdrawn"
    if not asked.is_newest:
        return "replaced"
    return ""


def _record_patiently(assignment: Assignment, form: AnswerForm, now: datetime) -> None:
    """Wait once more for those who answer about the same jury just now: nobody is turned away."""
    for _try in range(_TRIES - 1):
        try:
            return _record(assignment, form, now)
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", "") != _STILL_LOCKED:
                raise
            db.session.rollback()
    return _record(assignment, form, now)


def _record(assignment: Assignment, form: AnswerForm, now: datetime) -> None:
    comment = form.comment.data or ""
    try:
        if form.answer.data == "yes":
            asking.accept(assignment, now=now, comment=comment)
        else:
            asking.decline(assignment, now=now, comment=comment)
    except asking.SeatTaken:
        db.session.commit()
        # Else the page itself says so.
        if not seats.is_gone(assignment):
            flash(
                _("Somebody else has the seat by now. Thank you for being willing to come."), "info"
            )
        return
    except asking.NotAnswerable:
        db.session.rollback()
        flash(_("The answer could not be changed any more."), "warning")
        return
    db.session.commit()
    if assignment.state == AssignmentState.ACCEPTED:
        flash(_("Thank you. You have a seat on the jury."), "success")
    else:
        flash(_("Thank you for telling us."), "success")
