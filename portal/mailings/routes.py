"""The pages of what was written to many: the list, and each on its way."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal import access, clock, tokens
from portal import words as portal_words
from portal.db import db
from portal.fields import read_number
from portal.mail import control
from portal.mail.log import words as mail_words
from portal.mailings import queries, texts, words
from portal.mailings.audiences import Audience
from portal.models.mailings import Mailing

bp = Blueprint("mailings", __name__, url_prefix="/organise/mailings")


@bp.get("")
def index() -> str:
    now = clock.now()
    page, progress = queries.mailings(read_number(request.args.get("page"), 1), now)
    return render_template(
        "mailings/index.html",
        page=page,
        progress=progress,
        drafts=queries.drafts_of(access.signed_in()),
        subject_of=texts.subject_of,
        new_name=tokens.public_id(),
        words=words,
    )


@bp.get("/<public_id>")
def show(public_id: str) -> Response:
    """The whole page; to htmx, which asks every other second, only the part that changes."""
    now = clock.now()
    mailing = queries.mailing_or_404(public_id)
    progress = control.progress(mailing, now)
    common = {
        "mailing": mailing,
        "progress": progress,
        "seconds_left": (mailing.hold_until - now).total_seconds(),
        "words": words,
    }
    if request.headers.get("HX-Request"):
        page = render_template("mailings/_progress.html", **common)
    else:
        page = render_template("mailings/show.html", **common, **_whole(mailing, progress))
    response = make_response(page)
    response.headers["Vary"] = "HX-Request"
    return response


@bp.post("/<public_id>/stop")
def stop(public_id: str) -> Response:
    return _steer(public_id, control.stop, _("The mailing is stopped."))


@bp.post("/<public_id>/pause")
def pause(public_id: str) -> Response:
    return _steer(public_id, control.pause, _("The mailing is paused."))


@bp.post("/<public_id>/pause/ending")
def resume(public_id: str) -> Response:
    return _steer(public_id, control.resume, _("The mailing goes on."))


@bp.post("/<public_id>/retries")
def retry(public_id: str) -> Response:
    mailing = queries.mailing_or_404(public_id)
    again = control.retry_failed(mailing, by=access.signed_in(), now=clock.now())
    db.session.commit()
    if again:
        said = ngettext("We try %(num)s message again.", "We try %(num)s messages again.", again)
        flash(said, "success")
    else:
        flash(_("There was nothing to try again."), "info")
    return redirect(url_for(".show", public_id=public_id))


def _whole(mailing: Mailing, progress: control.Progress) -> dict[str, object]:
    audience = Audience.read(mailing.params["audience"])
    return {
        "audience": words.WHO[audience.who],
        "answer": words.ANSWERS[audience.answer] if audience.answer else "",
        "about": queries.name_of(audience),
        "texts": mailing.params["texts"],
        "missed": control.missed(mailing) if progress.failed else (),
        "states": mail_words.STATES,
        "colours": mail_words.COLOURS,
        "languages": portal_words.LANGUAGES,
    }


def _steer(public_id: str, change: Callable[..., bool], said: str) -> Response:
    """Change the mailing's course; when somebody else did before, say how it stands now."""
    mailing, now = queries.mailing_or_404(public_id), clock.now()
    if change(mailing, by=access.signed_in(), now=now):
        db.session.commit()
        flash(said, "success")
    else:
        flash(_as_it_is(mailing, now), "info")
        db.session.rollback()
    return redirect(url_for(".show", public_id=public_id))


def _as_it_is(mailing: Mailing, now: datetime) -> str:
    stage = control.progress(mailing, now).stage
    return _("Nothing was changed. State: %(state)s.", state=words.STAGES[stage])
