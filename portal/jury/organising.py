"""The organisers' pages: juries proposed, changed, applied; open seats, and who is next."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal import access, clock
from portal.db import db
from portal.fields import read_number
from portal.jury import asking, explaining, open_seats, plan_queries, planning, refusals
from portal.jury.matching.types import NotProved
from portal.models.plans import Plan, PlanRow, PlanState
from portal.models.seasons import RankingPolicy

bp = Blueprint("plans", __name__, url_prefix="/organise")

Page = str | tuple[str, int] | Response


@bp.get("/seasons/<slug>/plans")
def index(slug: str) -> str:
    season = plan_queries.season_or_404(slug)
    return render_template(
        "jury/plans/index.html", season=season, plans=plan_queries.plans_of(season)
    )


@bp.post("/seasons/<slug>/plans")
def make(slug: str) -> Response:
    season = plan_queries.season_or_404(slug)
    chosen = request.form.get("policy", "")
    ranking = RankingPolicy(chosen) if chosen in set(RankingPolicy) else season.policy
    keeping = _plan_to_keep(request.form.get("keeping", ""), season.id)
    try:
        plan = planning.make_plan(
            season, ranking, by=access.viewer(), now=clock.now(), keeping=keeping
        )
    except NotProved:
        db.session.rollback()
        flash(_("No proposal was proved best, so none was made. Nothing is changed."), "danger")
        return redirect(url_for(".index", slug=slug))
    db.session.commit()
    return redirect(url_for(".show", public_id=plan.public_id))


@bp.get("/plans/<public_id>")
def show(public_id: str) -> str:
    now = clock.now()
    plan = plan_queries.plan_or_404(public_id)
    names = plan_queries.names_of(plan)
    return render_template(
        "jury/plans/show.html",
        plan=plan,
        season=plan.season,
        camps=plan_queries.proposed_camps(plan, now),
        unseated=plan_queries.unseated(plan) if plan.state == PlanState.DRAFT else [],
        stale=plan.state == PlanState.DRAFT and planning.is_stale(plan, now),
        names=names,
        explaining=explaining,
    )


@bp.post("/plans/<public_id>/rows")
def edit_row(public_id: str) -> Response:
    plan = plan_queries.plan_or_404(public_id)
    row = next((r for r in plan.rows if str(r.id) == request.form.get("row")), None)
    action = _ROW_ACTIONS.get(request.form.get("action", ""))
    if row is None or action is None:
        abort(404)
    return _edited(plan, lambda common: action(plan, row, common))


@bp.post("/plans/<public_id>/seats")
def put_in(public_id: str) -> Response:
    plan = plan_queries.plan_or_404(public_id)
    panel = plan_queries.panel_of_season(plan.season, read_number(request.form.get("panel")))
    signup = plan_queries.offer_in_season(plan.season, request.form.get("person", ""))
    return _edited(plan, lambda common: planning.put_in(plan, panel, signup, **common))


@bp.route("/plans/<public_id>/application", methods=["GET", "POST"])
def apply(public_id: str) -> Page:
    plan = plan_queries.plan_or_404(public_id)
    if request.method == "GET":
        return render_template("jury/plans/apply.html", plan=plan, season=plan.season)
    try:
        asked = planning.apply(plan, revision=_revision(), by=access.viewer(), now=clock.now())
    except planning.PlanIsStale:
        flash(
            _("Something has changed since the proposal was made. Make a new one first."), "warning"
        )
    except (planning.EditedMeanwhile, planning.PlanIsClosed):
        flash(_("Somebody else changed or applied the proposal. See what it is now."), "warning")
    else:
        db.session.commit()
        flash(
            ngettext(
                "The juries are set. We are asking %(num)s person now.",
                "The juries are set. We are asking %(num)s people now.",
                asked,
            ),
            "success",
        )
        return redirect(url_for(".juries", slug=plan.season.slug))
    db.session.rollback()
    return redirect(url_for(".show", public_id=public_id))


@bp.post("/plans/<public_id>/discarding")
def discard(public_id: str) -> Response:
    plan = plan_queries.plan_or_404(public_id)
    slug = plan.season.slug
    try:
        planning.discard(plan, by=access.signed_in(), now=clock.now())
    except planning.PlanIsClosed:
        flash(_("The proposal is no draft any more."), "warning")
    else:
        db.session.commit()
        flash(_("The proposal is put away. Nobody was asked."), "success")
    return redirect(url_for(".index", slug=slug))


@bp.get("/seasons/<slug>/juries")
def juries(slug: str) -> str:
    season = plan_queries.season_or_404(slug)
    return render_template(
        "jury/plans/juries.html",
        season=season,
        found=open_seats.juries(season, clock.now()),
        explaining=explaining,
        states=explaining.STATES,
    )


@bp.post("/seasons/<slug>/juries/asks")
def ask_next(slug: str) -> Response:
    """Ask one more person for an open seat, as the page proposes."""
    season, now = plan_queries.season_or_404(slug), clock.now()
    panel = plan_queries.panel_of_season(season, read_number(request.form.get("panel")))
    signup = plan_queries.offer_in_season(season, request.form.get("person", ""))
    try:
        asking.ask_next(panel, signup, by=access.viewer(), now=now)
    except refusals.REFUSED as broken:
        db.session.rollback()
        flash(refusals.why_not(broken), "info")
    else:
        db.session.commit()
        flash(_("We are asking %(name)s now.", name=signup.juror.name), "success")
    return redirect(url_for(".juries", slug=slug))


@bp.post("/seasons/<slug>/juries/releases")
def release(slug: str) -> Response:
    """Free a seat from our side; the person is told."""
    season = plan_queries.season_or_404(slug)
    seat = plan_queries.assignment_in_season(season, request.form.get("assignment", ""))
    asking.release(seat, by=access.viewer(), now=clock.now(), for_good=True)
    db.session.commit()
    flash(_("The seat is free again. We are telling %(name)s.", name=seat.person.name), "success")
    return redirect(url_for(".juries", slug=slug))


@bp.post("/seasons/<slug>/juries/locks")
def lock(slug: str) -> Response:
    """Hold a person where they are, whatever later plans would prefer; or let go."""
    season = plan_queries.season_or_404(slug)
    seat = plan_queries.assignment_in_season(season, request.form.get("assignment", ""))
    locked = request.form.get("locked") == "yes"
    asking.hold(seat, locked, by=access.viewer(), now=clock.now())
    db.session.commit()
    return redirect(url_for(".juries", slug=slug))


def _plan_to_keep(public_id: str, season_id: int) -> Plan | None:
    if not public_id:
        return None
    plan = plan_queries.plan_or_404(public_id)
    return plan if plan.season_id == season_id and plan.state == PlanState.DRAFT else None


def _edited(plan: Plan, edit: Callable[[dict[str, Any]], None]) -> Response:
    """Carry out an edit and go back to the plan, with a word if it could not be done."""
    public_id = plan.public_id
    common = {"revision": _revision(), "by": access.signed_in(), "now": clock.now()}
    try:
        edit(common)
    except planning.EditedMeanwhile:
        flash(_("Somebody else changed the proposal meanwhile. See what it is now."), "warning")
    except planning.PlanIsClosed:
        flash(_("The proposal is no draft any more."), "warning")
    except (asking.SitsAlready, asking.StandsInTheWay) as broken:
        flash(refusals.why_not(broken), "warning")
    else:
        db.session.commit()
        return redirect(url_for(".show", public_id=public_id))
    db.session.rollback()
    return redirect(url_for(".show", public_id=public_id))


def _revision() -> int:
    return read_number(request.form.get("revision"))


def _move(plan: Plan, row: PlanRow, common: dict[str, Any]) -> None:
    panel = plan_queries.panel_of_season(plan.season, read_number(request.form.get("panel")))
    planning.move(plan, row, panel, **common)


_ROW_ACTIONS: dict[str, Callable[[Plan, PlanRow, dict[str, Any]], None]] = {
    "lock": lambda plan, row, common: planning.lock(plan, row, True, **common),
    "unlock": lambda plan, row, common: planning.lock(plan, row, False, **common),
    "take_out": lambda plan, row, common: planning.take_out(plan, row, **common),
    "move": _move,
}
