"""The groups one sits in, a group's home, and its meetings as members see them."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import access, clock, dates, day_notes
from portal.calendar import rhythms
from portal.db import db
from portal.groups import queries, wording
from portal.groups.meetings import queries as meeting_queries
from portal.groups.meetings import summons
from portal.groups.meetings.answer_form import AnswerForm
from portal.groups.series import queries as series_queries
from portal.groups.setup import periods
from portal.invitations import actions as invitations
from portal.invitations import event_changes, history
from portal.models.events import Event
from portal.models.groups import Group
from portal.models.invitations import Answer, AnswerSource
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
        asks_about_juries=runs and queries.asks_about_juries(group, now),
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
    else:
        given = Answer(form.answer.data)
        comment = form.comment.data or ""
        invitations.answer(mine, given, source=AnswerSource.PAGE, now=clock.now(), comment=comment)
        db.session.commit()
        flash(_thanks(given), "success")
    return redirect(url_for(".meeting", slug=slug, public_id=public_id))


def _meeting_page(group: Group, found: Meeting, form: AnswerForm | None) -> str:
    viewer, event = access.viewer(), found.event
    runs = access.leads_group(viewer, group)
    replies = meeting_queries.replies_to(found)
    mine = replies.of(viewer)
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
        attendances=meeting_queries.attendances_of(found),
        notes=meeting_queries.notes_on(found) if _organises() else [],
        changes=history.all_changes(event) if runs else history.told_changes(event),
        warnings=day_notes.of_event(event) if runs and not event.is_over(clock.now()) else [],
        neighbours=series_queries.neighbours_of(found),
        # One of a series is called with the others, from their page.
        to_call=summons.to_call_count(found) if runs and event.series_id is None else 0,
        not_reached=[queries.name_of(each) for each in summons.not_reached(group)] if runs else [],
        audience=event_changes.audience_size(event) if runs and event.is_untold else 0,
        is_over=event.is_over(clock.now()),
        wording=wording,
    )


def _may_answer(event: Event) -> bool:
    return not event.is_cancelled and not event.is_over(clock.now())


def _thanks(given: Answer) -> str:
    if given == Answer.DECLINED:
        return _("Thank you for telling us. Your apologies are noted.")
    return _("Thank you. We have your answer.")


def _organises() -> bool:
    viewer = access.viewer()
    return viewer is not None and viewer.is_organiser
