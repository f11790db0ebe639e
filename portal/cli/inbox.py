"""``flask inbox …``: mail that came in."""

import json
import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from portal import clock
from portal.answers.inbox import taking as received
from portal.cli.failing import fail
from portal.db import db

inbox = AppGroup("inbox", help="Mail that came in.")


@inbox.command()
@click.argument("source", metavar="FILE|-")
def read(source: str) -> None:
    """Take in one message from FILE, or from standard input, as a mail server's pipe gives it.

    Prints one line of JSON that tells what it did. Exit code 0 whatever the message holds, so that
    no server sends it back to its sender; 2 when there is nothing to read.
    """
    done = received.take(_content(source), clock.now())
    db.session.commit()
    click.echo(json.dumps(done.as_dict()))


def _content(source: str) -> bytes:
    # One octet more than is taken shows that there is too much.
    most = received.LARGEST + 1
    if source == "-":
        return sys.stdin.buffer.read(most)
    try:
        with Path(source).open("rb") as file:
            return file.read(most)
    except OSError as error:
        fail(f"{source} cannot be read: {error.strerror}.")
    except ValueError:
        fail(f"{source!r} is no name of a file.")
