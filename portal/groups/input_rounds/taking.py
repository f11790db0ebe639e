"""What somebody does in a round, whichever way they came: add, change, withdraw points, vote."""

from collections.abc import Callable

from flask import flash, redirect, render_template
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal import clock
from portal.db import db
from portal.groups.input_rounds import points, queries, results, stages, votes, who, wording
from portal.groups.input_rounds.forms import (
    MORE_ROWS,
    ChangePointForm,
    ContributeForm,
    VoteForm,
    read_point,
    wants_more_rows,
)
from portal.groups.input_rounds.points import Point
from portal.groups.input_rounds.ways import Way
from portal.models.accounts import Person
from portal.models.input_rounds import Contribution

Answer = str | tuple[str, int] | Response


def show(way: Way, person: Person | None, *, runs: bool) -> Answer:
    """The round's page; a POST adds the points that were written in its form."""
    form = ContributeForm()
    if wants_more_rows():
        form.offer_rows(MORE_ROWS)
    elif form.validate_on_submit() and person is not None:
        return _contribute(way, person, form)
    form.offer_rows()
    page = _page(way, person, form, runs=runs)
    return (page, 422) if form.is_submitted() and not wants_more_rows() else page


def change_point(way: Way, point: Contribution, person: Person) -> Answer:
    """The page on which a point is changed or withdrawn."""
    if point.withdrawn_at is not None or not stages.takes_points(way.round):
        flash(_("The point can no longer be changed."), "warning")
        return redirect(way.page)
    form = ChangePointForm(point)
    if form.validate_on_submit():
        written = read_point(form) or Point("")
        try:
            points.change(point, written, seen=form.seen.data or "", by=person, now=clock.now())
        except points.ChangedMeanwhile:
            db.session.rollback()
            _say_changed_meanwhile(form, point)
        except stages.NotNow:
            flash(_("The point can no longer be changed."), "warning")
            return redirect(way.page)
        else:
            db.session.commit()
            flash(_("Saved."), "success")
            return redirect(way.page)
    page = render_template(
        "groups/input_rounds/point.html", round=way.round, way=way, point=point, form=form
    )
    return (page, 422) if form.is_submitted() else page


def withdraw(way: Way, point: Contribution, person: Person) -> Response:
    """Take a point back."""
    said = _("The point is withdrawn. You can put it back further down.")
    return _press(way, lambda: points.withdraw(point, by=person, now=clock.now()), said)


def put_back(way: Way, point: Contribution, person: Person) -> Response:
    """Let a withdrawn point count again."""
    said = _("The point is there again.")
    return _press(way, lambda: points.put_back(point, by=person, now=clock.now()), said)


def vote(way: Way, person: Person) -> Answer:
    """The page on which one votes; a POST gives the votes that are ticked."""
    found = way.round
    if not stages.takes_votes(found):
        flash(_("There is no vote now."), "info")
        return redirect(way.page)
    form = VoteForm()
    if form.validate_on_submit():
        try:
            given = votes.vote(found, form.choices.data or [], by=person, now=clock.now())
        except votes.TooManyVotes:
            db.session.rollback()
            form.choices.errors = [_too_many(found.votes)]
        except stages.NotNow:
            db.session.rollback()
            flash(_("There is no vote now."), "info")
            return redirect(way.page)
        else:
            db.session.commit()
            flash(_said_votes(given, found.votes), "success")
            return redirect(way.vote)
    given_before = votes.given_by(found, person)
    ticked = set(form.choices.data or []) if form.is_submitted() else given_before
    page = render_template(
        "groups/input_rounds/vote.html",
        round=found,
        way=way,
        form=form,
        choices=votes.choices(found),
        ticked=ticked,
        has_voted=bool(given_before),
        last_day=stages.last_day(found.vote_by),
    )
    return (page, 422) if form.is_submitted() else page


def _contribute(way: Way, person: Person, form: ContributeForm) -> Response:
    try:
        made = points.contribute(way.round, form.written(), by=person, now=clock.now())
    except (stages.NotNow, points.NoSay):
        db.session.rollback()
        flash(_("The round takes no more points, so what you wrote was not saved."), "warning")
        return redirect(way.page)
    db.session.commit()
    if made:
        flash(_thanks(len(made)), "success")
    else:
        flash(_("You have written that already, so nothing was added."), "info")
    return redirect(way.page)


def _page(way: Way, person: Person | None, form: ContributeForm, *, runs: bool) -> str:
    found = way.round
    has_say = who.contributes(person, found.group)
    takes_points = stages.takes_points(found)
    is_voting = stages.is_voting(found)
    return render_template(
        "groups/input_rounds/show.html",
        round=found,
        group=found.group,
        way=way,
        stage=stages.of(found),
        runs=runs and not way.token,
        has_say=has_say,
        form=form if has_say and takes_points else None,
        takes_points=takes_points,
        promise=wording.promise(found),
        gathered=queries.gathered(found, person, runs=runs),
        withdrawn=queries.withdrawn(found, person, runs=runs) if takes_points else [],
        results=results.of(found),
        voters=votes.voters_count(found) if is_voting else 0,
        asked=who.asked_count(found) if runs or is_voting else 0,
        reached=who.reached_count(found.group) if runs and found.opened_at is None else 0,
        has_voted=bool(votes.given_by(found, person)) if person and is_voting else False,
        takes_votes=has_say and stages.takes_votes(found),
        shows_meeting=not way.token and queries.shows_meeting(person, found),
        stages=stages,
        wording=wording,
    )


def _press(way: Way, do: Callable[[], None], said: str) -> Response:
    try:
        do()
    except (stages.NotNow, points.NoSay):
        db.session.rollback()
        flash(_("The point can no longer be changed."), "warning")
    else:
        db.session.commit()
        flash(said, "success")
    return redirect(way.page)


def _say_changed_meanwhile(form: ChangePointForm, point: Contribution) -> None:
    form.text.errors = [
        _("The point was changed in another window meanwhile. It now reads: “%(text)s”. Save again"
          " to put your words in its place.", text=point.text)
    ]  # fmt: skip
    form.seen.raw_data = None
    form.seen.data = points.state_of(point)


def _thanks(number: int) -> str:
    return ngettext(
        "Thank you. We have got your point.", "Thank you. We have got your %(num)s points.", number
    )


def _too_many(number: int) -> str:
    return ngettext("You have one vote. Take away ticks until one is left",
                    "You have %(num)s votes. Take away ticks until that many are left",
                    number)  # fmt: skip


def _said_votes(given: int, number: int) -> str:
    if not given:
        return _("You have taken your votes back. You can vote until the vote is closed.")
    return _("Thank you. You have given %(given)s of %(number)s votes, and can change them until"
             " the vote is closed.", given=given, number=number)  # fmt: skip
