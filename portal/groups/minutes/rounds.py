"""What was sent of minutes, and what has changed since: by marks that give nothing away.

A mailing keeps a mark for each part of the minutes instead of the minutes themselves: enough to say
which parts have changed, and no name or text stays behind when a person is erased.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from portal.db import db
from portal.groups.minutes.values import Minutes, to_json
from portal.models.mailings import Mailing
from portal.models.meetings import Meeting

KIND = "groups.minutes"
_HEAD, _ATTENDANCE, _OTHERS = "head", "attendance", "others"


def sent(meeting: Meeting) -> Sequence[Mailing]:
    """The mailings of the minutes of ``meeting``, oldest first, those stopped among them."""
    return db.session.scalars(
        sa.select(Mailing)
        .where(
            Mailing.kind == KIND,
            # Keys begin with the meeting, and are indexed.
            Mailing.dedupe_key.startswith(f"minutes-{meeting.public_id}-"),
        )
        .order_by(Mailing.id)
    ).all()


def marks(minutes: Minutes) -> dict[str, str]:
    """A mark for each part of ``minutes``; it differs when the part does."""
    parts: dict[str, Any] = {f"item-{item.number}": None for item in minutes.items}
    whole = to_json(replace(minutes, addenda=(), approval=None))
    for item in whole.pop("items"):
        parts[f"item-{item['number']}"] = item
    parts[_ATTENDANCE], parts[_OTHERS] = whole.pop("attendance"), whole.pop("follow_ups")
    # When comments are asked for is no part of what was said.
    for name in ("state", "comments_by"):
        whole.pop(name)
    parts[_HEAD] = whole
    return {name: _mark(part) for name, part in parts.items()}


def changed(before: dict[str, str], now: dict[str, str]) -> list[str]:
    """The names of the parts that are new, gone or different, in the order of the minutes."""
    order = [_HEAD, _ATTENDANCE, *(name for name in {**before, **now} if name.startswith("item-"))]
    return [name for name in [*order, _OTHERS] if before.get(name) != now.get(name)]


def in_words(parts: Sequence[str]) -> list[str]:
    """What parts are called, for those who read what has changed."""
    named = {
        _HEAD: _("Time, place, or who chaired the meeting and wrote"),
        _ATTENDANCE: _("Present and apologies"),
        _OTHERS: _("Other follow-ups"),
    }
    return [
        named[part] if part in named
        else _("Item %(number)s", number=part.removeprefix("item-"))
        for part in parts
    ]  # fmt: skip


def _mark(part: Any) -> str:
    text = json.dumps(part, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
