"""Signing in and out, where one is signed in, and one's own profile and addresses."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import access, clock, dates, people
from portal.accounts import actions, queries, sessions
from portal.accounts import addresses as address_book
from portal.accounts.forms import (
    AddressForm,
    ConfirmationForm,
    ProfileForm,
    SignInForm,
    UseLinkElsewhereForm,
    UseLinkForm,
)
from portal.db import db
from portal.extensions import limiter
from portal.mail import addresses as mail_addresses
from portal.models.accounts import Person

bp = Blueprint("accounts", __name__)

_Page = str | Response | tuple[str, int]


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> _Page:
    form = SignInForm(data={"next": sessions.own_path(request.args.get("next"))})
    if not form.is_submitted():
        # "again": for what only somebody who signed in lately may do.
        if access.viewer() is not None and "again" not in request.args:
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


@bp.route("/my/profile", methods=["GET", "POST"])
def profile() -> _Page:
    current, now = access.signed_in_session(), clock.now()
    form = ProfileForm(current.person, dates.today(now))
    if not form.validate_on_submit():
        rows = queries.live_sessions(current.person, now)
        page = render_template(
            "accounts/profile.html", form=form, person=current.person, current=current, rows=rows
        )
        return page, 422 if form.is_submitted() else 200
    actions.change_person(current.person, form.values(), actor=current.person, now=now)
    db.session.commit()
    flash(_("Your profile is saved."), "success")
    response = redirect(url_for("accounts.profile"))
    # What was chosen here counts from now on, and not what the browser chose before.
    response.delete_cookie("language")
    return response


@bp.route("/my/addresses", methods=["GET", "POST"])
def addresses() -> _Page:
    person = access.signed_in()
    form = AddressForm()
    if form.validate_on_submit():
        try:
            address_book.claim(person, form.address.data, clock.now())
        except address_book.AlreadyYours:
            form.address.errors = [_("You have this address already")]
        except address_book.TooOften:
            form.address.errors = [_("You have asked for many links. Wait an hour and try again")]
        else:
            db.session.commit()
            flash(_("We have sent a link to the address. Open it to confirm."), "success")
            return redirect(url_for("accounts.addresses"))
    page = render_template(
        "accounts/addresses.html",
        form=form,
        person=person,
        stopped=mail_addresses.suppressed(email.folded for email in person.emails),
    )
    return page, 422 if form.is_submitted() else 200


@bp.route("/my/addresses/confirmation/<token>", methods=["GET", "POST"])
def confirm_address(token: str) -> _Page:
    person, now = access.signed_in(), clock.now()
    claimed = address_book.read_claim(token, person, now)
    if claimed is None:
        return render_template("accounts/dead_claim.html"), 404
    form = ConfirmationForm()
    if not form.validate_on_submit():
        return render_template(
            "accounts/confirm_address.html", form=form, token=token, claimed=claimed.address
        )
    try:
        address_book.add(person, claimed, now)
    except people.AddressTaken:
        flash(_("Somebody else in the portal has this address. Write to the organiser."), "warning")
    else:
        db.session.commit()
        flash(_("The address is confirmed."), "success")
    return redirect(url_for("accounts.addresses"))


@bp.post("/my/addresses/primary")
def make_primary() -> Response:
    try:
        address_book.make_primary(access.signed_in(), _address_named(), clock.now())
    except address_book.NotConfirmed:
        flash(_("Confirm the address before mail goes to it."), "warning")
    else:
        db.session.commit()
        flash(_("Mail now goes to that address."), "success")
    return redirect(url_for("accounts.addresses"))


@bp.post("/my/addresses/removal")
def remove_address() -> Response:
    try:
        address_book.remove(access.signed_in(), _address_named(), clock.now())
    except address_book.LastWay:
        flash(_("Let mail go to another address before you remove this one."), "warning")
    else:
        db.session.commit()
        flash(_("The address is removed."), "success")
    return redirect(url_for("accounts.addresses"))


def _address_named() -> str:
    return request.form.get("address", "")
