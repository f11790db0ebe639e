"""Why a message that came in had the effect it had, as codes; words.py has what people read."""

import enum

from portal.models.inbox import InboxResult


class Reason(enum.StrEnum):
    """What decided over a message. ``RESULTS`` says which result goes with it."""

    # It took effect.
    ANSWERED = "answered"
    # From an address we did not know, kept as an alias until somebody confirms it.
    ANSWERED_ALIAS = "answered_alias"
    DELEGATED = "delegated"
    REFRESHED = "refreshed"
    BOUNCED = "bounced"
    # Somebody decides.
    FORWARDED = "forwarded"
    UNPROVED = "unproved"
    COUNTER = "counter"
    LETTER = "letter"
    # A sound answer that a program says it wrote by itself.
    AUTOMATIC_ANSWER = "automatic_answer"
    # Sound, and changes nothing.
    OLDER_ANSWER = "older_answer"
    OLDER_TIME = "older_time"
    KNOWN_ALREADY = "known_already"
    # A REPLY that says neither yes, no nor maybe.
    NO_ANSWER = "no_answer"
    NOTHING_TO_ANSWER = "nothing_to_answer"
    AUTOMATIC = "automatic"
    RECEIPT = "receipt"
    BOUNCE_SEEN = "bounce_seen"
    # A letter without a calendar address of ours.
    NOT_FOR_US = "not_for_us"
    # Not to be believed, or not to be read.
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    UNREADABLE = "unreadable"
    UNKNOWN_EVENT = "unknown_event"
    NO_EVIDENCE = "no_evidence"
    FOREIGN_METHOD = "foreign_method"
    REVOKED = "revoked"
    BOUNCE_UNKNOWN = "bounce_unknown"


_MEMBERS = {
    InboxResult.APPLIED: (
        Reason.ANSWERED,
        Reason.ANSWERED_ALIAS,
        Reason.DELEGATED,
        Reason.REFRESHED,
        Reason.BOUNCED,
    ),
    InboxResult.QUEUED: (
        Reason.FORWARDED,
        Reason.UNPROVED,
        Reason.COUNTER,
        Reason.LETTER,
        Reason.AUTOMATIC_ANSWER,
    ),
    InboxResult.IGNORED: (
        Reason.OLDER_ANSWER,
        Reason.OLDER_TIME,
        Reason.KNOWN_ALREADY,
        Reason.NO_ANSWER,
        Reason.NOTHING_TO_ANSWER,
        Reason.AUTOMATIC,
        Reason.RECEIPT,
        Reason.BOUNCE_SEEN,
        Reason.NOT_FOR_US,
    ),
    InboxResult.REJECTED: (
        Reason.TOO_LARGE,
        Reason.TOO_MANY,
        Reason.UNREADABLE,
        Reason.UNKNOWN_EVENT,
        Reason.NO_EVIDENCE,
        Reason.FOREIGN_METHOD,
        Reason.REVOKED,
        Reason.BOUNCE_UNKNOWN,
    ),
}
RESULTS = {reason: result for result, reasons in _MEMBERS.items() for reason in reasons}
