from datetime import date

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.models.places import SchoolBreak
from portal.seasons import breaks
from tests.factories import create_school
from tests.seasons.helpers import verbs

AUTUMN = {
    "county_code": "31",
    "kind": "autumn",
    "first_day": "5.10.2026",
    "last_day": "9.10.2026",
    "source": "https://ofk.example.org",
}


def school_form(school, **changes):
    return {
        "name": school.name,
        "kind": school.kind,
        "municipality_code": school.municipality_code,
        "address": school.address,
        "postcode": school.postcode,
        "place": school.place,
        "latitude": str(school.latitude),
        "longitude": str(school.longitude),
        "website": school.website,
        **changes,
    }


def create_break(**values):
    row = SchoolBreak(
        **{
            "county_code": "31",
            "kind": "autumn",
            "first_day": date(2026, 10, 5),
            "last_day": date(2026, 10, 9),
            **values,
        }
    )
    db.session.add(row)
    db.session.commit()
    return row


def test_a_school_is_corrected(browse_as, kari):
    school = create_school("Malakof vgs.")
    form = school_form(school, name="Malakoff videregående skole", latitude="59,4444")

    browse_as(kari).post(f"/organise/schools/{school.orgnr}", data=form)

    assert (school.name, school.search_key, school.latitude, school.position_source) == (
        "Malakoff videregående skole",
        "malakoff videregaaende skole",
        59.4444,
        "edited",
    )
    assert verbs() == ["school.changed"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"latitude": "nord"},
        {"longitude": "95"},
        {"postcode": "15"},
        {"latitude": "nan"},
    ],
)
def test_a_school_that_cannot_be_is_refused(browse_as, kari, wrong):
    school = create_school()

    response = browse_as(kari).post(
        f"/organise/schools/{school.orgnr}", data=school_form(school, **wrong)
    )

    assert response.status_code == 422
    assert verbs() == []


def test_the_register_is_searched_by_place(browse_as, kari):
    create_school("Ås videregående skole", place="Ås", municipality_code="3218")
    create_school("Malakoff videregående skole")

    page = browse_as(kari).get("/organise/schools", query_string={"q": "aas"}).text

    assert "Ås videregående" in page
    assert "Malakoff" not in page


def test_the_register_costs_the_same_with_one_school_and_with_three(browse_as, kari, queries):
    create_school()
    client = browse_as(kari)
    client.get("/organise/schools")
    with queries() as one:
        client.get("/organise/schools")
    create_school()
    create_school()
    with queries() as three:
        client.get("/organise/schools")

    assert len(one) == len(three)


def test_a_break_is_added_edited_and_deleted(browse_as, kari):
    client = browse_as(kari)
    url = "/organise/school-breaks"

    client.post(f"{url}/new", data=AUTUMN)
    client.post(f"{url}/31/autumn/2026-10-05", data={**AUTUMN, "first_day": "28.9.2026"})
    row = db.session.scalar(sa.select(SchoolBreak))
    days = row.first_day, row.last_day
    client.post(f"{url}/31/autumn/2026-09-28/deletion")

    assert days == (date(2026, 9, 28), date(2026, 10, 9))
    assert db.session.scalar(sa.select(sa.func.count(SchoolBreak.id))) == 0
    assert verbs() == ["school_break.added", "school_break.changed", "school_break.deleted"]


@pytest.mark.parametrize(
    "wrong", [{"last_day": "1.10.2026"}, {"kind": "summer"}, {"first_day": ""}]
)
def test_a_break_that_cannot_be_is_refused(browse_as, kari, wrong):
    response = browse_as(kari).post("/organise/school-breaks/new", data={**AUTUMN, **wrong})

    assert response.status_code == 422


def test_a_break_is_written_down_once(browse_as, kari):
    create_break()

    response = browse_as(kari).post("/organise/school-breaks/new", data=AUTUMN)

    assert response.status_code == 422
    assert db.session.scalar(sa.select(sa.func.count(SchoolBreak.id))) == 1


def test_a_break_nobody_knows_is_not_found(browse_as, kari):
    client = browse_as(kari)

    assert client.get("/organise/school-breaks/31/autumn/2020-01-01").status_code == 404
    assert client.get("/organise/school-breaks/31/autumn/neste").status_code == 404


def test_usual_weeks_are_to_be_checked_until_they_are_known(app):
    create_break()

    found = breaks.to_check(breaks.known(), date(2026, 8, 20))

    autumns = {(row.county_code, row.first_day.year) for row in found if row.kind == "autumn"}
    assert ("31", 2026) not in autumns
    assert {("31", 2027), ("03", 2026)} <= autumns


def test_the_list_offers_to_write_down_a_usual_week(browse_as, kari):
    create_break()
    client = browse_as(kari)

    page = client.get("/organise/school-breaks").text

    assert "/organise/school-breaks/new?county_code=03&amp;kind=autumn" in page
    assert "/organise/school-breaks/31/autumn/2026-10-05" in page


def test_a_usual_week_is_filled_in_when_it_is_written_down(browse_as, kari):
    days = {"first_day": "2027-10-04", "last_day": "2027-10-08"}
    usual = {"county_code": "31", "kind": "autumn", **days}

    page = browse_as(kari).get("/organise/school-breaks/new", query_string=usual).text

    assert 'value="4.10.2027"' in page
    assert 'value="8.10.2027"' in page


@pytest.mark.parametrize("path", ["schools", "school-breaks", "school-breaks/new"])
def test_jurors_do_not_keep_the_register(browse_as, ola, path):
    assert browse_as(ola).get(f"/organise/{path}").status_code == 403


@pytest.mark.parametrize(
    "path",
    ["schools/900000001", "school-breaks/new", "school-breaks/31/autumn/2026-10-05/deletion"],
)
def test_jurors_change_nothing_in_the_register(browse_as, ola, path):
    assert browse_as(ola).post(f"/organise/{path}", data=AUTUMN).status_code == 403
