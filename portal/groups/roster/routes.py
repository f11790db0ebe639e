"""Members of a group out of a spreadsheet: give it, look at what would be done, take them in."""

import csv
import io
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as BaseResponse

from portal import access, clock, dates, signing
from portal.db import db
from portal.downloads import attached
from portal.groups import queries, wording
from portal.groups.meetings import summons
from portal.groups.roster import actions, proposals, words
from portal.groups.roster.actions import TakenIn
from portal.groups.roster.columns import HEADINGS, Column, NoHeadings
from portal.groups.roster.forms import FileForm, TakeInForm
from portal.models.groups import Group
from portal.office import sheets
from portal.office.sheets import Sheet
from portal.office.tables import Row, Table

bp = Blueprint("roster", __name__, url_prefix="/organise/groups/<slug>/import")

Page = str | tuple[str, int] | BaseResponse

_SEAL = "members-of-a-group"
# What a page may carry back: a form takes half a megabyte and no more.
_LONGEST_SEAL = 450_000
_IN_TEMPLATE = tuple(each for each in Column if each not in (Column.FIRST_NAME, Column.LAST_NAME))


@bp.route("", methods=["GET", "POST"])
def give(slug: str) -> Page:
    group = queries.group_run_by(access.signed_in(), slug)
    form = FileForm()
    if not form.validate_on_submit() or form.table is None:
        return _give_page(group, form)
    sealed = signing.seal(_SEAL, _plain(group, form.table))
    if len(sealed) > _LONGEST_SEAL:
        form.file.errors = [_("It is too large to be looked at in one go. Divide it into two")]
        return _give_page(group, form)
    try:
        return _preview(group, form.table, TakeInForm(formdata=None, table=sealed))
    except NoHeadings:
        form.file.errors = [
            _("The first row must have headings that we know. One of them must be “%(name)s”,"
              " “%(email)s” or “%(label)s”", name=HEADINGS[Column.NAME][0],
              email=HEADINGS[Column.EMAIL][0], label=HEADINGS[Column.LABEL][0])
        ]  # fmt: skip
        return _give_page(group, form)


@bp.post("/applying")
def take_in(slug: str) -> Page:
    group = queries.group_run_by(access.signed_in(), slug)
    form = TakeInForm()
    table = _table(group, signing.unseal(_SEAL, form.table.data or ""))
    if table is None or not form.validate_on_submit():
        flash(_("We no longer have what you looked at. Give us the file once more."), "warning")
        return redirect(url_for(".give", slug=slug))
    now = clock.now()
    try:
        done = actions.take_in(
            group,
            table,
            seen=form.seen.data or "",
            tell=bool(form.tell.data),
            call=bool(form.call.data),
            by=access.signed_in(),
            today=dates.today(now),
            now=now,
        )
        db.session.commit()
    except (actions.HasErrors, actions.ChangedMeanwhile, IntegrityError):
        # Somebody took in people of the same addresses, or changed the group, just now.
        db.session.rollback()
        flash(
            _("Something has changed since you looked, and nothing was done. Look once more."),
            "warning",
        )
        return _preview(group, table, form), 409
    flash(_said(done), "success")
    return redirect(url_for("groups.show", slug=slug))


@bp.get("/template.csv")
def template(slug: str) -> Response:
    """A file with the headings that we know, as Norwegian spreadsheets open it."""
    queries.group_run_by(access.signed_in(), slug)
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerow(HEADINGS[column][0] for column in _IN_TEMPLATE)
    return attached(text.getvalue().encode("utf-8-sig"), "text/csv", "medlemmer.csv")


@bp.get("/template.xlsx")
def template_workbook(slug: str) -> Response:
    """The same as a workbook."""
    queries.group_run_by(access.signed_in(), slug)
    header = [HEADINGS[column][0] for column in _IN_TEMPLATE]
    response = Response(sheets.write([Sheet(_("Members"), header, [])]), mimetype=sheets.MIMETYPE)
    response.headers["Content-Disposition"] = "attachment; filename=medlemmer.xlsx"
    return response


def _give_page(group: Group, form: FileForm) -> Page:
    page = render_template(
        "groups/roster/give.html",
        group=group,
        form=form,
        columns=[(HEADINGS[each][0], words.COLUMNS[each]) for each in _IN_TEMPLATE],
    )
    return (page, 422) if form.is_submitted() else page


def _preview(group: Group, table: Table, form: TakeInForm) -> str:
    now = clock.now()
    proposal = proposals.propose(group, table, dates.today(now))
    # Whatever was looked at before: this is what is looked at now.
    form.seen.raw_data, form.seen.data = None, proposal.fingerprint
    return render_template(
        "groups/roster/preview.html",
        group=group,
        form=form,
        proposal=proposal,
        words=words,
        wording=wording,
        meetings=summons.coming_called(group, now),
    )


def _plain(group: Group, table: Table) -> list[Any]:
    return [group.id, table.header, [[row.number, *row.cells] for row in table.rows]]


def _table(group: Group, plain: Any) -> Table | None:
    """The table that ``_plain`` was given for this group."""
    if plain is None or plain[0] != group.id:
        return None
    rows = tuple(Row(number, tuple(cells)) for number, *cells in plain[2])
    return Table(tuple(plain[1]), rows)


def _said(done: TakenIn) -> str:
    said = [
        ngettext("%(num)s place is added.", "%(num)s places are added.", done.places),
        ngettext(
            "We are writing to %(num)s person.", "We are writing to %(num)s people.", done.told
        )
        if done.told
        else _("Nobody is told of the place by mail."),
    ]
    if done.called:
        said.append(
            ngettext(
                "They are invited to %(num)s meeting.",
                "They are invited to %(num)s meetings.",
                done.called,
            )
        )
    return " ".join(said)
