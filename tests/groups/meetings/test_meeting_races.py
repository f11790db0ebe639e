"""Two at once around those who are called: nobody waits for ever, and nobody is forgotten."""

from threading import Barrier

import sqlalchemy as sa
from flask import Flask

from portal.db import db
from portal.groups.meetings import deputies, expected, guests, summons
from portal.groups.meetings.deputies import Wanted
from portal.groups.places import actions as places
from portal.invitations import actions as invitations
from portal.models.accounts import Person
from portal.models.groups import GroupPlace
from portal.models.invitations import Answer, Invitation
from portal.models.meetings import Meeting
from tests.accounts.test_races import at_once
from tests.conftest import NOW
from tests.factories import create_person, create_place
from tests.groups.meetings.gathered import called, invited
from tests.groups.people import create_draft


def test_a_deputy_and_a_guest_who_come_at_once_do_not_wait_for_each_other(
    app: Flask, group, lead, amir, in_august, monkeypatch
):
    meeting = called(create_draft(group), lead, amir)
    number, by = meeting.id, lead.id
    invitation, guest = meeting.event.invitations[0].id, create_person("Tuva Moen").id
    _meet_before_the_event(monkeypatch)

    def come(attempt: int) -> str:
        if attempt > 1:
            return "nobody"
        found = db.session.get_one(Meeting, number)
        if attempt == 0:
            person = db.session.get_one(Person, guest)
            guests.add_guest(found, person, by=db.session.get_one(Person, by), now=NOW)
        else:
            deputies.answer(
                db.session.get_one(Invitation, invitation),
                Answer.DELEGATED,
                wanted=Wanted(None, "Siri Vik", "siri@example.org"),
                now=NOW,
            )
        db.session.commit()
        return "came"

    assert sorted(at_once(app, come)) == ["came", "came", "nobody", "nobody"]
    assert {each.person.name for each in db.session.get_one(Meeting, number).guests} == {
        "Tuva Moen", "Siri Vik",
    }  # fmt: skip


def _meet_before_the_event(monkeypatch) -> None:
    """Let the first two who hold an event begin together: one has its meeting, if it needs it."""
    hold, ready = invitations.hold, Barrier(2)
    left = [1, 1]

    def held(event) -> None:
        if db.engine.dialect.name == "postgresql" and left:
            left.pop()
            ready.wait(20)
        hold(event)

    monkeypatch.setattr(invitations, "hold", held)


def test_whoever_leaves_while_the_group_is_called_is_not_expected(
    app: Flask, group, lead, in_august
):
    meeting = create_draft(group)
    leaving = [create_place(group, create_person(f"Medlem {number}")) for number in range(3)]
    number, by, ids = meeting.id, lead.id, [place.id for place in leaving]

    def call_or_leave(attempt: int) -> None:
        person = db.session.get_one(Person, by)
        if attempt == 0:
            summons.call_meeting(db.session.get_one(Meeting, number), by=person, now=NOW)
        else:
            places.leave(db.session.get_one(GroupPlace, ids[attempt - 1]), by=person, now=NOW)
        db.session.commit()

    at_once(app, call_or_leave)

    assert invited(db.session.get_one(Meeting, number)) == ["Amir Khan", "Ingrid Solberg"]


def test_a_call_waits_for_whoever_is_about_to_leave(app: Flask, group, lead, in_august):
    meeting = create_draft(group)
    place = create_place(group, create_person("Siri Vik"))
    number, by, left = meeting.id, lead.id, place.id
    began = Barrier(2)

    def call_or_leave(attempt: int) -> None:
        if attempt == 0:
            # Before anything is read: SQLite lets one at a time in at all.
            began.wait(20)
        person = db.session.get_one(Person, by)
        if attempt == 0:
            summons.call_meeting(db.session.get_one(Meeting, number), by=person, now=NOW)
        elif attempt == 1:
            place = db.session.get_one(GroupPlace, left)
            places.leave(place, by=person, now=NOW)
            if db.engine.dialect.name == "postgresql":
                began.wait(20)
                db.session.execute(sa.text("SELECT pg_sleep(0.5)"))
        db.session.commit()
        if attempt == 1 and db.engine.dialect.name != "postgresql":
            began.wait(20)

    at_once(app, call_or_leave)

    found = db.session.get_one(Meeting, number)
    assert invited(found) == ["Amir Khan", "Ingrid Solberg"]
    assert expected.to_call(found) == []
