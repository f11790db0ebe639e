"""The pages on which organisers look people up, and administrators say who may do what."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import access, clock, dates, directory, people
from portal.accounts import actions, addresses, aliases, people_queries, roles, words
from portal.accounts.forms import KnownPersonForm, RoleForm
from portal.db import db
from portal.fields import read_number
from portal.geography import municipalities
from portal.models.accounts import Person, RoleName

bp = Blueprint("people", __name__, url_prefix="/organise/people")

_LATELY = timedelta(minutes=15)
_Page = str | Response | tuple[str, int]


@bp.get("")
def index() -> str:
    text = request.args.get("q", "")
    page = people_queries.people_found(text, read_number(request.args.get("page"), 1))
    return render_template("people/index.html", page=page, q=text, roles=words.ROLES)


@bp.route("/new", methods=["GET", "POST"])
def create() -> _Page:
    actor, now = access.signed_in(), clock.now()
    form = KnownPersonForm(None, dates.today(now), sets_address=True)
    if form.validate_on_submit():
        values = form.values()
        try:
            person = people.create_person(
                values["name"], form.address, confirmed_at=None, now=now, actor=actor
            )
        except people.AddressTaken:
            _say_taken(form)
        else:
            actions.change_person(person, values, actor=actor, now=now)
            db.session.commit()
            flash(_("The person is added."), "success")
            return redirect(_page_of(person))
    return _form_page(form, None)


@bp.get("/<public_id>")
def show(public_id: str) -> str:
    person = people_queries.person_or_404(public_id)
    return _show(person, RoleForm(dates.today(clock.now())))


@bp.route("/<public_id>/edit", methods=["GET", "POST"])
def edit(public_id: str) -> _Page:
    actor, now = access.signed_in(), clock.now()
    person = people_queries.person_or_404(public_id)
    form = KnownPersonForm(person, dates.today(now), sets_address=_may_set_address(actor, person))
    if form.validate_on_submit():
        try:
            if form.address:
                addresses.replace_primary(person, form.address, actor=actor, now=now)
        except people.AddressTaken:
            _say_taken(form)
        else:
            actions.change_person(person, form.values(), actor=actor, now=now)
            db.session.commit()
            flash(_("Saved."), "success")
            return redirect(_page_of(person))
    return _form_page(form, person)


def _may_set_address(actor: Person, person: Person) -> bool:
    """Mail to the address signs its owner in, so only an administrator sets that of a role."""
    return actor.has_role(RoleName.ADMIN) or not person.roles


def _say_taken(form: KnownPersonForm) -> None:
    db.session.rollback()
    form.email.errors = [_("Somebody has this address already. Search for it under People")]


def _form_page(form: KnownPersonForm, person: Person | None) -> tuple[str, int]:
    page = render_template("people/edit.html", form=form, person=person)
    return page, 422 if form.is_submitted() else 200


@bp.post("/<public_id>/roles")
def grant_role(public_id: str) -> _Page:
    actor, now = access.signed_in(), clock.now()
    person = people_queries.person_or_404(public_id)
    if not _signed_in_lately():
        return _sign_in_again(person)
    form = RoleForm(dates.today(now))
    if not form.validate():
        return _show(person, form), 422
    try:
        roles.grant(person, RoleName(form.role.data), form.county.data, actor=actor, now=now)
    except roles.NeedsCounty:
        form.county.errors = [_("Choose a county for a coordinator, and none for other roles")]
        return _show(person, form), 422
    db.session.commit()
    flash(_("The role is given. The person must sign in again."), "success")
    return redirect(_page_of(person))


@bp.post("/<public_id>/roles/removal")
def revoke_role(public_id: str) -> _Page:
    actor, now = access.signed_in(), clock.now()
    person = people_queries.person_or_404(public_id)
    if not _signed_in_lately():
        return _sign_in_again(person)
    name, county = request.form.get("role", ""), request.form.get("county", "")
    try:
        roles.revoke(person, RoleName(name), county, actor=actor, now=now)
    except ValueError:
        flash(_("There is no such role."), "warning")
    except roles.LastAdmin:
        _say_last_admin()
    else:
        db.session.commit()
        flash(_("The role is taken back. The person must sign in again."), "success")
    return redirect(_page_of(person))


@bp.post("/<public_id>/suspension")
def suspend(public_id: str) -> _Page:
    person = people_queries.person_or_404(public_id)
    if not _signed_in_lately():
        return _sign_in_again(person)
    try:
        roles.suspend(person, actor=access.signed_in(), now=clock.now())
    except roles.LastAdmin:
        _say_last_admin()
    else:
        db.session.commit()
        flash(_("The person can no longer sign in."), "success")
    return redirect(_page_of(person))


@bp.post("/<public_id>/suspension/ending")
def unsuspend(public_id: str) -> _Page:
    person = people_queries.person_or_404(public_id)
    roles.unsuspend(person, actor=access.signed_in(), now=clock.now())
    db.session.commit()
    flash(_("The person can sign in again."), "success")
    return redirect(_page_of(person))


@bp.post("/<public_id>/aliases/<alias_id>/confirmation")
def confirm_alias(public_id: str, alias_id: str) -> Response:
    person = people_queries.person_or_404(public_id)
    alias = aliases.alias_or_404(person, alias_id)
    aliases.confirm(alias, by=access.signed_in(), now=clock.now())
    db.session.commit()
    flash(_("Answers from %(address)s count now.", address=alias.address), "success")
    return redirect(_page_of(person))


@bp.post("/<public_id>/aliases/<alias_id>/removal")
def remove_alias(public_id: str, alias_id: str) -> Response:
    person = people_queries.person_or_404(public_id)
    alias = aliases.alias_or_404(person, alias_id)
    address = alias.address
    aliases.remove(alias, by=access.signed_in(), now=clock.now())
    db.session.commit()
    flash(_("The address %(address)s is removed.", address=address), "success")
    return redirect(_page_of(person))


def _signed_in_lately() -> bool:
    """Whether a screen left open would not do: rights are given by somebody who is there."""
    return clock.now() - access.signed_in_session().created_at <= _LATELY


def _sign_in_again(person: Person) -> Response:
    flash(_("Sign in again first, since this is about who may do what."), "info")
    return redirect(url_for("accounts.sign_in", again=1, next=_page_of(person)))


def _say_last_admin() -> None:
    db.session.rollback()
    flash(_("This is the last administrator. Make somebody else one first."), "warning")


def _show(person: Person, form: RoleForm) -> str:
    return render_template(
        "people/show.html",
        person=person,
        form=form,
        dealings=people_queries.dealings_with(person),
        aliases=aliases.of_person(person),
        municipality=_municipality_name(person.municipality_code),
        county_name=directory.county_name,
        may_administer=access.signed_in().has_role(RoleName.ADMIN),
        words=words,
    )


def _municipality_name(code: str | None) -> str:
    found = municipalities.get(code) if code else None
    return found.name if found else ""


def _page_of(person: Person) -> str:
    return url_for("people.show", public_id=person.public_id)
