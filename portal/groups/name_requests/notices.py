"""The mails about a name: the question to the body, and the answer to whoever asked."""

from flask_babel import force_locale

from portal import access, dates, links
from portal.geography import municipalities
from portal.groups import leading, wording
from portal.groups.name_requests import addresses
from portal.mail.composing import compose, compose_to, mailbox_of
from portal.mail.message import Mailbox, Message
from portal.models.accounts import Person
from portal.models.groups import NameRequest
from portal.models.places import Organisation


def question(request: NameRequest, *, is_reminder: bool = False) -> Message:
    """Ask the body who shall have the place, or remind it that it was asked.

    Whoever asked and has left the group since is not named, and answers go to who leads it.
    """
    organisation, place = request.organisation, request.place
    by = access.who_acts(request.asked_by, place.group)
    language = language_of(organisation)
    with force_locale(language):
        role = str(wording.ROLES[place.role])
    return compose_to(
        "groups/name_request",
        Mailbox(request.address, organisation.name if organisation else ""),
        language=language,
        reply_to=mailbox_of(by) or leading.mailbox(place.group),
        request=request,
        place=place,
        group=place.group,
        role=role,
        by=by,
        is_reminder=is_reminder,
        asked_on=dates.today(request.asked_at),
        url=addresses.answer_url(request),
    )


def answered(request: NameRequest, reader: Person, *, is_placed: bool) -> Message:
    """Tell ``reader``, who asked or leads the group, what the body said, and what came of it.

    Raises:
        NoAddress: they have none.
    """
    place = request.place
    return compose(
        "groups/name_answer",
        reader,
        asked_it=reader is request.asked_by,
        request=request,
        place=place,
        group=place.group,
        body=request.organisation.name if request.organisation else request.address,
        is_placed=is_placed,
        url=links.absolute("name_requests.ask", slug=place.group.slug, public_id=place.public_id),
    )


def language_of(organisation: Organisation | None) -> str:
    """The form of Norwegian that a body writes: that of its municipality where it has chosen."""
    code = organisation.municipality_code if organisation else None
    found = municipalities.get(code) if code else None
    return "nn" if found and found.language == "nn" else "nb"
