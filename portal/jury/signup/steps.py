"""The pages of a sign-up: three steps, a look at the answers, and the link that confirms them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import access, clock, dates, people
from portal.db import db
from portal.extensions import limiter
from portal.geography import credits
from portal.jury.signup import answers, drafts, nearness, offers, queries, submitting, words
from portal.jury.signup.actions import SignupClosed
from portal.jury.signup.answers import Answers, Step
from portal.jury.signup.forms import SubmitForm, TravelForm, days_form, schools_form
from portal.models.accounts import Person
from portal.models.jury import JurySignup, SignupDraft
from portal.models.seasons import Camp, Season
from portal.reading import in_language

bp = Blueprint("signup_steps", __name__, url_prefix="/seasons/<slug>/signup/<draft_id>")
links = Blueprint("signup_links", __name__)

Page = str | tuple[str, int] | Response
Step_View = Callable[[SignupDraft, datetime], Page]


def of_draft(view: Step_View) -> Callable[..., Page]:
    """Hand the view its draft; say so kindly when that one is finished or too old."""

    @wraps(view)
    def found(slug: str, draft_id: str) -> Page:
        now = clock.now()
        try:
            draft = drafts.own_or_404(slug, draft_id, access.viewer(), now)
        except drafts.SignInFirst:
            return redirect(url_for("accounts.sign_in", next=request.path))
        except drafts.Finished:
            flash(_("These answers are sent in already. Here you can see and change your offer."))
            return redirect(url_for("jury.begin", slug=slug))
        except drafts.Expired:
            season = queries.season_or_404(slug)
            return render_template("jury/signup/expired.html", season=season), 410
        # Who came from a mail goes on in its language.
        with in_language(draft.language):
            return view(draft, now)

    return found


@bp.route("/travel", methods=["GET", "POST"])
@of_draft
def travel(draft: SignupDraft, now: datetime) -> Page:
    person = access.viewer() if draft.person_id else None
    form = travel_form(draft.season, person, now, answers.first_step(draft.answers))
    if not form.validate_on_submit():
        back = url_for("seasons.show", slug=draft.season.slug)
        return travel_page(form, draft.season, now, back=back)
    return _saved(draft, {"travel": form.values()}, now)


@bp.route("/days", methods=["GET", "POST"])
@of_draft
def days(draft: SignupDraft, now: datetime) -> Page:
    camps = queries.open_camps(draft.season, now)
    if "travel" not in draft.answers:
        return redirect(_step_url(draft, Step.TRAVEL))
    rows = answers.camps_in_reach(draft.answers, camps)
    form = days_form([row.camp for row in rows], draft.answers.get("days", {}))
    if rows and form.validate_on_submit():
        asked = [str(row.camp.id) for row in rows]
        said = {**draft.answers.get("days", {}), **dict.fromkeys(asked, ""), **form.values()}
        return _saved(draft, {"days": said, "days_asked": asked}, now)
    page = render_template(
        "jury/signup/days.html",
        season=draft.season,
        draft=draft,
        form=form,
        by_day=nearness.by_day(rows),
        words=words,
        beyond=len(camps) - len(rows),
        credits=credits.TRAVEL,
        closed=not draft.season.accepts_signups(now),
    )
    return (page, 422) if form.is_submitted() else page


@bp.route("/schools", methods=["GET", "POST"])
@of_draft
def schools(draft: SignupDraft, now: datetime) -> Page:
    camps = queries.open_camps(draft.season, now)
    if answers.next_step(draft.answers, camps) in (Step.TRAVEL, Step.DAYS):
        return redirect(next_url(draft, now))
    rows = answers.offered_schools(draft.answers, camps)
    agreed = answers.has_consent(draft.answers)
    form = schools_form([school for school, _row in rows], draft.answers, agreed=agreed)
    if not form.validate_on_submit():
        page = render_template(
            "jury/signup/schools.html",
            season=draft.season,
            draft=draft,
            form=form,
            schools=rows,
            words=words,
            closed=not draft.season.accepts_signups(now),
        )
        return (page, 422) if form.is_submitted() else page
    said = form.values()
    changed = {
        "schools": {**draft.answers.get("schools", {}), **said},
        "schools_asked": list(said),
        "expertise": form.expertise.data or "",
        "consent": answers.CONSENT_TEXT,
    }
    return _saved(draft, changed, now)


@bp.route("/check", methods=["GET", "POST"])
@limiter.limit("60/hour", methods=["POST"])
@of_draft
def check(draft: SignupDraft, now: datetime) -> Page:
    camps = queries.open_camps(draft.season, now)
    step = answers.next_step(draft.answers, camps)
    if step != Step.CHECK:
        return redirect(_step_url(draft, step))
    form = SubmitForm()
    if form.validate_on_submit():
        return _submitted(draft, camps, now)
    return _check_page(draft, camps, now, 422 if form.is_submitted() else 200)


def _submitted(draft: SignupDraft, camps: Sequence[Camp], now: datetime) -> Page:
    person = access.viewer()
    try:
        if person is not None and _is_of(draft, person):
            signup = submitting.submit(draft, person, now)
            db.session.commit()
            flash(_("Thank you. We have received your offer, and sent you a receipt."), "success")
            return redirect(url_for("jury.show_signup", public_id=signup.public_id))
        if submitting.is_proven(draft, person):
            return _counted(draft, now)
        submitting.ask_to_confirm(draft, now)
        db.session.commit()
    except SignupClosed:
        return _check_page(draft, camps, now, 409)
    except submitting.TooOften:
        db.session.rollback()
        return render_template("jury/signup/too_often.html", season=draft.season), 429
    return redirect(_step_url(draft, "sent"))


def _counted(draft: SignupDraft, now: datetime) -> Response:
    """Make the answers count that a mailed link led to, and go back to where it leads.

    Nobody is signed in by it: it is good for weeks, and mails are passed on.
    """
    submitting.submit_proven(draft, now)
    db.session.commit()
    flash(_("Thank you. Your offer counts now, and we have sent you a receipt."), "success")
    return redirect(url_for("appeal_links.show", token=draft.answers["appeal"]))


def _is_of(draft: SignupDraft, person: Person) -> bool:
    """Whether the answers are those of the person signed in, so that no mail need prove it."""
    if draft.person_id is not None:
        return draft.person_id == person.id
    typed = people.fold(draft.answers["travel"]["email"])
    return any(email.folded == typed and email.confirmed_at is not None for email in person.emails)


def _check_page(draft: SignupDraft, camps: Sequence[Camp], now: datetime, status: int) -> Page:
    offer = answers.offer_of(draft.answers, camps)
    page = render_template(
        "jury/signup/check.html",
        season=draft.season,
        draft=draft,
        offer=offer,
        you=_about_you(draft),
        lines=offers.lines(offer, camps),
        words=words,
        steps={str(step): _step_url(draft, step) for step in Step},
        by_mail=draft.person_id is None and not submitting.is_proven(draft, access.viewer()),
        closed=not draft.season.accepts_signups(now),
    )
    return page, status


def _about_you(draft: SignupDraft) -> list[tuple[str, str]]:
    typed, person = draft.answers["travel"], access.viewer() if draft.person_id else None
    return [
        (_("Full name"), person.name if person else typed["name"]),
        (_("Email address"), (person.email or "") if person else typed["email"]),
        (_("Telephone"), typed["phone"]),
    ]


@bp.get("/sent")
@of_draft
def sent(draft: SignupDraft, now: datetime) -> Page:
    if draft.submitted_at is None:
        return redirect(_step_url(draft, Step.CHECK))
    return render_template("jury/signup/sent.html", season=draft.season, draft=draft)


@links.route("/signups/confirm/<token>", methods=["GET", "POST"])
def confirm(token: str) -> Page:
    now = clock.now()
    draft = queries.linked_draft(token)
    if draft is None:
        return render_template("jury/signup/dead_link.html", season=None), 404
    if draft.confirmed_at is not None:
        return render_template("jury/signup/confirmed_before.html", season=draft.season)
    if not submitting.is_live(draft, now):
        return render_template("jury/signup/dead_link.html", season=draft.season), 410
    form = SubmitForm()
    if form.validate_on_submit():
        return _confirmed(draft, token, now)
    camps = queries.open_camps(draft.season, now)
    offer = answers.offer_of(draft.answers, camps)
    page = render_template(
        "jury/signup/confirm.html",
        season=draft.season,
        token=token,
        form=form,
        you=_about_you(draft),
        offer=offer,
        lines=offers.lines(offer, camps),
        words=words,
    )
    return (page, 422) if form.is_submitted() else page


def _confirmed(draft: SignupDraft, token: str, now: datetime) -> Page:
    season, here = draft.season, drafts.is_here(draft)
    try:
        signup = submitting.confirm(token, now)
    except submitting.AlreadyConfirmed:
        db.session.rollback()
        return render_template("jury/signup/confirmed_before.html", season=season)
    except submitting.DeadLink:
        db.session.rollback()
        return render_template("jury/signup/dead_link.html", season=season), 410
    except (SignupClosed, submitting.NotComplete):
        db.session.rollback()
        return render_template("jury/signup/not_counted.html", season=season, draft=draft), 409
    # Roles open more than a link that lasts a day should; those who hold one sign in as always.
    if here and access.viewer() is None and not signup.juror.roles:
        return _welcome(signup, now)
    db.session.commit()
    return render_template("jury/signup/confirmed.html", season=season, signup=signup)


def _welcome(signup: JurySignup, now: datetime) -> Response:
    """Sign in whoever filled in the answers here and showed that the address is theirs."""
    secret = people.start_session(
        signup.juror, method="link", user_agent=request.user_agent.string, now=now
    )
    db.session.commit()
    # Nothing of before survives, the CSRF token least of all.
    session.clear()
    flash(_("Thank you. Your offer counts now, and we have sent you a receipt."), "success")
    response = redirect(url_for("jury.show_signup", public_id=signup.public_id))
    access.carry_session(response, secret)
    return response


def travel_form(season: Season, person: Person | None, now: datetime, known: Answers) -> TravelForm:
    """The first step, filled in with what is known."""
    return TravelForm(season, person, dates.today(now), data=known)


def travel_page(
    form: TravelForm,
    season: Season,
    now: datetime,
    *,
    back: str,
    url: str = "",
    unfinished: str = "",
) -> Page:
    """The first step as a page; after the deadline it says so and shows what was written.

    ``url`` is where it is sent, the page itself if empty. ``unfinished`` leads to answers begun
    before, if there are any.
    """
    closed = not season.accepts_signups(now)
    page = render_template(
        "jury/signup/travel.html",
        season=season,
        form=form,
        url=url or request.path,
        back=back,
        unfinished=unfinished,
        employers=queries.employer_names(),
        credits=credits.POSTCODES,
        closed=closed,
    )
    if not form.is_submitted():
        return page
    return page, 409 if closed and not form.errors else 422


def begun(season: Season, person: Person | None, given: Answers, now: datetime) -> Response:
    """Keep the first answers as a draft, and go to what is to be asked next."""
    mark = drafts.browser_mark()
    draft = drafts.begin(
        season, person, mark=mark, answers=given, language=dates.language(), now=now
    )
    db.session.commit()
    response = redirect(next_url(draft, now))
    if person is None:
        drafts.carry_mark(response, mark)
    return response


def next_url(draft: SignupDraft, now: datetime) -> str:
    """Where the draft goes on."""
    camps = queries.open_camps(draft.season, now)
    return _step_url(draft, answers.next_step(draft.answers, camps))


def _saved(draft: SignupDraft, changed: Answers, now: datetime) -> Response:
    drafts.keep(draft, changed, now)
    db.session.commit()
    return redirect(next_url(draft, now))


def _step_url(draft: SignupDraft, step: str) -> str:
    endpoint = f"signup_steps.{step}"
    return url_for(endpoint, slug=draft.season.slug, draft_id=draft.public_id)
