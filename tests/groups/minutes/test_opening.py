"""Meetings that nobody was called to from here, once others read their minutes."""

from datetime import timedelta

import pytest

from portal import clock
from portal.db import db
from portal.groups.meetings import usual
from portal.groups.minutes import approving
from portal.models.minutes import Attendance, AttendanceState
from tests.groups.minutes.people import send
from tests.groups.people import add_item, create_draft, lead_of, member_of, page_of, url_of

pytestmark = pytest.mark.usefixtures("in_august")


@pytest.fixture
def held(group):
    meeting = create_draft(group, title="Møtet i går", starts_at=clock.now() - timedelta(days=1))
    add_item(meeting, 1, "Mandat", minutes="Gruppen var enig.")
    meeting.attendances.append(
        Attendance(person=member_of(group), name="Nora", state=AttendanceState.PRESENT)
    )
    db.session.commit()
    return meeting


def next_items(group) -> list[int | None]:
    items = usual.first_items(group, language="nb", now=clock.now())
    return [each.approves_id for each in items]


@pytest.mark.parametrize("how", ["sent", "approved"])
def test_it_stands_among_those_held_once_its_minutes_are_read(held, group, browse_as, how):
    lead, member = browse_as(lead_of(group)), browse_as(member_of(group))
    before = [member.get(page_of(held)).status_code, next_items(group)]

    if how == "sent":
        send(held, lead_of(group))
    else:
        approving.approve_alone(held, "Siste møte", by=lead_of(group), now=clock.now())
        db.session.commit()

    assert before == [404, [None]]
    assert "Gruppen var enig." in member.get(page_of(held)).text
    assert "Møtet i går" in member.get(url_of(group)).text
    assert next_items(group) == ([None, held.id] if how == "sent" else [None])
    shown = lead.get(page_of(held)).text
    assert ("/deletion" in shown, "/notices" in shown, held.event.is_untold) == (False,) * 3
