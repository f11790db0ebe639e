import pytest
import sqlalchemy as sa
import time_machine

from portal.calendar import entries, serving
from portal.db import db
from portal.invitations import actions
from portal.models.audit import AuditEntry
from portal.models.events import EventKind, Visibility
from tests.calendar.reading import group_feed, my_feed, vevents
from tests.calendar.rules import broken_rules
from tests.factories import (
    create_event,
    create_group,
    create_place,
    create_season,
)


@pytest.fixture(autouse=True)
def _in_august(app, now):
    app.extensions["feeds"] = serving.Shelf()
    with time_machine.travel(now, tick=False):
        yield


def test_an_event_is_downloaded_with_its_uid(client):
    event = create_event("Webinar")

    response = client.get(f"/events/{event.slug}.ics")

    assert response.headers["Content-Disposition"] == f'attachment; filename="{event.slug}.ics"'
    assert broken_rules(response.data) == []
    assert [entry.value("UID") for entry in vevents(response.data)] == [event.uid]


def test_who_takes_part_downloads_the_link_too(browse_as, kari, ola, siri, now):
    event = create_event(visibility=Visibility.GROUP, join_url="https://video.example.org/rom")
    actions.invite(event, ola, by=kari, now=now)
    path = f"/events/{event.slug}.ics"

    (mine,) = vevents(browse_as(ola).get(path).data)

    assert mine.value("CONFERENCE") == "https://video.example.org/rom"
    assert browse_as(siri).get(path).status_code == 404


def test_a_download_costs_one_query_and_304_as_well(client, queries):
    event = create_event("Webinar")
    entries.render(event)
    db.session.commit()
    path = f"/events/{event.slug}.ics"
    with queries() as first:
        response = client.get(path)
    with queries() as again:
        known = client.get(path, headers={"If-None-Match": response.headers["ETag"]})

    assert (len(first), len(again)) == (1, 1)
    assert (known.status_code, known.data) == (304, b"")
    assert known.headers["ETag"] == response.headers["ETag"]
    assert known.headers["Cache-Control"] == response.headers["Cache-Control"]
    assert "Set-Cookie" not in response.headers


def test_a_download_whose_text_is_garbage_is_made_anew(client):
    event = create_event("Webinar", ical_public="BEGIN:VEVENT rubbish")

    response = client.get(f"/events/{event.slug}.ics")

    assert broken_rules(response.data) == []
    assert [entry.value("SUMMARY") for entry in vevents(response.data)] == ["Webinar"]


def test_what_is_no_event_is_said_in_plain_words(client):
    response = client.get("/events/none.ics")

    assert (response.status_code, response.mimetype) == (404, "text/plain")
    assert "Set-Cookie" not in response.headers


def test_the_page_lists_open_feeds_for_all_and_own_ones_for_who_is_signed_in(
    client, browse_as, ola
):
    season = create_season("Oppdrag Oslofjorden 2026")
    group = create_group("Fjordgruppa")
    create_place(group, ola)

    for everybody in (client, browse_as(ola)):
        page = everybody.get("/calendar").text
        assert "http://localhost/calendar/public.ics" in page
        assert "webcal://localhost/calendar/public.ics" in page
        assert f"http://localhost/calendar/season/{season.slug}.ics" in page
        assert all(f"/calendar/kind/{kind}.ics" in page for kind in EventKind)
    assert my_feed(ola) in page
    assert group_feed(ola, group) in page
    assert "/calendar/my/" not in client.get("/calendar").text


def test_new_addresses_are_made_by_post_alone(client, browse_as, ola):
    path, browser = my_feed(ola), browse_as(ola)
    assert browser.get("/calendar/new-address").status_code == 200
    assert client.get(path).status_code == 200

    response = browser.post("/calendar/new-address")

    assert response.location == "/calendar#mine"
    assert client.get(path).status_code == 404
    assert client.get(my_feed(ola)).status_code == 200
    assert db.session.scalars(sa.select(AuditEntry.verb)).all() == ["feeds.renewed"]


def test_nobody_makes_addresses_for_others(client):
    assert client.post("/calendar/new-address").status_code == 403
