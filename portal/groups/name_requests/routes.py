"""Asking a body for a name, by those who run a group: put, taken back, undone."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import access, clock, dates
from portal.db import db
from portal.extensions import limiter
from portal.groups import names, queries
from portal.groups.name_requests import actions
from portal.groups.name_requests import queries as name_queries
from portal.groups.name_requests.forms import AskForm
from portal.models.groups import Group, GroupPlace

bp = Blueprint("name_requests", __name__, url_prefix="/groups/<slug>/places/<public_id>/name")

Page = str | tuple[str, int] | Response


@bp.route("", methods=["GET", "POST"])
@limiter.limit("60/hour", methods=["POST"])
def ask(slug: str, public_id: str) -> Page:
    """What was asked and answered about the place, and the form that asks."""
    group, place = queries.place_run_by(access.signed_in(), slug, public_id)
    form = _form(place)
    if form.validate_on_submit():
        _ask(place, form.address.data, form)
        return redirect(url_for(".ask", slug=slug, public_id=public_id))
    page = _page(group, place, form)
    return (page, 422) if form.is_submitted() else page


@bp.post("/at-once")
@limiter.limit("60/hour", methods=["POST"])
def ask_at_once(slug: str, public_id: str) -> Response:
    """One press: the question goes to the address that the body is known by."""
    _group, place = queries.place_run_by(access.signed_in(), slug, public_id)
    known = place.organisation.contact_email if place.organisation else ""
    if known:
        _ask(place, known, None)
    return redirect(url_for(".ask", slug=slug, public_id=public_id))


@bp.post("/<request_id>/taking-back")
def take_back(slug: str, public_id: str, request_id: str) -> Response:
    _group, place = queries.place_run_by(access.signed_in(), slug, public_id)
    request = name_queries.request_about(place, request_id)
    return _steer(
        place,
        lambda: actions.take_back(request, by=access.signed_in(), now=clock.now()),
        _("The question is taken back. You can ask again."),
    )


@bp.post("/<request_id>/undoing")
def undo(slug: str, public_id: str, request_id: str) -> Response:
    _group, place = queries.place_run_by(access.signed_in(), slug, public_id)
    request = name_queries.request_about(place, request_id)
    return _steer(
        place,
        lambda: actions.undo(request, by=access.signed_in(), now=clock.now()),
        _("The place waits for a name again. You can ask again."),
    )


def _form(place: GroupPlace) -> AskForm:
    today = dates.today(clock.now())
    known = place.organisation.contact_email if place.organisation else ""
    return AskForm(known, today + actions.ANSWER_WITHIN, today)


def _page(group: Group, place: GroupPlace, form: AskForm) -> str:
    requests = name_queries.requests_about(place)
    is_open = any(each.is_open for each in requests)
    return render_template(
        "groups/name_requests/ask.html",
        group=group,
        place=place,
        name=queries.name_of(place),
        requests=requests,
        shown_name=names.shown_if_asked(group),
        undoable={each.id for each in requests if actions.can_be_undone(each)},
        can_ask=not is_open and place.person_id is None and place.is_current
        and group.closed_at is None,
        form=form,
    )  # fmt: skip


def _ask(place: GroupPlace, address: str, form: AskForm | None) -> None:
    """Ask and commit, or say why it cannot be asked. Without a form all is as usual."""
    now = clock.now()
    body = place.organisation
    # A lead notes an address where there is none, but puts none in place of another.
    may_note = access.signed_in().is_organiser or (body is not None and not body.contact_email)
    usual = dates.today(now) + actions.ANSWER_WITHIN
    try:
        actions.ask(
            place,
            address,
            answer_by=form.answer_by.data if form else usual,
            remember=bool(form and form.remember.data and may_note),
            by=access.signed_in(),
            now=now,
        )
    except actions.AlreadyAsked:
        db.session.rollback()
        flash(_("They have been asked already, and we wait for the answer."), "info")
    except (actions.PlaceIsTaken, actions.GroupIsClosed):
        db.session.rollback()
        flash(_("There is nothing to ask: the place is taken, or the group is closed."), "warning")
    else:
        db.session.commit()
        flash(_("The question is on its way to %(address)s.", address=address), "success")


def _steer(place: GroupPlace, change: Callable[[], None], said: str) -> Response:
    at = {"slug": place.group.slug, "public_id": place.public_id}
    try:
        change()
    except (actions.NotOpen, actions.NothingToUndo):
        db.session.rollback()
        flash(_("Nothing was changed: it has been answered or changed meanwhile."), "warning")
    else:
        db.session.commit()
        flash(said, "success")
    return redirect(url_for(".ask", **at))  # type: ignore[arg-type]
