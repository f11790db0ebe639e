"""Taking into a group those whom a spreadsheet names: exactly as proposed, all or nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from portal import audit
from portal.db import db
from portal.groups.meetings import summons
from portal.groups.places import notices
from portal.groups.roster import proposals
from portal.groups.roster.entries import Entry
from portal.groups.roster.proposals import Kind, Outcome, Proposal
from portal.mail import outbox
from portal.mail.outbox import About
from portal.models.accounts import EmailAddress, Person
from portal.models.groups import Group, GroupPlace, PlaceState
from portal.office.tables import Table


class HasErrors(Exception):
    """A row must be corrected first."""


class ChangedMeanwhile(Exception):
    """What would be done is not what was looked at any more."""


@dataclass(frozen=True)
class TakenIn:
    """What was done: how many places there are more, new people, told and called to meetings."""

    places: int
    people: int
    told: int
    called: int


def take_in(
    group: Group,
    table: Table,
    *,
    seen: str,
    by: Person | None,
    today: date,
    now: datetime,
    tell: bool = False,
    call: bool = False,
) -> TakenIn:
    """Take into ``group`` those of ``table`` who are not there, as the proposal ``seen`` says.

    ``tell`` sends each of them the mail about their place, ``call`` the invitations to the
    meetings to come that are called already. Of people we know nothing is changed.

    Raises:
        HasErrors: a row must be corrected. ChangedMeanwhile: the proposal is another by now.
        NoHeadings: no column tells who a row is about.
    """
    summons.hold_groups([group.id])
    proposal = proposals.propose(group, table, today)
    if proposal.of(Kind.WRONG):
        raise HasErrors
    if proposal.fingerprint != seen:
        raise ChangedMeanwhile
    new = _people(proposal, by=by, now=now)
    places = _places(group, proposal, new)
    _record(group, places, new, by=by, now=now)
    reached = [each.person_id for each in places if each.person_id is not None]
    called = summons.take_in_all(group, reached, by=by, now=now) if call and reached else 0
    told = _tell(group, places, by=by, now=now) if tell else 0
    return TakenIn(len(places), len(new), told, called)


def _people(proposal: Proposal, *, by: Person | None, now: datetime) -> dict[int, Person]:
    """The people who are new, by the number of their row."""
    new = {each.entry.number: _person(each.entry, now) for each in proposal.of(Kind.NEW)}
    db.session.add_all(new.values())
    db.session.flush()
    for person in new.values():
        audit.record("person.created", person, actor=by, now=now)
    return new


def _person(entry: Entry, now: datetime) -> Person:
    person = Person(
        name=entry.name,
        phone=entry.phone,
        job_title=entry.title,
        organisation_id=entry.organisation_id,
        municipality_code=entry.municipality_code,
        created_at=now,
    )
    if entry.email:
        person.emails.append(EmailAddress(address=entry.email, is_primary=True, confirmed_at=None))
    return person


def _places(group: Group, proposal: Proposal, new: dict[int, Person]) -> list[GroupPlace]:
    """The places of ``proposal``: new ones, and the old ones of those who come back."""
    back = _old_places(group, [each.person_id for each in proposal.of(Kind.RETURNS)])
    highest = sa.select(sa.func.max(GroupPlace.position)).where(GroupPlace.group_id == group.id)
    position = db.session.scalar(highest) or 0
    found = []
    for each in proposal.of(Kind.NEW, Kind.KNOWN, Kind.RETURNS, Kind.LABEL):
        place = back.get(each.person_id or 0)
        if place is None:
            position += 1
            place = GroupPlace(group_id=group.id, position=position)
            person = new.get(each.entry.number)
            place.person_id = person.id if person else each.person_id
        _fill(place, each)
        found.append(place)
    db.session.add_all(found)
    db.session.flush()
    return found


def _fill(place: GroupPlace, outcome: Outcome) -> None:
    entry = outcome.entry
    place.label, place.note = entry.label, entry.note
    place.organisation_id, place.municipality_code = entry.organisation_id, entry.municipality_code
    place.role, place.state, place.left_at = entry.role, PlaceState(entry.state), None


def _old_places(group: Group, person_ids: Sequence[int | None]) -> dict[int, GroupPlace]:
    found = db.session.scalars(
        sa.select(GroupPlace).where(
            GroupPlace.group_id == group.id, GroupPlace.person_id.in_(person_ids)
        )
    )
    return {place.person_id or 0: place for place in found}


def _record(
    group: Group,
    places: Sequence[GroupPlace],
    new: dict[int, Person],
    *,
    by: Person | None,
    now: datetime,
) -> None:
    for place in places:
        facts = {"group": group.id, "state": str(place.state)}
        audit.record("place.added", place, actor=by, now=now, **facts)
    counted = {"places": len(places), "people": len(new)}
    audit.record("group.members_imported", group, actor=by, now=now, **counted)


def _tell(group: Group, places: Sequence[GroupPlace], *, by: Person | None, now: datetime) -> int:
    """Let the worker write to each of them of their place; how many those are."""
    named = [place.id for place in places if place.person_id is not None]
    if not named:
        return 0
    first = next(place for place in places if place.person_id is not None)
    outbox.enqueue_mailing(
        notices.PLACES,
        key=f"places-{first.public_id}-{now.timestamp():.0f}",
        now=now,
        by=by,
        about=About(group_id=group.id),
        place_ids=named,
    )
    return len(named)
