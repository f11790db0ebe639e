"""The organisers' pages about prices: a season's own, others tried, and what they would change."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import access, clock
from portal.db import db
from portal.jury.matching.types import NotProved
from portal.jury.plans import plan_queries, planning
from portal.jury.prices import (
    comparing,
    comparison_words,
    policy_queries,
    price_words,
    pricing,
    trying,
)
from portal.jury.prices.price_forms import PricesForm
from portal.jury.question import problems
from portal.models.plans import Plan, PlanState
from portal.models.seasons import Season

bp = Blueprint("trials", __name__, url_prefix="/organise")

Page = str | tuple[str, int] | Response


@bp.route("/seasons/<slug>/prices", methods=["GET", "POST"])
def prices(slug: str) -> Page:
    season = plan_queries.season_or_404(slug)
    organises = access.signed_in().is_organiser
    form = PricesForm(season.policy, season.prices, trying.fingerprint(season))
    if not form.validate_on_submit():
        page = _prices_page(season, form, organises=organises)
        return (page, 422) if form.is_submitted() else page
    return _set_prices(season, form, form.kept())


@bp.post("/seasons/<slug>/prices/defaults")
def reset_prices(slug: str) -> Response:
    """Go back to the usual prices of the season's ranking."""
    season = plan_queries.season_or_404(slug)
    return _set_prices(season, PricesForm(season.policy, season.prices), {})


@bp.route("/plans/<public_id>/trials", methods=["GET", "POST"])
def begin(public_id: str) -> Page:
    """Try other prices beside a draft."""
    plan = plan_queries.plan_or_404(public_id)
    form = PricesForm(plan.policy, plan.prices)
    if plan.state != PlanState.DRAFT:
        flash(_("Somebody has used the proposal or put it away. See what it is now."), "warning")
        return redirect(url_for("plans.show", public_id=public_id))
    if not form.validate_on_submit():
        page = _trial_page(plan, form)
        return (page, 422) if form.is_submitted() else page
    return _tried(plan, form)


@bp.get("/plans/<public_id>/comparison")
def compare(public_id: str) -> str:
    plan = plan_queries.plan_or_404(public_id)
    named = request.args.get("beside", "")
    other = policy_queries.plan_beside_or_404(plan, named) if named else None
    other = other or comparing.counterpart(plan)
    if other is None:
        return render_template("jury/policy/alone.html", plan=plan, season=plan.season)
    comparison = comparing.compare(plan, other, clock.now())
    return render_template(
        "jury/policy/comparison.html",
        comparison=comparison,
        season=plan.season,
        figures=comparison_words.figures(comparison),
        tiers=comparison_words.tiers(comparison),
        sentence=comparison_words.sentence(comparison),
        words=price_words,
        differs=_differs_from_season(comparison.after.plan),
        can_take_up=[s.plan.id for s in comparison.sides if trying.can_be_taken_up(s.plan)],
    )


@bp.post("/plans/<public_id>/choice")
def choose(public_id: str) -> Response:
    """Go on with this one of two, and put the other away."""
    plan = plan_queries.plan_or_404(public_id)
    other = policy_queries.plan_beside_or_404(plan, request.form.get("beside", ""))
    back = url_for(".compare", public_id=public_id, beside=other.public_id)
    try:
        trying.choose(plan, other, by=access.signed_in(), now=clock.now())
    except planning.PlanIsClosed:
        db.session.rollback()
        flash(_told_of_closed(), "warning")
    else:
        db.session.commit()
        flash(_("The other proposal is put away. You can take it up again below."), "success")
    return redirect(back)


@bp.post("/plans/<public_id>/taking-up")
def take_up(public_id: str) -> Response:
    """Make a draft of what was put away."""
    plan = plan_queries.plan_or_404(public_id)
    back = url_for("plans.show", public_id=public_id)
    if request.form.get("beside"):
        back = url_for(".compare", public_id=public_id, beside=request.form["beside"])
    try:
        trying.take_up(plan, by=access.signed_in(), now=clock.now())
    except planning.PlanIsClosed:
        db.session.rollback()
        flash(_told_of_closed(), "warning")
    else:
        db.session.commit()
        flash(_("The proposal is a draft again. Nobody was asked."), "success")
    return redirect(back)


@bp.post("/plans/<public_id>/prices")
def adopt(public_id: str) -> Response:
    """Let the season's proposals begin with the prices of this one."""
    plan = plan_queries.plan_or_404(public_id)
    slug = plan.season.slug
    trying.adopt(plan, by=access.signed_in(), now=clock.now())
    db.session.commit()
    flash(_told_of_saved(), "success")
    return redirect(url_for(".prices", slug=slug))


@bp.app_context_processor
def _for_links() -> dict[str, Any]:
    """What the links on the page of a plan need to know."""
    return {
        "plan_compared_with": comparing.counterpart,
        "plan_can_be_taken_up": trying.can_be_taken_up,
        "plan_has_other_prices": _has_other_prices,
        "price_words": price_words,
    }


def _set_prices(season: Season, form: PricesForm, kept: dict[str, Any]) -> Response:
    slug = season.slug
    try:
        trying.set_prices(
            season,
            form.ranking(),
            kept,
            seen=form.seen.data or "",
            by=access.signed_in(),
            now=clock.now(),
        )
    except trying.PricesChangedMeanwhile:
        db.session.rollback()
        flash(_("Somebody else changed the prices meanwhile. See what they are now."), "warning")
    else:
        db.session.commit()
        flash(_told_of_saved(), "success")
    return redirect(url_for(".prices", slug=slug))


def _tried(plan: Plan, form: PricesForm) -> Page:
    public_id = plan.public_id
    try:
        tried = trying.try_policy(
            plan, form.ranking(), form.kept(), by=access.signed_in(), now=clock.now()
        )
    except trying.SamePolicy:
        form.form_errors.append(_("Change the ranking or a price, so that there is a difference"))
        return _trial_page(plan, form), 422
    except NotProved:
        db.session.rollback()
        flash(_("No proposal was proved best, so none was made. Nothing is changed."), "danger")
        return redirect(url_for("plans.show", public_id=public_id))
    except planning.PlanIsClosed:
        db.session.rollback()
        flash(_("Somebody has used the proposal or put it away. See what it is now."), "warning")
        return redirect(url_for("plans.show", public_id=public_id))
    db.session.commit()
    return redirect(url_for(".compare", public_id=tried.public_id))


def _prices_page(season: Season, form: PricesForm, *, organises: bool) -> str:
    return render_template(
        "jury/policy/prices.html",
        season=season,
        form=form,
        organises=organises,
        words=price_words,
        prices=pricing.effective(season.prices, season.policy.value),
        usual=pricing.effective({}, season.policy.value),
        draft=policy_queries.newest_draft(season) if organises else None,
    )


def _trial_page(plan: Plan, form: PricesForm) -> str:
    return render_template(
        "jury/policy/try.html",
        plan=plan,
        season=plan.season,
        form=form,
        words=price_words,
        usual=pricing.effective({}, plan.policy.value),
        locked=sum(row.locked for row in plan.rows),
    )


def _differs_from_season(plan: Plan) -> bool:
    return plan.policy != plan.season.policy or _has_other_prices(plan)


def _has_other_prices(plan: Plan) -> bool:
    return plan.prices != problems.prices_of(plan.season, plan.policy)


def _told_of_saved() -> str:
    return _("Saved. Proposals made from now on use these prices. Nobody gets an email about it.")


def _told_of_closed() -> str:
    return _(
        "Somebody else has used one of the proposals or put it away. Here is how they stand now."
    )
