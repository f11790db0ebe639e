"""Writing to a group: sent after a hold in which it can be stopped."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app

from portal import audit
from portal.db import db
from portal.groups.letters import notices
from portal.mail import outbox
from portal.mail.outbox import About
from portal.models.accounts import Person
from portal.models.groups import Group
from portal.models.mailings import Mailing

_SHOWN_FOR = timedelta(days=30)
_MOST_SHOWN = 5


class NobodyToWriteTo(Exception):
    """Nobody in the group has an address."""


def count(group: Group) -> int:
    """How many a letter to ``group`` goes to now."""
    people = notices.readers(group.id).order_by(None).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(people)) or 0


def send(group: Group, name: str, subject: str, body: str, *, by: Person, now: datetime) -> Mailing:
    """Write to all who sit in ``group``, after the hold. The same ``name`` twice is one letter.

    Who gets it is settled now (docs/decisions/0010); who leaves meanwhile does not.

    Raises:
        NobodyToWriteTo: nobody there can be reached.
    """
    ids = [person.id for person in db.session.scalars(notices.readers(group.id))]
    if not ids:
        raise NobodyToWriteTo
    key = f"{notices.KIND}-{group.id}-{by.id}-{name}"
    is_new = outbox.enqueue_mailing(
        notices.KIND,
        key=key,
        now=now,
        by=by,
        about=About(subject=subject, group_id=group.id),
        hold=timedelta(seconds=current_app.config["MAILING_HOLD_SECONDS"]),
        person_ids=ids,
        title=subject,
        body=body,
        language=by.language,
        group_name=group.name,
    )
    mailing = db.session.scalars(sa.select(Mailing).where(Mailing.dedupe_key == key)).one()
    if is_new:
        mailing.total = len(ids)
        facts = {"group": group.id, "recipients": len(ids)}
        audit.record("group.letter_written", mailing, actor=by, now=now, **facts)
    return mailing


def latest(group: Group, now: datetime) -> list[Mailing]:
    """What was written to ``group`` of late, the newest first."""
    return list(
        db.session.scalars(
            sa.select(Mailing)
            .where(
                Mailing.kind == notices.KIND,
                Mailing.group_id == group.id,
                Mailing.created_at > now - _SHOWN_FOR,
            )
            .order_by(Mailing.id.desc())
            .limit(_MOST_SHOWN)
        )
    )
