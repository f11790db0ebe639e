"""The seasons for everybody: what is asked of whom, where and when."""

from flask import Blueprint, render_template, request, url_for

from portal import access
from portal.geography import credits
from portal.models.seasons import Season
from portal.seasons import maps, queries
from portal.seasons.queries import Staffing

bp = Blueprint("seasons", __name__)


@bp.get("/seasons")
def index() -> str:
    seasons = queries.published_seasons()
    return render_template(
        "seasons/index.html",
        current=[season for season in seasons if season.archived_at is None],
        archive=[season for season in seasons if season.archived_at is not None],
        outlines=queries.outlines(),
    )


@bp.get("/seasons/<slug>")
def show(slug: str) -> str:
    viewer = access.viewer()
    season = queries.shown_season(viewer, slug)
    rows = queries.shown_camps(season, viewer)
    camps = [row for row in rows if not row.camp.is_final]
    standing = [row for row in rows if not row.event.is_cancelled]
    choices = maps.county_choices(season, camps)
    chosen = request.args.get("county", "")
    chosen = chosen if chosen in dict(choices) else ""
    shown = [row for row in camps if not chosen or row.event.county_code == chosen]
    return render_template(
        "seasons/show.html",
        season=season,
        camps=shown,
        total=len(camps),
        schools=sum(not row.camp.is_final for row in standing),
        pupils=sum(row.camp.pupils or 0 for row in camps if row.need),
        finals=[row for row in rows if row.camp.is_final],
        counties=choices,
        county=chosen,
        map=maps.drawn(season, camps),
        shades=maps.shades(camps, lambda code: _filtered(season, code)),
        points=maps.points(shown, _event_url),
        organises=viewer is not None and viewer.is_organiser,
        credits=credits.SCHOOLS,
        first_day=min((row.event.first_day for row in standing), default=None),
        last_day=max((row.event.last_day for row in standing), default=None),
    )


def _filtered(season: Season, county: str) -> str:
    return url_for("seasons.show", slug=season.slug, county=county, _anchor="camps")


def _event_url(row: Staffing) -> str:
    return url_for("events.show", slug=row.event.slug)
