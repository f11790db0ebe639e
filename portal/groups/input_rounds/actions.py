"""What those who run a group do with a round of input: ask, change, close, copy, delete."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal import audit
from portal.db import db, lock_row
from portal.groups.input_rounds import stages, who
from portal.groups.input_rounds.stages import NotNow, Stage
from portal.mail import outbox
from portal.mail.outbox import About
from portal.models.accounts import Person
from portal.models.groups import Group
from portal.models.input_rounds import InputRound
from portal.models.meetings import AgendaItem, Meeting

# What may be changed as long as nothing depends on it.
_VALUES = ("question", "intro", "language", "shows_names", "votes", "answer_by")


class EditedMeanwhile(Exception):
    """Somebody else saved the round since the form was opened."""


class GroupIsClosed(Exception):
    """A group whose work is over is asked nothing."""


class NobodyToAsk(Exception):
    """Nobody who has a say in the group has a mail address."""


@dataclass(frozen=True)
class Tie:
    """What a round belongs to: a meeting of the group, perhaps one item of its agenda."""

    meeting: Meeting | None = None
    item: AgendaItem | None = None


def plan(
    group: Group, values: Mapping[str, Any], tie: Tie, *, by: Person, now: datetime
) -> InputRound:
    """Make a draft that only those who run the group see; ``values`` are columns.

    Raises:
        GroupIsClosed: see there.
    """
    if group.closed_at is not None:
        raise GroupIsClosed
    found = InputRound(group=group, created_at=now, created_by_id=by.id)
    _set(found, values, tie)
    db.session.add(found)
    audit.record("input_round.planned", found, actor=by, now=now, group=group.id)
    return found


def edit(
    found: InputRound,
    values: Mapping[str, Any],
    tie: Tie,
    *,
    seen: str,
    by: Person,
    now: datetime,
) -> bool:
    """Change the round; whether anything was.

    What contributors were promised of names stays once it is asked, and the number of votes once
    there is a vote.

    Raises:
        EditedMeanwhile: it is not as ``seen`` any more.
    """
    lock_row(found)
    if state_of(found) != seen:
        raise EditedMeanwhile
    kept = dict(values)
    if found.opened_at is not None:
        kept.pop("shows_names", None)
    if found.voting_opened_at is not None:
        kept.pop("votes", None)
    _set(found, kept, tie)
    if state_of(found) == seen:
        return False
    audit.record("input_round.changed", found, actor=by, now=now)
    return True


def open_round(found: InputRound, *, by: Person, now: datetime) -> int:
    """Ask the group: everybody who has a say gets a mail with a link of their own.

    Returns:
        To how many it goes.

    Raises:
        NotNow: it is asked already. GroupIsClosed, NobodyToAsk: see there.
    """
    lock_row(found)
    if stages.of(found) != Stage.DRAFT:
        raise NotNow
    if found.group.closed_at is not None:
        raise GroupIsClosed
    people = who.reached_count(found.group)
    if not people:
        raise NobodyToAsk
    found.opened_at = now
    outbox.enqueue_mailing(
        "input.opened",
        key=f"input-{found.public_id}-opened",
        now=now,
        by=by,
        about=About(subject=found.question[:200], group_id=found.group_id),
        round_id=found.id,
    )
    audit.record("input_round.opened", found, actor=by, now=now, people=people)
    return people


def close(found: InputRound, *, by: Person, now: datetime) -> None:
    """Take no more points. Closing twice keeps the first moment.

    Raises:
        NotNow: it was never asked, or people vote just now.
    """
    lock_row(found)
    if stages.of(found) == Stage.CLOSED:
        return
    if stages.of(found) != Stage.OPEN:
        raise NotNow
    found.closed_at = now
    audit.record("input_round.closed", found, actor=by, now=now)


def reopen(found: InputRound, *, by: Person, now: datetime) -> None:
    """Take points again. Nobody is written to.

    Raises:
        NotNow: it is not closed, or was voted on: the result would be of other points.
        GroupIsClosed: see there.
    """
    lock_row(found)
    if not stages.may_be_reopened(found):
        raise NotNow
    if found.group.closed_at is not None:
        raise GroupIsClosed
    found.closed_at = None
    audit.record("input_round.reopened", found, actor=by, now=now)


def copy(found: InputRound, *, by: Person, now: datetime) -> InputRound:
    """A new draft that asks the same, with no deadline, no meeting and no points.

    Raises:
        GroupIsClosed: see there.
    """
    values = {name: getattr(found, name) for name in _VALUES if name != "answer_by"}
    return plan(found.group, values, Tie(), by=by, now=now)


def drop(found: InputRound, *, by: Person, now: datetime) -> None:
    """Delete a draft.

    Raises:
        NotNow: it was asked.
    """
    lock_row(found)
    if stages.of(found) != Stage.DRAFT:
        raise NotNow
    audit.record("input_round.dropped", found, actor=by, now=now, group=found.group_id)
    db.session.delete(found)


def state_of(found: InputRound) -> str:
    """A mark of all that the form of the round changes; two who edit at once notice by it."""
    values = [str(getattr(found, name)) for name in (*_VALUES, "meeting_id", "item_id")]
    return hashlib.sha256("\0".join(values).encode()).hexdigest()[:16]


def _set(found: InputRound, values: Mapping[str, Any], tie: Tie) -> None:
    for name, value in values.items():
        setattr(found, name, value)
    found.meeting, found.item = tie.meeting, tie.item
    found.meeting_id = tie.meeting.id if tie.meeting else None
    found.item_id = tie.item.id if tie.item else None
