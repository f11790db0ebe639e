"""How a command says that it cannot: one line on stderr, exit 2."""

from typing import NoReturn

import click


def fail(line: str) -> NoReturn:
    """End the command with ``line`` on stderr and exit code 2; nothing has been changed."""
    click.echo(line, err=True)
    raise SystemExit(2)
