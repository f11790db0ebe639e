"""The pages on which organisers set up, edit, renew and close groups."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal import access, clock, dates
from portal.db import db
from portal.groups import queries, wording
from portal.groups.meanwhile import Difference
from portal.groups.meetings import summons
from portal.groups.setup import actions, periods
from portal.groups.setup import queries as setup_queries
from portal.groups.setup.forms import ClosingForm, GroupForm, RenewalForm
from portal.models.groups import Group

bp = Blueprint("organise_groups", __name__, url_prefix="/organise/groups")

Answer = str | tuple[str, int] | Response


@bp.get("")
def index() -> str:
    now = clock.now()
    return render_template(
        "groups/setup/organise.html",
        rows=setup_queries.all_groups(now),
        today=dates.today(now),
        periods=periods,
        kinds=wording.KINDS,
    )


@bp.route("/new", methods=["GET", "POST"])
def create() -> Answer:
    form = GroupForm(None, queries.other_groups(None))
    if form.validate_on_submit():
        group = actions.create_group(form.values(), by=access.signed_in(), now=clock.now())
        db.session.commit()
        flash(_("The group is set up. Now add its places."), "success")
        return redirect(url_for("groups.show", slug=group.slug))
    return _form_page(form, None)


@bp.route("/<slug>/edit", methods=["GET", "POST"])
def edit(slug: str) -> Answer:
    group = queries.group_run_by(access.signed_in(), slug)
    parents = queries.other_groups(group)
    form = GroupForm(group, parents)
    if form.validate_on_submit():
        try:
            changed = actions.edit_group(
                group, form.values(), seen=form.seen.data or "",
                by=access.signed_in(), now=clock.now(),
            )  # fmt: skip
        except actions.EditedMeanwhile:
            db.session.rollback()
            return _form_page(form, group, form.look_anew(group, parents))
        db.session.commit()
        flash(_("Saved.") if changed else _("Nothing was changed."), "success")
        return redirect(url_for("groups.show", slug=slug))
    return _form_page(form, group)


@bp.route("/<slug>/renewal", methods=["GET", "POST"])
def renew(slug: str) -> Answer:
    group = queries.group_run_by(access.signed_in(), slug)
    today = dates.today(clock.now())
    form = RenewalForm(group, periods.year_later(group, today), today)
    if form.validate_on_submit():
        last = form.last_day.data
        try:
            actions.renew_group(
                group, last, seen=form.seen_last_day, tell=form.tell.data,
                by=access.signed_in(), now=clock.now(),
            )  # fmt: skip
        except actions.GroupIsClosed:
            db.session.rollback()
            flash(_("The group is closed. Open it again first."), "warning")
            return redirect(url_for("groups.show", slug=slug))
        except actions.RenewedMeanwhile:
            db.session.rollback()
            form.look_anew(group)
            return _renewal_page(group, form, today), 409
        db.session.commit()
        flash(_("The group goes on until %(day)s.", day=dates.plain_day(last)), "success")
        return redirect(url_for("groups.show", slug=slug))
    page = _renewal_page(group, form, today)
    return (page, 422) if form.is_submitted() else page


@bp.route("/<slug>/closing", methods=["GET", "POST"])
def close(slug: str) -> Answer:
    group = queries.group_run_by(access.signed_in(), slug)
    left = setup_queries.open_follow_ups_in(group)
    form = ClosingForm(group, left)
    if form.validate_on_submit():
        return _close(group, form)
    page = render_template(
        "groups/setup/close.html",
        group=group,
        form=form,
        left=left,
        meetings=summons.coming_called(group, clock.now()),
        members=setup_queries.members_to_tell(group),
    )
    return (page, 422) if form.is_submitted() else page


def _close(group: Group, form: ClosingForm) -> Response:
    try:
        moved = actions.close_group(
            group, by=access.signed_in(), now=clock.now(),
            moves_follow_ups=form.moves, tell=form.tell.data,
        )  # fmt: skip
    except actions.MeetingsToCome:
        db.session.rollback()
        flash(_("Hold or cancel the meetings to come first."), "warning")
        return redirect(url_for(".close", slug=group.slug))
    except actions.NoParent:
        db.session.rollback()
        flash(_("The group it belongs under is closed too. Nothing was changed."), "warning")
        return redirect(url_for(".close", slug=group.slug))
    db.session.commit()
    flash(_("The group is closed. Its pages stay for those who sat in it."), "success")
    if moved:
        flash(
            ngettext(
                "%(num)s follow-up goes on in the group it belongs under.",
                "%(num)s follow-ups go on in the group it belongs under.",
                moved,
            ),
            "info",
        )
    return redirect(url_for("groups.show", slug=group.slug))


@bp.post("/<slug>/reopening")
def reopen(slug: str) -> Response:
    group = queries.group_run_by(access.signed_in(), slug)
    actions.reopen_group(group, by=access.signed_in(), now=clock.now())
    db.session.commit()
    flash(_("The group goes on. Look over its last day."), "success")
    return redirect(url_for("groups.show", slug=slug))


def _renewal_page(group: Group, form: RenewalForm, today: date) -> str:
    return render_template(
        "groups/setup/renew.html",
        group=group,
        form=form,
        period=periods.in_words(group),
        has_ended=periods.has_ended(group, today),
        members=setup_queries.members_to_tell(group),
    )


def _form_page(
    form: GroupForm, group: Group | None, meanwhile: list[Difference] | None = None
) -> Answer:
    page = render_template("groups/setup/edit.html", form=form, group=group, meanwhile=meanwhile)
    if meanwhile is not None:
        return page, 409
    return (page, 422) if form.is_submitted() else page
