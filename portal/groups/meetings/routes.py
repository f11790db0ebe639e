"""Meetings as those who run a group plan, call, move and cancel them."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal import access, clock, dates
from portal.db import db
from portal.fields import read_number
from portal.groups import queries
from portal.groups.meetings import actions as meeting_actions
from portal.groups.meetings import agenda, summons
from portal.groups.meetings import queries as meeting_queries
from portal.groups.meetings.forms import CancelForm, MeetingForm
from portal.groups.writing import locking
from portal.invitations import event_changes, telling
from portal.models.events import Event
from portal.models.groups import Group
from portal.models.meetings import Meeting

bp = Blueprint("meetings", __name__, url_prefix="/groups/<slug>/meetings")

Answer = str | tuple[str, int] | Response


@bp.route("/new", methods=["GET", "POST"])
def create(slug: str) -> Answer:
    now = clock.now()
    group = queries.group_run_by(access.viewer(), slug)
    if group.closed_at is not None:
        flash(_("The group is closed. Open it again to plan a meeting."), "warning")
        return redirect(url_for("groups.show", slug=slug))
    form = MeetingForm(None, dates.today(now))
    if request.method == "GET":
        form.title.data = _("Meeting of %(group)s", group=group.name)[:200]
    if _adds_rows() or not form.validate_on_submit():
        return _form_page(form, group, None)
    meeting = meeting_actions.plan_meeting(
        group,
        form.values(),
        form.agenda_values(),
        intro=form.intro.data or "",
        by=access.signed_in(),
        now=now,
    )
    db.session.commit()
    flash(_("The draft is saved. Nobody hears of the meeting until you call it."), "success")
    return _to_meeting(meeting)


@bp.route("/<public_id>/edit", methods=["GET", "POST"])
def edit(slug: str, public_id: str) -> Answer:
    meeting = _run_meeting(slug, public_id)
    if meeting.event.is_cancelled:
        flash(_("The meeting is cancelled. Plan a new one instead."), "warning")
        return _to_meeting(meeting)
    if meeting.is_approved:
        _say_locked()
        return _to_meeting(meeting)
    form = MeetingForm(meeting, dates.today(clock.now()))
    if _adds_rows() or not form.validate_on_submit():
        return _form_page(form, meeting.group, meeting)
    if not _save(form, meeting):
        return _form_page(form, meeting.group, meeting)
    return _to_meeting(meeting)


@bp.post("/<public_id>/summons")
def call(slug: str, public_id: str) -> Response:
    meeting = _run_meeting(slug, public_id)
    try:
        called = summons.call_meeting(meeting, by=access.signed_in(), now=clock.now())
    except summons.AlreadyCalled:
        flash(_("The summons has gone out already."), "info")
    except summons.GroupIsClosed:
        flash(_("The group is closed. Nobody was called."), "warning")
    except summons.MeetingIsOver:
        flash(_("The meeting is over. Nobody was called."), "warning")
    except summons.NobodyToCall:
        flash(_("Nobody in the group has an email address yet, so nobody was called."), "warning")
    except event_changes.EventIsCancelled:
        flash(_("The meeting is cancelled. Plan a new one instead."), "warning")
    except summons.CalledWithSeries:
        flash(_("The meeting is called together with the others that recur."), "warning")
    else:
        db.session.commit()
        flash(ngettext("The summons goes to %(num)s person now.",
                       "The summons goes to %(num)s people now.", called), "success")  # fmt: skip
    return _to_meeting(meeting)


@bp.post("/<public_id>/notices")
def tell(slug: str, public_id: str) -> Response:
    meeting = _run_meeting(slug, public_id)
    told = event_changes.audience_size(meeting.event)
    event_changes.tell(meeting.event, by=access.signed_in(), now=clock.now())
    db.session.commit()
    flash(ngettext("We are sending the changes to %(num)s person.",
                   "We are sending the changes to %(num)s people.", told), "success")  # fmt: skip
    return _to_meeting(meeting)


@bp.post("/<public_id>/notices/postponement")
def keep_back(slug: str, public_id: str) -> Response:
    meeting = _run_meeting(slug, public_id)
    telling.keep_back(meeting.event, by=access.signed_in(), now=clock.now())
    db.session.commit()
    flash(_("Nobody is told before you say so."), "info")
    return _to_meeting(meeting)


@bp.route("/<public_id>/cancellation", methods=["GET", "POST"])
def cancel(slug: str, public_id: str) -> Answer:
    meeting = _run_meeting(slug, public_id)
    if meeting.event.is_cancelled or meeting.event.is_over(clock.now()):
        flash(_("The meeting is over or cancelled already. Nothing was changed."), "info")
        return _to_meeting(meeting)
    form = CancelForm()
    if form.validate_on_submit():
        event_changes.cancel(
            meeting.event, form.reason.data or "", by=access.signed_in(), now=clock.now()
        )
        db.session.commit()
        flash(_("The meeting is cancelled. Those who were called are told now."), "success")
        return _to_meeting(meeting)
    told = event_changes.audience_size(meeting.event)
    page = render_template(
        "groups/meetings/cancel.html",
        form=form,
        group=meeting.group,
        meeting=meeting,
        event=meeting.event,
        told=told,
    )
    return (page, 422) if form.is_submitted() else page


@bp.route("/<public_id>/deletion", methods=["GET", "POST"])
def drop(slug: str, public_id: str) -> Answer:
    meeting = _run_meeting(slug, public_id)
    if request.method == "GET":
        return render_template(
            "groups/meetings/drop.html", group=meeting.group, meeting=meeting, event=meeting.event
        )
    try:
        meeting_actions.drop_meeting(meeting, by=access.signed_in(), now=clock.now())
    except meeting_actions.MeetingIsKnown:
        flash(_("People know of this meeting. Cancel it instead."), "warning")
        return _to_meeting(meeting)
    db.session.commit()
    flash(_("The draft is deleted."), "success")
    return redirect(url_for("groups.show", slug=slug))


def _run_meeting(slug: str, public_id: str) -> Meeting:
    group = queries.group_run_by(access.viewer(), slug)
    return meeting_queries.meeting_of(access.viewer(), group, public_id)


def _to_meeting(meeting: Meeting) -> Response:
    address = url_for("groups.meeting", slug=meeting.group.slug, public_id=meeting.public_id)
    return redirect(address)


def _adds_rows() -> bool:
    """The button for more rows sends the form without saving it."""
    return request.method == "POST" and "add_rows" in request.form


def _form_page(form: MeetingForm, group: Group, meeting: Meeting | None) -> Answer:
    form.offer_spare_rows()
    page = render_template(
        "groups/meetings/edit.html",
        form=form,
        group=group,
        meeting=meeting,
        audience=_audience(meeting) if meeting else 0,
    )
    return (page, 422) if form.is_submitted() and not _adds_rows() else page


def _audience(meeting: Meeting) -> int:
    """How many hear of a change; nobody when the meeting is over."""
    if meeting.event.is_over(clock.now()):
        return 0
    return event_changes.audience_size(meeting.event)


def _save(form: MeetingForm, meeting: Meeting) -> bool:
    """Save what the form says and commit; False when it must be looked at once more."""
    by, now, told = access.signed_in(), clock.now(), _audience(meeting)
    try:
        changes = meeting_actions.edit_meeting(
            meeting,
            form.values(),
            form.agenda_values(),
            intro=form.intro.data or "",
            seen_revision=read_number(form.revision.data),
            by=by,
            now=now,
        )
    except event_changes.EditedMeanwhile:
        _say_edited_meanwhile(form, meeting)
        return False
    except agenda.ItemHasMinutes:
        form.title.errors = [
            _("An item that has minutes cannot be taken off the agenda. Put its title back.")
        ]
        return False
    except locking.MinutesAreLocked:
        db.session.rollback()
        _say_locked()
        return True
    if changes and told:
        telling.as_chosen(meeting.event, form.tell.data, by=by, now=now)
    db.session.commit()
    _say_saved(meeting.event, bool(changes), told)
    return True


def _say_locked() -> None:
    flash(_("The minutes are approved, so the meeting can no longer be changed. Corrections are"
            " written as addenda to the minutes."), "warning")  # fmt: skip


def _say_edited_meanwhile(form: MeetingForm, meeting: Meeting) -> None:
    form.title.errors = [
        _("Somebody else saved the meeting while you wrote. Open it in a new window, see what they"
          " changed, and save again to put yours in its place.")
    ]  # fmt: skip
    form.revision.raw_data = None
    form.revision.data = str(meeting.event.revision)


def _say_saved(event: Event, changed: bool, audience: int) -> None:
    if not changed:
        flash(_("Nothing was changed."), "info")
    elif event.tell_at:
        flash(telling.said(event), "success")
    elif audience and not event.is_untold:
        flash(ngettext("Saved. We are sending the changes to %(num)s person.",
                       "Saved. We are sending the changes to %(num)s people.",
                       audience), "success")  # fmt: skip
    elif audience:
        flash(_("Saved. Those who are invited have not been told yet."), "warning")
    else:
        flash(_("Saved."), "success")
