"""The organisers' log of mail: what went to whom, in which state, why not, and once more."""

from dataclasses import dataclass, replace

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from portal import access, clock, security_headers
from portal.db import db
from portal.fields import read_number
from portal.mail import addresses, masking, outbox, queries, reading
from portal.mail.log import finding, history, resending, stopped, words
from portal.models.mail import Lane, MailState, OutboxMail

bp = Blueprint("organise_mail", __name__, url_prefix="/organise/mail")
bp.add_app_template_global(words.why_not, "why_not")
bp.add_app_template_global(words.next_step, "next_step")
bp.add_app_template_global(words.said, "mail_refusal")


@dataclass(frozen=True)
class Chip:
    """A filter that is set: what it says, and the address of the page without it."""

    text: str
    url: str


@bp.get("")
def index() -> str:
    filters = finding.filters_or_404(request.args)
    return render_template(
        "mail_log/index.html",
        found=finding.mails(filters, read_number(request.args.get("page"), 1)),
        counts=queries.counts(*finding.conditions(replace(filters, state=None))),
        queue=queries.queue(clock.now()),
        stopped=stopped.count(),
        waiting_answers=queries.waiting_answers(),
        filters=filters,
        chips=_chips(filters),
        states=words.STATES,
        colours=words.COLOURS,
    )


def _chips(filters: finding.Filters) -> list[Chip]:
    labels = {
        "event": filters.event and _("Event: %(title)s", title=filters.event.title),
        "person": filters.person and _("Person: %(name)s", name=filters.person.name),
        "season": filters.season and _("Season: %(name)s", name=filters.season.name),
        "mailing": filters.mailing
        and _("Mailing: %(subject)s", subject=filters.mailing.subject or filters.mailing.kind),
        "state": filters.state and _("State: %(state)s", state=words.STATES[filters.state]),
        "q": filters.text and _("Search: %(text)s", text=filters.text),
    }
    return [
        Chip(str(label), finding.address(filters, without=name))
        for name, label in labels.items()
        if label
    ]


@bp.get("/<public_id>")
def show(public_id: str) -> Response:
    mail = queries.mail_or_404(public_id)
    obstacle = resending.obstacle(mail, clock.now())
    page = render_template(
        "mail_log/show.html",
        mail=mail,
        letter=_letter(mail),
        is_secret=_is_secret(mail),
        steps=history.of(mail),
        obstacle=words.OBSTACLES[obstacle] if obstacle else "",
        number=resending.resends(mail) + 1,
        states=words.STATES,
        colours=words.COLOURS,
    )
    response = Response(page, mimetype="text/html")
    response.headers["Content-Security-Policy"] = security_headers.FRAMING_OWN
    return response


@bp.get("/<public_id>/html")
def html(public_id: str) -> Response:
    letter = _letter(queries.mail_or_404(public_id))
    if letter is None or not letter.html:
        abort(404)
    response = Response(letter.html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = security_headers.FRAMED_MAIL
    return response


def _letter(mail: OutboxMail) -> reading.Letter | None:
    if _is_secret(mail) or mail.raw is None:
        return None
    return masking.masked(reading.read(mail.raw))


def _is_secret(mail: OutboxMail) -> bool:
    """A message with a key to somebody's account: nobody else ever sees it."""
    return mail.lane == Lane.SIGN_IN


@bp.post("/<public_id>/resending")
def resend(public_id: str) -> BaseResponse:
    mail = queries.mail_or_404(public_id)
    number = read_number(request.form.get("number"))
    try:
        waiting = resending.resend(mail, number=number, by=access.signed_in(), now=clock.now())
    except resending.CannotResend as refused:
        db.session.rollback()
        flash(str(words.OBSTACLES[refused.obstacle]), "warning")
        return redirect(url_for("organise_mail.show", public_id=public_id))
    db.session.commit()
    if waiting.state == MailState.QUEUED:
        flash(_("The message is queued, and goes out as soon as we can."), "success")
    return redirect(url_for("organise_mail.show", public_id=waiting.public_id))


@bp.get("/addresses")
def stopped_addresses() -> str:
    found = stopped.page_of(read_number(request.args.get("page"), 1))
    lifted = stopped.lately_lifted()
    shown = [each.folded for each in (*found.items, *lifted)]
    return render_template(
        "mail_log/addresses.html",
        found=found,
        lifted=lifted,
        around=stopped.around(shown, clock.now()),
    )


@bp.post("/addresses/<public_id>/lifting")
def lift(public_id: str) -> BaseResponse:
    standing = stopped.standing_or_404(public_id)
    if standing.suppressed_at is None:
        flash(_("Mail goes to this address already."), "info")
        return redirect(url_for("organise_mail.stopped_addresses"))
    released = addresses.lift(standing, by=access.signed_in(), now=clock.now())
    outbox.wake_after_commit()
    db.session.commit()
    told = {"address": standing.folded}
    if released:
        flash(
            ngettext(
                "Mail goes to %(address)s again, beginning with %(num)s message that was held "
                "back.",
                "Mail goes to %(address)s again, beginning with %(num)s messages that were held "
                "back.",
                released,
                **told,
            ),
            "success",
        )
    else:
        flash(_("Mail goes to %(address)s again. Nothing had been held back.", **told), "success")
    return redirect(url_for("organise_mail.stopped_addresses"))
