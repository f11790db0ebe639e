"""Polls of dates as those who run a group make, send, follow and end them."""

from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal import access, clock
from portal.db import db
from portal.fields import read_number
from portal.groups import once, queries
from portal.groups import wording as group_wording
from portal.groups.polls import actions, against, audience, changing, showing, wording
from portal.groups.polls import queries as poll_queries
from portal.groups.polls.forms import (
    CloseForm,
    DeadlineForm,
    MoreTimesForm,
    PollForm,
    TextsForm,
    TimesMixin,
)
from portal.models.groups import Group
from portal.models.polls import DatePoll

bp = Blueprint("polls", __name__, url_prefix="/groups/<slug>/polls")

Answer = str | tuple[str, int] | Response


@bp.route("/new", methods=["GET", "POST"])
def create(slug: str) -> Answer:
    now, by = clock.now(), access.signed_in()
    group = queries.group_run_by(by, slug)
    if group.closed_at is not None:
        flash(_("The group is closed. Open it again to ask when it can meet."), "warning")
        return redirect(url_for("groups.show", slug=slug))
    form = PollForm(None, now)
    if request.method == "GET":
        form.title.data = _("Meeting of %(group)s", group=group.name)[:200]
    if _fills_rows(form) or not form.validate_on_submit():
        return _form_page(form, group, None)
    make = partial(actions.make_poll, group, form.values(), form.spans(), by=by, now=now)
    poll = once.unless_made(DatePoll, form, by=by, make=make)
    db.session.commit()
    flash(_("The draft is saved. Nobody hears of it until you send it."), "success")
    return redirect(url_for("polls.send", slug=slug, public_id=poll.public_id))


@bp.get("/<public_id>")
def show(slug: str, public_id: str) -> Answer:
    poll, now = _poll(slug, public_id), clock.now()
    page = read_number(request.args.get("page"), 1)
    pages, rows = poll_queries.rows_of(poll, page)
    return render_template(
        "groups/polls/show.html",
        poll=poll,
        group=poll.group,
        state=wording.state(poll, now),
        asker=audience.asker_of(poll),
        results=poll_queries.results_of(poll, now),
        pages=pages,
        rows=rows,
        waiting=poll_queries.not_answered(poll) if poll.is_open else [],
        not_reached=poll_queries.not_reached(poll),
        against=against.times_of(poll),
        is_ready=actions.is_ready(poll, now),
        takes_answers=actions.takes_answers(poll),
        heard_today=poll.is_open and changing.heard_today(poll, now),
        may_take_back=showing.may_take_back(poll),
        sits_here=poll.group_id in access.groups_of(access.signed_in()),
        wording=wording,
        roles=group_wording.ROLES,
    )


@bp.route("/<public_id>/edit", methods=["GET", "POST"])
def edit(slug: str, public_id: str) -> Answer:
    poll, now = _poll(slug, public_id), clock.now()
    if poll.closed_at is not None:
        return _too_late(poll)
    form = PollForm(poll, now) if poll.opened_at is None else TextsForm(poll)
    if _fills_rows(form) or not form.validate_on_submit():
        return _form_page(form, poll.group, poll)
    seen, by = read_number(form.revision.data), access.signed_in()
    try:
        if isinstance(form, PollForm):
            actions.edit_draft(
                poll, form.values(), form.spans(), seen_revision=seen, by=by, now=now
            )
        else:
            actions.edit_texts(poll, form.texts(), seen_revision=seen, by=by, now=now)
    except (actions.PollMovedOn, actions.PollIsSent):
        form.title.errors = [
            _("Somebody else saved or sent the poll while you wrote. Open it in a new window, see"
              " what they changed, and save again to put yours in its place.")
        ]  # fmt: skip
        form.revision.raw_data, form.revision.data = None, str(poll.revision)
        return _form_page(form, poll.group, poll)
    except actions.PollIsClosed:
        db.session.rollback()
        return _too_late(poll)
    db.session.commit()
    flash(_("Saved."), "success")
    return _to(poll)


@bp.route("/<public_id>/sending", methods=["GET", "POST"])
def send(slug: str, public_id: str) -> Answer:
    poll, now = _poll(slug, public_id), clock.now()
    if request.method == "GET" and poll.opened_at is None:
        return render_template(
            "groups/polls/send.html",
            poll=poll,
            group=poll.group,
            letter=showing.letter(poll, access.signed_in(), now),
            people=audience.of_group(poll.group),
            not_reached=poll_queries.not_reached(poll),
            against=against.times_of(poll),
            is_ready=actions.is_ready(poll, now),
        )
    if request.method == "GET":
        return _to(poll)
    try:
        people = actions.send(poll, by=access.signed_in(), now=now)
    except actions.PollIsSent:
        flash(_("The poll has gone out already."), "info")
    except actions.PollIsClosed:
        flash(_("The group is closed. Nobody was asked."), "warning")
    except actions.NotReady:
        flash(_("A time or the deadline has passed. Change it, then send."), "warning")
    except actions.NobodyToAsk:
        flash(_("Nobody in the group has an email address yet, so nobody was asked."), "warning")
    else:
        db.session.commit()
        flash(ngettext("The poll goes to %(num)s person now.",
                       "The poll goes to %(num)s people now.", people), "success")  # fmt: skip
    return _to(poll)


@bp.route("/<public_id>/deletion", methods=["GET", "POST"])
def drop(slug: str, public_id: str) -> Answer:
    poll = _poll(slug, public_id)
    if request.method == "GET" and poll.opened_at is None:
        return render_template("groups/polls/drop.html", poll=poll, group=poll.group)
    try:
        actions.drop(poll, by=access.signed_in(), now=clock.now())
    except actions.PollIsSent:
        db.session.rollback()
        flash(_("People have been asked. Close the poll instead."), "warning")
        return _to(poll)
    db.session.commit()
    flash(_("The draft is deleted."), "success")
    return redirect(url_for("groups.show", slug=slug))


@bp.post("/<public_id>/reminder")
def remind(slug: str, public_id: str) -> Response:
    poll = _poll(slug, public_id)
    try:
        people = changing.remind(poll, by=access.signed_in(), now=clock.now())
    except actions.PollIsClosed:
        return _too_late(poll)
    except changing.RemindedToday:
        flash(_("They have had a mail about it today. Remind them again tomorrow."), "info")
        return _to(poll)
    db.session.commit()
    if people:
        flash(ngettext("We are reminding %(num)s person.", "We are reminding %(num)s people.",
                       people), "success")  # fmt: skip
    else:
        flash(_("Everybody we can reach has answered."), "info")
    return _to(poll)


@bp.route("/<public_id>/times/new", methods=["GET", "POST"])
def add_times(slug: str, public_id: str) -> Answer:
    poll, now = _poll(slug, public_id), clock.now()
    if not actions.takes_answers(poll):
        return _too_late(poll)
    form = MoreTimesForm(poll, now)
    if not _fills_rows(form) and form.validate_on_submit():
        try:
            told = changing.add_times(poll, form.spans(), by=access.signed_in(), now=now)
        except actions.PollIsClosed:
            return _too_late(poll)
        except changing.KnownTime:
            db.session.rollback()
            form = MoreTimesForm(poll, now)
            form.validate()
        else:
            db.session.commit()
            _say_added(told)
            return _to(poll)
    form.offer_spare_rows()
    page = render_template(
        "groups/polls/add_times.html",
        form=form,
        poll=poll,
        group=poll.group,
        told=audience.count(audience.replied(poll)),
    )
    return (page, 422) if form.errors else page


@bp.route("/<public_id>/times/<option_id>/removal", methods=["GET", "POST"])
def drop_time(slug: str, public_id: str, option_id: str) -> Answer:
    poll, now = _poll(slug, public_id), clock.now()
    option = poll_queries.option_of(poll, option_id)
    if not actions.takes_answers(poll):
        return _too_late(poll)
    if request.method == "GET":
        return render_template(
            "groups/polls/drop_time.html",
            poll=poll,
            group=poll.group,
            option=option,
            time=poll_queries.results_of(poll, now).of(option),
        )
    try:
        changing.drop_time(poll, option, by=access.signed_in(), now=now)
    except actions.PollIsClosed:
        return _too_late(poll)
    except changing.LastTime:
        flash(_("It is the only time. Add another first, or close the poll."), "warning")
        return _to(poll)
    db.session.commit()
    flash(_("The time is taken out of the poll."), "success")
    return _to(poll)


@bp.route("/<public_id>/deadline", methods=["GET", "POST"])
def extend(slug: str, public_id: str) -> Answer:
    poll, now = _poll(slug, public_id), clock.now()
    if not actions.takes_answers(poll):
        return _too_late(poll)
    form = DeadlineForm(poll, now)
    if not form.validate_on_submit():
        return _deadline_page(form, poll)
    try:
        changing.extend(poll, form.deadline, seen=form.seen.data, by=access.signed_in(), now=now)
    except actions.PollMovedOn:
        form.look_anew(poll)
        return _deadline_page(form, poll)
    except actions.PollIsClosed:
        return _too_late(poll)
    db.session.commit()
    flash(_("The deadline is changed. Those who have not answered are reminded the day before."),
          "success")  # fmt: skip
    return _to(poll)


@bp.route("/<public_id>/closing", methods=["GET", "POST"])
def close(slug: str, public_id: str) -> Answer:
    poll, now = _poll(slug, public_id), clock.now()
    if not actions.takes_answers(poll):
        return _too_late(poll)
    form = CloseForm()
    if request.method == "GET":
        form.tell.data = True
    if not form.validate_on_submit():
        return render_template(
            "groups/polls/close.html",
            form=form,
            poll=poll,
            group=poll.group,
            people=audience.count(audience.to_write_to(poll)),
        )
    try:
        told = changing.close(poll, tell=bool(form.tell.data), by=access.signed_in(), now=now)
    except actions.PollIsClosed:
        return _too_late(poll)
    db.session.commit()
    if told:
        flash(ngettext("The poll is closed. We are telling %(num)s person.",
                       "The poll is closed. We are telling %(num)s people.", told),
              "success")  # fmt: skip
    else:
        flash(_("The poll is closed. Nobody is told."), "success")
    return _to(poll)


@bp.route("/<public_id>/reopening", methods=["GET", "POST"])
def reopen(slug: str, public_id: str) -> Answer:
    poll, now = _poll(slug, public_id), clock.now()
    form = DeadlineForm(poll, now)
    if poll.closed_at is None or poll.meeting_id is not None:
        flash(_("Nothing was changed: the poll is open, or has become a meeting."), "info")
        return _to(poll)
    if not form.validate_on_submit():
        return _deadline_page(form, poll)
    try:
        changing.reopen(poll, form.deadline, by=access.signed_in(), now=now)
    except (changing.PollIsOpen, actions.PollIsClosed):
        flash(_("The poll could not be opened. It is open already, it has become a meeting, or the"
                " group is closed."), "warning")  # fmt: skip
    else:
        db.session.commit()
        flash(_("The poll is open again. The same links work."), "success")
    return _to(poll)


def _poll(slug: str, public_id: str) -> DatePoll:
    group = queries.group_run_by(access.viewer(), slug)
    return poll_queries.poll_of(group, public_id)


def _to(poll: DatePoll) -> Response:
    return redirect(url_for("polls.show", slug=poll.group.slug, public_id=poll.public_id))


def _too_late(poll: DatePoll) -> Response:
    flash(_("The poll is not open, so nothing was changed."), "info")
    return _to(poll)


def _fills_rows(form: TextsForm | TimesMixin) -> bool:
    """The buttons for rows send the form without saving it."""
    if request.method != "POST" or not isinstance(form, TimesMixin):
        return False
    if "propose" in request.form:
        form.propose()
        return True
    return "add_rows" in request.form


def _form_page(form: TextsForm, group: Group, poll: DatePoll | None) -> Answer:
    if isinstance(form, TimesMixin):
        form.offer_spare_rows()
    asks_times = isinstance(form, TimesMixin)
    page = render_template(
        "groups/polls/edit.html", form=form, group=group, poll=poll, asks_times=asks_times
    )
    return (page, 422) if form.errors else page


def _deadline_page(form: DeadlineForm, poll: DatePoll) -> Answer:
    page = render_template("groups/polls/deadline.html", form=form, poll=poll, group=poll.group)
    return (page, 422) if form.errors else page


def _say_added(told: int) -> None:
    if told:
        flash(ngettext("Saved. We are telling %(num)s person who has answered already.",
                       "Saved. We are telling %(num)s people who have answered already.",
                       told), "success")  # fmt: skip
    else:
        flash(_("Saved."), "success")
