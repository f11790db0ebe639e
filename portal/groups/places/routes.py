"""Places in a group: added, filled, changed and left, by those who run it."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import access, clock, people
from portal.db import db
from portal.groups import queries
from portal.groups.meanwhile import Difference
from portal.groups.meetings import summons
from portal.groups.places import actions as place_actions
from portal.groups.places import finding
from portal.groups.places.forms import OrganiserPlaceForm, PlaceForm
from portal.models.accounts import Person
from portal.models.groups import Group, GroupPlace, PlaceState

bp = Blueprint("group_places", __name__, url_prefix="/groups/<slug>/places")

Answer = str | tuple[str, int] | Response


@bp.route("/new", methods=["GET", "POST"])
def add(slug: str) -> Answer:
    group = queries.group_run_by(access.viewer(), slug)
    if group.closed_at is not None:
        flash(_("The group is closed. Open it again to add a place."), "warning")
        return redirect(url_for("groups.show", slug=slug))
    form = _form(None)
    if form.validate_on_submit() and _save(form, group, None):
        return redirect(url_for("groups.show", slug=slug))
    return _form_page(form, group, None)


@bp.route("/<public_id>/edit", methods=["GET", "POST"])
def edit(slug: str, public_id: str) -> Answer:
    group, place = queries.place_run_by(access.signed_in(), slug, public_id)
    form = _form(place)
    if place.state == PlaceState.LEFT:
        # Nobody sits here. Whoever comes back is added by name, and takes up the old place.
        return abort(404) if request.method == "GET" else _meanwhile(form, group, place)
    try:
        if form.validate_on_submit() and _save(form, group, place):
            return redirect(url_for("groups.show", slug=slug))
    except (place_actions.ChangedMeanwhile, place_actions.HasLeft):
        db.session.rollback()
        return _meanwhile(form, group, place)
    return _form_page(form, group, place)


@bp.route("/<public_id>/leaving", methods=["GET", "POST"])
def leave(slug: str, public_id: str) -> Answer:
    group, place = queries.place_run_by(access.signed_in(), slug, public_id)
    now = clock.now()
    if request.method == "GET":
        meetings = summons.coming_called(group, now) if place.person else []
        return render_template(
            "groups/places/leave.html",
            group=group,
            place=place,
            name=queries.name_of(place),
            seen=place_actions.state_of(place),
            meetings=meetings,
        )
    name = queries.name_of(place)
    try:
        place_actions.leave(place, seen=request.form.get("seen"), by=access.signed_in(), now=now)
    except place_actions.ChangedMeanwhile:
        db.session.rollback()
        flash(_("The place was changed after you opened this page. Look at it once more."),
              "warning")  # fmt: skip
        return redirect(url_for(".leave", slug=slug, public_id=public_id))
    db.session.commit()
    flash(_("%(name)s no longer sits in the group.", name=name), "success")
    return redirect(url_for("groups.show", slug=slug))


def _form(place: GroupPlace | None) -> PlaceForm:
    return OrganiserPlaceForm(place) if access.signed_in().is_organiser else PlaceForm(place)


def _meanwhile(form: PlaceForm, group: Group, place: GroupPlace) -> Answer:
    """What whoever was second is shown: how the place is now, and below it what they typed."""
    if isinstance(form, OrganiserPlaceForm) and form.person.data:
        form.show(queries.people_called(form.name.data or ""))
    if place.state == PlaceState.LEFT:
        return _form_page(form, group, None, has_left=True)
    return _form_page(form, group, place, meanwhile=form.look_anew(place))


def _form_page(
    form: PlaceForm,
    group: Group,
    place: GroupPlace | None,
    *,
    meanwhile: list[Difference] | None = None,
    has_left: bool = False,
) -> Answer:
    page = render_template(
        "groups/places/edit.html",
        form=form,
        group=group,
        place=place,
        name=queries.name_of(place) if place else "",
        finds_people=isinstance(form, OrganiserPlaceForm),
        meanwhile=meanwhile,
        has_left=has_left,
    )
    if has_left or meanwhile is not None:
        return page, 409
    return (page, 422) if form.is_submitted() else page


def _save(form: PlaceForm, group: Group, place: GroupPlace | None) -> bool:
    """Carry out what the form says and commit; False when it needs to be corrected first."""
    by, now = access.signed_in(), clock.now()
    try:
        person = _person(form)
        if place is None:
            place = place_actions.add_place(group, form.values(), person=person, by=by, now=now)
        else:
            place_actions.change_place(
                place, form.values(), person=person, seen=form.seen.data or "", by=by, now=now
            )
    except _Refused:
        db.session.rollback()
        return False
    except place_actions.AlreadyInGroup:
        db.session.rollback()
        form.label.errors = [_("That person has a place in the group already")]
        return False
    told = _tells(form, person) and place_actions.tell_of_place(place, by=by, now=now)
    db.session.commit()
    flash(_("Saved. We are telling the person by mail.") if told else _("Saved."), "success")
    return True


class _Refused(Exception):
    """The form says who in a way we cannot follow; its errors tell why."""


def _tells(form: PlaceForm, person: Person | None) -> bool:
    return isinstance(form, OrganiserPlaceForm) and person is not None and bool(form.tell.data)


def _person(form: PlaceForm) -> Person | None:
    """Whom the form names, None when it names nobody (new); leads name nobody."""
    if not isinstance(form, OrganiserPlaceForm):
        return None
    name, email = form.name.data or "", form.email.data or ""
    try:
        return finding.person_meant(
            name, email, form.person.data or "", by=access.signed_in(), now=clock.now()
        )
    except finding.WhoIsMeant as unclear:
        form.offer(unclear.people)
    except finding.NameNeeded:
        form.name.errors = [_("We do not know this address. Write the name too")]
    except people.BadAddress:
        form.email.errors = [_("Write an email address, for example navn@kommune.no")]
    raise _Refused
