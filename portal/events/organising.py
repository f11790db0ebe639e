"""The pages on which organisers plan, edit, publish and cancel events."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal import access, clock, dates, day_notes, words
from portal.db import db
from portal.events import actions, queries
from portal.events.forms import CancelForm, EventForm
from portal.fields import read_number
from portal.invitations import event_changes, history, naming, replies, telling
from portal.models.events import Event, EventState

bp = Blueprint("organise_events", __name__, url_prefix="/organise/events")

Answer = str | tuple[str, int] | Response


@bp.get("")
def index() -> str:
    wanted = request.args.get("state", "")
    state = EventState(wanted) if wanted in set(EventState) else None
    text = request.args.get("q", "").strip()[:100]
    found = queries.own_events(text, state, read_number(request.args.get("page"), 1))
    return render_template(
        "events/organise.html",
        found=found,
        q=text,
        state=wanted,
        kinds=words.KINDS,
        states=words.STATES,
    )


@bp.route("/new", methods=["GET", "POST"])
def create() -> Answer:
    now = clock.now()
    form = EventForm(None, dates.today(now))
    if _adds_rows(form):
        return _form_page(form, None)
    if form.validate_on_submit():
        event = actions.plan_event(form.values(), _parts(form), by=access.signed_in(), now=now)
        db.session.commit()
        flash(_("The draft is saved. Nobody sees it until you publish it."), "success")
        return redirect(url_for("organise_events.show", slug=event.slug))
    return _form_page(form, None)


@bp.get("/<slug>")
def show(slug: str) -> str:
    event = queries.event_of_organiser(slug)
    return render_template(
        "events/manage.html",
        event=event,
        warnings=day_notes.of_event(event),
        changes=history.all_changes(event),
        audience=event_changes.audience_size(event),
        replies=replies.replies_to(event),
        former=naming.former_of(event),
        words=words,
        kinds=words.KINDS,
        states=words.STATES,
        visibilities=words.VISIBILITIES,
        fields=words.FIELDS,
    )


@bp.route("/<slug>/edit", methods=["GET", "POST"])
def edit(slug: str) -> Answer:
    now = clock.now()
    event = queries.event_of_organiser(slug)
    if elsewhere := _edited_elsewhere(event):
        return elsewhere
    if event.is_cancelled:
        return _say_cancelled(event)
    form = EventForm(event, dates.today(now))
    if _adds_rows(form):
        return _form_page(form, event)
    if form.validate_on_submit():
        try:
            changes = actions.edit_event(
                event,
                form.values(),
                _parts(form),
                seen_revision=read_number(form.revision.data),
                by=access.signed_in(),
                now=now,
            )
        except event_changes.EditedMeanwhile:
            form.title.errors = [
                _(
                    "Somebody else saved the event while you wrote. Open it in a new window, see"
                    " what they changed, and save again to put yours in its place."
                )
            ]
            form.revision.raw_data = None
            form.revision.data = str(event.revision)
            return _form_page(form, event)
        told = event_changes.audience_size(event)
        if changes and told:
            telling.as_chosen(event, form.tell.data, by=access.signed_in(), now=now)
        db.session.commit()
        _say_saved(event, bool(changes), told)
        return redirect(url_for("organise_events.show", slug=event.slug))
    return _form_page(form, event)


@bp.post("/<slug>/copies")
def copy(slug: str) -> Response:
    event = queries.event_of_organiser(slug)
    title = _("Copy of %(title)s", title=event.title)[:200]
    copied = actions.copy_event(event, title=title, by=access.signed_in(), now=clock.now())
    db.session.commit()
    flash(_("Here is the copy. Give it a date and a title of its own."), "success")
    return redirect(url_for("organise_events.edit", slug=copied.slug))


@bp.post("/<slug>/publication")
def publish(slug: str) -> Response:
    event = queries.event_of_organiser(slug)
    if elsewhere := _edited_elsewhere(event):
        return elsewhere
    try:
        event_changes.publish(event, by=access.signed_in(), now=clock.now())
    except event_changes.EventIsCancelled:
        return _say_cancelled(event)
    db.session.commit()
    flash(_("The event is published. It stands in the programme and in the calendars."), "success")
    return redirect(url_for("organise_events.show", slug=event.slug))


@bp.route("/<slug>/cancellation", methods=["GET", "POST"])
def cancel(slug: str) -> Answer:
    event = queries.event_of_organiser(slug)
    if elsewhere := _edited_elsewhere(event):
        return elsewhere
    form = CancelForm()
    told = event_changes.audience_size(event)
    if form.validate_on_submit():
        event_changes.cancel(event, form.reason.data or "", by=access.signed_in(), now=clock.now())
        db.session.commit()
        if told:
            flash(_("The event is cancelled. Those who were invited are told now."), "success")
        else:
            flash(_("The event is cancelled."), "success")
        return redirect(url_for("organise_events.show", slug=event.slug))
    page = render_template("events/cancel.html", event=event, form=form, told=told)
    return (page, 422) if form.is_submitted() else page


@bp.post("/<slug>/notices")
def tell(slug: str) -> Response:
    event = queries.event_of_organiser(slug)
    if elsewhere := _edited_elsewhere(event):
        return elsewhere
    told = event_changes.audience_size(event)
    event_changes.tell(event, by=access.signed_in(), now=clock.now())
    db.session.commit()
    flash(ngettext("We are sending the changes to %(num)s person.",
                   "We are sending the changes to %(num)s people.", told), "success")  # fmt: skip
    return redirect(url_for("organise_events.show", slug=event.slug))


@bp.post("/<slug>/notices/postponement")
def keep_back(slug: str) -> Response:
    event = queries.event_of_organiser(slug)
    if elsewhere := _edited_elsewhere(event):
        return elsewhere
    telling.keep_back(event, by=access.signed_in(), now=clock.now())
    db.session.commit()
    flash(_("Nobody is told before you say so."), "info")
    return redirect(url_for("organise_events.show", slug=event.slug))


@bp.route("/<slug>/deletion", methods=["GET", "POST"])
def drop(slug: str) -> Answer:
    event = queries.event_of_organiser(slug)
    if elsewhere := _edited_elsewhere(event):
        return elsewhere
    if request.method == "GET":
        return render_template("events/drop.html", event=event)
    try:
        actions.drop_draft(event, by=access.signed_in(), now=clock.now())
    except actions.AlreadyPublished:
        flash(_("People have seen this event. Cancel it instead."), "warning")
        return redirect(url_for("organise_events.show", slug=event.slug))
    db.session.commit()
    flash(_("The draft is deleted."), "success")
    return redirect(url_for("organise_events.index"))


def _edited_elsewhere(event: Event) -> Response | None:
    """The owner edits: a camp its season, a meeting its group, which keep more in step."""
    if event.camp is not None:
        season = event.camp.season.slug
        return redirect(url_for("organise_camps.edit", slug=season, event_slug=event.slug))
    if event.meeting is not None:
        meeting = event.meeting
        return redirect(
            url_for("groups.meeting", slug=meeting.group.slug, public_id=meeting.public_id)
        )
    return None


def _say_cancelled(event: Event) -> Response:
    flash(_("The event is cancelled"), "warning")
    return redirect(url_for("organise_events.show", slug=event.slug))


def _adds_rows(form: EventForm) -> bool:
    """The button for more rows sends the form without saving it."""
    return bool(form.is_submitted() and "add_rows" in request.form)


def _form_page(form: EventForm, event: Event | None) -> Answer:
    form.offer_spare_rows()
    page = render_template(
        "events/edit.html",
        form=form,
        event=event,
        audience=event_changes.audience_size(event) if event else 0,
    )
    return (page, 422) if form.is_submitted() and "add_rows" not in request.form else page


def _parts(form: EventForm) -> dict[str, list[Any]]:
    return {
        "organisers": form.organiser_ids(),
        "links": form.link_values(),
        "programme": form.programme_values(),
    }


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
