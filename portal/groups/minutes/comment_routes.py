"""Comments on minutes: said, taken back, answered and opened again."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask import render_template as render
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import access, clock, dates
from portal.db import db
from portal.fields import read_number
from portal.groups import meanwhile
from portal.groups.minutes import commenting, pages, queries
from portal.groups.minutes.forms import CommentForm, HandlingForm
from portal.groups.writing import locking
from portal.models.meetings import Meeting
from portal.models.minutes import MinutesComment

bp = Blueprint(
    "minutes_comments", __name__, url_prefix="/groups/<slug>/meetings/<public_id>/minutes/comments"
)

Answer = str | tuple[str, int] | Response


@bp.post("")
def add(slug: str, public_id: str) -> Answer:
    meeting = queries.minutes_of_or_404(access.viewer(), slug, public_id)
    number = read_number(request.form.get("item"))
    item = queries.item_of(meeting, number) if number != pages.WHOLE else None
    form = CommentForm(number)
    if not form.validate_on_submit():
        return pages.of(meeting.group, meeting, form, number), 422
    try:
        commenting.comment(
            meeting, item, form.text.data or "", by=access.signed_in(), now=clock.now()
        )
    except (locking.MinutesAreLocked, commenting.NotOpenForComments):
        form.text.errors = [
            _("The minutes are not open for comments any longer. Write to those who run the group"
              " instead.")
        ]  # fmt: skip
        return pages.of(meeting.group, meeting, form, number), 409
    is_late = meeting.comments_by is not None and dates.today(clock.now()) > meeting.comments_by
    db.session.commit()
    if is_late:
        flash(_("Thank you. The deadline has passed, but those who run the group see your comment"
                " all the same."), "success")  # fmt: skip
    else:
        flash(_("Thank you. Those who run the group see your comment."), "success")
    return _back(slug, public_id, number)


@bp.post("/<comment_id>/withdrawal")
def withdraw(slug: str, public_id: str, comment_id: str) -> Response:
    viewer = access.signed_in()
    meeting = queries.minutes_of_or_404(viewer, slug, public_id)
    said = queries.comment_of(meeting, comment_id)
    if said.person_id != viewer.id:
        abort(404)
    number = said.item.number if said.item else pages.WHOLE
    try:
        commenting.withdraw(said, by=viewer, now=clock.now())
    except commenting.IsHandled:
        flash(_("Somebody has dealt with your comment already, so it stands."), "warning")
    else:
        db.session.commit()
        flash(_("Your comment is taken back."), "success")
    return _back(slug, public_id, number)


@bp.route("/<comment_id>/answer", methods=["GET", "POST"])
def handle(slug: str, public_id: str, comment_id: str) -> Answer:
    meeting = queries.minutes_run_by(access.viewer(), slug, public_id)
    said = queries.comment_of(meeting, comment_id)
    form = HandlingForm(data={"reply": said.reply, "seen": commenting.state_of(said)})
    if not form.validate_on_submit():
        return _handling_page(meeting, said, form)
    try:
        commenting.handle(
            said, form.reply.data or "", seen=form.seen.data or "",
            by=access.signed_in(), now=clock.now(),
        )  # fmt: skip
    except commenting.AnsweredMeanwhile:
        db.session.rollback()
        meanwhile.look_anew(form.seen, commenting.state_of(said))
        return _handling_page(meeting, said, form, answered=True)
    db.session.commit()
    flash(_("The comment is dealt with. Whoever made it reads your answer here."), "success")
    return _back(slug, public_id, _number(said.item))


def _handling_page(
    meeting: Meeting, said: MinutesComment, form: HandlingForm, *, answered: bool = False
) -> Answer:
    row = next(
        row
        for row in queries.comments_on(meeting, access.signed_in(), runs=True)
        if row.comment is said
    )
    page = render(
        "groups/minutes/handle.html", meeting=meeting, row=row, form=form, answered=answered
    )
    if answered:
        return page, 409
    return (page, 422) if form.is_submitted() else page


@bp.post("/<comment_id>/reopening")
def reopen(slug: str, public_id: str, comment_id: str) -> Response:
    meeting: Meeting = queries.minutes_run_by(access.viewer(), slug, public_id)
    said = queries.comment_of(meeting, comment_id)
    commenting.reopen(said, by=access.signed_in(), now=clock.now())
    db.session.commit()
    flash(_("The comment is open again."), "success")
    return _back(slug, public_id, _number(said.item))


def _number(item: object) -> int:
    number: int = getattr(item, "number", pages.WHOLE)
    return number


def _back(slug: str, public_id: str, number: int = pages.WHOLE) -> Response:
    anchor = f"item-{number}" if number != pages.WHOLE else "whole"
    return redirect(url_for("minutes.show", slug=slug, public_id=public_id, _anchor=anchor))
