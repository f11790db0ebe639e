"""Answering an invitation from the mail, without signing in: a page by GET, the answer by POST."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.answers import queries, series_page
from portal.answers.forms import WORDS, AnswerForm
from portal.calendar import entries, rhythms
from portal.db import db
from portal.extensions import limiter
from portal.groups.meetings import deputies
from portal.invitations import actions, addresses, event_changes
from portal.jury.asks import asking
from portal.models.invitations import Answer, Invitation
from portal.reading import as_read_by

bp = Blueprint("answers", __name__)


@bp.route("/invitations/<token>", methods=["GET", "POST"])
@limiter.limit("120/hour", methods=["POST"])
def invitation(token: str) -> str | Response | tuple[str, int]:
    invited = addresses.invitation_of(token)
    if invited is None:
        return render_template("answers/unknown.html"), 404
    with as_read_by(invited.person):
        return _answer(invited, token)


@bp.route("/invitations/<token>/series", methods=["GET", "POST"])
def series(token: str) -> str | Response | tuple[str, int]:
    invited = addresses.invitation_of(token)
    if invited is None or invited.event.series is None:
        return render_template("answers/unknown.html"), 404
    with as_read_by(invited.person):
        return _answer_series(invited, token)


def _answer_series(invited: Invitation, token: str) -> str | Response | tuple[str, int]:
    invitations = series_page.open_invitations(invited, clock.now())
    if not invitations:
        # Off, over, or not theirs any more: the page of the one meeting says which.
        return _answer(invited, token)
    form, whole = AnswerForm(), series_page.series_of(invited)
    if form.validate_on_submit():
        given, comment = Answer(form.answer.data), form.comment.data or ""
        try:
            series_page.answer_all(invitations, given, comment, now=clock.now())
        except (actions.NotInvited, event_changes.EventIsCancelled):
            # One of them just now: the page shows those that are left, to answer anew.
            db.session.rollback()
        else:
            db.session.commit()
            flash(_("Thank you. We have got your answer."), "success")
        return redirect(url_for("answers.series", token=token))
    page = render_template(
        "answers/series.html",
        series=whole,
        event=entries.as_occurrence(whole),
        rhythm=rhythms.in_words(whole),
        person=invited.person,
        rows=series_page.rows_of(invitations),
        words=WORDS,
        form=form,
        token=token,
    )
    return (page, 422) if form.is_submitted() else page


def _answer(invited: Invitation, token: str) -> str | Response | tuple[str, int]:
    if not invited.is_current:
        return render_template("answers/uninvited.html", event=invited.event), 410
    if invited.event.is_cancelled:
        return render_template("answers/cancelled.html", event=invited.event), 410
    if invited.event.is_over(clock.now()):
        return render_template("answers/over.html", event=invited.event), 410
    seat = queries.seat_of(invited)
    if seat is not None:
        # A seat on a jury is given up on the jury's page; here one would only tell a calendar.
        return redirect(url_for("asks.answer", token=asking.token_of(seat)))
    form = AnswerForm(invited)
    if form.validate_on_submit():
        try:
            _take(invited, form)
        except deputies.CannotSend as reason:
            db.session.rollback()
            form.refuse(reason)
            return _page(invited, form, token), 422
        except (actions.NotInvited, event_changes.EventIsCancelled):
            # Just now: the page says which.
            db.session.rollback()
        return redirect(url_for("answers.invitation", token=token))
    page = _page(invited, form, token)
    return (page, 422) if form.is_submitted() else page


def _take(invited: Invitation, form: AnswerForm) -> None:
    given = Answer(form.answer.data)
    comment = form.comment.data or ""
    wanted = form.wanted()
    deputies.answer(invited, given, comment=comment, wanted=wanted, now=clock.now())
    db.session.commit()
    if wanted is not None:
        name = invited.delegated_to
        flash(_("Thank you. We are asking %(name)s to come in your place.", name=name), "success")
    else:
        flash(_("Thank you. We have got your answer."), "success")


def _page(invited: Invitation, form: AnswerForm, token: str) -> str:
    return render_template(
        "answers/invitation.html",
        event=invited.event,
        person=invited.person,
        invited=invited,
        given=WORDS[invited.answer],
        form=form,
        sent=deputies.sent_by(invited),
        absent=deputies.absent_for(invited),
        token=token,
        in_series=len(series_page.open_invitations(invited, clock.now())) > 1,
    )
