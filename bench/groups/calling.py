"""Calling a meeting: how long whoever presses the button waits, with 500 people in the group."""

import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import sqlalchemy as sa
from werkzeug.test import create_environ, run_wsgi_app

from bench.portals import Portal, portal_with
from bench.report import Row, Table
from bench.timing import Task, all_of
from portal import access, clock, people
from portal.db import db
from portal.groups.meetings import actions
from portal.models.accounts import EmailAddress, Person
from portal.models.groups import Group, GroupKind, GroupPlace, PlaceRole, PlaceState
from portal.models.invitations import Invitation
from portal.models.meetings import Meeting

_EVENTS, _MEMBERS = 100, 500
_ROUNDS = 40
_AIM_MS = 100.0


def measure() -> Table:
    """The 95th percentile and the median of the request, beside one INSERT of the same rows."""
    with portal_with(_EVENTS) as portal, _group_in(portal) as group:
        token, ids, meetings = group
        calls = iter(meetings)
        tasks: dict[str, Task] = {
            "insert": lambda: _insert(portal, ids),
            "call": lambda: _call(portal, next(calls), token),
        }
        took = all_of(tasks, _ROUNDS, {"insert": lambda: _forget(portal, ids[0])})
    base = statistics.median(took["insert"])
    rows = [_row("one INSERT of the same rows, committed", took["insert"], base, "", None)]
    late = _late(took["call"])
    rows.append(_row("the request that calls them", took["call"], base,
                     f"p95 ≤ {_AIM_MS:.0f} ms", late <= _AIM_MS))  # fmt: skip
    return Table(
        "Calling a meeting",
        f"A group of {_MEMBERS}, nobody invited yet: the request publishes the meeting, writes an"
        " invitation for each and one mailing, which the worker makes into messages afterwards."
        f" Baseline (1.0): one INSERT of the same {_MEMBERS} rows, {base:.1f} ms in this run.",
        ("p95, ms", "median, ms", "ratio of medians"),
        tuple(rows),
    )


def _row(name: str, took: list[float], base: float, aim: str, reached: bool | None) -> Row:
    middle = statistics.median(took)
    return Row(name, (f"{_late(took):.1f}", f"{middle:.1f}", f"{middle / base:.1f}"), aim, reached)


def _late(took: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(took, n=20)[-1]


def _call(portal: Portal, path: str, token: str) -> None:
    environ = create_environ(
        path,
        "http://localhost",
        method="POST",
        data={},
        headers={"Cookie": f"{portal.cookie}={token}"},
    )
    _body, status, _headers = run_wsgi_app(portal.app.wsgi_app, environ, buffered=True)
    if not status.startswith("302"):
        raise RuntimeError(f"calling answered {status}")


def _insert(portal: Portal, ids: tuple[int, list[int]]) -> None:
    event_id, person_ids = ids
    now = clock.now()
    with portal.app.app_context():
        db.session.execute(
            sa.insert(Invitation),
            [{"event_id": event_id, "person_id": each, "created_at": now, "sent_sequence": 0,
              "sent_revision": 1} for each in person_ids],
        )  # fmt: skip
        db.session.commit()


def _forget(portal: Portal, event_id: int) -> None:
    """Take out again what the baseline has written."""
    with portal.app.app_context():
        db.session.execute(sa.delete(Invitation).where(Invitation.event_id == event_id))
        db.session.commit()


@contextmanager
def _group_in(portal: Portal) -> Iterator[tuple[str, tuple[int, list[int]], list[str]]]:
    """A lead's session, the meeting and people of the baseline, and the pages that call."""
    portal.app.config["WTF_CSRF_ENABLED"] = False
    with portal.app.app_context():
        group, lead = _group()
        every = [_meeting(group, lead, number) for number in range(_ROUNDS + 2)]
        token = people.start_session(lead, method="link", user_agent="", now=clock.now())
        portal.cookie = access.session_cookie()
        ids = [place.person_id for place in group.places if place.person_id]
        paths = [f"/groups/{group.slug}/meetings/{each.public_id}/summons" for each in every[1:]]
        first = every[0].event_id
        db.session.commit()
        db.session.remove()
    yield token, (first, ids), paths


def _group() -> tuple[Group, Person]:
    now = clock.now()
    group = Group(slug="maling", name="Gruppen som måles", kind=GroupKind.WORKING, created_at=now)
    for number in range(_MEMBERS):
        person = Person(name=f"Person {number}", created_at=now)
        person.emails.append(EmailAddress(address=f"person.{number}@example.org"))
        role = PlaceRole.MEMBER if number else PlaceRole.LEAD
        group.places.append(GroupPlace(person=person, role=role, state=PlaceState.CONFIRMED))
    db.session.add(group)
    db.session.flush()
    lead = group.places[0].person
    assert lead is not None, "made a moment ago"
    return group, lead


def _meeting(group: Group, lead: Person, number: int) -> Meeting:
    starts = clock.now() + timedelta(days=30 + number)
    values = {"title": f"Møte {number}", "starts_at": starts, "language": "nb",
              "ends_at": starts + timedelta(hours=2), "place": "Moss rådhus"}  # fmt: skip
    return actions.plan_meeting(group, values, [], intro="", by=lead, now=clock.now())
