"""``flask reminders …``: what people are reminded of."""

import click

from portal import clock
from portal.cli.failing import CommandGroup
from portal.db import db
from portal.mail.reminding import occasions

reminders = CommandGroup("reminders", help="What people are reminded of.")


@reminders.command()
def queue() -> None:
    """Queue the reminders that are due now; the worker does so each minute by itself."""
    queued = occasions.queue(clock.now())
    db.session.commit()
    click.echo(f"Queued {queued}.")
