"""Meetings as those who run a group plan, call, move and cancel them."""

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal import access, clock, dates, day_notes
from portal.db import db
from portal.fields import read_number
from portal.groups import once, queries, wording
from portal.groups.meetings import actions as meeting_actions
from portal.groups.meetings import (
    agenda,
    copying,
    expected,
    guests,
    saying,
    summons,
    timing,
    usual,
    written,
)
from portal.groups.meetings import queries as meeting_queries
from portal.groups.meetings.agenda import AgendaValue
from portal.groups.meetings.forms import MOST_DAYS, CancelForm, MeetingForm
from portal.groups.writing import locking
from portal.invitations import event_changes, notices, telling
from portal.models.accounts import Person
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
    earlier = _earlier(group, request.values.get("copied_from") or request.args.get("from", ""))
    form = _form(group, None, copying.as_typed(earlier) if earlier else None)
    if request.method == "GET":
        form.title.data = form.title.data or _("Meeting of %(group)s", group=group.name)[:200]
        form.rearrange("usual", _usual_items(form, group, None))
    if _rearranged(form, group, None) or not form.validate_on_submit():
        return _form_page(form, group, None, earlier)
    by = access.signed_in()
    meeting = once.unless_made(
        Meeting, form, by=by, make=lambda: _plan(form, group, earlier, by=by, now=now)
    )
    db.session.commit()
    flash(_("The draft is saved. Nobody hears of the meeting until you call it."), "success")
    return _to_meeting(meeting)


def _plan(
    form: MeetingForm, group: Group, earlier: Meeting | None, *, by: Person, now: datetime
) -> Meeting:
    meeting = meeting_actions.plan_meeting(
        group,
        form.values(),
        form.agenda_values(),
        intro=form.intro.data or "",
        days=form.spans,
        others=form.other_ids(),
        by=by,
        now=now,
    )
    if earlier is not None and form.same_guests.data:
        guests.copy_guests(earlier, meeting, by=by, now=now)
    return meeting


@bp.route("/<public_id>/edit", methods=["GET", "POST"])
def edit(slug: str, public_id: str) -> Answer:
    meeting = run_meeting(slug, public_id)
    if meeting.event.is_cancelled:
        flash(_("The meeting is cancelled. Plan a new one instead."), "warning")
        return _to_meeting(meeting)
    if meeting.is_approved:
        return _locked(meeting)
    form = _form(meeting.group, meeting, None)
    if _rearranged(form, meeting.group, meeting) or not form.validate_on_submit():
        return _form_page(form, meeting.group, meeting)
    if not _save(form, meeting):
        return _form_page(form, meeting.group, meeting)
    return _to_meeting(meeting)


@bp.route("/<public_id>/summons", methods=["GET", "POST"])
def call(slug: str, public_id: str) -> Answer:
    meeting = run_meeting(slug, public_id)
    if request.method == "GET":
        return _summons_page(meeting)
    seen = request.form.get("revision")
    try:
        called = summons.call_meeting(
            meeting,
            seen_revision=None if seen is None else read_number(seen, -1),
            by=access.signed_in(),
            now=clock.now(),
        )
    except event_changes.EditedMeanwhile:
        db.session.rollback()
        flash(_("The meeting was changed after you opened this page. Look at it once more."),
              "warning")  # fmt: skip
        return redirect(url_for(".call", slug=meeting.group.slug, public_id=public_id))
    except tuple(_NOT_CALLED) as reason:
        flash(_NOT_CALLED[type(reason)], "warning")
    else:
        db.session.commit()
        flash(ngettext("The summons goes to %(num)s person now.",
                       "The summons goes to %(num)s people now.", called), "success")  # fmt: skip
    return _to_meeting(meeting)


_NOT_CALLED: dict[type[Exception], Any] = {
    summons.AlreadyCalled: _l("The summons has gone out already."),
    summons.GroupIsClosed: _l("The group is closed. Nobody was called."),
    summons.MeetingIsOver: _l("The meeting is over. Nobody was called."),
    summons.NobodyToCall: _l("Nobody in the group has an email address yet, so nobody was called."),
    event_changes.EventIsCancelled: _l("The meeting is cancelled. Plan a new one instead."),
    summons.CalledWithSeries: _l("The meeting is called together with the others that recur."),
}


@bp.post("/<public_id>/notices")
def tell(slug: str, public_id: str) -> Response:
    meeting = run_meeting(slug, public_id)
    told = event_changes.audience_size(meeting.event)
    event_changes.tell(meeting.event, by=access.signed_in(), now=clock.now())
    db.session.commit()
    flash(ngettext("We are sending the changes to %(num)s person.",
                   "We are sending the changes to %(num)s people.", told), "success")  # fmt: skip
    return _to_meeting(meeting)


@bp.post("/<public_id>/notices/postponement")
def keep_back(slug: str, public_id: str) -> Response:
    meeting = run_meeting(slug, public_id)
    telling.keep_back(meeting.event, by=access.signed_in(), now=clock.now())
    db.session.commit()
    flash(_("Nobody is told before you say so."), "info")
    return _to_meeting(meeting)


@bp.route("/<public_id>/cancellation", methods=["GET", "POST"])
def cancel(slug: str, public_id: str) -> Answer:
    meeting = run_meeting(slug, public_id)
    if meeting.event.is_cancelled or meeting.event.is_over(clock.now()):
        flash(_("The meeting is over or cancelled already. Nothing was changed."), "info")
        return _to_meeting(meeting)
    form = CancelForm()
    if form.validate_on_submit():
        try:
            meeting_actions.cancel_meeting(
                meeting, form.reason.data or "", by=access.signed_in(), now=clock.now()
            )
        except locking.MinutesAreLocked:
            return _locked(meeting)
        db.session.commit()
        flash(_("The meeting is cancelled. Those who were called are told now."), "success")
        return _to_meeting(meeting)
    page = render_template(
        "groups/meetings/cancel.html",
        form=form,
        group=meeting.group,
        meeting=meeting,
        event=meeting.event,
        told=event_changes.audience_size(meeting.event),
    )
    return (page, 422) if form.is_submitted() else page


@bp.route("/<public_id>/deletion", methods=["GET", "POST"])
def drop(slug: str, public_id: str) -> Answer:
    meeting = run_meeting(slug, public_id)
    if request.method == "GET":
        return render_template(
            "groups/meetings/drop.html", group=meeting.group, meeting=meeting, event=meeting.event
        )
    try:
        meeting_actions.drop_meeting(meeting, by=access.signed_in(), now=clock.now())
    except meeting_actions.MeetingIsKnown:
        db.session.rollback()
        flash(_("People know of this meeting. Cancel it instead."), "warning")
        return _to_meeting(meeting)
    db.session.commit()
    flash(_("The draft is deleted."), "success")
    return redirect(url_for("groups.show", slug=slug))


def run_meeting(slug: str, public_id: str) -> Meeting:
    """The meeting, for whoever runs the group that it is of; 403 for whoever only sees it."""
    viewer = access.viewer()
    group = queries.group_of_or_404(viewer, slug)
    if not access.leads_group(viewer, group):
        abort(403)
    meeting = meeting_queries.meeting_of(viewer, group, public_id)
    if not access.leads_group(viewer, meeting.group):
        abort(403)
    return meeting


def _to_meeting(meeting: Meeting) -> Response:
    address = url_for("groups.meeting", slug=meeting.group.slug, public_id=meeting.public_id)
    return redirect(address)


def _earlier(group: Group, public_id: str) -> Meeting | None:
    """The meeting of the group that a new one shall be like, if one was chosen."""
    if not public_id:
        return None
    found = meeting_queries.meeting_of(access.viewer(), group, public_id)
    return found if found.group_id == group.id else None


def _form(group: Group, meeting: Meeting | None, begin: dict[str, Any] | None) -> MeetingForm:
    found = meeting_queries.groups_to_join(access.signed_in(), group, meeting)
    return MeetingForm(
        meeting,
        dates.today(clock.now()),
        begin=begin,
        groups=[(str(each.id), each.name) for each in found],
    )


def _usual_items(form: MeetingForm, group: Group, meeting: Meeting | None) -> list[AgendaValue]:
    """The items that stand on every agenda, but for those that the form has."""
    language = form.language.data or "nb"
    wanted = usual.first_items(group, language=language, now=clock.now(), meeting=meeting)
    return usual.missing(wanted, form.agenda_values())


def _rearranged(form: MeetingForm, group: Group, meeting: Meeting | None) -> bool:
    """Whether a button inside the form was pressed, which is then done; nothing is saved."""
    pressed = request.form.get("rearrange") or ("rows" if "add_rows" in request.form else "")
    if request.method != "POST" or not pressed:
        return False
    items = _usual_items(form, group, meeting) if pressed == "usual" else []
    form.rearrange(pressed, items)
    return True


def _form_page(
    form: MeetingForm, group: Group, meeting: Meeting | None, earlier: Meeting | None = None
) -> Answer:
    form.offer_spare_rows()
    now = clock.now()
    page = render_template(
        "groups/meetings/edit.html",
        form=form,
        group=group,
        meeting=meeting,
        earlier=earlier,
        earlier_guests=guests.guests_of(earlier) if earlier else [],
        to_copy=[] if meeting else meeting_queries.earlier_meetings(group, now),
        recurs=meeting is not None and meeting.event.series_id is not None,
        plan=timing.plan(form.known_spans(), form.agenda_values()),
        lacks_usual=bool(_usual_items(form, group, meeting)),
        most_days=MOST_DAYS,
        audience=_audience(meeting) if meeting else 0,
    )
    rearranges = "rearrange" in request.form or "add_rows" in request.form
    return (page, 422) if form.is_submitted() and not rearranges else page


def _summons_page(meeting: Meeting) -> Answer:
    now, event = clock.now(), meeting.event
    to_call = expected.to_call_by_name(meeting)
    is_open = not event.is_cancelled and not event.is_over(now) and not meeting.group.closed_at
    if not to_call or not is_open or event.series_id is not None:
        flash(_("There is nobody to call now."), "info")
        return _to_meeting(meeting)
    reader = db.session.get_one(Person, to_call[0].person_id)
    return render_template(
        "groups/meetings/summons.html",
        group=meeting.group,
        meeting=meeting,
        event=event,
        letter=notices.sample(event, reader, written.as_markdown(meeting, event.language)),
        reader=reader,
        to_call=to_call,
        parts=wording.PARTS,
        not_reached=expected.not_reached(meeting),
        why=wording.WHY_NOT_REACHED,
        plan=agenda.plan_of(meeting),
        warnings=day_notes.of_event(event),
    )


def _audience(meeting: Meeting) -> int:
    """How many hear of a change; nobody when the meeting is over."""
    return 0 if meeting.event.is_over(clock.now()) else event_changes.audience_size(meeting.event)


def _save(form: MeetingForm, meeting: Meeting) -> bool:
    """Save what the form says and commit; False when it must be looked at once more."""
    by, now, told = access.signed_in(), clock.now(), _audience(meeting)
    recurs = meeting.event.series_id is not None
    try:
        changes = meeting_actions.edit_meeting(
            meeting,
            form.values(),
            form.agenda_values(),
            intro=form.intro.data or "",
            days=None if recurs else form.spans,
            others=None if recurs else form.other_ids(),
            seen_others=form.seen_others.data,
            seen_revision=read_number(form.revision.data),
            newest_seen=read_number(form.newest.data) if form.newest.data else None,
            by=by,
            now=now,
        )
    except (event_changes.EditedMeanwhile, agenda.AddedMeanwhile):
        saying.edited_meanwhile(form, meeting)
        return False
    except agenda.ItemHasMinutes:
        db.session.rollback()
        form.title.errors = [
            _("What has minutes, comments or follow-ups stays on the agenda. Put its title back.")
        ]
        return False
    except locking.MinutesAreLocked:
        _locked(meeting)
        return True
    if changes and told:
        telling.as_chosen(meeting.event, form.tell.data, by=by, now=now)
    db.session.commit()
    saying.saved(meeting.event, bool(changes), told)
    return True


def _locked(meeting: Meeting) -> Response:
    db.session.rollback()
    flash(_("The minutes are approved, so the meeting can no longer be changed. Corrections are"
            " written as addenda to the minutes."), "warning")  # fmt: skip
    return _to_meeting(meeting)
