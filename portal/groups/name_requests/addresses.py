"""The mailed address at which a body says who shall have a place."""

from portal import links, signing
from portal.db import db
from portal.models.groups import NameRequest

_PURPOSE = "name-request"


def answer_url(request: NameRequest) -> str:
    """The full address of the page on which ``request`` is answered.

    It is one question's own: what is taken back is asked anew under another address.
    """
    return links.absolute("names.answer", token=token_of(request))


def token_of(request: NameRequest) -> str:
    """What names ``request`` in that address."""
    return signing.sign(_PURPOSE, request.id)


def request_of(token: str) -> NameRequest | None:
    """The question that ``token`` names; None for one that we did not make."""
    numbers = signing.read(_PURPOSE, token, count=1)
    return db.session.get(NameRequest, numbers[0]) if numbers else None
