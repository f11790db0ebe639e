"""The pages on which organisers choose when people are reminded."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.invitations import actions as invitations
from portal.mail import choices
from portal.models.accounts import RoleName
from portal.models.audit import AuditEntry
from portal.models.events import EventState
from portal.models.jury import Assignment, AssignmentState
from portal.models.mailings import ReminderRule, Topic
from tests.conftest import NOW
from tests.factories import (
    create_camp,
    create_event,
    create_group,
    create_person,
    create_place,
    create_season,
)
from tests.mail.reminding.rounds import look, reminders, send, states

pytestmark = pytest.mark.usefixtures("in_august")

# The day before the webinar at 12.00 in Oslo.
STARTS_AT = datetime(2026, 10, 15, 7, 0, tzinfo=UTC)
MADE = datetime(2026, 8, 1, 8, 0, tzinfo=UTC)


def rules() -> list[tuple[str, int | None, int | None, bool, int, time]]:
    return [
        (str(row.kind), row.season_id, row.event_id, row.is_on, row.days_before, row.at)
        for row in db.session.scalars(sa.select(ReminderRule).order_by(ReminderRule.id))
    ]


def verbs() -> list[str]:
    found = sa.select(AuditEntry.verb).where(AuditEntry.verb.startswith("reminder."))
    return list(db.session.scalars(found.order_by(AuditEntry.id)))


def form(kind: str, days: str = "3", at: str = "10.30", is_on: bool = True, **more) -> dict:
    """What the form of one kind sends."""
    on = {f"{kind}-is_on": "y"} if is_on else {}
    return {"kind": kind, f"{kind}-days_before": days, f"{kind}-at": at, **on, **more}


def webinar(*people, **values):
    """A webinar in October that ``people`` were invited to."""
    event = create_event(starts_at=STARTS_AT, **values)
    for person in people:
        invitations.invite(event, person, by=None, now=MADE)
    db.session.commit()
    return event


def seated(camp, *people, state=AssignmentState.ACCEPTED, **values) -> None:
    db.session.add_all(
        Assignment(
            camp=camp, panel=camp.panels[0], person=each, state=state, created_at=MADE, **values
        )
        for each in people
    )
    db.session.commit()


def test_the_page_of_an_event_says_when_the_next_goes_out_and_to_how_many(
    browse_as, kari, ola, siri
):
    nora = create_person("Nora Lie", email=None)
    nils = create_person("Nils Dahl")
    choices.turn_off(nils, Topic.REMIND_EVENT, now=NOW)
    event = webinar(ola, siri, nora, nils)

    page = browse_as(kari).get(f"/organise/events/{event.slug}/reminders").text

    assert (
        "Den neste går ut onsdag 14. oktober 2026 kl. 12.00. Slik det står nå, får 2 personer den."
    ) in page
    assert 'value="1"' in page
    assert 'value="12.00"' in page


def test_an_event_gets_a_time_of_its_own(browse_as, kari, ola):
    event = webinar(ola)
    client = browse_as(kari)
    address = f"/organise/events/{event.slug}/reminders"

    response = client.post(address, data=form("event"))
    page = client.get(address).text

    assert response.location == address
    assert rules() == [("event", None, event.id, True, 3, time(10, 30))]
    assert "Den neste går ut mandag 12. oktober 2026 kl. 10.30." in page
    assert verbs() == ["reminder.chosen"]


def test_choosing_the_same_again_changes_nothing(browse_as, kari, ola):
    event = webinar(ola)
    client = browse_as(kari)
    for _time in range(2):
        client.post(f"/organise/events/{event.slug}/reminders", data=form("event"))

    assert (len(rules()), verbs()) == (1, ["reminder.chosen"])


def test_a_reminder_can_be_turned_off_and_the_usual_time_taken_up_again(browse_as, kari, ola):
    event = webinar(ola)
    client = browse_as(kari)
    address = f"/organise/events/{event.slug}/reminders"

    client.post(address, data=form("event", is_on=False))
    off = client.get(address).text
    client.post(address, data=form("event", usual="1"))
    usual = client.get(address).text

    assert "Ingen får denne påminnelsen." in off
    assert "onsdag 14. oktober 2026 kl. 12.00" in usual
    assert (rules(), verbs()) == ([], ["reminder.chosen", "reminder.usual"])


def test_going_back_to_the_usual_time_twice_is_as_once(browse_as, kari, ola):
    event = webinar(ola)

    response = browse_as(kari).post(
        f"/organise/events/{event.slug}/reminders", data=form("event", usual="1")
    )

    assert (response.status_code, verbs()) == (302, [])


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"days": ""}, "Skriv antall dager, fra 0 til 60"),
        ({"days": "-1"}, "Skriv antall dager, fra 0 til 60"),
        ({"days": "61"}, "Skriv antall dager, fra 0 til 60"),
        ({"days": "99999999999999999999"}, "Skriv antall dager, fra 0 til 60"),
        ({"days": "to"}, "Skriv et helt tall"),
        ({"at": ""}, "Skriv klokkeslettet slik: 09.00"),
        ({"at": "25.00"}, "Skriv klokkeslettet slik: 09.00"),
        ({"at": "morgen"}, "Skriv klokkeslettet slik: 09.00"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(browse_as, kari, ola, wrong, words):
    event = webinar(ola)

    response = browse_as(kari).post(
        f"/organise/events/{event.slug}/reminders", data=form("event", **wrong)
    )

    field = "days_before" if "days" in wrong else "at"
    assert response.status_code == 422
    assert f'id="event-{field}-error">{words}' in response.text
    assert rules() == []


@pytest.mark.parametrize(
    ("typed", "read"), [("9", time(9)), ("9:05", time(9, 5)), ("23.59", time(23, 59))]
)
def test_a_time_may_be_typed_as_people_type_it(browse_as, kari, ola, typed, read):
    event = webinar(ola)

    browse_as(kari).post(
        f"/organise/events/{event.slug}/reminders", data=form("event", "0", at=typed)
    )

    assert rules() == [("event", None, event.id, True, 0, read)]


def test_the_page_of_a_season_has_its_three_reminders(browse_as, kari, ola, siri):
    season = create_season()
    camp = create_camp(season)
    seated(camp, ola)
    seated(
        create_camp(season),
        siri,
        state=AssignmentState.ASKED,
        asked_at=MADE,
        answer_by=datetime(2026, 9, 3, 21, 59, tzinfo=UTC),
    )
    create_place(create_group(), create_person("Per Olsen", municipality_code="3103"))

    page = browse_as(kari).get(f"/organise/seasons/{season.slug}/reminders").text

    assert [words in page for words in (
        "Den neste går ut tirsdag 1. september 2026 kl. 09.00. Slik det står nå, får 1 person den.",
        "Den neste går ut søndag 18. oktober 2026 kl. 09.00. Slik det står nå, får 1 person den.",
        "Den neste går ut søndag 27. september 2026 kl. 09.00. Slik det står nå, får 1 person den.",
    )] == [True, True, True]  # fmt: skip


def test_two_camps_reminded_of_at_once_are_counted_together(browse_as, kari, ola, siri):
    season = create_season()
    for person in (ola, siri):
        seated(create_camp(season), person)

    page = browse_as(kari).get(f"/organise/seasons/{season.slug}/reminders").text

    assert "søndag 18. oktober 2026 kl. 09.00. Slik det står nå, får 2 personer den." in page


def test_each_reminder_of_a_season_is_changed_by_itself(browse_as, kari):
    season = create_season()
    client = browse_as(kari)
    address = f"/organise/seasons/{season.slug}/reminders"

    client.post(address, data=form("ask", "1", "08.00"))
    client.post(address, data=form("signup", "7", "09.00"))
    refused = client.post(address, data=form("jury_day", "x"))

    assert rules() == [
        ("ask", season.id, None, True, 1, time(8, 0)),
        ("signup", season.id, None, True, 7, time(9, 0)),
    ]
    assert refused.status_code == 422
    assert 'id="jury_day-days_before-error"' in refused.text
    # What the other forms hold stands as it was.
    assert re.search('<input[^>]* name="ask-days_before"[^>]* value="1"', refused.text)


def test_a_camp_keeps_to_its_season_until_it_has_a_time_of_its_own(browse_as, kari, ola):
    season = create_season()
    camp = create_camp(season)
    seated(camp, ola)
    client = browse_as(kari)
    address = f"/organise/events/{camp.event.slug}/reminders"
    client.post(f"/organise/seasons/{season.slug}/reminders", data=form("jury_day", "5", "08.00"))

    of_season = client.get(address).text
    client.post(address, data=form("jury_day", "1", "14.00"))
    own = client.get(address).text
    client.set_cookie("language", "en")
    again = client.post(address, data=form("jury_day", usual="1"), follow_redirects=True).text

    assert "The season’s time holds again." in again
    assert "torsdag 15. oktober 2026 kl. 08.00" in of_season
    assert "mandag 19. oktober 2026 kl. 14.00" in own
    assert rules() == [("jury_day", season.id, None, True, 5, time(8, 0))]


def test_a_new_time_takes_back_what_waits_and_sends_it_then(browse_as, kari, ola):
    event = webinar(ola)
    send(MADE)
    due = datetime(2026, 10, 14, 10, 0, tzinfo=UTC)
    look(due)

    browse_as(kari).post(
        f"/organise/events/{event.slug}/reminders", data=form("event", "1", "18.00")
    )
    look(due + timedelta(minutes=1))
    before = states()
    look(due + timedelta(hours=6))

    assert before == [(ola.email, "suppressed", "overtaken")]
    assert states()[1:] == [(ola.email, "queued", "none")]


def test_the_page_tells_what_went_out_last(browse_as, kari, ola):
    event = webinar(ola)
    look(datetime(2026, 10, 14, 10, 0, tzinfo=UTC))
    assert len(reminders()) == 1

    page = browse_as(kari).get(f"/organise/events/{event.slug}/reminders").text

    assert "Den forrige gikk ut onsdag 14. oktober 2026 kl. 12.00, til 1 person." in page


def test_a_cancelled_event_says_that_nobody_is_reminded(browse_as, kari, ola):
    event = webinar(ola)
    event.state = EventState.CANCELLED

    page = browse_as(kari).get(f"/organise/events/{event.slug}/reminders").text

    assert "Vi sender ikke påminnelser om noe som er avlyst." in page
    assert "Det er ingenting å minne om nå." in page


def test_an_event_without_guests_says_that_there_is_nothing_to_remind_of(browse_as, kari):
    page = browse_as(kari).get(f"/organise/events/{webinar().slug}/reminders").text

    assert "Det er ingenting å minne om nå." in page


@pytest.mark.parametrize("kind", ["", "jury_day", "nothing", "EVENT"])
def test_a_reminder_that_the_event_does_not_have_cannot_be_set(browse_as, kari, kind):
    event = webinar()

    response = browse_as(kari).post(f"/organise/events/{event.slug}/reminders", data=form(kind))

    assert (response.status_code, rules()) == (400, [])


@pytest.mark.parametrize("of", ["seasons", "events"])
def test_an_unknown_address_is_none(browse_as, kari, of):
    client = browse_as(kari)

    assert client.get(f"/organise/{of}/no-such/reminders").status_code == 404
    assert client.post(f"/organise/{of}/no-such/reminders", data=form("ask")).status_code == 404


@pytest.mark.parametrize("role", [None, RoleName.COORDINATOR])
def test_only_organisers_choose(browse_as, role, app):
    person = create_person("Berit Vik", role=role, county="31" if role else "")
    season, event = create_season(), webinar()
    client = browse_as(person)

    for address in (
        f"/organise/seasons/{season.slug}/reminders",
        f"/organise/events/{event.slug}/reminders",
    ):
        assert client.get(address).status_code == 403
        assert client.post(address, data=form("event")).status_code == 403
    assert rules() == []


def test_the_pages_of_season_camp_and_event_lead_there(browse_as, kari):
    season = create_season()
    camp = create_camp(season)
    event = webinar()
    client = browse_as(kari)
    of_camp = f"/organise/events/{camp.event.slug}/reminders"

    for page, address in (
        (f"/organise/seasons/{season.slug}", f"/organise/seasons/{season.slug}/reminders"),
        (f"/organise/seasons/{season.slug}/camps/{camp.event.slug}", of_camp),
        (f"/organise/events/{event.slug}", f"/organise/events/{event.slug}/reminders"),
    ):
        assert f'href="{address}"' in client.get(page).text


def test_the_page_costs_the_same_however_many_are_reminded(browse_as, kari, queries):
    season = create_season()
    client = browse_as(kari)

    def cost(people: int) -> int:
        for number in range(people):
            seated(create_camp(season), create_person(f"Person {number}"))
        with queries() as statements:
            client.get(f"/organise/seasons/{season.slug}/reminders")
        return len(statements)

    assert cost(1) == cost(4)
