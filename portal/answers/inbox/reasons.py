"""Why a message that came in did what it did, as codes."""

import enum


class Reason(enum.StrEnum):
    """Kept with the message (``InboxMessage.reason``); what each says stands in ``words.py``."""

    # Applied.
    ANSWERED = "answered"
    ANSWERED_ALIAS = "answered_alias"
    DELEGATED = "delegated"
    REFRESHED = "refreshed"
    BOUNCED = "bounced"
    # Waits for somebody to decide.
    FORWARDED = "forwarded"
    UNPROVED = "unproved"
    COUNTER = "counter"
    LETTER = "letter"
    SERIES_CHANGED = "series_changed"
    # Sound, and changes nothing.
    OLDER_ANSWER = "older_answer"
    OLDER_TIME = "older_time"
    KNOWN_ALREADY = "known_already"
    AUTOMATIC = "automatic"
    RECEIPT = "receipt"
    BOUNCE_SEEN = "bounce_seen"
    NOTHING_TO_ANSWER = "nothing_to_answer"
    # Not to be believed.
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    UNKNOWN_EVENT = "unknown_event"
    NO_EVIDENCE = "no_evidence"
    FOREIGN_METHOD = "foreign_method"
    REVOKED = "revoked"
