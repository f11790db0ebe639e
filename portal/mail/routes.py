"""The organisers' log of mail: what went to whom, in which state, and why not."""

from flask import Blueprint, render_template, request

from portal.fields import read_number
from portal.mail import queries, reading, words
from portal.models.mail import Lane, MailState

bp = Blueprint("organise_mail", __name__, url_prefix="/organise/mail")
bp.add_app_template_global(words.why_not, "why_not")


@bp.get("")
def index() -> str:
    chosen = request.args.get("state", "")
    state = MailState(chosen) if chosen in list(MailState) else None
    text = request.args.get("q", "")
    page = read_number(request.args.get("page"), 1)
    found = queries.mails(state=state, text=text, page=page)
    return render_template(
        "mail_log/index.html",
        found=found,
        counts=queries.counts(),
        q=text,
        state=state.value if state else "",
        states=words.STATES,
        colours=words.COLOURS,
    )


@bp.get("/<public_id>")
def show(public_id: str) -> str:
    mail = queries.mail_or_404(public_id)
    # A sign-in message is a key to somebody's account: nobody else ever sees it.
    is_secret = mail.lane == Lane.SIGN_IN
    letter = None if is_secret or mail.raw is None else reading.masked(reading.read(mail.raw))
    return render_template(
        "mail_log/show.html",
        mail=mail,
        letter=letter,
        is_secret=is_secret,
        states=words.STATES,
        colours=words.COLOURS,
    )
