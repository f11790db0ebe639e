"""Make the data files beside this script from the raw ones: python make.py SOURCE_DIR

A build tool, never run by the portal. It needs shapely 2.1 or newer, for the map alone. The raw
files, their sources and licences are told of in docs/data.md. What is kept by hand lies here
already and is left alone: break_weeks.csv, more_breaks.csv and region_names.csv.
"""

import csv
import heapq
import json
import math
import sys
from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import shapely  # type: ignore[import-untyped]

HERE = Path(__file__).parent
Row = dict[str, str]
Points = dict[str, tuple[float, float]]
Area = Any  # shapely is not typed

EARTH_KM = 6371.0
DRIVABLE = {"land", "bridge", "fixed"}
USAGES = {
    "Gate-/veg-adresse": "street",
    "Postboksar": "po_box",
    "Gateadresser og postboksar": "street_and_po_box",
    "Servicepostnummer": "service",
    "Historisk": "historic",
    "Usikker": "uncertain",
    "": "unknown",
}
MAP_WIDTH = 480
MAP_TOLERANCE = 1.2
SMALLEST_ISLAND = 5.0
MERGED_IN_2020 = {"30": ("Viken", "31 32 33"), "38": ("Vestfold og Telemark", "39 40")}


def main(source: Path) -> None:
    """Write every file made from ``source``, the folder of raw files."""
    municipalities = read(source / "municipalities.csv")
    back = codes_before_2024(source)
    make_counties(source)
    make_municipalities(municipalities)
    make_changes(source)
    make_postcodes(source, back)
    make_neighbours(source)
    make_travel(source, points(municipalities))
    make_schools(source)
    make_organisations(source, municipalities)
    make_breaks(source)
    make_map(source)


def read(path: Path) -> list[Row]:
    """The rows of a CSV file with a header line."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def pick(row: Row, columns: str) -> list[str]:
    """The values of some columns, named in one string."""
    return [row[column] for column in columns.split()]


def write(name: str, header: str, rows: Iterable[Iterable[object]]) -> None:
    """A CSV file beside this script."""
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header.split())
        out.writerows(rows)


def write_json(name: str, content: Any) -> None:
    """A JSON file beside this script, without spaces."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    (HERE / name).write_text(text + "\n", encoding="utf-8")


def norwegian(text: str) -> list[int]:
    """A key that sorts æ, ø and å last."""
    return ["abcdefghijklmnopqrstuvwxyzæøå".find(c) for c in text.casefold()]


def codes_before_2024(source: Path) -> dict[str, str]:
    """The code of 2020-2023 for each code of 2024 that was new."""
    rows = read(source / "municipality_changes.csv")
    return {r["new_code"]: r["old_code"] for r in rows if r["change_date"] == "2024-01-01"}


def make_counties(source: Path) -> None:
    rows = read(source / "counties.csv")
    columns = "code name official_name valid_from valid_to successor_codes in_jury_area"
    header = "code name official_name valid_from valid_to successors jury_area"
    write("counties.csv", header, (pick(r, columns) for r in rows))


def make_municipalities(rows: list[Row]) -> None:
    """Points only where the code is in force; older codes lead to one that is."""
    header = "code name official_name valid_from valid_to lat lon position_source centre language"
    assert all(r["county_code"] == r["code"][:2] for r in rows)
    write("municipalities.csv", header, map(municipality, rows))


def municipality(r: Row) -> list[str]:
    official = "" if r["official_name"] == r["name"] else r["official_name"]
    now = r["valid_to"] == ""
    point = [r["latitude"], r["longitude"], r["position_source"]] if now else ["", "", ""]
    names = [r["code"], r["name"], official, r["valid_from"], r["valid_to"]]
    return [*names, *point, r["admin_centre"], r["language"]]


def make_changes(source: Path) -> None:
    """Changes of code; a mere change of name keeps it and is left out."""
    rows = [r for r in read(source / "municipality_changes.csv") if r["old_code"] != r["new_code"]]
    columns = "change_date old_code old_name new_code area_share"
    write("municipality_changes.csv", columns, (pick(r, columns) for r in rows))


def make_postcodes(source: Path, back: dict[str, str]) -> None:
    rows = read(source / "postcodes.csv")
    for r in rows:
        code = r["municipality_code"]
        assert r["municipality_code_2020"] == back.get(code, code), r
        r["usage"] = USAGES[r["usage"]]
    columns = "postcode place municipality_code latitude longitude usage position_source"
    header = "postcode place municipality lat lon usage position_source"
    write("postcodes.csv", header, (pick(r, columns) for r in rows))


def make_neighbours(source: Path) -> None:
    columns = "a_code b_code kind shared_border_km note"
    rows = read(source / "municipality_adjacency.csv")
    write("neighbours.csv", "a b kind border_km note", (pick(r, columns) for r in rows))


def points(rows: list[Row]) -> Points:
    """Latitude and longitude of each municipality that has a point."""
    placed = (r for r in rows if r["latitude"])
    return {r["code"]: (float(r["latitude"]), float(r["longitude"])) for r in placed}


def make_travel(source: Path, at: Points) -> None:
    """Kilometres between the municipalities of the region, in units of 0.1 km.

    ``land`` goes over land and bridges. ``tunnel`` and ``ferry`` list only the pairs that the
    Oslofjord tunnel, or a car ferry besides, makes shorter: pair number to kilometres.
    """
    neighbours = read(source / "municipality_adjacency.csv")
    given = {(r["a_code"], r["b_code"]): r for r in read(source / "municipality_distances.csv")}
    codes = sorted({code for pair in given for code in pair})
    by_tunnel = shortest_ways(neighbours, DRIVABLE | {"tunnel"}, at, codes)
    land, tunnel, ferry = [], {}, {}
    for number, pair in enumerate(combinations(codes, 2)):
        row = given[pair]
        land.append(tenths(row["land_km"]))
        if tenths(by_tunnel[pair]) < land[-1]:
            tunnel[number] = tenths(by_tunnel[pair])
        if "ferry" in row["crossing"]:
            ferry[number] = [tenths(row["crossing_km"]), row["crossing"]]
    write_json("travel.json", {"codes": codes, "land": land, "tunnel": tunnel, "ferry": ferry})


def tenths(km: str | float) -> int:
    return round(float(km) * 10)


def shortest_ways(
    neighbours: list[Row], kinds: set[str], at: Points, codes: list[str]
) -> dict[tuple[str, str], float]:
    """The shortest chain of municipality points over neighbours of these kinds, in km."""
    steps: dict[str, dict[str, float]] = defaultdict(dict)
    for row in neighbours:
        if row["kind"] in kinds:
            a, b = row["a_code"], row["b_code"]
            steps[a][b] = steps[b][a] = haversine(at[a], at[b])
    return {(a, b): km for a in codes for b, km in ways_from(a, steps).items()}


def ways_from(start: str, steps: dict[str, dict[str, float]]) -> dict[str, float]:
    """Dijkstra's algorithm."""
    best, queue = {start: 0.0}, [(0.0, start)]
    while queue:
        km, here = heapq.heappop(queue)
        for there, step in steps[here].items():
            if km + step < best.get(there, math.inf):
                best[there] = km + step
                heapq.heappush(queue, (best[there], there))
    return best


def haversine(a: tuple[float, float], b: tuple[float, float]) -> float:
    (lat_a, lon_a), (lat_b, lon_b) = (tuple(map(math.radians, p)) for p in (a, b))
    squared = math.sin((lat_b - lat_a) / 2) ** 2
    squared += math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(squared))


def make_schools(source: Path) -> None:
    """Upper secondary schools, by county and name."""
    rows = read(source / "schools.csv")
    rows.sort(key=lambda r: (r["county_code"], norwegian(r["name"])))
    columns = (
        "orgnr name name_2022 type ownership municipality_code municipality_code_2023 "
        "address postcode place latitude longitude position_source website "
        "in_register_2022 in_register_2026 note"
    )
    header = (
        "orgnr name name_2022 type ownership municipality municipality_2023 address "
        "postcode place lat lon position_source website in_2022 in_2026 note"
    )
    write("schools.csv", header, (pick(r, columns) for r in rows))


def make_organisations(source: Path, municipalities: list[Row]) -> None:
    """Regional councils, then every municipality and county council of the region."""
    councils = read(source / "delregioner.csv")
    councils.sort(key=lambda r: norwegian(r["name"]))
    given = {r["code"]: r for r in read(source / "osloregionen_members.csv")}
    named = names_of_bodies(read(source / "counties.csv"), municipalities)
    others = sorted(named, key=lambda code: (len(code), norwegian(named[code]), code))
    write(
        "organisations.csv",
        "kind key name also_called codes status confidence councils evidence",
        [council(r) for r in councils if r["id"] != "oslo"]
        + [member(code, named[code], given.get(code, {})) for code in others],
    )


def names_of_bodies(counties: list[Row], municipalities: list[Row]) -> dict[str, str]:
    """Code to name of the municipalities (2024) and county councils of the jury area."""
    area = {r["code"]: r["name"] for r in counties if r["in_jury_area"]}
    # Oslo is both; there is no county council beside the municipality.
    named = {code: f"{name} fylkeskommune" for code, name in area.items() if code != "03"}
    for r in municipalities:
        if r["county_code"] in area and not r["valid_to"]:
            name, bracket, county = r["official_name"].partition(" (")
            named[r["code"]] = f"{name if bracket else r['name']} kommune{bracket}{county}"
    return named


def council(r: Row) -> list[str]:
    name, also = r["name"], r["also_called"]
    if r["id"] == "vestfold":
        name, also = "Vestfoldkommuner", ""
    codes = " ".join(sorted(r["municipality_codes"].split()))
    row = ["regional_council", r["id"], name, also, codes, "not_seen"]
    return [*row, r["confidence"], "", r["source"]]


def member(code: str, name: str, given: Row) -> list[str]:
    kind = "county_council" if len(code) == 2 else "municipality"
    status = given.get("status", "not seen").replace(" ", "_")
    councils, evidence = given.get("delregion_ids", ""), given.get("evidence", "")
    return [kind, code, name, "", code, status, "", councils, evidence]


def make_breaks(source: Path) -> None:
    """The raw rows, but a published row kept by hand takes the place of a guessed one."""
    by_hand = [list(r.values()) for r in read(HERE / "more_breaks.csv")]
    taken = {tuple(row[:3]) for row in by_hand}
    raw = [school_break(r) for r in read(source / "school_breaks.csv")]
    rows = [row for row in raw if tuple(row[:3]) not in taken] + by_hand
    rows.sort(key=lambda row: (row[3], row[0]))
    write("school_breaks.csv", "county kind school_year first_day last_day basis source", rows)


def school_break(r: Row) -> list[str]:
    basis = "published" if "published for that year" in r["basis"] else "pattern"
    days = [r["school_year"], r["first_day"], r["last_day"]]
    return [r["county_code"], r["kind"], *days, basis, r["source"]]


def make_map(source: Path) -> None:
    """County areas as SVG paths for both divisions, with borders shared to the last digit."""
    features = json.loads((source / "counties_2024.geojson").read_text("utf-8"))["features"]
    areas = [shapely.geometry.shape(f["geometry"]) for f in features]
    west, south, east, north = shapely.total_bounds(areas)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = MAP_WIDTH / ((east - west) * squeeze)

    def project(lon_lat: Any) -> Any:
        return (lon_lat - [west, north]) * [squeeze * scale, -scale]

    drawn = [shapely.transform(area, project) for area in areas]
    drawn = [without_islets(area) for area in shapely.coverage_simplify(drawn, MAP_TOLERANCE)]
    names = {f["properties"]["code"]: f["properties"]["name"] for f in features}
    new = {code: (names[code], area) for code, area in zip(names, drawn, strict=True)}
    frame = {"west": west, "north": north, "squeeze": round(squeeze, 6), "scale": round(scale, 6)}
    size = {"width": MAP_WIDTH, "height": math.ceil((north - south) * scale)}
    divisions = {"2020": shapes(before_2024(new)), "2024": shapes(new)}
    write_json("map.json", size | frame | divisions)


def without_islets(area: Area) -> Area:
    """Leave out what would be a mere splinter on the map."""
    parts = shapely.get_parts(area)
    return shapely.multipolygons(parts[shapely.area(parts) >= SMALLEST_ISLAND])


def before_2024(new: dict[str, tuple[str, Area]]) -> dict[str, tuple[str, Area]]:
    """The counties of 2020-2023, joined from those that followed; their outer borders stood."""
    gone = {code for _, codes in MERGED_IN_2020.values() for code in codes.split()}
    old = {code: county for code, county in new.items() if code not in gone}
    for code, (name, parts) in MERGED_IN_2020.items():
        old[code] = name, shapely.union_all([new[part][1] for part in parts.split()])
    return dict(sorted(old.items()))


def shapes(counties: dict[str, tuple[str, Area]]) -> list[dict[str, Any]]:
    return [shape(code, name, area) for code, (name, area) in counties.items()]


def shape(code: str, name: str, area: Area) -> dict[str, Any]:
    # The middle of the widest circle lies well inside, also in a county bent round a fjord.
    label = shapely.get_point(shapely.maximum_inscribed_circle(area), 0)
    x, y = round(label.x, 1), round(label.y, 1)
    return {"code": code, "name": name, "x": x, "y": y, "path": path(area)}


def path(area: Area) -> str:
    """SVG path data, absolute start and relative steps, in tenths of a unit."""
    rings = [r for part in shapely.get_parts(area) for r in (part.exterior, *part.interiors)]
    return "".join(map(ring_path, rings))


def ring_path(ring: Area) -> str:
    corners = [(tenths(x), tenths(y)) for x, y in ring.coords[:-1]]
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(corners)]
    moves = [f"{number(x)} {number(y)}" for x, y in steps if (x, y) != (0, 0)]
    start = f"M{number(corners[0][0])} {number(corners[0][1])}"
    return (start + "l" + " ".join(moves)).replace(" -", "-") + "z"


def number(value: int) -> str:
    """Tenths as short as SVG reads them: 5 is .5, -20 is -2."""
    text = f"{value / 10:.1f}".removesuffix(".0")
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text


if __name__ == "__main__":
    main(Path(sys.argv[1]))
