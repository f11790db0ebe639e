"""Meetings that recur: planned, called, changed, ended, and what calendars are told of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.calendar.recurring import Rhythm
from portal.db import db
from portal.groups import (
    meeting_actions,
    place_actions,
    series_actions,
    summons,
)
from portal.invitations import actions, event_changes
from portal.invitations import series as series_invitations
from portal.models.audit import AuditEntry
from portal.models.events import Event, EventState
from portal.models.groups import Meeting, PlaceRole, PlaceState
from portal.models.invitations import Answer, Invitation
from portal.models.series import Series
from tests.calendar.rules import parsed
from tests.factories import create_group, create_person, create_place
from tests.groups.people import create_led_group, lead_of, member_of
from tests.groups.recurring import (
    VALUES,
    call,
    entry_of,
    ics_of,
    invitation,
    keep_step,
    last_mail,
    later,
    of_person,
    plan,
    raw_of,
    sent,
    since,
    times,
    told,
)


@pytest.fixture
def group(app):
    return create_led_group()


@pytest.fixture
def lead(group):
    return lead_of(group)


@pytest.fixture
def amir(group):
    return member_of(group)


def verbs_of(table: str) -> list[str]:
    return list(
        db.session.scalars(
            sa.select(AuditEntry.verb)
            .where(AuditEntry.object_kind == table)
            .order_by(AuditEntry.id)
        )
    )


def seat_later(group, name="Nora Lie"):
    person = create_person(name)
    place_actions.add_place(
        group, {"state": PlaceState.CONFIRMED, "role": PlaceRole.MEMBER},
        person=person, by=lead_of(group), now=datetime(2026, 8, 25, 8, tzinfo=UTC),
    )  # fmt: skip
    db.session.commit()
    return person


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

    text = raw_text(of_person(since(0, now), amir)[0])

    assert "tirsdag 1. september 2026" in text
    assert "tirsdag 10. november 2026" in text
    assert "/series" in text


def raw_text(mail) -> str:
    from email import message_from_bytes, policy  # noqa: PLC0415

    message = message_from_bytes(raw_of(mail), policy=policy.default)
    return message.get_body(("plain",)).get_content()


def test_calling_again_calls_only_those_not_reached_before(group, lead, amir, now):
    series = call(group, lead, now)
    with pytest.raises(summons.AlreadyCalled):
        series_actions.call_series(series, by=lead, now=now)


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


def test_a_change_of_all_is_one_request_and_then_each_that_differs_alone(group, lead, amir, now):
    series = call(group, lead, now)
    moved, off = keep_step(series, 1), keep_step(series, 3)
    event_changes.change(moved, later(moved, 3), by=lead, now=now)
    event_changes.tell(moved, by=lead, now=now)
    event_changes.cancel(off, "", by=lead, now=now)
    since(0, now)
    known, highest = last_mail(), max(each.sequence for each in series.occurrences)

    changed = series_actions.edit_series(
        series, {**VALUES, "title": "Lederforum", "place": "Horten rådhus"},
        seen_revision=series.revision, by=lead, now=now,
    )  # fmt: skip
    mine = of_person(since(known, now), amir)

    assert changed == ["place", "title"]
    assert series.sequence > highest
    assert [told(mail) for mail in mine] == [
        ("series_update", "REQUEST", "", series.sequence, "CONFIRMED"),
        ("again", "REQUEST", "20260915T100000", series.sequence + 1, "CONFIRMED"),
    ]
    entry = entry_of(mine[0])
    assert entry.value("SUMMARY") == "Lederforum"
    assert [line.value for line in entry.all("EXDATE")] == ["20261013T100000"]
    assert entry_of(mine[1]).value("SUMMARY") == "Lederforum"
    assert [each.is_untold for each in series.occurrences] == [False] * 6
    assert verbs_of("series")[-1] == "series.changed"


def test_what_one_meeting_has_of_its_own_it_keeps(group, lead, now):
    series = call(group, lead, now)
    own = keep_step(series, 1)
    event_changes.change(own, {"place": "Drammen rådhus"}, by=lead, now=now)
    event_changes.tell(own, by=lead, now=now)

    series_actions.edit_series(
        series, {**VALUES, "title": "Lederforum", "place": "Horten rådhus"},
        seen_revision=series.revision, by=lead, now=now,
    )  # fmt: skip

    assert [(each.title, each.place) for each in series.occurrences] == [
        ("Lederforum", "Drammen rådhus" if each is own else "Horten rådhus")
        for each in series.occurrences
    ]


def test_news_of_one_meeting_that_was_not_told_is_told_as_such(group, lead, amir, now):
    series = call(group, lead, now)
    moved = keep_step(series, 1)
    event_changes.change(moved, later(moved, 3), by=lead, now=now)
    known = last_mail()

    series_actions.edit_series(
        series, {**VALUES, "title": "Lederforum"}, seen_revision=series.revision, by=lead, now=now
    )
    mine = of_person(since(known, now), amir)

    assert [told(mail) for mail in mine] == [
        ("series_update", "REQUEST", "", series.sequence, "CONFIRMED"),
        ("update", "REQUEST", "20260915T100000", series.sequence + 1, "CONFIRMED"),
    ]
    assert not moved.is_untold


def test_two_changes_that_wait_are_told_in_one_mail(group, lead, amir, now):
    series = call(group, lead, now)
    known = last_mail()

    for title, place in (("Lederforum", VALUES["place"]), ("Lederforum", "Horten rådhus")):
        series_actions.edit_series(
            series, {**VALUES, "title": title, "place": place},
            seen_revision=series.revision, by=lead, now=now,
        )  # fmt: skip
    mine = of_person(since(known, now), amir)

    assert [told(mail)[0] for mail in mine] == ["series_update"]
    text = raw_text(mine[0])
    assert "Lederforum (" in text
    assert "Horten rådhus (" in text


def test_two_who_change_a_series_at_once_do_not_overwrite_each_other(group, lead, now):
    series = call(group, lead, now)
    seen = series.revision
    series_actions.edit_series(series, {**VALUES, "title": "En"}, seen_revision=seen, by=lead,
                               now=now)  # fmt: skip

    with pytest.raises(event_changes.EditedMeanwhile):
        series_actions.edit_series(series, {**VALUES, "title": "To"}, seen_revision=seen, by=lead,
                                   now=now)  # fmt: skip


def test_what_was_held_is_not_changed_along(group, lead, now):
    series = call(group, lead, now)
    after_two = datetime(2026, 9, 20, tzinfo=UTC)

    series_actions.edit_series(
        series, {**VALUES, "title": "Lederforum"}, seen_revision=series.revision, by=lead,
        now=after_two,
    )  # fmt: skip

    assert [each.title for each in series.occurrences] == ["Ledermøte"] * 2 + ["Lederforum"] * 4
    assert [each.is_override for each in series.occurrences] == [True] * 2 + [False] * 4


def test_ending_early_gives_the_rule_an_end_and_keeps_what_was_held(group, lead, amir, now):
    series = call(group, lead, now)
    moved = keep_step(series, 4)
    event_changes.change(moved, later(moved, 24), by=lead, now=now)
    event_changes.tell(moved, by=lead, now=now)
    since(0, now)
    known, after_two = last_mail(), datetime(2026, 9, 20, tzinfo=UTC)

    dropped = series_actions.end_series(
        series, keep_step(series, 2), "Arbeidet er ferdig.", by=lead, now=after_two
    )
    mine = of_person(since(known, after_two), amir)

    assert [each.first_day for each in dropped] == [
        date(2026, 10, 13), date(2026, 10, 28), date(2026, 11, 10),
    ]  # fmt: skip
    assert [told(mail) for mail in mine] == [
        ("series_end", "REQUEST", "", series.sequence, "CONFIRMED"),
        ("cancel", "CANCEL", "20261027T100000", series.sequence + 1, "CANCELLED"),
    ]
    entry = entry_of(mine[0])
    assert "UNTIL=20260929T080000Z" in entry.value("RRULE")
    assert entry.value("DTSTART") == "20260901T100000"
    assert {each.state for each in dropped} == {EventState.CANCELLED}
    assert "Arbeidet er ferdig." in raw_text(mine[0])
    with pytest.raises(series_actions.SeriesIsOver):
        series_actions.end_series(series, None, "", by=lead, now=after_two)


def test_calling_off_all_before_any_was_held_cancels_the_uid(group, lead, amir, now):
    series = call(group, lead, now)
    known, before = last_mail(), series.sequence

    series_actions.end_series(series, None, "Ikke noe av", by=lead, now=now)
    mails = since(known, now)

    assert len(mails) == 2
    assert [told(mail) for mail in of_person(mails, amir)] == [
        ("series_cancel", "CANCEL", "", series.sequence, "CANCELLED")
    ]
    assert series.sequence > before
    assert series.is_cancelled
    assert parsed(ics_of(mails[0])).value("METHOD") == "CANCEL"
    assert verbs_of("series")[-1] == "series.ended"


def test_new_times_end_the_old_series_and_begin_another(group, lead, amir, now):
    series = call(group, lead, now)
    known, after_two = last_mail(), datetime(2026, 9, 20, tzinfo=UTC)
    wednesdays = times(3, first=date(2026, 10, 14))

    new = series_actions.move_series(
        series, keep_step(series, 3), wednesdays, by=lead, now=after_two
    )
    mine = of_person(since(known, after_two), amir)

    assert new.uid != series.uid
    assert [told(mail)[:3] for mail in mine] == [
        ("series_end", "REQUEST", ""),
        ("series_request", "REQUEST", ""),
    ]
    assert "UNTIL=20260929T080000Z" in entry_of(mine[0]).value("RRULE")
    assert entry_of(mine[1]).value("UID") == new.uid
    assert (new.title, new.place, new.intro) == (series.title, series.place, series.intro)
    assert [each.first_day.isoweekday() for each in new.occurrences] == [3, 3, 3]


def test_new_times_before_any_was_held_cancel_the_old_uid(group, lead, amir, now):
    series = call(group, lead, now)
    known = last_mail()

    series_actions.move_series(series, keep_step(series, 0), times(3, first=date(2026, 9, 2)),
                               by=lead, now=now)  # fmt: skip

    assert [told(mail)[:2] for mail in of_person(since(known, now), amir)] == [
        ("series_cancel", "CANCEL"), ("series_request", "REQUEST"),
    ]  # fmt: skip


def test_new_times_of_a_draft_replace_it(group, lead, now):
    series = plan(group, lead, now)
    first = keep_step(series, 0)

    new = series_actions.move_series(series, first, times(3, first=date(2026, 9, 2)), by=lead,
                                     now=now)  # fmt: skip
    db.session.commit()

    assert db.session.scalars(sa.select(Series)).all() == [new]
    assert len(db.session.scalars(sa.select(Event)).all()) == 3


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


def test_who_joins_gets_the_series_and_then_what_differs(group, lead, now):
    series = call(group, lead, now)
    moved, off = keep_step(series, 2), keep_step(series, 3)
    event_changes.change(moved, later(moved, 3), by=lead, now=now)
    event_changes.tell(moved, by=lead, now=now)
    event_changes.cancel(off, "", by=lead, now=now)
    since(0, now)
    known = last_mail()

    nora = seat_later(group)
    mine = of_person(since(known, now), nora)

    assert [told(mail) for mail in mine] == [
        ("series_request", "REQUEST", "", series.sequence, "CONFIRMED"),
        ("again", "REQUEST", "20260929T100000", moved.sequence, "CONFIRMED"),
    ]
    assert moved.sequence > series.sequence
    assert [line.value for line in entry_of(mine[0]).all("EXDATE")] == ["20261013T100000"]


def test_for_who_joins_late_the_series_begins_with_the_next_meeting(group, lead, now):
    series = call(group, lead, now)
    nora = create_person("Nora Lie")
    after_two = datetime(2026, 9, 20, tzinfo=UTC)
    known = last_mail()

    series_invitations.invite_all(series, [nora.id], by=lead, now=after_two)
    entry = entry_of(of_person(since(known, after_two), nora)[0])

    assert entry.value("DTSTART") == "20260929T100000"
    assert entry.all("EXDATE") == []


def test_who_leaves_gets_one_cancel_of_the_whole(group, lead, amir, now):
    series = call(group, lead, now)
    known, before = last_mail(), series.sequence
    place = next(place for place in group.places if place.person is amir)

    place_actions.leave(place, by=lead, now=now)
    mails = since(known, now)

    assert [told(mail) for mail in mails] == [
        ("series_uninvite", "CANCEL", "", series.sequence, "")
    ]
    assert series.sequence == before + 1
    assert all(invitation(each, amir).removed_at == now for each in series.occurrences)
    assert not any(invitation(each, lead).removed_at for each in series.occurrences)


def test_who_leaves_of_their_own_accord_is_thanked(group, lead, amir, now):
    series = call(group, lead, now)
    known = last_mail()

    series_invitations.uninvite(series, amir, by=amir, now=now)

    assert [told(mail)[:2] for mail in since(known, now)] == [("series_leave", "CANCEL")]


def test_who_comes_back_is_invited_with_a_higher_number(group, lead, amir, now):
    series = call(group, lead, now)
    place = next(place for place in group.places if place.person is amir)
    place_actions.leave(place, by=lead, now=now)
    left = series.sequence
    since(0, now)
    known = last_mail()

    place_actions.change_place(place, {"state": PlaceState.CONFIRMED}, by=lead, now=now)
    mine = of_person(since(known, now), amir)

    assert [told(mail)[:3] for mail in mine] == [("series_request", "REQUEST", "")]
    assert told(mine[0])[3] > left


def test_one_answered_and_the_next_change_carries_the_answer_given_to_all(group, lead, amir, now):
    series = call(group, lead, now)
    for event in series.occurrences:
        actions.answer(invitation(event, amir), Answer.ACCEPTED, source="page", now=now)
    known = last_mail()

    series_actions.edit_series(series, {**VALUES, "title": "Lederforum"},
                               seen_revision=series.revision, by=lead, now=now)  # fmt: skip
    entry = entry_of(of_person(since(known, now), amir)[0])

    assert entry.all("ATTENDEE")[0].params["PARTSTAT"] == "ACCEPTED"
    assert {invitation(each, amir).answer for each in series.occurrences} == {Answer.ACCEPTED}


def test_an_answer_to_a_meeting_that_moves_is_asked_for_again_and_the_others_stand(
    group, lead, amir, now
):
    series = call(group, lead, now)
    for event in series.occurrences:
        actions.answer(invitation(event, amir), Answer.ACCEPTED, source="page", now=now)
    moved = keep_step(series, 1)
    later_on = now + timedelta(hours=1)

    event_changes.change(moved, later(moved, 2), by=lead, now=later_on)
    event_changes.tell(moved, by=lead, now=later_on)
    db.session.expire_all()

    assert [invitation(each, amir).answer == Answer.ACCEPTED for each in series.occurrences] == [
        each is not moved for each in series.occurrences
    ]


def test_a_refresh_sends_the_whole_once_more(group, lead, amir, now):
    series = call(group, lead, now)
    known = last_mail()

    for _number in range(2):
        series_invitations.refresh(series, amir, now=now)

    assert [told(mail)[:4] for mail in since(known, now)] == [
        ("series_request", "REQUEST", "", series.sequence)
    ]
    with pytest.raises(actions.NotInvited):
        series_invitations.refresh(series, create_person("Nora Lie"), now=now)


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
