"""Pages that belong to no single feature."""

import re
from datetime import datetime

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request
from flask.blueprints import BlueprintSetupState
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as BaseResponse

import config
from portal import access, clock, dates, staffing, words
from portal.accounts import actions as accounts
from portal.db import db
from portal.geography import credits as sources
from portal.groups.follow_ups import queries as follow_ups
from portal.groups.input_rounds import queries as input_rounds
from portal.groups.input_rounds import stages as input_stages
from portal.home import mine, queries, work
from portal.home.navigation import address, main_menu, open_address
from portal.invitations import addresses
from portal.jury.asks import asking, seat_facts
from portal.jury.signup import words as jury_words
from portal.mail import queries as mail_queries

bp = Blueprint("home", __name__)

_YEAR = 365 * 86400
# One slash and then a letter or digit: "//" and its kind lead to other sites.
_OWN_PATH = re.compile(r"/[A-Za-z0-9][^\x00-\x20\x7f\\]*")


@bp.record_once
def help_templates(state: BlueprintSetupState) -> None:
    """Let every page find its menu, what its reader may open, and the kinds of events."""
    state.app.jinja_env.globals.update(
        main_menu=main_menu,
        address=address,
        open_address=open_address,
        event_kinds=words.KINDS,
        event_colours=words.KIND_COLOURS,
    )


@bp.get("/")
def front() -> str:
    now = clock.now()
    events = queries.next_events(access.viewer(), now)
    season = queries.open_season(now)
    return render_template(
        "home/front.html",
        events=events,
        needs=staffing.seats_needed(events),
        season=season,
        progress=queries.progress_of([season])[season.id] if season else None,
    )


@bp.get("/my")
def my_page() -> str:
    ahead = mine.of(access.signed_in(), clock.now())
    return render_template(
        "home/my_page.html",
        mine=ahead,
        journeys=seat_facts.journeys([*ahead.asks, *ahead.seats]),
        bands=jury_words.BANDS,
        follow_ups=follow_ups.follow_ups_of(access.signed_in()),
        today=dates.today(clock.now()),
        input_rounds=input_rounds.waiting_for(access.signed_in()),
        last_day=input_stages.last_day,
        ask_token=asking.token_of,
        invitation_token=addresses.answer_token,
    )


@bp.get("/organise/")
def organise() -> str:
    now = clock.now()
    return render_template("home/organise.html", work=work.waiting(now), today=dates.today(now))


@bp.get("/privacy")
def privacy() -> str:
    return render_template("home/privacy.html", publisher=current_app.config["PUBLISHER"])


@bp.get("/accessibility")
def accessibility() -> str:
    return render_template("home/accessibility.html", publisher=current_app.config["PUBLISHER"])


@bp.get("/credits")
def credits() -> str:
    return render_template("home/credits.html", sources=sources.ALL)


@bp.get("/robots.txt")
def robots() -> Response:
    # Feeds stay open: Google's calendar fetcher obeys this file.
    lines = "User-agent: *\nDisallow: /organise/\nDisallow: /my\nDisallow: /sign-in/\n"
    return Response(lines, mimetype="text/plain")


@bp.post("/preferences/language")
def choose_language() -> BaseResponse:
    language = request.form.get("language", "")
    response = redirect(_back())
    if language in config.LANGUAGES:
        _remember(response, "language", language)
        person = access.viewer()
        if person is not None:
            accounts.change_person(person, {"language": language}, actor=person, now=clock.now())
            db.session.commit()
    return response


@bp.post("/preferences/appearance")
def choose_appearance() -> BaseResponse:
    response = redirect(_back())
    if request.form.get("appearance") in ("light", "dark", "auto"):
        _remember(response, "appearance", request.form["appearance"])
    return response


@bp.get("/healthz")
def healthz() -> tuple[Response, int]:
    try:
        now = clock.now()
        queue = mail_queries.queue(now)
        counters = {"queued": queue.due, "oldest_queued_s": queue.oldest_s, **_mailbox(now)}
    except SQLAlchemyError:
        db.session.rollback()
        return jsonify(ok=False, database="away"), 503
    ok = not queue.is_stuck
    return jsonify(ok=ok, database="here", **counters), 200 if ok else 503


def _mailbox(now: datetime) -> dict[str, int | None]:
    """How long ago the mailbox was read, where there is one.

    Never a reason for 503: a proxy would take away web servers since a mailbox is away.
    """
    if current_app.config["INBOX"] is None:
        return {}
    return {"inbox_read_s": mail_queries.seconds_since_look(now)}


def _back() -> str:
    """The page the reader was on, as a path of ours and nothing else."""
    path = request.form.get("back", "/")
    return path if _OWN_PATH.fullmatch(path) else "/"


def _remember(response: BaseResponse, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=_YEAR,
        samesite="Lax",
        httponly=True,
        secure=current_app.config["PRODUCTION"],
    )
