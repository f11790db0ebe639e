"""Asking for a name: put, taken back, answered, undone, and reminded of once."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal import access, audit, dates, people
from portal.db import db, lock_row
from portal.groups import leading
from portal.groups.meetings import summons
from portal.groups.name_requests import notices
from portal.groups.places import actions as place_actions
from portal.mail import outbox
from portal.models.accounts import Person
from portal.models.groups import CURRENT_PLACES, Group, GroupPlace, NameRequest, PlaceState
from portal.models.mail import OutboxMail

ANSWER_WITHIN = timedelta(days=14)
# Before the day by which an answer is wanted, or after the question when no day was named.
_REMIND_BEFORE = timedelta(days=3)
_REMIND_AFTER = timedelta(days=7)
_NOT_SOONER_THAN = timedelta(days=2)
_KEY, _REMINDER = "name-request-", "-reminder"


class AlreadyAsked(Exception):
    """A question about the place waits for its answer."""


class PlaceIsTaken(Exception):
    """Somebody has the place, or it is given up: there is nothing to ask."""


class GroupIsClosed(Exception):
    """Nobody is looked for to a group whose work is over."""


class NotOpen(Exception):
    """The question is answered or taken back."""


class NothingToUndo(Exception):
    """What came of the answer has been changed since."""


@dataclass(frozen=True)
class Named:
    """Whom a body sends."""

    name: str
    email: str
    title: str = ""


def ask(
    place: GroupPlace,
    address: str,
    *,
    answer_by: date | None,
    remember: bool,
    by: Person,
    now: datetime,
) -> NameRequest:
    """Ask, by a mail to ``address``, who shall have ``place``.

    With ``remember`` the address is noted as that of the body, for the next time.

    Raises:
        AlreadyAsked, PlaceIsTaken, GroupIsClosed.
    """
    _hold(place)
    if place.group.closed_at is not None:
        raise GroupIsClosed
    if place.person_id is not None or not place.is_current:
        raise PlaceIsTaken
    if open_request(place) is not None:
        raise AlreadyAsked
    organisation = place.organisation
    if remember and organisation is not None and organisation.contact_email != address:
        organisation.contact_email = address
        audit.record("organisation.contact_changed", organisation, actor=by, now=now)
    request = NameRequest(
        place=place,
        organisation=organisation,
        address=address,
        asked_at=now,
        asked_by=by,
        answer_by=answer_by,
    )
    db.session.add(request)
    audit.record("name_request.sent", request, actor=by, now=now, place=place.id)
    outbox.enqueue(notices.question(request), key=f"{_KEY}{request.public_id}", now=now)
    return request


def take_back(request: NameRequest, *, by: Person, now: datetime) -> None:
    """Ask no more; whoever opens the link is told so.

    Raises:
        NotOpen: it was answered, or taken back before.
    """
    lock_row(request)
    if not request.is_open:
        raise NotOpen
    request.taken_back_at = now
    audit.record("name_request.taken_back", request, actor=by, now=now)


def name(request: NameRequest, named: Named, comment: str, *, now: datetime) -> bool:
    """The body sends somebody: they get the place, and hear of it; whoever asked hears too.

    Somebody whose address we know stays as they are. One who has a place in the group already does
    not get this one as well: then whoever asked has to see to it.

    Returns:
        Whether the place is filled.

    Raises:
        NotOpen: it was answered or taken back just now. PlaceIsTaken: somebody got the place.
        BadAddress: the address is none.
    """
    _begin_answer(request)
    person = _person(request, named, now)
    request.name, request.email = named.name, named.email
    try:
        place_actions.change_place(
            request.place, {"state": PlaceState.CONFIRMED}, person=person,
            by=request.asked_by, now=now,
        )  # fmt: skip
    except place_actions.AlreadyInGroup:
        is_placed = False
    else:
        is_placed = True
    _close(request, comment, now, is_placed=is_placed, person=person.id)
    if is_placed:
        place_actions.tell_of_place(request.place, by=request.asked_by, now=now)
    return is_placed


def decline(request: NameRequest, comment: str, *, now: datetime) -> None:
    """The body sends nobody: the place is given up, and whoever asked hears of it.

    Raises:
        NotOpen, PlaceIsTaken: as ``name``.
    """
    _begin_answer(request)
    request.declined = True
    values = {"state": PlaceState.DECLINED}
    place_actions.change_place(request.place, values, by=request.asked_by, now=now)
    _close(request, comment, now, is_placed=False)


def undo(request: NameRequest, *, by: Person, now: datetime) -> None:
    """Take back what came of an answer: the place waits for a name again, and can be asked about.

    Whoever was named keeps what we know of them; meetings go out of their calendar.

    Raises:
        NothingToUndo: the place has been changed since, or it was undone before.
    """
    _hold(request.place)
    lock_row(request)
    if not can_be_undone(request):
        raise NothingToUndo
    place_actions.vacate(request.place, by=by, now=now)
    request.taken_back_at = now
    audit.record("name_request.undone", request, actor=by, now=now)


def can_be_undone(request: NameRequest) -> bool:
    """Whether the place still is what the answer made of it."""
    place = request.place
    if request.answered_at is None or request.taken_back_at is not None:
        return False
    if request.declined:
        return place.person is None and place.state == PlaceState.DECLINED
    folded = people.fold(request.email)
    person = place.person
    return bool(
        place.label
        and place.is_current
        and person is not None
        and any(each.folded == folded for each in person.emails)
    )


def remind_due(now: datetime) -> int:
    """Remind those who have not answered, once: some days before the day named, else after a week.

    Returns:
        How many were written to.
    """
    found = db.session.scalars(
        sa.select(NameRequest)
        .join(GroupPlace, GroupPlace.id == NameRequest.place_id)
        .join(Group, Group.id == GroupPlace.group_id)
        .outerjoin(OutboxMail, OutboxMail.dedupe_key == _KEY + NameRequest.public_id + _REMINDER)
        .where(
            NameRequest.answered_at.is_(None),
            NameRequest.taken_back_at.is_(None),
            NameRequest.asked_at <= now - _NOT_SOONER_THAN,
            GroupPlace.person_id.is_(None),
            GroupPlace.state.in_(CURRENT_PLACES),
            Group.closed_at.is_(None),
            OutboxMail.id.is_(None),
        )
        .options(joinedload(NameRequest.place).joinedload(GroupPlace.group))
        .order_by(NameRequest.id)
    ).all()
    return sum(_remind(request, now) for request in found if is_due(request, now))


def is_due(request: NameRequest, now: datetime) -> bool:
    """Whether it is time to remind; when the day has passed, it is for a person to ask."""
    if request.answer_by is None:
        return request.asked_at + _REMIND_AFTER <= now
    today = dates.today(now)
    return request.answer_by - _REMIND_BEFORE <= today <= request.answer_by


def open_request(place: GroupPlace) -> NameRequest | None:
    """The question about ``place`` that waits for its answer."""
    return db.session.scalar(
        sa.select(NameRequest).where(
            NameRequest.place_id == place.id,
            NameRequest.answered_at.is_(None),
            NameRequest.taken_back_at.is_(None),
        )
    )


def _remind(request: NameRequest, now: datetime) -> bool:
    message = notices.question(request, is_reminder=True)
    return outbox.enqueue(message, key=f"{_KEY}{request.public_id}{_REMINDER}", now=now)


def _begin_answer(request: NameRequest) -> None:
    """Let one of two who answer at once go first; the other finds it answered."""
    _hold(request.place)
    lock_row(request)
    if not request.is_open:
        raise NotOpen
    if request.place.person_id is not None or not request.place.is_current:
        raise PlaceIsTaken


def _person(request: NameRequest, named: Named, now: datetime) -> Person:
    found = people.find_by_email(people.normal_address(named.email))
    if found is not None:
        return found
    person = people.create_person(
        named.name, named.email, confirmed_at=None, now=now, actor=request.asked_by
    )
    person.job_title = named.title
    person.organisation_id = request.organisation_id
    person.municipality_code = request.place.municipality_code
    return person


def _close(
    request: NameRequest, comment: str, now: datetime, *, is_placed: bool, person: int | None = None
) -> None:
    request.comment, request.answered_at = comment, now
    audit.record(
        "name_request.answered", request, actor=None, now=now,
        place=request.place_id, person=person, declined=request.declined,
    )  # fmt: skip
    for reader in _concerned(request):
        outbox.enqueue(
            notices.answered(request, reader, is_placed=is_placed),
            key=f"{_KEY}{request.public_id}-answered-{reader.id}",
            now=now,
        )


def _concerned(request: NameRequest) -> list[Person]:
    """Whoever asked; when they have left the group, those who lead it."""
    group = request.place.group
    by = access.who_acts(request.asked_by, group)
    if by is None:
        return leading.to_write_to(group)
    return [by] if by.email is not None else []


def _hold(place: GroupPlace) -> None:
    """The group first, as whoever changes its places does."""
    summons.hold_groups([place.group_id])
    lock_row(place)
