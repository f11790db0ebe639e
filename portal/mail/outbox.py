"""Mail is a row before it is a mail: enqueue in the caller's transaction, send later.

Nothing here talks SMTP. A row lives or dies with the change that caused it, and whoever delivers
(``portal/mail/delivery.py``) is woken when that change is committed.
"""

import threading
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal import links
from portal.db import db
from portal.engine import waking
from portal.mail import addresses, choices
from portal.mail.headers import check_address
from portal.mail.message import Message
from portal.mail.mime import to_bytes
from portal.models.accounts import Person
from portal.models.mail import Cause, MailContent, MailState, OutboxMail
from portal.models.mailings import Mailing
from portal.tokens import public_id

LASTS = timedelta(hours=72)
_WAITING = "mail is waiting"

# Set when a transaction that queued mail is committed; the delivery thread waits for it. Workers in
# other processes are woken by a job in that transaction.
woken = threading.Event()


@dataclass(frozen=True)
class About:
    """What a mailing is about, for those who look it up: subject, and season, event or group."""

    subject: str = ""
    season_id: int | None = None
    event_id: int | None = None
    group_id: int | None = None


def enqueue(message: Message, *, key: str, now: datetime, mailing_id: int | None = None) -> bool:
    """Queue ``message`` in the caller's transaction; its bytes are made now and never again.

    ``key`` names the occasion and its revision ("signup-7-rev-2"). A message already queued under
    it stands, and this one is dropped.

    Returns:
        Whether a row was written.
    """
    return insert([row_of(message, key=key, now=now, mailing_id=mailing_id)]) == 1


def row_of(
    message: Message, *, key: str, now: datetime, mailing_id: int | None = None
) -> dict[str, Any]:
    """``message`` rendered as the row that ``insert`` takes; touches no database."""
    names = new_names()
    message_id = names["message_id"]
    return {
        **names,
        "kind": message.kind,
        "topic": message.topic or "",
        "lane": int(message.lane),
        "dedupe_key": key,
        "person_id": message.person_id,
        "event_id": message.event_id,
        "season_id": message.season_id,
        "mailing_id": mailing_id,
        "recipient": message.recipient.address,
        "subject": message.subject,
        "raw": to_bytes(message, message_id=message_id, date=now),
        "state": MailState.QUEUED,
        "cause": Cause.NONE,
        "created_at": now,
        "not_before": message.not_before or now,
        "expires_at": message.expires_at or now + LASTS,
        "attempts": 0,
        "last_error": "",
    }


def new_names() -> dict[str, str]:
    """What only one message is called: here, to its readers, and to whoever sends it back."""
    name = public_id()
    local, _, domain = current_app.config["BOUNCE_ADDRESS"].rpartition("@")
    return {
        "public_id": name,
        "message_id": f"{name}.{public_id()}@{links.host()}",
        "envelope_from": check_address(f"{local}+{name}@{domain}"),
    }


def insert(rows: list[dict[str, Any]]) -> int:
    """Queue rows made by ``row_of`` in the caller's transaction, but for those queued before.

    What its reader has turned off, and what goes to an address that mail does not reach, is kept
    as suppressed, so that organisers see why it was not sent. What is for somebody suspended is
    not kept: nobody may write to them.

    Returns:
        How many were written.
    """
    rows = _to_those_let_in(rows)
    if not rows:
        return 0
    addresses.suppress_unreachable(rows)
    choices.suppress_unwanted(rows)
    contents = {row["dedupe_key"]: row.pop("raw") for row in rows}
    written = _insert_once(OutboxMail, rows)
    if written:
        kept = [{"mail_id": number, "raw": contents[key]} for number, key in written]
        db.session.execute(sa.insert(MailContent), kept)
    return len(written)


def _to_those_let_in(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """``rows`` but for those to people who may not sign in; so no composer can forget it."""
    ids = {row["person_id"] for row in rows if row["person_id"] is not None}
    if not ids:
        return rows
    closed = set(
        db.session.scalars(
            sa.select(Person.id).where(Person.id.in_(ids), Person.suspended_at.is_not(None))
        )
    )
    return [row for row in rows if row["person_id"] not in closed]


def enqueue_mailing(
    kind: str,
    *,
    key: str,
    now: datetime,
    by: Person | None,
    about: About = About(),
    hold: timedelta = timedelta(0),
    **params: Any,
) -> bool:
    """Queue one notice to many: a single row, made into messages by the worker after ``hold``.

    ``kind`` names a composer known to the worker, ``params`` (ids and plain values) what it needs.
    """
    row = {
        "public_id": public_id(),
        "kind": kind,
        "dedupe_key": key,
        "params": params,
        "subject": about.subject,
        "season_id": about.season_id,
        "event_id": about.event_id or params.get("event_id"),
        "group_id": about.group_id,
        "created_at": now,
        "created_by_id": by.id if by else None,
        "hold_until": now + hold,
        "error": "",
    }
    return len(_insert_once(Mailing, [row])) == 1


def known_mailings(keys: Collection[str]) -> set[str]:
    """Which of ``keys`` name a mailing already: what was queued before."""
    if not keys:
        return set()
    return set(
        db.session.scalars(sa.select(Mailing.dedupe_key).where(Mailing.dedupe_key.in_(keys)))
    )


def _insert_once(
    table: type[OutboxMail] | type[Mailing], rows: list[dict[str, Any]]
) -> list[tuple[int, str]]:
    """Insert those ``rows`` whose key is new; the id and key of each that was."""
    db.session.flush()
    made = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    statement = made(table).values(rows).on_conflict_do_nothing(index_elements=["dedupe_key"])
    found = db.session.execute(statement.returning(table.id, table.dedupe_key))
    db.session.info[_WAITING] = True
    return [(row.id, row.dedupe_key) for row in found]


@event.listens_for(Session, "before_commit")
def _wake_elsewhere(session: Session) -> None:
    """Let the job that wakes another process live or die with the mail it is for."""
    if session.info.get(_WAITING) and not session.in_nested_transaction():
        waking.wake_on_commit(session)


@event.listens_for(Session, "after_commit")
def _wake(session: Session) -> None:
    # The end of a savepoint commits nothing yet.
    if not session.in_nested_transaction() and session.info.pop(_WAITING, False):
        woken.set()


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(_WAITING, None)


def wake_after_commit() -> None:
    """Let the worker look at once when this transaction is committed: it left something to do."""
    db.session.info[_WAITING] = True
