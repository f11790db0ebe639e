import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from portal.calendar import revision
from portal.calendar.counter import Mark
from portal.db import db
from portal.invitations import actions
from portal.mail import outbox
from portal.mail.message import Lane, Mailbox, Message
from portal.models.accounts import Person, Role, RoleName
from portal.models.events import Event, EventState, Visibility
from portal.models.groups import Group, GroupPlace, PlaceState
from portal.models.invitations import Answer, Invitation
from portal.models.jury import Assignment, AssignmentState
from portal.models.mail import OutboxMail
from portal.models.meetings import Meeting
from portal.models.seasons import Camp, Season
from portal.models.series import Series
from tests.calendar.reading import create_assignment
from tests.factories import (
    MADE,
    create_camp,
    create_event,
    create_group,
    create_meeting,
    create_person,
    create_place,
    create_season,
)


@pytest.fixture
def mark(app):
    return app.extensions["calendar_counter"].read


@pytest.fixture
def rows(kari, ola, now):
    """One of each kind that a feed depends on."""
    group = create_group()
    season = create_season()
    camp = create_camp(season)
    event = create_event()
    series = Series(
        group=group,
        uid="series@localhost",
        rrule="FREQ=WEEKLY",
        title="Møte",
        starts_at=now,
        ends_at=now + timedelta(hours=1),
        created_at=now,
        changed_at=now,
    )
    db.session.add(series)
    found = {
        "event": event,
        "season": season,
        "camp": camp,
        "group": group,
        "meeting": create_meeting(group),
        "place": create_place(group, ola),
        "assignment": create_assignment(camp, ola, AssignmentState.ASKED),
        "invitation": actions.invite(event, ola, by=kari, now=now),
        "series": series,
        "person": ola,
        "role": kari.roles[0],
    }
    db.session.commit()
    return found


CHANGES = {
    "event": {"title": "Nytt navn", "state": EventState.CANCELLED, "ical_public": "",
              "visibility": Visibility.MEMBERS, "sequence": 5, "county_code": "31"},
    "season": {"name": "Fjordløftet", "published_at": None, "slug": "ny"},
    "camp": {"season_id": 0},
    "group": {"name": "Ny gruppe", "slug": "ny-gruppe"},
    "meeting": {"group_id": 0},
    "place": {"state": PlaceState.LEFT},
    "assignment": {"state": AssignmentState.ACCEPTED},
    "invitation": {"answer": Answer.DECLINED, "removed_at": MADE},
    "series": {"rrule": "FREQ=DAILY", "revision": 2},
    "person": {"feed_generation": 2, "suspended_at": MADE},
    "role": {"name": RoleName.ADMIN},
}  # fmt: skip


@pytest.mark.parametrize(
    ("what", "column"), [(what, column) for what, values in CHANGES.items() for column in values]
)
def test_each_change_that_a_feed_could_show_raises_the_number_by_one(rows, mark, what, column):
    value = CHANGES[what][column]
    if column == "season_id":
        value = create_season("En annen").id
    elif column == "group_id":
        value = create_group("En annen").id
    before = mark().revision

    setattr(rows[what], column, value)
    db.session.commit()

    assert mark().revision == before + 1


@pytest.mark.parametrize("what", ["invitation", "assignment", "place", "role"])
def test_a_row_that_is_deleted_raises_the_number(rows, mark, what):
    before = mark().revision

    db.session.delete(rows[what])
    db.session.commit()

    assert mark().revision == before + 1


@pytest.mark.parametrize(
    "make",
    [
        create_event,
        create_season,
        create_group,
        create_person,
        lambda: create_camp(db.session.scalars(sa.select(Season)).one()),
        lambda: create_place(db.session.scalars(sa.select(Group)).one(), create_person()),
    ],
)
def test_a_row_that_is_new_raises_the_number(rows, mark, make):
    before = mark().revision

    make()

    assert mark().revision > before


BULK = {
    "update": lambda: sa.update(Event).values(title="Nytt navn"),
    "update of the table": lambda: sa.update(Event.__table__).values(title="Nytt navn"),
    "update by the old value": lambda: sa.update(Person).values(
        feed_generation=Person.feed_generation + 1
    ),
    "delete": lambda: sa.delete(Invitation),
    "delete of roles": lambda: sa.delete(Role),
    "update of places": lambda: sa.update(GroupPlace).values(state=PlaceState.LEFT),
    "update of seats": lambda: sa.update(Assignment).values(state=AssignmentState.DECLINED),
    "update of answers": lambda: sa.update(Invitation).values(answer=Answer.ACCEPTED),
    "update of series": lambda: sa.update(Series).values(revision=9),
    "update of seasons": lambda: sa.update(Season).values(published_at=None),
    "update of camps": lambda: sa.update(Camp).values(season_id=Camp.season_id),
    "update of groups": lambda: sa.update(Group).values(name="Ny"),
    "update of meetings": lambda: sa.update(Meeting).values(group_id=Meeting.group_id),
}


@pytest.mark.parametrize("statement", BULK.values(), ids=BULK)
@pytest.mark.parametrize("way", ["session", "connection of the session", "connection"])
def test_a_change_in_bulk_raises_the_number(rows, mark, statement, way):
    before = mark().revision

    if way == "session":
        db.session.execute(statement())
        db.session.commit()
    elif way == "connection":
        db.session.commit()
        with db.engine.begin() as connection:
            connection.execute(statement())
    else:
        db.session.connection().execute(statement())
        db.session.commit()

    assert mark().revision == before + 1


def test_an_insert_in_bulk_raises_the_number(rows, mark, siri, now):
    before = mark().revision
    row = {"event_id": rows["event"].id, "person_id": siri.id, "created_at": now}

    db.session.execute(sa.insert(Invitation), [row])
    db.session.commit()

    assert mark().revision == before + 1


UNSHOWN = {
    "a new telephone": lambda: sa.update(Person).values(phone="22 33 44 55"),
    "an invitation sent": lambda: sa.update(Invitation).values(sent_sequence=3, sent_revision=2),
    "those told": lambda: sa.update(Event).values(told_revision=1),
    "an ask written down": lambda: sa.update(Assignment).values(comment="Gjerne"),
    "a change of nothing": lambda: sa.update(Event).where(Event.id < 0).values(title="Nei"),
    "a deletion of nothing": lambda: sa.delete(Event).where(Event.id < 0),
}


@pytest.mark.parametrize("statement", UNSHOWN.values(), ids=UNSHOWN)
def test_what_no_feed_shows_leaves_the_number_alone(rows, mark, statement):
    before = mark()

    db.session.execute(statement())
    db.session.commit()

    assert mark() == before


def test_a_worker_that_marks_mail_leaves_the_number_alone(rows, mark, now):
    kari = Mailbox("kari@example.org")
    message = Message(kari, kari, "Hei", "Hei", kind="test", lane=Lane.SINGLE)
    before = mark()

    outbox.enqueue(message, key="hei", now=now)
    db.session.commit()
    db.session.execute(sa.update(OutboxMail).values(attempts=1))
    db.session.commit()

    assert mark() == before


def test_what_is_rolled_back_leaves_the_number_alone(rows, mark):
    before = mark()

    rows["event"].title = "Nytt navn"
    db.session.flush()
    db.session.rollback()
    db.session.commit()
    rows["person"].phone = "22 33 44 55"
    db.session.commit()

    assert mark() == before


def test_a_change_in_a_savepoint_is_not_lost(rows, mark):
    before = mark().revision

    with db.session.begin_nested():
        rows["event"].title = "Nytt navn"
    with db.session.begin_nested() as savepoint:
        rows["person"].phone = "22 33 44 55"
        db.session.flush()
        savepoint.rollback()
    db.session.commit()

    assert mark().revision == before + 1


def test_a_statement_given_as_text_is_noted_by_hand(rows, mark):
    before = mark().revision
    rename = sa.text("UPDATE event SET title = 'Nytt navn'")

    db.session.execute(rename)
    db.session.commit()
    assert mark().revision == before
    db.session.execute(rename)
    revision.note_change(db.session.connection())
    db.session.commit()

    assert mark().revision == before + 1


def test_a_page_that_is_read_leaves_the_number_alone(rows, mark, client):
    before = mark()

    client.get("/events")
    client.get("/calendar/public.ics")

    assert mark() == before


def test_each_change_has_a_second_of_its_own_whatever_the_clock_says(app, mark):
    noon = datetime(2026, 8, 20, 12, 0, 0, 250_000, tzinfo=UTC)
    moments = []
    for moment in (noon, noon, noon - timedelta(hours=1), noon + timedelta(minutes=5)):
        with time_machine.travel(moment, tick=False):
            create_event()
        moments.append(mark().changed_at)

    assert moments == [noon + timedelta(seconds=more) for more in (0, 1, 2, 300)]


def test_nothing_has_changed_yet_in_a_new_portal(mark):
    assert mark() == Mark(0, None)


def test_many_who_write_at_once_neither_block_each_other_nor_lose_a_change(app, mark):
    writers, commits, faults = 8, 25, []
    ids = [create_event().id for _each in range(writers)]
    before = mark()
    db.session.rollback()

    def write(id_: int) -> None:
        try:
            with app.app_context():
                for turn in range(commits):
                    event = db.session.get_one(Event, id_)
                    event.summary = f"Runde {turn}"
                    db.session.flush()
                    # What is changed after the first change must not find the number's row taken.
                    event.place = f"Rom {turn}"
                    db.session.commit()
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=write, args=(id_,)) for id_ in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    after = mark()
    assert faults == []
    assert after.revision - before.revision == writers * commits
    assert after.changed_at - before.changed_at >= timedelta(seconds=writers * commits)


def test_a_change_not_yet_committed_keeps_nobody_from_committing_theirs(app, mark):
    mine, theirs = create_event(), create_event().id
    before = mark().revision
    mine.title = "Mitt"
    db.session.flush()
    is_through = db.engine.dialect.name == "sqlite"
    if is_through:
        # SQLite lets one write at a time, whatever it is.
        db.session.commit()

    with db.engine.begin() as connection:
        connection.execute(sa.update(Event).where(Event.id == theirs).values(title="Deres"))
    assert mark().revision == before + 1 + is_through
    db.session.commit()

    assert mark().revision == before + 2
