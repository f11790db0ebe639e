"""Rounds of input as those who run a group set them up: ask, change, close, copy, delete."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal import access, clock, dates
from portal.db import db
from portal.groups import once
from portal.groups import queries as groups
from portal.groups.input_rounds import actions, queries, stages
from portal.groups.input_rounds.forms import RoundForm
from portal.groups.input_rounds.ways import Way
from portal.models.groups import Group
from portal.models.input_rounds import InputRound

bp = Blueprint("input_setup", __name__, url_prefix="/groups/<slug>/input")

Answer = str | tuple[str, int] | Response


@bp.route("/new", methods=["GET", "POST"])
def create(slug: str) -> Answer:
    group = groups.group_run_by(access.viewer(), slug)
    if group.closed_at is not None:
        flash(_("The group is closed. Open it again to ask for input."), "warning")
        return redirect(url_for("groups.show", slug=slug))
    form = _form(group, None)
    if form.validate_on_submit():
        by, now, tie = access.signed_in(), clock.now(), form.chosen_tie()
        found = once.unless_made(
            InputRound, form, by=by,
            make=lambda: actions.plan(group, form.values(), tie, by=by, now=now),
        )  # fmt: skip
        db.session.commit()
        flash(_("The draft is saved. Nobody hears of it until you ask the group."), "success")
        return redirect(Way(found).page)
    return _form_page(form, group, None)


@bp.route("/<public_id>/edit", methods=["GET", "POST"])
def edit(slug: str, public_id: str) -> Answer:
    found = queries.round_run_by(access.viewer(), slug, public_id)
    form = _form(found.group, found)
    if form.validate_on_submit():
        try:
            changed = actions.edit(
                found,
                form.values(),
                form.chosen_tie(),
                seen=form.seen.data or "",
                by=access.signed_in(),
                now=clock.now(),
            )
        except actions.EditedMeanwhile:
            db.session.rollback()
            _say_edited_meanwhile(form, found)
        else:
            db.session.commit()
            flash(_("Saved.") if changed else _("Nothing was changed."), "success")
            return redirect(Way(found).page)
    return _form_page(form, found.group, found)


@bp.post("/<public_id>/opening")
def open_round(slug: str, public_id: str) -> Response:
    """Ask the group."""

    def ask(found: InputRound) -> str:
        people = actions.open_round(found, by=access.signed_in(), now=clock.now())
        return ngettext("The group is asked. We are sending the question to %(num)s person.",
                        "The group is asked. We are sending the question to %(num)s people.",
                        people)  # fmt: skip

    return _press(slug, public_id, ask)


@bp.post("/<public_id>/closing")
def close(slug: str, public_id: str) -> Response:
    def do(found: InputRound) -> str:
        actions.close(found, by=access.signed_in(), now=clock.now())
        return _("The round is closed. No more points are taken.")

    return _press(slug, public_id, do)


@bp.post("/<public_id>/reopening")
def reopen(slug: str, public_id: str) -> Response:
    def do(found: InputRound) -> str:
        actions.reopen(found, by=access.signed_in(), now=clock.now())
        return _("The round is open again. Nobody is told by mail.")

    return _press(slug, public_id, do)


@bp.post("/<public_id>/copies")
def copy(slug: str, public_id: str) -> Response:
    """The same question once more, for example next year."""
    found = queries.round_run_by(access.viewer(), slug, public_id)
    try:
        made = actions.copy(found, by=access.signed_in(), now=clock.now())
    except actions.GroupIsClosed:
        flash(_("The group is closed. Open it again to ask for input."), "warning")
        return redirect(Way(found).page)
    db.session.commit()
    flash(_("Here is a copy of the question, as a draft. Set a new deadline."), "success")
    address = url_for("input_setup.edit", slug=made.group.slug, public_id=made.public_id)
    return redirect(address)


@bp.route("/<public_id>/deletion", methods=["GET", "POST"])
def drop(slug: str, public_id: str) -> Answer:
    found = queries.round_run_by(access.viewer(), slug, public_id)
    if found.opened_at is not None:
        flash(_("The group was asked already. Close the round instead."), "warning")
        return redirect(Way(found).page)
    if request.method == "POST":
        try:
            actions.drop(found, by=access.signed_in(), now=clock.now())
        except stages.NotNow:
            db.session.rollback()
            flash(_("The group was asked already. Close the round instead."), "warning")
            return redirect(Way(found).page)
        db.session.commit()
        flash(_("The draft is deleted."), "success")
        return redirect(url_for("groups.show", slug=slug))
    return render_template("groups/input_rounds/drop.html", round=found, group=found.group)


def _press(slug: str, public_id: str, do: Callable[[InputRound], str]) -> Response:
    """Do it and say so, or say why it cannot be done."""
    found = queries.round_run_by(access.viewer(), slug, public_id)
    try:
        said, color = do(found), "success"
        db.session.commit()
    except actions.GroupIsClosed:
        said, color = _("The group is closed. Open it again to ask for input."), "warning"
        db.session.rollback()
    except actions.NobodyToAsk:
        said, color = _("Nobody in the group has a mail address, so nobody was asked."), "warning"
        db.session.rollback()
    except stages.NotNow:
        said = _("That cannot be done now. See below how far the round has come.")
        color = "warning"
        db.session.rollback()
    flash(said, color)
    return redirect(url_for("input_rounds.show", slug=slug, public_id=public_id))


def _form(group: Group, found: InputRound | None) -> RoundForm:
    now = clock.now()
    return RoundForm(found, queries.meetings_to_tie(group, found, now), dates.today(now))


def _form_page(form: RoundForm, group: Group, found: InputRound | None) -> Answer:
    page = render_template("groups/input_rounds/edit.html", form=form, group=group, round=found)
    return (page, 422) if form.is_submitted() else page


def _say_edited_meanwhile(form: RoundForm, found: InputRound) -> None:
    form.question.errors = [
        _("Somebody else saved the round while you wrote. Open it in a new window, see what they"
          " changed, and save again to put yours in its place.")
    ]  # fmt: skip
    form.seen.raw_data = None
    form.seen.data = actions.state_of(found)
