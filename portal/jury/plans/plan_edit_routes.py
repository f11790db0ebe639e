"""Changing a plan by hand: on its page, on the page of a seat, or on a board."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import access, clock
from portal.db import db
from portal.fields import read_number
from portal.jury.asks import asking
from portal.jury.matching.types import Rule, Travel
from portal.jury.plans import board as boards
from portal.jury.plans import (
    checking,
    edit_words,
    edits,
    explaining,
    plan_queries,
    planning,
    wanting,
)
from portal.jury.plans.checking import Check
from portal.jury.plans.edits import Edit
from portal.jury.plans.plan_view import jury_label
from portal.models.plans import Plan, PlanAction, PlanEdit, PlanRow, PlanState
from portal.models.seasons import Panel

bp = Blueprint("plan_edits", __name__, url_prefix="/organise/plans")

Page = str | tuple[str, int] | Response
# What the address of a page one comes from may hold, so that one gets back there.
_KEPT = {"board": ("day", "county", "everyone"), "plan": ("sort", "only")}


@dataclass(frozen=True)
class Choice:
    """A jury that somebody could move to; ``rules`` are those that it would break."""

    panel: Panel
    label: str
    travel: Travel | None
    rules: Rule

    @property
    def suits(self) -> bool:
        """Whether no rule speaks against it."""
        return not self.rules


@bp.get("/<public_id>/board")
def board(public_id: str) -> str:
    """The plan as lanes and cards, for a day or a county at a time."""
    now = clock.now()
    plan = plan_queries.plan_or_404(public_id)
    camps = plan_queries.proposed_camps(plan, now)
    shown = boards.chosen(
        camps,
        request.args.get("day", ""),
        request.args.get("county", ""),
        request.args.get("everyone") == "yes",
    )
    is_draft = plan.state == PlanState.DRAFT
    checked = checking.check(plan, planning.question_of(plan, now)) if is_draft else Check()
    return render_template(
        "jury/plans/board.html",
        plan=plan,
        season=plan.season,
        board=boards.laid_out(camps, plan_queries.unseated(plan), shown, checked),
        explaining=explaining,
        edit_words=edit_words,
        names=plan_queries.names_of(plan),
        last_edit=edits.to_undo(plan) if is_draft else None,
    )


@bp.get("/<public_id>/seats/<int:panel_id>/<person>")
def seat(public_id: str, panel_id: int, person: str) -> str:
    """One seat: why it is theirs, where else they could go, and with whom to swap."""
    now = clock.now()
    plan = plan_queries.plan_or_404(public_id)
    try:
        row = wanting.row_of(plan, panel_id, person)
    except wanting.NotThere:
        abort(404)
    question = planning.question_of(plan, now)
    others = [
        each
        for each in plan.rows
        if each.action != PlanAction.REMOVE and each.panel_id != row.panel_id
    ]
    return render_template(
        "jury/plans/seat.html",
        plan=plan,
        season=plan.season,
        row=row,
        choices=_choices(plan, row, checking.alternatives(question, row.person_id)),
        others=sorted(others, key=lambda each: each.person.sort_key),
        checked=checking.check(plan, question),
        explaining=explaining,
        edit_words=edit_words,
        names=plan_queries.names_of(plan),
    )


@bp.post("/<public_id>/changes")
def change(public_id: str) -> Page:
    """Lock, move, swap, take out or put in, as the form says."""
    plan = plan_queries.plan_or_404(public_id)
    wanted = wanting.read(request.form)
    if wanted is None:
        abort(404)
    return _attempt(plan, lambda edit: wanting.carry_out(plan, wanted, edit))


@bp.post("/<public_id>/undoing")
def undo(public_id: str) -> Page:
    """Take back the newest change."""
    plan = plan_queries.plan_or_404(public_id)

    def take_back(edit: Edit) -> None:
        undone = edits.undo(plan, edit)
        told = edit_words.edit(undone, plan_queries.names_of(plan))
        flash(_("Undone: %(what)s", what=told), "success")

    return _attempt(plan, take_back)


def meanwhile(plan: Plan, revision: int) -> tuple[str, int]:
    """What to show whoever was second: what others did, what they wanted, and a way to go on."""
    names = plan_queries.names_of(plan)
    wanted = wanting.read(request.form)
    moves = wanting.moves(plan, wanted) if wanted else []
    page = render_template(
        "jury/plans/meanwhile.html",
        plan=plan,
        season=plan.season,
        done=edits.since(plan, revision),
        wanted=edit_words.change(wanted.verb, moves, names) if wanted and moves else "",
        still_there=wanted is not None and wanting.is_there(plan, wanted),
        is_undo=request.endpoint == "plan_edits.undo",
        fields=_repeated(),
        names=names,
        edit_words=edit_words,
        back=_back(plan),
    )
    return page, 409


def _attempt(plan: Plan, make: Callable[[Edit], PlanEdit | None]) -> Page:
    """Make a change and go back to where it was asked for, with a word if it could not be made."""
    public_id = plan.public_id
    edit = Edit(read_number(request.form.get("revision")), access.signed_in(), clock.now())
    try:
        make(edit)
        db.session.commit()
        return redirect(_back(plan, at=request.form.get("at", "")))
    except planning.EditedMeanwhile:
        db.session.rollback()
        return meanwhile(plan_queries.plan_or_404(public_id), edit.revision)
    except wanting.NotThere:
        db.session.rollback()
        plan = plan_queries.plan_or_404(public_id)
        if plan.revision == edit.revision:
            abort(404)
        return meanwhile(plan, edit.revision)
    except planning.PlanIsClosed:
        flash(_("The proposal is no draft any more."), "warning")
    except edits.NothingToUndo:
        flash(_("There is nothing to undo."), "info")
    except (asking.SitsAlready, asking.StandsInTheWay) as broken:
        flash(_why_not(broken), "warning")
    db.session.rollback()
    return redirect(_back(plan_queries.plan_or_404(public_id)))


def _why_not(broken: Exception) -> str:
    """Why a person cannot have a seat, without telling more than that."""
    if isinstance(broken, asking.StandsInTheWay):
        return _("Something stands in the way of that person judging at this school.")
    return _("That person is on a jury at this camp already.")


def _back(plan: Plan, at: str = "") -> str:
    """The address of the page that the form stood on; ``at`` is the part of it to look at."""
    view = "board" if request.form.get("view") == "board" else "plan"
    kept = {name: request.form[name] for name in _KEPT[view] if request.form.get(name)}
    endpoint = "plans.show"
    if view == "board":
        endpoint = "plan_edits.board"
        # Where the card is now, so that whoever works by keyboard goes on from there.
        at = f"card-{request.form.get('to') or 'none'}-{request.form.get('person', '')}"
    values: dict[str, Any] = {"public_id": plan.public_id, **kept, "_anchor": at or None}
    return url_for(endpoint, **values)


def _repeated() -> dict[str, str]:
    """The fields of the form, for asking the same once more."""
    names = (*wanting.FIELDS, "view", "at", *_KEPT["board"], *_KEPT["plan"])
    return {name: request.form[name] for name in names if name in request.form}


def _choices(
    plan: Plan, row: PlanRow, known: dict[int, tuple[Travel | None, Rule]]
) -> list[Choice]:
    """The juries that the person could go to, those that suit first, the nearest first."""
    there = {
        each.panel.camp_id
        for each in plan.rows
        if each.person_id == row.person_id and each.action != PlanAction.REMOVE
    } - {row.panel.camp_id}
    found = []
    for each in plan_queries.proposed_camps(plan, clock.now()):
        for panel in each.camp.panels:
            if panel.id != row.panel_id and panel.camp_id not in there:
                travel, rules = known.get(panel.id, (None, Rule(0)))
                # Where their interests conflict is told by no list.
                found.append(Choice(panel, jury_label(panel), travel, rules & ~Rule.CONFLICT))
    return sorted(found, key=_suitability)


def _suitability(choice: Choice) -> tuple[bool, bool, float]:
    travel = choice.travel
    return bool(choice.rules), travel is None, travel.km if travel else 0.0
