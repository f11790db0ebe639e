"""Follow-ups of a group: listed, shown, written down, changed, taken, closed, opened again."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import access, clock, dates
from portal.db import db
from portal.fields import read_number
from portal.groups import once
from portal.groups import queries as group_queries
from portal.groups.follow_ups import actions, history, queries, rights
from portal.groups.follow_ups.forms import CloseForm, FollowUpForm
from portal.groups.follow_ups.queries import Show
from portal.models.accounts import Person
from portal.models.groups import Group
from portal.models.minutes import FollowUp

bp = Blueprint("follow_ups", __name__, url_prefix="/groups/<slug>/follow-ups")

Answer = str | tuple[str, int] | Response


@bp.get("")
def index(slug: str) -> str:
    viewer = access.signed_in()
    group = queries.group_with_follow_ups(viewer, slug)
    wanted = request.args.get("show", "")
    show = Show(wanted) if wanted in set(Show) else Show.OPEN
    number = read_number(request.args.get("page"), otherwise=1)
    return render_template(
        "groups/follow_ups/index.html",
        group=group,
        show=show,
        page=queries.page_of(viewer, group, show, number),
        counts=queries.counts(viewer, group),
        may=rights.of(viewer, group),
        today=dates.today(clock.now()),
    )


@bp.route("/new", methods=["GET", "POST"])
def add(slug: str) -> Answer:
    group = group_queries.group_run_by(access.viewer(), slug)
    form = _form(group, None)
    by = access.signed_in()
    if form.validate_on_submit():
        once.unless_made(FollowUp, form, by=by, make=lambda: _add(group, form, by))
        db.session.commit()
        flash(_("The follow-up is written down."), "success")
        return redirect(url_for("groups.show", slug=slug))
    page = render_template(
        "groups/follow_ups/edit.html", group=group, form=form, follow_up=None, meanwhile=None
    )
    return (page, 422) if form.is_submitted() else page


def _add(group: Group, form: FollowUpForm, by: Person) -> FollowUp:
    content = form.content
    return actions.add_follow_up(
        group,
        content.text,
        owner=content.owner,
        owner_label=content.owner_label,
        due_on=content.due_on,
        by=by,
        now=clock.now(),
    )


@bp.get("/<public_id>")
def show(slug: str, public_id: str) -> str:
    viewer = access.signed_in()
    group, follow_up = _find(slug, public_id)
    meeting = follow_up.meeting
    return render_template(
        "groups/follow_ups/show.html",
        group=group,
        follow_up=follow_up,
        may=rights.of(viewer, group),
        lines=history.of(follow_up),
        # One that came from another group tells of its meeting only to those who see that one.
        sees_meeting=meeting is not None and access.sees_group(viewer, meeting.group),
        today=dates.today(clock.now()),
    )


@bp.route("/<public_id>/edit", methods=["GET", "POST"])
def edit(slug: str, public_id: str) -> Answer:
    group = group_queries.group_run_by(access.viewer(), slug)
    follow_up = queries.follow_up_of(group, public_id)
    if not follow_up.is_open:
        flash(_("Open it again before you change it."), "warning")
        return _to(follow_up, group)
    form = _form(group, follow_up)
    meanwhile = None
    if form.validate_on_submit():
        try:
            changed = actions.change(
                follow_up, form.content, seen_revision=form.seen_revision,
                by=access.signed_in(), now=clock.now(),
            )  # fmt: skip
        except actions.IsClosed:
            db.session.rollback()
            flash(_("Somebody has closed it. Open it again before you change it."), "warning")
            return _to(follow_up, group)
        except actions.ChangedMeanwhile:
            meanwhile = follow_up
            form.look_anew(follow_up)
        else:
            db.session.commit()
            flash(_("Saved.") if changed else _("Nothing was changed."), "success")
            return _to(follow_up, group)
    page = render_template(
        "groups/follow_ups/edit.html",
        group=group, form=form, follow_up=follow_up, meanwhile=meanwhile,
    )  # fmt: skip
    if meanwhile is not None:
        return page, 409
    return (page, 422) if form.is_submitted() else page


@bp.route("/<public_id>/closing", methods=["GET", "POST"])
def close(slug: str, public_id: str) -> Answer:
    viewer = access.signed_in()
    group, follow_up = _find(slug, public_id)
    may = rights.of(viewer, group)
    if not (may.runs or may.owns(follow_up)):
        abort(403)
    form = CloseForm()
    is_lost = False
    if form.validate_on_submit():
        note = form.note.data or ""
        was_open = actions.close(follow_up, note, by=viewer, now=clock.now())
        db.session.commit()
        is_lost = actions.is_lost(follow_up, note)
        if not is_lost:
            if was_open or follow_up.closed_by_id == viewer.id:
                flash(_("The follow-up is closed."), "success")
            else:
                flash(_("It was closed already."), "warning")
            return _to(follow_up, group)
    page = render_template(
        "groups/follow_ups/close.html", group=group, follow_up=follow_up, form=form
    )
    if is_lost:
        return page, 409
    return (page, 422) if form.is_submitted() else page


@bp.post("/<public_id>/reopening")
def reopen(slug: str, public_id: str) -> Response:
    viewer = access.signed_in()
    group, follow_up = _find(slug, public_id)
    may = rights.of(viewer, group)
    if not (may.runs or may.may_reopen(follow_up)):
        abort(403)
    actions.reopen(follow_up, by=viewer, now=clock.now())
    db.session.commit()
    flash(_("The follow-up is open again."), "success")
    return _to(follow_up, group)


@bp.post("/<public_id>/taking")
def take(slug: str, public_id: str) -> Response:
    viewer = access.signed_in()
    group, follow_up = _find(slug, public_id)
    if not rights.of(viewer, group).is_member:
        abort(403)
    try:
        actions.take(follow_up, by=viewer, now=clock.now())
    except actions.HasAnOwner:
        db.session.rollback()
        flash(_("Somebody else has it already."), "warning")
    except actions.IsClosed:
        db.session.rollback()
        flash(_("It is closed already."), "warning")
    else:
        db.session.commit()
        flash(_("It is yours now. You find it on your page, and we remind you of it."), "success")
    return _to(follow_up, group)


@bp.post("/<public_id>/handing-back")
def hand_back(slug: str, public_id: str) -> Response:
    viewer = access.signed_in()
    group, follow_up = _find(slug, public_id)
    if not rights.of(viewer, group).owns(follow_up):
        abort(403)
    actions.hand_back(follow_up, by=viewer, now=clock.now())
    db.session.commit()
    flash(_("It is handed back. Whoever leads the group is told."), "success")
    return _to(follow_up, group)


def _form(group: Group, follow_up: FollowUp | None) -> FollowUpForm:
    members = group_queries.members_to_choose(group)
    return FollowUpForm(members, follow_up, dates.today(clock.now()))


def _find(slug: str, public_id: str) -> tuple[Group, FollowUp]:
    group = queries.group_with_follow_ups(access.viewer(), slug)
    return group, queries.follow_up_of(group, public_id)


def _to(follow_up: FollowUp, group: Group) -> Response:
    return redirect(url_for(".show", slug=group.slug, public_id=follow_up.public_id))
