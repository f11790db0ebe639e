"""Signing in and out, and what one says of oneself."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from portal import audit, people
from portal.db import db
from portal.mail import addresses as mail_addresses
from portal.mail import outbox
from portal.models.accounts import EmailAddress, Person, SignInRequest, SignInSession
from portal.tokens import fingerprint

log = logging.getLogger(__name__)

PER_ADDRESS, PER_NETWORK, EVERYWHERE = 5, 20, 300
_WINDOW = timedelta(hours=1)


class TooOften(Exception):
    """Too many links were asked for within the hour."""


class DeadLink(Exception):
    """The link was used, is too old, or never was one."""


def ask_for_link(
    address: str, *, mark: str, network: str, language: str, next_path: str, now: datetime
) -> None:
    """Write down that somebody wants a sign-in link sent to ``address``.

    One row, whether or not we know the address: who has an account must not show in the answer or
    in the time it takes. The worker does the rest (``sign_in_mail.handle_requests``).

    Raises:
        TooOften: the address, the network or the whole portal has had its share of the hour.
    """
    folded = people.fold(address)
    _check_limits(folded, network, now)
    asked = SignInRequest(
        folded=folded,
        browser_hash=fingerprint(mark),
        network=network,
        language=language,
        next_path=next_path,
        created_at=now,
    )
    db.session.add(asked)
    db.session.flush()
    outbox.wake_after_commit()


def _check_limits(folded: str, network: str, now: datetime) -> None:
    # What is refused is not written, so that this never reads more rows than the limit of all.
    asked = db.session.execute(
        sa.select(
            sa.func.count(),
            sa.func.count(sa.case((SignInRequest.folded == folded, 1))),
            sa.func.count(sa.case((SignInRequest.network == network, 1))),
        ).where(SignInRequest.created_at > now - _WINDOW, SignInRequest.browser_hash != "")
    ).one()
    everywhere, by_address, by_network = asked
    if everywhere >= EVERYWHERE:
        log.error("sign-in links: the limit of %s an hour is reached", EVERYWHERE)
        raise TooOften
    if by_address >= PER_ADDRESS or by_network >= PER_NETWORK:
        raise TooOften


def use_link(token: str, now: datetime) -> Person:
    """Use up the link, void its siblings, and return the person it signs in.

    Of two who press at once, one gets in.

    Raises:
        DeadLink: it was used or is too old, or the address or the person is no longer let in.
    """
    used = db.session.execute(
        sa.update(SignInRequest)
        .where(
            SignInRequest.token_hash == fingerprint(token),
            SignInRequest.used_at.is_(None),
            SignInRequest.expires_at > now,
        )
        .values(used_at=now)
        .returning(SignInRequest.person_id, SignInRequest.folded, SignInRequest.browser_hash)
    ).one_or_none()
    person = _person_behind(used.person_id, used.folded) if used else None
    if person is None or used is None:
        raise DeadLink
    _void_links(person, now)
    people.confirm_address(person, used.folded, now)
    # Without a browser that asked, the link was handed over by a command, and no mail has arrived.
    if used.browser_hash:
        mail_addresses.prove(used.folded, by=person, now=now)
    return person


def _person_behind(person_id: int | None, folded: str) -> Person | None:
    """The person, if the address is still theirs and they are let in."""
    return db.session.scalar(
        sa.select(Person)
        .join(EmailAddress, EmailAddress.person_id == Person.id)
        .where(Person.id == person_id, EmailAddress.folded == folded, Person.suspended_at.is_(None))
    )


def _void_links(person: Person, now: datetime) -> None:
    db.session.execute(
        sa.update(SignInRequest)
        .where(
            SignInRequest.person_id == person.id,
            SignInRequest.token_hash.is_not(None),
            SignInRequest.used_at.is_(None),
        )
        .values(used_at=now)
    )


def sign_in(
    person: Person, *, user_agent: str, replacing: SignInSession | None, now: datetime
) -> str:
    """Begin a session and return its secret; the one this browser had is ended."""
    if replacing is not None:
        replacing.ended_at = now
    return people.start_session(person, method="link", user_agent=user_agent, now=now)


def end_session(session: SignInSession, *, actor: Person, now: datetime) -> None:
    """Sign one browser out; the first time counts."""
    if session.ended_at is None:
        session.ended_at = now
        audit.record("session.ended", session, actor=actor, now=now)


def end_every_session(person: Person, now: datetime) -> None:
    """Sign a person out of every browser."""
    ended = people.end_sessions(person, now=now)
    audit.record("person.signed_out_everywhere", person, actor=person, now=now, sessions=ended)


def change_person(
    person: Person, values: Mapping[str, Any], *, actor: Person, now: datetime
) -> None:
    """Write what changed among ``values`` (columns of ``Person``); the record names the columns."""
    changed = [name for name, value in values.items() if getattr(person, name) != value]
    for name in changed:
        setattr(person, name, values[name])
    if changed:
        audit.record("person.changed", person, actor=actor, now=now, fields=changed)
