"""What was typed on the page of the minutes, read from the one form that holds all of it.

Every button of the page sends every field of it, so that nothing typed under one item is lost when
something is done under another. Script sends the fields of one item by themselves.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from flask_babel import gettext as _

from portal.fields import read_day, read_number

LONGEST_MINUTES = 20_000
LONGEST_TEXT = 2_000
LONGEST_NAME = 200
LONGEST_TITLE = 300

_ITEM = re.compile(r"(?:text|decision|todo)-(\d{1,9})")
_DECISION = re.compile(r"said-(\w{1,12})")
# As in portal/fields.py: what no page shows.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_CHOICES = ("mine", "theirs", "merged")


@dataclass(frozen=True)
class TypedDecision:
    """A decision as it stands in its field, and as it stood there when the page was made."""

    public_id: str
    item_id: int
    text: str
    is_proposal: bool
    was_text: str
    was_proposal: bool

    @property
    def is_changed(self) -> bool:
        """Whether the writer did anything to it."""
        return (self.text, self.is_proposal) != (self.was_text, self.was_proposal)


@dataclass(frozen=True)
class TypedFollowUp:
    """What somebody shall do: who and when as typed, both of which may be empty."""

    text: str = ""
    owner: str = ""
    due: str = ""
    due_on: date | None = None


@dataclass(frozen=True)
class TypedItem:
    """What was typed under one item.

    ``text`` is None where the minutes are to stay as they are; ``base`` is what stood in the field
    when the page was made, None when the text is to be saved even so, and ``seen`` its revision.
    """

    item_id: int
    text: str | None = None
    base: str | None = None
    seen: int = 0
    decision: str = ""
    is_proposal: bool = False
    follow_up: TypedFollowUp = TypedFollowUp()

    @property
    def is_changed(self) -> bool:
        """Whether the writer did anything to the minutes of the item."""
        return self.text is not None and self.text != self.base

    @property
    def is_agreed(self) -> bool:
        """Whether there is a new decision or follow-up."""
        return bool(self.decision or self.follow_up.text)


@dataclass(frozen=True)
class Typed:
    """All that was typed; ``do`` is the button that was pressed, and ``about`` what it is on."""

    do: str
    about: str
    items: Mapping[int, TypedItem]
    decisions: Mapping[str, TypedDecision]
    new_title: str
    # The decision that the button puts back, and whether it is a proposal.
    put_back: tuple[str, bool] | None = None
    # By the name of its field, what is wrong with it.
    errors: Mapping[str, str] = field(default_factory=dict)


def read(form: Mapping[str, str], met_on: date) -> Typed:
    """What ``form`` says of a meeting held on ``met_on``, or from that day on.

    ``errors`` tells what of it cannot be saved.
    """
    do, _colon, about = form.get("do", "").partition(":")
    numbers = {int(found[1]) for name in form if (found := _ITEM.fullmatch(name))}
    keys = [found[1] for name in form if (found := _DECISION.fullmatch(name))]
    errors: dict[str, str] = {}
    items = {number: _item(form, number, met_on, errors) for number in sorted(numbers)}
    if do in _CHOICES:
        items = _chosen(form, do, read_number(about), items)
    decisions = {key: _decision(form, key, errors) for key in keys}
    if do == "remove":
        errors.pop(f"said-{about}", None)
    title = " ".join(form.get("new_title", "").split())
    _check(errors, "new_title", title, LONGEST_TITLE)
    if do == "add_item" and not title:
        errors["new_title"] = _("Write what the item is about")
    back = plain(form.get("back", "")) if do == "back" else ""
    put_back = (back, bool(form.get("back_proposal"))) if back else None
    return Typed(do, about, items, decisions, title, put_back, errors)


def plain(text: str) -> str:
    """A text as it is kept: line breaks as ours, none at its beginning, nothing at its end."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip()


def _item(form: Mapping[str, str], number: int, met_on: date, errors: dict[str, str]) -> TypedItem:
    text, base = form.get(f"text-{number}"), form.get(f"base-{number}")
    decision = plain(form.get(f"decision-{number}", ""))
    found = TypedItem(
        number,
        text=None if text is None else plain(text),
        base=None if base is None else plain(base),
        seen=read_number(form.get(f"seen-{number}")),
        decision=decision,
        is_proposal=bool(form.get(f"proposal-{number}")),
        follow_up=_follow_up(form, number, met_on, errors),
    )
    _check(errors, f"text-{number}", found.text or "", LONGEST_MINUTES)
    _check(errors, f"decision-{number}", decision, LONGEST_TEXT)
    return found


def _follow_up(
    form: Mapping[str, str], number: int, met_on: date, errors: dict[str, str]
) -> TypedFollowUp:
    text = plain(form.get(f"todo-{number}", ""))
    owner = " ".join(form.get(f"owner-{number}", "").split())
    due = form.get(f"due-{number}", "").strip()
    _check(errors, f"todo-{number}", text, LONGEST_TEXT)
    _check(errors, f"owner-{number}", owner, LONGEST_NAME)
    if (owner or due) and not text:
        errors[f"todo-{number}"] = _("Write what is to be done")
    due_on = None
    try:
        due_on = read_day(due) if due else None
    except ValueError as unread:
        errors[f"due-{number}"] = str(unread)
    if due_on is not None and due_on < met_on:
        errors[f"due-{number}"] = _("The deadline is before the meeting. Write a later day")
    return TypedFollowUp(text, owner, due, due_on)


def _decision(form: Mapping[str, str], key: str, errors: dict[str, str]) -> TypedDecision:
    found = TypedDecision(
        key,
        read_number(form.get(f"under-{key}")),
        plain(form[f"said-{key}"]),
        bool(form.get(f"kind-{key}")),
        plain(form.get(f"was-{key}", "")),
        form.get(f"waskind-{key}") == "1",
    )
    _check(errors, f"said-{key}", found.text, LONGEST_TEXT)
    if not found.text:
        errors[f"said-{key}"] = _("Write what was decided, or take the decision away")
    return found


def _chosen(
    form: Mapping[str, str], do: str, number: int, items: dict[int, TypedItem]
) -> dict[int, TypedItem]:
    """The items, with the one that two wrote as the second of them chose."""
    if number not in items:
        return items
    item, shown = items[number], read_number(form.get(f"shown-{number}"))
    if do == "merged":
        item = replace(item, text=plain(form.get(f"merged-{number}", "")))
    chosen = replace(item, text=None) if do == "theirs" else replace(item, base=None, seen=shown)
    return {**items, number: chosen}


def _check(errors: dict[str, str], name: str, text: str, longest: int) -> None:
    if len(text) > longest:
        errors[name] = _("Write at most %(letters)s characters", letters=longest)
    elif _CONTROL.search(text):
        errors[name] = _("There is a character here that cannot be shown. Remove it")
