"""What roles and states are called on the pages about people, and their colours."""

from flask_babel import lazy_gettext as _l

from portal.models.accounts import RoleName
from portal.models.groups import PlaceRole
from portal.models.jury import AssignmentState
from portal.models.mail import MailState

ROLES = {
    RoleName.ADMIN: _l("Administrator"),
    RoleName.ORGANISER: _l("Organiser"),
    RoleName.COORDINATOR: _l("County coordinator"),
}
PLACE_ROLES = {
    PlaceRole.LEAD: _l("Chair"),
    PlaceRole.DEPUTY: _l("Deputy chair"),
    PlaceRole.MEMBER: _l("Member"),
    PlaceRole.OBSERVER: _l("Observer"),
}
ASSIGNMENT_STATES = {
    AssignmentState.PROPOSED: _l("Proposed"),
    AssignmentState.ASKED: _l("Asked"),
    AssignmentState.ACCEPTED: _l("Said yes"),
    AssignmentState.DECLINED: _l("Said no"),
    AssignmentState.EXPIRED: _l("Did not answer"),
    AssignmentState.WITHDRAWN: _l("Withdrew"),
    AssignmentState.RELEASED: _l("Let go"),
    AssignmentState.RESERVE: _l("Reserve"),
    AssignmentState.RECONFIRM: _l("Asked again"),
    AssignmentState.SERVED: _l("Served"),
    AssignmentState.ABSENT: _l("Did not come"),
    AssignmentState.OFFERED: _l("Asked together with others"),
}
ASSIGNMENT_COLOURS = {
    AssignmentState.ACCEPTED: "success",
    AssignmentState.SERVED: "success",
    AssignmentState.ASKED: "info",
    AssignmentState.OFFERED: "info",
    AssignmentState.RECONFIRM: "warning",
    AssignmentState.ABSENT: "warning",
}
MAIL_STATES = {
    MailState.QUEUED: _l("Waiting"),
    MailState.LEASED: _l("Being sent"),
    MailState.SENT: _l("Sent"),
    MailState.FAILED: _l("Failed"),
    MailState.SUPPRESSED: _l("Stopped"),
    MailState.EXPIRED: _l("Not sent in time"),
}
MAIL_COLOURS = {MailState.SENT: "success", MailState.FAILED: "danger"}
