"""The groups one sits in, a group's home, and its meetings as members see them."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import access, clock, dates, day_notes
from portal.calendar import rhythms
from portal.db import db
from portal.groups import queries, wording
from portal.groups.meetings import agenda, deputies, expected, guests, papers, summons
from portal.groups.meetings import queries as meeting_queries
from portal.groups.meetings.answer_form import AnswerForm
from portal.groups.series import queries as series_queries
from portal.groups.setup import periods
from portal.invitations import event_changes, history
from portal.models.events import Event
from portal.models.groups import Group
from portal.models.invitations import Answer
from portal.models.meetings import Meeting

bp = Blueprint("groups", __name__, url_prefix="/groups")


@bp.get("")
def index() -> str:
    viewer = access.viewer()
    rows = queries.groups_seen_by(viewer) if viewer else []
    return render_template(
        "groups/index.html", rows=rows, kinds=wording.KINDS, organises=_organises()
    )


@bp.get("/<slug>")
def show(slug: str) -> str:
    viewer, now = access.viewer(), clock.now()
    group = queries.group_of_or_404(viewer, slug)
    runs = access.leads_group(viewer, group)
    today = dates.today(now)
    return render_template(
        "groups/show.html",
        group=group,
        runs=runs,
        organises=_organises(),
        period=periods.in_words(group),
        ends_soon=periods.ends_soon(group, today),
        has_ended=periods.has_ended(group, today),
        places=queries.places_of(group, all_states=_organises()),
        meetings=meeting_queries.meetings_of_group(group, now, drafts=runs),
        series=series_queries.series_in(group, now, drafts=runs),
        rhythm=rhythms.in_words,
        follow_ups=queries.follow_ups_in(group),
        sees_parent=group.parent is not None and access.sees_group(viewer, group.parent),
        today=today,
        wording=wording,
    )


@bp.get("/<slug>/meetings/<public_id>")
def meeting(slug: str, public_id: str) -> str:
    group = queries.group_of_or_404(access.viewer(), slug)
    found = meeting_queries.meeting_of(access.viewer(), group, public_id)
    return _meeting_page(group, found, None)


@bp.post("/<slug>/meetings/<public_id>/answer")
def answer(slug: str, public_id: str) -> Response | tuple[str, int]:
    viewer = access.viewer()
    group = queries.group_of_or_404(viewer, slug)
    found = meeting_queries.meeting_of(viewer, group, public_id)
    mine = meeting_queries.replies_to(found).of(viewer)
    if mine is None:
        abort(404)
    form = AnswerForm(mine)
    if not form.validate_on_submit():
        return _meeting_page(group, found, form), 422
    if not _may_answer(found.event):
        flash(_("The meeting can no longer be answered."), "warning")
        return redirect(url_for(".meeting", slug=slug, public_id=public_id))
    given, comment, wanted = Answer(form.answer.data), form.comment.data or "", form.wanted()
    try:
        deputies.answer(mine, given, comment=comment, wanted=wanted, now=clock.now())
    except deputies.CannotSend as reason:
        db.session.rollback()
        form.refuse(reason)
        return _meeting_page(group, found, form), 422
    db.session.commit()
    flash(_thanks(given, mine.delegated_to), "success")
    return redirect(url_for(".meeting", slug=slug, public_id=public_id))


def _meeting_page(group: Group, found: Meeting, form: AnswerForm | None) -> str:
    viewer, event = access.viewer(), found.event
    # Of several groups that hold it, the host runs it.
    runs = access.leads_group(viewer, found.group)
    replies = meeting_queries.replies_to(found)
    mine, called_guests = replies.of(viewer), guests.guests_of(found)
    return render_template(
        "groups/meetings/show.html",
        group=group,
        meeting=found,
        event=event,
        runs=runs,
        organises=_organises(),
        replies=replies,
        mine=mine,
        form=form or (AnswerForm(mine) if mine and _may_answer(event) else None),
        plan=agenda.plan_of(found),
        clock_of=agenda.clock_of,
        papers_of=papers.of,
        guests=called_guests,
        guest_rows={guest.person_id: guest for guest in called_guests},
        sees_members=access.sees_members(viewer, group),
        sees_minutes=access.sees_minutes(viewer, group),
        attendances=meeting_queries.attendances_of(found),
        notes=meeting_queries.notes_on(found) if _organises() else [],
        changes=history.all_changes(event) if runs else history.told_changes(event),
        warnings=day_notes.of_event(event) if runs and not event.is_over(clock.now()) else [],
        neighbours=series_queries.neighbours_of(found),
        # One of a series is called with the others, from their page.
        to_call=summons.to_call_count(found) if runs and event.series_id is None else 0,
        not_reached=expected.not_reached(found) if runs and _may_answer(event) else [],
        audience=event_changes.audience_size(event) if runs and event.is_untold else 0,
        is_over=event.is_over(clock.now()),
        wording=wording,
    )


def _may_answer(event: Event) -> bool:
    return not event.is_cancelled and not event.is_over(clock.now())


def _thanks(given: Answer, deputy: str) -> str:
    if given == Answer.DELEGATED:
        return _("Thank you. We are asking %(name)s to come in your place.", name=deputy)
    if given == Answer.DECLINED:
        return _("Thank you for telling us. Your apologies are noted.")
    return _("Thank you. We have your answer.")


def _organises() -> bool:
    viewer = access.viewer()
    return viewer is not None and viewer.is_organiser
