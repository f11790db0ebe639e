"""What was said under an item, as Markdown: the words of the minutes, never translated.

The few words of the portal's own, over lists that stand in no order and over who shall sit in a
working group, are in the language that is being spoken: that of the meeting.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from flask_babel import gettext as _

from portal.text import slug

_DISCUSSED, _INPUT, _INFORMATION = 3, 4, 5
# Sessions at Arendalsuka stand apart in the document; this is the subject they were told of under.
_ARENDALSUKA = "arendalsuka"
# Marks wherever they stand: emphasis, code, links and entities.
_MARKS = re.compile(r"[\\`*_\[\]]|<(?=\S)|&(?=#?\w+;)|#(?=#*$)")
# What makes a heading, quotation, list, rule or block of code where a line begins.
_BEGINNING = re.compile(
    r"(\d{1,9})([.)])(?=\s|$)|#{1,6}(?=\s|$)|>|[-+](?=\s|$)|-{2}|~{3}|={1,}\s*$"
)


def of_item(document: dict[str, Any], number: int) -> str:
    """The minutes of the agenda item with that number; empty when there are none.

    Themes and input stand here too, though they are rounds of input besides: they are minutes. So
    do those named for working groups, and the sessions told of.
    """
    parts: Iterable[str] = ()
    if number == _DISCUSSED:
        points = [{"text": text} for text in document.get("discussion_3", {}).get("points", [])]
        themes = document.get("themes_3", {})
        parts = (_bullets(points), *_in_no_order(themes, _("Themes, in no order:")))
    elif number == _INPUT:
        given = _in_no_order(document.get("inputs_4", {}), _("Input, in no order:"))
        groups = document.get("working_groups", [])
        parts = (*given, *(_group(each) for each in groups))
    elif number == _INFORMATION:
        parts = (_subject(each, document) for each in document.get("information_5", []))
    return "\n\n".join(filter(None, parts))


def _in_no_order(given: dict[str, Any], usually: str) -> list[str]:
    """The points under what was asked, so that they are no part of a list above them."""
    if not given.get("items"):
        return []
    return [_escaped(given.get("question") or usually), _bullets(given["items"])]


def _group(given: dict[str, Any]) -> str:
    """Who was named for a working group, as the minutes wrote them; who leads it is marked."""
    name = given["name"]
    if not slug(name).startswith(("arbeidsgruppe", "working-group")):
        name = _("Working group: %(name)s", name=name)
    lead = given.get("lead")
    named = [
        _("%(name)s (chair)", name=each["as_written"])
        if lead and each.get("person_id") == lead
        else each["as_written"]
        for each in given["members"]
    ]
    return "\n\n".join(
        filter(None, (f"### {_escaped(name)}", _bullets({"text": text} for text in named)))
    )


def _bullets(items: Iterable[dict[str, Any]]) -> str:
    lines = []
    for item in items:
        lines.append(f"- {_escaped(item['text'])}")
        lines += [f"    - {_escaped(sub)}" for sub in item.get("sub", [])]
    return "\n".join(lines)


def _subject(given: dict[str, Any], document: dict[str, Any]) -> str:
    parts = [f"### {_escaped(given['title'])}"]
    parts += [_escaped(given[name]) for name in ("text", "note", "purpose") if given.get(name)]
    if given["id"] == _ARENDALSUKA:
        parts += _sessions(document)
    listed = [*given.get("items", []), *given.get("pilot_places_as_written", [])]
    listed += map(_words, given.get("follow_ups", []))
    if listed:
        parts.append(_bullets({"text": text} for text in listed))
    if given.get("follow_up"):
        parts.append(_escaped(_words(given["follow_up"])))
    return "\n\n".join(parts)


def _sessions(document: dict[str, Any]) -> Iterator[str]:
    """The sessions that were held, and where they can be seen."""
    held = document.get("arendalsuka_sessions", [])
    if held:
        yield _bullets({"text": each["title"]} for each in held)
    address = document.get("arendalsuka_streaming_url")
    if address:
        yield f"<{address}>"


def _words(task: str | dict[str, Any]) -> str:
    """What a follow-up says, whether or not more is known of it."""
    return task if isinstance(task, str) else str(task["text"])


def _escaped(text: str) -> str:
    """Plain words on one line, whatever marks they hold."""
    plain = _MARKS.sub(r"\\\g<0>", " ".join(text.split()))
    begins = _BEGINNING.match(plain)
    if begins is None:
        return plain
    # A number needs its point escaped, all else its first mark.
    at = len(begins[1]) if begins[1] else 0
    return f"{plain[:at]}\\{plain[at:]}"
