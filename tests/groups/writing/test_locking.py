import pytest
import sqlalchemy as sa

from portal.db import db
from portal.groups.writing import locking
from portal.models.meetings import Meeting
from tests.groups.people import create_called


def test_a_change_raises_the_revision_of_the_minutes(group, now):
    meeting = create_called(group)

    locking.touch(meeting, now)
    locking.touch(meeting, now)
    db.session.commit()

    assert db.session.scalars(sa.select(Meeting.minutes_revision)).all() == [2]


def test_approved_minutes_are_locked(group, now):
    meeting = create_called(group)
    meeting.approved_at = now
    db.session.commit()

    with pytest.raises(locking.MinutesAreLocked):
        locking.touch(meeting, now)

    assert meeting.minutes_revision == 0


def test_minutes_approved_since_they_were_read_are_locked_too(app, group, now):
    meeting = create_called(group)
    assert meeting.approved_at is None
    statement = sa.update(Meeting).values(approved_at=now)
    db.session.execute(statement, execution_options={"synchronize_session": False})

    with pytest.raises(locking.MinutesAreLocked):
        locking.hold(meeting)
