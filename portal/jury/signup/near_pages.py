"""Which schools suit me: a page for whoever thinks of volunteering, without an account.

Nothing is kept: the answers stand in the page's address, which may be shared, and reading it
changes nothing.
"""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from portal import access, clock, staffing
from portal.geography import credits
from portal.jury.points import Point
from portal.jury.signup import near, near_words, nearness, queries, words
from portal.jury.signup.near import Employment, SuitedCamp
from portal.jury.signup.near_forms import NearForm, is_given
from portal.jury.signup.offers import Offer
from portal.jury.signup.suitability import Change
from portal.models.accounts import Person
from portal.models.seasons import Camp

bp = Blueprint("near", __name__)

Page = str | tuple[str, int]


@bp.get("/seasons/<slug>/near")
def show(slug: str) -> Page:
    now = clock.now()
    season = queries.season_or_404(slug)
    camps = queries.open_camps(season, now)
    if not camps or season.archived_at:
        return render_template("jury/near/none.html", season=season)
    asked = is_given(request.args)
    given = request.args if asked else MultiDict[str, str]()
    form = NearForm(season, camps, given, **_known_of(access.viewer()))
    fine = asked and form.validate()
    page = render_template(
        "jury/near/_found.html" if "HX-Request" in request.headers else "jury/near/show.html",
        season=season,
        form=form,
        asked=asked,
        found=seen(form.offer(camps), camps) if fine else None,
        begin=url_for("jury.begin", slug=slug, **form.arguments()) if fine else "",
        change_url=_changer(slug, form),
        is_open=season.accepts_signups(now),
    )
    return page if fine or not asked else (page, 422)


@bp.after_request
def vary_by_fragment(response: Response) -> Response:
    response.vary.add("HX-Request")
    return response


def seen(
    offer: Offer, camps: Sequence[Camp], employment: Employment | None = None
) -> dict[str, Any]:
    """What ``jury/near/_camps.html`` shows to whoever makes, or would make, ``offer``."""
    needs = staffing.seats_needed([camp.event for camp in camps])
    rows = near.seen_by(offer, camps, needs, employment)
    drawn = near.map_of(camps)
    start = nearness.start_of(offer.postcode, offer.municipality_code)
    return {
        "rows": rows,
        "fits": near.by_fit(rows),
        "map": drawn,
        "points": [point for row in rows if (point := _point(row))],
        "here": near.on_map(drawn, start),
        "place": words.place_of(offer),
        "words": near_words,
        "credits": credits.TRAVEL,
    }


def _point(row: SuitedCamp) -> Point | None:
    place = nearness.place_of(row.camp)
    if place is None:
        return None
    url = url_for("events.show", slug=row.camp.event.slug)
    return Point(row.camp.name, place.lat, place.lon, row.taken, row.camp.target, url)


def _changer(slug: str, form: NearForm) -> Callable[[SuitedCamp], str]:
    """Where the page stands with the one answer changed that would bring a camp in."""

    def url(row: SuitedCamp) -> str:
        changes = _changed(row, form)
        here = f"camp-{row.camp.id}"
        return url_for(".show", slug=slug, **form.arguments(**changes), _anchor=here)

    return url


def _changed(row: SuitedCamp, form: NearForm) -> dict[str, Any]:
    match row.judged.change:
        case Change.DAY:
            return {"day": [*form.day.data, row.near.day.isoformat()]}
        case Change.FERRY:
            return {"ferry": "yes"}
        case Change.DISTANCE:
            return {"longest": near_words.farther(row)}
        case Change.COUNTY:
            return {"county": [*form.county.data, row.camp.event.county_code]}
    return {}


def _known_of(person: Person | None) -> dict[str, str]:
    """What somebody signed in need not write again."""
    if person is None:
        return {}
    return {
        "postcode": person.postcode or "",
        "municipality": "" if person.postcode else person.municipality_code or "",
    }
