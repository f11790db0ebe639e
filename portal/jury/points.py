"""Schools as points on the maps of plans and of what suits somebody."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Point:
    """A school on a map, with the seats filled and wanted there."""

    name: str
    lat: float
    lon: float
    got: int
    need: int
    url: str
