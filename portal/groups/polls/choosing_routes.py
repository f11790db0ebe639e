"""Making one of the times the meeting, and taking that back."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal import access, clock
from portal.db import db
from portal.groups import queries
from portal.groups.meetings import actions as meeting_actions
from portal.groups.meetings import summons
from portal.groups.polls import actions, against, audience, choosing, showing, wording
from portal.groups.polls import queries as poll_queries
from portal.models.meetings import Meeting
from portal.models.polls import DatePoll

bp = Blueprint("poll_choices", __name__, url_prefix="/groups/<slug>/polls/<public_id>")

Answer = str | Response


@bp.route("/times/<option_id>/choice", methods=["GET", "POST"])
def choose(slug: str, public_id: str, option_id: str) -> Answer:
    poll, now = _poll(slug, public_id), clock.now()
    option = poll_queries.option_of(poll, option_id)
    if request.method == "GET" and actions.takes_answers(poll) and option.starts_at > now:
        results = poll_queries.results_of(poll, now)
        return render_template(
            "groups/polls/choose.html",
            poll=poll,
            group=poll.group,
            option=option,
            results=results,
            time=results.of(option),
            names=poll_queries.names_by_answer(option),
            against=against.times_of(poll).get(option.id, []),
            people=audience.of_group(poll.group),
            not_reached=poll_queries.not_reached(poll),
            wording=wording,
        )
    if request.method == "GET":
        flash(_("This time cannot be chosen now. Look at how the poll stands."), "info")
        return _to(poll)
    try:
        meeting = choosing.choose(poll, option, by=access.signed_in(), now=now)
    except choosing.AlreadyChosen:
        db.session.rollback()
        flash(_("The poll has become a meeting already. This is it."), "info")
        return _to_meeting(poll.meeting) if poll.meeting else _to(poll)
    except (actions.PollIsClosed, choosing.TimeIsGone):
        db.session.rollback()
        flash(_("This time cannot be chosen now. Look at how the poll stands."), "info")
        return _to(poll)
    _call_or_not(meeting)
    db.session.commit()
    return _to_meeting(meeting)


@bp.route("/choice/undoing", methods=["GET", "POST"])
def take_back(slug: str, public_id: str) -> Answer:
    poll = _poll(slug, public_id)
    if request.method == "GET" and showing.may_take_back(poll):
        return render_template(
            "groups/polls/take_back.html", poll=poll, group=poll.group, meeting=poll.meeting
        )
    if request.method == "GET":
        flash(_("There is no choice to take back. A meeting that is called is cancelled from its"
                " own page."), "info")  # fmt: skip
        return _to(poll)
    try:
        choosing.take_back(poll, by=access.signed_in(), now=clock.now())
    except choosing.NothingChosen:
        flash(_("There is no choice to take back. A meeting that is called is cancelled from its"
                " own page."), "info")  # fmt: skip
    except meeting_actions.MeetingIsKnown:
        db.session.rollback()
        flash(_("People know of this meeting. Cancel it instead."), "warning")
    else:
        db.session.commit()
        flash(_("The choice is taken back, and the poll is open again."), "success")
    return _to(poll)


def _call_or_not(meeting: Meeting) -> None:
    """Call the group in the same step, if that was the button; else the meeting is a draft."""
    by, now = access.signed_in(), clock.now()
    if "call" not in request.form:
        flash(_("The meeting is a draft. Write the agenda, then call the group."), "success")
        return
    try:
        called = summons.call_meeting(meeting, by=by, now=now)
    except summons.NobodyToCall:
        flash(_("The meeting is a draft: nobody in the group has an email address yet."), "warning")
    else:
        flash(ngettext("The time is set. The invitation goes to %(num)s person now.",
                       "The time is set. The invitation goes to %(num)s people now.", called),
              "success")  # fmt: skip


def _poll(slug: str, public_id: str) -> DatePoll:
    group = queries.group_run_by(access.viewer(), slug)
    return poll_queries.poll_of(group, public_id)


def _to(poll: DatePoll) -> Response:
    return redirect(url_for("polls.show", slug=poll.group.slug, public_id=poll.public_id))


def _to_meeting(meeting: Meeting) -> Response:
    address = url_for("groups.meeting", slug=meeting.group.slug, public_id=meeting.public_id)
    return redirect(address)
