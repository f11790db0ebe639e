"""What was done, by whom, to what: one append-only row in the change's own transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, event, insert, inspect
from sqlalchemy.orm import Mapper

from portal.db import db
from portal.models.accounts import Person
from portal.models.audit import AuditEntry


class AuditIsAppendOnly(Exception):
    """Somebody tried to change or delete what was recorded."""


def record(verb: str, thing: Any, *, actor: Person | None, now: datetime, **details: Any) -> None:
    """Write down that ``actor`` did ``verb`` to ``thing`` (any row of ours).

    ``details`` hold ids, codes, numbers and states; never names, addresses or free text, so that
    erasing a person leaves the record whole. ``thing`` is flushed when it has no id yet.
    """
    if thing.id is None:
        db.session.flush()
    db.session.add(
        AuditEntry(
            at=now,
            actor_id=actor.id if actor else None,
            verb=verb,
            object_kind=inspect(thing).mapper.local_table.name,
            object_id=thing.id,
            details=details,
        )
    )


def record_on(
    connection: Connection, verb: str, table: str, number: int, *, now: datetime, **details: Any
) -> None:
    """``record`` for what the portal does by itself, in a transaction that has no session."""
    entry = {"at": now, "verb": verb, "object_kind": table, "object_id": number}
    connection.execute(insert(AuditEntry).values(**entry, details=details))


@event.listens_for(AuditEntry, "before_update")
@event.listens_for(AuditEntry, "before_delete")
def _refuse(mapper: Mapper[AuditEntry], connection: Any, entry: AuditEntry) -> None:
    raise AuditIsAppendOnly(f"audit entry {entry.id}")
