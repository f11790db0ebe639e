"""Follow-ups of a group: written down, closed with a note, opened again."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import access, clock
from portal.db import db
from portal.groups import queries
from portal.groups.follow_ups import actions as follow_up_actions
from portal.groups.follow_ups.forms import CloseForm, FollowUpForm

bp = Blueprint("follow_ups", __name__, url_prefix="/groups/<slug>/follow-ups")

Answer = str | tuple[str, int] | Response


@bp.route("/new", methods=["GET", "POST"])
def add(slug: str) -> Answer:
    group = queries.group_run_by(access.viewer(), slug)
    form = FollowUpForm(queries.members_to_choose(group))
    if form.validate_on_submit():
        follow_up_actions.add_follow_up(
            group,
            form.text.data,
            owner=form.responsible,
            due_on=form.due_on.data,
            by=access.signed_in(),
            now=clock.now(),
        )
        db.session.commit()
        flash(_("The follow-up is written down."), "success")
        return redirect(url_for("groups.show", slug=slug))
    page = render_template("groups/follow_ups/add.html", group=group, form=form)
    return (page, 422) if form.is_submitted() else page


@bp.route("/<public_id>/closing", methods=["GET", "POST"])
def close(slug: str, public_id: str) -> Answer:
    viewer = access.signed_in()
    group = queries.group_of_or_404(viewer, slug)
    follow_up = queries.follow_up_of(group, public_id)
    if follow_up.owner_id != viewer.id and not access.leads_group(viewer, group):
        abort(403)
    form = CloseForm()
    if form.validate_on_submit():
        follow_up_actions.close(follow_up, form.note.data or "", by=viewer, now=clock.now())
        db.session.commit()
        flash(_("The follow-up is closed."), "success")
        return redirect(url_for("groups.show", slug=slug))
    page = render_template(
        "groups/follow_ups/close.html", group=group, follow_up=follow_up, form=form
    )
    return (page, 422) if form.is_submitted() else page


@bp.post("/<public_id>/reopening")
def reopen(slug: str, public_id: str) -> Response:
    group = queries.group_run_by(access.viewer(), slug)
    follow_up = queries.follow_up_of(group, public_id)
    follow_up_actions.reopen(follow_up, by=access.signed_in(), now=clock.now())
    db.session.commit()
    flash(_("The follow-up is open again."), "success")
    return redirect(url_for("groups.show", slug=slug))
