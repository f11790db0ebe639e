"""Gathering points under themes, for those who run the group: a board, a page for each theme."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import access, clock
from portal.db import db
from portal.fields import read_number
from portal.groups import names
from portal.groups.input_rounds import gathering, queries, similar, stages, wanting, wording
from portal.groups.input_rounds.gathering import Step
from portal.models.input_rounds import InputEdit, InputRound

bp = Blueprint("gathering", __name__, url_prefix="/groups/<slug>/input/<public_id>/themes")

Answer = str | tuple[str, int] | Response


@bp.get("")
def board(slug: str, public_id: str) -> str:
    """All points and themes, as lanes and cards."""
    found = queries.round_run_by(access.viewer(), slug, public_id)
    steps = gathering.steps_of(found)
    may_gather = stages.may_be_gathered(found)
    texts = _texts(found)
    return render_template(
        "groups/input_rounds/board.html",
        round=found,
        group=found.group,
        gathered=queries.gathered(found, access.viewer(), runs=True),
        similar=similar.similar(texts) if may_gather else {},
        texts=texts,
        may_gather=may_gather,
        steps=steps,
        shown_name=names.shown_if_asked(found.group),
        last=gathering.to_undo(steps),
        again=gathering.to_redo(steps),
        stage=stages.of(found),
        wording=wording,
    )


@bp.get("/<theme>")
def show(slug: str, public_id: str, theme: str) -> Answer:
    """One theme: what it is called, what is under it, and what can be done with it."""
    found = queries.round_run_by(access.viewer(), slug, public_id)
    shown = queries.theme_of(found, theme)
    if not stages.may_be_gathered(found):
        return redirect(_board(found))
    rows = queries.gathered(found, access.viewer(), runs=True)
    return render_template(
        "groups/input_rounds/theme.html",
        round=found,
        group=found.group,
        theme=shown,
        rows=next(each.rows for each in rows if each.theme is shown),
        others=[each for each in gathering.themes_of(found) if each is not shown],
    )


@bp.post("/changes")
def change(slug: str, public_id: str) -> Answer:
    """Move, split out, create, rename, merge, remove or shift, as the form says."""
    found = queries.round_run_by(access.viewer(), slug, public_id)
    wanted = wanting.read(request.form)
    if wanted is None:
        abort(404)
    return _attempt(found, lambda step: wanting.carry_out(found, wanted, step))


@bp.post("/undoing")
def undo(slug: str, public_id: str) -> Answer:
    """Take back the newest step."""
    return _back_or_forth(slug, public_id, gathering.undo, gathering.UNDO)


@bp.post("/redoing")
def redo(slug: str, public_id: str) -> Answer:
    """Make the step again that was undone last."""
    return _back_or_forth(slug, public_id, gathering.redo, gathering.REDO)


def _back_or_forth(
    slug: str, public_id: str, do: Callable[[InputRound, Step], InputEdit], verb: str
) -> Answer:
    found = queries.round_run_by(access.viewer(), slug, public_id)

    def act(step: Step) -> None:
        done = do(found, step)
        what = wording.change(done.before["verb"], done.before["told"], _texts(found))
        said = _("Undone: %(what)s", what=what)
        if verb == gathering.REDO:
            said = _("Done again: %(what)s", what=what)
        flash(said, "success")

    return _attempt(found, act)


def _attempt(found: InputRound, make: Callable[[Step], InputEdit | None]) -> Answer:
    """Take a step and go back to the board, with a word if it could not be taken."""
    step = Step(read_number(request.form.get("revision")), access.signed_in(), clock.now())
    try:
        make(step)
        db.session.commit()
        return redirect(_board(found, at=_card()))
    except gathering.GatheredMeanwhile:
        db.session.rollback()
        return _meanwhile(found, step.revision)
    except wanting.NotThere:
        db.session.rollback()
        if found.revision == step.revision:
            flash(_("That is not there any more."), "warning")
            return redirect(_board(found))
        return _meanwhile(found, step.revision)
    except stages.NotNow:
        said = _("That cannot be done now.")
    except gathering.NothingToUndo:
        said = _("There is nothing to undo.")
    except gathering.NothingToRedo:
        said = _("There is nothing to do again.")
    except wanting.NoName:
        said = _("Write what the theme is called.")
    except wanting.NowhereNew:
        said = _("Choose where the point shall go.")
    except wanting.NothingChosen:
        said = _("Tick the points that you mean.")
    db.session.rollback()
    flash(said, "warning")
    return redirect(_board(found))


def _meanwhile(found: InputRound, revision: int) -> Answer:
    """What whoever was second is shown: what others did, what they wanted, and how to go on."""
    wanted = wanting.read(request.form)
    told = wanting.told(found, wanted) if wanted else None
    texts = _texts(found)
    page = render_template(
        "groups/input_rounds/meanwhile.html",
        round=found,
        group=found.group,
        done=[each for each in gathering.steps_of(found) if each.revision > revision],
        wanted=wording.change(*told, texts) if told else "",
        fields=[(name, value) for name in wanting.FIELDS for value in request.form.getlist(name)],
        texts=texts,
        shown_name=names.shown_if_asked(found.group),
        wording=wording,
    )
    return page, 409


def _texts(found: InputRound) -> dict[str, str]:
    return {each.public_id: each.text for each in found.contributions if each.withdrawn_at is None}


def _board(found: InputRound, at: str = "") -> str:
    here: dict[str, Any] = {"slug": found.group.slug, "public_id": found.public_id}
    return url_for("gathering.board", **here, _anchor=at or None)


def _card() -> str:
    """The card that was moved, so that whoever works by keyboard goes on from there."""
    moved = request.form.getlist("point")
    is_name = len(moved) == 1 and moved[0].isalnum() and moved[0].isascii()
    return f"card-{moved[0]}" if is_name else ""
