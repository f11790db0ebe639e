"""``flask engine …``: the tables of the job engine, and how it is."""

import json

import click

from portal.cli.failing import CommandGroup, fail
from portal.db import db
from portal.engine import looking
from portal.engine.loading import load

group = CommandGroup("engine", help="The job engine on PostgreSQL.")


@group.command()
def prepare() -> None:
    """Make the engine's tables, or bring them up to date; again changes nothing."""
    _only_postgresql()
    schema = load("schema")
    if schema is None:
        fail("Procrastinate is not installed; it comes with requirements.txt.")
    try:
        with db.engine.begin() as connection:
            steps = schema.prepare(connection)
    except schema.CannotPrepare as error:
        fail(f"The engine cannot be prepared: {error}.")
    click.echo("\n".join(f"Done: {step}" for step in steps) or "The engine is up to date.")


@group.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def status(as_json: bool) -> None:
    """How many workers are there, and how many jobs wait, are being done, stalled and failed."""
    _only_postgresql()
    numbers = looking.numbers(db.engine)
    if numbers is None:
        fail("The engine's tables are not there; flask engine prepare makes them.")
    if as_json:
        click.echo(json.dumps(numbers))
        return
    for name, number in numbers.items():
        click.echo(f"{name:16} {number}")


def _only_postgresql() -> None:
    if db.engine.dialect.name != "postgresql":
        fail("SQLite needs no engine: the portal's own process delivers.")
