"""Pages of meetings: called, held and written down."""

from portal.models.events import Event, EventState
from portal.models.groups import Group, GroupPlace, PlaceState
from portal.models.meetings import AgendaItem, Meeting, MeetingGuest
from portal.models.minutes import Attendance
from portal.models.series import Series
from tests.browser.addresses.finding import KARI, Given, one


def of_meetings() -> Given:
    """Meetings to come and held, with guests, and such as recur."""
    group = one(Group, Group.places.any(GroupPlace.state == PlaceState.PENDING))
    meeting = one(Meeting, Meeting.event.has(Event.state == EventState.PUBLISHED), last=True)
    unsent = one(Meeting, Meeting.called_at.is_(None), last=True)
    hosting = one(MeetingGuest, MeetingGuest.instead_of_id.is_(None))
    series = one(Series, Series.called_at.is_not(None))
    here = {"slug": group.slug}
    at_series = {"slug": series.group.slug, "public_id": series.public_id}
    at_meeting = {"slug": meeting.group.slug, "public_id": meeting.public_id}
    at_unsent = {"slug": unsent.group.slug, "public_id": unsent.public_id}
    held = one(Meeting, Meeting.agenda.any(AgendaItem.minutes_revision > 1))
    at_held = {"slug": held.group.slug, "public_id": held.public_id}
    row = one(Attendance, Attendance.meeting_id == held.id, Attendance.name != "")
    ticked = {**at_held, "key": f"a-{row.public_id}"}
    at_guests = {"slug": hosting.meeting.group.slug, "public_id": hosting.meeting.public_id}
    return {
        "groups.meeting": (at_meeting, KARI),
        "meetings.create": (here, KARI),
        "meetings.edit": (at_meeting, KARI),
        "meetings.cancel": (at_meeting, KARI),
        "meetings.drop": (at_unsent, KARI),
        "meetings.call": (at_unsent, KARI),
        "meeting_guests.index": (at_guests, KARI),
        "meeting_guests.remove": ({**at_guests, "person_id": hosting.person.public_id}, KARI),
        "series.plan": (here, KARI),
        "series.show": (at_series, KARI),
        "series.edit": (at_series, KARI),
        "series.move": (at_series, KARI),
        "series.end": (at_series, KARI),
        "series.drop": (at_series, KARI),
        "writing.show": (at_held, KARI),
        "writing.earlier": ({**at_held, "number": 2}, KARI),
        "attendance.show": (at_held, KARI),
        "attendance.add": (at_held, KARI),
        "attendance.roles": (at_held, KARI),
        "attendance.change": (ticked, KARI),
    }


def of_minutes() -> Given:
    """Minutes that wait for comments, and public ones."""
    sent = one(
        Meeting,
        Meeting.minutes_sent_at.is_not(None),
        Meeting.approved_at.is_(None),
        Meeting.comments.any(),
    )
    public = one(Meeting, Meeting.public_at.is_not(None))
    at_sent = {"slug": sent.group.slug, "public_id": sent.public_id}
    at_public = {"slug": public.group.slug, "public_id": public.public_id}
    at_comment = {**at_sent, "comment_id": sent.comments[-1].public_id}
    return {
        "minutes.show": (at_sent, KARI),
        "minutes.send": (at_sent, KARI),
        "minutes.publish": (at_public, KARI),
        "minutes_comments.handle": (at_comment, KARI),
        "minutes_approval.approve_alone": (at_sent, KARI),
        "minutes_approval.add_addendum": (at_public, KARI),
    }
