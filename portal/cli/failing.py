"""How a command says that it cannot: one line on stderr, exit 2."""

from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn, ParamSpec, TypeVar

import click
import sqlalchemy as sa
from flask.cli import AppGroup

from portal.cli import schema
from portal.db import db

P = ParamSpec("P")
R = TypeVar("R")


def fail(line: str) -> NoReturn:
    """End the command with ``line`` on stderr and exit code 2; nothing has been changed."""
    click.echo(line, err=True)
    raise SystemExit(2)


class CommandGroup(AppGroup):
    """Commands that say in one line when it is the database that is not ready for them."""

    def command(self, *args: Any, **kwargs: Any) -> Callable[[Callable[..., Any]], click.Command]:  # type: ignore[override]
        """Add a command, as ``AppGroup`` does."""
        add = super().command(*args, **kwargs)
        return lambda callback: add(telling_of_the_database(callback))


def telling_of_the_database(callback: Callable[P, R]) -> Callable[P, R]:
    """``callback``, ended with one line when the database is away, or of another version."""

    @wraps(callback)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return callback(*args, **kwargs)
        except sa.exc.DBAPIError:
            _tell_of_the_database()
            raise

    return told


def _tell_of_the_database() -> None:
    """End the command when the database explains the fault; any other fault stays one of ours."""
    db.session.rollback()
    try:
        current = schema.is_current()
    except sa.exc.OperationalError as away:
        fail(f"the database cannot be reached: {str(away.orig).strip().splitlines()[0]}")
    if not current:
        fail("the database is not of this version: run flask --app wsgi db upgrade first")
