"""Where somebody answers an appeal from the mail: a page to look at, and two buttons."""

from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from portal import access, clock, dates, people
from portal.db import db
from portal.extensions import limiter
from portal.geography import credits
from portal.jury.appeals import actions, addresses, nearby, notices
from portal.jury.appeals.addresses import Appealed
from portal.jury.appeals.forms import DeclineForm
from portal.jury.signup import answers, drafts, queries, steps, words
from portal.mail import addresses as mail_addresses
from portal.models.jury import SignupDraft
from portal.reading import as_read_by

bp = Blueprint("appeal_links", __name__)

Page = str | tuple[str, int] | Response


@bp.get("/appeals/<token>")
def show(token: str) -> Page:
    found = addresses.find(token)
    if found is None:
        return render_template("jury/asks/unknown.html"), 404
    with as_read_by(found.person):
        return _page(found, token, DeclineForm(comment=found.recipient.comment), clock.now())


@bp.post("/appeals/<token>/signup")
@limiter.limit("60/hour")
def begin(token: str) -> Page:
    """Yes: go to the sign-up, with what we know of the person filled in."""
    now, found = clock.now(), _found_or_404(token)
    refusal = _refusal(found, now)
    if refusal or not FlaskForm().validate_on_submit():
        return redirect(url_for(".show", token=token))
    actions.take_back_no(found.recipient, now)
    mark = drafts.browser_mark()
    with as_read_by(found.person):
        draft = _draft(found, token, mark, now)
    db.session.commit()
    response = redirect(steps.next_url(draft, now))
    if draft.person_id is None:
        drafts.carry_mark(response, mark)
    return response


@bp.post("/appeals/<token>/no")
@limiter.limit("60/hour")
def decline(token: str) -> Page:
    """Not this year."""
    now, found = clock.now(), _found_or_404(token)
    form = DeclineForm()
    if _refusal(found, now):
        return redirect(url_for(".show", token=token))
    if not form.validate_on_submit():
        with as_read_by(found.person):
            return _page(found, token, form, now), 422
    try:
        actions.decline(found.recipient, comment=form.comment.data or "", now=now)
    except actions.HasSignedUp:
        db.session.rollback()
    else:
        db.session.commit()
        with as_read_by(found.person):
            flash(_("Thank you for telling us. You will not be reminded of this."), "success")
    return redirect(url_for(".show", token=token))


def _found_or_404(token: str) -> Appealed:
    return addresses.find(token) or abort(404)


def _page(found: Appealed, token: str, form: DeclineForm, now: datetime) -> str:
    appeal, recipient = found.recipient.appeal, found.recipient
    facts = notices.facts_of(appeal, now)
    place = notices.places_of(appeal).get(recipient.person_id)
    return render_template(
        "jury/appeals/answer.html",
        appeal=appeal,
        by=access.who_acts(appeal.created_by, appeal.group),
        season=appeal.season,
        recipient=recipient,
        person=found.person,
        token=token,
        form=form,
        refusal=_refusal(found, now),
        signup=_standing_signup(found),
        nearby=notices.nearby_of(recipient, place, facts),
        schools=facts.schools,
        bands=words.BANDS,
        credits=credits.TRAVEL,
    )


def _refusal(found: Appealed, now: datetime) -> str:
    """Why there is nothing to answer here, as the template knows it; empty when there is."""
    viewer = access.viewer()
    if viewer is not None and viewer.id != found.person.id:
        return "forwarded"
    if _standing_signup(found) is not None:
        return "signed_up"
    if not found.recipient.appeal.season.accepts_signups(now):
        return "closed"
    return ""


def _standing_signup(found: Appealed) -> object | None:
    signup = queries.signup_of(found.person, found.recipient.appeal.season)
    return signup if signup is not None and signup.withdrawn_at is None else None


def _draft(found: Appealed, token: str, mark: str, now: datetime) -> SignupDraft:
    """The answers to go on with: those begun here from the same mail, or new ones.

    The link was read where it was mailed to, which proves the address as a confirmation would.
    """
    season, viewer = found.recipient.appeal.season, access.viewer()
    begun = drafts.unfinished(season, viewer, now)
    if begun is not None and (viewer is not None or begun.answers.get("appeal") == token):
        return begun
    person, email = found.person, found.email
    people.confirm_address(person, email.folded, now)
    mail_addresses.prove(email.folded, by=person, now=now)
    return drafts.begin(
        season,
        viewer,
        mark=mark,
        answers={"known": _known(found), "appeal": token, "proven": email.folded},
        language=dates.language(),
        now=now,
    )


def _known(found: Appealed) -> answers.Answers:
    """What the first step is filled in with; whoever has no place of their own, with the group's.

    The link is as private as the mail that it came in.
    """
    person, recipient = found.person, found.recipient
    known = {**answers.known_of(person), "name": person.name, "email": found.email.address}
    if not known["postcode"] and not known["municipality"]:
        place = notices.places_of(recipient.appeal).get(person.id)
        start = nearby.start_of(person, place)
        known["municipality"] = start.municipality_code if start else ""
    return known
