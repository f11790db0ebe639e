"""Rounds of input for those who sit in the group: read, contribute, vote."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal import access, clock
from portal.db import db
from portal.groups import once
from portal.groups.input_rounds import points, queries, stages, taking, who, wording
from portal.groups.input_rounds.forms import MORE_ROWS, NoteForm, wants_more_rows
from portal.groups.input_rounds.ways import Way
from portal.models.accounts import Person
from portal.models.input_rounds import Contribution, InputRound

bp = Blueprint("input_rounds", __name__, url_prefix="/groups/<slug>/input/<public_id>")

Answer = str | tuple[str, int] | Response


@bp.route("", methods=["GET", "POST"])
def show(slug: str, public_id: str) -> Answer:
    viewer = access.signed_in()
    found = queries.round_of(viewer, slug, public_id)
    if _is_post() and not who.contributes(viewer, found.group):
        abort(403)
    return taking.show(Way(found), viewer, runs=access.leads_group(viewer, found.group))


@bp.route("/points/<point>", methods=["GET", "POST"])
def change_point(slug: str, public_id: str, point: str) -> Answer:
    way, contribution, viewer = _point(slug, public_id, point)
    return taking.change_point(way, contribution, viewer)


@bp.post("/points/<point>/withdrawal")
def withdraw(slug: str, public_id: str, point: str) -> Response:
    way, contribution, viewer = _point(slug, public_id, point)
    return taking.withdraw(way, contribution, viewer)


@bp.post("/points/<point>/return")
def put_back(slug: str, public_id: str, point: str) -> Response:
    way, contribution, viewer = _point(slug, public_id, point)
    return taking.put_back(way, contribution, viewer)


@bp.route("/vote", methods=["GET", "POST"])
def vote(slug: str, public_id: str) -> Answer:
    viewer = access.signed_in()
    found = queries.round_of(viewer, slug, public_id)
    if not who.contributes(viewer, found.group):
        abort(403)
    return taking.vote(Way(found), viewer)


@bp.route("/noted", methods=["GET", "POST"])
def note(slug: str, public_id: str) -> Answer:
    """Points that others make in the room, noted by whoever runs the meeting."""
    viewer = access.signed_in()
    found = queries.round_run_by(viewer, slug, public_id)
    if not stages.takes_points(found):
        flash(_("The round takes no points now."), "warning")
        return redirect(Way(found).page)
    form = NoteForm(found)
    if wants_more_rows():
        form.offer_rows(MORE_ROWS)
    elif form.validate_on_submit():
        return _note(found, form, viewer)
    form.offer_rows()
    page = render_template(
        "groups/input_rounds/note.html",
        round=found,
        group=found.group,
        form=form,
        promise=wording.promise(found),
    )
    return (page, 422) if form.is_submitted() and not wants_more_rows() else page


def _note(found: InputRound, form: NoteForm, by: Person) -> Response:
    name = form.name.data or "" if "name" in form else ""
    try:
        made = points.note(
            found, form.written(), name, called=once.name_of(form), by=by, now=clock.now()
        )
    except stages.NotNow:
        db.session.rollback()
        flash(_("The round takes no points now."), "warning")
        return redirect(Way(found).page)
    db.session.commit()
    flash(ngettext("%(num)s point is noted.", "%(num)s points are noted.", len(made)), "success")
    # The next one in the room speaks already.
    address = url_for("input_rounds.note", slug=found.group.slug, public_id=found.public_id)
    return redirect(address)


def _point(slug: str, public_id: str, point: str) -> tuple[Way, Contribution, Person]:
    viewer = access.signed_in()
    found = queries.round_of(viewer, slug, public_id)
    runs = access.leads_group(viewer, found.group)
    return Way(found), queries.point_of(found, point, viewer, runs=runs), viewer


def _is_post() -> bool:
    return request.method == "POST"
