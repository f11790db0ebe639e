"""What kinds, roles and states of groups, places and meetings are called, and their colours."""

from flask_babel import lazy_gettext as _l

from portal import words
from portal.groups.meetings.expected import Part, Why
from portal.models.groups import GroupKind, PlaceRole, PlaceState
from portal.models.meetings import AgendaKind
from portal.models.minutes import AttendanceState, AttendsAs

KINDS = {
    GroupKind.EXPERT: _l("Expert group"),
    GroupKind.WORKING: _l("Working group"),
}
ROLES = {
    PlaceRole.LEAD: _l("Chair"),
    PlaceRole.DEPUTY: _l("Deputy"),
    PlaceRole.MEMBER: _l("Member"),
    PlaceRole.OBSERVER: _l("Observer"),
}
STATES = {
    PlaceState.NAMED: _l("Named, not confirmed"),
    PlaceState.UNCLEAR: _l("Unclear who"),
    PlaceState.PENDING: _l("Name to be confirmed"),
    PlaceState.CONFIRMED: _l("Confirmed"),
    PlaceState.DECLINED: _l("Has said no"),
    PlaceState.LEFT: _l("Has left"),
}
STATE_COLOURS = {
    PlaceState.NAMED: "info",
    PlaceState.UNCLEAR: "warning",
    PlaceState.PENDING: "warning",
    PlaceState.CONFIRMED: "success",
    PlaceState.DECLINED: "neutral",
    PlaceState.LEFT: "neutral",
}
AGENDA_KINDS = {
    AgendaKind.APPROVAL: _l("Approval"),
    AgendaKind.DECISION: _l("Decision"),
    AgendaKind.DISCUSSION: _l("Discussion"),
    AgendaKind.INPUT: _l("Input"),
    AgendaKind.INFORMATION: _l("Information"),
}
ATTENDANCES = {
    AttendanceState.PRESENT: _l("Present"),
    AttendanceState.APOLOGIES: _l("Apologies"),
    AttendanceState.DEPUTY: _l("Sent a deputy"),
    AttendanceState.ABSENT: _l("Absent"),
}
ATTENDS_AS = {
    AttendsAs.MEMBER: _l("Member"),
    AttendsAs.DEPUTY: _l("Deputy for a member"),
    AttendsAs.OBSERVER: _l("Observer"),
    AttendsAs.GUEST: _l("Guest"),
    AttendsAs.SECRETARIAT: _l("Secretariat"),
}
PARTS = {
    Part.MEMBER: _l("Members"),
    Part.OBSERVER: _l("Observers"),
    Part.GUEST: _l("Guests"),
}
WHY_NOT_REACHED = {
    Why.NOBODY: _l("nobody is named yet"),
    Why.NO_ADDRESS: _l("has no email address with us"),
    Why.SUSPENDED: _l("is suspended, and gets no mail from us"),
    Why.STOPPED: _l("mail to the address comes back"),
}
ANSWERS, ANSWER_COLOURS, SOURCES = words.ANSWERS, words.ANSWER_COLOURS, words.SOURCES
