"""What a person sees when something cannot be shown: always a sentence, never a trace."""

import logging

from flask import Flask, g, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, InvalidRequestError, NoResultFound, OperationalError
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, SecurityError, Unauthorized

from portal.db import db
from portal.groups.writing import keeping

log = logging.getLogger(__name__)
_RETRY_SECONDS = "30"
# unique_violation, as PostgreSQL calls it; SQLite says so in words.
_UNIQUE = "23505"
# What SQLAlchemy says of a row that it was to read again, and that is gone.
_NOT_THERE = "Could not refresh instance"


def register(app: Flask) -> None:
    """Give ``app`` a page for each way of failing."""
    app.register_error_handler(CSRFError, _form_too_old)
    app.register_error_handler(SecurityError, _foreign_host)
    app.register_error_handler(NoResultFound, lambda error: _page(404))
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(IntegrityError, _somebody_was_first)
    app.register_error_handler(StaleDataError, _gone_meanwhile)
    app.register_error_handler(InvalidRequestError, _gone_meanwhile)
    app.register_error_handler(Unauthorized, _signed_out)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(500, _our_fault)


def _http_error(error: HTTPException) -> tuple[str, int, dict[str, str]] | HTTPException:
    code = error.code or 500
    # Whoever gave a whole answer along knows better.
    if code < 400 or error.response is not None:
        return error
    body, status, headers = _page(code)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        headers["Allow"] = ", ".join(error.valid_methods)
    return body, status, headers


def _signed_out(error: Unauthorized) -> tuple[str, int]:
    """For the part of a page that looks again by itself after its reader was signed out."""
    return render_template("errors/_signed_out.html"), 401


def _foreign_host(error: SecurityError) -> tuple[str, int, dict[str, str]]:
    # No page of ours: its links would have to be made for a host that we do not answer to.
    return "This portal does not answer to that host name.\n", 400, {"Content-Type": "text/plain"}


def _form_too_old(error: CSRFError) -> tuple[str, int, dict[str, str]]:
    return _render(
        400,
        _("The page had been open too long"),
        _("Nothing was saved. Go back, load the page again and send the form once more."),
    )


def _database_away(error: OperationalError) -> tuple[str, int, dict[str, str]]:
    log.error("database away: %s", type(error.orig).__name__)
    db.session.rollback()
    # Nobody can be looked up now, so the page is the one for somebody not signed in.
    g.sign_in_session = None
    body, status, headers = _page(503)
    return body, status, headers | {"Retry-After": _RETRY_SECONDS}


def _somebody_was_first(error: IntegrityError) -> tuple[str, int, dict[str, str]]:
    """Two did the same at once, and a row may stand only once; any other breach is our fault."""
    if not _is_unique_violation(error):
        log.error("a rule of the database was broken", exc_info=error)
        return _our_fault(error)
    return _ahead_of_you()


def _gone_meanwhile(error: StaleDataError | InvalidRequestError) -> tuple[str, int, dict[str, str]]:
    """What one changes or waits for was deleted by somebody else; all else is our fault."""
    is_gone = isinstance(error, StaleDataError | ObjectDeletedError) or _NOT_THERE in str(error)
    if is_gone:
        return _ahead_of_you()
    log.error("the database was asked for what it cannot do", exc_info=error)
    return _our_fault(error)


def _ahead_of_you() -> tuple[str, int, dict[str, str]]:
    db.session.rollback()
    return _render(
        409,
        _("Somebody was a moment ahead of you"),
        _("Nothing was saved twice. Go back, load the page again and see how it is now."),
    )


def _is_unique_violation(error: IntegrityError) -> bool:
    return getattr(error.orig, "sqlstate", "") == _UNIQUE or "UNIQUE" in str(error.orig)


def _our_fault(error: Exception) -> tuple[str, int, dict[str, str]]:
    db.session.rollback()
    g.sign_in_session = None
    return _page(500)


def _page(code: int) -> tuple[str, int, dict[str, str]]:
    return _render(code, *_words(code))


def _words(code: int) -> tuple[str, str]:
    """Title and text for a status code; the text says what to do."""
    texts = {
        400: (
            _("We did not understand that"),
            _("Nothing was saved. Go back, check what you filled in and try again."),
        ),
        403: (
            _("You do not have access to this page"),
            _("If you think you should, write to the organiser and say which page it is about."),
        ),
        404: (
            _("We cannot find that page"),
            _("The address may be old or mistyped. You can search the programme instead."),
        ),
        405: (
            _("The page cannot be used like that"),
            _("Go back and use the buttons on the page."),
        ),
        413: (
            _("That was too much to send at once"),
            _("Nothing was saved. Send a smaller file or a shorter text."),
        ),
        429: (
            _("That was a little too often"),
            _("Wait a few minutes and try again."),
        ),
        503: (
            _("The portal is resting for a moment"),
            _("Nothing is lost. Try again in half a minute."),
        ),
    }
    fault = (
        _("Something went wrong on our side"),
        _("Nothing was saved. The fault is recorded. Try again in a little while."),
    )
    return texts.get(code, fault if code >= 500 else texts[400])


def _render(code: int, title: str, text: str) -> tuple[str, int, dict[str, str]]:
    if request.path.endswith(".ics"):
        # Read by programs: a page would be of no use to them, and bring a cookie along.
        return f"{title}. {text}\n", code, {"Content-Type": "text/plain; charset=utf-8"}
    body = render_template(
        "errors/error.html", title=title, text=text, code=code, kept=keeping.form()
    )
    return body, code, {}
