"""Pages about asking groups for jurors, and about doubts in imported minutes."""

from portal.jury.appeals import addresses as appeal_addresses
from portal.models.appeals import AppealRecipient, JuryAppeal
from portal.models.minutes import ImportNote
from tests.browser.addresses.finding import KARI, NOBODY, Given, Values, one


def of_appeals() -> Given:
    """The group that was asked, and one that is being."""
    appeal = one(JuryAppeal, JuryAppeal.mailing_id.is_not(None))
    waits = one(
        AppealRecipient,
        AppealRecipient.appeal_id == appeal.id,
        AppealRecipient.is_near,
        AppealRecipient.declined_at.is_not(None),
    )
    token = appeal_addresses.url_of(waits, waits.person).rsplit("/", 1)[1]
    here = {"slug": appeal.group.slug, "season_slug": appeal.season.slug}
    draft = one(JuryAppeal, JuryAppeal.mailing_id.is_(None))
    return {
        "appeal_links.show": ({"token": token}, NOBODY),
        "appeals.index": ({"slug": draft.group.slug}, KARI),
        "appeals.write": (here, KARI),
        "appeals.answers": (here, KARI),
        "appeals.preview": ({"slug": draft.group.slug, "public_id": draft.public_id}, KARI),
        "organise_appeals.of_season": ({"slug": appeal.season.slug}, KARI),
        "import_notes.handle": (_doubt(), KARI),
    }


def _doubt() -> Values:
    note = one(ImportNote, ImportNote.handled_at.is_(None))
    meeting = note.meeting
    at = {"slug": meeting.group.slug, "public_id": meeting.public_id}
    return {**at, "note_id": note.public_id}
