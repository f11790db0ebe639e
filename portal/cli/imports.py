"""``flask import …``: files in, rows or one clear line."""

from pathlib import Path

import click
import sqlalchemy as sa
from flask_babel import force_locale

from portal import clock, dates
from portal.cli.failing import CommandGroup, fail
from portal.db import db
from portal.groups.roster import actions as roster
from portal.groups.roster import proposals
from portal.groups.roster.columns import NoHeadings
from portal.groups.roster.proposals import Kind, Proposal
from portal.imports import documents, registers
from portal.imports.minutes import importing
from portal.imports.minutes.report import Report
from portal.models.groups import Group
from portal.office import tables
from portal.office.tables import BadTable, Table

group = CommandGroup("import", help="Read files that were made elsewhere.")


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


@group.command("people")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--group", "slug", required=True, help="The group they sit in, as in its address.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
def import_people(file: Path, slug: str, dry_run: bool) -> None:
    """Take the people of a CSV or Excel file into a group; nobody is written to."""
    now = clock.now()
    members_of = db.session.scalar(sa.select(Group).where(Group.slug == slug))
    if members_of is None:
        fail(f"there is no group {slug!r}")
    with force_locale("en"):
        table = _table_in(file)
        try:
            proposal = proposals.propose(members_of, table, dates.today(now))
        except NoHeadings:
            fail(f"{file.name} row 1: no heading tells who a row is about, such as Navn or E-post")
        _refuse_wrong(file, proposal)
        if not dry_run:
            seen, today = proposal.fingerprint, dates.today(now)
            roster.take_in(members_of, table, seen=seen, by=None, today=today, now=now)
            db.session.commit()
    click.echo(_in_words(proposal, dry_run))


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


def _table_in(file: Path) -> Table:
    try:
        if file.stat().st_size > tables.LARGEST:
            fail(f"{file.name}: {tables.REASONS[tables.Fault.TOO_LARGE]}")
        return tables.read(file.name, file.read_bytes())
    except OSError as error:
        fail(f"{file.name}: {error.strerror or 'cannot be read'}")
    except BadTable as bad:
        fail(f"{file.name} row {bad.row}: {bad.words}" if bad.row else f"{file.name}: {bad.words}")


def _refuse_wrong(file: Path, proposal: Proposal) -> None:
    """One line for the first row that must be corrected, and how many more must."""
    wrong = proposal.of(Kind.WRONG)
    if wrong:
        first, rest = wrong[0].entry, len(wrong) - 1
        more = f" (and {rest} more)" if rest else ""
        fail(f"{file.name} row {first.number}: {'; '.join(first.errors)}{more}")


def _in_words(proposal: Proposal, dry_run: bool) -> str:
    counts = proposal.counts
    known = counts.get(Kind.KNOWN, 0) + counts.get(Kind.RETURNS, 0)
    verb = "Would add" if dry_run else "Added"
    return (
        f"{verb} {counts.get(Kind.NEW, 0)} new people, {known} known ones and"
        f" {counts.get(Kind.LABEL, 0)} places without a name;"
        f" {counts.get(Kind.HERE, 0)} have a place already."
    )
