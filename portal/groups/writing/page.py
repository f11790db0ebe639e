"""The page of the minutes: what the database has, and over it what somebody has typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from portal.groups import names
from portal.groups.writing import queries
from portal.groups.writing.agreeing import Overtaken, Removed
from portal.groups.writing.saving import Conflict
from portal.groups.writing.typed import Typed, TypedFollowUp, TypedItem
from portal.models.accounts import Person
from portal.models.meetings import AgendaItem, Meeting
from portal.models.minutes import Decision, FollowUp


@dataclass(frozen=True)
class DecisionView:
    """A decision in its field; ``was`` is what the writer is taken to have seen."""

    public_id: str
    text: str
    is_proposal: bool
    was_text: str
    was_proposal: bool
    # What somebody else made of it meanwhile, None when nobody did.
    meanwhile: str | None = None


@dataclass(frozen=True)
class FollowUpView:
    """A follow-up with the name of who does it, empty when that is not decided."""

    follow_up: FollowUp
    owner: str


@dataclass(frozen=True)
class ItemView:
    """An item as its part of the page shows it."""

    item: AgendaItem
    text: str
    base: str
    seen: int
    decisions: Sequence[DecisionView]
    follow_ups: Sequence[FollowUpView]
    decision: str = ""
    is_proposal: bool = False
    follow_up: TypedFollowUp = field(default_factory=TypedFollowUp)
    conflict: Conflict | None = None
    removed: Removed | None = None
    # A decision that was being changed while somebody took it away.
    lost: bool = False


@dataclass(frozen=True)
class PageView:
    """All items, what may be named beside them, and what is wrong with what was typed."""

    items: Sequence[ItemView]
    people: Mapping[str, Person]
    new_title: str
    errors: Mapping[str, str]
    # What was typed under items that somebody has taken off the agenda.
    orphans: Sequence[str] = ()

    @property
    def conflicts(self) -> list[ItemView]:
        """The items that two wrote at once."""
        return [view for view in self.items if view.conflict]


@dataclass(frozen=True)
class Shown:
    """What a page shows beside what is saved: what was typed, and what stood in its way."""

    typed: Typed | None = None
    conflicts: Mapping[int, Conflict] | None = None
    overtaken: Sequence[Overtaken] = ()
    removed: Removed | None = None
    # Whether new decisions and follow-ups have been added, so that their fields are empty again.
    is_added: bool = False


def of(meeting: Meeting, shown: Shown) -> PageView:
    """The page of ``meeting`` with what ``shown`` says."""
    people = queries.people_by_label(meeting.group)
    follow_ups = queries.follow_ups_by_item(meeting)
    views = [
        _item(item, shown, [_follow_up(each) for each in follow_ups.get(item.id, ())])
        for item in queries.items_of(meeting)
    ]
    typed = shown.typed
    new_title = typed.new_title if typed and not shown.is_added else ""
    orphans = _orphans(typed, {view.item.id for view in views}) if typed else []
    return PageView(views, people, new_title, typed.errors if typed else {}, orphans)


def _orphans(typed: Typed, known: set[int]) -> list[str]:
    """What was typed under items that are on the agenda no longer."""
    gone = [each for each in typed.items.values() if each.item_id not in known]
    minutes = [each.text or "" for each in gone if each.is_changed]
    agreed = [text for each in gone for text in (each.decision, each.follow_up.text)]
    return [text for text in (*minutes, *agreed) if text]


def _item(item: AgendaItem, shown: Shown, follow_ups: Sequence[FollowUpView]) -> ItemView:
    typed = shown.typed.items.get(item.id) if shown.typed else None
    conflict = (shown.conflicts or {}).get(item.id)
    text, base, seen = item.minutes, item.minutes, item.minutes_revision
    if typed and typed.is_changed and (conflict or not shown.is_added):
        text, base, seen = typed.text or "", typed.base or "", typed.seen
    # What somebody wrote over a decision that is gone stands where a new one is written.
    lost = [
        each.typed
        for each in shown.overtaken
        if each.current is None and each.typed.item_id == item.id
    ]
    below = typed if typed and not shown.is_added else TypedItem(item.id)
    return ItemView(
        item,
        text,
        base,
        seen,
        [_decision(each, shown) for each in item.decisions],
        follow_ups,
        "\n\n".join(each.text for each in lost) or below.decision,
        lost[0].is_proposal if lost else below.is_proposal,
        below.follow_up,
        conflict,
        shown.removed if shown.removed and shown.removed.item_id == item.id else None,
        bool(lost),
    )


def _decision(decision: Decision, shown: Shown) -> DecisionView:
    typed = shown.typed.decisions.get(decision.public_id) if shown.typed else None
    over = {each.typed.public_id for each in shown.overtaken}
    if typed is None or not typed.is_changed or (shown.is_added and typed.public_id not in over):
        text, kind = decision.text, decision.is_proposal
        return DecisionView(decision.public_id, text, kind, text, kind)
    return DecisionView(
        decision.public_id,
        typed.text,
        typed.is_proposal,
        decision.text if typed.public_id in over else typed.was_text,
        decision.is_proposal if typed.public_id in over else typed.was_proposal,
        decision.text if typed.public_id in over else None,
    )


def _follow_up(follow_up: FollowUp) -> FollowUpView:
    owner = follow_up.owner
    if owner is None:
        return FollowUpView(follow_up, follow_up.owner_label)
    # Whoever has left is named in approved minutes and nowhere else.
    return FollowUpView(follow_up, owner.name if follow_up.is_in_hand else names.former())
