"""How far a round of input has come, and what that lets people do. Pure rules."""

import enum
from datetime import date, datetime, time, timedelta

from portal import dates
from portal.mail.reminding import times
from portal.models.input_rounds import InputRound

# On which day before the deadline, and when, those are reminded who have not answered.
_DAYS_BEFORE, _AT = 2, time(9)


class Stage(enum.StrEnum):
    """Where a round stands."""

    # Only those who run the group know of it.
    DRAFT = "draft"
    # Points are asked for.
    OPEN = "open"
    # What matters most is voted on: nothing is added and nothing moved.
    VOTING = "voting"
    CLOSED = "closed"


class NotNow(Exception):
    """The round is not at the stage for this."""


def of(found: InputRound) -> Stage:
    """Where ``found`` stands."""
    if found.opened_at is None:
        return Stage.DRAFT
    if is_voting(found):
        return Stage.VOTING
    return Stage.OPEN if found.closed_at is None else Stage.CLOSED


def is_voting(found: InputRound) -> bool:
    """Whether votes are taken now."""
    return found.voting_opened_at is not None and found.voting_closed_at is None


def has_results(found: InputRound) -> bool:
    """Whether a vote was held and is closed: before that nobody sees how it stands."""
    return found.voting_closed_at is not None


def takes_points(found: InputRound) -> bool:
    """Whether members add and change points; the day asked for may have passed."""
    return of(found) == Stage.OPEN and found.group.closed_at is None


def takes_votes(found: InputRound) -> bool:
    """Whether members vote now."""
    return of(found) == Stage.VOTING and found.group.closed_at is None


def may_be_gathered(found: InputRound) -> bool:
    """Whether points may be put under themes: from when it is asked, but not during a vote."""
    return of(found) in (Stage.OPEN, Stage.CLOSED)


def may_be_reopened(found: InputRound) -> bool:
    """Whether points may be asked for again: not once they were voted on."""
    return of(found) == Stage.CLOSED and not has_results(found)


def may_be_voted_on(found: InputRound) -> bool:
    """Whether a vote can begin. There is one a round: whoever knows the result votes otherwise."""
    asked = of(found) in (Stage.OPEN, Stage.CLOSED) and found.group.closed_at is None
    return asked and not has_results(found)


def end_of(day: date | None) -> datetime | None:
    """The moment until which something is asked for when ``day`` is its last."""
    return dates.midnight(day + timedelta(days=1)) if day else None


def last_day(until: datetime | None) -> date | None:
    """The day whose end ``until`` is."""
    return dates.today(until - timedelta(microseconds=1)) if until else None


def reminds_at(until: datetime) -> datetime:
    """When to remind of what is asked for until then: in the morning, two days before."""
    day = dates.today(until - timedelta(microseconds=1))
    return times.wall_time(day - timedelta(days=_DAYS_BEFORE), _AT)
