"""COUNTER, REFRESH, delegation, several events in one message, and series."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.answers.inbox.taking import Received
from portal.calendar.values import recurrence_key
from portal.db import db
from portal.events.actions import drop_draft
from portal.invitations import actions, addresses, event_changes
from portal.models.events import EventState
from portal.models.inbox import InboxKind, InboxResult
from portal.models.invitations import Answer, Invitation
from portal.models.mail import OutboxMail
from tests.answers.inbox import shapes
from tests.answers.inbox.conftest import rows, state_of
from tests.answers.inbox.shapes import Told
from tests.factories import create_event, create_person

MINUTE = timedelta(minutes=1)
KNOWN_TIME = (
    "X-MS-OLK-ORIGINALSTART;TZID=W. Europe Standard Time:20261015T090000\r\n"
    "X-MS-OLK-ORIGINALEND;TZID=W. Europe Standard Time:20261015T103000\r\n"
)


def refreshed() -> int:
    """How many invitations were sent again."""
    count = sa.select(sa.func.count(OutboxMail.id))
    return db.session.scalar(count.where(OutboxMail.dedupe_key.contains("-refresh-")))


@pytest.fixture
def counter(told) -> Told:
    """Ola would rather come at ten."""
    return replace(
        told,
        method="COUNTER",
        partstat="TENTATIVE",
        starts="20261015T100000",
        ends="20261015T113000",
        comment="Helst klokka ti",
        lines=KNOWN_TIME,
    )


@pytest.mark.parametrize("partstat", ["TENTATIVE", "DECLINED", "NEEDS-ACTION"])
@pytest.mark.parametrize("shape", ["Exchange", "Apple", "Thunderbird"])
def test_another_time_waits_for_an_organiser_and_is_a_maybe(
    take, counter, invitation, shape: str, partstat: str
):
    done = take(shapes.SHAPES[shape](replace(counter, partstat=partstat)))

    assert done == Received(InboxResult.QUEUED, "counter", counter.uid, "tentative")
    assert state_of(invitation) == ("tentative", "mail", "Helst klokka ti")
    kept = rows()[0]
    assert (kept.kind, kept.waits, kept.invitation_id) == (InboxKind.COUNTER, True, invitation.id)
    assert (kept.proposed_starts_at, kept.proposed_ends_at) == (
        datetime(2026, 10, 15, 8, 0, tzinfo=UTC), datetime(2026, 10, 15, 9, 30, tzinfo=UTC),
    )  # fmt: skip
    assert (invitation.event.starts_at, refreshed()) == (datetime(2026, 10, 15, 7, tzinfo=UTC), 0)


def test_google_proposes_another_time_in_utc(take, counter, invitation):
    take(shapes.google(replace(counter, starts="20261016T080000Z", ends="20261016T093000Z")))

    assert rows()[0].proposed_starts_at == datetime(2026, 10, 16, 8, 0, tzinfo=UTC)


def test_a_proposal_without_an_end_lasts_as_long_as_the_event(take, counter, invitation):
    ics = shapes.exchange_ics(counter)

    take(shapes.bare(counter, "".join(
        line for line in ics.splitlines(keepends=True) if not line.startswith("DTEND")
    )))  # fmt: skip

    assert rows()[0].proposed_ends_at == datetime(2026, 10, 15, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize("partstat", ["ACCEPTED", "DECLINED"])
def test_the_present_time_proposed_is_a_plain_answer(take, told, invitation, partstat: str):
    done = take(shapes.exchange(replace(told, method="COUNTER", partstat=partstat)))

    assert done.reason == "answered"
    assert (state_of(invitation)[0], rows()[0].proposed_starts_at) == (partstat.lower(), None)


def test_a_proposal_for_a_time_that_has_changed_since_is_asked_again(
    take, counter, invitation, kari, now
):
    event = invitation.event
    later = {"starts_at": event.starts_at + 5 * MINUTE, "ends_at": event.ends_at + 5 * MINUTE}
    event_changes.change(event, later, by=kari, now=now)
    event_changes.tell(event, by=kari, now=now)
    numbered = replace(counter, sequence=event.sequence, message_id="2@mail.example.org")

    done = [take(shapes.exchange(each), now + MINUTE) for each in (counter, numbered)]

    assert [each.reason for each in done] == ["older_time", "older_time"]
    assert (state_of(invitation)[0], refreshed()) == ("needs-action", 1)


def test_a_proposal_that_nobody_vouches_for_waits_and_answers_nothing(take, counter, invitation):
    unproved = replace(counter, to="kalender@portal.example.org")

    done = take(shapes.exchange(unproved))

    assert done.reason == "unproved"
    assert (state_of(invitation)[0], rows()[0].proposed_starts_at is None) == (
        "needs-action",
        False,
    )


def test_who_asks_for_it_gets_the_invitation_once_more(take, told, invitation):
    done = take(shapes.thunderbird(replace(told, method="REFRESH", partstat="NEEDS-ACTION")))

    assert done == Received(InboxResult.APPLIED, "refreshed", told.uid)
    assert (refreshed(), state_of(invitation)[0]) == (1, "needs-action")


@pytest.mark.parametrize(
    "values",
    [
        {"to": "kalender@portal.example.org"},
        {"attendee": "fremmed@example.net", "name": "En Fremmed"},
        {"head": "Auto-Submitted: auto-generated\n"},
        {"head": "Auto-Submitted: auto-replied\n"},
        {"head": "Return-Path: <>\n"},
        {"head": "Precedence: bulk\n"},
    ],
)
def test_the_invitation_is_not_sent_to_strangers_or_programs(take, told, invitation, values):
    take(shapes.google(replace(told, method="REFRESH", **values)))

    assert refreshed() == 0


def test_what_is_off_is_not_sent_again(take, told, invitation, kari, now):
    event_changes.cancel(invitation.event, "", by=kari, now=now)

    assert take(shapes.google(replace(told, method="REFRESH"))).reason == "nothing_to_answer"
    assert refreshed() == 0


def delegated(told, **values) -> bytes:
    """Ola sends somebody else."""
    ics = shapes.exchange_ics(replace(told, partstat="DELEGATED", **values))
    return shapes.bare(told, ics.replace(
        "PARTSTAT=DELEGATED", 'PARTSTAT=DELEGATED;DELEGATED-TO="mailto:Vikar@Example.org"'
    ))  # fmt: skip


def test_somebody_may_send_another_who_then_waits_to_be_invited(take, told, invitation):
    done = take(delegated(told))

    assert done == Received(InboxResult.APPLIED, "delegated", told.uid, "delegated")
    assert (state_of(invitation)[0], invitation.delegated_to) == ("delegated", "vikar@example.org")
    first, second = rows()
    assert (first.reason, first.waits) == ("delegated", False)
    assert (second.reason, second.attendee, second.answer, second.waits) == (
        "forwarded", "vikar@example.org", "needs-action", True,
    )  # fmt: skip
    assert (second.person_id, second.event_id) == (invitation.person_id, invitation.event_id)


def test_the_delegates_own_answer_goes_with_what_waits(take, told, invitation):
    take(delegated(told))

    done = take(shapes.apple(replace(
        told, attendee="vikar@example.org", name="", message_id="2@mail.example.org",
    )))  # fmt: skip

    assert done.reason == "known_already"
    assert (rows()[1].answer, rows()[1].waits) == ("accepted", True)
    assert state_of(invitation)[0] == "delegated"


def test_a_delegate_who_is_invited_already_needs_no_decision(take, told, invitation, kari, now):
    vikar = create_person("Vikar Vik", email="vikar@example.org")
    actions.invite(invitation.event, vikar, by=kari, now=now)

    take(delegated(told))

    assert [row.reason for row in rows()] == ["delegated"]


def test_an_assistant_answers_for_the_one_invited(take, told, invitation):
    ics = shapes.exchange_ics(told).replace(
        ";CN=", ';SENT-BY="mailto:sekretaer@example.org";CN='
    )  # fmt: skip

    take(shapes.bare(replace(told, sender="sekretaer@example.org"), ics))

    assert state_of(invitation)[0] == "accepted"


@pytest.fixture
def series(kari, ola, now) -> list[Invitation]:
    """Three Thursdays under one uid, the first of them over."""
    starts = [datetime(2026, 8, day, 7, tzinfo=UTC) for day in (13, 27)]
    starts.append(datetime(2026, 9, 10, 7, tzinfo=UTC))
    uid = "series-1@localhost"
    events = [
        create_event("Møte", uid=uid, starts_at=at, recurrence_id=recurrence_key(at))
        for at in starts
    ]
    return [actions.invite(event, ola, by=kari, now=now) for event in events]


@pytest.fixture
def series_told(series, ola) -> Told:
    return Told(
        to=addresses.calendar_address(ola), uid="series-1@localhost", starts="20260827T090000"
    )


def test_an_answer_to_a_series_is_one_to_all_that_is_to_come(take, series, series_told):
    done = take(shapes.exchange(series_told))

    assert done == Received(InboxResult.APPLIED, "answered", series_told.uid, "accepted")
    assert [str(each.answer) for each in series] == ["needs-action", "accepted", "accepted"]


@pytest.mark.parametrize(
    "line",
    [
        "RECURRENCE-ID:20260827T070000Z",
        "RECURRENCE-ID;TZID=W. Europe Standard Time:20260827T090000",
        "RECURRENCE-ID;TZID=/mozilla.org/20050126_1/Europe/Oslo:20260827T090000",
        "RECURRENCE-ID:20260827T090000",
    ],
)
def test_an_answer_may_be_to_one_occurrence(take, series, series_told, line: str):
    take(shapes.exchange(replace(series_told, lines=f"{line}\r\n")))

    assert [str(each.answer) for each in series] == ["needs-action", "accepted", "needs-action"]


@pytest.mark.parametrize(
    "line", ["RECURRENCE-ID:20260828T070000Z", "RECURRENCE-ID:i morgen", "RECURRENCE-ID;"]
)
def test_an_occurrence_that_is_none_is_not_all_of_them(take, series, series_told, line: str):
    done = take(shapes.exchange(replace(series_told, lines=f"{line}\r\n")))

    assert (done.result, done.reason) == (InboxResult.REJECTED, "unknown_event")
    assert {each.answer for each in series} == {Answer.NEEDS_ACTION}


def test_a_calendar_cut_off_in_the_middle_answers_nothing(take, series, series_told):
    whole = shapes.exchange_ics(replace(series_told, lines="RECURRENCE-ID:20260827T070000Z\r\n"))

    for end in range(7, whole.index("END:VEVENT"), 7):
        take(shapes.bare(replace(series_told, message_id=f"{end}@x.example.org"), whole[:end]))

    assert {each.answer for each in series} == {Answer.NEEDS_ACTION}


def test_a_series_counts_apart_from_its_occurrences(take, series, series_told, now):
    series[1].event.sequence = 3
    one = replace(series_told, lines="RECURRENCE-ID:20260827T070000Z\r\n", sequence=3)
    take(shapes.exchange(one))
    rest = replace(
        series_told, partstat="DECLINED", message_id="2@x.example.org", dtstamp="20260820T085900Z"
    )

    take(shapes.exchange(rest))

    assert [str(each.answer) for each in series] == ["needs-action", "declined", "declined"]


def many(told: Told, *partstats: str) -> str:
    """One calendar that answers each Thursday with one of ``partstats``."""
    keys = ("20260827T070000Z", "20260910T070000Z", "20270101T070000Z")
    whole = shapes.exchange_ics(told)
    begin, end = whole.index("BEGIN:VEVENT"), whole.index("END:VCALENDAR")
    events = "".join(
        whole[begin:end]
        .replace("PARTSTAT=ACCEPTED", f"PARTSTAT={partstat}")
        .replace("SEQUENCE:0", f"SEQUENCE:0\r\nRECURRENCE-ID:{keys[min(number, 2)]}")
        for number, partstat in enumerate(partstats)
    )
    return whole[:begin] + events + whole[end:]


def test_several_events_in_one_message_are_taken_one_by_one(take, series, series_told):
    done = take(shapes.bare(series_told, many(series_told, "DECLINED", "ACCEPTED", "ACCEPTED")))

    assert done == Received(InboxResult.APPLIED, "answered", series_told.uid, "declined")
    assert [str(each.answer) for each in series] == ["needs-action", "declined", "accepted"]
    assert [row.reason for row in rows()] == ["answered", "answered", "unknown_event"]


def test_a_message_is_answered_once_however_many_events_it_has(
    take, series, series_told, kari, now
):
    for each in series[1:]:
        each.event.sequence = each.event.time_sequence = 1

    take(shapes.bare(series_told, many(series_told, "ACCEPTED", "ACCEPTED")))

    assert ([row.reason for row in rows()], refreshed()) == (["older_time"] * 2, 1)


def test_twenty_events_are_read_and_no_more(take, series, series_told):
    most = take(shapes.bare(series_told, many(series_told, *["ACCEPTED"] * 20)))
    more = take(shapes.bare(
        replace(series_told, message_id="2@x"), many(series_told, *["DECLINED"] * 21)
    ))  # fmt: skip

    assert (most.reason, more.reason) == ("answered", "unreadable")
    assert series[1].answer == Answer.ACCEPTED


def test_another_time_for_one_of_a_series_is_found_by_the_time_outlook_knew(
    take, series, series_told
):
    known = "X-MS-OLK-ORIGINALSTART:20260910T070000Z\r\n"
    counter = replace(
        series_told, method="COUNTER", lines=known, starts="20260911T090000", ends="20260911T100000"
    )

    take(shapes.exchange(counter))

    assert (rows()[0].event_id, rows()[0].proposed_starts_at) == (
        series[2].event_id, datetime(2026, 9, 11, 7, tzinfo=UTC),
    )  # fmt: skip


def test_another_time_for_a_whole_series_is_for_somebody_to_read(take, series, series_told):
    counter = replace(series_told, method="COUNTER", starts="20260828T090000", comment="Fredager?")

    done = take(shapes.apple(counter))

    assert (done.reason, rows()[0].proposed_starts_at) == ("counter", None)
    assert [str(each.answer) for each in series] == ["needs-action", "tentative", "tentative"]


def test_a_message_about_a_draft_does_not_hold_it(take, told, kari, now):
    draft = create_event("Kladd", published_at=None, state=EventState.DRAFT)

    done = take(shapes.google(replace(told, uid=draft.uid)))
    drop_draft(draft, by=kari, now=now)
    db.session.commit()

    assert done.reason == "nothing_to_answer"
    assert (rows()[0].uid, rows()[0].event_id) == (done.uid, None)
