"""Minutes approved at a meeting or without one, undone, and corrected by addenda."""

from flask import Blueprint, flash, redirect, request, url_for
from flask import render_template as render
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import access, clock, dates
from portal.db import db
from portal.fields import read_number
from portal.groups import meanwhile
from portal.groups import queries as group_queries
from portal.groups.minutes import approving, document, pages, queries
from portal.groups.minutes.forms import AddendumForm, AloneForm, ChangesForm
from portal.groups.writing import locking
from portal.models.meetings import AgendaItem, Meeting

bp = Blueprint("minutes_approval", __name__, url_prefix="/groups/<slug>/meetings/<public_id>")

Answer = str | tuple[str, int] | Response


@bp.post("/approvals/<int:number>")
def approve_at(slug: str, public_id: str, number: int) -> Answer:
    """Item ``number`` of the meeting at ``public_id`` approves an earlier meeting's minutes."""
    viewer = access.signed_in()
    later = queries.minutes_run_by(viewer, slug, public_id)
    item = queries.item_of(later, number)
    if item.approves is not None:
        # Whoever approves runs the group whose minutes they are.
        group_queries.group_run_by(viewer, item.approves.group.slug)
    form = ChangesForm(data={"revision": _revision_of(item.approves)})
    if not form.validate_on_submit():
        return _approval_page(later, item, form), 422
    try:
        meeting = approving.approve_at(
            item, form.changes.data or "", seen_revision=_seen(form), by=viewer, now=clock.now()
        )
    except approving.ChangedMeanwhile:
        db.session.rollback()
        assert item.approves is not None, "what is changed is there"
        form.changes.errors = _look_again(form, item.approves)
        return _approval_page(later, item, form), 409
    except locking.MinutesAreLocked:
        flash(_("The minutes were approved already."), "info")
    except approving.NotMetYet:
        flash(_("Minutes are approved when the meeting is held, not before."), "warning")
    except approving.NotApprovedHere:
        flash(_("This item does not approve any minutes."), "warning")
    else:
        db.session.commit()
        flash(_("The minutes of %(day)s are approved and can no longer be changed.",
                day=dates.plain_day(meeting.event.first_day)), "success")  # fmt: skip
    return redirect(_where_from(later))


@bp.route("/minutes/approval", methods=["GET", "POST"])
def approve_alone(slug: str, public_id: str) -> Answer:
    meeting = queries.minutes_run_by(access.viewer(), slug, public_id)
    form = AloneForm(data={"revision": _revision_of(meeting)})
    if not form.validate_on_submit():
        page = _alone_page(meeting, form)
        return (page, 422) if form.is_submitted() else page
    try:
        approving.approve_alone(
            meeting, form.reason.data or "", seen_revision=_seen(form),
            by=access.signed_in(), now=clock.now(),
        )  # fmt: skip
    except approving.ChangedMeanwhile:
        db.session.rollback()
        form.reason.errors = _look_again(form, meeting)
        return _alone_page(meeting, form), 409
    except locking.MinutesAreLocked:
        flash(_("The minutes were approved already."), "info")
    except approving.NotMetYet:
        flash(_("Minutes are approved when the meeting is held, not before."), "warning")
    else:
        db.session.commit()
        flash(_("The minutes are approved and can no longer be changed."), "success")
    return _to_minutes(meeting)


@bp.post("/minutes/approval/undoing")
def undo(slug: str, public_id: str) -> Response:
    meeting = queries.minutes_run_by(access.viewer(), slug, public_id)
    try:
        approving.undo(meeting, by=access.signed_in(), now=clock.now())
    except approving.CannotUndo:
        flash(_("An approval is undone on the same day, by whoever approved or by an organiser, and"
                " only while the minutes are neither corrected nor public. Write an addendum"
                " instead."), "warning")  # fmt: skip
    except locking.MinutesAreLocked:
        flash(_("The minutes of the meeting that approved these are approved themselves, so its"
                " decisions stand. Write an addendum instead."), "warning")  # fmt: skip
    else:
        db.session.commit()
        flash(_("The approval is undone. The minutes can be changed again."), "success")
    return _to_minutes(meeting)


@bp.route("/minutes/addenda/new", methods=["GET", "POST"])
def add_addendum(slug: str, public_id: str) -> Answer:
    meeting = queries.minutes_run_by(access.viewer(), slug, public_id)
    form = AddendumForm()
    if not meeting.is_approved:
        flash(_("The minutes are not approved yet. Change the text itself."), "warning")
        return _to_minutes(meeting)
    if not form.validate_on_submit():
        page = render("groups/minutes/addendum.html", meeting=meeting, form=form,
                      minutes=document.of(meeting), **pages.WORDS)  # fmt: skip
        return (page, 422) if form.is_submitted() else page
    try:
        approving.add_addendum(
            meeting, form.text.data or "", by=access.signed_in(), now=clock.now()
        )
    except approving.NotApprovedHere:
        flash(_("The approval was undone meanwhile. Change the minutes themselves."), "warning")
    else:
        db.session.commit()
        flash(_("The addendum is added at the end of the minutes."), "success")
    return _to_minutes(meeting)


def _approval_page(later: Meeting, item: AgendaItem, form: ChangesForm) -> str:
    return render("groups/minutes/approve_at.html", meeting=later, item=item, form=form)


def _alone_page(meeting: Meeting, form: AloneForm) -> str:
    return render("groups/minutes/approve_alone.html", meeting=meeting, form=form,
                  open_comments=queries.open_comments(meeting))  # fmt: skip


def _seen(form: ChangesForm | AloneForm) -> int:
    return read_number(form.revision.data, -1)


def _revision_of(meeting: Meeting | None) -> str:
    return str(meeting.minutes_revision) if meeting else ""


def _look_again(form: ChangesForm | AloneForm, meeting: Meeting) -> list[str]:
    """Let the next press approve the minutes as they are now, and say why this one did not."""
    meanwhile.look_anew(form.revision, _revision_of(meeting))
    return [
        _("The minutes were changed after you opened the page, so they were not approved. Read them"
          " again, and press once more if they are right.")
    ]  # fmt: skip


def _where_from(later: Meeting) -> str:
    """The page of ``later`` on which the button was pressed: its own, or one below it."""
    own = url_for("groups.meeting", slug=later.group.slug, public_id=later.public_id)
    back = request.form.get("back", "")
    below = back.removeprefix(f"{own}/")
    return back if back == own or (back != below and below.isalpha()) else own


def _to_minutes(meeting: Meeting) -> Response:
    return redirect(url_for("minutes.show", slug=meeting.group.slug, public_id=meeting.public_id))
