"""What somebody wants to do when they gather points, as a form says it: read once, done or told."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from portal.groups.input_rounds import gathering
from portal.groups.input_rounds.gathering import Step
from portal.models.input_rounds import Contribution, InputEdit, InputRound, InputTheme

# The fields of the forms, in which whoever was second asks for the same once more.
FIELDS = ("verb", "point", "theme", "to", "name")
NEW_THEME = "new"
_LONGEST_NAME = 200


class NotThere(Exception):
    """A theme or a point that is meant is not in the round, or no more."""


class NoName(Exception):
    """A theme must be called something."""


class NowhereNew(Exception):
    """The points are there already."""


class NothingChosen(Exception):
    """No point was ticked."""


@dataclass(frozen=True)
class Wanted:
    """A change to how points are gathered, by names: of points, of the theme, of where to."""

    verb: str
    points: tuple[str, ...]
    theme: str
    to: str
    name: str


def read(form: MultiDict[str, str]) -> Wanted | None:
    """The change that ``form`` asks for; None when it is none we know."""
    verb = form.get("verb", "")
    if verb not in _VERBS:
        return None
    name = " ".join(form.get("name", "").split())[:_LONGEST_NAME]
    points = tuple(dict.fromkeys(form.getlist("point")))
    return Wanted(verb, points, form.get("theme", ""), form.get("to", ""), name)


def carry_out(found: InputRound, wanted: Wanted, step: Step) -> InputEdit:
    """Do it.

    Raises:
        NotThere, NoName, NowhereNew, NothingChosen: see there.
        NotNow, GatheredMeanwhile: as gathering does.
    """
    return _VERBS[wanted.verb](found, wanted, step)


def told(found: InputRound, wanted: Wanted) -> tuple[str, Mapping[str, Any]] | None:
    """What to say of a change that was not made; None when what it is about is gone."""
    themes = {each.public_id: each.name for each in found.themes}
    if wanted.verb in ("move", "split"):
        to = wanted.name if wanted.verb == "split" else themes.get(wanted.to, "")
        verb = "split" if wanted.verb == "split" or wanted.to == NEW_THEME else "move"
        return (verb, {"points": list(wanted.points), "to": to}) if wanted.points else None
    if wanted.theme not in themes:
        return None
    to = wanted.name if wanted.verb == "rename" else themes.get(wanted.to, "")
    values = {"theme": themes[wanted.theme], "to": to, "up": wanted.verb == "up", "points": []}
    return ("shift" if wanted.verb in ("up", "down") else wanted.verb), values


def _move(found: InputRound, wanted: Wanted, step: Step) -> InputEdit:
    points = _points(found, wanted)
    if wanted.to == NEW_THEME:
        # Called as the point is, until somebody thinks of something better.
        return gathering.split_out(found, points, wanted.name or _first_line(points[0]), step)
    to = _theme(found, wanted.to) if wanted.to else None
    if all(each.theme is to for each in points):
        raise NowhereNew
    return gathering.move(found, points, to, step)


def _split(found: InputRound, wanted: Wanted, step: Step) -> InputEdit:
    points = _points(found, wanted)
    if not wanted.name:
        raise NoName
    return gathering.split_out(found, points, wanted.name, step)


def _create(found: InputRound, wanted: Wanted, step: Step) -> InputEdit:
    if not wanted.name:
        raise NoName
    return gathering.split_out(found, [], wanted.name, step)


def _rename(found: InputRound, wanted: Wanted, step: Step) -> InputEdit:
    theme = _theme(found, wanted.theme)
    if not wanted.name:
        raise NoName
    return gathering.rename(found, theme, wanted.name, step)


def _merge(found: InputRound, wanted: Wanted, step: Step) -> InputEdit:
    theme, into = _theme(found, wanted.theme), _theme(found, wanted.to)
    if theme is into:
        raise NotThere
    return gathering.merge(found, theme, into, step)


def _remove(found: InputRound, wanted: Wanted, step: Step) -> InputEdit:
    return gathering.remove(found, _theme(found, wanted.theme), step)


def _up(found: InputRound, wanted: Wanted, step: Step) -> InputEdit:
    return gathering.shift(found, _theme(found, wanted.theme), -1, step)


def _down(found: InputRound, wanted: Wanted, step: Step) -> InputEdit:
    return gathering.shift(found, _theme(found, wanted.theme), 1, step)


_VERBS = {
    "move": _move,
    "split": _split,
    "create": _create,
    "rename": _rename,
    "merge": _merge,
    "remove": _remove,
    "up": _up,
    "down": _down,
}


def _points(found: InputRound, wanted: Wanted) -> list[Contribution]:
    known = {each.public_id: each for each in found.contributions if each.withdrawn_at is None}
    if not wanted.points:
        raise NothingChosen
    if not set(wanted.points) <= set(known):
        raise NotThere
    return [known[name] for name in wanted.points]


def _theme(found: InputRound, name: str) -> InputTheme:
    for theme in gathering.themes_of(found):
        if theme.public_id == name:
            return theme
    raise NotThere


def _first_line(point: Contribution) -> str:
    return " ".join(point.text.split())[:_LONGEST_NAME]
