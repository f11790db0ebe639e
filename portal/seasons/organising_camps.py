"""The pages on which organisers pick schools and set what happens at each camp."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal import access, clock, day_notes, directory, words
from portal.db import db
from portal.fields import read_number
from portal.geography import county_map, credits
from portal.invitations import event_changes, replies, telling
from portal.models.events import Event
from portal.models.seasons import Camp, Season
from portal.seasons import camp_actions, maps, overview, queries, register
from portal.seasons.camp_forms import (
    CallOffForm,
    CampForm,
    DatesForm,
    FinalForm,
    SchoolsForm,
    span,
)

bp = Blueprint("organise_camps", __name__, url_prefix="/organise/seasons/<slug>")

Answer = str | tuple[str, int] | Response
_MOST_HITS = 60


@bp.route("/schools", methods=["GET", "POST"])
def schools(slug: str) -> Answer:
    season = queries.season_of_organiser(slug)
    rows = queries.camps_of(season, access.signed_in())
    picked = register.picked_schools(season)
    on = maps.map_day(season, rows)
    hits = _search(season, on, picked)
    form = SchoolsForm(
        [(hit.school.id, hit.school.name) for hit in register.search("", "", on, picked=picked)]
        if request.method == "POST"
        else [],
        rows[0].event if rows else None,
    )
    if form.validate_on_submit():
        return _add_schools(season, form)
    page = render_template(
        "seasons/schools.html",
        season=season,
        form=form,
        hits=hits[:_MOST_HITS],
        found=len(hits),
        rows=rows,
        counties=directory.county_choices(on),
        map=county_map.division(on),
        marks=[hit.school for hit in hits if hit.is_picked],
        credits=credits.SCHOOLS,
    )
    return (page, 422) if form.is_submitted() else page


@bp.route("/final", methods=["GET", "POST"])
def final(slug: str) -> Answer:
    season = queries.season_of_organiser(slug)
    known = queries.final_of(season)
    if known is not None:
        return redirect(_camp_page(season, known))
    form = FinalForm(date(season.year, 10, 1), data=_usual_final(season))
    if form.validate_on_submit():
        values = form.values()
        camp = camp_actions.add_final(season, values, by=access.signed_in(), now=clock.now())
        db.session.commit()
        flash(_("The final is saved as a draft."), "success")
        return redirect(_camp_page(season, camp))
    page = render_template("seasons/final.html", season=season, form=form)
    return (page, 422) if form.is_submitted() else page


@bp.route("/dates", methods=["GET", "POST"])
def all_dates(slug: str) -> Answer:
    season = queries.season_of_organiser(slug)
    rows = [
        row for row in queries.camps_of(season, access.signed_in()) if not row.event.is_cancelled
    ]
    form = DatesForm([row.event for row in rows])
    if form.validate_on_submit():
        return _save_dates(season, form, {row.event.slug: row.camp for row in rows})
    page = render_template(
        "seasons/dates.html",
        season=season,
        form=form,
        rows={row.event.slug: row for row in rows},
        warnings=overview.warnings_of(rows),
    )
    return (page, 422) if form.is_submitted() else page


@bp.route("/camps/<event_slug>", methods=["GET", "POST"])
def edit(slug: str, event_slug: str) -> Answer:
    season = queries.season_of_organiser(slug)
    camp = queries.camp_of(season, event_slug)
    form = CampForm(camp)
    if form.validate_on_submit():
        return _save_camp(camp, form)
    page = _camp_form_page(camp, form)
    return (page, 422) if form.is_submitted() else page


@bp.post("/camps/<event_slug>/notices")
def tell(slug: str, event_slug: str) -> Response:
    season = queries.season_of_organiser(slug)
    camp = queries.camp_of(season, event_slug)
    camp_actions.tell_of_changes(camp, by=access.signed_in(), now=clock.now())
    db.session.commit()
    flash(_("We are sending the changes to those concerned."), "success")
    return redirect(_camp_page(season, camp))


@bp.post("/camps/<event_slug>/notices/postponement")
def keep_back(slug: str, event_slug: str) -> Response:
    season = queries.season_of_organiser(slug)
    camp = queries.camp_of(season, event_slug)
    telling.keep_back(camp.event, by=access.signed_in(), now=clock.now())
    db.session.commit()
    flash(_("Nobody is told before you say so."), "info")
    return redirect(_camp_page(season, camp))


@bp.route("/camps/<event_slug>/cancellation", methods=["GET", "POST"])
def call_off(slug: str, event_slug: str) -> Answer:
    season = queries.season_of_organiser(slug)
    camp = queries.camp_of(season, event_slug)
    form = CallOffForm()
    if form.validate_on_submit():
        reason = form.reason.data or ""
        camp_actions.call_off(camp, reason, by=access.signed_in(), now=clock.now())
        db.session.commit()
        flash(_("The camp is cancelled. Those concerned are told now."), "success")
        return redirect(url_for("organise_seasons.show", slug=season.slug))
    page = render_template(
        "seasons/call_off.html", season=season, camp=camp, form=form, told=_concerned(camp)
    )
    return (page, 422) if form.is_submitted() else page


@bp.post("/camps/<event_slug>/removal")
def remove(slug: str, event_slug: str) -> Response:
    season = queries.season_of_organiser(slug)
    camp = queries.camp_of(season, event_slug)
    try:
        camp_actions.remove_camp(camp, by=access.signed_in(), now=clock.now())
    except camp_actions.PeopleKnow:
        flash(_("People know of this camp. Cancel it instead, so that they are told."), "warning")
        return redirect(_camp_page(season, camp))
    db.session.commit()
    flash(_("The camp is taken out of the season."), "success")
    return redirect(url_for("organise_camps.schools", slug=season.slug))


def _search(season: Season, on: date, picked: list[int]) -> list[register.Hit]:
    text = request.args.get("q", "").strip()[:100]
    county = request.args.get("county", "")[:2]
    return register.search(text, county, on, picked=picked, within=season.counties)


def _add_schools(season: Season, form: SchoolsForm) -> Response:
    starts_at, ends_at = span(form)
    camps = camp_actions.add_camps(
        season,
        register.schools_by_id(form.schools.data),
        starts_at=starts_at,
        ends_at=ends_at,
        by=access.signed_in(),
        now=clock.now(),
    )
    db.session.commit()
    flash(ngettext("%(num)s school is added.", "%(num)s schools are added.", len(camps)), "success")
    return redirect(url_for("organise_camps.schools", slug=season.slug))


def _usual_final(season: Season) -> dict[str, str] | None:
    """What most finals are called, and where they are; nothing once the form has been sent."""
    return {
        "title": f"Finale i {season.name}",
        "place": "Oslo rådhus",
        "address": "Rådhusplassen 1, 0037 Oslo",
        "municipality_code": "0301",
    }


def _save_dates(season: Season, form: DatesForm, camps: dict[str, Camp]) -> Answer:
    now, by = clock.now(), access.signed_in()
    moved = 0
    for row in form.camps:
        starts_at, ends_at = span(row.form)
        try:
            moved += camp_actions.edit_camp(
                camps[row.form.slug.data],
                {"starts_at": starts_at, "ends_at": ends_at},
                seen_revision=read_number(row.form.revision.data),
                tell=form.tell.data,
                by=by,
                now=now,
            )
        except (event_changes.EditedMeanwhile, KeyError):
            db.session.rollback()
            flash(_("Somebody else changed a camp meanwhile. Look at the dates again."), "warning")
            return redirect(url_for("organise_camps.all_dates", slug=season.slug))
    db.session.commit()
    flash(ngettext("%(num)s camp is changed.", "%(num)s camps are changed.", moved), "success")
    return redirect(url_for("organise_camps.all_dates", slug=season.slug))


def _save_camp(camp: Camp, form: CampForm) -> Answer:
    now, by = clock.now(), access.signed_in()
    try:
        changed = camp_actions.set_details(
            camp,
            form.wanted_juries(),
            pupils=form.pupils.data,
            practical=form.practical.data or "",
            by=by,
            now=now,
        )
        changed |= camp_actions.edit_camp(
            camp,
            form.values(),
            seen_revision=read_number(form.revision.data),
            tell=form.tell.data,
            by=by,
            now=now,
        )
    except camp_actions.JuryInUse:
        db.session.rollback()
        form.juries.errors = [_("People are on the jury you would take away. Move them first")]
        return _camp_form_page(camp, form), 422
    except (event_changes.EditedMeanwhile, event_changes.EventIsCancelled):
        db.session.rollback()
        form.title.errors = [_("Somebody else saved the camp while you wrote. Open it again")]
        return _camp_form_page(camp, form), 422
    db.session.commit()
    if changed:
        flash(telling.said(camp.event) if camp.event.tell_at else _("Saved."), "success")
    else:
        flash(_("Nothing was changed."), "info")
    return redirect(_camp_page(camp.season, camp))


def _camp_form_page(camp: Camp, form: CampForm) -> str:
    event: Event = camp.event
    return render_template(
        "seasons/camp.html",
        season=camp.season,
        camp=camp,
        event=event,
        form=form,
        warnings=day_notes.of_event(event),
        told=_concerned(camp),
        untold=event.is_untold or bool(camp_actions.untold_moves(camp)),
        may_be_removed=camp_actions.may_be_removed(camp),
        replies=replies.replies_to(event),
        words=words,
    )


def _concerned(camp: Camp) -> int:
    """How many would hear of a change: those invited, and those asked who are not."""
    return max(len(camp_actions.concerned(camp)), event_changes.audience_size(camp.event))


def _camp_page(season: Season, camp: Camp) -> str:
    return url_for("organise_camps.edit", slug=season.slug, event_slug=camp.event.slug)
