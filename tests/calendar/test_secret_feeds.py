import logging
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from portal import logs
from portal.app import create_app
from portal.calendar import serving
from portal.db import db
from portal.extensions import limiter
from portal.invitations import actions
from portal.models.events import EventState, Visibility
from portal.models.groups import PlaceState
from portal.models.invitations import Answer
from portal.models.jury import AssignmentState
from tests.calendar.reading import create_assignment, group_feed, my_feed, shown, vevents
from tests.conftest import settings
from tests.factories import (
    create_camp,
    create_event,
    create_group,
    create_meeting,
    create_place,
    create_season,
)


@pytest.fixture(autouse=True)
def _in_august(app, now):
    app.extensions["feeds"] = serving.Shelf()
    with time_machine.travel(now, tick=False):
        yield


def test_my_feed_holds_invitations_meetings_and_asks(client, kari, ola, now):
    invited = create_event(
        "Invitert", visibility=Visibility.GROUP, join_url="https://v.example.org"
    )
    actions.invite(invited, ola, by=kari, now=now)
    group = create_group()
    create_place(group, ola)
    create_meeting(group, title="Gruppemøte", starts_at=now + timedelta(days=90))
    camp = create_camp(create_season(), day=now + timedelta(days=100))
    create_assignment(camp, ola, AssignmentState.ASKED)
    create_event("Ikke min")

    ics = client.get(my_feed(ola))

    assert shown(ics) == ["Invitert", "Gruppemøte", camp.event.title]
    forms = [(e.value("STATUS"), e.value("TRANSP")) for e in vevents(ics.data)]
    assert forms == [("CONFIRMED", "OPAQUE"), ("CONFIRMED", "OPAQUE"), ("TENTATIVE", "OPAQUE")]
    assert vevents(ics.data)[0].value("CONFERENCE") == "https://v.example.org"


def test_an_ask_stands_in_nobody_elses_feed_as_such(client, ola, siri, now):
    camp = create_camp(create_season(), day=now + timedelta(days=100))
    create_assignment(camp, ola, AssignmentState.ASKED)

    assert shown(client.get(my_feed(siri))) == []
    assert vevents(client.get("/calendar/public.ics").data)[0].value("STATUS") == "CONFIRMED"


def test_an_answered_ask_changes_my_feed(client, ola, now):
    camp = create_camp(create_season(), day=now + timedelta(days=100))
    assignment = create_assignment(camp, ola, AssignmentState.ASKED)
    etag = client.get(my_feed(ola)).headers["ETag"]

    assignment.state = AssignmentState.DECLINED
    db.session.commit()

    response = client.get(my_feed(ola), headers={"If-None-Match": etag})
    assert shown(response) == []


def test_a_seat_to_confirm_anew_stands_as_a_question(client, kari, ola, now):
    camp = create_camp(create_season(), day=now + timedelta(days=100))
    actions.invite(camp.event, ola, by=kari, now=now)
    create_assignment(camp, ola, AssignmentState.RECONFIRM)

    entries_shown = vevents(client.get(my_feed(ola)).data)

    assert [entry.value("STATUS") for entry in entries_shown] == ["TENTATIVE"]


def test_what_i_declined_is_not_in_my_feed(client, kari, ola, now):
    event = create_event()
    invitation = actions.invite(event, ola, by=kari, now=now)

    actions.answer(invitation, Answer.DECLINED, source="page", now=now)

    assert shown(client.get(my_feed(ola))) == []


def test_my_feed_reaches_a_year_back(client, kari, ola, now):
    for days in (300, 367):
        event = create_event(f"For {days} dager siden", starts_at=now - timedelta(days=days))
        actions.invite(event, ola, by=kari, now=now)

    assert shown(client.get(my_feed(ola))) == ["For 300 dager siden"]


def test_feed_and_mail_have_the_same_uid(client, kari, ola, now):
    event = create_event()
    actions.invite(event, ola, by=kari, now=now)

    mine, everybodys = (
        vevents(client.get(path).data)[0].value("UID")
        for path in (my_feed(ola), "/calendar/public.ics")
    )

    assert mine == everybodys == event.uid


def test_a_groups_feed_is_lost_when_leaving(client, ola, siri, now):
    group = create_group("Fjordgruppa")
    place = create_place(group, ola)
    create_meeting(group, title="Møte 1")
    assert shown(client.get(group_feed(ola, group))) == ["Møte 1"]

    place.state = PlaceState.LEFT
    db.session.commit()

    assert client.get(group_feed(ola, group)).status_code == 404
    assert client.get(group_feed(siri, group)).status_code == 404


def test_a_groups_feed_holds_no_drafts(client, ola):
    group = create_group()
    create_place(group, ola)
    create_meeting(group, state=EventState.DRAFT, published_at=None)

    assert shown(client.get(group_feed(ola, group))) == []


@pytest.mark.parametrize("change", [{"feed_generation": 2}, {"suspended_at": datetime.now(UTC)}])
def test_a_revoked_or_suspended_persons_feed_is_gone(client, ola, change):
    path = my_feed(ola)
    for name, value in change.items():
        setattr(ola, name, value)
    db.session.commit()

    assert client.get(path).status_code == 404


def test_addresses_under_an_older_key_still_work(client, app, ola, monkeypatch):
    path = my_feed(ola)
    monkeypatch.setitem(app.config, "FEED_KEYS_OLD", [app.config["FEED_KEY"]])
    monkeypatch.setitem(app.config, "FEED_KEY", "another-" * 5)

    assert client.get(path).status_code == 200


@pytest.mark.parametrize("number", [1, 3])
def test_a_secret_feed_that_stands_costs_two_queries(client, kari, ola, now, queries, number):
    group = create_group()
    create_place(group, ola)
    for _each in range(number):
        actions.invite(create_event(), ola, by=kari, now=now)
        create_meeting(group)
    db.session.commit()
    for path in (my_feed(ola), group_feed(ola, group)):
        etag = client.get(path).headers["ETag"]
        with queries() as again:
            assert client.get(path).status_code == 200
        with queries() as known:
            response = client.get(path, headers={"If-None-Match": etag})

        assert response.status_code == 304
        assert (len(again), len(known)) == (2, 2)


STATES = {
    AssignmentState.PROPOSED: None,
    AssignmentState.ASKED: "TENTATIVE",
    AssignmentState.ACCEPTED: "CONFIRMED",
    AssignmentState.RECONFIRM: "TENTATIVE",
    AssignmentState.DECLINED: None,
    AssignmentState.EXPIRED: None,
    AssignmentState.WITHDRAWN: None,
    AssignmentState.RELEASED: None,
    AssignmentState.RESERVE: None,
    AssignmentState.SERVED: "CONFIRMED",
    AssignmentState.ABSENT: None,
    AssignmentState.OFFERED: "TENTATIVE",
}


@pytest.mark.parametrize("state", AssignmentState)
def test_a_seat_on_a_jury_stands_in_my_feed_as_sure_as_it_is(client, ola, now, state):
    camp = create_camp(create_season(), day=now + timedelta(days=100))
    create_assignment(camp, ola, state)

    found = vevents(client.get(my_feed(ola)).data)

    wanted = [(camp.event.uid, STATES[state])] if STATES[state] else []
    assert [(entry.value("UID"), entry.value("STATUS")) for entry in found] == wanted


@pytest.mark.parametrize(
    ("answer", "stays"),
    [
        (Answer.NEEDS_ACTION, True),
        (Answer.ACCEPTED, True),
        (Answer.TENTATIVE, True),
        (Answer.DECLINED, False),
        (Answer.DELEGATED, False),
    ],
)
def test_what_i_do_not_come_to_leaves_my_feed(client, kari, ola, now, answer, stays):
    group = create_group()
    create_place(group, ola)
    meeting = create_meeting(group, starts_at=now + timedelta(days=50))
    camp = create_camp(create_season(), day=now + timedelta(days=100))
    create_assignment(camp, ola, AssignmentState.ACCEPTED)
    gathering = create_event("Samling", starts_at=now + timedelta(days=150))
    events = [meeting.event, camp.event, gathering]
    for event in events:
        actions.invite(event, ola, by=kari, now=now).answer = answer
    db.session.commit()

    found = vevents(client.get(my_feed(ola)).data)

    wanted = [event.uid for event in events] if stays else []
    assert [entry.value("UID") for entry in found] == wanted


def test_an_invitation_taken_back_leaves_my_feed(client, kari, ola, now):
    invitation = actions.invite(create_event("Samling"), ola, by=kari, now=now)
    db.session.commit()
    path = my_feed(ola)
    assert shown(client.get(path)) == ["Samling"]

    invitation.removed_at = now
    db.session.commit()

    assert shown(client.get(path)) == []


def test_a_role_given_and_taken_is_seen_at_once(client, kari, ola, now):
    event = create_event("For medlemmer", visibility=Visibility.MEMBERS)
    group = create_group()
    place = create_place(group, ola)
    create_meeting(group, title="Åpent møte", visibility=Visibility.MEMBERS)
    path = my_feed(ola)
    assert shown(client.get(path)) == ["Åpent møte"]

    place.state = PlaceState.LEFT
    db.session.commit()

    assert event.title == "For medlemmer"
    assert shown(client.get(path)) == []


def test_too_many_fetches_of_one_address_are_asked_to_wait(app, ola, tmp_path, monkeypatch):
    monkeypatch.setattr(limiter, "enabled", True)
    limits = {"RATELIMIT_ENABLED": True}
    limited = create_app(settings(app.config["SQLALCHEMY_DATABASE_URI"], tmp_path) | limits)
    path, client = my_feed(ola), limited.test_client()

    statuses = [client.get(path).status_code for _each in range(30)]
    statuses += [client.head(path).status_code for _each in range(31)]
    last = client.get(path)

    assert statuses == [200] * 60 + [429]
    assert 0 < int(last.headers["Retry-After"]) <= 3601
    assert "Set-Cookie" not in last.headers
    assert last.mimetype == "text/plain"
    assert client.head(path).status_code == 429
    # In other letters it is the same token, and the same limit.
    token = path.split("/")[3].removesuffix(".ics")
    assert client.get(f"/calendar/my/{token.upper()}.ics").status_code == 429
    assert client.get(path.replace(token, token.title())).status_code == 429


def test_no_token_is_written_in_the_log(client, ola, caplog):
    path = my_feed(ola)

    with caplog.at_level(logging.INFO):
        client.get(path)
        client.get(path.upper().replace("/CALENDAR/MY/", "/calendar/my/").replace(".ICS", ".ics"))

    token = path.split("/")[3].removesuffix(".ics")
    written = [logs.JsonLines().format(record) for record in caplog.records]
    assert [line for line in written if token.lower() in line.lower()] == []
    assert all("/calendar/my/<token>.ics" in line for line in written)
    assert logs.masked(f"GET {path}") == "GET /calendar/my/[token].ics"


def test_programs_may_read_feeds_whatever_robots_may_not(client, ola):
    rules = client.get("/robots.txt").text
    barred = [line.split()[1] for line in rules.splitlines() if line.startswith("Disallow:")]

    assert barred != []
    for path in (my_feed(ola), "/calendar/public.ics", "/calendar/search.ics", "/events/x.ics"):
        assert not any(path.startswith(start) for start in barred)
