"""The pages on which organisers set up, edit and close groups."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import access, clock, dates
from portal.db import db
from portal.groups import queries, wording
from portal.groups.meetings import summons
from portal.groups.setup import actions, periods
from portal.groups.setup.forms import GroupForm
from portal.models.groups import Group

bp = Blueprint("organise_groups", __name__, url_prefix="/organise/groups")

Answer = str | tuple[str, int] | Response


@bp.get("")
def index() -> str:
    today = dates.today(clock.now())
    rows = queries.groups_seen_by(access.signed_in())
    return render_template(
        "groups/setup/organise.html", rows=rows, today=today, periods=periods, kinds=wording.KINDS
    )


@bp.route("/new", methods=["GET", "POST"])
def create() -> Answer:
    form = GroupForm(None, queries.other_groups(None))
    if form.validate_on_submit():
        group = actions.create_group(form.values(), by=access.signed_in(), now=clock.now())
        db.session.commit()
        flash(_("The group is set up. Now add its places."), "success")
        return redirect(url_for("groups.show", slug=group.slug))
    return _form_page(form, None)


@bp.route("/<slug>/edit", methods=["GET", "POST"])
def edit(slug: str) -> Answer:
    group = queries.group_run_by(access.signed_in(), slug)
    form = GroupForm(group, queries.other_groups(group))
    if form.validate_on_submit():
        changed = actions.edit_group(group, form.values(), by=access.signed_in(), now=clock.now())
        db.session.commit()
        flash(_("Saved.") if changed else _("Nothing was changed."), "success")
        return redirect(url_for("groups.show", slug=slug))
    return _form_page(form, group)


@bp.route("/<slug>/closing", methods=["GET", "POST"])
def close(slug: str) -> Answer:
    group = queries.group_run_by(access.signed_in(), slug)
    if request.method == "GET":
        meetings = summons.coming_called(group, clock.now())
        return render_template("groups/setup/close.html", group=group, meetings=meetings)
    try:
        actions.close_group(group, by=access.signed_in(), now=clock.now())
    except actions.MeetingsToCome:
        flash(_("Hold or cancel the meetings to come first."), "warning")
        return redirect(url_for(".close", slug=slug))
    db.session.commit()
    flash(_("The group is closed. Its pages stay for those who sat in it."), "success")
    return redirect(url_for("groups.show", slug=slug))


@bp.post("/<slug>/reopening")
def reopen(slug: str) -> Response:
    group = queries.group_run_by(access.signed_in(), slug)
    actions.reopen_group(group, by=access.signed_in(), now=clock.now())
    db.session.commit()
    flash(_("The group goes on. Look over its last day."), "success")
    return redirect(url_for("groups.show", slug=slug))


def _form_page(form: GroupForm, group: Group | None) -> Answer:
    page = render_template("groups/setup/edit.html", form=form, group=group)
    return (page, 422) if form.is_submitted() else page
