"""Counties with the time they were in force: 2018-2019, 2020-2023 and from 2024."""

from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from portal.geography import _files


@dataclass(frozen=True, slots=True)
class County:
    """A county as long as its code was in force.

    ``valid_from`` is the first day (None: before 2018), ``valid_to`` the first day no longer in
    force (None: still is). ``successors`` are the codes that took over most of it; where single
    municipalities went elsewhere, only the municipalities tell.
    """

    code: str
    name: str
    official_name: str
    valid_from: date | None
    valid_to: date | None
    successors: tuple[str, ...]
    in_jury_area: bool

    def is_valid(self, on: date) -> bool:
        """Whether the county was in force that day."""
        started = self.valid_from is None or self.valid_from <= on
        return started and (self.valid_to is None or on < self.valid_to)


@cache
def all() -> tuple[County, ...]:
    """Every county since 2018, by code."""
    given = [_county(row) for row in _files.rows("counties.csv")]
    return tuple(sorted(given, key=lambda county: county.code))


@lru_cache(maxsize=64)
def on(day: date) -> tuple[County, ...]:
    """The counties in force that day, by code."""
    return tuple(county for county in all() if county.is_valid(day))


def get(code: str) -> County | None:
    """The county with that code, in force or not; None when there never was one since 2018."""
    return _by_code().get(code)


def jury_area(day: date) -> tuple[County, ...]:
    """The counties that day whose schools the camps concern."""
    return tuple(county for county in on(day) if _in_jury_area(county))


def related(code: str, other: str) -> bool:
    """Whether the two are one county, or one took over from the other."""
    return code == other or other in _later(code) or code in _later(other)


def adjacent(code: str, other: str) -> bool:
    """Whether two different counties share a border on land, or a bridge.

    Known for the jury area in the divisions of 2020 and 2024; elsewhere False.
    """
    return frozenset((code, other)) in _adjacent_pairs()


def search(text: str, day: date) -> tuple[County, ...]:
    """Counties in force that day by name or part of it, also by names no longer official.

    Knows earlier counties (Hedmark, Viken) and districts (Follo, Grenland), and does not mind how
    æ, ø and å are spelt. An exact name comes before a part of one.
    """
    key = _files.place_key(text)
    if not key:
        return ()
    exact = [codes for name, codes in _names().items() if name == key]
    starts = [codes for name, codes in _names().items() if name.startswith(key)]
    return tuple(dict.fromkeys(c for codes in exact + starts for c in _on_that_day(codes, day)))


@cache
def region_names() -> dict[str, tuple[str, ...]]:
    """Districts people name in daily speech, and the municipality codes (2024) they cover."""
    given = _files.rows("region_names.csv")
    return {row["name"]: tuple(row["municipalities"].split()) for row in given}


def _county(row: dict[str, str]) -> County:
    return County(
        code=row["code"],
        name=row["name"],
        official_name=row["official_name"],
        valid_from=_files.day(row["valid_from"]),
        valid_to=_files.day(row["valid_to"]),
        successors=tuple(row["successors"].split()),
        in_jury_area=row["jury_area"] == "yes",
    )


@cache
def _by_code() -> dict[str, County]:
    return {county.code: county for county in all()}


@lru_cache(maxsize=64)
def _later(code: str) -> frozenset[str]:
    """All the codes that followed, down to the newest."""
    county = get(code)
    direct = county.successors if county else ()
    return frozenset(direct).union(*(_later(successor) for successor in direct))


def _in_jury_area(county: County) -> bool:
    later = (get(code) for code in _later(county.code))
    return county.in_jury_area or any(c.in_jury_area for c in later if c)


def _on_that_day(codes: tuple[str, ...], day: date) -> tuple[County, ...]:
    """Those of the codes in force that day; if none is, what they became or came from."""
    same = tuple(county for county in on(day) if county.code in codes)
    return same or tuple(c for c in on(day) if any(related(c.code, code) for code in codes))


@cache
def _names() -> dict[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = {}
    for county in all():
        for name in (county.name, county.official_name):
            key = _files.place_key(name)
            names[key] = tuple(dict.fromkeys((*names.get(key, ()), county.code)))
    for name, municipalities in region_names().items():
        found = tuple(sorted({code[:2] for code in municipalities}))
        names.setdefault(_files.place_key(name), found)
    return names


@cache
def _adjacent_pairs() -> frozenset[frozenset[str]]:
    """Pairs of codes: of 2024, and of those they came from in 2020."""
    pairs = set()
    for row in _files.rows("neighbours.csv"):
        if row["kind"] in ("land", "bridge", "fixed"):
            pairs |= _generations(row["a"][:2], row["b"][:2])
    return frozenset(pair for pair in pairs if len(pair) == 2)


def _generations(a: str, b: str) -> set[frozenset[str]]:
    """The pair itself, and the pair that counted before 2024."""
    return {frozenset((a, b)), frozenset((_before_2024(a), _before_2024(b)))}


def _before_2024(code: str) -> str:
    return next((c.code for c in all() if c.valid_from and code in c.successors), code)
