"""Writing to many: begin a draft, keep it, try it on oneself, send it."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.dialects import postgresql, sqlite

from portal import audit
from portal.db import db
from portal.mail import outbox
from portal.mail.outbox import About
from portal.mailings import notices, queries, texts
from portal.mailings.audiences import Audience
from portal.models.accounts import Person
from portal.models.mailings import Mailing, MailingDraft


class ChangedMeanwhile(Exception):
    """The text, or how many it reaches, is no longer what was looked at."""


class NotReady(Exception):
    """Something is missing, so that it cannot be sent."""


class NobodyToWriteTo(Exception):
    """It reaches nobody."""


def begin(public_id: str, *, by: Person, now: datetime, audience: Audience | None = None) -> None:
    """Begin a draft called ``public_id``; the same name twice is one draft."""
    made = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    values = {
        "public_id": public_id,
        "written_by_id": by.id,
        "audience": audience.as_kept() if audience else {},
        "texts": {},
        "is_ready": False,
        "revision": 1,
        "created_at": now,
        "changed_at": now,
    }
    statement = made(MailingDraft).values(values)
    db.session.execute(statement.on_conflict_do_nothing(index_elements=["public_id"]))


def keep(
    draft: MailingDraft,
    audience: Audience | None,
    written: dict[str, dict[str, str]],
    *,
    is_ready: bool,
    now: datetime,
) -> None:
    """Keep what was typed, sound or not, so that nothing is lost."""
    values: dict[str, Any] = {
        "audience": audience.as_kept() if audience else {},
        "texts": written,
        "is_ready": is_ready,
    }
    if all(getattr(draft, name) == value for name, value in values.items()):
        return
    for name, value in values.items():
        setattr(draft, name, value)
    draft.revision += 1
    draft.changed_at = now


def discard(draft: MailingDraft) -> None:
    """Throw a draft away."""
    db.session.delete(draft)


def try_it(draft: MailingDraft, *, occasion: str, by: Person, now: datetime) -> bool:
    """Send ``by`` the message as they would get it, marked as a test.

    ``occasion`` names the press of the button: the same twice sends one.

    Returns:
        Whether it was queued now.

    Raises:
        NotReady: something is missing.
        NoAddress: ``by`` has no address.
    """
    if not draft.is_ready:
        raise NotReady
    message = notices.trial_letter(draft.texts, by, audience=Audience.read(draft.audience))
    key = f"mailing-test-{draft.public_id}-{draft.revision}-{occasion[:40]}"
    return outbox.enqueue(message, key=key, now=now)


def send(draft: MailingDraft, *, revision: int, count: int, by: Person, now: datetime) -> Mailing:
    """Let ``draft`` go to all it is for, after the hold. Sent twice, it is one mailing.

    Who gets it is settled now (docs/decisions/0010). ``revision`` and ``count`` are what was looked
    at: the draft as it was, and how many it reached.

    Raises:
        NotReady: something is missing.
        ChangedMeanwhile: it is not what was looked at any more.
        NobodyToWriteTo: it reaches nobody.
    """
    if not draft.is_ready:
        raise NotReady
    audience = Audience.read(draft.audience)
    reached = queries.reach_of(audience).reached
    if (draft.revision, reached) != (revision, count):
        raise ChangedMeanwhile
    if not reached:
        raise NobodyToWriteTo
    ids = queries.ids_of(audience)
    key = queries.key_of(draft.public_id)
    is_new = outbox.enqueue_mailing(
        notices.KIND,
        key=key,
        now=now,
        by=by,
        about=_about(draft, audience),
        hold=timedelta(seconds=current_app.config["MAILING_HOLD_SECONDS"]),
        audience=audience.as_kept(),
        texts=draft.texts,
        person_ids=ids,
    )
    mailing = db.session.scalars(sa.select(Mailing).where(Mailing.dedupe_key == key)).one()
    if is_new:
        mailing.total = len(ids)
        facts = {"who": str(audience.who), "about": audience.about, "recipients": len(ids)}
        audit.record("mailing.created", mailing, actor=by, now=now, **facts)
    # By its id: the other of two presses may have taken it already.
    db.session.execute(sa.delete(MailingDraft).where(MailingDraft.id == draft.id))
    return mailing


def _about(draft: MailingDraft, audience: Audience) -> About:
    return About(
        subject=texts.subject_of(draft.texts),
        season_id=audience.season_id,
        event_id=audience.event_id,
        group_id=audience.group_id,
    )
