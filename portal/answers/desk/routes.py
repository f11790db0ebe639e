"""The organisers' inbox: what waits for a decision, what came in lately, and one message."""

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import access, clock, dates, day_notes, words
from portal.answers.desk import deciding, looking, queries
from portal.answers.desk import words as desk_words
from portal.answers.desk.looking import Matter
from portal.answers.desk.standing import Choice, Group
from portal.answers.inbox import words as inbox_words
from portal.db import db
from portal.fields import read_number
from portal.groups.writing import locking
from portal.invitations import event_changes, proposals
from portal.models.inbox import InboxMessage, InboxResult

bp = Blueprint("organise_inbox", __name__, url_prefix="/organise/inbox")

_RESULTS = (InboxResult.APPLIED, InboxResult.QUEUED, InboxResult.IGNORED, InboxResult.REJECTED)


@dataclass(frozen=True)
class Chip:
    """A filter that is set: what it says, and the address of the page without it."""

    text: str
    url: str


@bp.get("")
def index() -> str:
    wanted = request.args.get("group", "")
    group = Group(wanted) if wanted in set(Group) else None
    found = queries.waiting(group, read_number(request.args.get("page"), 1))
    return render_template(
        "inbox/index.html",
        found=found,
        matters=looking.matters(found.items, clock.now()),
        counts=queries.waiting_counts(),
        group=group,
        words=desk_words,
        inbox_words=inbox_words,
    )


@bp.get("/recent")
def recent() -> str:
    now, filters = clock.now(), queries.filters_or_404(request.args)
    found = queries.lately(filters, read_number(request.args.get("page"), 1), now)
    return render_template(
        "inbox/recent.html",
        found=found,
        filters=filters,
        chips=_chips(filters),
        results=_RESULTS,
        waiting=sum(queries.waiting_counts().values()),
        words=desk_words,
        inbox_words=inbox_words,
    )


def _chips(filters: queries.Filters) -> list[Chip]:
    labels = {
        "event": filters.event and _("Event: %(title)s", title=filters.event.title),
        "result": filters.result
        and _("What came of it: %(result)s", result=inbox_words.RESULTS[filters.result]),
        "q": filters.text and _("Search: %(text)s", text=filters.text),
    }
    return [
        Chip(str(label), queries.address(filters, without=name))
        for name, label in labels.items()
        if label
    ]


@bp.get("/<public_id>")
def show(public_id: str) -> str:
    message = queries.message_or_404(public_id)
    (matter,) = looking.matters([message], clock.now())
    return render_template(
        "inbox/show.html",
        matter=matter,
        message=message,
        event=matter.event,
        told=_told(matter),
        given=queries.answers_of(message),
        alias=queries.alias_of(message),
        **_times(matter),
        words=desk_words,
        inbox_words=inbox_words,
        answers=words.ANSWERS,
        answer_colours=words.ANSWER_COLOURS,
        sources=words.SOURCES,
    )


@bp.post("/<public_id>/decision")
def decide(public_id: str) -> Response:
    message = queries.message_or_404(public_id)
    wanted = request.form.get("choice", "")
    if wanted not in set(Choice):
        abort(400)
    choice, now = Choice(wanted), clock.now()
    (matter,) = looking.matters([message], now)
    told = _told(matter)
    try:
        became = deciding.decide(
            message,
            choice,
            seen_revision=read_number(request.form.get("revision")),
            by=access.signed_in(),
            now=now,
        )
    except _REFUSALS as refused:
        db.session.rollback()
        flash(_why_not(refused, message), "warning")
        return redirect(url_for(".show", public_id=public_id))
    db.session.commit()
    flash(desk_words.confirmation(matter, choice, became, told), "success")
    return redirect(url_for(".index"))


_REFUSALS = (
    deciding.AlreadyDecided,
    deciding.NotOffered,
    event_changes.EditedMeanwhile,
    event_changes.EventIsCancelled,
    locking.MinutesAreLocked,
    proposals.CannotBeTold,
)


def _why_not(refused: Exception, message: InboxMessage) -> str:
    if isinstance(refused, deciding.AlreadyDecided):
        return _already_decided(message)
    if isinstance(refused, proposals.CannotBeTold):
        return _("We cannot write to that address, so nothing was done. Set the message aside.")
    return _(
        "Something changed while you looked at this, so nothing was done. Look once more at what "
        "you can do now."
    )


def _already_decided(message: InboxMessage) -> str:
    if message.decided_by is None or message.decided_at is None:
        return _("This message does not wait for a decision.")
    return _(
        "%(name)s has decided this already, %(when)s: %(decision)s.",
        name=message.decided_by.name,
        when=dates.moment(message.decided_at),
        decision=str(desk_words.DECISIONS[message.decision]).lower() if message.decision else "–",
    )


def _told(matter: Matter) -> int:
    """How many would hear if the event moved."""
    if matter.event is None or Choice.TAKE_TIME not in matter.choices:
        return 0
    return event_changes.audience_size(matter.event)


def _times(matter: Matter) -> dict[str, list[day_notes.Warning]]:
    """What speaks against the days of the event now, and against those proposed."""
    message, event = matter.message, matter.event
    if event is None or message.proposed_starts_at is None:
        return {"warnings": [], "proposed_warnings": []}
    breaks = day_notes.known_breaks()
    day = dates.today(message.proposed_starts_at)
    return {
        "warnings": day_notes.of_event(event, breaks),
        "proposed_warnings": day_notes.of_day(day, event.county_code, breaks),
    }
