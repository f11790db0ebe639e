"""The meetings in the database are what any calendar makes of the rule and its exceptions."""

from datetime import date, datetime, time

from dateutil.rrule import rrulestr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from portal.calendar import ical, recurring
from portal.calendar.recurring import Rhythm
from portal.db import db
from portal.groups.meetings import actions as meeting_actions
from portal.groups.series import actions as series_actions
from portal.groups.series.actions import Times
from tests.calendar.test_series import expanded
from tests.groups.people import create_led_group, lead_of
from tests.groups.recurring import VALUES

STARTS = st.times(time(3), time(21)).map(lambda at: at.replace(second=0, microsecond=0))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rhythm=st.sampled_from(Rhythm),
    first=st.dates(date(2026, 9, 1), date(2030, 12, 31)),
    at=STARTS,
    count=st.integers(2, 12),
    data=st.data(),
)
def test_meetings_are_the_expansion_of_the_rule_without_its_exceptions(
    app, now, rhythm, first, at, count, data
):
    lead, group = _lead_and_group()
    days = recurring.days(rhythm, first, count=count)
    left_out = data.draw(st.sets(st.sampled_from(days), max_size=count - 1))
    times = Times(rhythm, days, at, at.replace(hour=at.hour + 1), left_out)

    series = series_actions.plan_series(group, VALUES, times, by=lead, now=now)
    dropped = data.draw(st.sets(st.sampled_from(times.held), max_size=len(times.held) - 1))
    for event in list(series.occurrences):
        if event.first_day in dropped:
            meeting_actions.drop_meeting(event.meeting, by=lead, now=now)
    db.session.flush()
    db.session.refresh(series, ["occurrences"])

    begins = [event.starts_at for event in series.occurrences]
    assert begins == _read(series.ical_participant)
    assert [datetime.fromisoformat(each.recurrence_id) for each in series.occurrences] == begins
    assert [each.first_day for each in series.occurrences] == [
        day for day in times.held if day not in dropped
    ]
    db.session.rollback()


def _lead_and_group():
    group = create_led_group()
    return lead_of(group), group


def _read(text: str) -> list[datetime]:
    (event,) = Calendar.from_ical(ical.document([text])).walk("VEVENT")
    assert list(rrulestr(f"RRULE:{event['RRULE'].to_ical().decode()}", dtstart=event["DTSTART"].dt))
    return expanded(event)
