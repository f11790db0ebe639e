"""What was said under an item, as Markdown: the words of the minutes, never translated."""

from typing import Any

_DISCUSSED, _INPUT, _INFORMATION = 3, 4, 5


def of_item(document: dict[str, Any], number: int) -> str:
    """The minutes of the agenda item with that number; empty when there are none.

    Themes and input stand here too, though they are rounds of input besides: they are minutes.
    """
    if number == _DISCUSSED:
        points = _bullets(
            {"text": text} for text in document.get("discussion_3", {}).get("points", [])
        )
        themes = _bullets(document.get("themes_3", {}).get("items", []))
        return "\n\n".join(filter(None, (points, themes)))
    if number == _INPUT:
        return _bullets(document.get("inputs_4", {}).get("items", []))
    if number == _INFORMATION:
        return "\n\n".join(map(_subject, document.get("information_5", [])))
    return ""


def _bullets(items: Any) -> str:
    lines = []
    for item in items:
        lines.append(f"- {_escaped(item['text'])}")
        lines += [f"    - {_escaped(sub)}" for sub in item.get("sub", [])]
    return "\n".join(lines)


def _subject(given: dict[str, Any]) -> str:
    parts = [f"### {_escaped(given['title'])}"]
    parts += [_escaped(given[name]) for name in ("text", "note", "purpose") if given.get(name)]
    listed = [*given.get("items", []), *given.get("pilot_places_as_written", [])]
    listed += map(_words, given.get("follow_ups", []))
    if listed:
        parts.append(_bullets({"text": text} for text in listed))
    if given.get("follow_up"):
        parts.append(_escaped(_words(given["follow_up"])))
    return "\n\n".join(parts)


def _words(task: str | dict[str, Any]) -> str:
    """What a follow-up says, whether or not more is known of it."""
    return task if isinstance(task, str) else str(task["text"])


def _escaped(text: str) -> str:
    """Plain words, whatever marks they hold."""
    for mark in "\\`*_[]":
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.split())
