"""``flask retention run``: forget what has been kept long enough."""

import click

from portal import clock
from portal.cli.failing import CommandGroup
from portal.mail import retention

group = CommandGroup("retention", help="What is kept, and for how long.")


@group.command()
def run() -> None:
    """Delete the text of old messages, and old sign-in requests; workers do so every day."""
    forgotten = retention.run(clock.now())
    click.echo(f"Forgot the text of {forgotten.messages} messages.")
    click.echo(f"Forgot {forgotten.requests} sign-in requests.")
    click.echo(f"Forgot what people wrote in {forgotten.answers} messages that came in.")
