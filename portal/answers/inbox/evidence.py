"""Whose answer a message is, and whether to believe it. Pure.

Four things speak for an answer: (a) it came to somebody's own calendar address, which only they and
we know; (b) it names an event of ours; (c) its ATTENDEE is an address of somebody invited to that;
(d) our mail server saw that it comes from the domain in From. This is asked when (b) is settled.

- a and c, of one person: it is theirs.
- c of another person who is invited: theirs if d proves it; never that of whose address it came to.
- c and d without a: theirs. c alone: somebody decides.
- a, and an address that nobody has: their own under another name, or forwarded (``aliases.py``).
"""

import enum
from collections.abc import Collection
from dataclasses import dataclass

from portal.answers.inbox.aliases import is_alias


class Verdict(enum.StrEnum):
    """What to do with an answer."""

    APPLY = "apply"
    APPLY_AS_ALIAS = "apply_as_alias"
    # Somebody else got hold of the invitation and wants to come.
    FORWARDED = "forwarded"
    UNPROVED = "unproved"
    NO_EVIDENCE = "no_evidence"
    # It came to an address that its owner has made worthless.
    REVOKED = "revoked"


@dataclass(frozen=True)
class Known:
    """Somebody we know, with the addresses that are certainly theirs, casefolded."""

    id: int
    name: str
    addresses: frozenset[str]


@dataclass(frozen=True)
class Evidence:
    """What speaks for an answer.

    ``owner`` is whose calendar address it came to (a), ``is_revoked`` that it came to one that is
    worth nothing any more. ``holder`` has the ATTENDEE's address and ``is_invited`` to the event
    (c). ``is_proved`` says that the domain in From is genuine (d). ``names`` are those that the
    writer goes by: CN, and the name in From when the two addresses are one.
    """

    attendee: str
    sender: str
    owner: Known | None = None
    holder: Known | None = None
    is_invited: bool = False
    is_revoked: bool = False
    is_proved: bool = False
    is_delegate: bool = False
    names: Collection[str] = ()


def judge(evidence: Evidence) -> tuple[Verdict, Known | None]:
    """The verdict, and whose answer it is: for a forwarded one, whose invitation was passed on."""
    owner, holder = evidence.owner, evidence.holder
    if owner and holder and owner.id == holder.id:
        return Verdict.APPLY, owner
    if holder and evidence.is_invited:
        return _without_token(evidence, holder)
    if owner and holder is None and _is_own_alias(evidence, owner):
        return Verdict.APPLY_AS_ALIAS, owner
    if owner:
        return Verdict.FORWARDED, owner
    return (Verdict.REVOKED if evidence.is_revoked else Verdict.NO_EVIDENCE), None


def _without_token(evidence: Evidence, holder: Known) -> tuple[Verdict, Known | None]:
    # A domain proves nothing of another address than the one that was written from.
    if evidence.is_proved and evidence.sender in holder.addresses:
        return Verdict.APPLY, holder
    if evidence.is_revoked:
        return Verdict.REVOKED, None
    return Verdict.UNPROVED, holder


def _is_own_alias(evidence: Evidence, owner: Known) -> bool:
    return not evidence.is_delegate and is_alias(
        evidence.attendee,
        evidence.names,
        name=owner.name,
        addresses=owner.addresses,
        sender=evidence.sender,
    )
