"""``flask inbox …``: mail that came in."""

import json
import sys
from pathlib import Path

import click
from flask import current_app
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError

from portal import clock
from portal.answers import mailbox
from portal.answers.inbox import taking as received
from portal.answers.mailbox import Tally
from portal.cli.failing import CommandGroup, fail
from portal.db import db
from portal.mail.imap import MailboxAway

# EX_TEMPFAIL of sysexits.h: whatever else a pipe ends with, servers send back to the sender.
_TEMPORARY = 75
# A row that somebody else wrote at the same moment is there at the next try.
_TRY_AGAIN = (OperationalError, InterfaceError, IntegrityError)

inbox = CommandGroup("inbox", help="Mail that came in.")


@inbox.command()
@click.argument("source", metavar="FILE|-")
def read(source: str) -> None:
    """Take in one message from FILE, or from standard input, as a mail server's pipe gives it.

    Prints one line of JSON that tells what it did. Exit code 0 whatever the message holds, so that
    no server sends it back to its sender; 2 when there is nothing to read; 75 when the database is
    away or busy, which tells a mail server to try again later.
    """
    raw = _content(source)
    try:
        done = received.take(raw, clock.now())
        db.session.commit()
    except _TRY_AGAIN as fault:
        db.session.rollback()
        click.echo(f"The database takes nothing just now ({type(fault).__name__}).", err=True)
        raise SystemExit(_TEMPORARY) from fault
    click.echo(json.dumps(done.as_dict()))


@inbox.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def fetch(as_json: bool) -> None:
    """Take in what is new in the mailbox of INBOX_URL, and move it out of the way.

    Prints one line that tells what it was. Exit code 2 when the mailbox or the database is away;
    what was taken in before stays so, the rest comes at the next call.
    """
    account = current_app.config["INBOX"]
    if account is None:
        fail("INBOX_URL is not set, so there is no mailbox to read.")
    is_busy, tally = False, Tally()
    try:
        tally = mailbox.fetch(account)
    except MailboxAway as away:
        fail(f"The mailbox at {account.host} cannot be read: {away}.")
    except mailbox.DatabaseAway as away:
        fail(f"The database takes nothing just now ({away}); the messages wait in the mailbox.")
    except mailbox.Busy:
        is_busy = True
    if as_json:
        click.echo(json.dumps({**tally.as_dict(), "busy": is_busy}))
    elif is_busy:
        click.echo("Somebody else reads the mailbox just now.")
    else:
        click.echo(_told(tally))


def _told(tally: Tally) -> str:
    """What came in, in one line; what is out of the ordinary only when there is any."""
    line = (
        f"Read {tally.read}: {tally.applied} applied, {tally.waiting} waiting,"
        f" {tally.ignored} ignored, {tally.odd} odd."
    )
    if tally.left:
        line += f" {tally.left} left for the next time."
    if tally.unmoved:
        line += f" {tally.unmoved} could not be moved."
    return f"{line} There is more." if tally.has_more else line


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
