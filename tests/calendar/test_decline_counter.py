"""The answer to another time proposed: what RFC 5546 3.2.8 asks for."""

from datetime import UTC, datetime

import pytest

from portal.calendar.ical import Address, ImpossibleEntry, decline_counter
from tests.calendar.examples import camp
from tests.calendar.rules import broken_rules, parsed

MADE = datetime(2026, 8, 20, 9, 0, 30, tzinfo=UTC)
US, OLA = Address("kalender+a@example.org", "Kari, vert"), Address("ola@example.org", "Ola Hansen")


def declined(sequence=3, **values):
    given = {"organizer": US, "attendee": OLA, "made_at": MADE, **values}
    return decline_counter(camp(), sequence=sequence, **given)


def test_a_declined_time_keeps_every_rule():
    assert broken_rules(declined()) == []


def test_it_echoes_the_proposals_sequence_and_tells_the_time_that_stands():
    whole = parsed(declined())
    entry = next(part for part in whole.inside if part.name == "VEVENT")
    (attendee,) = entry.all("ATTENDEE")

    assert whole.value("METHOD") == "DECLINECOUNTER"
    assert (entry.value("SEQUENCE"), entry.value("DTSTAMP")) == ("3", "20260820T090030Z")
    assert (attendee.value, attendee.params) == ("mailto:ola@example.org", {"CN": "Ola Hansen"})
    assert entry.value("ORGANIZER") == "mailto:kalender+a@example.org"
    assert entry.value("UID") == camp().uid


@pytest.mark.parametrize("values", [{"sequence": -1}, {"sequence": 2**31}, {"attendee": US}])
def test_what_makes_no_calendar_is_refused(values):
    with pytest.raises(ImpossibleEntry):
        declined(**values)
