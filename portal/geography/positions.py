"""A point on the map, the municipality it lies in, and the straight line between two."""

import math
from dataclasses import dataclass

EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Position:
    """Where somebody or something is: a point (WGS 84, degrees) and a municipality code.

    The code may be of any generation; the point need not lie inside the municipality.
    """

    municipality_code: str
    lat: float
    lon: float


def straight_km(a: Position, b: Position) -> float:
    """Kilometres as the crow flies."""
    lat_a, lon_a, lat_b, lon_b = map(math.radians, (a.lat, a.lon, b.lat, b.lon))
    squared = math.sin((lat_b - lat_a) / 2) ** 2
    squared += math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(squared))
