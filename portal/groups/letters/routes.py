"""The pages on which those who run a group write to it: write, look, send, stop."""

import re

import sqlalchemy as sa
from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal import access, clock, tokens
from portal.db import db
from portal.groups import queries
from portal.groups.letters import actions, notices
from portal.groups.letters.forms import LetterForm
from portal.mail import control
from portal.models.groups import Group
from portal.models.mailings import Mailing

bp = Blueprint("group_letters", __name__, url_prefix="/groups/<slug>/letters")

Page = str | tuple[str, int] | Response

_NAME = re.compile(r"[2-9a-z]{12}")


@bp.route("/new", methods=["GET", "POST"])
def write(slug: str) -> Page:
    """Write; then the same page shows what they get, and sends it when that is pressed."""
    group = queries.group_run_by(access.viewer(), slug)
    form = LetterForm(data={"name": tokens.public_id()})
    step = request.form.get("step", "look")
    if not form.validate_on_submit() or step == "change":
        return _write_page(group, form, failed=form.is_submitted() and step != "change")
    if step == "send":
        return _send(group, form)
    return render_template(
        "groups/letters/look.html",
        group=group,
        form=form,
        count=actions.count(group),
        by=access.signed_in(),
        hold_minutes=_hold_minutes(),
    )


@bp.post("/<public_id>/stopping")
def stop(slug: str, public_id: str) -> Response:
    group = queries.group_run_by(access.viewer(), slug)
    mailing = db.one_or_404(
        sa.select(Mailing).where(
            Mailing.public_id == public_id,
            Mailing.kind == notices.KIND,
            Mailing.group_id == group.id,
        )
    )
    if control.stop(mailing, by=access.signed_in(), now=clock.now()):
        db.session.commit()
        flash(_("The message is stopped. Those who have not had it will not get it."), "success")
    else:
        db.session.rollback()
        flash(_("It is sent already, and cannot be stopped."), "warning")
    return redirect(url_for("groups.show", slug=slug))


def _write_page(group: Group, form: LetterForm, *, failed: bool) -> Page:
    page = render_template(
        "groups/letters/write.html", group=group, form=form, count=actions.count(group)
    )
    return (page, 422) if failed else page


def _send(group: Group, form: LetterForm) -> Page:
    name = form.name.data if _NAME.fullmatch(form.name.data or "") else tokens.public_id()
    by, now = access.signed_in(), clock.now()
    try:
        mailing = actions.send(group, name, form.subject.data, form.body.data, by=by, now=now)
    except actions.NobodyToWriteTo:
        db.session.rollback()
        flash(_("Nobody in the group has an email address, so nothing was sent."), "warning")
        return redirect(url_for("groups.show", slug=group.slug))
    number = mailing.total or 0
    db.session.commit()
    flash(
        ngettext(
            "The message goes to %(num)s person. You can stop it from the group’s page.",
            "The message goes to %(num)s people. You can stop it from the group’s page.",
            number,
        ),
        "success",
    )
    return redirect(url_for("groups.show", slug=group.slug))


def _hold_minutes() -> int:
    return -(-int(current_app.config["MAILING_HOLD_SECONDS"]) // 60)
