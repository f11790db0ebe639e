"""What stages of a round and steps of gathering are called, and who sees what, in words."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal.groups.input_rounds import gathering
from portal.groups.input_rounds.stages import Stage
from portal.models.input_rounds import InputEdit, InputRound

STAGES = {
    Stage.DRAFT: _l("Draft"),
    Stage.OPEN: _l("Open for input"),
    Stage.VOTING: _l("Being voted on"),
    Stage.CLOSED: _l("Closed"),
}
STAGE_COLOURS = {
    Stage.DRAFT: "neutral",
    Stage.OPEN: "success",
    Stage.VOTING: "info",
    Stage.CLOSED: "neutral",
}
_LONGEST = 60


def promise(found: InputRound) -> str:
    """Who sees whose a point is: what contributors are told, and what holds."""
    if found.shows_names:
        return _(
            "Your name stands beside what you write, for everybody who can open this page: those"
            " who sit in the group, and the organisers."
        )
    return _(
        "Nobody is shown who wrote what: not the others in the group, not whoever asked, and not"
        " the organisers. The portal remembers it only so that you can change what you wrote"
        " yourself; nobody but those who run the server could look it up."
    )


def step(made: InputEdit, texts: Mapping[str, str]) -> str:
    """What a step of gathering did: ``"Frisk Oslofjord" moved to Vann``.

    ``texts`` are the points by name.
    """
    if made.verb == gathering.VOTED:
        return _("The vote was closed")
    done = change(made.before["verb"], made.before["told"], texts)
    if made.verb == gathering.UNDO:
        return _("Undone: %(what)s", what=done)
    if made.verb == gathering.REDO:
        return _("Done again: %(what)s", what=done)
    return done


def change(verb: str, told: Mapping[str, Any], texts: Mapping[str, str]) -> str:
    """What a change does, whether it was made or only wanted."""
    if verb == "rename":
        return _("“%(theme)s” renamed to “%(to)s”", theme=told["theme"], to=told["to"])
    if verb == "merge":
        return _("“%(theme)s” merged into “%(to)s”", theme=told["theme"], to=told["to"])
    if verb == "remove":
        return _("The theme “%(theme)s” removed", theme=told["theme"])
    if verb == "shift":
        if told["up"]:
            return _("“%(theme)s” moved up", theme=told["theme"])
        return _("“%(theme)s” moved down", theme=told["theme"])
    points = _points(told["points"], texts)
    if verb == "split" and not told["points"]:
        return _("The new theme “%(to)s” made", to=told["to"])
    if verb == "split":
        return _("%(points)s put under the new theme “%(to)s”", points=points, to=told["to"])
    if told["to"]:
        return _("%(points)s moved to “%(to)s”", points=points, to=told["to"])
    return _("%(points)s taken out of the themes", points=points)


def shortened(text: str) -> str:
    """The beginning of a text, as the name of a card."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"


def _points(names: list[str], texts: Mapping[str, str]) -> str:
    if len(names) == 1:
        return _("“%(text)s”", text=shortened(texts.get(names[0], "…")))
    return ngettext("%(num)s point", "%(num)s points", len(names))
