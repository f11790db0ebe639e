"""The buttons beside doubts on a meeting's page; only organisers see them."""

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import access, clock
from portal.db import db
from portal.groups import queries
from portal.groups.doubts import actions
from portal.groups.doubts.forms import NoteForm
from portal.groups.meetings import queries as meeting_queries
from portal.models.meetings import Meeting
from portal.models.minutes import ImportNote

bp = Blueprint("import_notes", __name__, url_prefix="/groups/<slug>/meetings/<public_id>/notes")

Page = str | tuple[str, int] | Response


@bp.route("/<note_id>", methods=["GET", "POST"])
def handle(slug: str, public_id: str, note_id: str) -> Page:
    """Tick a doubt off, or change what was written."""
    meeting, note = _note(slug, public_id, note_id)
    form = NoteForm(answer=note.answer)
    page = {"meeting": meeting, "group": meeting.group, "note": note, "form": form}
    if not form.validate_on_submit():
        shown = render_template("groups/doubts/handle.html", taken=False, **page)
        return (shown, 422) if form.is_submitted() else shown
    try:
        actions.handle(note, form.answer.data or "", by=access.signed_in(), now=clock.now())
    except actions.AlreadyHandled:
        return render_template("groups/doubts/handle.html", taken=True, **page), 409
    db.session.commit()
    flash(_("Ticked off."), "success")
    return _back(slug, public_id)


@bp.post("/<note_id>/reopening")
def reopen(slug: str, public_id: str, note_id: str) -> Response:
    _meeting, note = _note(slug, public_id, note_id)
    actions.reopen(note, by=access.signed_in(), now=clock.now())
    db.session.commit()
    flash(_("It is open again."), "success")
    return _back(slug, public_id)


def _note(slug: str, public_id: str, note_id: str) -> tuple[Meeting, ImportNote]:
    """A doubt about one of the group's meetings, for organisers; 403 for those who only sit in."""
    viewer = access.signed_in()
    group = queries.group_of_or_404(viewer, slug)
    if not viewer.is_organiser:
        abort(403)
    meeting = meeting_queries.meeting_of(viewer, group, public_id)
    note: ImportNote = db.one_or_404(
        sa.select(ImportNote).where(
            ImportNote.meeting_id == meeting.id, ImportNote.public_id == note_id
        )
    )
    return meeting, note


def _back(slug: str, public_id: str) -> Response:
    return redirect(url_for("groups.meeting", slug=slug, public_id=public_id, _anchor="notes"))
