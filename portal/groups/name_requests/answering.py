"""Where a body says who shall have a place: a page by the mailed link, the answer by POST."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import access, clock, people
from portal.db import db
from portal.extensions import limiter
from portal.groups import wording
from portal.groups.meetings import contacts
from portal.groups.name_requests import actions, addresses, notices
from portal.groups.name_requests.forms import AnswerForm
from portal.models.groups import NameRequest
from portal.reading import in_language

bp = Blueprint("names", __name__)

Page = str | tuple[str, int] | Response


@bp.route("/names/<token>", methods=["GET", "POST"])
@limiter.limit("60/hour", methods=["POST"])
def answer(token: str) -> Page:
    request = addresses.request_of(token)
    if request is None:
        return render_template("groups/name_requests/unknown.html"), 404
    with in_language(notices.language_of(request.organisation)):
        return _answer(request, token)


def _answer(request: NameRequest, token: str) -> Page:
    reason = _closed_because(request)
    form = AnswerForm()
    if not reason and form.validate_on_submit():
        _take(request, form)
        return redirect(url_for(".answer", token=token))
    page = render_template(
        "groups/name_requests/closed.html" if reason else "groups/name_requests/answer.html",
        request=request,
        group=request.place.group,
        place=request.place,
        role=wording.ROLES[request.place.role],
        asker=contacts.standing(request.place.group, request.asked_by),
        is_there=reason == "named" and _is_there(request),
        reason=reason,
        form=form,
        token=token,
    )
    if reason:
        return page, 200 if reason in ("named", "declined") else 410
    return (page, 422) if form.is_submitted() else page


def _is_there(request: NameRequest) -> bool:
    """Whether whoever was named sits in the group still, so that the page may name them."""
    found = people.find_by_email(request.email)
    return found is not None and request.place.group_id in access.groups_of(found)


def _closed_because(request: NameRequest) -> str:
    """Why it can no longer be answered, as the template knows it; empty when it can."""
    if request.taken_back_at is not None:
        return "taken back"
    if request.answered_at is not None:
        return "declined" if request.declined else "named"
    if request.place.group.closed_at is not None:
        return "closed"
    taken = request.place.person_id is not None or not request.place.is_current
    return "taken" if taken else ""


def _take(request: NameRequest, form: AnswerForm) -> None:
    named, comment, now = form.named, form.comment.data or "", clock.now()
    try:
        if named is None:
            actions.decline(request, comment, now=now)
        else:
            actions.name(request, named, comment, now=now)
    except (actions.NotOpen, actions.PlaceIsTaken):
        # Somebody else answered just now: the page shows what counts.
        db.session.rollback()
        flash(_("Somebody else answered just before you. What they wrote counts."), "warning")
        return
    db.session.commit()
    flash(_("Thank you. We have got your answer."), "success")
