"""One press on the page of the minutes: all that was typed saved, and what the button asked for."""

from datetime import datetime

from portal.fields import read_number
from portal.groups.writing import agreeing, locking, queries, saving
from portal.groups.writing.page import Shown
from portal.groups.writing.typed import Typed
from portal.models.accounts import Person
from portal.models.meetings import AgendaItem, Meeting


def save(meeting: Meeting, typed: Typed, *, by: Person, now: datetime) -> tuple[bool, Shown]:
    """Save what was typed: whether anything changed, and what the writer must be shown.

    What somebody else changed meanwhile is not overwritten, and does not keep the rest from being
    saved.

    Raises:
        MinutesAreLocked: the minutes are approved; nothing is saved.
    """
    locking.hold(meeting)
    items = {item.id: item for item in queries.items_of(meeting)}
    outcome = saving.save_texts(items, typed.items.values(), by=by, now=now)
    known = {each.public_id: each for item in items.values() for each in item.decisions}
    pressed_away = typed.about if typed.do == "remove" else ""
    edited = [each for each in typed.decisions.values() if each.public_id != pressed_away]
    changed, overtaken = agreeing.change_decisions(known, edited, by=by, now=now)
    added = _added(meeting, items, typed, by=by, now=now)
    removed = None
    if pressed_away in known:
        removed = agreeing.remove_decision(known[pressed_away], by=by, now=now)
    is_changed = bool(outcome.saved or changed or added or removed)
    if is_changed:
        locking.touch(meeting, now)
    return is_changed, Shown(typed, outcome.conflicts, overtaken, removed, is_added=True)


def _added(
    meeting: Meeting, items: dict[int, AgendaItem], typed: Typed, *, by: Person, now: datetime
) -> int:
    """Add what was typed into the empty fields, and put back what the button says: how many."""
    added = 0
    given = [each for each in typed.items.values() if each.item_id in items and each.is_agreed]
    if given:
        people = queries.people_by_label(meeting.group)
        known = queries.follow_ups_by_item(meeting)
        for each in given:
            texts = {follow_up.text for follow_up in known.get(each.item_id, ())}
            item = items[each.item_id]
            added += agreeing.add_agreed(meeting, item, each, people, texts, by=by, now=now)
    if typed.put_back and (found := items.get(read_number(typed.about))):
        text, is_proposal = typed.put_back
        added += agreeing.add_decision(found, text, is_proposal=is_proposal, by=by, now=now)
    if typed.new_title and typed.new_title not in {item.title for item in items.values()}:
        agreeing.add_item(meeting, items.values(), typed.new_title, by=by, now=now)
        added += 1
    return added
