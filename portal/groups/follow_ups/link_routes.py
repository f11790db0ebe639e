"""Closing a follow-up from a mail, without signing in: a page by GET, the note by POST."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock, dates
from portal.db import db
from portal.groups.follow_ups import actions, addresses
from portal.groups.follow_ups.forms import CloseForm
from portal.models.accounts import Person
from portal.models.minutes import FollowUp
from portal.reading import as_read_by

bp = Blueprint("follow_up_links", __name__, url_prefix="/follow-ups")

Answer = str | tuple[str, int] | Response


@bp.route("/<token>", methods=["GET", "POST"])
def close(token: str) -> Answer:
    follow_up = addresses.read(token)
    if follow_up is None or follow_up.owner is None:
        return render_template("groups/follow_ups/unknown_link.html"), 404
    with as_read_by(follow_up.owner):
        return _close(follow_up, follow_up.owner, token)


@bp.post("/<token>/reopening")
def reopen(token: str) -> Answer:
    follow_up = addresses.read(token)
    if follow_up is None or follow_up.owner is None:
        return render_template("groups/follow_ups/unknown_link.html"), 404
    owner = follow_up.owner
    with as_read_by(owner):
        # What whoever runs the group has closed is theirs to open again.
        if follow_up.closed_by_id == owner.id:
            actions.reopen(follow_up, by=owner, now=clock.now())
            db.session.commit()
            flash(_("The follow-up is open again."), "success")
        return redirect(url_for(".close", token=token))


def _close(follow_up: FollowUp, owner: Person, token: str) -> Answer:
    form, is_lost = CloseForm(), False
    if form.validate_on_submit():
        note = form.note.data or ""
        actions.close(follow_up, note, by=owner, now=clock.now())
        db.session.commit()
        is_lost = actions.is_lost(follow_up, note)
        if not is_lost:
            return redirect(url_for(".close", token=token))
    page = render_template(
        "groups/follow_ups/close_by_link.html",
        follow_up=follow_up,
        group=follow_up.group,
        owner=owner,
        form=form,
        token=token,
        today=dates.today(clock.now()),
    )
    if is_lost:
        return page, 409
    return (page, 422) if form.is_submitted() else page
