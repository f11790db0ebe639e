"""The pages on which organisers correct the register of schools and the school breaks."""

from datetime import date

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import access, clock, dates, directory
from portal.db import db
from portal.geography import credits
from portal.models.places import School, SchoolBreak
from portal.seasons import breaks as school_breaks
from portal.seasons import register, school_actions
from portal.seasons.school_forms import BREAKS, KINDS, BreakForm, SchoolForm

bp = Blueprint("organise_schools", __name__, url_prefix="/organise")

Answer = str | tuple[str, int] | Response
_MOST_HITS = 100


@bp.get("/schools")
def index() -> str:
    today = dates.today(clock.now())
    hits = register.search(
        request.args.get("q", "").strip()[:100], request.args.get("county", "")[:2], today
    )
    return render_template(
        "seasons/register.html",
        hits=hits[:_MOST_HITS],
        found=len(hits),
        counties=directory.county_choices(today),
        kinds=KINDS,
        credits=credits.SCHOOLS,
    )


@bp.route("/schools/<orgnr>", methods=["GET", "POST"])
def edit(orgnr: str) -> Answer:
    now = clock.now()
    school = db.one_or_404(sa.select(School).where(School.orgnr == orgnr))
    form = SchoolForm(school, dates.today(now))
    if form.validate_on_submit():
        school_actions.edit_school(school, form.values(), by=access.signed_in(), now=now)
        db.session.commit()
        flash(_("Saved."), "success")
        return redirect(url_for("organise_schools.index", q=school.name))
    page = render_template("seasons/school.html", school=school, form=form)
    return (page, 422) if form.is_submitted() else page


@bp.get("/school-breaks")
def breaks() -> str:
    rows = school_breaks.known()
    return render_template(
        "seasons/breaks.html",
        known=rows,
        to_check=school_breaks.to_check(rows, dates.today(clock.now())),
        kinds=BREAKS,
    )


@bp.route("/school-breaks/new", methods=["GET", "POST"])
def add_break() -> Answer:
    now = clock.now()
    form = BreakForm(None, dates.today(now), data=_suggested())
    if not form.validate_on_submit():
        return _break_page(form, None)
    try:
        school_actions.add_break(form.values(), by=access.signed_in(), now=now)
    except school_actions.BreakIsKnown:
        return _say_known(form, None)
    db.session.commit()
    flash(_("The break is added."), "success")
    return redirect(url_for("organise_schools.breaks"))


@bp.route("/school-breaks/<county>/<kind>/<first_day>", methods=["GET", "POST"])
def edit_break(county: str, kind: str, first_day: str) -> Answer:
    now = clock.now()
    row = school_breaks.find(county, kind, first_day)
    form = BreakForm(row, dates.today(now))
    if not form.validate_on_submit():
        return _break_page(form, row)
    try:
        school_actions.edit_break(row, form.values(), by=access.signed_in(), now=now)
    except school_actions.BreakIsKnown:
        return _say_known(form, row)
    db.session.commit()
    flash(_("Saved."), "success")
    return redirect(url_for("organise_schools.breaks"))


@bp.post("/school-breaks/<county>/<kind>/<first_day>/deletion")
def delete_break(county: str, kind: str, first_day: str) -> Response:
    row = school_breaks.find(county, kind, first_day)
    school_actions.delete_break(row, by=access.signed_in(), now=clock.now())
    db.session.commit()
    flash(_("The break is deleted. The usual week counts again."), "success")
    return redirect(url_for("organise_schools.breaks"))


def _suggested() -> dict[str, str | date]:
    """What the link beside a usual week has filled in; anything unreadable is left out."""
    found: dict[str, str | date] = {}
    for name in ("county_code", "kind"):
        found[name] = request.args.get(name, "")
    for name in ("first_day", "last_day"):
        try:
            found[name] = date.fromisoformat(request.args.get(name, ""))
        except ValueError:
            continue
    return found


def _say_known(form: BreakForm, row: SchoolBreak | None) -> Answer:
    form.first_day.errors = [_("The county has such a break from this day already")]
    return _break_page(form, row)


def _break_page(form: BreakForm, row: SchoolBreak | None) -> Answer:
    page = render_template("seasons/break.html", form=form, row=row)
    return (page, 422) if form.is_submitted() else page
