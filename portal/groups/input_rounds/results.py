"""How a closed vote fell: places, with ties told as ties. Never who voted for what."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from portal.db import db
from portal.groups.input_rounds import gathering, stages
from portal.models.input_rounds import InputEdit, InputRound


@dataclass(frozen=True)
class Row:
    """One line of the result. ``place`` is shared by all that have as many votes."""

    text: str
    votes: int
    place: int
    is_shared: bool
    # What the points under it said, when it is a theme.
    points: tuple[str, ...] = ()


@dataclass(frozen=True)
class Results:
    """The result: lines with the most votes first, and how many voted."""

    rows: tuple[Row, ...]
    voters: int

    @property
    def total(self) -> int:
        """How many votes were given."""
        return sum(row.votes for row in self.rows)

    @property
    def most(self) -> int:
        """How many votes the first line got."""
        return max((row.votes for row in self.rows), default=0)


def of(found: InputRound) -> Results | None:
    """The result of the round's vote; None as long as there is none that anybody may see.

    What was voted on stands as it was then, whatever has been gathered since.
    """
    if not stages.has_results(found):
        return None
    counted = db.session.scalars(
        sa.select(InputEdit)
        .where(InputEdit.round_id == found.id, InputEdit.verb == gathering.VOTED)
        .order_by(InputEdit.id.desc())
        .limit(1)
    ).one()
    kept = counted.before
    lines = [(each["text"], each["votes"], tuple(each["points"])) for each in kept["choices"]]
    return Results(ranked(lines), kept["voters"])


def ranked(lines: Sequence[tuple[str, int, tuple[str, ...]]]) -> tuple[Row, ...]:
    """Lines (text, votes, points under it) with their places: one more than have more votes.

    Those that share a place keep the order in which they came.
    """
    given = [votes for _text, votes, _points in lines]
    return tuple(
        Row(
            text,
            votes,
            place=1 + sum(other > votes for other in given),
            is_shared=given.count(votes) > 1,
            points=points,
        )
        for text, votes, points in sorted(lines, key=lambda line: -line[1])
    )
