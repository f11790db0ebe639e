"""Opening and closing a vote, for those who run the group."""

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal import access, clock, dates
from portal.db import db
from portal.fields import read_number
from portal.groups.input_rounds import queries, stages, votes, who
from portal.groups.input_rounds.forms import OpenVoteForm
from portal.groups.input_rounds.ways import Way

bp = Blueprint("input_votes", __name__, url_prefix="/groups/<slug>/input/<public_id>/vote")

Answer = str | tuple[str, int] | Response


@bp.route("/opening", methods=["GET", "POST"])
def open_vote(slug: str, public_id: str) -> Answer:
    found = queries.round_run_by(access.viewer(), slug, public_id)
    now = clock.now()
    if not stages.may_be_voted_on(found):
        flash(_("A vote cannot be opened now."), "warning")
        return redirect(Way(found).page)
    form = OpenVoteForm(found, dates.today(now))
    if form.validate_on_submit():
        number, until = read_number(form.votes.data), stages.end_of(form.vote_by.data)
        try:
            people = votes.open_vote(found, number, until, by=access.signed_in(), now=now)
        except (stages.NotNow, votes.NothingToVoteOn):
            db.session.rollback()
            flash(_("A vote cannot be opened now."), "warning")
            return redirect(Way(found).page)
        db.session.commit()
        said = ngettext("The vote is open. We are telling %(num)s person.",
                        "The vote is open. We are telling %(num)s people.", people)  # fmt: skip
        flash(said, "success")
        return redirect(Way(found).page)
    page = render_template(
        "groups/input_rounds/open_vote.html",
        round=found,
        group=found.group,
        form=form,
        choices=votes.choices(found),
        reached=who.reached_count(found.group),
    )
    return (page, 422) if form.is_submitted() else page


@bp.route("/closing", methods=["GET", "POST"])
def close_vote(slug: str, public_id: str) -> Answer:
    found = queries.round_run_by(access.viewer(), slug, public_id)
    if not stages.is_voting(found):
        flash(_("There is no vote now."), "info")
        return redirect(Way(found).page)
    if request.method == "GET":
        return render_template(
            "groups/input_rounds/close_vote.html",
            round=found,
            group=found.group,
            voters=votes.voters_count(found),
            asked=who.asked_count(found),
        )
    try:
        has_result = votes.close_vote(found, by=access.signed_in(), now=clock.now())
    except stages.NotNow:
        db.session.rollback()
        flash(_("There is no vote now."), "info")
        return redirect(Way(found).page)
    db.session.commit()
    if has_result:
        flash(_("The vote is closed. Everybody in the group can see the result."), "success")
    else:
        flash(_("Nobody had voted, so there is no result. You can open a vote again."), "info")
    return redirect(Way(found).page)
