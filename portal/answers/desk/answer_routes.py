"""Who is invited to an event and what they answered: all of them, and the history of each."""

from flask import Blueprint, render_template, request

from portal import words
from portal.answers.desk import queries
from portal.answers.inbox import words as inbox_words
from portal.db import db
from portal.fields import read_number
from portal.invitations import naming, replies
from portal.models.events import Event
from portal.models.invitations import Answer

bp = Blueprint("organise_answers", __name__, url_prefix="/organise/answers")


@bp.get("/<slug>")
def index(slug: str) -> str:
    event = _event_or_404(slug)
    wanted, text = request.args.get("answer", ""), request.args.get("q", "").strip()
    answer = Answer(wanted) if wanted in set(Answer) else None
    return render_template(
        "inbox/answers.html",
        event=event,
        counts=replies.counts_of(event),
        found=replies.page_of(event, answer, text, read_number(request.args.get("page"), 1)),
        answer=answer,
        former=naming.former_of(event),
        q=text,
        words=words,
    )


@bp.get("/<slug>/<person_id>")
def history(slug: str, person_id: str) -> str:
    event = _event_or_404(slug)
    invitation = replies.invitation_or_404(event, person_id)
    given = replies.history_of(invitation)
    return render_template(
        "inbox/history.html",
        event=event,
        invitation=invitation,
        person=invitation.person,
        name=naming.shown_in(event)(invitation.person),
        is_former=invitation.person_id in naming.former_of(event),
        given=given,
        messages=queries.messages_of(given),
        why=inbox_words.why_not_counted,
        words=words,
    )


def _event_or_404(slug: str) -> Event:
    found: Event = db.one_or_404(db.select(Event).where(Event.slug == slug))
    return found
