"""The addresses of invitations: where answers are mailed to, and the page that takes one.

Everybody has one mail address of ours, the same for all events, so that "I know the sender" need
be said once only. It tells who answers; the uid tells what.
"""

from flask import current_app

from portal import links, signing
from portal.db import db
from portal.models.accounts import Person
from portal.models.invitations import Invitation

_REPLY, _ANSWER = "reply", "answer"


def calendar_address(person: Person) -> str:
    """``kalender+<token>@…``: organizer, sender and reply address of all that ``person`` gets."""
    local, _, domain = current_app.config["CALENDAR_ADDRESS"].rpartition("@")
    return f"{local}+{signing.sign(_REPLY, person.id, person.reply_generation)}@{domain}"


def person_of(address: str) -> Person | None:
    """Whose calendar address ``address`` is; None for any other and for a revoked one."""
    found = _named(address)
    return found[0] if found and found[1] == found[0].reply_generation else None


def is_revoked(address: str) -> bool:
    """Whether ``address`` was somebody's calendar address, before they made it worthless."""
    found = _named(address)
    return found is not None and found[1] != found[0].reply_generation


def _named(address: str) -> tuple[Person, int] | None:
    """Whom a calendar address of ours names, and which of their generations."""
    own, _, domain = current_app.config["CALENDAR_ADDRESS"].casefold().rpartition("@")
    local, _, given_domain = address.strip().casefold().rpartition("@")
    name, plus, token = local.partition("+")
    if not plus or (name, given_domain) != (own, domain):
        return None
    numbers = signing.read(_REPLY, token, count=2)
    person = db.session.get(Person, numbers[0]) if numbers else None
    return (person, numbers[1]) if person and numbers else None


def answer_token(invitation: Invitation) -> str:
    """What names ``invitation`` in the address of its answer page."""
    return signing.sign(_ANSWER, invitation.id, invitation.person.reply_generation)


def answer_url(invitation: Invitation) -> str:
    """The full address of the page on which ``invitation`` is answered."""
    return links.absolute("answers.invitation", token=answer_token(invitation))


def series_answer_url(invitation: Invitation) -> str:
    """The full address of the page that answers for all meetings of the series, or for each."""
    return links.absolute("answers.series", token=answer_token(invitation))


def invitation_of(token: str) -> Invitation | None:
    """The invitation that ``token`` names; None for a forged token and for a revoked one."""
    numbers = signing.read(_ANSWER, token, count=2)
    invitation = db.session.get(Invitation, numbers[0]) if numbers else None
    if invitation is None or numbers != [invitation.id, invitation.person.reply_generation]:
        return None
    return invitation
