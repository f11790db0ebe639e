from datetime import UTC, date, datetime, timedelta
from typing import Any

from portal.geography.travel import Band
from portal.jury.signup.nearness import Reach, by_day, nearest_first, start_of
from portal.models.events import Event
from portal.models.places import School
from portal.models.seasons import Camp

MOSS = start_of("1530", "3103")
AT_MOSS = {"municipality_code": "3103", "latitude": 59.43, "longitude": 10.66}
AT_HORTEN = {"municipality_code": "3901", "latitude": 59.41, "longitude": 10.48}


def test_the_ferry_brings_the_other_side_near():
    horten = camp(1, "39", **AT_HORTEN)

    (with_ferry,) = nearest_first([horten], Reach(MOSS, takes_ferry=True))
    (without,) = nearest_first([horten], Reach(MOSS, takes_ferry=False))

    assert (with_ferry.band, with_ferry.about_km, with_ferry.over_water) == (Band.NEAR, 10, True)
    assert (without.band, without.about_km, without.over_water) == (Band.FAR, 105, True)


def test_a_camp_is_in_reach_by_county_and_by_distance():
    camps = [camp(1, "31", **AT_MOSS), camp(2, "39", **AT_HORTEN)]

    def reached(**reach: Any) -> list[int]:
        return [row.camp.id for row in nearest_first(camps, Reach(MOSS, **reach)) if row.in_reach]

    assert reached() == [1, 2]
    assert reached(counties=("39",)) == [2]
    assert reached(longest_km=25) == [1, 2]
    assert reached(longest_km=25, takes_ferry=False) == [1]


def test_an_older_county_holds_what_came_of_it():
    in_viken = camp(1, "30", **AT_MOSS)

    (row,) = nearest_first([in_viken], Reach(MOSS, counties=("31",)))

    assert row.in_reach


def test_a_camp_without_a_place_is_last_and_never_out_of_reach():
    final = Camp(id=3, event=event("03", day=2))
    camps = [final, camp(1, "31", **AT_MOSS)]

    rows = nearest_first(camps, Reach(MOSS, longest_km=25))

    assert [(row.camp.id, row.about_km, row.in_reach) for row in rows] == [
        (1, 5, True),
        (3, None, True),
    ]
    assert [day for day, _rows in by_day(rows)] == [date(2026, 10, 20), date(2026, 10, 22)]


def test_one_sets_out_from_the_municipality_when_there_is_no_postcode():
    by_postcode, by_name = start_of("1530", "3103"), start_of("", "3103")

    assert by_name is not None
    assert by_postcode.municipality_code == by_name.municipality_code == "3103"
    assert start_of("", "9999") is None


def camp(number: int, county: str, **place: Any) -> Camp:
    """A camp at a school, not in any database."""
    return Camp(id=number, event=event(county), school=School(name="Skole", **place))


def event(county: str, day: int = 0) -> Event:
    starts = datetime(2026, 10, 20, 6, 30, tzinfo=UTC) + timedelta(days=day)
    return Event(county_code=county, starts_at=starts, ends_at=starts + timedelta(hours=6))
