"""Answering a poll: by the mailed link without signing in, or signed in from the group's page."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import access, clock
from portal.db import db
from portal.fields import read_number
from portal.groups import queries
from portal.groups import wording as group_wording
from portal.groups.polls import actions, addresses, answering, audience, showing, wording
from portal.groups.polls import queries as poll_queries
from portal.groups.polls.reply_form import NO_TO_THE_REST, ReplyForm, reply_form
from portal.models.accounts import Person
from portal.models.polls import DateOption, DatePoll, DateReply
from portal.reading import as_read_by

bp = Blueprint("poll_answers", __name__)

Answer = str | tuple[str, int] | Response


@bp.route("/polls/<token>", methods=["GET", "POST"])
def by_link(token: str) -> Answer:
    found = addresses.read(token)
    if found is None:
        return render_template("groups/polls/unknown.html"), 404
    poll, person = found
    with as_read_by(person):
        return _answer(poll, person, {"token": token})


@bp.route("/groups/<slug>/polls/<public_id>/answer", methods=["GET", "POST"])
def signed_in(slug: str, public_id: str) -> Answer:
    person = access.signed_in()
    group = queries.group_of_or_404(person, slug)
    poll = poll_queries.poll_of(group, public_id)
    # Whoever organises without sitting in the group has nothing to answer.
    if poll.opened_at is None or group.id not in access.groups_of(person):
        abort(404)
    return _answer(poll, person, {"slug": slug, "public_id": public_id})


def _answer(poll: DatePoll, person: Person, here: dict[str, Any]) -> Answer:
    reply = poll_queries.reply_of(poll, person)
    form = reply_form(_coming(poll), reply)
    if request.method == "GET" or not actions.takes_answers(poll):
        # Whoever wrote while it was closed finds it all on the page.
        status = 200 if request.method == "GET" else 409
        return _page(poll, person, reply, form, here), status
    if NO_TO_THE_REST in request.form:
        form.say_no_to_the_rest()
    if not form.options or not form.validate_on_submit():
        return _page(poll, person, reply, form, here), 422
    try:
        answering.answer(
            poll, person, form.given(), comment=form.comment.data or "", now=clock.now()
        )
    except actions.PollIsClosed:
        # Just now, by somebody else.
        db.session.rollback()
        return _page(poll, person, reply, form, here), 409
    db.session.commit()
    if form.lost(request.form):
        flash(_("One of the times you answered is asked about no more. The rest is saved."), "info")
    flash(_("Thank you. We have your answer, and you can change it until the poll is closed."),
          "success")  # fmt: skip
    return redirect(url_for(str(request.endpoint), **here))


def _coming(poll: DatePoll) -> list[DateOption]:
    now = clock.now()
    return [each for each in poll.options if each.starts_at > now]


def _page(
    poll: DatePoll, person: Person, reply: DateReply | None, form: ReplyForm, here: dict[str, Any]
) -> str:
    now = clock.now()
    sees_names = access.sees_members(person, poll.group)
    page = read_number(request.args.get("page"), 1)
    pages, rows = poll_queries.rows_of(poll, page) if sees_names else (None, [])
    return render_template(
        "groups/polls/answer.html",
        poll=poll,
        group=poll.group,
        person=person,
        reply=reply,
        form=form,
        here_endpoint=request.endpoint,
        here_values=here,
        is_open=actions.takes_answers(poll),
        is_late=poll.answer_by <= now,
        was_closed=request.method == "POST" and not actions.takes_answers(poll),
        state=wording.state(poll, now),
        asker=audience.asker_of(poll),
        results=poll_queries.results_of(poll, now),
        pages=pages,
        rows=rows,
        meeting=showing.known_meeting(poll),
        wording=wording,
        roles=group_wording.ROLES,
    )
