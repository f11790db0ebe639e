"""Structured minutes of a group's meeting, turned into what the portal keeps of it.

Whatever exists already, known by its own names, is left as it is: a second import of the same
minutes changes nothing, and neither undoes what the secretariat has corrected since.
"""

from datetime import datetime
from typing import Any

from flask_babel import force_locale

from portal import audit, day_notes
from portal.db import db
from portal.imports import registers
from portal.imports.minutes import checking, events, groups, meeting
from portal.imports.minutes.people import People
from portal.imports.minutes.report import Report


def import_minutes(document: dict[str, Any], *, now: datetime) -> Report:
    """Make of ``document`` (checked against its schema) what is not there yet, and flush.

    Raises:
        BadDocument: see ``checking.check``.
    """
    checking.check(document)
    report = Report()
    registers.fill()
    people = People(document, report.made, now)
    group = groups.expert_group(document, people, report, now)
    # What the portal says in the minutes itself is in their language.
    language = document["meeting"].get("language", "nb")
    with force_locale(language):
        held = meeting.of_document(document, group, people, report, now)
    if held is not None:
        meeting.follow_ups(document, held, people, report)
        meeting.input_rounds(document, held, report)
    leaderless = groups.working_groups(document, group, people, report, now)
    if held is not None and leaderless:
        with force_locale(language):
            noted = groups.note_leads(document, held, leaderless)
        report.made.append(f"notes about leads: {noted}")
    new_events = events.import_events(document, report.made, now=now)
    with force_locale("en"):
        for event in new_events:
            report.warnings += [f"{event.title}: {each.text}" for each in day_notes.of_event(event)]
    db.session.flush()
    if held is not None:
        audit.record("minutes.imported", held, actor=None, now=now, made=len(report.made))
    return report
