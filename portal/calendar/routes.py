"""The feeds, the download of one event, and the page that explains how to subscribe.

A feed's answer carries no cookie and looks at none; who may read it, its address tells.
"""

import time

import sqlalchemy as sa
from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_limiter import RequestLimit
from werkzeug.wrappers import Response as BaseResponse

from portal import access, audit, clock, dates, links
from portal.calendar import adding, entries, feeds, ical, series_feed, serving, subscriptions
from portal.db import db
from portal.extensions import limiter
from portal.geography import counties
from portal.models.events import Event, EventKind
from portal.models.invitations import Invitation
from portal.models.seasons import Season
from portal.text import slug as slug_of

bp = Blueprint("calendar", __name__)
bp.add_app_template_global(adding.google_url, "google_calendar_url")
bp.add_app_template_global(adding.outlook_url, "outlook_calendar_url")


@bp.record_once
def _make_shelf(setup: BlueprintSetupState) -> None:
    setup.app.extensions["feeds"] = serving.Shelf()


def _too_often(limit: RequestLimit) -> Response:
    wait = max(1, int(limit.reset_at - time.time()))
    return _plain(429, "Too often. Once an hour is enough.", {"Retry-After": str(wait)})


# By token, not by network: Google and Microsoft fetch for everybody from a few addresses.
_once_a_minute = limiter.limit(
    "60/hour", key_func=lambda: str((request.view_args or {})["token"]), on_breach=_too_often
)


@bp.get("/calendar/public.ics")
def public() -> Response:
    feed = feeds.public(links.absolute("calendar.public"))
    return serving.answer(feed, "oppdrag-oslofjorden.ics", clock.now())


@bp.get("/calendar/kind/<kind>.ics")
def of_kind(kind: str) -> Response:
    if kind not in set(EventKind):
        return _not_found()
    feed = feeds.of_kind(EventKind(kind), links.absolute("calendar.of_kind", kind=kind))
    return serving.answer(feed, f"{kind}.ics", clock.now())


@bp.get("/calendar/county/<code>.ics")
def of_county(code: str) -> Response:
    county = counties.get(code)
    if county is None:
        return _not_found()
    feed = feeds.of_county(county, links.absolute("calendar.of_county", code=code))
    return serving.answer(feed, f"{slug_of(county.name)}.ics", clock.now())


@bp.get("/calendar/season/<slug>.ics")
def of_season(slug: str) -> Response:
    season = db.session.scalar(
        sa.select(Season).where(Season.slug == slug, Season.published_at.is_not(None))
    )
    if season is None:
        return _not_found()
    feed = feeds.of_season(season, links.absolute("calendar.of_season", slug=slug))
    return serving.answer(feed, f"{slug}.ics", clock.now())


@bp.get("/calendar/my/<token>.ics")
@_once_a_minute
def my(token: str) -> Response:
    person = subscriptions.person_of(token)
    if person is None:
        return _not_found()
    return serving.answer(feeds.of_person(person), "min-kalender.ics", clock.now())


@bp.get("/calendar/group/<token>.ics")
@_once_a_minute
def of_group(token: str) -> Response:
    found = subscriptions.member_of(token)
    if found is None:
        return _not_found()
    person, group = found
    return serving.answer(feeds.of_group(group, person), f"{group.slug}.ics", clock.now())


@bp.get("/events/<slug>.ics")
def event_download(slug: str) -> Response:
    viewer = access.viewer()
    event = db.one_or_404(sa.select(Event).where(Event.slug == slug, access.visible_events(viewer)))
    takes_part = viewer is not None and db.session.scalar(
        sa.select(
            sa.exists().where(
                Invitation.event_id == event.id,
                Invitation.person_id == viewer.id,
                Invitation.removed_at.is_(None),
            )
        )
    )
    stored, form = (
        (event.ical_participant, entries.participant)
        if takes_part
        else (event.ical_public, entries.public)
    )
    texts = [stored or entries.text_of(event, form)]
    if event.series_id is not None:
        texts = series_feed.of_occurrence(event, access.visible_events(viewer))
    if not any(texts):
        abort(404)
    response = Response(ical.document(texts), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{event.slug}.ics"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    return make_response(response.make_conditional(request))


@bp.get("/calendar")
def explain() -> str:
    viewer = access.viewer()
    now = clock.now()
    return render_template(
        "calendar/explain.html",
        feeds=subscriptions.open_feeds(dates.today(now)),
        mine=subscriptions.feeds_of(viewer, _("My calendar")) if viewer else [],
    )


@bp.route("/calendar/new-address", methods=["GET", "POST"])
def new_address() -> str | BaseResponse:
    if request.method == "GET":
        return render_template("calendar/new_address.html")
    viewer = access.viewer()
    if viewer is None:
        abort(403)
    viewer.feed_generation += 1
    audit.record("feeds.renewed", viewer, actor=viewer, now=clock.now())
    db.session.commit()
    flash(_("Your calendars have new addresses. The old ones no longer work."), "success")
    return redirect(url_for("calendar.explain", _anchor="mine"))


def _not_found() -> Response:
    # Plain, for a program reads it; a page would bring a cookie along.
    return _plain(404, "There is no such calendar.")


def _plain(status: int, text: str, headers: dict[str, str] | None = None) -> Response:
    return Response(text + "\n", status, headers, content_type="text/plain; charset=utf-8")
