"""Regular meetings: planned, called, changed, ended, and what calendars are told of it."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from portal.calendar.recurring import Rhythm
from portal.db import db
from portal.groups.meetings import actions as meeting_actions
from portal.groups.meetings import summons
from portal.groups.series import actions as series_actions
from portal.invitations import actions, event_changes
from portal.models.accounts import EmailAddress
from portal.models.events import EventState
from portal.models.invitations import Invitation
from portal.models.meetings import Meeting
from portal.models.series import Series
from tests.factories import create_group, create_person, create_place
from tests.groups.recurring import (
    VALUES,
    call,
    entry_of,
    keep_step,
    last_mail,
    later,
    of_person,
    plan,
    sent,
    since,
    text_of,
    times,
    told,
    verbs_of,
)


def test_each_date_is_a_meeting_at_ten_on_either_side_of_the_change_of_clocks(group, lead, now):
    series = plan(group, lead, now)

    found = [(each.starts_at.isoformat(), each.recurrence_id) for each in series.occurrences]
    assert [at for at, _key in found] == [
        "2026-09-01T08:00:00+00:00", "2026-09-15T08:00:00+00:00", "2026-09-29T08:00:00+00:00",
        "2026-10-13T08:00:00+00:00", "2026-10-27T09:00:00+00:00", "2026-11-10T09:00:00+00:00",
    ]  # fmt: skip
    assert [key for _at, key in found] == [at for at, _key in found]
    assert series.rrule == "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;UNTIL=20261110T090000Z"
    assert {each.uid for each in series.occurrences} == {series.uid}
    assert len({each.slug for each in series.occurrences}) == 6
    assert [each.meeting.intro for each in series.occurrences] == [VALUES["intro"]] * 6
    assert {each.state for each in series.occurrences} == {EventState.DRAFT}
    assert verbs_of("series") == ["series.planned"]


def test_days_left_out_in_the_middle_are_exceptions_and_at_the_ends_no_part(group, lead, now):
    series = plan(group, lead, now, times(6, date(2026, 9, 1), date(2026, 10, 13),
                                          date(2026, 11, 10)))  # fmt: skip

    assert [each.first_day.day for each in series.occurrences] == [15, 29, 27]
    text = series.ical_participant
    assert "DTSTART;TZID=Europe/Oslo:20260915T100000\r\n" in text
    assert "RRULE:FREQ=WEEKLY;UNTIL=20261027T090000Z;INTERVAL=2;BYDAY=TU\r\n" in text
    assert "EXDATE;TZID=Europe/Oslo:20261013T100000\r\n" in text


def test_two_series_with_one_name_have_meetings_with_addresses_of_their_own(group, lead, now):
    one, other = plan(group, lead, now), plan(group, lead, now)

    slugs = [each.slug for series in (one, other) for each in series.occurrences]
    assert len(set(slugs)) == 12
    assert one.uid != other.uid


def test_a_call_is_one_request_for_each_person_and_not_one_a_meeting(group, lead, amir, now):
    series = plan(group, lead, now)

    called = series_actions.call_series(series, by=lead, now=now)
    mails = sent(now)

    assert called == 2
    assert [told(mail) for mail in mails] == [
        ("series_request", "REQUEST", "", series.sequence, "CONFIRMED")
    ] * 2
    entry = entry_of(of_person(mails, amir)[0])
    assert entry.value("UID") == series.uid
    assert len(entry.all("ATTENDEE")) == 1
    assert entry.value("RRULE").startswith("FREQ=WEEKLY;UNTIL=20261110T090000Z")
    rows = db.session.scalars(sa.select(Invitation)).all()
    assert len(rows) == 12
    assert {row.sent_sequence for row in rows} == {series.sequence}
    assert {each.state for each in series.occurrences} == {EventState.PUBLISHED}
    assert all(each.meeting.called_at == now for each in series.occurrences)
    assert verbs_of("series") == ["series.planned", "series.invited", "series.called"]


def test_the_call_lists_the_dates_in_words(group, lead, amir, now):
    call(group, lead, now)

    text = text_of(of_person(since(0, now), amir)[0])

    assert "tirsdag 1. september 2026" in text
    assert "tirsdag 10. november 2026" in text
    assert "/series" in text


def test_calling_again_calls_only_those_not_reached_before(group, lead, amir, now):
    nora = create_person("Nora Lie", email=None)
    create_place(group, nora)
    series = call(group, lead, now)
    with pytest.raises(summons.AlreadyCalled):
        series_actions.call_series(series, by=lead, now=now)
    nora.emails.append(EmailAddress(address="nora@example.org", is_primary=True))
    db.session.commit()
    known = last_mail()

    called = series_actions.call_series(series, by=lead, now=now)

    assert called == 1
    assert [mail.person_id for mail in since(known, now)] == [nora.id]


def test_a_group_that_nobody_can_reach_is_not_called(now, kari):
    group = create_group()
    create_place(group, create_person("Nora Lie", email=None))
    series = plan(group, kari, now)

    with pytest.raises(summons.NobodyToCall):
        series_actions.call_series(series, by=kari, now=now)


def test_a_single_meeting_of_a_series_is_not_called_alone(group, lead, now):
    series = plan(group, lead, now)

    with pytest.raises(summons.CalledWithSeries):
        summons.call_meeting(series.occurrences[0].meeting, by=lead, now=now)


def test_a_draft_moved_before_the_call_goes_alone_after_the_series(group, lead, amir, now):
    series = plan(group, lead, now)
    event = keep_step(series, 1)
    event_changes.change(event, later(event, 24), by=lead, now=now)
    series_actions.call_series(series, by=lead, now=now)

    mine = of_person(sent(now), amir)

    assert [told(mail) for mail in mine] == [
        ("series_request", "REQUEST", "", series.sequence, "CONFIRMED"),
        ("again", "REQUEST", "20260915T100000", series.sequence + 1, "CONFIRMED"),
    ]
    assert mine[1].not_before > mine[0].not_before


def test_one_meeting_moved_is_sent_alone_with_a_number_above_the_series(group, lead, amir, now):
    series = call(group, lead, now)
    event, known = keep_step(series, 2), last_mail()

    event_changes.change(event, later(event, 2), by=lead, now=now)
    event_changes.tell(event, by=lead, now=now)
    mine = of_person(since(known, now), amir)

    assert [told(mail) for mail in mine] == [
        ("update", "REQUEST", "20260929T100000", series.sequence + 1, "CONFIRMED")
    ]
    entry = entry_of(mine[0])
    assert entry.all("RRULE") == []
    assert entry.value("DTSTART") == "20260929T120000"
    assert entry.all("RECURRENCE-ID")[0].form == entry.all("DTSTART")[0].form
    assert event.is_override
    assert [each.is_override for each in series.occurrences].count(True) == 1


def test_one_meeting_renamed_or_given_an_agenda_is_sent_alone(group, lead, amir, now):
    series = call(group, lead, now)
    event, known = keep_step(series, 3), last_mail()

    event_changes.change(event, {"title": "Årsmøte"}, by=lead, now=now)
    event_changes.tell(event, by=lead, now=now)

    assert [told(mail) for mail in of_person(since(known, now), amir)] == [
        ("update", "REQUEST", "20261013T100000", series.sequence + 1, "CONFIRMED")
    ]


def test_one_meeting_moved_twice_counts_upwards(group, lead, amir, now):
    series = call(group, lead, now)
    event, known = keep_step(series, 2), last_mail()

    for number in (1, 2):
        event_changes.change(event, later(event, 1), by=lead, now=now + timedelta(minutes=number))
        event_changes.tell(event, by=lead, now=now + timedelta(minutes=number))
        since(known, now)

    numbers = [told(mail)[3] for mail in of_person(since(known, now), amir)]
    assert numbers == [series.sequence + 1, series.sequence + 2]


def test_one_meeting_called_off_is_cancelled_alone(group, lead, amir, now):
    series = call(group, lead, now)
    known = last_mail()

    event_changes.cancel(keep_step(series, 2), "Ferie", by=lead, now=now)

    assert [told(mail) for mail in of_person(since(known, now), amir)] == [
        ("cancel", "CANCEL", "20260929T100000", series.sequence + 1, "CANCELLED")
    ]


def test_one_person_uninvited_from_one_meeting_hears_of_that_meeting_alone(group, lead, amir, now):
    series = call(group, lead, now)
    event, known = keep_step(series, 2), last_mail()

    actions.uninvite(event, amir, by=lead, now=now)
    mails = since(known, now)

    assert [told(mail) for mail in mails] == [
        ("uninvite", "CANCEL", "20260929T100000", series.sequence + 1, "")
    ]
    assert [mail.person_id for mail in mails] == [amir.id]


def test_a_draft_can_be_deleted_and_what_people_know_cannot(group, lead, now):
    known = call(group, lead, now)
    series_actions.drop_series(plan(group, lead, now), by=lead, now=now)
    db.session.commit()

    assert db.session.scalars(sa.select(Series)).all() == [known]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Meeting)) == 6
    with pytest.raises(series_actions.SeriesIsKnown):
        series_actions.drop_series(known, by=lead, now=now)


def test_a_draft_meeting_deleted_is_an_exception_of_the_rule_or_shortens_it(group, lead, now):
    series = plan(group, lead, now)
    for number in (5, 2, 0):
        meeting_actions.drop_meeting(keep_step(series, number).meeting, by=lead, now=now)
        db.session.commit()

    assert [each.first_day for each in series.occurrences] == [
        date(2026, 9, 15), date(2026, 10, 13), date(2026, 10, 27),
    ]  # fmt: skip
    assert "DTSTART;TZID=Europe/Oslo:20260915T100000" in series.ical_participant
    assert "EXDATE;TZID=Europe/Oslo:20260929T100000" in series.ical_participant
    assert "UNTIL=20261027T090000Z" in series.rrule


def test_the_last_draft_meeting_deleted_takes_the_series_along(group, lead, now):
    series = plan(group, lead, now, times(2))
    for event in list(series.occurrences):
        meeting_actions.drop_meeting(event.meeting, by=lead, now=now)
    db.session.commit()

    assert db.session.scalars(sa.select(Series)).all() == []


def test_a_call_that_waits_while_all_is_called_off_invites_nobody(group, lead, now):
    series = plan(group, lead, now)
    series_actions.call_series(series, by=lead, now=now)
    series_actions.end_series(series, None, "", by=lead, now=now)

    assert {told(mail)[1] for mail in sent(now)} == {"CANCEL"}


@pytest.mark.parametrize("rhythm", list(Rhythm))
def test_every_rhythm_is_planned_called_and_told(group, lead, amir, now, rhythm):
    series = call(group, lead, now, times(4, rhythm=rhythm))

    assert len(series.occurrences) == 4
    assert len(of_person(since(0, now), amir)) == 1
