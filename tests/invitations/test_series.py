"""An answer that comes by mail finds the meetings of a series that it is for."""

from datetime import date

from icalendar import Calendar

from portal.calendar.values import recurrence_key
from portal.db import db
from portal.invitations import actions, event_changes, finding
from portal.invitations.actions import Stamp
from portal.models.invitations import Answer, AnswerSource
from tests.groups.recurring import (
    call,
    ics_of,
    invitation,
    keep_step,
    last_mail,
    later,
    of_person,
    since,
    told,
)


def entry_sent(mails):
    """The VEVENT of a message, as somebody else's calendar reads and echoes it."""
    (event,) = Calendar.from_ical(ics_of(mails[0])).walk("VEVENT")
    return event


def test_an_answer_without_recurrence_id_is_for_all(group, lead, amir, now):
    series = call(group, lead, now)
    event = entry_sent(of_person(since(0, now), amir))

    found = finding.events_of(str(event["UID"]))
    rows = finding.invitations_of(amir, found)

    assert [each.first_day for each in found] == [each.first_day for each in series.occurrences]
    assert len(rows) == 6
    assert all(event["SEQUENCE"] >= each.time_sequence for each in found)


def test_an_answer_with_recurrence_id_is_for_one_wherever_it_was_moved(group, lead, amir, now):
    series = call(group, lead, now)
    moved, known = keep_step(series, 4), last_mail()
    event_changes.change(moved, later(moved, 30), by=lead, now=now)
    event_changes.tell(moved, by=lead, now=now)
    event = entry_sent(of_person(since(known, now), amir))

    key = recurrence_key(event["RECURRENCE-ID"].dt)
    (found,) = finding.events_of(str(event["UID"]), key)

    assert found is moved
    assert [row.event for row in finding.invitations_of(amir, [found])] == [moved]
    assert event["SEQUENCE"] >= found.time_sequence


def test_one_meeting_declined_by_mail_leaves_the_others(group, lead, amir, now):
    series = call(group, lead, now)
    row = invitation(keep_step(series, 2), amir)

    actions.answer(
        row, Answer.DECLINED, source=AnswerSource.MAIL, now=now, stamp=Stamp(series.sequence, now)
    )
    db.session.commit()

    assert [invitation(each, amir).answer == Answer.DECLINED for each in series.occurrences] == [
        number == 2 for number in range(6)
    ]


def test_one_meeting_in_somebodys_calendar_is_put_back_with_a_higher_number(group, lead, amir, now):
    series = call(group, lead, now)
    event, known = keep_step(series, 2), last_mail()

    actions.uninvite(event, amir, by=lead, now=now)
    actions.invite(event, amir, by=lead, now=now)
    mine = of_person(since(known, now), amir)

    assert [told(mail)[:4] for mail in mine] == [
        ("uninvite", "CANCEL", "20260929T100000", series.sequence + 1),
        ("request", "REQUEST", "20260929T100000", series.sequence + 2),
    ]
    assert event.first_day == date(2026, 9, 29)
