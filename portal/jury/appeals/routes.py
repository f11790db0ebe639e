"""Asking a group about jury duty: whom, in which words, what they get, and who answered what."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal import access, clock, dates, links, tokens
from portal import words as portal_words
from portal.db import db
from portal.geography import credits
from portal.jury.appeals import actions, notices, outcomes, queries, standing, words
from portal.jury.appeals.forms import AppealForm, SendForm
from portal.jury.appeals.standing import Member
from portal.mail import control, reading
from portal.mail.composing import NoAddress
from portal.mail.headers import UnsafeHeader
from portal.mail.mime import to_bytes
from portal.mail.reading import Letter
from portal.models.accounts import Person
from portal.models.appeals import AppealRecipient, JuryAppeal
from portal.models.groups import Group
from portal.models.seasons import Season

bp = Blueprint("appeals", __name__, url_prefix="/groups/<slug>/appeals")
organising = Blueprint("organise_appeals", __name__, url_prefix="/organise/seasons/<slug>/appeals")

Page = str | tuple[str, int] | Response


@dataclass(frozen=True)
class Preview:
    """One real recipient, and what they get."""

    person: Person
    letter: Letter


@bp.get("")
def index(slug: str) -> Page:
    """The seasons to ask about; straight on where there is only one."""
    group = queries.group_run_by(access.viewer(), slug)
    rows = queries.seasons_for(group, clock.now())
    if len(rows) == 1:
        endpoint = ".answers" if rows[0].is_asked else ".write"
        return redirect(url_for(endpoint, slug=slug, season_slug=rows[0].season.slug))
    return render_template("jury/appeals/index.html", group=group, rows=rows)


@bp.route("/seasons/<season_slug>/question", methods=["GET", "POST"])
def write(slug: str, season_slug: str) -> Page:
    """Whom to ask, in which words, and by when."""
    group, season, now = *_of(slug, season_slug), clock.now()
    if not season.accepts_signups(now) or group.closed_at is not None:
        page = render_template("jury/appeals/closed.html", group=group, season=season)
        return (page, 409) if request.method == "POST" else page
    me, members = access.signed_in(), standing.members_of(group, season, now)
    draft = queries.draft_of(group, season, me)
    known = {"words": draft.words, "answer_by": draft.answer_by} if draft else {}
    form = AppealForm(season, dates.today(now), data=known)
    chosen = _chosen(members, draft)
    is_fine = form.validate_on_submit()
    if is_fine and chosen:
        appeal = actions.keep(
            group, season, chosen, words=form.words.data or "", answer_by=form.answer_by.data,
            by=me, now=now,
        )  # fmt: skip
        db.session.commit()
        return redirect(url_for(".preview", slug=slug, public_id=appeal.public_id))
    if is_fine:
        form.form_errors.append(_("Choose at least one person to ask."))
    page = render_template(
        "jury/appeals/write.html",
        group=group,
        season=season,
        form=form,
        members=members,
        chosen={each.person.id for each in chosen},
        draft=draft,
        words=words,
        credits=credits.TRAVEL,
        reminds_today=notices.reminds_today(season, now),
    )
    return (page, 422) if form.is_submitted() else page


@bp.get("/<public_id>/preview")
def preview(slug: str, public_id: str) -> Page:
    """What they get, exactly, before anybody gets it; and the button that sends it."""
    appeal, now = _own(slug, public_id), clock.now()
    if appeal.mailing_id is not None:
        return _to_answers(appeal)
    members = standing.members_of(appeal.group, appeal.season, now)
    recipients = actions.still_asked(standing.recipients_of(appeal), members)
    return render_template(
        "jury/appeals/preview.html",
        appeal=appeal,
        group=appeal.group,
        season=appeal.season,
        recipients=recipients,
        near=sum(each.is_near for each in recipients),
        left=sum(each.can_be_asked for each in members) - len(recipients),
        previews=_previews(appeal, queries.some_of(recipients), now),
        form=SendForm(seen=actions.seen(appeal, recipients, members)),
        occasion=tokens.public_id(),
        hold_minutes=-(-current_app.config["MAILING_HOLD_SECONDS"] // 60),
        languages=portal_words.LANGUAGES,
        is_open=appeal.season.accepts_signups(now),
    )


@bp.post("/<public_id>/tests")
def try_it(slug: str, public_id: str) -> Response:
    appeal, me = _own(slug, public_id), access.signed_in()
    occasion = request.form.get("occasion", "")
    try:
        actions.try_it(appeal, occasion=occasion, by=me, now=clock.now())
    except NoAddress:
        flash(_("You have no email address, so there is nowhere to send a test."), "warning")
    else:
        db.session.commit()
        flash(_("A test is on its way to %(address)s.", address=me.email), "success")
    return redirect(url_for(".preview", slug=slug, public_id=public_id))


@bp.post("/<public_id>/sending")
def send(slug: str, public_id: str) -> Response:
    appeal, form = _own(slug, public_id), SendForm()
    group, season = appeal.group, appeal.season
    again = url_for(".write", slug=slug, season_slug=season.slug)
    if not form.validate_on_submit():
        return redirect(url_for(".preview", slug=slug, public_id=public_id))
    try:
        actions.send(appeal, looked_at=form.seen.data or "", by=access.signed_in(), now=clock.now())
    except actions.AlreadySent:
        db.session.rollback()
        flash(_("The question was sent already, and only once."), "info")
        return redirect(url_for(".answers", slug=slug, season_slug=season.slug))
    except actions.SignupClosed:
        db.session.rollback()
        flash(_("Sign-up has closed, so nobody was asked."), "warning")
    except (actions.ChangedMeanwhile, actions.NobodyToAsk):
        db.session.rollback()
        flash(
            _("Somebody has asked the group or answered since you looked. See who is left to ask."),
            "warning",
        )
    else:
        db.session.commit()
        again = url_for(".answers", slug=group.slug, season_slug=season.slug)
        flash(_("The question is on its way. Here you see who answers what."), "success")
    return redirect(again)


@bp.post("/<public_id>/removal")
def discard(slug: str, public_id: str) -> Response:
    appeal = _own(slug, public_id)
    try:
        actions.discard(appeal)
    except actions.AlreadySent:
        flash(_("The question was sent already, and only once."), "info")
        return _to_answers(appeal)
    db.session.commit()
    flash(_("The draft is thrown away. Nobody got it."), "success")
    return redirect(url_for("groups.show", slug=slug))


@bp.get("/seasons/<season_slug>/answers")
def answers(slug: str, season_slug: str) -> Page:
    """Who has answered what."""
    group, season, now = *_of(slug, season_slug), clock.now()
    found = outcomes.overview(group, season, now)
    return render_template(
        "jury/appeals/answers.html",
        group=group,
        who_acts=access.who_acts,
        season=season,
        found=found,
        to_remind=found.to_remind(),
        words=words,
        Outcome=outcomes.Outcome,
        is_open=season.accepts_signups(now) and group.closed_at is None,
        organises=access.signed_in().is_organiser,
    )


@bp.post("/seasons/<season_slug>/reminders")
def remind(slug: str, season_slug: str) -> Response:
    group, season = _of(slug, season_slug)
    try:
        number = actions.remind(group, season, by=access.signed_in(), now=clock.now())
    except actions.SignupClosed:
        db.session.rollback()
        flash(_("Sign-up has closed, so nobody is reminded."), "warning")
    except actions.NobodyToRemind:
        db.session.rollback()
        flash(_("Everybody has answered or been reminded already."), "info")
    else:
        db.session.commit()
        said = ngettext(
            "We are reminding %(num)s person.", "We are reminding %(num)s people.", number
        )
        flash(said, "success")
    return redirect(url_for(".answers", slug=slug, season_slug=season_slug))


@bp.post("/<public_id>/stop")
def stop(slug: str, public_id: str) -> Response:
    """Stop the question, or the reminder of it, as far as it has not left."""
    group = queries.group_run_by(access.viewer(), slug)
    appeal, now = queries.sent_appeal_of(group, public_id), clock.now()
    mailing = appeal.mailing
    if request.form.get("what") == "reminder":
        mailing = queries.reminders_of([appeal]).get(appeal.id)
    if mailing is not None and control.stop(mailing, by=access.signed_in(), now=now):
        db.session.commit()
        flash(_("It is stopped. Nobody else gets it."), "success")
    else:
        db.session.rollback()
        flash(_("There was nothing left to stop."), "info")
    return _to_answers(appeal)


@organising.get("")
def of_season(slug: str) -> str:
    """Every group, whether it was asked about the season, and how many have answered what."""
    season, now = queries.season_of_organiser(slug), clock.now()
    return render_template(
        "jury/appeals/groups.html",
        season=season,
        rows=outcomes.by_group(season, now),
        is_open=season.accepts_signups(now),
    )


def _of(slug: str, season_slug: str) -> tuple[Group, Season]:
    group = queries.group_run_by(access.viewer(), slug)
    return group, queries.season_or_404(season_slug)


def _own(slug: str, public_id: str) -> JuryAppeal:
    group = queries.group_run_by(access.viewer(), slug)
    return queries.appeal_of(group, public_id, access.signed_in())


def _chosen(members: Sequence[Member], draft: JuryAppeal | None) -> list[Member]:
    """Those ticked: as sent, else as kept before, else all who have not been asked."""
    if request.method == "POST":
        return actions.chosen_of(members, set(request.form.getlist("person")))
    if draft is not None:
        kept = {each.person_id for each in draft.recipients}
        return [each for each in members if each.person.id in kept and each.can_be_asked]
    return [each for each in members if each.is_asked_at_first]


def _previews(
    appeal: JuryAppeal, recipients: Sequence[AppealRecipient], now: datetime
) -> list[Preview]:
    """What each of ``recipients`` gets, read back from its bytes, without the keys in it."""
    facts, places = notices.facts_of(appeal, now), notices.places_of(appeal)
    found = []
    for each in recipients:
        nearby = notices.nearby_of(each, places.get(each.person_id), facts)
        with suppress(UnsafeHeader, NoAddress):
            message = notices.letter("appeal", each, nearby, facts, now=now)
            raw = to_bytes(message, message_id=f"preview@{links.host()}", date=now)
            found.append(Preview(each.person, notices.without_keys(reading.read(raw), each)))
    return found


def _to_answers(appeal: JuryAppeal) -> Response:
    group, season = appeal.group, appeal.season
    return redirect(url_for("appeals.answers", slug=group.slug, season_slug=season.slug))
