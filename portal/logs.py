"""One JSON line per record on stderr, with the request it belongs to; no addresses, no tokens."""

import json
import logging
import re
import time
from datetime import UTC, datetime

from flask import Flask, Response, g, request

from portal.tokens import passing_id

_ADDRESS = re.compile(r"[^\s<>\"'=(]+@[^\s<>\"'),]+")
_requests = logging.getLogger("portal.requests")
_as_json = json.JSONEncoder(ensure_ascii=False).encode
# Tokens of ours are long runs of letters and digits; words and slugs are shorter.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{28,}")


class JsonLines(logging.Formatter):
    """Writes a record as one JSON object with time, level, logger, text and what was added."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "text": masked(record.getMessage()),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["error"] = masked(self.formatException(record.exc_info))
        return _as_json(line)


def masked(text: str) -> str:
    """``text`` without mail addresses and without anything that looks like a token."""
    return _TOKEN.sub("[token]", _ADDRESS.sub("[address]", text))


def note_request(method: str, rule: str, status: int, began: float, id_: str = "") -> None:
    """Write the line of one request, which ``began`` at that reading of ``time.perf_counter``."""
    if not _requests.isEnabledFor(logging.INFO):
        return
    # Made by hand: nobody needs to know which line of ours wrote it, and looking that up is dear.
    record = logging.LogRecord(_requests.name, logging.INFO, __file__, 0, "request", (), None)
    record.facts = {
        "request": id_ or passing_id(),
        "method": method,
        "rule": rule,
        "status": status,
        "ms": round((time.perf_counter() - began) * 1000, 1),
    }
    _requests.handle(record)


def register(app: Flask) -> None:
    """Send all logs through ``JsonLines`` and write one line for each request of ``app``."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    if not any(isinstance(h.formatter, JsonLines) for h in root.handlers):
        root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    # A line for each job would hide the others; that the engine is away we tell ourselves.
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)

    @app.before_request
    def begin() -> None:
        g.request_id = passing_id()
        g.request_started = time.perf_counter()

    @app.after_request
    def write_line(response: Response) -> Response:
        # The rule, not the path: paths hold tokens.
        rule = str(request.url_rule) if request.url_rule else "(none)"
        began = g.get("request_started") or time.perf_counter()
        note_request(request.method, rule, response.status_code, began, g.get("request_id", ""))
        return response
