"""What became of a message that came in, and why, in words for organisers."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.answers.inbox.reasons import Reason
from portal.models.inbox import InboxKind, InboxMessage, InboxResult

RESULTS = {
    InboxResult.QUEUED: _l("Waits for you"),
    InboxResult.APPLIED: _l("Recorded"),
    InboxResult.IGNORED: _l("Changed nothing"),
    InboxResult.REJECTED: _l("Not believed"),
}
RESULT_COLOURS = {
    InboxResult.QUEUED: "warning",
    InboxResult.APPLIED: "success",
    InboxResult.IGNORED: "neutral",
    InboxResult.REJECTED: "danger",
}
KINDS = {
    InboxKind.REPLY: _l("Answer"),
    InboxKind.COUNTER: _l("Another time proposed"),
    InboxKind.REFRESH: _l("Asks for the invitation again"),
    InboxKind.FOREIGN: _l("Somebody else’s invitation"),
    InboxKind.BOUNCE: _l("Mail that came back"),
    InboxKind.RECEIPT: _l("Read receipt"),
    InboxKind.AUTOMATIC: _l("Automatic answer"),
    InboxKind.LETTER: _l("Letter"),
    InboxKind.UNREADABLE: _l("Could not be read"),
}
REASONS = {
    Reason.ANSWERED: _l("The answer counts."),
    Reason.ANSWERED_ALIAS: _l(
        "The answer counts. It came from another address than the one we write to, so we noted "
        "that address on the person’s page."
    ),
    Reason.DELEGATED: _l("Somebody else comes instead. We have noted who."),
    Reason.REFRESHED: _l("The calendar asked for the invitation once more, and has got it."),
    Reason.BOUNCED: _l("A message of ours came back. It is marked as not delivered."),
    Reason.FORWARDED: _l(
        "The invitation was passed on, and whoever got it has answered. They are not on the list."
    ),
    Reason.UNPROVED: _l(
        "The answer is in the name of somebody invited, but nothing shows that they sent it."
    ),
    Reason.COUNTER: _l(
        "Somebody invited would like another time. Until you decide we count them as “Maybe”."
    ),
    Reason.LETTER: _l("Somebody wrote to the address that calendars answer to."),
    Reason.AUTOMATIC_ANSWER: _l(
        "The answer is sound, but a program says that it wrote it by itself. It may be a holiday "
        "greeting, or a calendar that says yes to everything."
    ),
    Reason.OLDER_ANSWER: _l("A newer answer is known already, so this one does not count."),
    Reason.OLDER_TIME: _l(
        "The answer is to an earlier time of the event, so it does not count. The person has been "
        "asked about the new time."
    ),
    Reason.KNOWN_ALREADY: _l("The same message has come before."),
    Reason.NO_ANSWER: _l("It says neither yes, no nor perhaps."),
    Reason.NOT_FOR_US: _l("It did not come to a calendar address of ours."),
    Reason.AUTOMATIC: _l("A program answered, and not the person."),
    Reason.RECEIPT: _l("It only says that a message was opened."),
    Reason.BOUNCE_SEEN: _l("We knew already that the message had come back."),
    Reason.NOTHING_TO_ANSWER: _l(
        "There is nothing left to answer: the event is cancelled or over, or the person is no "
        "longer invited."
    ),
    Reason.TOO_LARGE: _l("It is larger than any answer from a calendar."),
    Reason.TOO_MANY: _l("Too many of the same kind wait already."),
    Reason.BOUNCE_UNKNOWN: _l("It says that a message came back, but not one that we sent."),
    Reason.UNREADABLE: _l("There is no calendar in it that we can read."),
    Reason.UNKNOWN_EVENT: _l("It is about an event that the portal does not have."),
    Reason.NO_EVIDENCE: _l("Nothing ties it to anybody who is invited."),
    Reason.FOREIGN_METHOD: _l(
        "It tries to change or cancel an event from outside. Nobody but us can do that."
    ),
    Reason.REVOKED: _l("It was sent to an address that is no longer in use."),
}


def why(code: str) -> str:
    """What a reason says; codes of an earlier version of the portal have no words left."""
    if code in set(Reason):
        return str(REASONS[Reason(code)])
    return _("We cannot say more about why.")


def why_not_counted(message: InboxMessage | None) -> str:
    """Why an answer that came in ``message`` does not count, as far as it is still known."""
    if message is not None and message.reason in (Reason.OLDER_ANSWER, Reason.OLDER_TIME):
        return why(message.reason)
    return _("A newer answer was known when it came, or the event had moved.")
