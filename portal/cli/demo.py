"""``flask demo …``: the portal filled with a season to try out."""

import click

from portal import clock
from portal.cli.failing import CommandGroup, fail
from portal.db import db
from portal.demo import loading

group = CommandGroup("demo", help="Fill an empty portal with invented people and real schools.")


@group.command("load")
@click.option(
    "--events",
    type=click.IntRange(0, 1_000_000),
    default=0,
    help="Add so many synthetic events, for trying speed.",
)
def load(events: int) -> None:
    """Make an archived season, a coming one, groups, a programme and mail in every state."""
    if not loading.is_empty():
        fail("The database is not empty: the demo is only loaded into an empty one.")
    loading.load(clock.now(), events)
    db.session.commit()
    click.echo("The demo is loaded. Sign in as kari.nordmann@example.org.")
