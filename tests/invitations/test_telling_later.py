"""Changes told together, ten minutes later: by the pages, and by the worker."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from portal import worker
from portal.db import db
from portal.invitations import actions, event_changes, telling
from portal.models.audit import AuditEntry
from portal.models.events import Event
from portal.models.jury import AssignmentState
from portal.models.mailings import Mailing
from portal.seasons import camp_actions
from tests.conftest import NOW
from tests.events.typing_in import typed
from tests.factories import create_camp, create_event, create_group, create_meeting, create_season
from tests.groups.people import typed as typed_meeting
from tests.invitations.sending import expand_mailings, messages_to, said
from tests.seasons.helpers import camp_form, create_assignment, edit_url

MINUTE = timedelta(minutes=1)


@pytest.fixture
def event(kari, ola) -> Event:
    """A gathering that Ola is invited to."""
    event = create_event("Samling")
    actions.invite(event, ola, by=kari, now=NOW - timedelta(days=1))
    db.session.commit()
    return event


def rename(event: Event, title: str, by, now: datetime) -> None:
    event_changes.change(event, {"title": title}, by=by, now=now)
    telling.tell_later(event, by=by, now=now)


def kinds() -> list[str]:
    return list(db.session.scalars(sa.select(Mailing.kind).order_by(Mailing.id)))


def verbs() -> list[str]:
    return list(
        db.session.scalars(
            sa.select(AuditEntry.verb)
            .where(AuditEntry.verb.startswith("event.t"))
            .order_by(AuditEntry.id)
        )
    )


def test_changes_within_minutes_are_told_in_one_mail(event, kari, ola):
    rename(event, "Samling i Moss", kari, NOW)
    rename(event, "Samling i Drammen", kari, NOW + 4 * MINUTE)

    looks = [telling.tell_due(NOW + number * MINUTE) for number in (10, 13, 14, 15)]
    expand_mailings(NOW + 15 * MINUTE)

    assert looks == [0, 0, 1, 0]
    assert [said(mail)[:2] for mail in messages_to(ola)] == [("REQUEST", "0"), ("REQUEST", "1")]
    assert "Drammen" in messages_to(ola)[-1].subject
    assert (event.is_untold, event.tell_at, event.tell_by_id) == (False, None, None)
    assert verbs() == ["event.tell_planned", "event.tell_planned", "event.told"]


def test_whoever_goes_on_changing_keeps_people_waiting_for_half_an_hour_at_most(event, kari):
    planned = []
    for minute in range(0, 40, 8):
        rename(event, f"Navn {minute}", kari, NOW + minute * MINUTE)
        planned.append((event.tell_at - NOW) / MINUTE)

    assert planned == [10, 18, 26, 30, 30]


def test_an_old_change_that_nobody_was_told_of_does_not_shorten_the_wait(event, kari):
    event_changes.change(event, {"title": "Gammelt"}, by=kari, now=NOW - timedelta(hours=5))

    rename(event, "Nytt", kari, NOW)

    assert event.tell_at == NOW + telling.WAIT


def test_nobody_is_told_after_it_has_begun(event, kari):
    rename(event, "Snart", kari, event.starts_at - 5 * MINUTE)

    assert event.tell_at == event.starts_at


def test_what_is_over_is_told_to_nobody(event, kari):
    rename(event, "For sent", kari, event.ends_at - 5 * MINUTE)

    telling.tell_due(event.ends_at + 6 * MINUTE)

    assert (kinds(), event.tell_at, event.is_untold) == ([], None, True)


def test_telling_at_once_ends_the_wait(event, kari):
    rename(event, "Nytt", kari, NOW)

    event_changes.tell(event, by=kari, now=NOW + MINUTE)

    assert telling.tell_due(NOW + 20 * MINUTE) == 0
    assert kinds() == ["invitations.update"]


def test_cancelling_goes_before_what_was_to_be_told(event, kari, ola):
    rename(event, "Nytt", kari, NOW)

    event_changes.cancel(event, "", by=kari, now=NOW + MINUTE)
    telling.tell_due(NOW + 20 * MINUTE)
    expand_mailings(NOW + 20 * MINUTE)

    assert (event.tell_at, kinds()) == (None, ["invitations.cancel"])
    assert [said(mail)[0] for mail in messages_to(ola)] == ["REQUEST", "CANCEL"]


def test_what_is_kept_back_waits_for_somebody_to_say_so(event, kari):
    rename(event, "Nytt", kari, NOW)

    telling.keep_back(event, by=kari, now=NOW + MINUTE)
    telling.keep_back(event, by=kari, now=NOW + MINUTE)

    assert telling.tell_due(NOW + 20 * MINUTE) == 0
    assert event.is_untold
    assert verbs() == ["event.tell_planned", "event.tell_kept_back"]


def test_a_camp_asks_its_jury_anew_when_its_time_has_come(kari, ola):
    camp = create_camp(create_season())
    create_assignment(camp, ola, AssignmentState.ASKED)
    moved = {
        "starts_at": camp.event.starts_at + timedelta(days=1),
        "ends_at": camp.event.ends_at + timedelta(days=1),
    }
    camp_actions.edit_camp(camp, moved, seen_revision=1, tell="soon", by=kari, now=NOW)

    looks = [telling.tell_due(NOW + 10 * MINUTE), camp_actions.tell_due(NOW + 9 * MINUTE)]
    assert (looks, kinds()) == ([0, 0], [])

    assert camp_actions.tell_due(NOW + 10 * MINUTE) == 1
    assert (kinds(), camp.event.tell_at) == (["jury.reconfirm"], None)
    assert camp_actions.tell_due(NOW + 11 * MINUTE) == 0


def test_a_camp_that_concerns_nobody_plans_nothing(kari):
    camp = create_camp(create_season())

    camp_actions.edit_camp(
        camp, {"place": "Aulaen"}, seen_revision=1, tell="soon", by=kari, now=NOW
    )

    assert camp.event.tell_at is None


# The pages


@pytest.mark.usefixtures("in_august")
def test_an_event_says_when_it_will_be_told_and_lets_one_think_better_of_it(
    event, kari, browse_as: Callable
):
    client = browse_as(kari)
    client.set_cookie("language", "en")
    page = f"/organise/events/{event.slug}"
    data = typed(title="Samling", place="Moss", revision=event.revision, tell="soon")

    saved = client.post(f"{page}/edit", data=data, follow_redirects=True).text
    again = client.get(f"{page}/edit").text
    kept = client.post(f"{page}/notices/postponement", follow_redirects=True).text

    assert "Saved. They will be told at 11:10 of all that has changed by then." in saved
    assert "They will be told at 11:10 of all that has changed by then</h2>" in saved
    assert 'value="soon" checked' in again
    assert "Those who are invited do not know the latest changes" in kept
    assert (event.tell_at, kinds()) == (None, [])


@pytest.mark.usefixtures("in_august")
def test_telling_now_from_the_page_ends_the_wait(event, kari, browse_as: Callable):
    rename(event, "Nytt", kari, NOW)
    db.session.commit()

    browse_as(kari).post(f"/organise/events/{event.slug}/notices")

    assert (event.tell_at, kinds()) == (None, ["invitations.update"])


@pytest.mark.usefixtures("in_august")
def test_not_yet_drops_what_was_planned(event, kari, browse_as: Callable):
    rename(event, "Nytt", kari, NOW)
    db.session.commit()
    data = typed(title="Nyere", revision=event.revision, tell="later")

    browse_as(kari).post(f"/organise/events/{event.slug}/edit", data=data)

    assert (event.tell_at, event.is_untold) == (None, True)


@pytest.mark.usefixtures("in_august")
def test_a_form_that_did_not_ask_tells_nobody(event, kari, browse_as: Callable):
    data = typed(title="Nyere", revision=event.revision)

    browse_as(kari).post(f"/organise/events/{event.slug}/edit", data=data)

    assert (event.title, kinds(), event.is_untold) == ("Nyere", [], True)


@pytest.mark.usefixtures("in_august")
def test_a_meeting_can_wait_ten_minutes_too(kari, ola, browse_as: Callable):
    meeting = create_meeting(create_group())
    meeting.called_at = NOW
    actions.invite(meeting.event, ola, by=kari, now=NOW)
    db.session.commit()
    client = browse_as(kari)
    client.set_cookie("language", "en")
    page = f"/groups/{meeting.group.slug}/meetings/{meeting.public_id}"

    data = typed_meeting(meeting, place="Moss", tell="soon")
    saved = client.post(f"{page}/edit", data=data, follow_redirects=True).text
    planned = meeting.event.tell_at
    client.post(f"{page}/notices/postponement")

    assert "They will be told at 11:10 of all that has changed by then</h2>" in saved
    assert (planned, meeting.event.tell_at) == (NOW + telling.WAIT, None)


@pytest.mark.usefixtures("in_august")
def test_a_camp_can_wait_ten_minutes_too(kari, ola, browse_as: Callable):
    camp = create_camp(create_season())
    create_assignment(camp, ola, AssignmentState.ASKED)
    client = browse_as(kari)
    client.set_cookie("language", "en")

    data = camp_form(camp, day="27.10.2026", tell="soon")
    saved = client.post(edit_url(camp), data=data, follow_redirects=True).text
    planned = camp.event.tell_at
    client.post(f"{edit_url(camp)}/notices/postponement")

    assert "They will be told at 11:10 of all that has changed by then</h2>" in saved
    assert (planned, camp.event.tell_at) == (NOW + telling.WAIT, None)


def test_the_worker_tells_when_the_time_has_come(event, kari):
    rename(event, "Nytt", kari, NOW)

    told = []
    for minutes in (9, 10):
        for routine in worker.ROUTINES:
            routine(NOW + minutes * MINUTE)
        told.append(kinds())

    assert told == [[], ["invitations.update"]]
