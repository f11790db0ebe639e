"""The minutes of a meeting, written item by item while it is held."""

from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from portal import access, clock, dates, markdown
from portal.db import db
from portal.fields import read_number
from portal.groups import names, wording
from portal.groups.writing import keeping, locking, page, queries, saving, typed, versions, writing
from portal.groups.writing.page import Shown
from portal.groups.writing.typed import Typed
from portal.models.meetings import AgendaItem, Meeting

bp = Blueprint("writing", __name__, url_prefix="/groups/<slug>/meetings/<public_id>/writing")

Answer = str | tuple[str, int] | BaseResponse | tuple[BaseResponse, int]

# Fifty long texts, each beside what it was made from, and in the letters of a form.
_LARGEST_FORM = 8 * 1024 * 1024


@bp.url_value_preprocessor
def _take_long_minutes(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Before anybody reads the form: what is too large for others is minutes here."""
    request.max_content_length = _LARGEST_FORM
    request.max_form_memory_size = _LARGEST_FORM


@bp.get("")
def show(slug: str, public_id: str) -> Answer:
    meeting = queries.meeting_written_by(access.viewer(), slug, public_id)
    if meeting.is_approved:
        return _locked_page(meeting)
    return _page(meeting, Shown())


@bp.post("")
def save(slug: str, public_id: str) -> Answer:
    meeting = queries.meeting_written_by(access.viewer(), slug, public_id)
    given = typed.read(request.form, meeting.event.first_day)
    if given.errors:
        return _wrong(meeting, given)
    try:
        changed, shown = writing.save(meeting, given, by=access.signed_in(), now=clock.now())
    except locking.MinutesAreLocked:
        db.session.rollback()
        return _locked(meeting)
    db.session.commit()
    if _by_script():
        return _told(meeting, given, shown)
    view = page.of(meeting, shown)
    if view.conflicts or shown.overtaken or view.orphans:
        return _page(meeting, shown, view), 409
    if shown.removed:
        # The text to put back stands on this page and nowhere else.
        return _page(meeting, shown, view)
    if given.do != "theirs":
        flash(_("Saved.") if changed else _("Nothing was changed."), "success")
    return redirect(url_for(".show", slug=slug, public_id=public_id, _anchor=_place(given, view)))


@bp.get("/items/<int:number>/versions")
def earlier(slug: str, public_id: str, number: int) -> str:
    meeting = queries.meeting_written_by(access.viewer(), slug, public_id)
    item = queries.item_at(meeting, number)
    return render_template(
        "groups/writing/versions.html",
        meeting=meeting,
        group=meeting.group,
        event=meeting.event,
        item=item,
        rows=versions.rows_of(item),
        shown_name=names.shown_if_asked(meeting.group),
    )


@bp.post("/items/<int:number>/versions/<int:revision>")
def bring_back(slug: str, public_id: str, number: int, revision: int) -> Response | BaseResponse:
    meeting = queries.meeting_written_by(access.viewer(), slug, public_id)
    item = queries.item_at(meeting, number)
    try:
        saving.restore(
            meeting,
            item,
            revision,
            seen=read_number(request.form.get("seen"), -1),
            by=access.signed_in(),
            now=clock.now(),
        )
    except locking.MinutesAreLocked:
        db.session.rollback()
        flash(_("The minutes have been approved, and can no longer be changed."), "warning")
    except saving.SavedMeanwhile:
        db.session.rollback()
        flash(_("Somebody saved this item while you looked. See what they wrote first."), "warning")
        return redirect(url_for(".earlier", slug=slug, public_id=public_id, number=number))
    else:
        db.session.commit()
        flash(_("The earlier text stands again. What stood there is kept as a version."), "success")
    at = f"item-{number}"
    return redirect(url_for(".show", slug=slug, public_id=public_id, _anchor=at))


def _page(meeting: Meeting, shown: Shown, view: page.PageView | None = None) -> str:
    return render_template(
        "groups/writing/show.html",
        meeting=meeting,
        group=meeting.group,
        event=meeting.event,
        view=view or page.of(meeting, shown),
        shown_name=names.shown_if_asked(meeting.group),
        wording=wording,
    )


def _place(given: Typed, view: page.PageView) -> str | None:
    """Which part of the page the button that was pressed stands in."""
    if given.do == "add_item" and view.items:
        return f"item-{view.items[-1].item.number}"
    about = read_number(given.about)
    numbers = [each.item.number for each in view.items if each.item.id == about]
    return f"item-{numbers[0]}" if numbers else None


def _wrong(meeting: Meeting, given: Typed) -> Answer:
    if _by_script():
        return jsonify(state="wrong", message=" ".join(given.errors.values())), 422
    return _page(meeting, Shown(given)), 422


def _locked(meeting: Meeting) -> Answer:
    if _by_script():
        message = _("The minutes have been approved, and can no longer be changed.")
        return jsonify(state="locked", message=message), 409
    return _locked_page(meeting), 409


def _locked_page(meeting: Meeting) -> str:
    return render_template(
        "groups/writing/locked.html",
        meeting=meeting,
        group=meeting.group,
        event=meeting.event,
        kept=keeping.typed_texts(),
    )


def _by_script() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _told(meeting: Meeting, given: Typed, shown: Shown) -> Answer:
    """What script, which sends one item at a time, is told of it."""
    number = next(iter(given.items), 0)
    item = db.session.get(AgendaItem, number)
    if item is None or item.meeting_id != meeting.id:
        return jsonify(state="gone", message=_("Somebody has taken this item off the agenda.")), 409
    conflict = (shown.conflicts or {}).get(number)
    if conflict:
        part = render_template(
            "groups/writing/_conflict.html",
            view_conflict=conflict,
            event=meeting.event,
            shown_name=names.shown_if_asked(meeting.group),
        )
        message = _("Somebody else has saved this item too. Choose what shall stand.")
        return jsonify(state="conflict", html=part, message=message, theirs=conflict.theirs,
                       revision=conflict.revision), 409  # fmt: skip
    return jsonify(
        state="saved",
        revision=item.minutes_revision,
        message=_("Saved %(time)s", time=dates.clock_time(item.minutes_at or clock.now())),
        preview=markdown.to_html(item.minutes),
    )
