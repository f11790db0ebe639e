"""The pages on which organisers choose when people are reminded."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import access, clock
from portal.db import db
from portal.models.events import Event
from portal.models.mailings import ReminderKind
from portal.reminders import actions, queries
from portal.reminders.actions import Subject
from portal.reminders.forms import TimingForm
from portal.reminders.queries import Setting

bp = Blueprint("organise_reminders", __name__, url_prefix="/organise")

Answer = str | tuple[str, int] | Response


@bp.route("/seasons/<slug>/reminders", methods=["GET", "POST"])
def of_season(slug: str) -> Answer:
    season = queries.season_at(slug)
    settings = queries.of_season(season, clock.now())
    forms = {each.kind: _form(each) for each in settings}
    if request.method == "POST" and _chosen(season, forms):
        return redirect(url_for("organise_reminders.of_season", slug=season.slug))
    page = render_template("reminders/season.html", season=season, settings=settings, forms=forms)
    return (page, 422) if request.method == "POST" else page


@bp.route("/events/<slug>/reminders", methods=["GET", "POST"])
def of_event(slug: str) -> Answer:
    event = queries.event_at(slug)
    setting = queries.of_event(event, clock.now())
    forms = {setting.kind: _form(setting)}
    if request.method == "POST" and _chosen(event, forms):
        return redirect(url_for("organise_reminders.of_event", slug=event.slug))
    page = render_template("reminders/event.html", event=event, setting=setting, forms=forms)
    return (page, 422) if request.method == "POST" else page


def _form(setting: Setting) -> TimingForm:
    """The form of one kind; what was sent is read by the one it was sent from."""
    was_sent = request.form.get("kind") == setting.kind
    rest = {} if was_sent else {"formdata": None}
    return TimingForm(setting.kind, setting.timing, **rest)


def _chosen(subject: Subject, forms: dict[ReminderKind, TimingForm]) -> bool:
    """Do what the form that was sent asks for; False when something in it must be corrected."""
    kind = next((each for each in forms if each == request.form.get("kind")), None)
    if kind is None:
        abort(400)
    by, now = access.signed_in(), clock.now()
    if "usual" in request.form:
        actions.use_usual(subject, kind, by=by, now=now)
        flash(_usual_again(subject), "success")
    elif forms[kind].validate():
        actions.choose(subject, kind, forms[kind].timing(), by=by, now=now)
        flash(_("Saved."), "success")
    else:
        return False
    db.session.commit()
    return True


def _usual_again(subject: Subject) -> str:
    """What holds now: a camp's or a final's usual time is its season's."""
    if isinstance(subject, Event) and subject.camp:
        return _("The season’s time holds again.")
    return _("The usual time holds again.")
