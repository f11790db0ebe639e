"""What may be decided of a message that waits, from the facts about it. Pure rules."""

import enum
from dataclasses import dataclass

from portal.answers.inbox.reasons import Reason
from portal.models.inbox import InboxKind


class Group(enum.StrEnum):
    """What sort of decision a message waits for."""

    ANSWERS = "answers"
    GUESTS = "guests"
    TIMES = "times"
    LETTERS = "letters"


class Choice(enum.StrEnum):
    """A button beside a message that waits."""

    COUNT = "count"
    INVITE = "invite"
    OWN_ADDRESS = "own_address"
    TURN_AWAY = "turn_away"
    TAKE_TIME = "take_time"
    KEEP_TIME = "keep_time"
    DONE = "done"
    SET_ASIDE = "set_aside"


class Obstacle(enum.StrEnum):
    """Why less can be decided than usual."""

    NO_EVENT = "no_event"
    CANCELLED = "cancelled"
    OVER = "over"
    NOT_INVITED = "not_invited"
    GUEST_IS_INVITED = "guest_is_invited"
    NO_ADDRESS = "no_address"
    SAME_TIME = "same_time"
    MOVED_SINCE = "moved_since"
    NO_TIME = "no_time"
    TIME_IS_PAST = "time_is_past"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True)
class Facts:
    """How things stand with what a message is about.

    ``is_invited``: the person it is taken for is invited now. The guest is whoever has the address
    that it names; ``guest_is_ours`` when that is somebody in the register. The time is what a
    COUNTER proposes; ``moved_since`` when the event has another time than the one it was made to.
    """

    group: Group
    has_event: bool = True
    has_person: bool = True
    is_cancelled: bool = False
    is_over: bool = False
    is_invited: bool = True
    has_answer: bool = True
    can_write_to_guest: bool = True
    guest_is_ours: bool = False
    guest_is_invited: bool = False
    has_time: bool = True
    time_is_past: bool = False
    is_same_time: bool = False
    moved_since: bool = False


def group_of(kind: InboxKind, reason: str) -> Group:
    """What sort of decision a message of ``kind`` waits for, given the code of its reason."""
    if reason == Reason.FORWARDED:
        return Group.GUESTS
    if kind == InboxKind.COUNTER:
        return Group.TIMES
    return Group.LETTERS if kind == InboxKind.LETTER else Group.ANSWERS


def obstacle(facts: Facts) -> Obstacle | None:
    """What stands in the way of the usual choices; None when nothing does."""
    if facts.group == Group.LETTERS:
        return None
    of_event = {
        Obstacle.NO_EVENT: not facts.has_event,
        Obstacle.CANCELLED: facts.is_cancelled,
        Obstacle.OVER: facts.is_over,
    }
    found = {**of_event, **_OBSTACLES[facts.group](facts)}
    return next((each for each, stands in found.items() if stands), None)


def choices(facts: Facts) -> tuple[Choice, ...]:
    """What an organiser may choose now, the likeliest first."""
    if facts.group == Group.LETTERS:
        return (Choice.DONE,)
    found = obstacle(facts)
    if found in (Obstacle.NO_TIME, Obstacle.TIME_IS_PAST):
        return Choice.KEEP_TIME, Choice.SET_ASIDE
    if found is not None:
        return (Choice.SET_ASIDE,)
    if facts.group == Group.TIMES:
        return Choice.TAKE_TIME, Choice.KEEP_TIME, Choice.SET_ASIDE
    if facts.group == Group.ANSWERS:
        return Choice.COUNT, Choice.SET_ASIDE
    # Who is in the register under that address is themselves, and nobody's other address; and who
    # was named to come instead has answered nothing yet.
    may_be_own = facts.is_invited and facts.has_answer and not facts.guest_is_ours
    own = (Choice.OWN_ADDRESS,) if may_be_own else ()
    # Their calendar knows the entry by the organizer that the person has.
    away = (Choice.TURN_AWAY,) if facts.has_person else ()
    return (Choice.INVITE, *own, *away, Choice.SET_ASIDE)


def _of_answer(facts: Facts) -> dict[Obstacle, bool]:
    return {
        Obstacle.NOT_INVITED: not facts.is_invited,
        Obstacle.NO_ANSWER: not facts.has_answer,
    }


def _of_guest(facts: Facts) -> dict[Obstacle, bool]:
    return {
        Obstacle.GUEST_IS_INVITED: facts.guest_is_invited,
        Obstacle.NO_ADDRESS: not facts.can_write_to_guest,
    }


def _of_time(facts: Facts) -> dict[Obstacle, bool]:
    return {
        Obstacle.NOT_INVITED: not facts.is_invited,
        Obstacle.SAME_TIME: facts.is_same_time,
        Obstacle.MOVED_SINCE: facts.moved_since,
        Obstacle.NO_TIME: not facts.has_time,
        Obstacle.TIME_IS_PAST: facts.time_is_past,
    }


_OBSTACLES = {
    Group.ANSWERS: _of_answer,
    Group.GUESTS: _of_guest,
    Group.TIMES: _of_time,
}
