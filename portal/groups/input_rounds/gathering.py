"""Points gathered under themes by hand: each step can be undone and done again.

A step is one row (``InputEdit``) with the points and themes it touched, as they were and as they
became, named by their public ids. The round's revision is asked for first, so that of two who
gather at once the second is told.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal import audit
from portal.db import db, lock_row
from portal.groups.input_rounds import stages
from portal.groups.input_rounds.stages import NotNow
from portal.models.accounts import Person
from portal.models.input_rounds import Contribution, InputEdit, InputRound, InputTheme
from portal.tokens import public_id

UNDO, REDO = "undo", "redo"
# A vote was counted: its result stands, whatever is gathered later.
VOTED = "voted"
_NO_STEPS = (UNDO, REDO, VOTED)
_LONGEST_NAME = 200

# Points by name, each with its theme's name or None; and themes by name, each with what it is
# called, where it stands and whether it is there at all.
State = dict[str, dict[str, Any]]


class GatheredMeanwhile(Exception):
    """Somebody else has gathered since the page was opened."""


class NothingToUndo(Exception):
    """Every step is undone."""


class NothingToRedo(Exception):
    """No step is undone, or another was made since."""


@dataclass(frozen=True)
class Step:
    """Who gathers, when, and which revision of the round they have seen."""

    revision: int
    by: Person
    now: datetime


def move(
    found: InputRound, points: Sequence[Contribution], to: InputTheme | None, step: Step
) -> InputEdit:
    """Put ``points`` under a theme, or let them stand alone.

    Raises:
        NotNow, GatheredMeanwhile: see there.
    """

    def change() -> None:
        for point in points:
            point.theme = to

    touched = [to] if to else []
    told = {"points": _names(points), "to": to.name if to else ""}
    return _carry_out(found, "move", points, touched, change, step, told)


def split_out(
    found: InputRound, points: Sequence[Contribution], name: str, step: Step
) -> InputEdit:
    """Put ``points``, wherever they are, under a new theme called ``name``. Raises as ``move``."""
    theme = InputTheme(public_id=public_id(), round_id=found.id, name=name[:_LONGEST_NAME])

    def change() -> None:
        theme.position = _next_position(found)
        theme.removed_at = None
        for point in points:
            point.theme = theme

    told = {"points": _names(points), "to": theme.name}
    return _carry_out(found, "split", points, [theme], change, step, told)


def rename(found: InputRound, theme: InputTheme, name: str, step: Step) -> InputEdit:
    """Call a theme something else. Raises as ``move``."""
    told = {"theme": theme.name, "to": name[:_LONGEST_NAME]}

    def change() -> None:
        theme.name = name[:_LONGEST_NAME]

    return _carry_out(found, "rename", [], [theme], change, step, told)


def merge(found: InputRound, theme: InputTheme, into: InputTheme, step: Step) -> InputEdit:
    """Put all points of ``theme`` under ``into``, and take the empty theme away.

    Raises:
        NotNow, GatheredMeanwhile: see there. ValueError: the two are one.
    """
    if theme is into:
        raise ValueError("a theme is not merged into itself")
    points = _under(found, theme)

    def change() -> None:
        for point in points:
            point.theme = into
        theme.removed_at = step.now

    told = {"theme": theme.name, "to": into.name}
    return _carry_out(found, "merge", points, [theme, into], change, step, told)


def remove(found: InputRound, theme: InputTheme, step: Step) -> InputEdit:
    """Take a theme away; its points stand alone again. Raises as ``move``."""
    points = _under(found, theme)

    def change() -> None:
        for point in points:
            point.theme = None
        theme.removed_at = step.now

    told = {"theme": theme.name, "points": _names(points)}
    return _carry_out(found, "remove", points, [theme], change, step, told)


def shift(found: InputRound, theme: InputTheme, by: int, step: Step) -> InputEdit:
    """Let a theme change places with the one before it (``by`` -1) or after it (1).

    Raises:
        NotNow, GatheredMeanwhile: see there; the first cannot go up, nor the last down (NotNow).
    """
    order = themes_of(found)
    there = order.index(theme) + by
    if not 0 <= there < len(order):
        raise NotNow
    other = order[there]

    def change() -> None:
        # Numbered anew, since two may have come to the same place by an undo.
        order[there - by], order[there] = other, theme
        for position, each in enumerate(order, 1):
            each.position = position

    told = {"theme": theme.name, "up": by < 0}
    return _carry_out(found, "shift", [], order, change, step, told)


def undo(found: InputRound, step: Step) -> InputEdit:
    """Take back the newest step that still counts, and return it.

    Raises:
        NothingToUndo, NotNow, GatheredMeanwhile: see there.
    """
    _begin(found, step.revision)
    newest = to_undo(steps_of(found))
    if newest is None:
        raise NothingToUndo
    _restore(found, newest.before["before"], step.now)
    newest.undone_at = step.now
    _remember(found, UNDO, {**_said(newest), "undid": newest.id}, step)
    audit.record("input_edit.undone", found, actor=step.by, now=step.now, edit=newest.id)
    return newest


def redo(found: InputRound, step: Step) -> InputEdit:
    """Make the step again that was undone last, and return it.

    Raises:
        NothingToRedo, NotNow, GatheredMeanwhile: see there.
    """
    _begin(found, step.revision)
    next_one = to_redo(steps_of(found))
    if next_one is None:
        raise NothingToRedo
    _restore(found, next_one.before["after"], step.now)
    next_one.undone_at = None
    _remember(found, REDO, {**_said(next_one), "redid": next_one.id}, step)
    audit.record("input_edit.redone", found, actor=step.by, now=step.now, edit=next_one.id)
    return next_one


def mark(
    found: InputRound, verb: str, kept: dict[str, Any], *, by: Person, now: datetime
) -> InputEdit:
    """Write into the list of what was done that ``verb`` was, with what is ``kept`` of it."""
    made = InputEdit(
        round_id=found.id,
        revision=found.revision,
        verb=verb,
        before=kept,
        made_at=now,
        made_by_id=by.id,
    )
    db.session.add(made)
    db.session.flush()
    return made


def steps_of(found: InputRound) -> Sequence[InputEdit]:
    """All that was done, the oldest first."""
    return db.session.scalars(
        sa.select(InputEdit).where(InputEdit.round_id == found.id).order_by(InputEdit.id)
    ).all()


def to_undo(steps: Sequence[InputEdit]) -> InputEdit | None:
    """The step that would be undone next."""
    counting = (each for each in reversed(steps) if each.verb not in _NO_STEPS)
    return next((each for each in counting if each.undone_at is None), None)


def to_redo(steps: Sequence[InputEdit]) -> InputEdit | None:
    """The step that would be made again next: what was undone before a newer one is past."""
    last = to_undo(steps)
    after = (each for each in steps if each.verb not in _NO_STEPS and each.undone_at)
    return next((each for each in after if last is None or each.id > last.id), None)


def themes_of(found: InputRound) -> list[InputTheme]:
    """The themes there are, in their order."""
    return [each for each in found.themes if each.removed_at is None]


def _carry_out(
    found: InputRound,
    verb: str,
    points: Sequence[Contribution],
    themes: Sequence[InputTheme],
    change: Callable[[], None],
    step: Step,
    told: dict[str, Any],
) -> InputEdit:
    """Make a change, and keep what it touched as it was and as it became."""
    _begin(found, step.revision)
    before = _state(points, themes)
    for theme in themes:
        if _is_new(theme):
            # It was not there before, so that to undo is to take it away.
            found.themes.append(theme)
    change()
    db.session.flush()
    kept = {"verb": verb, "told": told, "before": before, "after": _state(points, themes)}
    made = _remember(found, verb, kept, step)
    audit.record(
        "input_edit.made", found, actor=step.by, now=step.now,
        step=verb, points=[each.id for each in points], themes=[each.id for each in themes],
    )  # fmt: skip
    return made


def _begin(found: InputRound, revision: int) -> None:
    """Lock the round and raise its revision: of two who press at once, one does."""
    lock_row(found)
    if not stages.may_be_gathered(found):
        raise NotNow
    if found.revision != revision:
        raise GatheredMeanwhile
    found.revision += 1


def _remember(found: InputRound, verb: str, before: dict[str, Any], step: Step) -> InputEdit:
    return mark(found, verb, before, by=step.by, now=step.now)


def _said(edit: InputEdit) -> dict[str, Any]:
    return {"verb": edit.before["verb"], "told": edit.before["told"]}


def _state(points: Iterable[Contribution], themes: Iterable[InputTheme]) -> State:
    return {
        "points": {each.public_id: each.theme.public_id if each.theme else None for each in points},
        "themes": {
            each.public_id: {
                "name": each.name,
                "position": each.position or 0,
                "is_there": each.removed_at is None and not _is_new(each),
            }
            for each in themes
        },
    }


def _restore(found: InputRound, state: State, now: datetime) -> None:
    """Let points and themes be as they were; what was withdrawn meanwhile stays so."""
    themes = {each.public_id: each for each in found.themes}
    for name, values in state["themes"].items():
        theme = themes[name]
        theme.name, theme.position = values["name"], values["position"]
        theme.removed_at = None if values["is_there"] else now
    points = {each.public_id: each for each in found.contributions}
    for name, theme_name in state["points"].items():
        points[name].theme = themes[theme_name] if theme_name else None
    db.session.flush()
    # In the order that holds now.
    db.session.expire(found, ["themes"])


def _is_new(theme: InputTheme) -> bool:
    """Whether the database has not heard of it."""
    return bool(sa.inspect(theme).transient)


def _under(found: InputRound, theme: InputTheme) -> list[Contribution]:
    """All points of a theme, withdrawn ones too: one put back shall not come to a theme gone."""
    return [each for each in found.contributions if each.theme_id == theme.id]


def _next_position(found: InputRound) -> int:
    return max((each.position or 0 for each in found.themes), default=0) + 1


def _names(points: Iterable[Contribution]) -> list[str]:
    return [each.public_id for each in points]
