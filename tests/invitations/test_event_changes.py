from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.invitations import actions, event_changes
from portal.models.audit import AuditEntry
from portal.models.events import EventChange, EventState
from tests.factories import create_event, create_organisation

LATER = datetime(2026, 10, 16, 7, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Link:
    kind: str
    title: str
    url: str


@dataclass(frozen=True)
class Item:
    starts_at: datetime | None
    title: str
    speakers: str


def numbers(event):
    return event.sequence, event.revision


def history(event):
    rows = db.session.scalars(
        sa.select(EventChange).where(EventChange.event_id == event.id).order_by(EventChange.id)
    )
    return [(row.revision, row.field, row.before, row.after) for row in rows]


def moved(event, hours=24):
    step = timedelta(hours=hours)
    return {"starts_at": event.starts_at + step, "ends_at": event.ends_at + step}


def test_a_change_is_written_down_and_raises_the_revision(kari, now):
    event = create_event(title="Webinar om fjorden")

    rows = event_changes.change(event, {"title": "Fjorden rundt"}, by=kari, now=now)

    assert [(row.field, row.changed_by_id, row.changed_at) for row in rows] == [
        ("title", kari.id, now)
    ]
    assert history(event) == [(2, "title", "Webinar om fjorden", "Fjorden rundt")]
    assert numbers(event) == (0, 2)
    assert "SUMMARY:Fjorden rundt" in event.ical_public
    assert event.changed_at == now


def test_what_is_equal_is_no_change(kari, now):
    event = create_event(title="Webinar", place="Oslo rådhus")
    values = {"title": "Webinar", "place": "Oslo rådhus", "starts_at": event.starts_at}

    assert event_changes.change(event, values, by=kari, now=now) == []
    assert numbers(event) == (0, 1)


def test_how_a_form_ends_its_lines_is_no_change(kari, now):
    event = create_event(description="Program:\n\n- Kaffe")

    assert (
        event_changes.change(event, {"description": "Program:\r\n\r\n- Kaffe"}, by=kari, now=now)
        == []
    )
    assert numbers(event) == (0, 1)


@pytest.mark.parametrize(
    ("values", "sequence"),
    [
        ({"title": "Nytt navn"}, 0),
        ({"place": "Oslo rådhus"}, 0),
        ({"description": "Mer"}, 0),
        ({"join_url": "https://video.example.org/1"}, 0),
        ({"starts_at": datetime(2026, 10, 15, 6, 0, tzinfo=UTC)}, 1),
        ({"ends_at": datetime(2026, 10, 15, 9, 0, tzinfo=UTC)}, 1),
        ({"all_day": True}, 1),
    ],
)
def test_the_sequence_rises_with_the_time_alone(kari, now, values, sequence):
    event = create_event()

    event_changes.change(event, values, by=kari, now=now)

    assert numbers(event) == (sequence, 2)


def test_unknown_fields_are_refused(kari, now):
    with pytest.raises(event_changes.UnknownField):
        event_changes.change(create_event(), {"uid": "another"}, by=kari, now=now)


def test_the_county_is_that_of_the_day(kari, now):
    event = create_event(municipality_code="3103", county_code="31")
    before_the_reform = datetime(2023, 10, 12, 7, 0, tzinfo=UTC)

    event_changes.change(
        event,
        {"starts_at": before_the_reform, "ends_at": before_the_reform + timedelta(hours=1)},
        by=kari,
        now=now,
    )

    assert event.county_code == "30"


def test_lists_are_replaced_in_order(kari, now):
    event = create_event()
    hol, moss = create_organisation("Hol kommune"), create_organisation("Moss kommune")
    values = {
        "organisers": [moss.id, hol.id],
        "links": [Link("document", "Innlegg", "https://example.org/a")],
        "programme": [Item(event.starts_at, "Åpning", "Kari Nordmann")],
    }

    event_changes.change(event, values, by=kari, now=now)
    again = event_changes.change(event, values, by=kari, now=now)

    assert again == []
    assert [each.organisation_id for each in event.organisers] == [moss.id, hol.id]
    assert history(event) == [
        (2, "links", "", "Innlegg https://example.org/a (document)"),
        (2, "organisers", "", "Moss kommune, Hol kommune"),
        (2, "programme", "", "09.00 Åpning (Kari Nordmann)"),
    ]


def test_organisers_change_places_without_being_made_anew(kari, now):
    event = create_event()
    first, second = create_organisation("A"), create_organisation("B")
    event_changes.change(event, {"organisers": [first.id, second.id]}, by=kari, now=now)

    event_changes.change(event, {"organisers": [second.id]}, by=kari, now=now)
    event_changes.change(event, {"organisers": [first.id, second.id]}, by=kari, now=now)
    db.session.commit()

    assert [each.organisation_id for each in event.organisers] == [first.id, second.id]


def test_a_programme_moves_with_its_event(kari, now):
    event = create_event()
    event_changes.change(
        event, {"programme": [Item(event.starts_at, "Åpning", "")]}, by=kari, now=now
    )

    event_changes.change(
        event, moved(event) | {"programme": [Item(LATER, "Åpning", "")]}, by=kari, now=now
    )

    assert event.programme[0].starts_at == LATER
    assert [field for _, field, _, _ in history(event)] == ["programme", "starts_at", "ends_at"]


def test_publishing_counts_as_a_new_state_and_happens_once(kari, now):
    event = create_event(state=EventState.DRAFT, published_at=None)

    event_changes.publish(event, by=kari, now=now)
    event_changes.publish(event, by=kari, now=now + timedelta(days=1))

    assert (event.state, event.published_at) == (EventState.PUBLISHED, now)
    assert numbers(event) == (1, 2)
    assert "STATUS:CONFIRMED" in event.ical_public


def test_what_is_off_is_not_published(kari, now):
    event = create_event()
    event_changes.cancel(event, "", by=kari, now=now)

    with pytest.raises(event_changes.EventIsCancelled):
        event_changes.publish(event, by=kari, now=now)


@pytest.mark.parametrize(("language", "title"), [("nb", "AVLYST: Tur"), ("en", "CANCELLED: Tur")])
def test_calendars_say_that_it_is_off(kari, now, language, title):
    event = create_event(title="Tur", language=language)

    event_changes.cancel(event, "", by=kari, now=now)

    for text in (event.ical_public, event.ical_participant):
        assert f"SUMMARY:{title}\r\n" in text
        assert "STATUS:CANCELLED" in text
        assert "TRANSP:TRANSPARENT" in text


def test_the_audience_has_an_address(kari, ola, siri, now):
    event = create_event()
    for person in (ola, siri):
        actions.invite(event, person, by=kari, now=now)
    siri.emails.clear()
    db.session.flush()

    assert event_changes.audience_size(event) == 1


def test_each_deed_stands_in_the_record(kari, ola, now):
    event = create_event(state=EventState.DRAFT, published_at=None)
    event_changes.publish(event, by=kari, now=now)
    actions.invite(event, ola, by=kari, now=now)
    event_changes.change(event, {"title": "Nytt"}, by=kari, now=now)
    event_changes.tell(event, by=kari, now=now)
    event_changes.cancel(event, "", by=kari, now=now)

    verbs = db.session.scalars(sa.select(AuditEntry.verb).order_by(AuditEntry.id)).all()
    assert verbs == [
        *("event.published", "invitation.sent", "event.changed", "event.told", "event.cancelled"),
    ]


def test_changing_costs_the_same_however_many_are_invited(kari, ola, siri, now, queries):
    event = create_event()
    costs = []
    for person in (ola, siri, kari):
        actions.invite(event, person, by=kari, now=now)
        db.session.commit()
        with queries() as statements:
            event_changes.change(event, moved(event), by=kari, now=now)
            event_changes.tell(event, by=kari, now=now)
            db.session.flush()
        costs.append(len(statements))

    assert len(set(costs)) == 1


def test_a_county_known_without_its_municipality_is_kept(kari, now):
    event = create_event(county_code="31")

    event_changes.change(event, {"title": "Nytt navn"}, by=kari, now=now)

    assert event.county_code == "31"
