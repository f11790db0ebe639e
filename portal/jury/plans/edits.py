"""A draft changed by hand: each change can be undone, and says who made it.

A change is one row of its own in the same transaction, with the seats it touched as they were. The
plan's revision is asked for first, so that of two who change it at once the second is told.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal import audit
from portal.db import db
from portal.geography import travel
from portal.jury.asks import asking
from portal.jury.plans.planning import EditedMeanwhile, PlanIsClosed
from portal.jury.signup import nearness
from portal.models.accounts import Person
from portal.models.jury import JurySignup
from portal.models.plans import Plan, PlanAction, PlanEdit, PlanRow, PlanState
from portal.models.seasons import Panel

UNDO = "undo"
# What is kept of a row, so that it can be put back as it was.
_VALUES = ("signup_id", "km", "band", "over_water", "reason", "locked", "by_hand")
# What the audit calls each.
_VERBS = {
    "lock": "plan.row_locked",
    "unlock": "plan.row_locked",
    "move": "plan.row_moved",
    "swap": "plan.rows_swapped",
    "take_out": "plan.row_taken_out",
    "put_in": "plan.row_put_in",
    "put_back": "plan.row_put_back",
}
Seat = tuple[int, int]
"""A panel and a person, by their row ids: a plan has one row for the two at most."""


class NothingToUndo(Exception):
    """Every edit is undone, or a jury that was there then is no more."""


@dataclass(frozen=True)
class Edit:
    """Who edits, when, and which revision of the plan they have seen."""

    revision: int
    by: Person
    now: datetime


@dataclass(frozen=True)
class Move:
    """Somebody's change of seat; None is no seat."""

    person_id: int
    from_panel: Panel | None
    to_panel: Panel | None

    @property
    def plain(self) -> dict[str, int | None]:
        """What is kept of it: whom, and from which camp to which."""
        return {
            "person": self.person_id,
            "from": self.from_panel.camp_id if self.from_panel else None,
            "to": self.to_panel.camp_id if self.to_panel else None,
        }


def lock(plan: Plan, row: PlanRow, locked: bool, edit: Edit) -> PlanEdit:
    """Hold a row where it is when the plan is made anew, or let it go.

    Raises:
        PlanIsClosed, EditedMeanwhile: see there.
    """

    def change() -> None:
        row.locked = locked

    moves = [Move(row.person_id, row.panel, row.panel)]
    return _carry_out(plan, "lock" if locked else "unlock", moves, change, edit, locked=locked)


def move(plan: Plan, row: PlanRow, to: Panel, edit: Edit) -> PlanEdit:
    """Put the person of ``row`` on another panel, and hold them there.

    Raises:
        PlanIsClosed, EditedMeanwhile, SitsAlready, StandsInTheWay: see there.
    """

    def change() -> None:
        _check_impartial(row.signup, to)
        _leave(plan, row)
        _seat(plan, to, row.person, row.signup)

    return _carry_out(plan, "move", [Move(row.person_id, row.panel, to)], change, edit)


def swap(plan: Plan, one: PlanRow, other: PlanRow, edit: Edit) -> PlanEdit:
    """Let two people change places, and hold both there.

    Raises:
        PlanIsClosed, EditedMeanwhile, SitsAlready, StandsInTheWay: see there.
    """
    moves = [
        Move(one.person_id, one.panel, other.panel),
        Move(other.person_id, other.panel, one.panel),
    ]

    def change() -> None:
        _check_impartial(one.signup, other.panel)
        _check_impartial(other.signup, one.panel)
        here, there = one.panel, other.panel
        _leave(plan, one)
        _leave(plan, other)
        _seat(plan, there, one.person, one.signup)
        _seat(plan, here, other.person, other.signup)

    return _carry_out(plan, "swap", moves, change, edit)


def take_out(plan: Plan, row: PlanRow, edit: Edit) -> PlanEdit:
    """Leave the person of ``row`` without that seat.

    Raises:
        PlanIsClosed, EditedMeanwhile: see there.
    """
    moves = [Move(row.person_id, row.panel, None)]
    return _carry_out(plan, "take_out", moves, lambda: _leave(plan, row), edit)


def put_in(plan: Plan, panel: Panel, signup: JurySignup, edit: Edit) -> PlanEdit:
    """Give somebody who offered to serve a seat, by hand.

    Raises:
        PlanIsClosed, EditedMeanwhile, SitsAlready, StandsInTheWay: see there.
    """

    def change() -> None:
        _check_impartial(signup, panel)
        _seat(plan, panel, signup.juror, signup)

    return _carry_out(plan, "put_in", [Move(signup.juror_id, None, panel)], change, edit)


def put_back(plan: Plan, row: PlanRow, edit: Edit) -> PlanEdit:
    """Let somebody keep the seat that the plan takes from them.

    Raises:
        PlanIsClosed, EditedMeanwhile, SitsAlready, StandsInTheWay: see there.
    """

    def change() -> None:
        _check_impartial(row.signup, row.panel)
        _seat(plan, row.panel, row.person, row.signup)

    return _carry_out(plan, "put_back", [Move(row.person_id, None, row.panel)], change, edit)


def undo(plan: Plan, edit: Edit) -> PlanEdit:
    """Take back the newest edit that still counts: its seats are as they were before it.

    Returns:
        The edit that was undone.

    Raises:
        NothingToUndo, PlanIsClosed, EditedMeanwhile: see there.
    """
    _begin(plan, edit.revision)
    newest = to_undo(plan)
    if newest is None:
        raise NothingToUndo
    _restore(plan, newest.before)
    newest.undone_at = edit.now
    said = {key: newest.before.get(key) for key in ("verb", "moves")}
    _remember(plan, UNDO, {**said, "undid": newest.id}, edit)
    audit.record("plan.edit_undone", plan, actor=edit.by, now=edit.now, edit=newest.id)
    return newest


def to_undo(plan: Plan) -> PlanEdit | None:
    """The edit that would be undone next."""
    counting = (each for each in reversed(plan.edits) if each.verb != UNDO)
    return next((each for each in counting if each.undone_at is None), None)


def since(plan: Plan, revision: int) -> list[PlanEdit]:
    """What others did after ``revision``, the oldest first."""
    return [each for each in plan.edits if each.revision > revision]


def _carry_out(
    plan: Plan,
    verb: str,
    moves: list[Move],
    change: Callable[[], None],
    edit: Edit,
    **details: Any,
) -> PlanEdit:
    """Change the seats of those who move, and keep what these were."""
    # The relations are lost with a row that leaves the plan.
    plain = [each.plain for each in moves]
    people = {each.person_id for each in moves}
    panels = [each.to_panel.id for each in moves if each.to_panel]
    _begin(plan, edit.revision)
    before = _seats_of(plan, people)
    change()
    db.session.flush()
    after = _seats_of(plan, people)
    kept = {
        "verb": verb,
        "moves": plain,
        "rows": [values for seat, values in before.items() if after.get(seat) != values],
        "added": [list(seat) for seat in after if seat not in before],
    }
    made = _remember(plan, verb, kept, edit)
    audit.record(
        _VERBS[verb], plan, actor=edit.by, now=edit.now,
        people=sorted(people), panels=panels, **details,
    )  # fmt: skip
    return made


def _begin(plan: Plan, revision: int) -> None:
    """Raise the revision in one statement: of two who press at once, one does."""
    if plan.state != PlanState.DRAFT:
        raise PlanIsClosed
    raised = db.session.execute(
        sa.update(Plan)
        .where(Plan.id == plan.id, Plan.state == PlanState.DRAFT, Plan.revision == revision)
        .values(revision=Plan.revision + 1)
    )
    if raised.rowcount == 0:  # type: ignore[attr-defined]
        raise EditedMeanwhile
    db.session.refresh(plan, ["revision"])


def _remember(plan: Plan, verb: str, before: dict[str, Any], edit: Edit) -> PlanEdit:
    made = PlanEdit(
        revision=plan.revision, verb=verb, before=before, made_at=edit.now, made_by_id=edit.by.id
    )
    plan.edits.append(made)
    db.session.flush()
    return made


def _seats_of(plan: Plan, people: set[int]) -> dict[Seat, dict[str, Any]]:
    return {
        (row.panel_id, row.person_id): _plain(row) for row in plan.rows if row.person_id in people
    }


def _plain(row: PlanRow) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in _VALUES}
    return {"seat": [row.panel_id, row.person_id], "action": row.action.value, **values}


def _restore(plan: Plan, before: dict[str, Any]) -> None:
    """Named by panel and person, never by row: a row that comes back has another id."""
    by_seat = {(row.panel_id, row.person_id): row for row in plan.rows}
    for panel_id, person_id in before["added"]:
        if row := by_seat.pop((panel_id, person_id), None):
            plan.rows.remove(row)
    # The seat of a row that goes may be that of one that comes.
    db.session.flush()
    for values in before["rows"]:
        panel_id, person_id = values["seat"]
        if db.session.get(Panel, panel_id) is None:
            raise NothingToUndo
        row = by_seat.get((panel_id, person_id))
        if row is None:
            row = PlanRow(panel_id=panel_id, person_id=person_id)
            plan.rows.append(row)
        row.action = PlanAction(values["action"])
        for name in _VALUES:
            setattr(row, name, values[name])
    db.session.flush()


def _check_impartial(signup: JurySignup | None, panel: Panel) -> None:
    if signup is not None:
        asking.check_impartial(signup, panel.camp)


def _leave(plan: Plan, row: PlanRow) -> None:
    if row.action == PlanAction.ADD:
        plan.rows.remove(row)
    else:
        row.action, row.by_hand, row.locked = PlanAction.REMOVE, True, False
    db.session.flush()


def _seat(plan: Plan, panel: Panel, person: Person, signup: JurySignup | None) -> None:
    seated = (row for row in plan.rows if row.action != PlanAction.REMOVE)
    if any(row.panel.camp_id == panel.camp_id and row.person_id == person.id for row in seated):
        raise asking.SitsAlready
    left = (row for row in plan.rows if (row.panel_id, row.person_id) == (panel.id, person.id))
    km, band, over_water = _way(panel, person, signup)
    if (row := next(left, None)) is not None:
        row.action, row.by_hand, row.locked = PlanAction.KEEP, True, True
        row.km, row.band, row.over_water = km, band, over_water
        return
    made = PlanRow(
        panel=panel, person=person, signup=signup, action=PlanAction.ADD,
        km=km, band=band, over_water=over_water, by_hand=True, locked=True,
    )  # fmt: skip
    plan.rows.append(made)
    db.session.flush()


def _way(panel: Panel, person: Person, signup: JurySignup | None) -> tuple[float | None, str, bool]:
    """How far it is, as the matching would say: km, band, and whether water lies between."""
    if panel.remote_allowed:
        return 0.0, "remote", False
    if signup is not None:
        start = nearness.start_of(signup.postcode, signup.municipality_code)
    else:
        start = nearness.start_of(person.postcode or "", person.municipality_code or "")
    place = nearness.place_of(panel.camp)
    if start is None or place is None:
        return None, "", False
    way = travel.between(start, place)
    ferry = signup is not None and signup.takes_ferry
    return round(way.km(takes_ferry=ferry), 1), str(way.band_for(takes_ferry=ferry)), way.over_water
