"""A message to one person from templates, in that person's language.

A mail called ``jury/ask`` is three files: ``templates/mail/jury/ask.subject.txt`` (one line),
``ask.txt`` and ``ask.html``. Each gets the same values, and ``person``, ``language`` and ``link``.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from css_inline import CSSInliner
from flask import current_app, render_template
from flask_babel import force_locale

from portal import links
from portal.mail import choices, topics
from portal.mail.headers import UnsafeHeader
from portal.mail.message import CalendarPart, Keyed, Lane, Mailbox, Message, Topic
from portal.models.accounts import Person

SENDER_NAME = "Oppdrag Oslofjorden"
_inliner = CSSInliner(keep_style_tags=True, keep_at_rules=True)


log = logging.getLogger(__name__)


class NoAddress(Exception):
    """The person has no mail address, so nothing can be sent."""


def sendable(key: str, make: Callable[[], Message]) -> Keyed:
    """The message that ``make`` composes, under its key, as a mailing wants it.

    Nothing when it cannot be sent, which must not keep the others from theirs; that is logged.
    """
    try:
        message = make()
    except (NoAddress, UnsafeHeader) as reason:
        log.warning(
            "message not made", extra={"facts": {"key": key, "reason": type(reason).__name__}}
        )
    else:
        yield key, message


def mailbox_of(person: Person | None) -> Mailbox | None:
    """Where an answer to ``person`` goes; None for nobody, and for who has no address."""
    return Mailbox(person.email, person.name) if person and person.email else None


def compose(
    name: str,
    person: Person,
    *,
    lane: Lane = Lane.SINGLE,
    sender: Mailbox | None = None,
    reply_to: Mailbox | None = None,
    calendar: CalendarPart | None = None,
    event_id: int | None = None,
    season_id: int | None = None,
    topic: Topic | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    to: str | None = None,
    **values: Any,
) -> Message:
    """The mail ``name`` to ``person``, with ``values`` for its templates.

    ``to`` is an address to use instead of the person's primary one. With a ``topic`` the message
    says, in headers and in its foot, how to turn that off (RFC 8058).

    Raises:
        NoAddress: the person has none.
    """
    address = to or person.email
    if address is None:
        raise NoAddress(f"person {person.id}")
    leave_url = choices.unsubscribe_url(person, topic) if topic else ""
    with force_locale(person.language):
        known = {"person": person, **values, **_foot(topic, leave_url)}
        subject, text, html = _render(name, person.language, known)
    return Message(
        Mailbox(address, person.name),
        sender or Mailbox(current_app.config["MAIL_FROM"], SENDER_NAME),
        subject,
        text,
        html=html,
        language=person.language,
        reply_to=reply_to,
        calendar=calendar,
        kind=name,
        lane=lane,
        not_before=not_before,
        expires_at=expires_at,
        person_id=person.id,
        event_id=event_id,
        season_id=season_id,
        topic=topic,
        headers=_leaving(leave_url),
    )


def compose_to(
    name: str,
    recipient: Mailbox,
    *,
    language: str,
    reply_to: Mailbox | None = None,
    expires_at: datetime | None = None,
    **values: Any,
) -> Message:
    """The mail ``name`` to an address that is nobody's own: that of a body, such as a post office.

    Its templates get no ``person``; all else is as in ``compose``.
    """
    with force_locale(language):
        subject, text, html = _render(name, language, {**values, **_foot(None, "")})
    return Message(
        recipient,
        Mailbox(current_app.config["MAIL_FROM"], SENDER_NAME),
        subject,
        text,
        html=html,
        language=language,
        reply_to=reply_to,
        kind=name,
        expires_at=expires_at,
    )


def _foot(topic: Topic | None, leave_url: str) -> dict[str, Any]:
    """What the foot says of why the message came, and where to turn such messages off."""
    if topic is None:
        return {"unsubscribe_url": ""}
    words = {"leave_reason": topics.REASONS[topic], "leave_label": topics.LINKS[topic]}
    return {"unsubscribe_url": leave_url, **words}


def _leaving(url: str) -> dict[str, str]:
    """The headers that mail readers make an "unsubscribe" button of: one POST, nothing to sign."""
    if not url:
        return {}
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _render(name: str, language: str, values: dict[str, Any]) -> tuple[str, str, str]:
    known = {"language": language, "link": links.absolute, **values}
    subject = " ".join(render_template(f"mail/{name}.subject.txt", **known).split())
    text = render_template(f"mail/{name}.txt", **known).strip() + "\n"
    if known["unsubscribe_url"]:
        text += "\n" + render_template("mail/_unsubscribe.txt", **known)
    html = render_template(f"mail/{name}.html", **known, subject=subject)
    return subject, text, _inliner.inline(html)
