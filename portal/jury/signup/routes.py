"""Offers to serve: begin one, see and change one's own, take it back; and all, for staff."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import access, clock, dates, directory
from portal.db import db
from portal.extensions import limiter
from portal.fields import read_number
from portal.jury.question import problems
from portal.jury.signup import (
    actions,
    answers,
    drafts,
    near,
    near_forms,
    near_pages,
    offers,
    queries,
    steps,
    volunteers,
    words,
)
from portal.jury.signup.forms import WithdrawalForm
from portal.models.jury import JurySignup

bp = Blueprint("jury", __name__)

Page = str | tuple[str, int] | Response


@bp.route("/seasons/<slug>/signup", methods=["GET", "POST"])
@limiter.limit("120/hour", methods=["POST"])
def begin(slug: str) -> Page:
    now, person = clock.now(), access.viewer()
    season = queries.season_or_404(slug)
    signup = queries.signup_of(person, season)
    if signup is not None and request.method == "GET":
        return redirect(url_for(".show_signup", public_id=signup.public_id))
    is_open = season.accepts_signups(now)
    if not is_open and request.method == "GET":
        return render_template("jury/signup/closed.html", season=season)
    known = {**(answers.known_of(person) if person else {}), **near_forms.carried(request.args)}
    form = steps.travel_form(season, person, now, known)
    if form.validate_on_submit() and is_open:
        said = near_forms.days_carried(request.args, queries.open_camps(season, now))
        return steps.begun(season, person, {"travel": form.values(), "days": said}, now)
    draft = drafts.unfinished(season, person, now) if request.method == "GET" else None
    return steps.travel_page(
        form,
        season,
        now,
        # The days that came along are asked for on the next page.
        url=url_for(".begin", slug=slug, day=request.args.getlist("day")),
        back=url_for("seasons.show", slug=slug),
        unfinished=steps.next_url(draft, now) if draft else "",
    )


@bp.get("/signups/<public_id>")
def show_signup(public_id: str) -> str:
    now = clock.now()
    signup = queries.signup_of_or_404(access.signed_in(), public_id)
    offer = offers.of_signup(signup)
    is_open = signup.season.accepts_signups(now)
    camps = [] if signup.withdrawn_at else queries.open_camps(signup.season, now)
    return render_template(
        "jury/show_signup.html",
        signup=signup,
        season=signup.season,
        offer=offer,
        lines=offers.lines(offer, [day.camp for day in signup.days]),
        words=words,
        can_change=is_open,
        change_url=(lambda _row: url_for(".change_signup", public_id=public_id))
        if is_open
        else None,
        found=near_pages.seen(offer, camps, _employment(signup)) if camps else None,
    )


def _employment(signup: JurySignup) -> near.Employment | None:
    """Who employs the volunteer, where the season keeps employees from their employer's schools."""
    if not signup.season.bars_school_owner:
        return None
    return near.Employment(problems.employer_of(signup.juror), problems.owners_of_schools())


@bp.route("/signups/<public_id>/change", methods=["GET", "POST"])
def change_signup(public_id: str) -> Page:
    now, person = clock.now(), access.signed_in()
    signup = queries.signup_of_or_404(person, public_id)
    season = signup.season
    given = answers.of_signup(signup)
    form = steps.travel_form(season, person, now, given["travel"])
    is_open = season.accepts_signups(now)
    if not is_open and request.method == "GET":
        return render_template("jury/signup/closed.html", season=season)
    if form.validate_on_submit() and is_open:
        return steps.begun(season, person, {**given, "travel": form.values()}, now)
    back = url_for(".show_signup", public_id=public_id)
    return steps.travel_page(form, season, now, back=back)


@bp.route("/signups/<public_id>/withdrawal", methods=["GET", "POST"])
def withdraw(public_id: str) -> Page:
    signup = queries.signup_of_or_404(access.signed_in(), public_id)
    form = WithdrawalForm()
    if form.validate_on_submit():
        try:
            actions.withdraw(signup, reason=form.reason.data or "", now=clock.now())
        except actions.AlreadyServed:
            flash(_("You have already served on a jury this season."), "warning")
        else:
            db.session.commit()
            flash(_("Your offer is withdrawn. Thank you for telling us."), "success")
        return redirect(url_for(".show_signup", public_id=public_id))
    seats = queries.open_seats(signup)
    page = render_template("jury/withdraw.html", signup=signup, form=form, seats=seats)
    return (page, 422) if form.is_submitted() else page


@bp.get("/organise/seasons/<slug>/signups")
def signups(slug: str) -> str:
    viewer = access.signed_in()
    season = queries.any_season_or_404(slug)
    filters = volunteers.Filters(
        request.args.get("q", "").strip()[:100],
        request.args.get("county", "")[:2],
        read_number(request.args.get("page"), 1),
    )
    return render_template(
        "jury/signups.html",
        season=season,
        found=volunteers.page_of(season, viewer, filters),
        filters=filters,
        counties=directory.county_choices(dates.today(clock.now())),
        is_organiser=viewer.is_organiser,
        words=words,
    )
