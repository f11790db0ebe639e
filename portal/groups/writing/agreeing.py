"""What is agreed under an item: decisions and follow-ups, and items that come up in the room."""

from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from portal import audit
from portal.db import db
from portal.groups.follow_ups import actions as follow_up_actions
from portal.groups.writing.typed import TypedDecision, TypedFollowUp, TypedItem
from portal.models.accounts import Person
from portal.models.meetings import AgendaItem, AgendaKind, Meeting
from portal.models.minutes import Decision


@dataclass(frozen=True)
class Overtaken:
    """A decision that somebody else changed, or took away (None), while it was being changed."""

    typed: TypedDecision
    current: Decision | None


@dataclass(frozen=True)
class Removed:
    """A decision that was taken away, so that it can be put back."""

    item_id: int
    text: str
    is_proposal: bool


def add_decision(
    item: AgendaItem, text: str, *, is_proposal: bool, by: Person, now: datetime
) -> bool:
    """Write down what was agreed under ``item``; not a second time when it stands there already.

    A form that is sent twice would else say everything twice.
    """
    if any(each.text == text for each in item.decisions):
        return False
    decision = Decision(item=item, text=text, is_proposal=is_proposal)
    db.session.add(decision)
    audit.record("decision.added", decision, actor=by, now=now, item=item.id, proposal=is_proposal)
    return True


def change_decisions(
    known: Mapping[str, Decision], typed: Iterable[TypedDecision], *, by: Person, now: datetime
) -> tuple[int, list[Overtaken]]:
    """Change the decisions that were edited: how many, and those that somebody was first to."""
    changed, overtaken = 0, []
    for each in typed:
        decision = known.get(each.public_id)
        if not each.is_changed:
            continue
        if decision is None or not _is_as_seen(decision, each):
            overtaken.append(Overtaken(each, decision))
            continue
        decision.text, decision.is_proposal = each.text, each.is_proposal
        audit.record("decision.changed", decision, actor=by, now=now, proposal=decision.is_proposal)
        changed += 1
    return changed, overtaken


def remove_decision(decision: Decision, *, by: Person, now: datetime) -> Removed:
    """Take a decision away; what is returned brings it back."""
    removed = Removed(decision.item_id, decision.text, decision.is_proposal)
    audit.record("decision.removed", decision, actor=by, now=now, item=decision.item_id)
    db.session.delete(decision)
    return removed


def add_agreed(
    meeting: Meeting,
    item: AgendaItem,
    typed: TypedItem,
    people: Mapping[str, Person],
    known: Container[str],
    *,
    by: Person,
    now: datetime,
) -> int:
    """Add the decision and the follow-up typed under ``item``: how many are new.

    ``known`` are the texts of the follow-ups that stand there already.
    """
    added = 0
    if typed.decision:
        added += add_decision(item, typed.decision, is_proposal=typed.is_proposal, by=by, now=now)
    if typed.follow_up.text and typed.follow_up.text not in known:
        _add_follow_up(meeting, item, typed.follow_up, people, by=by, now=now)
        added += 1
    return added


def add_item(
    meeting: Meeting, items: Collection[AgendaItem], title: str, *, by: Person, now: datetime
) -> AgendaItem:
    """Put what came up in the room last, after ``items``; nobody is told, they are there."""
    last = max((item.number for item in items), default=0)
    day = max((item.day for item in items), default=1)
    item = AgendaItem(
        meeting=meeting, number=last + 1, day=day, title=title, kind=AgendaKind.DISCUSSION
    )
    db.session.add(item)
    audit.record("agenda.item_added", item, actor=by, now=now, meeting=meeting.id)
    return item


def _add_follow_up(
    meeting: Meeting,
    item: AgendaItem,
    typed: TypedFollowUp,
    people: Mapping[str, Person],
    *,
    by: Person,
    now: datetime,
) -> None:
    owner = people.get(typed.owner)
    follow_up_actions.add_follow_up(
        meeting.group,
        typed.text,
        owner=owner,
        owner_label="" if owner else typed.owner,
        due_on=typed.due_on,
        meeting=meeting,
        item=item,
        by=by,
        now=now,
    )


def _is_as_seen(decision: Decision, typed: TypedDecision) -> bool:
    return (decision.text, decision.is_proposal) == (typed.was_text, typed.was_proposal)
