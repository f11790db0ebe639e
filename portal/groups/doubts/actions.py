"""What organisers do about doubts: tick them off with a word, and open them again."""

from datetime import datetime

from portal import audit
from portal.db import lock_row
from portal.models.accounts import Person
from portal.models.minutes import ImportNote


class AlreadyHandled(Exception):
    """Somebody else has ticked it off meanwhile, with words of their own."""


def handle(note: ImportNote, answer: str, *, by: Person, now: datetime) -> None:
    """Tick ``note`` off, with what was found out; the same person may do so twice.

    Raises:
        AlreadyHandled: see there.
    """
    lock_row(note)
    if note.handled_at is not None:
        if (note.handled_by_id, note.answer) != (by.id, answer):
            raise AlreadyHandled
        return
    note.handled_at, note.handled_by_id, note.answer = now, by.id, answer
    audit.record("import_note.handled", note, actor=by, now=now)


def reopen(note: ImportNote, *, by: Person, now: datetime) -> None:
    """Open ``note`` again; what was found out stays to be written on. Twice is as once."""
    lock_row(note)
    if note.handled_at is None:
        return
    note.handled_at = note.handled_by_id = None
    audit.record("import_note.reopened", note, actor=by, now=now)
