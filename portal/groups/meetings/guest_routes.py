"""Guests of a meeting, as those who run its group add and remove them."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import access, clock, people
from portal.db import db
from portal.groups import names, wording
from portal.groups.meetings import guests
from portal.groups.meetings import queries as meeting_queries
from portal.groups.meetings.guest_forms import GuestForm
from portal.groups.meetings.routes import run_meeting
from portal.groups.places import finding
from portal.models.accounts import Person
from portal.models.meetings import Meeting

bp = Blueprint("meeting_guests", __name__, url_prefix="/groups/<slug>/meetings/<public_id>/guests")

Answer = str | tuple[str, int] | Response


@bp.route("", methods=["GET", "POST"])
def index(slug: str, public_id: str) -> Answer:
    meeting, by, now = run_meeting(slug, public_id), access.signed_in(), clock.now()
    form = GuestForm(finds_people=by.is_organiser)
    if not form.validate_on_submit() or not _save(form, meeting):
        return _page(form, meeting)
    if guests.is_called(meeting, now):
        flash(_("The guest is added, and gets the summons now."), "success")
    else:
        flash(_("The guest is added, and is called together with the group."), "success")
    return redirect(url_for(".index", slug=meeting.group.slug, public_id=public_id))


@bp.route("/<person_id>/removal", methods=["GET", "POST"])
def remove(slug: str, public_id: str, person_id: str) -> Answer:
    meeting, now = run_meeting(slug, public_id), clock.now()
    guest = meeting_queries.guest_of(meeting, person_id)
    if request.method == "GET":
        return render_template(
            "groups/meetings/remove_guest.html",
            group=meeting.group,
            meeting=meeting,
            event=meeting.event,
            guest=guest,
            shown_name=_shown_name(meeting),
            is_called=guests.is_called(meeting, now),
        )
    name = guest.person.name
    guests.remove_guest(guest, by=access.signed_in(), now=now)
    db.session.commit()
    flash(_("%(name)s is no longer a guest of the meeting.", name=name), "success")
    return redirect(url_for(".index", slug=meeting.group.slug, public_id=public_id))


def _page(form: GuestForm, meeting: Meeting) -> Answer:
    now = clock.now()
    page = render_template(
        "groups/meetings/guests.html",
        form=form,
        group=meeting.group,
        meeting=meeting,
        event=meeting.event,
        guests=guests.guests_of(meeting),
        shown_name=_shown_name(meeting),
        answers=meeting_queries.answers_by_person(meeting),
        is_called=guests.is_called(meeting, now),
        is_open=not meeting.event.is_cancelled and not meeting.event.is_over(now),
        wording=wording,
    )
    return (page, 422) if form.is_submitted() else page


def _shown_name(meeting: Meeting) -> Callable[[Person], str]:
    return names.shown_if_asked(meeting.group, *(each.group for each in meeting.others))


def _save(form: GuestForm, meeting: Meeting) -> bool:
    """Add the guest and commit; False when the form must be corrected first."""
    by, now = access.signed_in(), clock.now()
    try:
        person = _person(form, by)
        if person is None:
            db.session.rollback()
            return False
        guests.add_guest(meeting, person, note=form.note.data or "", by=by, now=now)
    except guests.AlreadyExpected:
        db.session.rollback()
        form.name.errors = [_("That person is called to the meeting already")]
        return False
    except guests.CalledWithSeries:
        db.session.rollback()
        form.name.errors = [_("Call the regular meetings first, then add guests to one of them")]
        return False
    db.session.commit()
    return True


def _person(form: GuestForm, by: Person) -> Person | None:
    """Whom the form names; None when it does not say that, and its errors tell why."""
    name, email = form.name.data or "", form.email.data or ""
    try:
        return finding.person_meant(name, email, form.person.data or "", by=by, now=clock.now())
    except finding.WhoIsMeant as unclear:
        form.offer(unclear.people)
    except finding.NameNeeded:
        form.name.errors = [_("We do not know this address. Write the name too")]
    except people.BadAddress:
        form.email.errors = [_("Write an email address, for example navn@kommune.no")]
    return None
