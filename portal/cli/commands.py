"""All commands, bound to the app."""

from flask import Flask

from portal.cli import demo, engine, imports, jury, people, retention
from portal.cli.access_table import access_table
from portal.cli.inbox import inbox
from portal.cli.outbox import outbox
from portal.cli.reminders import reminders
from portal.cli.serve import serve

COMMANDS = (
    serve,
    demo.group,
    outbox,
    inbox,
    reminders,
    engine.group,
    retention.group,
    imports.group,
    jury.group,
    people.group,
    access_table,
)


def register(app: Flask) -> None:
    """Add the portal's commands to ``app``."""
    for command in COMMANDS:
        app.cli.add_command(command)
