"""The feeds, the download of one event, and the page that explains how to subscribe.

A feed's answer carries no cookie and looks at none; who may read it, its address tells.
"""

import time
from collections.abc import Callable
from typing import cast

import sqlalchemy as sa
from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from flask_limiter import RequestLimit
from werkzeug.wrappers import Response as BaseResponse

from portal import access, audit, clock, dates, links, programme
from portal.calendar import adding, downloads, feeds, searches, serving, subscriptions
from portal.calendar.counter import Counter
from portal.calendar.serving import Found
from portal.db import db
from portal.extensions import limiter
from portal.geography import counties
from portal.models.events import EventKind
from portal.models.seasons import Season
from portal.text import slug as slug_of

bp = Blueprint("calendar", __name__)
bp.add_app_template_global(adding.google_url, "google_calendar_url")
bp.add_app_template_global(adding.outlook_url, "outlook_calendar_url")


@bp.record_once
def _set_up(setup: BlueprintSetupState) -> None:
    setup.app.extensions["feeds"] = serving.Shelf()
    setup.app.extensions["calendar_counter"] = Counter(cast(Flask, setup.app))


def _too_often(limit: RequestLimit) -> Response:
    wait = max(1, int(limit.reset_at - time.time()))
    return _plain(429, "Too often. Once an hour is enough.", {"Retry-After": str(wait)})


def _asked_by() -> str:
    # A token is read in small letters; in others it is the same one.
    return str((request.view_args or {})["token"]).lower()


# By token, not by network: Google and Microsoft fetch for everybody from a few addresses.
_once_a_minute = limiter.limit("60/hour", key_func=_asked_by, on_breach=_too_often)


@bp.get("/calendar/public.ics")
def public() -> Response:
    return _open_feed("oppdrag-oslofjorden.ics", lambda: feeds.public(_own_address()))


@bp.get("/calendar/search.ics")
def search() -> Response:
    filters = programme.canonical(programme.read(request.args))
    if not searches.is_possible(filters):
        return _not_found()
    asked = searches.query(filters)
    if not asked:
        # A search for nothing finds all there is, which has an address already.
        return _open_feed(
            "oppdrag-oslofjorden.ics",
            lambda: feeds.public(links.absolute("calendar.public")),
            url_for("calendar.public"),
        )
    return _open_feed(
        "oppdrag-oslofjorden-utvalg.ics",
        lambda: feeds.of_search(filters, searches.url(filters)),
        f"{request.path}?{asked}",
    )


@bp.get("/calendar/kind/<kind>.ics")
def of_kind(kind: str) -> Response:
    if kind not in set(EventKind):
        return _not_found()
    return _open_feed(f"{kind}.ics", lambda: feeds.of_kind(EventKind(kind), _own_address()))


@bp.get("/calendar/county/<code>.ics")
def of_county(code: str) -> Response:
    county = counties.get(code)
    if county is None:
        return _not_found()
    return _open_feed(
        f"{slug_of(county.name)}.ics", lambda: feeds.of_county(county, _own_address())
    )


@bp.get("/calendar/season/<slug>.ics")
def of_season(slug: str) -> Response:
    def make() -> feeds.Feed | None:
        season = db.session.scalar(
            sa.select(Season).where(Season.slug == slug, Season.published_at.is_not(None))
        )
        return feeds.of_season(season, _own_address()) if season else None

    return _open_feed(f"{slug}.ics", make)


@bp.get("/calendar/my/<token>.ics")
@_once_a_minute
def my(token: str) -> Response:
    def find() -> Found | None:
        person = subscriptions.person_of(token)
        if person is None:
            return None
        return Found(f"my/{person.id}", "min-kalender.ics", lambda: feeds.of_person(person))

    return serving.secret_feed(find, clock.now()) or _not_found()


@bp.get("/calendar/group/<token>.ics")
@_once_a_minute
def of_group(token: str) -> Response:
    def find() -> Found | None:
        found = subscriptions.member_of(token)
        if found is None:
            return None
        person, group = found
        key = f"group/{group.id}/{person.id}"
        return Found(key, f"{group.slug}.ics", lambda: feeds.of_group(group, person))

    return serving.secret_feed(find, clock.now()) or _not_found()


@bp.get("/events/<slug>.ics")
def event_download(slug: str) -> BaseResponse:
    viewer = access.viewer()
    found = downloads.of_event(slug, viewer)
    if found is None:
        return _not_found()
    response = Response(found, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}.ics"'
    response.headers["Cache-Control"] = "private, no-cache"
    # What stands in it depends on who is signed in.
    response.vary.add("Cookie")
    response.add_etag()
    return response.make_conditional(request)


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


def _open_feed(
    filename: str, make: Callable[[], feeds.Feed | None], key: str | None = None
) -> Response:
    """The answer for the open feed that is kept under ``key``, by default the path asked for."""
    return serving.open_feed(key or request.path, filename, make, clock.now()) or _not_found()


def _own_address() -> str:
    return links.absolute(str(request.endpoint), **(request.view_args or {}))


def _not_found() -> Response:
    # Plain, for a program reads it; a page would bring a cookie along.
    return _plain(404, "There is no such calendar.")


def _plain(status: int, text: str, headers: dict[str, str] | None = None) -> Response:
    return Response(text + "\n", status, headers, content_type="text/plain; charset=utf-8")
