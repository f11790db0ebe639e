"""What is known of an address: refused, bounced, no longer sent to, and taken up again.

Two permanent refusals in a row, or one hard bounce, and nothing more is sent there: a server that
sees us write to closed mailboxes ends by refusing us everywhere. Sign-in messages still go, since
somebody has typed that address just now; who then uses the link has shown that mail arrives.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from portal import audit
from portal.db import db
from portal.models.accounts import Person
from portal.models.mail import AddressStanding, Cause, Lane, MailState, OutboxMail
from portal.tokens import public_id

# So many permanent refusals in a row close an address; a hard bounce counts as all of them.
MOST_REFUSALS = 2


def fold(address: str) -> str:
    """The address as it is compared; one mailbox may be written in several ways."""
    return address.strip().casefold()


def suppress_unreachable(rows: list[dict[str, Any]]) -> None:
    """Mark those of ``rows``, not yet inserted, whose address is suppressed."""
    asked = {fold(row["recipient"]) for row in rows if row["lane"] != Lane.SIGN_IN}
    closed = suppressed(asked)
    for row in rows:
        if fold(row["recipient"]) in closed and row["lane"] != Lane.SIGN_IN:
            row["state"], row["cause"] = MailState.SUPPRESSED, Cause.ADDRESS_SUPPRESSED


def suppressed(folded: Iterable[str]) -> set[str]:
    """Those of the ``folded`` addresses that nothing is sent to."""
    wanted = sorted(set(folded))
    if not wanted:
        return set()
    statement = sa.select(AddressStanding.folded).where(
        AddressStanding.folded.in_(wanted), AddressStanding.suppressed_at.is_not(None)
    )
    return set(db.session.scalars(statement))


def note_refusal(
    connection: sa.Connection,
    address: str,
    now: datetime,
    *,
    code: int | None,
    words: str,
    is_final: bool = False,
    came_back: bool = False,
) -> bool:
    """Count a permanent refusal of ``address`` in the caller's transaction.

    ``is_final`` says that one is enough, as when a message bounces hard; ``came_back`` that the
    message had been taken first, as by a relay that takes whatever it is given.

    Returns:
        Whether the address is suppressed now.
    """
    folded = fold(address)
    weight = MOST_REFUSALS if is_final else 1
    back = weight if came_back else 0
    told = {"last_code": code, "last_error": words[:500], "last_at": now}
    made = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    counted = (
        made(AddressStanding)
        .values(folded=folded, public_id=public_id(), refusals=weight, bounces=back, **told)
        .on_conflict_do_update(
            index_elements=["folded"],
            set_={
                "refusals": AddressStanding.refusals + weight,
                "bounces": AddressStanding.bounces + back,
                **told,
            },
        )
        .returning(AddressStanding.refusals)
    )
    if connection.scalars(counted).one() < MOST_REFUSALS:
        return False
    _close(connection, folded, now, code=code)
    return True


def _close(connection: sa.Connection, folded: str, now: datetime, *, code: int | None) -> None:
    """Suppress an address, once, and what waits for it each time."""
    closed = connection.scalar(
        sa.update(AddressStanding)
        .where(AddressStanding.folded == folded, AddressStanding.suppressed_at.is_(None))
        .values(suppressed_at=now)
        .returning(AddressStanding.id)
    )
    if closed is not None:
        table = AddressStanding.__tablename__
        audit.record_on(connection, "address.suppressed", table, closed, now=now, code=code)
    connection.execute(_waiting_for(folded, MailState.QUEUED).values(**CLOSED))


def note_delivery(connection: sa.Connection, addresses: Iterable[str]) -> None:
    """Forget the refusals of ``addresses`` that have just taken a message, unless suppressed.

    One that was lifted keeps its row, for those who look up what was done. So does one whose
    messages came back: they had been taken just like this one.
    """
    open_again = sa.and_(
        AddressStanding.folded.in_([fold(each) for each in addresses]),
        AddressStanding.suppressed_at.is_(None),
    )
    connection.execute(
        sa.delete(AddressStanding).where(
            open_again, AddressStanding.lifted_at.is_(None), AddressStanding.bounces == 0
        )
    )
    connection.execute(
        sa.update(AddressStanding)
        .where(open_again, AddressStanding.refusals > AddressStanding.bounces)
        .values(refusals=AddressStanding.bounces)
    )


def note_arrivals(standing: AddressStanding, until: datetime) -> None:
    """Forget what came back, if a message sent since, and before ``until``, did not.

    Only then is it known to have arrived, so far as anybody tells us; refusals count in a row.
    """
    arrived = sa.exists().where(
        sa.func.lower(OutboxMail.recipient) == standing.folded,
        OutboxMail.state == MailState.SENT,
        OutboxMail.sent_at > standing.last_at,
        OutboxMail.sent_at < until,
    )
    if standing.suppressed_at is None and db.session.scalar(sa.select(arrived)):
        _forget(standing)


def _forget(standing: AddressStanding) -> None:
    standing.refusals = standing.bounces = 0
    db.session.flush()


def lift(standing: AddressStanding, *, by: Person | None, now: datetime) -> int:
    """Send to an address again, beginning with what was held back and is still of use.

    ``by`` is who says so: an organiser, or the person who has just used a link from a mail.

    Returns:
        How many messages wait again.
    """
    if standing.suppressed_at is None:
        return 0
    standing.suppressed_at = None
    _forget(standing)
    standing.lifted_at, standing.lifted_by = now, by
    audit.record("address.lifted", standing, actor=by, now=now)
    db.session.flush()
    released = db.session.execute(
        _waiting_for(standing.folded, MailState.SUPPRESSED)
        .where(OutboxMail.cause == Cause.ADDRESS_SUPPRESSED, OutboxMail.expires_at > now)
        .values(state=MailState.QUEUED, cause=Cause.NONE, not_before=_not_before(now))
        .returning(OutboxMail.id)
    )
    return len(released.all())


def prove(address: str, *, by: Person, now: datetime) -> None:
    """Take up ``address`` again, since ``by`` has just shown that mail arrives there.

    Call it where a link is used that was mailed there, in the transaction that uses it up.
    """
    standing = standing_of(address)
    if standing is not None:
        lift(standing, by=by, now=now)
        _forget(standing)


def standing_of(address: str) -> AddressStanding | None:
    """What is known of ``address``; None when nothing speaks against it."""
    return db.session.scalar(
        sa.select(AddressStanding).where(AddressStanding.folded == fold(address))
    )


CLOSED: Mapping[str, Any] = {"state": MailState.SUPPRESSED, "cause": Cause.ADDRESS_SUPPRESSED}


def _not_before(now: datetime) -> sa.ColumnElement[datetime]:
    """Due from now, and not since it was held back: else it would look as if mail were stuck."""
    return sa.case((OutboxMail.not_before < now, now), else_=OutboxMail.not_before)


def _waiting_for(folded: str, state: MailState) -> sa.Update:
    # Addresses are plain ASCII, so that both databases lower them alike.
    return sa.update(OutboxMail).where(
        OutboxMail.state == state,
        sa.func.lower(OutboxMail.recipient) == folded,
        OutboxMail.lane != int(Lane.SIGN_IN),
    )
