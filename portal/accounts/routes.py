"""Signing in and out, and where one is signed in."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import access, clock, dates
from portal.accounts import actions, queries, sessions
from portal.accounts.forms import SignInForm, UseLinkElsewhereForm, UseLinkForm
from portal.db import db
from portal.extensions import limiter
from portal.models.accounts import Person

bp = Blueprint("accounts", __name__)

_Page = str | Response | tuple[str, int]


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> _Page:
    form = SignInForm(data={"next": sessions.own_path(request.args.get("next"))})
    if not form.is_submitted():
        if access.viewer() is not None:
            return redirect(form.next.data or url_for("home.my_page"))
        return render_template("accounts/sign_in.html", form=form)
    if not form.validate():
        return render_template("accounts/sign_in.html", form=form), 422
    mark = sessions.browser_mark()
    try:
        actions.ask_for_link(
            form.address.data,
            mark=mark,
            network=sessions.network(),
            language=dates.language(),
            next_path=sessions.own_path(form.next.data),
            now=clock.now(),
        )
    except actions.TooOften:
        return render_template("accounts/too_often.html"), 429
    db.session.commit()
    response = Response(render_template("accounts/check_mail.html"), mimetype="text/html")
    sessions.carry_mark(response, mark)
    return response


@bp.route("/sign-in/<token>", methods=["GET", "POST"])
@limiter.limit("30/hour", methods=["POST"])
def use_link(token: str) -> _Page:
    asked = queries.open_link(token, clock.now())
    if asked is None:
        return _dead_link()
    here = sessions.asked_here(asked)
    form = UseLinkForm() if here else UseLinkElsewhereForm(asked.folded)
    if not form.validate_on_submit():
        page = render_template("accounts/use_link.html", form=form, here=here, token=token)
        return page, 422 if form.is_submitted() else 200
    next_path = sessions.own_path(asked.next_path)
    try:
        person = actions.use_link(token, clock.now())
    except actions.DeadLink:
        db.session.rollback()
        return _dead_link()
    return _enter(person, next_path)


def _dead_link() -> tuple[str, int]:
    return render_template("accounts/dead_link.html"), 404


def _enter(person: Person, next_path: str) -> Response:
    secret = actions.sign_in(
        person,
        user_agent=request.user_agent.string,
        replacing=access.current_session(),
        now=clock.now(),
    )
    db.session.commit()
    # Nothing of before survives, the CSRF token least of all.
    session.clear()
    flash(_("You are signed in."), "success")
    response = redirect(next_path or url_for("home.my_page"))
    access.carry_session(response, secret)
    return response


@bp.post("/sign-out")
def sign_out() -> Response:
    current = access.current_session()
    if current is not None:
        actions.end_session(current, actor=current.person, now=clock.now())
        db.session.commit()
    return _leave(_("You are signed out."))


def _leave(words: str) -> Response:
    session.clear()
    flash(words, "success")
    response = redirect(url_for("home.front"))
    access.drop_session(response)
    # Not "cookies": the chosen language and appearance stay.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@bp.get("/my/sessions")
def my_sessions() -> str:
    current = access.signed_in_session()
    rows = queries.live_sessions(current.person, clock.now())
    return render_template("accounts/sessions.html", sessions=rows, current=current)


@bp.post("/my/sessions/<public_id>/ending")
def end_session(public_id: str) -> Response:
    current = access.signed_in_session()
    row = queries.session_of_or_404(current.person, public_id)
    actions.end_session(row, actor=current.person, now=clock.now())
    db.session.commit()
    if row is current:
        return _leave(_("You are signed out."))
    flash(_("That browser is signed out."), "success")
    return redirect(url_for("accounts.my_sessions"))


@bp.post("/my/sessions/ending")
def end_sessions() -> Response:
    actions.end_every_session(access.signed_in_session().person, clock.now())
    db.session.commit()
    return _leave(_("You are signed out everywhere."))
