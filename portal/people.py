"""People as rows: found by address, made, signed in. Features that meet new people share this."""

import re
from datetime import datetime

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email

from portal import audit
from portal.db import db
from portal.models.accounts import EmailAddress, Person, SignInSession
from portal.tokens import fingerprint, secret

_LONGEST_ADDRESS = 254
_LONGEST_NAME = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# The order matters: each of these also claims to be the ones after it.
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
             ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
_SYSTEMS = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"),
            ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"),
            ("Linux", "Linux"))  # fmt: skip


class BadAddress(ValueError):
    """The text is not a mail address that we can write to."""


class AddressTaken(Exception):
    """Somebody already has this address."""


def normal_address(text: str) -> str:
    """The mail address in ``text`` as SMTP takes it: trimmed, its domain in ASCII letters.

    Raises:
        BadAddress: it is none, or uses letters before the @ that many servers refuse.
    """
    trimmed = text.strip()
    if len(trimmed) > _LONGEST_ADDRESS:
        raise BadAddress
    try:
        found = validate_email(
            trimmed, check_deliverability=False, allow_smtputf8=False, strict=True
        )
    except EmailNotValidError as error:
        raise BadAddress from error
    address = found.ascii_email
    # What reads as an encoded word is decoded by some, into whatever it holds.
    if address is None or len(address) > _LONGEST_ADDRESS or "=?" in address:
        raise BadAddress
    return address


def fold(address: str) -> str:
    """What two spellings of one address have in common; ``EmailAddress.folded`` holds it."""
    return address.strip().casefold()


def clean_name(text: str) -> str:
    """A name on one line, without control characters: it will stand in the head of a mail."""
    return " ".join(_CONTROL.sub(" ", text).split())[:_LONGEST_NAME]


def find_by_email(address: str) -> Person | None:
    """Whoever has this address, in whatever case it is written, confirmed or not.

    An unconfirmed one was written down by an organiser or a command, never by the person: so that
    nobody can claim another's address. A text that is no address finds nobody.
    """
    if _CONTROL.search(address):
        # Databases refuse some of these, even to look for them.
        return None
    return db.session.scalar(
        sa.select(Person)
        .join(EmailAddress, EmailAddress.person_id == Person.id)
        .where(EmailAddress.folded == fold(address))
    )


def create_person(
    name: str,
    email: str | None,
    *,
    confirmed_at: datetime | None,
    now: datetime,
    language: str = "nb",
    actor: Person | None = None,
) -> Person:
    """A new person, flushed, with one primary address or with none.

    ``confirmed_at`` tells when the person showed that mail to the address arrives; None when it was
    only written down. ``actor`` is who made the row; None when the person did by signing up.

    Raises:
        BadAddress: ``email`` is not an address.
        AddressTaken: somebody has it already.
    """
    person = Person(name=clean_name(name), language=language, created_at=now)
    if email is not None:
        address = normal_address(email)
        if find_by_email(address) is not None:
            raise AddressTaken
        person.emails.append(
            EmailAddress(address=address, is_primary=True, confirmed_at=confirmed_at)
        )
    db.session.add(person)
    db.session.flush()
    audit.record("person.created", person, actor=actor or person, now=now)
    return person


def confirm_address(person: Person, address: str, now: datetime) -> None:
    """Note that mail to ``address`` reached the person; the first time counts."""
    for email in person.emails:
        if email.folded == fold(address) and email.confirmed_at is None:
            email.confirmed_at = now
            audit.record(
                "person.address_confirmed", person, actor=person, now=now, address_id=email.id
            )


def start_session(person: Person, *, method: str, user_agent: str, now: datetime) -> str:
    """Sign ``person`` in and return the secret for the cookie; only its hash is kept.

    ``method`` tells how the person was known ("link"). Write the cookie with
    ``access.carry_session``.
    """
    token = secret()
    session = SignInSession(
        token_hash=fingerprint(token),
        person=person,
        method=method,
        browser=describe_browser(user_agent),
        created_at=now,
        seen_at=now,
    )
    db.session.add(session)
    audit.record("session.started", session, actor=person, now=now, method=method)
    return token


def end_sessions(person: Person, *, now: datetime, keep: SignInSession | None = None) -> int:
    """Sign ``person`` out everywhere, but for the browser of ``keep``; how many were ended."""
    kept = keep.id if keep else 0
    ended = db.session.scalars(
        sa.update(SignInSession)
        .where(
            SignInSession.person_id == person.id,
            SignInSession.ended_at.is_(None),
            SignInSession.id != kept,
        )
        .values(ended_at=now)
        .returning(SignInSession.id)
    ).all()
    return len(ended)


def describe_browser(user_agent: str) -> str:
    """``Firefox, Windows``: what a person would call the browser; empty when we cannot tell."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part)
