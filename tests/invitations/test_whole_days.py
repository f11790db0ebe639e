"""Events of whole days begin at midnight, and may be reminded of in the morning."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from portal import dates
from portal.db import db
from portal.models.mailings import ReminderKind, ReminderRule
from tests.invitations.reminded import MINUTE, invited_to
from tests.mail.reminding.rounds import look, look_often, reminders, text_of

MIDNIGHT, NEXT = dates.midnight(date(2026, 10, 15)), dates.midnight(date(2026, 10, 16))
# At 07.30 in Oslo.
MORNING = datetime(2026, 10, 15, 5, 30, tzinfo=UTC)


def whole_day_for(person, **values):
    """An event of a whole day, with its reminder on that day at 07.30."""
    values = {"starts_at": MIDNIGHT, "ends_at": NEXT, "all_day": True, **values}
    event = invited_to(person, **values)
    db.session.add(
        ReminderRule(event=event, kind=ReminderKind.EVENT, days_before=0, at=time(7, 30))
    )
    db.session.commit()
    return event


@pytest.mark.parametrize("days", [1, 3])
def test_a_whole_day_is_reminded_of_on_its_morning_and_once(ola, days):
    whole_day_for(ola, ends_at=MIDNIGHT + timedelta(days=days))

    made = look_often(MIDNIGHT, MORNING - MINUTE, MORNING, MORNING + MINUTE, NEXT, NEXT + MINUTE)

    assert made == [0, 0, 1, 0, 0, 0]
    (mail,) = reminders()
    assert (mail.recipient, mail.expires_at) == (ola.email, NEXT)
    assert "Webinar om fjorden er i dag." in text_of(mail)


def test_a_whole_day_that_was_missed_is_reminded_of_until_it_is_over(ola):
    whole_day_for(ola)

    assert look_often(NEXT, NEXT - MINUTE) == [0, 1]


def test_what_begins_at_midnight_and_is_no_whole_day_is_not_reminded_of_afterwards(ola):
    whole_day_for(ola, all_day=False)

    assert look(MORNING) == 0
