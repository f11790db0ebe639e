"""The programme and one event, for everybody."""

from datetime import date

from flask import Blueprint, render_template, request

from portal import access, clock, dates, directory, staffing, words
from portal.events import queries
from portal.events.queries import Filters
from portal.fields import read_day, read_number
from portal.invitations import history
from portal.models.events import EventKind

bp = Blueprint("events", __name__)


@bp.get("/events")
def index() -> str:
    now = clock.now()
    filters = _filters()
    found = queries.programme(access.viewer(), filters, now)
    fragment = "HX-Request" in request.headers
    return render_template(
        "events/_list.html" if fragment else "events/index.html",
        found=found,
        filters=filters,
        args=_args(filters),
        counties=directory.county_choices(dates.today(now)),
        kinds=words.KINDS,
        yesterday=dates.yesterday(now),
    )


@bp.after_request
def vary_by_fragment(response):  # type: ignore[no-untyped-def]
    response.vary.add("HX-Request")
    return response


@bp.get("/events/<slug>")
def show(slug: str) -> str:
    viewer = access.viewer()
    event = queries.shown_event(viewer, slug)
    return render_template(
        "events/show.html",
        event=event,
        kinds=words.KINDS,
        colours=words.KIND_COLOURS,
        changes=history.told_changes(event),
        missing=staffing.seats_needed([event]).get(event.id, 0),
        organises=viewer is not None and viewer.is_organiser,
        link_kinds=words.LINK_KINDS,
    )


def _filters() -> Filters:
    """The filters in the address; what cannot be read is as good as not there."""
    args = request.args
    kinds = tuple(EventKind(k) for k in args.getlist("kind") if k in set(EventKind))
    return Filters(
        q=args.get("q", "").strip()[:100],
        kinds=kinds,
        county=args.get("county", "")[:2],
        first=_day(args.get("from", "")),
        last=_day(args.get("to", "")),
        page=read_number(args.get("page"), 1),
    )


def _day(text: str) -> date | None:
    try:
        return read_day(text.strip()) if text.strip() else None
    except ValueError:
        return None


def _args(filters: Filters) -> dict[str, object]:
    """The filters as the address has them, for links to other pages of the same list."""
    args = {
        "q": filters.q,
        "kind": [str(kind) for kind in filters.kinds],
        "county": filters.county,
        "from": filters.first.isoformat() if filters.first else "",
        "to": filters.last.isoformat() if filters.last else "",
    }
    return {name: value for name, value in args.items() if value}
