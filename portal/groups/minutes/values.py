"""The minutes of a meeting as plain values, and the same as JSON."""

import enum
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from portal import dates
from portal.models.meetings import AgendaKind
from portal.models.minutes import AttendanceState, AttendsAs


class State(enum.StrEnum):
    """How far the minutes have come."""

    DRAFT = "draft"
    SENT = "sent"
    APPROVED = "approved"


@dataclass(frozen=True)
class Attendee:
    """Somebody who was at the meeting, or should have been. ``instead_of`` is for deputies."""

    name: str
    represents: str = ""
    attends_as: AttendsAs = AttendsAs.MEMBER
    state: AttendanceState = AttendanceState.PRESENT
    instead_of: str = ""
    is_chair: bool = False


@dataclass(frozen=True)
class Agreed:
    """What was agreed under an item; a proposal is not yet a resolution."""

    text: str
    is_proposal: bool = False


@dataclass(frozen=True)
class Task:
    """What somebody shall do: a person, or whoever the words say; both may be unknown."""

    text: str
    owner: str = ""
    due_on: date | None = None


@dataclass(frozen=True)
class Item:
    """What was dealt with. ``papers`` as on the agenda, ``minutes`` as Markdown."""

    number: int
    title: str
    kind: AgendaKind
    presenter: str = ""
    papers: str = ""
    minutes: str = ""
    decisions: tuple[Agreed, ...] = ()
    follow_ups: tuple[Task, ...] = ()
    # Which day of the meeting it was on, from 1.
    day: int = 1


@dataclass(frozen=True)
class Correction:
    """An addendum to approved minutes; ``by`` is who made it, as they were called then."""

    number: int
    text: str
    on: date
    by: str = ""


@dataclass(frozen=True)
class Approval:
    """How the minutes were approved: by a meeting, or by somebody for a ``reason``.

    ``changes`` are those that were agreed with the approval, in words.
    """

    on: date
    by: str = ""
    in_title: str = ""
    in_day: date | None = None
    changes: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Minutes:
    """Everything that the minutes say. ``days`` has the start and end of each, in UTC."""

    title: str
    language: str
    groups: tuple[str, ...]
    days: tuple[tuple[datetime, datetime], ...]
    place: str = ""
    chair: str = ""
    minutes_taker: str = ""
    attendance: tuple[Attendee, ...] = ()
    items: tuple[Item, ...] = ()
    # What is to be done after the meeting and came up under no item.
    follow_ups: tuple[Task, ...] = ()
    addenda: tuple[Correction, ...] = ()
    state: State = State.DRAFT
    comments_by: date | None = None
    approval: Approval | None = None

    @property
    def first_day(self) -> date:
        """The day the meeting began, in Oslo."""
        return dates.today(self.days[0][0])


def to_json(minutes: Minutes) -> dict[str, Any]:
    """``minutes`` as plain JSON values; ``from_json`` gives them back."""
    return {name: _plain(value) for name, value in asdict(minutes).items()}


def from_json(kept: dict[str, Any]) -> Minutes:
    """The minutes that ``to_json`` made ``kept`` of."""
    return Minutes(
        **{
            **kept,
            "groups": tuple(kept["groups"]),
            "days": tuple(
                (datetime.fromisoformat(start), datetime.fromisoformat(end))
                for start, end in kept["days"]
            ),
            "attendance": tuple(_attendee(each) for each in kept["attendance"]),
            "items": tuple(_item(each) for each in kept["items"]),
            "follow_ups": tuple(_kept_task(each) for each in kept["follow_ups"]),
            "addenda": tuple(
                Correction(**{**each, "on": date.fromisoformat(each["on"])})
                for each in kept["addenda"]
            ),
            "state": State(kept["state"]),
            "comments_by": _day(kept["comments_by"]),
            "approval": _kept_approval(kept["approval"]),
        }
    )


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, enum.StrEnum):
        return str(value)
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value


def _attendee(kept: dict[str, Any]) -> Attendee:
    state, role = AttendanceState(kept["state"]), AttendsAs(kept["attends_as"])
    return Attendee(**{**kept, "state": state, "attends_as": role})


def _item(kept: dict[str, Any]) -> Item:
    return Item(
        **{
            **kept,
            "kind": AgendaKind(kept["kind"]),
            "decisions": tuple(Agreed(**each) for each in kept["decisions"]),
            "follow_ups": tuple(_kept_task(each) for each in kept["follow_ups"]),
        }
    )


def _kept_task(kept: dict[str, Any]) -> Task:
    return Task(**{**kept, "due_on": _day(kept["due_on"])})


def _kept_approval(kept: dict[str, Any] | None) -> Approval | None:
    if kept is None:
        return None
    on = date.fromisoformat(kept["on"])
    return Approval(**{**kept, "on": on, "in_day": _day(kept["in_day"])})


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
