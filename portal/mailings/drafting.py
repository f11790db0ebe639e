"""The pages on which an organiser writes to many: write, look, try, send."""

import re

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

import config
from portal import access, clock, tokens
from portal import words as portal_words
from portal.db import db
from portal.fields import read_number
from portal.mail.composing import NoAddress
from portal.mailings import actions, previews, queries, texts, words
from portal.mailings.audiences import Audience
from portal.mailings.forms import SendForm, WriteForm
from portal.models.mailings import MailingDraft

bp = Blueprint("mailing_drafts", __name__, url_prefix="/organise/mailings/drafts")
bp.add_app_template_global(tokens.public_id, "new_draft_name")

Page = str | BaseResponse | tuple[str, int]

_NAME = re.compile(r"[2-9a-z]{12}")
# The message stands alone on its page, may style itself, and can do nothing: it is not sent yet.
_LETTER_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "sandbox allow-popups allow-popups-to-escape-sandbox",
    )
)


@bp.post("")
def begin() -> BaseResponse:
    """Begin a draft. The page that has the button has named it: two presses begin one.

    It may say as well whom it is for, as the pages of a season, a group and an event do.
    """
    name = request.form.get("name", "")
    if not _NAME.fullmatch(name) or queries.sent_from(name):
        name = tokens.public_id()
    audience = queries.audience_named(
        request.form.get("who", ""), read_number(request.form.get("about"))
    )
    actions.begin(name, by=access.signed_in(), now=clock.now(), audience=audience)
    db.session.commit()
    return redirect(url_for(".write", public_id=name))


@bp.route("/<public_id>", methods=["GET", "POST"])
def write(public_id: str) -> Page:
    draft, now = _draft(public_id), clock.now()
    form = WriteForm(draft, now)
    if not form.is_submitted():
        return _write_page(form, draft)
    is_ready = form.validate()
    # Kept whatever is wrong with it: a word of advice must not cost anybody an hour's work.
    actions.keep(draft, form.audience, form.written, is_ready=is_ready, now=now)
    db.session.commit()
    if request.form.get("then") == "later":
        flash(_("The draft is kept. You find it here."), "success")
        return redirect(url_for("mailings.index"))
    if is_ready:
        return redirect(url_for(".preview", public_id=public_id))
    return _write_page(form, draft), 422


@bp.get("/<public_id>/preview")
def preview(public_id: str) -> Page:
    draft = _ready_draft(public_id)
    audience, now, me = Audience.read(draft.audience), clock.now(), access.signed_in()
    chosen = queries.some_of(audience)
    return render_template(
        "mailings/preview.html",
        draft=draft,
        reach=queries.reach_of(audience),
        previews=previews.of_each(draft, chosen, by=me, now=now),
        languages=portal_words.LANGUAGES,
        occasion=tokens.public_id(),
        **_about(audience),
    )


@bp.get("/<public_id>/letters/<person_id>")
def letter(public_id: str, person_id: str) -> Response:
    """One recipient's copy as HTML, alone."""
    draft = _ready_draft(public_id)
    person = queries.shown_or_404(Audience.read(draft.audience), person_id)
    shown = previews.of(draft, person, by=access.signed_in(), now=clock.now())
    response = Response(shown.letter.html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = _LETTER_POLICY
    return response


@bp.post("/<public_id>/tests")
def try_it(public_id: str) -> BaseResponse:
    draft, me = _ready_draft(public_id), access.signed_in()
    try:
        actions.try_it(draft, occasion=request.form.get("occasion", ""), by=me, now=clock.now())
    except NoAddress:
        flash(_("You have no email address, so there is nowhere to send a test."), "warning")
    else:
        db.session.commit()
        flash(_("A test is on its way to %(address)s.", address=me.email), "success")
    return redirect(url_for(".preview", public_id=public_id))


@bp.route("/<public_id>/sending", methods=["GET", "POST"])
def send(public_id: str) -> Page:
    draft = _ready_draft(public_id)
    audience = Audience.read(draft.audience)
    reach = queries.reach_of(audience)
    form = SendForm(draft, reach.reached)
    if form.is_submitted() and not form.is_of_what_is_there:
        flash(_("The text or the number of recipients has changed. Look at it again."), "warning")
        return redirect(url_for(".preview", public_id=public_id))
    if form.validate_on_submit():
        return _sent(draft, form)
    page = render_template(
        "mailings/send.html",
        draft=draft,
        form=form,
        reach=reach,
        subject=texts.subject_of(draft.texts),
        hold_minutes=-(-current_app.config["MAILING_HOLD_SECONDS"] // 60),
        **_about(audience),
    )
    return (page, 422) if form.is_submitted() else page


@bp.post("/<public_id>/removal")
def discard(public_id: str) -> BaseResponse:
    actions.discard(_draft(public_id))
    db.session.commit()
    flash(_("The draft is thrown away. Nobody got it."), "success")
    return redirect(url_for("mailings.index"))


def _sent(draft: MailingDraft, form: SendForm) -> BaseResponse:
    public_id = draft.public_id
    seen = {"revision": read_number(form.revision.data), "count": read_number(form.count.data)}
    try:
        mailing = actions.send(draft, **seen, by=access.signed_in(), now=clock.now())
    except actions.ChangedMeanwhile:
        db.session.rollback()
        flash(_("The text or the number of recipients has changed. Look at it again."), "warning")
    except actions.NobodyToWriteTo:
        db.session.rollback()
        flash(_("Nobody gets it. Choose who it is for."), "warning")
    else:
        name = mailing.public_id
        db.session.commit()
        return redirect(url_for("mailings.show", public_id=name))
    return redirect(url_for(".preview", public_id=public_id))


def _draft(public_id: str) -> MailingDraft:
    """The viewer's own draft. One that is sent leads on to what became of it."""
    draft = queries.draft_of(access.signed_in(), public_id)
    if draft is not None:
        return draft
    mailing = queries.sent_from(public_id)
    if mailing is None:
        abort(404)
    return abort(redirect(url_for("mailings.show", public_id=mailing.public_id)))


def _ready_draft(public_id: str) -> MailingDraft:
    """A draft that nothing is missing from; else back to the page where it is written."""
    draft = _draft(public_id)
    if not draft.is_ready:
        flash(_("Something is still missing."), "warning")
        abort(redirect(url_for(".write", public_id=public_id)))
    return draft


def _about(audience: Audience) -> dict[str, object]:
    return {
        "audience": words.WHO[audience.who],
        "answer": words.ANSWERS[audience.answer] if audience.answer else "",
        "about": queries.name_of(audience),
    }


def _write_page(form: WriteForm, draft: MailingDraft) -> str:
    pairs = [(each, portal_words.LANGUAGES[each], form.pair(each)) for each in config.LANGUAGES]
    return render_template("mailings/write.html", form=form, draft=draft, pairs=pairs)
