"""The application: settings, extensions, blueprints and commands, put together."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, has_request_context, request
from werkzeug.middleware.proxy_fix import ProxyFix

import config
from portal import (
    access,
    assets,
    clock,
    dates,
    errors,
    form_texts,
    logs,
    markdown,
    security_headers,
)
from portal.accounts import organising as organise_people
from portal.accounts import routes as accounts
from portal.answers import routes as answers
from portal.answers.desk import answer_routes as organise_answers
from portal.answers.desk import routes as organise_inbox
from portal.calendar import revision
from portal.calendar import routes as calendar
from portal.calendar.door import Door
from portal.cli import commands
from portal.db import db
from portal.demo import routes as demo
from portal.events import organising as organise_events
from portal.events import routes as events
from portal.extensions import babel, csrf, limiter, mail, migrate
from portal.groups import routes as groups
from portal.groups.doubts import routes as import_notes
from portal.groups.follow_ups import link_routes as follow_up_links
from portal.groups.follow_ups import routes as follow_ups
from portal.groups.input_rounds import export_routes as input_exports
from portal.groups.input_rounds import gathering_routes as gathering
from portal.groups.input_rounds import link_routes as input_links
from portal.groups.input_rounds import routes as input_rounds
from portal.groups.input_rounds import setup_routes as input_setup
from portal.groups.input_rounds import vote_routes as input_votes
from portal.groups.letters import routes as group_letters
from portal.groups.meetings import guest_routes as meeting_guests
from portal.groups.meetings import routes as meetings
from portal.groups.minutes import approval_routes as minutes_approval
from portal.groups.minutes import comment_routes as minutes_comments
from portal.groups.minutes import routes as minutes
from portal.groups.name_requests import answering as names
from portal.groups.name_requests import routes as name_requests
from portal.groups.places import routes as group_places
from portal.groups.polls import answer_routes as poll_answers
from portal.groups.polls import choosing_routes as poll_choices
from portal.groups.polls import routes as polls
from portal.groups.roster import routes as roster
from portal.groups.series import routes as series
from portal.groups.setup import organising as organise_groups
from portal.groups.writing import attendance_routes as attendance
from portal.groups.writing import routes as writing
from portal.home import routes as home
from portal.jury.appeals import pages as appeal_links
from portal.jury.appeals import routes as appeals
from portal.jury.asks import ask_pages
from portal.jury.asks import round_routes as rounds
from portal.jury.plans import organising as plans
from portal.jury.plans import plan_edit_routes as plan_edits
from portal.jury.prices import trials
from portal.jury.signup import near_pages
from portal.jury.signup import routes as jury
from portal.jury.signup import steps as signup_steps
from portal.mail import choice_routes as choices
from portal.mail.log import routes as organise_mail
from portal.mailings import drafting as mailing_drafts
from portal.mailings import routes as mailings
from portal.reminders import organising as organise_reminders
from portal.seasons import organising as organise_seasons
from portal.seasons import organising_camps as organise_camps
from portal.seasons import organising_schools as organise_schools
from portal.seasons import routes as seasons

ROOT = Path(__file__).parent.parent
BLUEPRINTS = (
    home.bp,
    events.bp,
    organise_events.bp,
    accounts.bp,
    organise_people.bp,
    jury.bp,
    near_pages.bp,
    ask_pages.bp,
    rounds.bp,
    appeals.bp,
    appeals.organising,
    appeal_links.bp,
    plans.bp,
    trials.bp,
    plan_edits.bp,
    signup_steps.bp,
    signup_steps.links,
    answers.bp,
    organise_inbox.bp,
    organise_answers.bp,
    organise_mail.bp,
    mailings.bp,
    mailing_drafts.bp,
    choices.bp,
    organise_reminders.bp,
    demo.bp,
    calendar.bp,
    seasons.bp,
    organise_seasons.bp,
    organise_camps.bp,
    organise_schools.bp,
    groups.bp,
    group_places.bp,
    import_notes.bp,
    meetings.bp,
    meeting_guests.bp,
    series.bp,
    polls.bp,
    poll_choices.bp,
    poll_answers.bp,
    follow_ups.bp,
    follow_up_links.bp,
    input_setup.bp,
    input_rounds.bp,
    gathering.bp,
    input_votes.bp,
    input_exports.bp,
    input_links.bp,
    writing.bp,
    attendance.bp,
    minutes.bp,
    minutes_comments.bp,
    minutes_approval.bp,
    organise_groups.bp,
    roster.bp,
    group_letters.bp,
    name_requests.bp,
    names.bp,
)


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """The portal, set up from the environment and then from ``overrides``.

    Raises:
        config.BadSetting: a setting is missing, malformed or too weak for production.
    """
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    app.config.from_mapping(config.read())
    app.config.from_mapping(overrides or {})
    logs.register(app)
    _bind_extensions(app)
    _put_doors_in_front(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    _guard_requests(app)
    _help_templates(app)
    for part in (errors, security_headers, assets, form_texts, commands):
        part.register(app)
    return app


def _bind_extensions(app: Flask) -> None:
    db.init_app(app)
    revision.watch()
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    csrf.init_app(app)
    limiter.init_app(app)
    mail.init_app(app)
    babel.init_app(app, locale_selector=_choose_language)


def _put_doors_in_front(app: Flask) -> None:
    """Around Flask the door for feeds, around it what proxies say of the reader."""
    app.wsgi_app = Door(app, app.wsgi_app)  # type: ignore[method-assign]
    if app.config["TRUSTED_PROXIES"]:
        hops = app.config["TRUSTED_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops)  # type: ignore[method-assign]


def _guard_requests(app: Flask) -> None:
    app.before_request(access.guard)

    @app.after_request
    def keep_last_seen(response: Response) -> Response:
        access.note_seen()
        return response


def _help_templates(app: Flask) -> None:
    app.jinja_env.filters.update(dates.FILTERS)
    app.jinja_env.filters["markdown"] = markdown.to_html
    app.jinja_env.globals.update(span=dates.span, days=dates.days)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def everywhere() -> dict[str, Any]:
        return {
            "viewer": access.viewer(),
            "language": dates.language(),
            "scheme": _appearance(),
            "now": clock.now(),
        }


def _choose_language() -> str:
    """The reader's own choice, then the browser's, then bokmål."""
    if not has_request_context():
        return "nb"
    chosen = request.cookies.get("language", "")
    if chosen in config.LANGUAGES:
        return chosen
    person = g.sign_in_session.person if g.get("sign_in_session") else None
    if person is not None:
        return str(person.language)
    return request.accept_languages.best_match(config.LANGUAGES, "nb")


def _appearance() -> str:
    chosen = request.cookies.get("appearance", "") if has_request_context() else ""
    return chosen if chosen in ("light", "dark") else "auto"
