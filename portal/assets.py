"""The look: built by ``frontend/build.py``, served pre-compressed under names that never change.

When they have not been built the pages still work, unstyled, and one line in the log says so.
"""

import json
from functools import cache
from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask, current_app
from whitenoise import WhiteNoise

from portal import security_headers

DIST = Path(__file__).parent / "static" / "dist"


def register(app: Flask, dist: Path = DIST) -> None:
    """Serve the built files under /static/ and let templates find them by ``asset("app.css")``."""
    app.config["ASSETS"] = _manifest(dist)
    if not app.config["ASSETS"]:
        app.logger.warning("The look is missing: run `make setup`. Pages are shown without it.")
        app.add_template_global(asset)
        return

    def add_headers(headers: Headers, path: str, url: str) -> None:
        for name, value in security_headers.of(app).items():
            headers[name] = value

    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(dist),
        prefix="static/",
        immutable_file_test=lambda path, url: True,
        add_headers_function=add_headers,
    )
    app.add_template_global(asset)


def asset(name: str) -> str | None:
    """The address of a built file, None when it was not built."""
    built: dict[str, str] = current_app.config["ASSETS"]
    return f"/static/{built[name]}" if name in built else None


@cache
def _manifest(dist: Path) -> dict[str, str]:
    path = dist / "manifest.json"
    manifest: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    return manifest
