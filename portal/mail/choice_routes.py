"""Where people turn sorts of notices off and on: by one press from a mail, or on their page."""

from flask import Blueprint, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from portal import access, clock
from portal.db import db
from portal.extensions import csrf
from portal.mail import choices, topics
from portal.models.accounts import Person
from portal.models.mailings import Topic
from portal.reading import as_read_by

bp = Blueprint("choices", __name__)


class NoticesForm(FlaskForm):
    """Which sorts of notices somebody wants."""

    wanted = SelectMultipleField(
        _l("Send me"),
        choices=[(str(topic), name) for topic, name in topics.NAMES.items()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


@bp.get("/unsubscribe/<token>")
def unsubscribe(token: str) -> str:
    """A page with a button. Looking changes nothing: machines open the links of mails, too."""
    person, topic = _named_by(token)
    with as_read_by(person):
        return _page(token, topic, is_off=topic in choices.turned_off(person))


@bp.post("/unsubscribe/<token>")
@csrf.exempt
def turn_off(token: str) -> str:
    """Turn the topic off, asked by the page's button or by a mail provider (RFC 8058).

    Providers bring no cookie; that the token is ours is all the proof there is, and enough.
    """
    person, topic = _named_by(token)
    choices.turn_off(person, topic, now=clock.now())
    db.session.commit()
    with as_read_by(person):
        return _page(token, topic, is_off=True)


@bp.post("/unsubscribe/<token>/undoing")
@csrf.exempt
def undo(token: str) -> Response:
    """Turn the topic on again: whoever pressed too early has nothing but the same link."""
    person, topic = _named_by(token)
    choices.turn_on(person, topic, now=clock.now())
    db.session.commit()
    with as_read_by(person):
        flash(_("You get them again"), "success")
    return redirect(url_for(".unsubscribe", token=token))


@bp.route("/my/notices", methods=["GET", "POST"])
def my_notices() -> str | Response | tuple[str, int]:
    person = access.signed_in()
    off = choices.turned_off(person)
    form = NoticesForm(data={"wanted": [str(each) for each in Topic if each not in off]})
    if form.validate_on_submit():
        now = clock.now()
        for topic in Topic:
            choose = choices.turn_on if str(topic) in form.wanted.data else choices.turn_off
            choose(person, topic, now=now)
        db.session.commit()
        flash(_("Saved."), "success")
        return redirect(url_for(".my_notices"))
    page = render_template("choices/notices.html", form=form, topics=topics)
    return (page, 422) if form.is_submitted() else page


def _named_by(token: str) -> tuple[Person, Topic]:
    """Whom and what the link is about; one that was cut short leads to where they can choose."""
    found = choices.read_token(token)
    return found or abort(make_response(render_template("choices/dead_link.html"), 404))


def _page(token: str, topic: Topic, *, is_off: bool) -> str:
    return render_template(
        "choices/unsubscribe.html",
        token=token,
        name=topics.NAMES[topic],
        meaning=topics.MEANINGS[topic],
        is_off=is_off,
    )
