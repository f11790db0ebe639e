"""Who is here: ticked on a phone, one press for each, with or without script."""

from collections.abc import Sequence
from typing import Any

from flask import (
    Blueprint,
    abort,
    flash,
    get_template_attribute,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from portal import access, clock
from portal.db import db
from portal.groups import wording
from portal.groups.writing import attendance, leafing, locking, queries, roll
from portal.groups.writing.forms import LineForm, RolesForm, SomebodyForm
from portal.groups.writing.roll import Line
from portal.models.meetings import Meeting
from portal.models.minutes import AttendanceState, AttendsAs

bp = Blueprint(
    "attendance", __name__, url_prefix="/groups/<slug>/meetings/<public_id>/writing/attendance"
)

Answer = str | tuple[str, int] | Response


@bp.errorhandler(locking.MinutesAreLocked)
def _are_locked(error: locking.MinutesAreLocked) -> Response:
    db.session.rollback()
    values = request.view_args or {}
    flash(_("The minutes have been approved, and can no longer be changed."), "warning")
    return redirect(url_for("groups.meeting", slug=values["slug"], public_id=values["public_id"]))


@bp.errorhandler(attendance.NotOnTheList)
def _is_gone(error: attendance.NotOnTheList) -> Response:
    db.session.rollback()
    values = request.view_args or {}
    flash(_("Somebody has changed the list meanwhile. Nothing was saved; see how it is now."),
          "warning")  # fmt: skip
    return redirect(url_for(".show", slug=values["slug"], public_id=values["public_id"]))


@bp.get("")
def show(slug: str, public_id: str) -> str | Response:
    meeting = queries.meeting_written_by(access.viewer(), slug, public_id)
    if meeting.is_approved:
        return redirect(url_for("writing.show", slug=slug, public_id=public_id))
    return _page(meeting)


@bp.post("")
def tick(slug: str, public_id: str) -> Answer:
    meeting = queries.meeting_written_by(access.viewer(), slug, public_id)
    key, state = request.form.get("who", ""), request.form.get("state", "")
    if state not in ("", *AttendanceState):
        abort(400)
    given = AttendanceState(state) if state else None
    attendance.tick(meeting, key, given, by=access.signed_in(), now=clock.now())
    db.session.commit()
    lines = roll.lines_of(meeting)
    line = next((line for line in lines if line.key == key), None)
    if request.headers.get("HX-Request") and line:
        return render_template(
            "groups/writing/_ticked.html",
            line=line,
            counts=roll.counts(lines),
            at=_same_for_all(meeting),
            wording=wording,
        )
    return _to_list(meeting, key)


@bp.post("/everybody")
def tick_all(slug: str, public_id: str) -> str:
    meeting = queries.meeting_written_by(access.viewer(), slug, public_id)
    made = attendance.tick_all_who_said_yes(meeting, by=access.signed_in(), now=clock.now())
    db.session.commit()
    # What undoes it stands on this page and nowhere else.
    return _page(meeting, undo=made, has_ticked=True)


@bp.post("/everybody/undoing")
def untick_all(slug: str, public_id: str) -> Response:
    meeting = queries.meeting_written_by(access.viewer(), slug, public_id)
    rows = request.form.get("rows", "").split(",")
    undone = attendance.untick(meeting, rows, by=access.signed_in(), now=clock.now())
    db.session.commit()
    flash(ngettext("%(num)s person is to be ticked again.",
                   "%(num)s people are to be ticked again.", undone), "success")  # fmt: skip
    return _to_list(meeting)


@bp.route("/new", methods=["GET", "POST"])
def add(slug: str, public_id: str) -> Answer:
    meeting = queries.meeting_written_by(access.viewer(), slug, public_id)
    lines = roll.lines_of(meeting)
    form = SomebodyForm(lines)
    if request.method == "GET":
        form.attends_as.data = "guest"
        form.instead_of.data = request.args.get("instead_of", "")
        form.name.data = request.args.get("name", "")[:200]
    if form.validate_on_submit():
        row = attendance.add(
            meeting,
            form.name.data,
            form.affiliation.data or "",
            form.part,
            instead_of=form.replaced,
            by=access.signed_in(),
            now=clock.now(),
        )
        db.session.commit()
        flash(_("%(name)s stands on the list.", name=row.name), "success")
        return _to_list(meeting, f"a-{row.public_id}")
    page = _form_page("groups/writing/add.html", meeting, form=form)
    return (page, 422) if form.is_submitted() else page


@bp.route("/roles", methods=["GET", "POST"])
def roles(slug: str, public_id: str) -> Answer:
    meeting = queries.meeting_written_by(access.viewer(), slug, public_id)
    lines = roll.lines_of(meeting)
    form = RolesForm(lines, meeting.minutes_taker)
    if form.validate_on_submit():
        seen = (form.seen_chair.data or "", form.seen_taker.data or "")
        try:
            attendance.name_chair(
                meeting,
                form.chair.data or "",
                form.taker.data or "",
                seen=seen,
                by=access.signed_in(),
                now=clock.now(),
            )
        except attendance.ChangedMeanwhile:
            db.session.rollback()
            lines = roll.lines_of(meeting)
            _show_theirs(form, lines, meeting)
        else:
            db.session.commit()
            flash(_("Saved."), "success")
            return _to_list(meeting)
    page = _form_page("groups/writing/roles.html", meeting, form=form, lines=lines)
    return (page, 422) if form.is_submitted() else page


@bp.route("/<key>", methods=["GET", "POST"])
def change(slug: str, public_id: str, key: str) -> Answer:
    meeting = queries.meeting_written_by(access.viewer(), slug, public_id)
    line = _line_of(meeting, key)
    form = LineForm(line)
    if form.validate_on_submit():
        try:
            attendance.change(
                meeting,
                key,
                form.affiliation.data or "",
                AttendsAs(form.attends_as.data),
                seen=(form.seen_affiliation.data or "", form.seen_as.data or ""),
                by=access.signed_in(),
                now=clock.now(),
            )
        except attendance.ChangedMeanwhile:
            db.session.rollback()
            _show_line(form, _line_of(meeting, key))
        else:
            db.session.commit()
            flash(_("Saved."), "success")
            return _to_list(meeting, key)
    page = _form_page("groups/writing/line.html", meeting, form=form, line=line)
    return (page, 422) if form.is_submitted() else page


@bp.post("/<key>/removal")
def remove(slug: str, public_id: str, key: str) -> str:
    meeting = queries.meeting_written_by(access.viewer(), slug, public_id)
    line = attendance.remove(meeting, key, by=access.signed_in(), now=clock.now())
    db.session.commit()
    return _page(meeting, removed=line)


def _line_of(meeting: Meeting, key: str) -> Line:
    """Somebody on the list whose attendance is known; 404 for others."""
    line = next((line for line in roll.lines_of(meeting) if line.key == key), None)
    if line is None or line.state is None:
        abort(404)
    return line


def _page(
    meeting: Meeting,
    *,
    undo: Sequence[str] = (),
    has_ticked: bool = False,
    removed: Line | None = None,
) -> str:
    lines = roll.lines_of(meeting)
    wish = leafing.wish()
    page = leafing.page_of(lines, wish)
    return render_template(
        "groups/writing/attendance.html",
        meeting=meeting,
        group=meeting.group,
        event=meeting.event,
        page=page,
        lines=page.items,
        total=len(lines),
        is_long=len(lines) > leafing.PAGE_SIZE,
        counts=roll.counts(lines),
        waiting=sum(line.said_yes for line in lines),
        chair=next((line.name for line in lines if line.is_chair), ""),
        wish=wish,
        has_begun=meeting.event.starts_at <= clock.now(),
        undo=undo,
        has_ticked=has_ticked,
        removed=removed,
        at=_same_for_all(meeting),
        wording=wording,
    )


def _same_for_all(meeting: Meeting) -> dict[str, object]:
    """What every line of the list shows alike, found once: the list may be long."""
    here: dict[str, Any] = {"slug": meeting.group.slug, "public_id": meeting.public_id}
    icon = get_template_attribute("_macros/ui.html", "icon")
    return {
        "here": here,
        "list": url_for("attendance.show", **here),
        "token": generate_csrf(),
        "shown": leafing.wish().values,
        "icons": {name: icon(name) for name in ("Checkmark", "ArrowUndo", "Trash")},
        "choices": [
            ("present", _("Present")),
            ("apologies", _("Apologies")),
            ("deputy", _("Deputy")),
            ("absent", _("Absent")),
        ],
        "wording": wording,
    }


def _form_page(template: str, meeting: Meeting, **values: object) -> str:
    return render_template(
        template, meeting=meeting, group=meeting.group, event=meeting.event, wording=wording,
        **values,
    )  # fmt: skip


def _to_list(meeting: Meeting, key: str = "") -> Response:
    """Back to the part of the list one came from, or to where the line of ``key`` stands now."""
    wish = leafing.wish()
    if key and wish == leafing.Wish():
        wish = leafing.wish_for(roll.lines_of(meeting), key)
    here: dict[str, Any] = {"slug": meeting.group.slug, "public_id": meeting.public_id}
    here.update(wish.values)
    anchor = f"line-{key}" if key else None
    return redirect(url_for(".show", **here, _anchor=anchor))


def _show_theirs(form: RolesForm, lines: Sequence[Line], meeting: Meeting) -> None:
    """Keep what was chosen, and tell what somebody else chose meanwhile."""
    chair = next((line.name for line in lines if line.is_chair), _("Not decided"))
    form.chair.errors = [
        _("Somebody else saved this while you chose. Chairs the meeting: %(chair)s. Takes the"
          " minutes: %(taker)s. Save again to put yours in its place.",
          chair=chair, taker=meeting.minutes_taker or _("Not decided"))
    ]  # fmt: skip
    form.seen_chair.raw_data = form.seen_taker.raw_data = None
    form.seen_chair.data = attendance.chair_key(lines)
    form.seen_taker.data = meeting.minutes_taker


def _show_line(form: LineForm, line: Line) -> None:
    form.affiliation.errors = [
        _("Somebody else saved this while you wrote: %(affiliation)s, %(part)s. Save again to put"
          " yours in its place.",
          affiliation=line.affiliation or "–", part=wording.ATTENDS_AS[line.attends_as])
    ]  # fmt: skip
    form.seen_affiliation.raw_data = form.seen_as.raw_data = None
    form.seen_affiliation.data = line.affiliation
    form.seen_as.data = str(line.attends_as)
