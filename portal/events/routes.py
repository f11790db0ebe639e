"""The programme and one event, for everybody."""

from flask import Blueprint, render_template, request

from portal import access, clock, dates, directory, programme, staffing, words
from portal.calendar import searches
from portal.events import queries
from portal.invitations import history

bp = Blueprint("events", __name__)


@bp.get("/events")
def index() -> str:
    now = clock.now()
    filters = programme.read(request.args)
    found = queries.programme(access.viewer(), filters, now)
    fragment = "HX-Request" in request.headers
    return render_template(
        "events/_list.html" if fragment else "events/index.html",
        found=found,
        filters=filters,
        args=programme.arguments(filters),
        feed=searches.subscription(filters) if filters.is_set else None,
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
        # A guest sees the event, and no page of the group.
        meeting_group=access.door_to(viewer, event.meeting) if event.meeting else None,
    )
