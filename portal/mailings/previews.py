"""A message before it is sent, exactly as a recipient gets it, but for the key that is theirs."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from portal import links
from portal.mail import reading
from portal.mail.headers import UnsafeHeader
from portal.mail.mime import to_bytes
from portal.mail.reading import Letter
from portal.mailings import notices
from portal.mailings.audiences import Audience
from portal.models.accounts import Person
from portal.models.mailings import MailingDraft


@dataclass(frozen=True)
class Preview:
    """One real recipient, and what they get."""

    person: Person
    letter: Letter


def of(draft: MailingDraft, person: Person, *, by: Person, now: datetime) -> Preview:
    """What ``person`` gets of ``draft``, read back from its bytes as a mail reader would.

    The address that turns such notices off for ``person`` is shortened: ``by`` must not use it.
    """
    audience = Audience.read(draft.audience)
    message = notices.letter(draft.texts, person, audience=audience, by=by)
    raw = to_bytes(message, message_id=f"preview@{links.host()}", date=now)
    return Preview(person, without_key(reading.read(raw), person))


def of_each(
    draft: MailingDraft, people: Iterable[Person], *, by: Person, now: datetime
) -> list[Preview]:
    """What each of ``people`` gets, but for whoever has a name that cannot stand in a header."""
    found = []
    for person in people:
        with suppress(UnsafeHeader):
            found.append(of(draft, person, by=by, now=now))
    return found


def without_key(letter: Letter, person: Person) -> Letter:
    """``letter`` with the end of ``person``'s own address left out."""
    own = notices.leave_url(person)
    shown = f"{own.rpartition('/')[0]}/…"
    return replace(
        letter, text=letter.text.replace(own, shown), html=letter.html.replace(own, shown)
    )
