"""Whole messages, byte for byte.

When one of these fails after a change that was meant, run ``python -m tests.invitations.golden``
and look at the difference: every line of it is something that a calendar will see.
"""

import re
from email import message_from_bytes, policy

import pytest
from flask import Flask

from tests.calendar.rules import broken_rules as broken_calendar_rules
from tests.calendar.rules import parsed
from tests.invitations import golden
from tests.mail.rules import broken_rules, parts_of

ADDRESS = re.compile(r"[\w.+-]+@([\w.-]+\w)")
OURS = {"example.org", "portal.example.org", "localhost"}
KEPT = golden.kept()
MESSAGES = sorted(name for name in KEPT if name.endswith(".eml"))
CALENDARS = sorted(name for name in KEPT if name.endswith(".ics"))


def test_messages_and_calendars_are_what_they_were(app: Flask):
    made = golden.files()

    assert sorted(made) == sorted(KEPT)
    assert [name for name in sorted(made) if made[name] != KEPT[name]] == []


@pytest.mark.parametrize("name", MESSAGES)
def test_a_kept_message_keeps_every_rule(name: str):
    assert broken_rules(KEPT[name]) == []


@pytest.mark.parametrize("name", CALENDARS)
def test_a_kept_calendar_keeps_every_rule(name: str):
    assert broken_calendar_rules(KEPT[name]) == []


@pytest.mark.parametrize("name", sorted(KEPT))
def test_everybody_in_the_kept_files_is_invented(name: str):
    assert set(ADDRESS.findall(readable(name))) <= OURS


@pytest.mark.parametrize("name", [name for name in MESSAGES if name.startswith("ask")])
def test_who_has_not_said_yes_gets_no_entry(name: str):
    # An entry for a seat that nobody has agreed to would look like a promise.
    kinds = [part.get_content_type() for part in parts_of(KEPT[name])]

    assert kinds == ["multipart/alternative", "text/plain", "text/html"]


@pytest.mark.parametrize(
    ("kind", "method", "sequence", "status", "partstat"),
    [
        ("entry", "REQUEST", "0", "CONFIRMED", "NEEDS-ACTION"),
        ("request", "REQUEST", "0", "CONFIRMED", "NEEDS-ACTION"),
        ("update-of-time", "REQUEST", "1", "CONFIRMED", "NEEDS-ACTION"),
        ("update-of-text", "REQUEST", "1", "CONFIRMED", "ACCEPTED"),
        ("cancel", "CANCEL", "1", "CANCELLED", "NEEDS-ACTION"),
        ("uninvite", "CANCEL", "1", "", "NEEDS-ACTION"),
        ("leave", "CANCEL", "1", "", "NEEDS-ACTION"),
    ],
)
@pytest.mark.parametrize("language", golden.LANGUAGES)
def test_each_kind_says_what_it_is(kind, method, sequence, status, partstat, language):
    whole = parsed(KEPT[f"{kind}-{language}.ics"])
    event = whole.inside[-1]

    said = [event.value(name) for name in ("UID", "SEQUENCE", "STATUS")]
    assert [whole.value("METHOD"), *said] == [
        method, f"{kind}-{language}@localhost", sequence, status,
    ]  # fmt: skip
    assert event.all("ATTENDEE")[0].params["PARTSTAT"] == partstat


def test_a_link_to_join_is_for_those_invited_alone():
    shown = {name for name in KEPT if "video.example.org" in readable(name)}

    assert shown == {"hybrid-nb.eml", "hybrid-nb.ics", "online-en.eml", "online-en.ics"}


def readable(name: str) -> str:
    """Everything in a kept file, decoded and unfolded."""
    if name.endswith(".ics"):
        return KEPT[name].decode().replace("\r\n ", "")
    return readable_message(KEPT[name])


def readable_message(raw: bytes) -> str:
    """Everything in a message, decoded and unfolded."""
    message = message_from_bytes(raw, policy=policy.SMTP)
    headers = "\n".join(f"{header}: {value}" for header, value in message.items())
    parts = [part for part in message.walk() if not part.is_multipart()]
    bodies = [part.get_payload(decode=True).decode().replace("\r\n ", "") for part in parts]
    return "\n".join([headers, *bodies])
