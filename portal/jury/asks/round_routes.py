"""The organisers' pages for an open seat: ask several at once, take that back, propose a repair."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from portal import access, clock
from portal.db import db
from portal.fields import read_number
from portal.jury.asks import deadlines, open_seats, refusals, rounds, who_is_next
from portal.jury.asks.open_seats import OpenPanel
from portal.jury.matching.types import NotProved
from portal.jury.plans import explaining, plan_queries, planning
from portal.models.seasons import Season

bp = Blueprint("rounds", __name__, url_prefix="/organise/seasons/<slug>")

Page = str | tuple[str, int] | Response


@bp.route("/camps/<event_slug>/juries/<int:number>/asks", methods=["GET", "POST"])
def ask(slug: str, event_slug: str, number: int) -> Page:
    """Choose how many to ask for the open seats, see who that is, and ask them."""
    season, now = plan_queries.season_or_404(slug), clock.now()
    panel = open_seats.panel_or_404(season, event_slug, number)
    found = open_seats.open_panel(season, panel, now)
    if request.method == "POST":
        return _asked(season, found)
    wanted = read_number(request.args.get("people"), 0) or None
    count = who_is_next.how_many(found.free, len(found.candidates), wanted)
    return render_template(
        "jury/rounds/ask.html",
        season=season,
        camp=panel.camp,
        found=found,
        chosen=found.candidates[:count],
        count=count,
        answer_by=deadlines.to_answer(panel.camp.event.starts_at, now),
        explaining=explaining,
    )


def _asked(season: Season, found: OpenPanel) -> Response:
    wanted = set(request.form.getlist("person"))
    signups = [each.signup for each in found.candidates if each.person.public_id in wanted]
    if len(signups) < len(wanted):
        flash(_("Some of these can no longer be asked. See who is next now."), "warning")
        return redirect(request.path)
    try:
        opened = rounds.ask_several(found.panel, signups, by=access.viewer(), now=clock.now())
    except rounds.NobodyChosen:
        flash(_("Choose at least one person to ask."), "warning")
        return redirect(request.path)
    except refusals.REFUSED as broken:
        db.session.rollback()
        flash(refusals.why_not(broken), "info")
        return redirect(url_for("plans.juries", slug=season.slug))
    db.session.commit()
    flash(
        ngettext(
            "We are asking %(num)s person now.", "We are asking %(num)s people now.", len(signups)
        ),
        "success",
    )
    if opened:
        flash(
            ngettext(
                "The first to say yes gets the seat.",
                "The first to say yes get the seats.",
                opened.seats_left,
            ),
            "info",
        )
    return redirect(url_for("plans.juries", slug=season.slug))


@bp.route("/rounds/<public_id>/stop", methods=["GET", "POST"])
def stop(slug: str, public_id: str) -> Page:
    """Take a question back from those who have not answered it."""
    season = plan_queries.season_or_404(slug)
    opened = open_seats.round_in_season(season, public_id)
    form = FlaskForm()
    if not form.validate_on_submit():
        return render_template(
            "jury/rounds/stop.html",
            season=season,
            opened=opened,
            waiting=open_seats.waiting_in(opened),
            form=form,
        )
    try:
        told = rounds.stop(opened, by=access.viewer(), now=clock.now())
    except rounds.RoundIsClosed:
        db.session.rollback()
        flash(_("Nobody is being asked there any more."), "info")
    else:
        db.session.commit()
        flash(
            ngettext(
                "The question is taken back. We are telling %(num)s person.",
                "The question is taken back. We are telling %(num)s people.",
                told,
            ),
            "success",
        )
    return redirect(url_for("plans.juries", slug=slug))


@bp.post("/juries/repair")
def repair(slug: str) -> Response:
    """Make a proposal of the cheapest repair; nobody is asked before it is applied."""
    season = plan_queries.season_or_404(slug)
    try:
        plan = planning.make_plan(
            season, season.policy, by=access.viewer(), now=clock.now(), moving_fewest=True
        )
    except NotProved:
        db.session.rollback()
        flash(_("No proposal was proved best, so none was made. Nothing is changed."), "danger")
        return redirect(url_for("plans.juries", slug=slug))
    db.session.commit()
    return redirect(url_for("plans.show", public_id=plan.public_id))
