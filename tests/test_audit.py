"""What was done is recorded with the change, and stays as it was recorded."""

from datetime import datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from portal import audit
from portal.db import db
from portal.models.accounts import Person
from portal.models.audit import AuditEntry
from portal.models.groups import Group, GroupKind
from tests.factories import create_event, create_group


def entries() -> list[AuditEntry]:
    return list(db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)))


def test_an_entry_says_who_did_what_to_which_row(kari: Person, now: datetime):
    event = create_event()

    audit.record("event.cancel", event, actor=kari, now=now, revision=2, state="cancelled")
    db.session.commit()

    [entry] = entries()
    assert (entry.at, entry.actor_id, entry.verb) == (now, kari.id, "event.cancel")
    assert (entry.object_kind, entry.object_id) == ("event", event.id)
    assert entry.details == {"revision": 2, "state": "cancelled"}


def test_the_kind_is_that_of_the_table(app: Flask, now: datetime):
    audit.record("group.close", create_group(), actor=None, now=now)

    [entry] = entries()
    assert (entry.object_kind, entry.actor_id, entry.details) == ("working_group", None, {})


def test_a_row_that_is_new_gets_its_number_first(kari: Person, now: datetime):
    group = Group(slug="ny", name="Ny gruppe", kind=GroupKind.EXPERT, created_at=now)
    db.session.add(group)

    audit.record("group.create", group, actor=kari, now=now)

    assert [entry.object_id for entry in entries()] == [group.id]


def test_a_change_taken_back_leaves_no_entry(kari: Person, now: datetime):
    event = create_event()

    audit.record("event.cancel", event, actor=kari, now=now)
    db.session.rollback()

    assert entries() == []


def test_an_entry_cannot_be_changed(kari: Person, now: datetime):
    audit.record("event.publish", create_event(), actor=kari, now=now)
    db.session.commit()
    entries()[0].verb = "event.cancel"

    with pytest.raises(audit.AuditIsAppendOnly):
        db.session.flush()

    db.session.rollback()
    assert [entry.verb for entry in entries()] == ["event.publish"]


def test_an_entry_cannot_be_deleted(kari: Person, now: datetime):
    audit.record("event.publish", create_event(), actor=kari, now=now)
    db.session.commit()
    db.session.delete(entries()[0])

    with pytest.raises(audit.AuditIsAppendOnly):
        db.session.flush()

    db.session.rollback()
    assert len(entries()) == 1


def test_the_record_outlives_whom_it_speaks_of(siri: Person, now: datetime):
    number = siri.id
    audit.record("person.erase", siri, actor=None, now=now)
    db.session.commit()

    db.session.delete(siri)
    db.session.commit()

    assert [(entry.object_kind, entry.object_id) for entry in entries()] == [("person", number)]
