"""An address of the demo for every page about asking groups, and about doubts in minutes."""

from typing import Any

import sqlalchemy as sa

from portal.db import db
from portal.jury.appeals import addresses as appeal_addresses
from portal.models.appeals import AppealRecipient, JuryAppeal
from portal.models.minutes import ImportNote


def of_pages(kari: str) -> dict[str, tuple[dict[str, Any], str]]:
    """The group that was asked, and one that is being."""
    appeal = _one(JuryAppeal, JuryAppeal.mailing_id.is_not(None))
    waits = _one(
        AppealRecipient,
        AppealRecipient.appeal_id == appeal.id,
        AppealRecipient.is_near,
        AppealRecipient.declined_at.is_not(None),
    )
    token = appeal_addresses.url_of(waits, waits.person).rsplit("/", 1)[1]
    here = {"slug": appeal.group.slug, "season_slug": appeal.season.slug}
    draft = _one(JuryAppeal, JuryAppeal.mailing_id.is_(None))
    return {
        "appeal_links.show": ({"token": token}, ""),
        "appeals.index": ({"slug": draft.group.slug}, kari),
        "appeals.write": (here, kari),
        "appeals.answers": (here, kari),
        "appeals.preview": ({"slug": draft.group.slug, "public_id": draft.public_id}, kari),
        "organise_appeals.of_season": ({"slug": appeal.season.slug}, kari),
        "import_notes.handle": (_doubt(), kari),
    }


def _doubt() -> dict[str, Any]:
    note = _one(ImportNote, ImportNote.handled_at.is_(None))
    meeting = note.meeting
    at = {"slug": meeting.group.slug, "public_id": meeting.public_id}
    return {**at, "note_id": note.public_id}


def _one(table: Any, *conditions: Any) -> Any:
    found = db.session.scalars(sa.select(table).where(*conditions).order_by(table.id)).first()
    assert found is not None, f"the demo has no such {table.__name__}"
    return found
