"""What a season still needs and what to do next: pure, from a few figures."""

from dataclasses import dataclass
from enum import StrEnum


class StepName(StrEnum):
    """The stages of a season, in order."""

    SCHOOLS = "schools"
    DATES = "dates"
    PUBLISHED = "published"
    SIGNUP = "signup"
    PLAN = "plan"
    ASKS = "asks"
    DAY = "day"


class StepState(StrEnum):
    """How far a step has come."""

    DONE = "done"
    NEXT = "next"
    LATER = "later"


@dataclass(frozen=True)
class Figures:
    """What the steps are judged by.

    ``camps`` counts those not cancelled, ``drafts`` those of them not published, ``doubtful`` those
    on a day that something speaks against, ``on_one_day`` whether all lie on one and the same day.
    """

    camps: int = 0
    drafts: int = 0
    doubtful: int = 0
    on_one_day: bool = False
    is_published: bool = False
    signup_opened: bool = False
    signup_open_now: bool = False
    volunteers: int = 0
    plans_drafted: int = 0
    plans_applied: int = 0
    asked: int = 0
    taken: int = 0
    seats: int = 0
    short: int = 0
    held: int = 0


@dataclass(frozen=True)
class Step:
    """One stage and how far it has come."""

    name: StepName
    state: StepState


def steps(figures: Figures) -> list[Step]:
    """All stages in order; of those not done, the first is next."""
    done = {
        StepName.SCHOOLS: figures.camps > 0,
        StepName.DATES: _dates_are_set(figures),
        StepName.PUBLISHED: figures.is_published and figures.drafts == 0,
        StepName.SIGNUP: figures.signup_opened,
        StepName.PLAN: figures.plans_applied > 0 or figures.asked > 0,
        StepName.ASKS: figures.asked > 0 and figures.short == 0,
        StepName.DAY: 0 < figures.camps <= figures.held,
    }
    following = next((name for name, is_done in done.items() if not is_done), None)
    return [Step(name, _state(is_done, name == following)) for name, is_done in done.items()]


def _dates_are_set(figures: Figures) -> bool:
    """New camps begin on the usual day, so several on one day are still to be dated."""
    return figures.camps > 0 and (figures.camps == 1 or not figures.on_one_day)


def _state(is_done: bool, is_next: bool) -> StepState:
    if is_done:
        return StepState.DONE
    return StepState.NEXT if is_next else StepState.LATER
