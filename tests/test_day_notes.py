"""What speaks against a day is said, in words, and never forbids it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask_babel import force_locale

from portal import day_notes
from portal.day_notes import Warning
from portal.db import db
from portal.models.events import Event
from portal.models.places import SchoolBreak
from tests.factories import create_event

FINAL = datetime(2023, 11, 18, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("nb", "18. november 2023 er en lørdag."),
        ("nn", "18. november 2023 er ein laurdag."),
        ("en", "18 November 2023 is a Saturday."),
    ],
)
def test_the_final_of_2023_was_first_set_on_a_saturday(app: Flask, language: str, text: str):
    assert warnings(create_event(starts_at=FINAL, county_code="03"), language) == [
        Warning(date(2023, 11, 18), text)
    ]


def test_nothing_speaks_against_the_monday_it_was_held_on(app: Flask):
    held = datetime(2023, 11, 13, 8, 0, tzinfo=UTC)

    assert warnings(create_event(starts_at=held, county_code="03")) == []


def test_a_holiday_is_named(app: Flask):
    found = warnings(create_event(starts_at=datetime(2028, 5, 17, 8, 0, tzinfo=UTC)), "en")

    assert found == [
        Warning(date(2028, 5, 17), "17 May 2028 is a public holiday: Constitution Day.")
    ]


def test_a_break_that_the_secretariat_has_written_down_counts_in_its_county(app: Flask):
    break_(date(2026, 10, 5), date(2026, 10, 9), county="31")
    tuesday = datetime(2026, 10, 6, 7, 0, tzinfo=UTC)

    here = warnings(create_event(starts_at=tuesday, county_code="31"), "en")
    elsewhere = day_notes.of_day(tuesday.date(), "42", day_notes.known_breaks())

    assert here == [Warning(date(2026, 10, 6), "6 October 2026 is in the schools' autumn break.")]
    assert elsewhere == []


def test_a_usual_week_is_marked_as_one_to_check(app: Flask):
    found = warnings(
        create_event(starts_at=datetime(2031, 10, 1, 7, 0, tzinfo=UTC), county_code="31"), "en"
    )

    assert [warning.check for warning in found] == [True]
    assert found[0].text == (
        "1 October 2031 is in the schools' autumn break."
        " The dates for that year are not published; this is the usual week. Check it."
    )


def test_each_day_of_a_short_event_is_looked_at(app: Flask):
    friday = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    event = create_event(starts_at=friday, ends_at=friday + timedelta(days=2, hours=6))

    assert [warning.day for warning in warnings(event)] == [
        date(2026, 11, 21),
        date(2026, 11, 22),
    ]


def test_of_a_long_event_only_the_first_days_are_looked_at(app: Flask):
    monday = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
    event = create_event(starts_at=monday, ends_at=monday + timedelta(days=60))

    assert warnings(event) == []


def break_(first: date, last: date, *, county: str) -> None:
    db.session.add(
        SchoolBreak(
            county_code=county, kind="autumn", first_day=first, last_day=last, basis="published"
        )
    )
    db.session.commit()


def warnings(event: Event, language: str = "nb") -> list[Warning]:
    with force_locale(language):
        return day_notes.of_event(event)
