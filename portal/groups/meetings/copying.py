"""A meeting planned from an earlier one: the same time of day, place and items, another date."""

from typing import Any

from portal.groups.meetings import agenda_form, forms
from portal.models.meetings import AgendaItem, Meeting


def as_typed(earlier: Meeting) -> dict[str, Any]:
    """What the form begins with when a meeting is to be like ``earlier``.

    Not its dates, which it cannot have, nor the words above the agenda, which were about that day;
    nor its usual items, which are others the next time. What was minuted stays with it.
    """
    known = forms.typed(earlier)
    own = [item for item in earlier.agenda if item.usual is None]
    return {
        **{name: known[name] for name in forms.PLAIN},
        **{name: known[name] for name in ("starts", "ends", "municipality_code", "others")},
        "more_days": [{**day, "day": None} for day in known["more_days"]],
        "items": [_again(item) for item in own],
        "copied_from": earlier.public_id,
        "revision": "0",
    }


def _again(item: AgendaItem) -> agenda_form.Row:
    return {**agenda_form.typed(item), "item_id": "", "usual": "", "approves": ""}
