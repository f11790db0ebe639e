"""What the tests of seasons share."""

from typing import Any

import sqlalchemy as sa

from portal.db import db
from portal.models.accounts import Person
from portal.models.audit import AuditEntry
from portal.models.invitations import Invitation
from portal.models.jury import Assignment, AssignmentState
from portal.models.mailings import Mailing
from portal.models.seasons import Camp
from tests.factories import MADE

SEASON_FORM = {
    "name": "Oppdrag Oslofjorden 2027",
    "year": "2027",
    "theme": "Fjorden og folket",
    "intro": "",
    "juror_info": "",
    "counties": ["03", "31"],
    "default_minimum": "2",
    "default_target": "3",
    "policy": "nearest",
    "contact_name": "Kari Nordmann",
    "contact_email": "kari@example.org",
    "contact_phone": "22 00 00 00",
}


def create_assignment(
    camp: Camp, person: Person, state: AssignmentState = AssignmentState.ACCEPTED, **values: Any
) -> Assignment:
    """Ola, say, on the first jury of ``camp``."""
    panel = values.pop("panel", camp.panels[0])
    row = Assignment(
        camp_id=camp.id,
        panel_id=panel.id,
        person_id=person.id,
        state=state,
        **{"created_at": MADE, "asked_at": MADE, "ask_number": 1, **values},
    )
    db.session.add(row)
    db.session.commit()
    return row


def camp_form(camp: Camp, **changes: str) -> dict[str, str]:
    """The form of a camp as its page has it, with ``changes``."""
    event, panel = camp.event, camp.panels[0]
    return {
        "title": event.title,
        "day": f"{event.first_day:%d.%m.%Y}",
        "starts": "08.30",
        "ends": "14.30",
        "place": event.place,
        "address": event.address,
        "municipality_code": event.municipality_code or "",
        "summary": event.summary,
        "description": event.description,
        "streaming_url": event.streaming_url,
        "juries": str(len(camp.panels)),
        "minimum": str(panel.minimum),
        "target": str(panel.target),
        "pupils": "",
        "practical": camp.practical,
        "tell": "now",
        "revision": str(event.revision),
        **changes,
    }


def edit_url(camp: Camp) -> str:
    """Where an organiser works on ``camp``."""
    return f"/organise/seasons/{camp.season.slug}/camps/{camp.event.slug}"


def invite(camp: Camp, person: Person) -> None:
    """The camp stands in the person's calendar."""
    db.session.add(Invitation(event=camp.event, person=person, created_at=MADE, sent_sequence=0))
    db.session.commit()


def verbs() -> list[str]:
    """What the audit trail says was done, in order."""
    return list(db.session.scalars(sa.select(AuditEntry.verb).order_by(AuditEntry.id)))


def mailings() -> list[tuple[str, dict[str, Any]]]:
    """The mailings that wait, with what they are given."""
    rows = db.session.scalars(sa.select(Mailing).order_by(Mailing.id))
    return [(row.kind, row.params) for row in rows]
