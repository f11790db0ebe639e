"""A door in front of Flask for those who ask for an open feed that has not changed.

Most requests for feeds are of that kind. Here they cost one look at the shelf and one lean query,
and get what Flask would send: the same status, headers and bytes, and the same line in the log. A
feed on the shelf is right while the calendar stands where it stood, so nothing else need be asked;
whatever is not known here goes on to Flask.
"""

import time
from collections.abc import Iterable
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.exceptions import SecurityError
from werkzeug.wsgi import get_host

from portal import clock, logs, security_headers
from portal.calendar import written
from portal.calendar.counter import Counter, CounterAway
from portal.calendar.serving import Shelf
from portal.calendar.written import Answer, Written

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_STATUS = {200: "200 OK", 304: f"304 {HTTPStatus.NOT_MODIFIED.phrase.upper()}"}


class Door:
    """Answers from the shelf of ``app``, or lets ``inner`` answer."""

    def __init__(self, app: Flask, inner: "WSGIApplication") -> None:
        self._app, self._inner = app, inner

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        began = time.perf_counter()
        kept = self._on_the_shelf(environ)
        made = self._answer(kept, environ) if kept else None
        if kept is None or made is None:
            return self._inner(environ, start_response)
        start_response(_STATUS[made.status], made.headers)
        logs.note_request(environ["REQUEST_METHOD"], kept.rule, made.status, began)
        if not made.body or environ["REQUEST_METHOD"] == "HEAD":
            return []
        wrapper = environ.get("wsgi.file_wrapper")
        # Servers copy what they are given, and read from a file as they send.
        return wrapper(BytesIO(made.body), len(made.body)) if wrapper else [made.body]

    def _on_the_shelf(self, environ: "WSGIEnvironment") -> Written | None:
        path: str = environ.get("PATH_INFO", "")
        if not path.startswith("/calendar/") or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return None
        query = environ.get("QUERY_STRING", "")
        shelf: Shelf = self._app.extensions["feeds"]
        # Secret feeds have names there that are no path: who may read them, Flask finds out.
        return shelf.get(f"{path}?{query}" if query else path)

    def _answer(self, kept: Written, environ: "WSGIEnvironment") -> Answer | None:
        now = clock.now()
        try:
            if not self._is_ours(environ):
                return None
            counter: Counter = self._app.extensions["calendar_counter"]
            if not kept.stands(counter.point(now), now):
                return None
        except CounterAway:
            return None
        made = written.answer(kept, environ, now)
        if made is not None:
            made.headers.extend(security_headers.of(self._app).items())
        return made

    def _is_ours(self, environ: "WSGIEnvironment") -> bool:
        """Whether the asker means this portal; a foreign host Flask turns away, as everywhere."""
        trusted = self._app.config["TRUSTED_HOSTS"]
        host = environ.get("HTTP_HOST")
        if host and host in trusted and host[0] != ".":
            return True
        try:
            get_host(environ, trusted)
        except SecurityError:
            return False
        return True
