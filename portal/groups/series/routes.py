"""Regular meetings, as those who run a group plan, call, change and end them."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal import access, clock, dates
from portal.calendar import entries, rhythms
from portal.db import db
from portal.fields import read_number
from portal.geography import municipalities
from portal.groups import queries, wording
from portal.groups.meetings import summons
from portal.groups.series import actions as series_actions
from portal.groups.series import queries as series_queries
from portal.groups.series.forms import EndForm, MoveForm, PlanForm, TextsForm, TimesForm
from portal.invitations import addresses, event_changes
from portal.invitations import series as invitations
from portal.models.events import Event
from portal.models.groups import Group
from portal.models.series import Series

bp = Blueprint("series", __name__, url_prefix="/groups/<slug>/series")

Answer = str | tuple[str, int] | Response
# Somebody else was faster.
_OVER = (series_actions.SeriesIsOver, series_actions.NothingToEnd)


@bp.route("/new", methods=["GET", "POST"])
def plan(slug: str) -> Answer:
    now = clock.now()
    group = queries.group_run_by(access.viewer(), slug)
    if group.closed_at is not None:
        flash(_("The group is closed. Open it again to plan a meeting."), "warning")
        return redirect(url_for("groups.show", slug=slug))
    form = PlanForm(dates.today(now))
    if request.method == "GET":
        form.title.data = _("Meeting of %(group)s", group=group.name)[:200]
    if form.validate_on_submit() and _is_to_be_saved(form):
        series = series_actions.plan_series(
            group, form.values(), form.times(), by=access.signed_in(), now=now
        )
        db.session.commit()
        flash(_("The draft is saved. Nobody hears of the meetings until you call them."), "success")
        return _to_series(series)
    county = _county(form.municipality_code.data, form)
    return _times_page("groups/series/plan.html", form, county, group=group)


@bp.get("/<public_id>")
def show(slug: str, public_id: str) -> str:
    viewer, now = access.viewer(), clock.now()
    group = queries.group_of_or_404(viewer, slug)
    series = series_queries.series_of(viewer, group, public_id)
    runs = access.leads_group(viewer, group)
    mine = series_queries.invitations_of(viewer, series) if viewer else {}
    meetings = series_queries.occurrences_of(series)
    open_ones = [each for each in meetings if not (each.is_cancelled or each.is_over(now))]
    answerable = next((mine[each.event_id] for each in open_ones if each.event_id in mine), None)
    to_call = summons.to_call_to(group.id, [each.event_id for each in open_ones]) if runs else []
    return render_template(
        "groups/series/show.html",
        group=group,
        series=series,
        runs=runs,
        rhythm=rhythms.in_words(series),
        place=entries.place_of(entries.as_occurrence(series)),
        meetings=meetings,
        to_come=len(open_ones),
        answers=series_queries.answers_to(series),
        mine=mine,
        token=addresses.answer_token(answerable) if answerable else "",
        to_call=len(to_call),
        seen=series_actions.state_of(series) if runs else "",
        not_reached=[queries.name_of(each) for each in summons.not_reached(group)] if runs else [],
        wording=wording,
    )


@bp.post("/<public_id>/summons")
def call(slug: str, public_id: str) -> Response:
    series = _run_series(slug, public_id)
    try:
        called = series_actions.call_series(
            series, seen=request.form.get("seen"), by=access.signed_in(), now=clock.now()
        )
    except event_changes.EditedMeanwhile:
        db.session.rollback()
        flash(_("The meetings were changed after you opened this page. Look at them once more."),
              "warning")  # fmt: skip
    except summons.AlreadyCalled:
        flash(_("The summons has gone out already."), "info")
    except summons.GroupIsClosed:
        flash(_("The group is closed. Nobody was called."), "warning")
    except summons.NobodyToCall:
        flash(_("Nobody in the group has an email address yet, so nobody was called."), "warning")
    except series_actions.SeriesIsOver:
        flash(_("No meeting is left to come. Nobody was called."), "warning")
    else:
        db.session.commit()
        flash(ngettext("The summons goes to %(num)s person now.",
                       "The summons goes to %(num)s people now.", called), "success")  # fmt: skip
    return _to_series(series)


@bp.route("/<public_id>/edit", methods=["GET", "POST"])
def edit(slug: str, public_id: str) -> Answer:
    now = clock.now()
    series = _run_series(slug, public_id)
    if series.ended_at is not None:
        return _say_over(series)
    form = TextsForm(series, dates.today(now))
    told = invitations.audience_size(series, now)
    if form.validate_on_submit() and _save(form, series, told):
        return _to_series(series)
    page = render_template(
        "groups/series/edit.html", form=form, group=series.group, series=series, told=told
    )
    return (page, 422) if form.is_submitted() else page


@bp.route("/<public_id>/times", methods=["GET", "POST"])
def move(slug: str, public_id: str) -> Answer:
    now = clock.now()
    series = _run_series(slug, public_id)
    coming = series.coming(now)
    if series.ended_at is not None or not coming:
        return _say_over(series)
    form = MoveForm(series, coming, dates.today(now))
    if form.validate_on_submit() and _is_to_be_saved(form):
        first = next(each for each in coming if str(each.id) == form.since.data)
        try:
            new = series_actions.move_series(
                series, first, form.times(), by=access.signed_in(), now=now
            )
        except _OVER:
            return _say_over(series)
        db.session.commit()
        flash(_("The meetings have new times."), "success")
        return _to_series(new)
    return _times_page(
        "groups/series/times.html",
        form,
        coming[0].county_code,
        group=series.group,
        series=series,
        rhythm=rhythms.in_words(series),
        told=invitations.audience_size(series, now),
        stays=_staying(form, coming),
        gives_way=_giving_way(form, coming),
    )


@bp.route("/<public_id>/end", methods=["GET", "POST"])
def end(slug: str, public_id: str) -> Answer:
    now = clock.now()
    series = _run_series(slug, public_id)
    coming = series.coming(now)
    if series.ended_at is not None or series.called_at is None or not coming:
        return _say_over(series)
    form = EndForm(coming)
    if form.validate_on_submit():
        last = next((each for each in coming if str(each.id) == form.last.data), None)
        try:
            dropped = series_actions.end_series(
                series, last, form.reason.data or "", by=access.signed_in(), now=now
            )
        except _OVER:
            return _say_over(series)
        db.session.commit()
        flash(ngettext("%(num)s meeting is off. Those who were called are told now.",
                       "%(num)s meetings are off. Those who were called are told now.",
                       len(dropped)), "success")  # fmt: skip
        return _to_series(series)
    page = render_template(
        "groups/series/end.html",
        form=form,
        group=series.group,
        series=series,
        told=invitations.audience_size(series, now),
        was_held=any(not each.is_cancelled and each.is_over(now) for each in series.occurrences),
    )
    return (page, 422) if form.is_submitted() else page


@bp.route("/<public_id>/deletion", methods=["GET", "POST"])
def drop(slug: str, public_id: str) -> Answer:
    series = _run_series(slug, public_id)
    if request.method == "GET":
        return render_template("groups/series/drop.html", group=series.group, series=series)
    try:
        series_actions.drop_series(series, by=access.signed_in(), now=clock.now())
    except series_actions.SeriesIsKnown:
        flash(_("People know of these meetings. End them instead."), "warning")
        return _to_series(series)
    db.session.commit()
    flash(_("The draft is deleted."), "success")
    return redirect(url_for("groups.show", slug=slug))


def _run_series(slug: str, public_id: str) -> Series:
    group = queries.group_run_by(access.viewer(), slug)
    return series_queries.series_of(access.viewer(), group, public_id)


def _to_series(series: Series) -> Response:
    return redirect(url_for(".show", slug=series.group.slug, public_id=series.public_id))


def _say_over(series: Series) -> Response:
    flash(_("These meetings have ended, or are not called yet. Nothing was changed."), "info")
    return _to_series(series)


def _is_to_be_saved(form: TimesForm) -> bool:
    """Whether the button was that for saving, and the dates have been looked at."""
    return "save" in request.form and form.is_seen


def _county(municipality_code: str | None, form: TimesForm) -> str | None:
    """The county whose school breaks count on the first date."""
    if not municipality_code or form.first.data is None:
        return None
    try:
        return municipalities.county_of(municipality_code, form.first.data).code
    except municipalities.UnknownMunicipality:
        return None


def _times_page(
    template: str, form: TimesForm, county: str | None, *, group: Group, **values: object
) -> Answer:
    """The form, and below it the dates it gives, to be looked at before they are saved."""
    days = []
    is_changed = bool(form.seen.data) and not form.is_seen
    if form.is_submitted() and not form.errors:
        days = series_queries.planned_days(form.days, form.gaps, county)
        form.seen.data = form.mark
    page = render_template(
        template, form=form, group=group, days=days, is_changed=is_changed, **values
    )
    return (page, 422) if form.is_submitted() and form.errors else page


def _save(form: TextsForm, series: Series, told: int) -> bool:
    """Save what the form says and commit; False when it must be looked at once more."""
    try:
        changed = series_actions.edit_series(
            series,
            form.values(),
            seen_revision=read_number(form.revision.data),
            by=access.signed_in(),
            now=clock.now(),
        )
    except (event_changes.EditedMeanwhile, series_actions.SeriesIsOver):
        form.title.errors = [
            _("Somebody else saved the meetings while you wrote. Open them in a new window, see"
              " what they changed, and save again to put yours in its place.")
        ]  # fmt: skip
        form.revision.data = str(series.revision)
        return False
    db.session.commit()
    if not changed:
        flash(_("Nothing was changed."), "info")
    elif told:
        flash(ngettext("Saved. We are sending the changes to %(num)s person.",
                       "Saved. We are sending the changes to %(num)s people.",
                       told), "success")  # fmt: skip
    else:
        flash(_("Saved."), "success")
    return True


def _staying(form: MoveForm, coming: list[Event]) -> list[Event]:
    off = _giving_way(form, coming)
    return [event for event in coming if event not in off]


def _giving_way(form: MoveForm, coming: list[Event]) -> list[Event]:
    """The meetings that the new ones take the place of."""
    first = next((each for each in coming if str(each.id) == form.since.data), coming[0])
    return [event for event in coming if event.starts_at >= first.starts_at]
