"""``flask serve``: the embedded portal, one process with web server and delivery."""

import fcntl
import logging
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click
import waitress.server
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from portal import clock, worker
from portal.cli import schema
from portal.cli.failing import fail, telling_of_the_database
from portal.db import db
from portal.demo import loading
from portal.demo.sink import demo_mail
from portal.engine.loading import load, reason_of
from portal.imports import registers
from portal.mail import outbox, smtp

log = logging.getLogger(__name__)
_THREADS = 8
_GRACE_SECONDS = smtp.TIMEOUT_SECONDS + 5


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on; PORT, or 5000, when not given.")
@with_appcontext
@telling_of_the_database
def serve(host: str, port: int | None) -> None:
    """Serve the portal and deliver its mail, until it is told to stop."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    listener = _listen(host, app.config["PORT"] if port is None else port)
    _point_links_at(app, listener.getsockname()[1])
    signal.signal(signal.SIGTERM, _leave)
    # A request that waits for one of the threads is nothing to tell of.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    with _alone_in(Path(app.config["INSTANCE_DIR"])):
        prepare_database()
    with demo_mail(app), _delivering(app):
        server = waitress.server.create_server(
            app,
            sockets=[listener],
            threads=_THREADS,
            ident=None,
            # What a proxy of ours says about the reader is read by the app, anybody else's is not.
            clear_untrusted_proxy_headers=not app.config["TRUSTED_PROXIES"],
        )
        click.echo(f"Oppdrag Oslofjorden is ready: {app.config['BASE_URL']}")
        server.run()


def prepare_database() -> None:
    """Bring the tables up to date; fill empty ones with the demo, or with the registers alone."""
    if not schema.is_current():
        upgrade()
    _prepare_engine()
    if current_app.config["DEMO"] and loading.is_empty():
        loading.load(clock.now())
        db.session.commit()
    elif registers.are_empty():
        registers.fill()
        db.session.commit()
    db.session.remove()


def _prepare_engine() -> None:
    """Do what ``flask engine prepare`` does; mail leaves without it too, so no fault stops us."""
    engine = load("schema") if db.engine.dialect.name == "postgresql" else None
    if engine is None:
        return
    try:
        with db.engine.begin() as connection:
            engine.prepare(connection)
    except Exception as error:
        log.warning("the job engine is not prepared: %s", reason_of(error))


def _listen(host: str, port: int) -> socket.socket:
    """A socket that takes connections from now on; they are answered when the portal is ready."""
    try:
        family, *_rest, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=1024)
    except OSError as error:
        said = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        fail(f"Cannot listen on {host} port {port}: {said}. Set PORT to use another one.")


def _point_links_at(app: Flask, port: int) -> None:
    """Let links in mails lead to the port that is served, unless BASE_URL says where."""
    if not os.environ.get("BASE_URL"):
        app.config["BASE_URL"] = f"http://127.0.0.1:{port}"


@contextmanager
def _alone_in(instance: Path) -> Iterator[None]:
    """Only one process at a time prepares the database: a second waits and finds it done."""
    with (instance / "prepare.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _delivering(app: Flask) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=worker.run_alone, args=(app, stop), name="delivery")
    thread.start()
    try:
        yield
    finally:
        # The message in hand is finished, the others wait for the next start.
        stop.set()
        outbox.woken.set()
        thread.join(_GRACE_SECONDS)


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)
