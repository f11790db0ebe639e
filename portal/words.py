"""What kinds and states of events, and answers to them, are called, and the colours they wear."""

from flask_babel import lazy_gettext as _l

from portal.models.events import EventKind, EventState, LinkKind, Visibility
from portal.models.invitations import Answer, AnswerSource

KINDS = {
    EventKind.CAMP: _l("Innovation camp"),
    EventKind.FINAL: _l("Final"),
    EventKind.WEBINAR: _l("Webinar"),
    EventKind.MEETING: _l("Meeting"),
    EventKind.GATHERING: _l("Gathering"),
    EventKind.ARENDALSUKA: _l("Arendalsuka"),
    EventKind.OTHER: _l("Other event"),
}
# Several of them, inside a sentence.
KINDS_OF_EVENTS = {
    EventKind.CAMP: _l("innovation camps"),
    EventKind.FINAL: _l("finals"),
    EventKind.WEBINAR: _l("webinars"),
    EventKind.MEETING: _l("meetings"),
    EventKind.GATHERING: _l("gatherings"),
    EventKind.ARENDALSUKA: _l("sessions at Arendalsuka"),
    EventKind.OTHER: _l("other events"),
}
KIND_COLOURS = {
    EventKind.CAMP: "fjord",
    EventKind.FINAL: "fjord",
    EventKind.WEBINAR: "skog",
    EventKind.MEETING: "sol",
    EventKind.GATHERING: "sol",
    EventKind.ARENDALSUKA: "accent",
    EventKind.OTHER: "neutral",
}
STATES = {
    EventState.DRAFT: _l("Draft"),
    EventState.PUBLISHED: _l("Published"),
    EventState.CANCELLED: _l("Cancelled"),
}
VISIBILITIES = {
    Visibility.PUBLIC: _l("Everyone"),
    Visibility.MEMBERS: _l("Members of groups and those with a role"),
    Visibility.GROUP: _l("The members of the group"),
}
LINK_KINDS = {
    LinkKind.RECORDING: _l("Recording"),
    LinkKind.DOCUMENT: _l("Document"),
    LinkKind.PROGRAMME: _l("Programme"),
    LinkKind.OTHER: _l("Other link"),
}
LANGUAGES = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}
# What a change in the history is of; fields that readers never see have no name here.
FIELDS = {
    "title": _l("Title"),
    "summary": _l("Summary"),
    "description": _l("Description"),
    "starts_at": _l("Starts"),
    "ends_at": _l("Ends"),
    "all_day": _l("Whole days"),
    "place": _l("Place"),
    "address": _l("Address"),
    "municipality_code": _l("Municipality"),
    "streaming_url": _l("Live stream"),
    "join_url": _l("Link to the online meeting"),
    "contact_name": _l("Contact"),
    "contact_email": _l("Contact’s email"),
    "contact_phone": _l("Contact’s telephone"),
    "visibility": _l("Who may see it"),
    "state": _l("State"),
    "kind": _l("Kind"),
    "language": _l("Language"),
    "organisers": _l("Organisers"),
    "links": _l("Links"),
    "programme": _l("Programme"),
    "groups": _l("Groups"),
}
_AGENDA = _l("Agenda")
ANSWERS = {
    Answer.ACCEPTED: _l("Coming"),
    Answer.TENTATIVE: _l("Maybe"),
    Answer.DECLINED: _l("Cannot come"),
    Answer.DELEGATED: _l("Sends someone else"),
    Answer.NEEDS_ACTION: _l("No answer yet"),
}
ANSWER_COLOURS = {
    Answer.ACCEPTED: "success",
    Answer.TENTATIVE: "warning",
    Answer.DECLINED: "danger",
    Answer.DELEGATED: "info",
    Answer.NEEDS_ACTION: "neutral",
}
# By what way an answer came.
SOURCES = {
    AnswerSource.PAGE: _l("In the portal"),
    AnswerSource.MAIL: _l("From the calendar"),
    AnswerSource.ORGANISER: _l("Settled by an organiser"),
}


def field(name: str, *, of_meeting: bool) -> str:
    """What readers call the field ``name`` of an event; a meeting is described by its agenda."""
    return str(_AGENDA if of_meeting and name == "description" else FIELDS[name])
