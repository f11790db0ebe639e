"""Whoever drains the demo's outbox sees each kind of message about a calendar."""

import re
from datetime import date, timedelta
from email import message_from_bytes, policy

from tests.calendar.lines import Component, parsed
from tests.demo.conftest import Taken
from tests.mail.rules import broken_rules, calendar_of

EXPECTED = {
    "ask",
    "request",
    "update of time",
    "update of text",
    "cancel",
    "uninvite",
    "all-day",
    "multi-day",
    "online",
    "hybrid",
}
NEW_TIME = ("Ny tid: ", "New time: ")
NEW_TEXT = ("Endret: ", "Endra: ", "Changed: ")


def test_each_kind_of_message_is_among_what_the_demo_sends(drained: list[Taken]):
    found = {kind for _sender, _to, raw in drained for kind in kinds_of(raw)}

    assert found == EXPECTED


def test_every_message_of_the_demo_keeps_every_rule(drained: list[Taken]):
    assert [(to, broken_rules(raw)) for _sender, to, raw in drained if broken_rules(raw)] == []


def test_each_message_has_a_bounce_address_of_its_own(drained: list[Taken]):
    senders = [sender for sender, _to, _raw in drained]

    assert len(senders) > 50
    assert len(set(senders)) == len(senders)
    assert all(re.fullmatch(r"retur\+[a-z0-9]{12}@portal\.example\.org", each) for each in senders)


def test_everybody_has_one_organizer_for_all_events(drained: list[Taken]):
    pairs = {(to, event_in(raw).value("ORGANIZER")) for _s, to, raw in drained if calendar_of(raw)}

    assert len({to for to, _organizer in pairs}) == len({who for _to, who in pairs}) == len(pairs)


def kinds_of(raw: bytes) -> set[str]:
    """What a reader would call a message, by what stands in it."""
    message = message_from_bytes(raw, policy=policy.SMTP)
    if not calendar_of(raw):
        text = message.get_body(("plain",)).get_content()
        return {"ask"} if "/asks/" in text else set()
    event = event_in(raw)
    return {
        said(message["Subject"], parsed(calendar_of(raw)).value("METHOD"), event),
        *days_of(event),
        *({"recurring"} if event.all("RRULE") else ()),
        *place_of(event),
    }


def said(subject: str, method: str, event: Component) -> str:
    if method == "CANCEL":
        return "cancel" if event.value("STATUS") else "uninvite"
    if subject.startswith(NEW_TIME):
        return "update of time"
    return "update of text" if subject.startswith(NEW_TEXT) else "request"


def days_of(event: Component) -> set[str]:
    starts, ends = event.all("DTSTART")[0], event.all("DTEND")[0]
    if starts.form != "date":
        return set()
    length = date.fromisoformat(ends.value) - date.fromisoformat(starts.value)
    return {"all-day" if length == timedelta(days=1) else "multi-day"}


def place_of(event: Component) -> set[str]:
    if not event.all("CONFERENCE"):
        return set()
    # A town makes it a place one can go to, too.
    return {"online"} if event.value("LOCATION") in ("", "På nett") else {"hybrid"}


def event_in(raw: bytes) -> Component:
    return next(part for part in parsed(calendar_of(raw)).inside if part.name == "VEVENT")
