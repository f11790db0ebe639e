"""Several asked at once in the season to come: one seat is given, another is still asked for."""

from datetime import datetime, timedelta

from portal.demo.people import Cast
from portal.demo.season import ComingSeason
from portal.jury.asks import asking, open_seats, rounds
from portal.jury.asks.open_seats import OpenPanel
from portal.models.jury import AskRound

_PEOPLE = 4


def fill(coming: ComingSeason, cast: Cast, now: datetime) -> None:
    """Ask for the open seats of two camps: at one somebody has said yes, at the other only no."""
    given = _opened(coming, cast, now)
    asked = _opened(coming, cast, now + timedelta(minutes=1))
    if given is not None:
        asking.accept(given.assignments[0], now=now + timedelta(minutes=2))
    if asked is not None:
        no = asked.assignments[0]
        asking.decline(no, now=now + timedelta(minutes=3), comment="Jeg er på ferie den uka.")


def _opened(coming: ComingSeason, cast: Cast, now: datetime) -> AskRound | None:
    """A round for the open seat that most could take, as an organiser would open it."""
    camps = open_seats.juries(coming.season, now).camps
    panels = [panel for camp in camps for panel in camp.open_panels if panel.free == 1]
    found = max(panels, key=_choice, default=None)
    if found is None:
        return None
    signups = [each.signup for each in found.candidates[:_PEOPLE]]
    return rounds.ask_several(found.panel, signups, by=cast.kari, now=now) if signups else None


def _choice(panel: OpenPanel) -> tuple[int, int]:
    return min(len(panel.candidates), _PEOPLE), -panel.panel.id
