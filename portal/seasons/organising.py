"""The pages on which organisers plan and run a season."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal import access, clock, dates
from portal.db import db
from portal.models.accounts import Person
from portal.models.seasons import Season
from portal.seasons import actions, maps, overview, queries
from portal.seasons.forms import POLICIES, SeasonForm, SignupWindowForm

bp = Blueprint("organise_seasons", __name__, url_prefix="/organise/seasons")

Answer = str | tuple[str, int] | Response


@bp.get("")
def index() -> str:
    return render_template(
        "seasons/organise.html",
        seasons=queries.all_seasons(),
        outlines=queries.outlines(with_drafts=True),
        organises=access.signed_in().is_organiser,
    )


@bp.route("/new", methods=["GET", "POST"])
def create() -> Answer:
    now = clock.now()
    form = SeasonForm(None, dates.today(now))
    if form.validate_on_submit():
        season = actions.plan_season(
            form.values(), form.commissioner_ids(), by=access.signed_in(), now=now
        )
        db.session.commit()
        flash(_("The season is saved as a draft. Now choose the schools."), "success")
        return redirect(url_for("organise_camps.schools", slug=season.slug))
    return _form_page(form, None)


@bp.route("/<slug>/edit", methods=["GET", "POST"])
def edit(slug: str) -> Answer:
    now = clock.now()
    season = queries.season_of_organiser(slug)
    form = SeasonForm(season, dates.today(now))
    if form.validate_on_submit():
        actions.edit_season(
            season, form.values(), form.commissioner_ids(), by=access.signed_in(), now=now
        )
        db.session.commit()
        flash(_("Saved."), "success")
        return redirect(_page_of(season))
    return _form_page(form, season)


@bp.get("/<slug>")
def show(slug: str) -> str:
    viewer = access.signed_in()
    season = queries.season_of_organiser(slug)
    rows = queries.camps_of(season, viewer)
    camps = [row for row in rows if not row.camp.is_final]
    return render_template(
        "seasons/overview.html",
        season=season,
        rows=rows,
        final=next((r for r in rows if r.camp.is_final and not r.event.is_cancelled), None),
        overview=overview.overview(season, rows, queries.progress(season), clock.now()),
        map=maps.drawn(season, camps),
        shades=maps.shades(camps, lambda _code: ""),
        points=maps.points(camps, lambda row: _camp_url(season, row, viewer)),
        organises=viewer.is_organiser,
        policies=POLICIES,
    )


@bp.post("/<slug>/publication")
def publish(slug: str) -> Response:
    season = queries.season_of_organiser(slug)
    try:
        camps = actions.publish(season, by=access.signed_in(), now=clock.now())
    except actions.NoCamps:
        flash(_("Choose the schools first. There is nothing to publish yet."), "warning")
    except actions.SeasonIsArchived:
        flash(_("The season is archived. Bring it back first."), "warning")
    else:
        db.session.commit()
        flash(
            ngettext(
                "Published, with %(num)s new camp in the programme and in the calendars.",
                "Published, with %(num)s new camps in the programme and in the calendars.",
                camps,
            ),
            "success",
        )
    return redirect(_page_of(season))


@bp.route("/<slug>/signup-window", methods=["GET", "POST"])
def signup_window(slug: str) -> Answer:
    now = clock.now()
    season = queries.season_of_organiser(slug)
    form = SignupWindowForm(season, now)
    if not form.validate_on_submit():
        page = render_template("seasons/signup_window.html", season=season, form=form)
        return (page, 422) if form.is_submitted() else page
    try:
        actions.open_signup(
            season,
            opens_at=form.opens_at(),
            closes_at=form.closes_at(),
            by=access.signed_in(),
            now=now,
        )
    except (actions.NotPublished, actions.SeasonIsArchived):
        flash(_("People cannot see the season. Publish it first."), "warning")
    else:
        db.session.commit()
        flash(_("The time to volunteer is set."), "success")
    return redirect(_page_of(season))


@bp.post("/<slug>/signup-window/closing")
def close_signup(slug: str) -> Response:
    season = queries.season_of_organiser(slug)
    actions.close_signup(season, by=access.signed_in(), now=clock.now())
    db.session.commit()
    flash(_("Sign-up is closed. You can open it again."), "success")
    return redirect(_page_of(season))


@bp.post("/<slug>/archiving")
def archive(slug: str) -> Response:
    season = queries.season_of_organiser(slug)
    actions.archive(season, by=access.signed_in(), now=clock.now())
    db.session.commit()
    flash(_("The season is archived. It stands among the earlier seasons."), "success")
    return redirect(_page_of(season))


@bp.post("/<slug>/archiving/undoing")
def bring_back(slug: str) -> Response:
    season = queries.season_of_organiser(slug)
    actions.bring_back(season, by=access.signed_in(), now=clock.now())
    db.session.commit()
    flash(_("The season is brought back."), "success")
    return redirect(_page_of(season))


def _page_of(season: Season) -> str:
    return url_for("organise_seasons.show", slug=season.slug)


def _camp_url(season: Season, row: queries.Staffing, viewer: Person) -> str:
    """Where the camp is worked on; a coordinator reads it as others do, once it can be seen."""
    if not viewer.is_organiser:
        return url_for("events.show", slug=row.event.slug) if row.event.published_at else ""
    return url_for("organise_camps.edit", slug=season.slug, event_slug=row.event.slug)


def _form_page(form: SeasonForm, season: Season | None) -> Answer:
    page = render_template("seasons/edit.html", form=form, season=season)
    return (page, 422) if form.is_submitted() else page
