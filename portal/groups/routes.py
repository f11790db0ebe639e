"""The groups one sits in, a group's home, and its meetings as members see them."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import access, clock, dates, day_notes
from portal.calendar import rhythms, subscriptions
from portal.db import db
from portal.fields import read_number
from portal.groups import names, queries, waiting, wording
from portal.groups.follow_ups import carried, rights
from portal.groups.follow_ups import queries as follow_up_queries
from portal.groups.input_rounds import queries as round_queries
from portal.groups.input_rounds import wording as round_wording
from portal.groups.letters import actions as letters
from portal.groups.meetings import agenda, deputies, expected, guests, papers, summons
from portal.groups.meetings import queries as meeting_queries
from portal.groups.meetings.answer_form import AnswerForm
from portal.groups.minutes import queries as minutes_queries
from portal.groups.name_requests import queries as name_queries
from portal.groups.places import listing, mail_list
from portal.groups.polls import queries as poll_queries
from portal.groups.polls import wording as poll_wording
from portal.groups.series import queries as series_queries
from portal.groups.setup import first_call, periods
from portal.invitations import event_changes, history
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.groups import Group
from portal.models.invitations import Answer
from portal.models.meetings import Meeting, UsualItem
from portal.models.minutes import FollowUp

bp = Blueprint("groups", __name__, url_prefix="/groups")


@bp.get("")
def index() -> str:
    viewer = access.viewer()
    rows = queries.groups_seen_by(viewer) if viewer else []
    return render_template(
        "groups/index.html",
        rows=rows,
        kinds=wording.KINDS,
        organises=_organises(),
        public_minutes=minutes_queries.public_minutes(),
    )


@bp.get("/<slug>")
def show(slug: str) -> str:
    viewer, now = access.signed_in(), clock.now()
    group = queries.group_of_or_404(viewer, slug)
    runs, today = access.leads_group(viewer, group), dates.today(now)
    meetings = meeting_queries.meetings_of_group(group, now, drafts=runs)
    mine = meeting_queries.mine_of(viewer, meetings.coming)
    counts = listing.counts_of(group)
    asked = poll_queries.polls_in(group, viewer, runs=runs)
    answers = group.id in access.groups_of(viewer)
    return render_template(
        "groups/show.html",
        group=group,
        runs=runs,
        organises=_organises(),
        asks_about_juries=runs and queries.asks_about_juries(group, now),
        period=periods.in_words(group),
        ends_soon=periods.ends_soon(group, today),
        has_ended=periods.has_ended(group, today),
        waits_for_first=first_call.waits_for(group),
        meetings=meetings,
        series=series_queries.series_in(group, now, drafts=runs),
        polls=asked,
        poll_state=poll_wording.state,
        answers_polls=answers,
        rhythm=rhythms.in_words,
        follow_ups=follow_up_queries.in_short(viewer, group),
        may=rights.of(viewer, group),
        counts=counts,
        next_meeting=next(iter(mine), None),
        waits=waiting.of(
            viewer,
            group,
            meetings=mine,
            polls=[each.poll for each in asked if answers and each.lacks_answer],
            follow_ups=follow_up_queries.mine_in(viewer, group),
            nameless=counts.nameless if runs else 0,
            today=today,
        ),
        shown_name=names.shown_in(group),
        rounds=round_queries.rounds_in(viewer, group, drafts=runs),
        round_wording=round_wording,
        group_minutes=minutes_queries.minutes_in(group, viewer, now, runs=runs),
        sees_parent=group.parent is not None and access.sees_group(viewer, group.parent),
        today=today,
        wording=wording,
        **_seats(viewer, group),
    )


@bp.get("/<slug>/members")
def members(slug: str) -> str:
    """All who sit in the group, to search and to leaf through."""
    viewer = access.viewer()
    group = queries.group_of_or_404(viewer, slug)
    if not access.sees_members(viewer, group):
        abort(404)
    text = " ".join(request.args.get("q", "").split())
    page = listing.places_found(
        group, text, read_number(request.args.get("page"), 1), all_states=_organises()
    )
    return render_template(
        "groups/places/index.html",
        group=group,
        page=page,
        places=listing.rows_of(page.items),
        q=text,
        runs=access.leads_group(viewer, group),
        asked=name_queries.open_in(group) if access.leads_group(viewer, group) else {},
        organises=_organises(),
        today=dates.today(clock.now()),
        wording=wording,
    )


@bp.get("/<slug>/addresses")
def addresses(slug: str) -> str:
    """The group's own mail list, for those who run it."""
    group = queries.group_run_by(access.viewer(), slug)
    return render_template("groups/places/addresses.html", group=group, list=mail_list.of(group))


def _seats(viewer: Person, group: Group) -> dict[str, object]:
    """Who sits in the group, as its home page shows ``viewer``, and the place of their own."""
    sees, runs = access.sees_members(viewer, group), access.leads_group(viewer, group)
    place = next(
        (each for each in viewer.group_places if each.group_id == group.id and each.is_current),
        None,
    )
    return {
        "sees_members": sees,
        "places": listing.first_places(group, all_states=_organises()) if sees else [],
        "asked": name_queries.open_in(group) if runs else {},
        "letters": letters.latest(group, clock.now()) if runs else [],
        "my_place": place,
        "my_feed": subscriptions.of_group(viewer, group) if place else None,
    }


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
    reads_minutes = access.reads_minutes(viewer, found)
    replies = meeting_queries.replies_to(found)
    mine, called_guests = replies.of(viewer), guests.guests_of(found)
    held_by = [found.group, *(each.group for each in found.others)]
    shown_name = names.shown_in(*held_by)
    return render_template(
        "groups/meetings/show.html",
        group=group,
        meeting=found,
        event=event,
        runs=runs,
        organises=_organises(),
        replies=replies,
        sees_members=access.sees_members(viewer, group),
        shown_name=shown_name,
        shown_presenter=str if found.is_approved else names.typed_in(*held_by),
        mine=mine,
        form=form or (AnswerForm(mine) if mine and _may_answer(event) else None),
        plan=agenda.plan_of(found),
        clock_of=agenda.clock_of,
        papers_of=papers.of,
        guests=called_guests,
        guest_rows={guest.person_id: guest for guest in called_guests},
        attendances=meeting_queries.attendances_of(found) if reads_minutes else [],
        notes=meeting_queries.notes_on(found) if _organises() else [],
        changes=history.all_changes(event, shown_name) if runs else history.told_changes(event),
        warnings=day_notes.of_event(event) if runs and not event.is_over(clock.now()) else [],
        carried=_carried(viewer, found),
        neighbours=series_queries.neighbours_of(found),
        poll=poll_queries.poll_behind(found) if runs else None,
        # One of a series is called with the others, from their page.
        to_call=summons.to_call_count(found) if runs and event.series_id is None else 0,
        not_reached=expected.not_reached(found) if runs and _may_answer(event) else [],
        audience=event_changes.audience_size(event) if runs and event.is_untold else 0,
        rounds=round_queries.rounds_at(viewer, found, drafts=runs),
        round_wording=round_wording,
        is_over=event.is_over(clock.now()),
        is_held=event.starts_at <= clock.now(),
        reads_minutes=reads_minutes,
        wording=wording,
    )


def _carried(viewer: Person | None, found: Meeting) -> list[FollowUp]:
    """What stands under the item of earlier follow-ups, when there is one and it may be seen."""
    if not any(item.usual == UsualItem.FOLLOW_UPS for item in found.agenda):
        return []
    return carried.open_at(found) if access.sees_minutes(viewer, found.group) else []


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
