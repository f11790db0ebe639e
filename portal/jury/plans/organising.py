"""The organisers' pages: juries proposed, changed, applied; open seats, and who is next."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal import access, clock
from portal.db import db
from portal.fields import read_number
from portal.jury.asks import asking, open_seats, refusals, seats
from portal.jury.matching.types import NotProved
from portal.jury.plans import (
    checking,
    edit_words,
    edits,
    explaining,
    plan_edit_routes,
    plan_queries,
    plan_view,
    planning,
)
from portal.jury.plans.checking import Check
from portal.jury.prices import policy_queries
from portal.jury.signup import words
from portal.models.plans import Plan, PlanState
from portal.models.seasons import RankingPolicy

bp = Blueprint("plans", __name__, url_prefix="/organise")

Page = str | tuple[str, int] | Response


@bp.get("/seasons/<slug>/plans")
def index(slug: str) -> str:
    season = plan_queries.season_or_404(slug)
    return render_template(
        "jury/plans/index.html",
        season=season,
        plans=plan_queries.plans_of(season),
        put_away=policy_queries.put_away(season),
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
    is_draft = plan.state == PlanState.DRAFT
    question = planning.question_of(plan, now) if is_draft else None
    camps = plan_queries.proposed_camps(plan, now)
    unseated = plan_queries.unseated(plan) if is_draft else []
    sort = request.args.get("sort", "")
    only = "changes" if request.args.get("only") == "changes" else ""
    shown = plan_view.in_order(plan_view.only_changed(camps) if only else camps, sort)
    return render_template(
        "jury/plans/show.html",
        plan=plan,
        season=plan.season,
        camps=camps,
        shown=shown,
        listed=plan_view.in_order(camps, sort),
        sort=sort if sort in plan_view.SORTS else "date",
        only=only,
        county=plan_view.county,
        short_name=plan_view.short_name,
        figures=plan_view.proposed(camps),
        today=plan_view.today(question) if question else None,
        changes=plan_view.changes(plan.rows),
        checked=checking.check(plan, question) if question else Check(),
        stale=question is not None and question.basis != plan.basis,
        map=plan_view.drawn(plan.season, camps),
        shades=plan_view.shades(camps),
        points=plan_view.points(camps),
        unseated=unseated,
        able=plan_view.who_can_come(unseated),
        grid=plan_view.days_of(camps, unseated),
        words=words,
        names=plan_queries.names_of(plan),
        explaining=explaining,
        edit_words=edit_words,
        last_edit=edits.to_undo(plan) if is_draft else None,
    )


@bp.route("/plans/<public_id>/application", methods=["GET", "POST"])
def apply(public_id: str) -> Page:
    now = clock.now()
    plan = plan_queries.plan_or_404(public_id)
    if request.method == "GET":
        return _application(plan)
    despite_rules = request.form.get("despite_rules") == "yes"
    revision = read_number(request.form.get("revision"))
    try:
        asked = planning.apply(
            plan, revision=revision, by=access.viewer(), now=now, despite_rules=despite_rules
        )
    except planning.RulesAreBroken:
        db.session.rollback()
        return _application(plan_queries.plan_or_404(public_id), is_unticked=True), 422
    except planning.EditedMeanwhile:
        db.session.rollback()
        return plan_edit_routes.meanwhile(plan_queries.plan_or_404(public_id), revision)
    except planning.PlanIsStale:
        flash(
            _("Something has changed since the proposal was made. Make a new one first."), "warning"
        )
    except NotProved:
        flash(_("The check found a fault, so nothing was applied. Propose juries anew."), "danger")
    except planning.PlanIsClosed:
        flash(_("The proposal is no draft any more."), "warning")
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


def _application(plan: Plan, *, is_unticked: bool = False) -> str:
    """What takes effect when the plan is applied, and the rules that it breaks."""
    now = clock.now()
    is_draft = plan.state == PlanState.DRAFT
    checked = checking.check(plan, planning.question_of(plan, now)) if is_draft else Check()
    return render_template(
        "jury/plans/apply.html",
        plan=plan,
        season=plan.season,
        camps=plan_view.only_changed(plan_queries.proposed_camps(plan, now)),
        changes=plan_view.changes(plan.rows),
        checked=checked,
        names=plan_queries.names_of(plan),
        edit_words=edit_words,
        is_unticked=is_unticked,
    )


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
    seats.hold(seat, locked, by=access.viewer(), now=clock.now())
    db.session.commit()
    return redirect(url_for(".juries", slug=slug))


def _plan_to_keep(public_id: str, season_id: int) -> Plan | None:
    if not public_id:
        return None
    plan = plan_queries.plan_or_404(public_id)
    return plan if plan.season_id == season_id and plan.state == PlanState.DRAFT else None
