import gzip
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from portal.calendar import entries, serving, subscriptions
from portal.db import db
from portal.invitations import event_changes
from portal.models.accounts import RoleName
from portal.models.events import Event, EventState, Visibility
from tests.calendar.reading import my_feed, shown, vevents
from tests.factories import (
    create_camp,
    create_event,
    create_person,
    create_season,
)


@pytest.fixture(autouse=True)
def _in_august(app, now):
    app.extensions["feeds"] = serving.Shelf()
    with time_machine.travel(now, tick=False):
        yield


def test_an_empty_feed_is_a_calendar_still(client):
    response = client.get("/calendar/public.ics")

    assert (response.status_code, shown(response)) == (200, [])


def test_the_public_feed_holds_what_the_public_page_shows(client):
    create_event("Åpent webinar")
    create_event("For medlemmer", visibility=Visibility.MEMBERS)
    create_event("For gruppa", visibility=Visibility.GROUP)
    create_event("Utkast", state=EventState.DRAFT, published_at=None)

    assert shown(client.get("/calendar/public.ics")) == ["Åpent webinar"]


def test_feeds_are_narrowed_by_kind_county_and_season(client):
    season = create_season("Oppdrag Oslofjorden")
    create_camp(season, day=datetime(2026, 10, 20, 6, tzinfo=UTC))
    create_event("Webinar i Oslo", county_code="03")

    assert shown(client.get("/calendar/kind/webinar.ics")) == ["Webinar i Oslo"]
    assert shown(client.get("/calendar/county/03.ics")) == ["Webinar i Oslo"]
    assert len(shown(client.get("/calendar/county/31.ics"))) == 1
    assert len(shown(client.get(f"/calendar/season/{season.slug}.ics"))) == 1


@pytest.mark.parametrize(
    "path",
    [
        "kind/party.ics",
        "county/99.ics",
        "season/none.ics",
        "my/nonsense.ics",
        "my/1-1-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.ics",
        "group/1-1-1-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.ics",
    ],
)
def test_what_is_no_feed_is_not_found_and_sets_no_cookie(client, path):
    response = client.get(f"/calendar/{path}")

    assert response.status_code == 404
    assert response.mimetype == "text/plain"
    assert "Set-Cookie" not in response.headers


def test_a_draft_season_has_no_feed(client):
    season = create_season(published_at=None)

    assert client.get(f"/calendar/season/{season.slug}.ics").status_code == 404


def test_the_window_reaches_half_a_year_back_and_all_ahead(client, now):
    create_event("Fjernt", starts_at=now + timedelta(days=900))
    create_event("I vinter", starts_at=now - timedelta(days=179))
    create_event("I fjor", starts_at=now - timedelta(days=182))

    assert shown(client.get("/calendar/public.ics")) == ["I vinter", "Fjernt"]


def test_a_cancelled_event_is_shown_as_such_for_a_month(client, now, kari):
    new = create_event("Ny", starts_at=now - timedelta(days=29))
    old = create_event("Gammel", starts_at=now - timedelta(days=32))
    for event in (new, old):
        event_changes.cancel(event, "", by=kari, now=now)

    assert shown(client.get("/calendar/public.ics")) == ["AVLYST: Ny"]


def test_one_bad_event_does_not_cost_the_others(client):
    create_event("Forrige årtusen", starts_at=datetime(2600, 1, 1, tzinfo=UTC))
    create_event("Webinar")

    assert shown(client.get("/calendar/public.ics")) == ["Webinar"]


def test_the_public_form_leaves_people_free_and_has_no_link_to_join(client):
    create_event("Møte", join_url="https://video.example.org/rom")

    ics = client.get("/calendar/public.ics").data

    assert b"video.example.org" not in ics
    assert vevents(ics)[0].value("TRANSP") == "TRANSPARENT"


def test_the_stored_text_is_served_as_it_stands(client):
    event = create_event("Webinar")
    entries.render(event)

    assert event.ical_public.encode() in client.get("/calendar/public.ics").data


def test_headers_of_an_open_feed(client):
    create_event()

    headers = client.get("/calendar/public.ics").headers

    assert {name: headers.get(name) for name in ("Content-Type", "Cache-Control", "Vary")} == {
        "Content-Type": "text/calendar; charset=utf-8",
        "Cache-Control": "public, max-age=300, stale-while-revalidate=3600",
        "Vary": "Accept-Encoding",
    }
    assert headers["Content-Disposition"] == 'inline; filename="oppdrag-oslofjorden.ics"'
    assert "Set-Cookie" not in headers
    assert "X-Robots-Tag" not in headers


def test_headers_of_a_secret_feed(client, ola):
    headers = client.get(my_feed(ola)).headers

    assert headers["Cache-Control"] == "private, max-age=300"
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in headers


def test_only_open_feeds_tell_their_address(client, ola):
    assert b"SOURCE;VALUE=URI:http://localhost/calendar/public.ics" in (
        client.get("/calendar/public.ics").data
    )
    assert b"SOURCE" not in client.get(my_feed(ola)).data


def test_who_has_the_feed_gets_304(client):
    create_event()
    etag = client.get("/calendar/public.ics").headers["ETag"]

    again = client.get("/calendar/public.ics", headers={"If-None-Match": etag})

    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
    assert again.headers["Cache-Control"].startswith("public")
    assert not etag.startswith("W/")


def test_each_form_has_an_etag_of_its_own(client):
    create_event()
    plain = client.get("/calendar/public.ics")
    packed = client.get("/calendar/public.ics", headers={"Accept-Encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]


def test_an_etag_marked_weak_on_the_way_still_counts(client):
    etag = client.get("/calendar/public.ics").headers["ETag"]

    again = client.get("/calendar/public.ics", headers={"If-None-Match": f"W/{etag}"})

    assert again.status_code == 304


def test_head_is_get_without_the_body(client):
    create_event()
    got, head = client.get("/calendar/public.ics"), client.head("/calendar/public.ics")

    assert head.data == b""
    assert head.headers["ETag"] == got.headers["ETag"]
    assert head.headers["Content-Length"] == got.headers["Content-Length"]


def test_a_change_is_seen_at_once(client, kari, now):
    event = create_event("Gammelt navn")
    etag = client.get("/calendar/public.ics").headers["ETag"]

    event_changes.change(event, {"title": "Nytt navn"}, by=kari, now=now)
    response = client.get("/calendar/public.ics", headers={"If-None-Match": etag})

    assert shown(response) == ["Nytt navn"]


def test_a_removal_is_seen_at_once(client, kari, now):
    event = create_event()
    create_event("Webinar")
    etag = client.get("/calendar/public.ics").headers["ETag"]

    event_changes.change(event, {"visibility": Visibility.MEMBERS}, by=kari, now=now)
    response = client.get("/calendar/public.ics", headers={"If-None-Match": etag})

    assert shown(response) == ["Webinar"]


def test_a_date_alone_is_believed_until_something_changes(client, kari, now):
    event = create_event()
    client.get("/calendar/public.ics")
    with time_machine.travel(now + timedelta(minutes=5), tick=False):
        date = client.get("/calendar/public.ics").headers["Last-Modified"]
        asked = {"If-Modified-Since": date}
        assert client.get("/calendar/public.ics", headers=asked).status_code == 304
    later = now + timedelta(minutes=10)
    with time_machine.travel(later, tick=False):
        event_changes.change(event, {"visibility": Visibility.MEMBERS}, by=kari, now=later)
        assert client.get("/calendar/public.ics", headers=asked).status_code == 200


@pytest.mark.parametrize("date", ["nonsense", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_an_old_or_unreadable_date_is_no_reason_for_304(client, date):
    response = client.get("/calendar/public.ics", headers={"If-Modified-Since": date})

    assert response.status_code == 200


def test_an_etag_decides_over_a_date(client, now):
    client.get("/calendar/public.ics")
    with time_machine.travel(now + timedelta(minutes=5), tick=False):
        date = client.get("/calendar/public.ics").headers["Last-Modified"]
        response = client.get(
            "/calendar/public.ics",
            headers={"If-None-Match": '"another"', "If-Modified-Since": date},
        )

    assert response.status_code == 200


def test_the_bytes_stay_the_same_while_nothing_changes(client, now):
    create_event()
    first = client.get("/calendar/public.ics").data
    with time_machine.travel(now + timedelta(days=3), tick=False):
        assert client.get("/calendar/public.ics").data == first


def test_a_token_for_one_thing_opens_no_other(client, ola):
    token = subscriptions.my_token(ola)

    assert client.get(f"/calendar/group/{token}.ics").status_code == 404
    assert client.get(f"/invitations/{token}").status_code == 404


def test_a_renamed_season_renames_its_feed(client):
    season = create_season("Oppdrag Oslofjorden 2026")
    path = f"/calendar/season/{season.slug}.ics"
    client.get(path)

    season.name = "Fjordløftet 2026"
    db.session.commit()

    assert "X-WR-CALNAME:Fjordløftet 2026" in client.get(path).text


def test_feeds_are_named_in_bokmaal_whoever_asks(client):
    response = client.get("/calendar/kind/camp.ics", headers={"Accept-Language": "en"})

    assert "X-WR-CALNAME:Oppdrag Oslofjorden – Innovasjonscamp" in response.text


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("path", ["public.ics", "season/oppdrag.ics", "search.ics?q=fjord"])
def test_a_feed_that_stands_costs_one_query_and_a_changed_one_five_at_most(
    client, queries, number, path
):
    create_season("Oppdrag", slug="oppdrag")
    for _each in range(number):
        entries.render(create_event())
    db.session.commit()
    with queries() as first:
        etag = client.get(f"/calendar/{path}").headers["ETag"]
    with queries() as again:
        client.get(f"/calendar/{path}")
    with queries() as known:
        client.get(f"/calendar/{path}", headers={"If-None-Match": etag})

    # The number before and after, the state and the texts; the season behind its address.
    assert len(first) == (5 if "season" in path else 4)
    assert (len(again), len(known)) == (1, 1)


def test_coordinators_see_in_feeds_what_they_see_on_pages(client):
    karin = create_person("Karin Lie", role=RoleName.COORDINATOR, county="31")
    create_event("For medlemmer", visibility=Visibility.MEMBERS)

    assert shown(client.get(my_feed(karin))) == []


def test_a_feed_is_the_same_for_who_is_signed_in(client, browse_as, ola):
    create_event()

    headers = browse_as(ola).get("/calendar/public.ics").headers

    assert headers["ETag"] == client.get("/calendar/public.ics").headers["ETag"]
    assert "Cookie" not in headers["Vary"]
    assert "Set-Cookie" not in headers


def test_a_change_elsewhere_leaves_bytes_and_validators_alone(client, kari, now):
    entries.render(create_event("Webinar"))
    other = create_event("Møte", visibility=Visibility.MEMBERS)
    with time_machine.travel(now + timedelta(hours=1), tick=False):
        before = client.get("/calendar/public.ics").headers
        for hours in range(2):
            later = now + timedelta(hours=2 + hours)
            with time_machine.travel(later, tick=False):
                event_changes.change(other, {"title": f"Møte {hours}"}, by=kari, now=later)
                db.session.commit()
    with time_machine.travel(now + timedelta(hours=5), tick=False):
        after = client.get("/calendar/public.ics")
        asked = {"If-Modified-Since": before["Last-Modified"]}
        known = client.get("/calendar/public.ics", headers=asked)

    assert after.headers["ETag"] == before["ETag"]
    assert after.headers["Last-Modified"] == before["Last-Modified"]
    assert known.status_code == 304


def test_a_group_that_swaps_its_events_has_changed_though_all_sums_are_equal(client, app, now):
    shown_, hidden = [], []
    for number in range(4):
        entries.render(create_event(f"Nr. {number}", uid=f"{number}@localhost"))
    last = create_event("Siste", uid="9@localhost", changed_at=now)
    entries.render(last)
    events = {event.title: event for event in db.session.scalars(sa.select(Event))}
    shown_, hidden = ["Nr. 0", "Nr. 3"], ["Nr. 1", "Nr. 2"]
    for title in hidden:
        events[title].visibility = Visibility.MEMBERS
    etag = client.get("/calendar/public.ics").headers["ETag"]

    for title in shown_ + hidden:
        is_hidden = title in hidden
        events[title].visibility = Visibility.PUBLIC if is_hidden else Visibility.MEMBERS
    response = client.get("/calendar/public.ics", headers={"If-None-Match": etag})

    assert shown(response) == ["Nr. 1", "Nr. 2", "Siste"]
