"""``flask import …``: files in, rows or one clear line."""

from pathlib import Path

import click
from flask.cli import AppGroup

from portal import clock
from portal.cli.failing import fail
from portal.db import db
from portal.imports import documents, registers
from portal.imports.minutes import importing
from portal.imports.minutes.report import Report

group = AppGroup("import", help="Read files that were made elsewhere.")


@group.command("minutes")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be made, and make nothing.")
def import_minutes(file: Path, dry_run: bool) -> None:
    """Make group, meeting, places, follow-ups, events and season of structured minutes."""
    try:
        document = documents.read(file, "minutes")
        report = importing.import_minutes(document, now=clock.now())
    except documents.BadDocument as error:
        db.session.rollback()
        text = str(error)
        fail(text if text.startswith(file.name) else f"{file.name} at {text}")
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    _tell(report, dry_run)


@group.command("registers")
def import_registers() -> None:
    """Add the shipped schools, organisations and school breaks that are not there yet."""
    added = registers.fill()
    db.session.commit()
    click.echo(
        f"Added {added.schools} schools, {added.organisations} organisations"
        f" and {added.school_breaks} school breaks."
    )


def _tell(report: Report, dry_run: bool) -> None:
    if not report.made:
        click.echo("Nothing to do: all of it is there already.")
        return
    click.echo("Would make:" if dry_run else "Made:")
    for line in report.made:
        click.echo(f"  {line}")
    for line in report.warnings:
        click.echo(f"  check: {line}")
