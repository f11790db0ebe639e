"""Whatever is typed where it may come into a header: it is refused in words, or it is harmless."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import NamedTuple

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.imports import documents
from portal.imports.minutes import importing
from portal.mail import outbox
from portal.mail.headers import UnsafeHeader, check_header
from portal.mail.message import Mailbox, Message
from portal.models.accounts import Person
from portal.models.events import Event
from portal.models.groups import Group
from portal.models.mail import MailContent, OutboxMail
from tests.mail.doors import ADDRESS, DOORS, NAME
from tests.mail.payloads import VICTIM, payloads
from tests.mail.rules import broken_rules

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "minutes.json"
OFFICE = Mailbox("oppdrag@portal.example.org", "Oppdrag Oslofjorden")


@pytest.fixture
def now():
    """Pages go by the machine's clock."""
    return datetime.now(UTC)


@pytest.mark.parametrize("where", DOORS)
def test_what_is_typed_is_refused_or_harmless(browse_as, client, kari, now, where: str):
    door, plain = DOORS[where]
    anybody = where.startswith(("sign-up", "sign-in"))
    put = door(client if anybody else browse_as(kari), kari, now)
    control = shapes_of(put, plain)

    harmful = [(payload, harm) for payload in tried(plain) for harm in harms(put, payload, control)]

    assert control
    assert harmful == []


def tried(plain: str) -> list[str]:
    """All payloads on SQLite; on PostgreSQL each cut once, as what it keeps is all that differs."""
    everything = payloads(plain)
    return everything if db.engine.dialect.name == "sqlite" else everything[::4]


class Queued(NamedTuple):
    """What is to be sent, and to whom."""

    kind: str
    recipient: str
    envelope_from: str
    raw: bytes

    @property
    def shape(self) -> tuple:
        """The names of the headers and the kinds of the parts; the one recipient is right."""
        read = message_from_bytes(self.raw, policy=policy.SMTP)
        assert [each.addr_spec for each in read["To"].addresses] == [self.recipient]
        kinds = tuple(part.get_content_type() for part in read.walk())
        return (self.kind, *read.keys(), *kinds)


def shapes_of(put: Callable[[str], bool], plain: str) -> set[tuple]:
    """What the messages look like that follow from something in order."""
    assert not put(plain)
    return {mail.shape for mail in taken_out()}


def harms(put: Callable[[str], bool], payload: str, control: set[tuple]) -> Iterator[str]:
    """What is wrong with what follows from ``payload``."""
    try:
        refused = put(payload)
    except UnsafeHeader as unsafe:
        db.session.rollback()
        yield f"taken, and then no mail could be made: {unsafe}"
        return
    mails = taken_out()
    if refused and mails:
        yield "refused, and yet there is mail"
    for mail in mails:
        yield from broken_rules(mail.raw)
        if mail.shape not in control:
            yield f"other headers or parts: {mail.shape}"
        if mail.recipient == VICTIM:
            yield "somebody else gets it"


def taken_out() -> list[Queued]:
    """All that is queued, which is then gone."""
    columns = (OutboxMail.kind, OutboxMail.recipient, OutboxMail.envelope_from, MailContent.raw)
    found = [Queued(*row) for row in db.session.execute(sa.select(*columns).join(MailContent))]
    db.session.execute(sa.delete(OutboxMail))
    db.session.commit()
    return found


# ---------------------------------------------------------------------------------------------
# Straight into a message


FIELDS = {
    "recipient's name": lambda text: Message(Mailbox(ADDRESS, text), OFFICE, "Takk", "Hei\n"),
    "recipient": lambda text: Message(Mailbox(text), OFFICE, "Takk", "Hei\n"),
    "sender's name": lambda text: Message(
        Mailbox(ADDRESS), Mailbox(ADDRESS, text), "Takk", "Hei\n"
    ),
    "sender": lambda text: message(sender=Mailbox(text)),
    "reply to": lambda text: message(reply_to=Mailbox(ADDRESS, text)),
    "subject": lambda text: Message(Mailbox(ADDRESS), OFFICE, text, "Hei\n"),
    "language": lambda text: message(language=text),
    "another header": lambda text: message(headers={"X-Kind": text}),
    "name of a header": lambda text: message(headers={text: "a"}),
    "envelope": lambda text: message(envelope_from=text),
}


def message(sender: Mailbox = OFFICE, **values) -> Message:
    return Message(Mailbox(ADDRESS), sender, "Takk", "Hei\n", **values)


@pytest.mark.parametrize("field", FIELDS)
def test_what_is_put_into_a_message_is_refused_or_harmless(app, now, field: str):
    make = FIELDS[field]
    plain = {"name of a header": "X-Kind", "language": "nb"}.get(field, NAME)
    plain = ADDRESS if field in ("recipient", "sender", "envelope") else plain
    control = written(make(plain), now)

    harmful = [
        (payload, found)
        for payload in payloads(plain)
        if (found := outcome_of(make, payload, now)) not in (control, "refused")
    ]

    assert len(payloads(plain)) >= 200
    assert harmful == []


def outcome_of(make: Callable[[str], Message], payload: str, now: datetime) -> tuple | str:
    """The message as it reads, or that it was refused."""
    try:
        return written(make(payload), now)
    except UnsafeHeader:
        return "refused"


def written(given: Message, now: datetime) -> tuple:
    """Headers, the one recipient, and the body of a message as others read it."""
    row = outbox.row_of(given, key="a", now=now)
    read = message_from_bytes(row["raw"], policy=policy.SMTP)
    # A name that is one may be any.
    names = tuple("X-Kind" if name in given.headers else name for name, _value in read.items())
    return (*names, len(read["To"].addresses), len(read["From"].addresses), read.get_content())


# ---------------------------------------------------------------------------------------------
# Files


@pytest.mark.parametrize("where", ["title", "group", "organiser", "name"])
def test_what_a_file_says_is_refused_or_fit_for_a_header(app, tmp_path, now, where: str):
    example = json.loads(EXAMPLE.read_text())
    unfit = []
    # Each cut once: a file is slow to take in.
    for payload in payloads(NAME)[::4]:
        document = deepcopy(example)
        holder = document["attendees"][0] if where == "name" else document["meeting"]
        holder[where] = payload
        file = tmp_path / "minutes.json"
        file.write_text(json.dumps(document))
        try:
            importing.import_minutes(documents.read(file, "minutes"), now=now)
        except documents.BadDocument:
            db.session.rollback()
            continue
        unfit += [(payload, text) for text in texts_for_headers() if not is_fit(text)]
        db.session.rollback()

    assert unfit == []


def texts_for_headers() -> Iterator[str]:
    """Names and titles, as they are in the database."""
    for column in (Person.name, Group.name, Event.title, Event.contact_name):
        yield from db.session.scalars(sa.select(column))


def is_fit(text: str) -> bool:
    try:
        check_header("Subject", text)
    except UnsafeHeader:
        return False
    return True
