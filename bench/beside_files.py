"""A portal and, beside its feed, a static file of the same bytes, served by the same server.

Run as a program it serves by waitress, as ``flask serve`` does; gunicorn takes
``bench.beside_files:from_environment()``. The environment says what (bench/rates.py).
"""

import os
from pathlib import Path
from wsgiref.headers import Headers

import waitress.server
from flask import Flask
from whitenoise import WhiteNoise

from portal import security_headers
from portal.app import create_app

PREFIX = "same"
_THREADS = 8


def app_with_files(database: str, folder: Path) -> Flask:
    """The portal on ``database``, and the files of ``folder`` under ``/same/``."""
    app = create_app(
        {
            "SQLALCHEMY_DATABASE_URI": database,
            "INSTANCE_DIR": str(folder),
            "SECRET_KEY": "bench-" * 8,
            "FEED_KEY": "bench-" * 8,
            "BASE_URL": "http://localhost",
            "TRUSTED_HOSTS": ["localhost"],
            "DEMO": False,
        }
    )

    def add_headers(headers: Headers, path: str, url: str) -> None:
        for name, value in security_headers.of(app).items():
            headers[name] = value

    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(folder / PREFIX),
        prefix=f"{PREFIX}/",
        add_headers_function=add_headers,
    )
    return app


def from_environment() -> Flask:
    """The same, by what stands in the environment."""
    return app_with_files(os.environ["BENCH_DATABASE"], Path(os.environ["BENCH_FOLDER"]))


def _main() -> None:
    waitress.server.create_server(
        from_environment(),
        host="127.0.0.1",
        port=int(os.environ["BENCH_PORT"]),
        threads=_THREADS,
        ident=None,
    ).run()


if __name__ == "__main__":
    _main()
