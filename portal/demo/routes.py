"""Mail that the demo has sent, so that a newcomer can read it and follow its links."""

from pathlib import Path

from flask import Blueprint, Response, abort, current_app, render_template

from portal.demo import letters
from portal.demo.sink import folder
from portal.downloads import attached
from portal.mail import reading

bp = Blueprint("demo", __name__, url_prefix="/demo")

# The message stands alone on its page, may style itself and be clicked, and nothing more.
_MESSAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "sandbox allow-popups allow-popups-to-escape-sandbox"
        " allow-top-navigation-by-user-activation",
    )
)


@bp.get("/mail")
def mail() -> str:
    return render_template("demo/mail.html", letters=letters.newest(_folder()), most=letters.NEWEST)


@bp.get("/mail/<name>")
def message(name: str) -> str:
    return render_template("demo/message.html", name=name, letter=reading.read(_raw_or_404(name)))


@bp.get("/mail/<name>/html")
def message_html(name: str) -> Response:
    html = reading.read(_raw_or_404(name)).html
    if not html:
        abort(404)
    response = Response(html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = _MESSAGE_POLICY
    return response


@bp.get("/mail/<name>/calendar.ics")
def message_calendar(name: str) -> Response:
    calendar = reading.read(_raw_or_404(name)).calendar
    if calendar is None:
        abort(404)
    return attached(calendar.ics, "text/calendar", "invite.ics")


@bp.get("/mail/<name>/source")
def message_source(name: str) -> Response:
    return attached(_raw_or_404(name), "message/rfc822", f"{name}.eml")


def _folder() -> Path:
    return folder(current_app.config["INSTANCE_DIR"])


def _raw_or_404(name: str) -> bytes:
    raw = letters.content(_folder(), name)
    if raw is None:
        abort(404)
    return raw
