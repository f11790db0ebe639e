from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.models.audit import AuditEntry
from portal.models.events import Event, EventChange, EventState
from tests.events.typing_in import the_event, typed
from tests.factories import (
    create_camp,
    create_event,
    create_group,
    create_meeting,
    create_organisation,
    create_person,
    create_season,
)

NOW = datetime(2026, 8, 20, 9, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("in_august")


def test_an_event_begins_as_a_draft_with_all_that_was_typed(organiser):
    moss, unge = create_organisation("Moss kommune"), create_organisation("Ungt Entreprenørskap")

    answer = organiser.post(
        "/organise/events/new",
        data=typed(
            place="Teams",
            municipality_code="3103",
            streaming_url="https://video.example.org/1",
            **{
                "organisers-0": str(unge.id),
                "organisers-1": str(moss.id),
                "organisers-2": "",
                "programme-0-at": "09.15",
                "programme-0-title": "Velkommen",
                "programme-0-speakers": "Kari Nordmann, Osloregionen",
                "links-0-kind": "recording",
                "links-0-title": "Opptak",
                "links-0-url": "https://video.example.org/2",
            },
        ),
    )

    event = the_event()
    assert answer.headers["Location"] == "/organise/events/webinar-om-ren-fjord-2026"
    assert (event.state, event.starts_at, event.county_code) == (
        EventState.DRAFT,
        datetime(2026, 10, 15, 7, 0, tzinfo=UTC),
        "31",
    )
    assert [o.organisation.name for o in event.organisers] == [
        "Ungt Entreprenørskap",
        "Moss kommune",
    ]
    assert [(i.starts_at, i.title, i.speakers) for i in event.programme] == [
        (datetime(2026, 10, 15, 7, 15, tzinfo=UTC), "Velkommen", "Kari Nordmann, Osloregionen")
    ]
    assert [(link.title, link.url) for link in event.links] == [
        ("Opptak", "https://video.example.org/2")
    ]
    assert event.ical_public.startswith("BEGIN:VEVENT")


def test_two_events_of_one_title_have_addresses_of_their_own(organiser):
    for _time in range(2):
        organiser.post("/organise/events/new", data=typed())

    slugs = db.session.scalars(sa.select(Event.slug).order_by(Event.id)).all()
    assert slugs == ["webinar-om-ren-fjord-2026", "webinar-om-ren-fjord-2026-2"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("title", "", "Skriv en tittel"),
        ("title", "To\r\nBcc: x@example.org", "Skriv dette på én linje"),
        ("day", "", "Skriv datoen, for eksempel 13.11.2026"),
        ("day", "31.11.2026", "Skriv datoen med dag, måned og år"),
        ("starts", "25.00", "Skriv klokkeslettet slik: 09.00"),
        ("ends", "08.00", "Arrangementet må slutte etter at det starter"),
        ("streaming_url", "javascript:alert(1)", "Skriv hele adressen, med https:// først"),
        ("contact_email", "kari", "Skriv en e-postadresse"),
        ("links-0-title", "Uten adresse", "Skriv hele adressen, med https:// først"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(
    organiser, field: str, value: str, message: str
):
    answer = organiser.post("/organise/events/new", data=typed(**{field: value, "place": "Her"}))

    assert (answer.status_code, message in answer.text) == (422, True)
    assert 'value="Her"' in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Event)) == 0


def test_the_hour_that_summer_time_takes_away_is_refused(organiser):
    answer = organiser.post(
        "/organise/events/new", data=typed(day="28.03.2027", starts="02.30", ends="04.00")
    )

    assert (answer.status_code, "Klokka stilles fram" in answer.text) == (422, True)


def test_whole_days_need_no_clock(organiser):
    organiser.post(
        "/organise/events/new",
        data=typed(all_day="y", starts="", ends="", day="4.2.2027", last_day="6.2.2027"),
    )

    event = the_event()
    assert (event.all_day, str(event.first_day), str(event.last_day)) == (
        True,
        "2027-02-04",
        "2027-02-06",
    )


def test_more_rows_can_be_had_without_saving(organiser):
    answer = organiser.post("/organise/events/new", data=typed(add_rows="1"))

    assert answer.status_code == 200
    assert 'id="links-1-url"' in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Event)) == 0


def test_a_saturday_is_warned_of_and_not_forbidden(organiser):
    organiser.post("/organise/events/new", data=typed(day="14.11.2026"))

    page = organiser.get(f"/organise/events/{the_event().slug}").text

    assert "14. november 2026 er en lørdag." in page


def test_editing_keeps_a_history_of_what_changed(organiser):
    organiser.post("/organise/events/new", data=typed())
    event = the_event()

    organiser.post(
        f"/organise/events/{event.slug}/edit",
        data=typed(title="Webinar om frisk fjord", revision=str(event.revision)),
    )

    changes = db.session.scalars(sa.select(EventChange)).all()
    assert [(c.field, c.before, c.after, c.changed_by.name) for c in changes] == [
        ("title", "Webinar om ren fjord", "Webinar om frisk fjord", "Kari Nordmann")
    ]
    assert "fra Webinar om ren fjord" in organiser.get(f"/organise/events/{event.slug}").text


def test_saving_without_a_change_makes_no_history(organiser):
    organiser.post("/organise/events/new", data=typed())
    event = the_event()

    answer = organiser.post(
        f"/organise/events/{event.slug}/edit",
        data=typed(revision=str(event.revision)),
        follow_redirects=True,
    )

    assert "Ingenting ble endret" in answer.text
    assert db.session.scalars(sa.select(EventChange)).all() == []


def test_of_two_who_edit_at_once_the_second_is_told_and_loses_nothing(organiser):
    organiser.post("/organise/events/new", data=typed())
    event = the_event()
    seen = str(event.revision)
    organiser.post(f"/organise/events/{event.slug}/edit", data=typed(place="A", revision=seen))

    answer = organiser.post(
        f"/organise/events/{event.slug}/edit", data=typed(place="B", revision=seen)
    )

    assert (answer.status_code, "Noen andre lagret arrangementet" in answer.text) == (422, True)
    assert 'value="B"' in answer.text
    assert the_event().place == "A"


def test_a_copy_is_a_draft_with_a_uid_of_its_own(organiser):
    event = create_event("Webinar", place="Teams")

    organiser.post(f"/organise/events/{event.slug}/copies")

    copied = db.session.scalars(sa.select(Event).order_by(Event.id.desc())).first()
    assert (copied.title, copied.place, copied.state) == (
        "Kopi av Webinar",
        "Teams",
        EventState.DRAFT,
    )
    assert copied.uid != event.uid


def test_a_draft_can_be_deleted_and_a_published_event_cannot(organiser):
    draft = create_event("Utkast", state=EventState.DRAFT, published_at=None)
    published = create_event("Publisert")

    organiser.post(f"/organise/events/{draft.slug}/deletion")
    organiser.post(f"/organise/events/{published.slug}/deletion")

    assert db.session.scalars(sa.select(Event.title)).all() == ["Publisert"]


def test_each_change_is_in_the_audit_without_names(organiser, kari):
    organiser.post("/organise/events/new", data=typed())
    organiser.post(f"/organise/events/{the_event().slug}/publication")

    rows = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(row.verb, row.actor_id) for row in rows] == [
        ("event.planned", kari.id),
        ("event.published", kari.id),
    ]


@pytest.mark.parametrize("path", ["copies", "publication", "cancellation", "notices", "deletion"])
def test_others_change_nothing(client, browse_as: Callable, path: str):
    event = create_event("Webinar", state=EventState.DRAFT, published_at=None)
    someone = browse_as(create_person("Siri Berg"))

    answers = [
        each.post(f"/organise/events/{event.slug}/{path}").status_code for each in (client, someone)
    ]

    assert (answers, event.state) == ([403, 403], EventState.DRAFT)


@pytest.mark.parametrize("number", [1, 3])
def test_the_organisers_list_asks_as_often_for_many(organiser, queries: Callable, number: int):
    for _index in range(number):
        create_event("Webinar")

    with queries() as statements:
        organiser.get("/organise/events")

    assert len(statements) <= 8


@pytest.mark.parametrize("path", ["edit", "publication", "cancellation", "notices", "deletion"])
def test_a_camp_and_a_meeting_are_changed_where_they_belong(organiser, path: str):
    camp = create_camp(create_season())
    meeting = create_meeting(create_group())

    answers = [
        organiser.post(f"/organise/events/{event.slug}/{path}").headers["Location"]
        for event in (camp.event, meeting.event)
    ]

    assert answers == [
        f"/organise/seasons/{camp.season.slug}/camps/{camp.event.slug}",
        f"/groups/{meeting.group.slug}/meetings/{meeting.public_id}",
    ]
    assert (camp.event.state, meeting.event.state) == (EventState.PUBLISHED, EventState.PUBLISHED)
