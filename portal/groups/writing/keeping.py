"""What was typed, kept on the page that says why it was not saved.

Minutes are written where nothing can be typed a second time: whatever stands in the way of saving,
a session that is over, a form whose token is gone, a database that is away, the page that tells of
it holds the text, and a button to send it again.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from portal.groups.writing.typed import plain

BLUEPRINT = "writing"
_TEXTS = ("text-", "merged-", "said-", "decision-", "todo-")
_PASSED_ON = ("csrf_token",)
_OURS = (None, "same-origin")


@dataclass(frozen=True)
class Kept:
    """A form that was not saved: where it goes, its long texts to be seen, and all the rest."""

    address: str
    texts: Mapping[str, str]
    others: Mapping[str, str]


def form() -> Kept | None:
    """The form of the minutes that the request brought, None when it brought none.

    A form that came from another site is not shown: whoever made it would put words on our page.
    """
    if request.method != "POST" or request.blueprint != BLUEPRINT or not _is_own():
        return None
    try:
        texts = typed_texts()
    except RequestEntityTooLarge:
        return None
    others = {
        name: value
        for name, value in request.form.items()
        if name not in texts and name not in _PASSED_ON
    }
    return Kept(request.path, texts, others) if texts else None


def typed_texts() -> dict[str, str]:
    """By the name of its field, each text that the writer did something to."""
    return {
        name: value
        for name, value in request.form.items()
        if name.startswith(_TEXTS) and plain(value) and plain(value) != _before(name)
    }


def _before(name: str) -> str | None:
    """What stood in the field when the page was made."""
    kind, _dash, key = name.partition("-")
    was = request.form.get({"text": f"base-{key}", "said": f"was-{key}"}.get(kind, ""))
    return None if was is None else plain(was)


def _is_own() -> bool:
    """Whether the form was sent by a page of ours, as far as the browser says."""
    return request.headers.get("Sec-Fetch-Site") in _OURS
