"""In which order people are asked for an open seat. Pure."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from portal.geography.travel import Band
from portal.jury.matching.repair import Reserve

# Asked beyond the open seats, where the organiser has not said how many: some say no.
SPARE = 2
_BANDS = {str(band): number for number, band in enumerate(Band)}
# A jury that meets online asks nobody to travel; of an unknown way nobody knows better.
_NO_TRAVEL, _UNKNOWN = -1, len(_BANDS)
_REMOTE = "remote"
_NEVER = datetime.min.replace(tzinfo=UTC)


def in_turn(reserves: Iterable[Reserve], last_asked: Mapping[str, datetime]) -> list[Reserve]:
    """Those who could take a seat, in the order in which they are asked for it.

    The shorter way comes first, in bands and not by the km: that no neighbour is asked time and
    again. In a band whoever was never asked, then whoever was asked longest ago (``last_asked``,
    by the volunteer's id); then what the matching finds cheapest.
    """

    def turn(reserve: Reserve) -> tuple[int, datetime, int, int, str]:
        name = reserve.volunteer
        return (
            _NO_TRAVEL if reserve.band == _REMOTE else _BANDS.get(reserve.band, _UNKNOWN),
            last_asked.get(name, _NEVER),
            reserve.cost,
            # Numbers written as text, in the order of the numbers.
            len(name),
            name,
        )

    return sorted(reserves, key=turn)


def how_many(seats: int, suitable: int, wanted: int | None = None) -> int:
    """How many to ask for ``seats`` open seats: as ``wanted``, else some more than seats.

    At least one, and never more than are ``suitable``.
    """
    number = seats + SPARE if wanted is None else wanted
    return min(max(number, 1), suitable)
