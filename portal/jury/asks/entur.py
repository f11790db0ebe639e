"""A plain link to the planner of public transport; nothing of it is loaded into our pages."""

from urllib.parse import urlencode

from portal.models.events import Event
from portal.models.places import School
from portal.models.seasons import Camp

_ENTUR = "https://entur.no/reiseresultater"


def journey_url(camp: Camp) -> str:
    """Entur's planner with the camp as destination, to be there when it begins."""
    place: School | Event = camp.school or camp.event
    if place.latitude is None or place.longitude is None:
        return "https://entur.no/"
    wanted = {
        "tripMode": "oneway",
        "timepickerMode": "arriveBy",
        "date": int(camp.event.starts_at.timestamp() * 1000),
        "stopName": camp.event.place,
        "stopLat": place.latitude,
        "stopLon": place.longitude,
    }
    return f"{_ENTUR}?{urlencode(wanted)}"
