"""What an organiser wants to change in a plan, as the forms of its pages say it."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.fields import read_number
from portal.jury.plans import edits, plan_queries
from portal.jury.plans.edits import Edit, Move
from portal.models.plans import Plan, PlanAction, PlanEdit, PlanRow
from portal.models.seasons import Panel

VERBS = ("lock", "unlock", "move", "swap", "take_out", "put_back")
# The fields that say it, so that a page may ask once more.
FIELDS = ("action", "person", "panel", "to", "other")


class NotThere(Exception):
    """Nobody sits, or can sit, where the change would begin or end."""


@dataclass(frozen=True)
class Wanted:
    """A change of seats: ``person`` sits at ``panel`` (0 for none) and goes ``to`` another.

    ``other`` is whom to swap with. People go by their public ids, seats by panel and person, since
    both outlast what others change meanwhile.
    """

    action: str
    person: str
    panel: int
    to: int
    other: tuple[int, str]

    @property
    def verb(self) -> str:
        """What it comes to: a move from nowhere puts in, one to nowhere takes out."""
        if self.action != "move":
            return self.action
        if not self.panel:
            return "put_in"
        return "move" if self.to else "take_out"


def read(form: Mapping[str, str]) -> Wanted | None:
    """What a form asks for; None when it is no form of ours."""
    action = form.get("action", "")
    if action not in VERBS:
        return None
    other_panel, _dot, other = form.get("other", "").partition(".")
    return Wanted(
        action,
        form.get("person", ""),
        read_number(form.get("panel")),
        read_number(form.get("to")),
        (read_number(other_panel), other),
    )


def carry_out(plan: Plan, wanted: Wanted, edit: Edit) -> PlanEdit:
    """Make the change.

    Raises:
        NotThere: the seats are not as the page showed them. Those of ``edits`` besides.
    """
    if wanted.verb == "put_in":
        signup = plan_queries.offer_in_season(plan.season, wanted.person)
        return edits.put_in(plan, _panel(plan, wanted.to), signup, edit)
    row = row_of(plan, wanted.panel, wanted.person, out=wanted.verb == "put_back")
    if wanted.verb == "move":
        return edits.move(plan, row, _panel(plan, wanted.to), edit)
    if wanted.verb == "swap":
        return edits.swap(plan, row, row_of(plan, *wanted.other), edit)
    if wanted.verb == "take_out":
        return edits.take_out(plan, row, edit)
    if wanted.verb == "put_back":
        return edits.put_back(plan, row, edit)
    return edits.lock(plan, row, wanted.verb == "lock", edit)


def row_of(plan: Plan, panel_id: int, person: str, *, out: bool = False) -> PlanRow:
    """The seat of a person at a panel; with ``out`` the one that the plan takes away.

    Raises:
        NotThere: see there.
    """
    for row in plan.rows:
        is_out = row.action == PlanAction.REMOVE
        if (row.panel_id, row.person.public_id, is_out) == (panel_id, person, out):
            return row
    raise NotThere


def is_there(plan: Plan, wanted: Wanted) -> bool:
    """Whether the seats that the change begins at are still as the form takes them to be."""
    try:
        if wanted.verb != "put_in":
            row_of(plan, wanted.panel, wanted.person, out=wanted.verb == "put_back")
        if wanted.verb == "swap":
            row_of(plan, *wanted.other)
    except NotThere:
        return False
    return True


def moves(plan: Plan, wanted: Wanted) -> list[dict[str, int | None]]:
    """Whom the change would move from where to where, in the words' own terms; [] when unknown."""
    people = plan_queries.ids_of_people(plan, [wanted.person, wanted.other[1]])
    panels = plan_queries.panels_of_plan(plan, [wanted.panel, wanted.to, wanted.other[0]])
    if wanted.person not in people:
        return []
    here, there = panels.get(wanted.panel), panels.get(wanted.to)
    if here is None and there is None:
        return []
    if wanted.verb == "put_back":
        here, there = None, here
    found = [Move(people[wanted.person], here, there).plain]
    if wanted.verb == "swap":
        if wanted.other[1] not in people:
            return []
        found.append(Move(people[wanted.other[1]], panels.get(wanted.other[0]), here).plain)
    return found


def _panel(plan: Plan, panel_id: int) -> Panel:
    return plan_queries.panel_of_season(plan.season, panel_id)
