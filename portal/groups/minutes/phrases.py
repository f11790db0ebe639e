"""What minutes say beside what was written in them, in the language that is being spoken."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import dates
from portal.groups import wording
from portal.groups.minutes.document import Approval, Attendee, Minutes, State, Task
from portal.models.minutes import AttendsAs

# For whom a deputy came is said beside it, as far as it is known.
CAPACITIES = {**wording.ATTENDS_AS, AttendsAs.DEPUTY: _l("Deputy")}
STATES = {
    State.DRAFT: _l("Draft"),
    State.SENT: _l("Sent for comment"),
    State.APPROVED: _l("Approved"),
}
STATE_COLOURS = {State.DRAFT: "neutral", State.SENT: "info", State.APPROVED: "success"}


def heading(minutes: Minutes) -> str:
    """What the minutes are called."""
    return _("Minutes: %(title)s", title=minutes.title)


def times(minutes: Minutes) -> list[str]:
    """When the meeting was held, a line a day."""
    return [dates.span(start, end) for start, end in minutes.days]


def capacity(attendee: Attendee) -> str:
    """As what somebody was there, and for whom."""
    if attendee.instead_of:
        return _("Deputy for %(name)s", name=attendee.instead_of)
    return str(CAPACITIES[attendee.attends_as])


def attendance(attendee: Attendee) -> str:
    """Whether somebody was there, and chaired the meeting."""
    said = str(wording.ATTENDANCES[attendee.state])
    return f"{said}, {_('chaired the meeting')}" if attendee.is_chair else said


def responsible(task: Task) -> str:
    """Who shall do it, as far as that is known."""
    return task.owner or _("not decided")


def deadline(task: Task) -> str:
    """By when, as far as that is known."""
    return dates.plain_day(task.due_on) if task.due_on else _("not set")


def others(minutes: Minutes) -> str:
    """The heading over follow-ups of no item: others, where items have some as well."""
    known = any(item.follow_ups for item in minutes.items)
    return _("Other follow-ups") if known else _("Follow-ups")


def state(minutes: Minutes) -> str:
    """How far the minutes have come, in a few words."""
    if minutes.state == State.APPROVED:
        return approved(minutes.approval) if minutes.approval else str(STATES[minutes.state])
    if minutes.state == State.DRAFT:
        return str(STATES[minutes.state])
    if minutes.comments_by is None:
        return _("Not approved yet")
    return _("Sent for comment until %(day)s", day=dates.plain_day(minutes.comments_by))


def approved(approval: Approval) -> str:
    """When and where the minutes were approved."""
    on = dates.plain_day(approval.on)
    if approval.in_day == approval.on:
        return _("Approved in the meeting of %(day)s", day=on)
    if approval.in_day:
        return _("Approved on %(day)s in the meeting of %(meeting_day)s",
                 day=on, meeting_day=dates.plain_day(approval.in_day))  # fmt: skip
    if approval.by:
        return _("Approved on %(day)s by %(name)s", day=on, name=approval.by)
    return _("Approved on %(day)s", day=on)


def corrections(minutes: Minutes) -> str:
    """That the minutes have been corrected since; empty when they have not."""
    if not minutes.addenda:
        return ""
    last = dates.plain_day(minutes.addenda[-1].on)
    if len(minutes.addenda) == 1:
        return _("Corrected by an addendum of %(day)s, at the end", day=last)
    return _("Corrected by %(number)s addenda, the last of %(day)s, at the end",
             number=len(minutes.addenda), day=last)  # fmt: skip


def addendum(number: int, day: str, by: str) -> str:
    """What stands over an addendum."""
    if by:
        return _("Addendum %(number)s, %(day)s, by %(name)s", number=number, day=day, name=by)
    return _("Addendum %(number)s, %(day)s", number=number, day=day)


def approval_decision(changes: str) -> str:
    """What the meeting that approves the minutes has decided."""
    if changes:
        return _("The minutes are approved with these changes: %(changes)s", changes=changes)
    return _("The minutes are approved.")
