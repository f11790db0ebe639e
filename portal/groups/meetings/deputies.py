"""Somebody comes in a member's place: asked by the member's own answer, taken back by the next.

An answer is given without signing in, by whoever has the link. So one invitation makes us write to
few addresses, nothing that is known of anybody is changed, and who comes in somebody's place does
not pass that on. Nothing here commits.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from portal import audit, membership, people
from portal.db import db
from portal.groups.meetings import expected
from portal.invitations import actions as invitations
from portal.models.accounts import Person
from portal.models.groups import GroupPlace, PlaceRole
from portal.models.invitations import Answer, AnswerSource, GivenAnswer, Invitation
from portal.models.meetings import Meeting, MeetingGuest

# So many answers of one invitation may make us write to somebody new.
MOST_ASKED = 5
_NOT_COMING = (Answer.DECLINED, Answer.DELEGATED)


class CannotSend(Exception):
    """The deputy that was named cannot be asked."""


class MayNotSend(CannotSend):
    """Only who sits in a group sends somebody; who comes in another's place does not."""


class OneselfMeant(CannotSend):
    """Nobody comes in their own place."""


class CalledAlready(CannotSend):
    """The one who was named is called already, and counts for themselves or for another."""


class TooManyAsked(CannotSend):
    """One invitation has made us write to as many as it may."""


@dataclass(frozen=True)
class Wanted:
    """Who shall come instead: a deputy of the group, or a name and an address as written."""

    person: Person | None = None
    name: str = ""
    email: str = ""


def may_send(invitation: Invitation) -> bool:
    """Whether whom ``invitation`` is for may send somebody else."""
    meeting = invitation.event.meeting
    if meeting is None or invitation.person.suspended_at is not None:
        return False
    stands_in = sa.exists().where(
        MeetingGuest.meeting_id == meeting.id,
        MeetingGuest.person_id == invitation.person_id,
        MeetingGuest.instead_of_id.is_not(None),
    )
    if db.session.scalar(sa.select(stands_in)):
        return False
    return expected.has_place(meeting, invitation.person)


def offered(invitation: Invitation) -> Sequence[Person]:
    """The deputies of the meeting's groups who can be reached and are not taken, by name."""
    meeting = invitation.event.meeting
    if meeting is None:
        return []
    taken = sa.select(MeetingGuest.person_id).where(
        MeetingGuest.meeting_id == meeting.id,
        sa.func.coalesce(MeetingGuest.instead_of_id, 0) != invitation.person_id,
    )
    away = sa.select(Invitation.person_id).where(
        Invitation.event_id == meeting.event_id, Invitation.answer.in_(_NOT_COMING)
    )
    return db.session.scalars(
        sa.select(Person)
        .where(
            Person.id.in_(_deputies(meeting)),
            Person.id != invitation.person_id,
            Person.id.not_in(taken),
            Person.id.not_in(away),
            membership.can_be_written_to(),
        )
        .order_by(Person.sort_key, Person.id)
    ).all()


def sent_by(invitation: Invitation) -> MeetingGuest | None:
    """Who comes in the place of whom ``invitation`` is for, None when nobody does."""
    return db.session.scalar(
        sa.select(MeetingGuest)
        .join(Meeting, Meeting.id == MeetingGuest.meeting_id)
        .where(
            Meeting.event_id == invitation.event_id,
            MeetingGuest.instead_of_id == invitation.person_id,
        )
    )


def absent_for(invitation: Invitation) -> Person | None:
    """In whose place the one whom ``invitation`` is for comes, None when in their own."""
    return db.session.scalar(
        sa.select(Person)
        .join(MeetingGuest, MeetingGuest.instead_of_id == Person.id)
        .join(Meeting, Meeting.id == MeetingGuest.meeting_id)
        .where(
            Meeting.event_id == invitation.event_id,
            MeetingGuest.person_id == invitation.person_id,
        )
    )


def answer(
    invitation: Invitation,
    given: Answer,
    *,
    comment: str = "",
    wanted: Wanted | None = None,
    now: datetime,
) -> None:
    """Record an answer from a page; with DELEGATED, ask ``wanted`` to come instead.

    Any other answer takes back whoever was sent before, and so does another deputy.

    Raises:
        CannotSend: in one of its kinds, nothing is changed. BadAddress: what was written is none.
        NotInvited, EventIsCancelled: as ``invitations.actions.answer``.
    """
    if given != Answer.DELEGATED or wanted is None:
        if sent_by(invitation) is not None:
            invitations.hold(invitation.event)
        invitations.answer(invitation, given, source=AnswerSource.PAGE, now=now, comment=comment)
        _take_back(invitation, now)
        return
    invitations.hold(invitation.event)
    invitations.lock(invitation)
    deputy = _checked(invitation, wanted, now)
    invitations.answer(
        invitation,
        given,
        source=AnswerSource.PAGE,
        now=now,
        comment=comment,
        delegated_to=wanted.name or deputy.name,
    )
    _put(invitation, deputy, now)


def follow_calendar(invitation: Invitation, given: Answer, now: datetime) -> None:
    """Do what an answer that came from a calendar, and counts, means for who was sent before.

    Whom a calendar delegates to is not asked by that: an organiser looks at it first.
    """
    sent = sent_by(invitation)
    if sent is None:
        return
    known = {people.fold(each.address) for each in sent.person.emails}
    if given != Answer.DELEGATED or people.fold(invitation.delegated_to) not in {"", *known}:
        _take_back(invitation, now)


def let_go(meeting: Meeting, person: Person, *, by: Person | None, now: datetime) -> None:
    """Take back whoever was to come in the place of ``person``, who is called no longer."""
    for deputy_id in let_go_all(meeting, [person.id], by=by, now=now):
        deputy = db.session.get_one(Person, deputy_id)
        invitations.uninvite(meeting.event, deputy, by=by, now=now)


def let_go_all(
    meeting: Meeting, absent_ids: Collection[int], *, by: Person | None, now: datetime
) -> list[int]:
    """Take back whoever was to come in the place of those in ``absent_ids``.

    Returns:
        Ids of those who came for nothing else, whom the caller has to uninvite.
    """
    db.session.flush()
    # Somebody may have been sent while the page was.
    db.session.expire(meeting, ["guests"])
    sent = [each for each in meeting.guests if each.instead_of_id in absent_ids]
    for each in sent:
        meeting.guests.remove(each)
    db.session.flush()
    stay = expected.expected_among(meeting, [each.person_id for each in sent])
    for each in sent:
        if each.person_id in stay and each.instead_of is not None:
            invitations.tell_not_needed(meeting.event, each.person, each.instead_of, now=now)
        audit.record("meeting.deputy_taken_back", meeting, actor=by, now=now,
                     person=each.person_id)  # fmt: skip
    return sorted({each.person_id for each in sent} - stay)


def _deputies(meeting: Meeting) -> sa.Select[int | None]:
    return membership.seated(expected.group_ids(meeting)).where(GroupPlace.role == PlaceRole.DEPUTY)


def _checked(invitation: Invitation, wanted: Wanted, now: datetime) -> Person:
    """Who is wanted; a new person when nobody has the address."""
    if not may_send(invitation):
        raise MayNotSend
    address = people.normal_address(wanted.email) if wanted.person is None else ""
    person = wanted.person or people.find_by_email(address)
    sent = sent_by(invitation)
    if person is not None and sent is not None and sent.person_id == person.id:
        return person
    if person is not None:
        _refuse_who_is_called(invitation, person)
    if _asked(invitation) >= MOST_ASKED:
        raise TooManyAsked
    return person or people.create_person(
        wanted.name,
        address,
        confirmed_at=None,
        now=now,
        language=invitation.person.language,
        actor=invitation.person,
    )


def _refuse_who_is_called(invitation: Invitation, person: Person) -> None:
    if person.id == invitation.person_id:
        raise OneselfMeant
    if person in offered(invitation):
        return
    theirs = invitations.invitation_of(invitation.event, person)
    meeting = invitation.event.meeting
    is_called = theirs is not None and theirs.is_current
    if is_called or (meeting is not None and expected.is_expected(meeting, person)):
        raise CalledAlready


def _asked(invitation: Invitation) -> int:
    """How often this invitation was answered with somebody else."""
    statement = sa.select(sa.func.count()).where(
        GivenAnswer.invitation_id == invitation.id, GivenAnswer.answer == Answer.DELEGATED
    )
    return db.session.scalar(statement) or 0


def _put(invitation: Invitation, deputy: Person, now: datetime) -> None:
    """Let ``deputy`` be the one who comes, and ask them, unless they are that already."""
    meeting, sent = invitation.event.meeting, sent_by(invitation)
    if meeting is None or (sent is not None and sent.person_id == deputy.id):
        return
    if sent is not None:
        _release(sent, invitation.person, invitation.person, now)
    guest = MeetingGuest(
        meeting=meeting,
        person=deputy,
        instead_of=invitation.person,
        added_at=now,
        added_by_id=invitation.person_id,
    )
    db.session.add(guest)
    db.session.flush()
    invitations.invite_instead(invitation, deputy, now=now)
    audit.record("meeting.deputy_sent", meeting, actor=invitation.person, now=now,
                 person=deputy.id)  # fmt: skip


def _take_back(invitation: Invitation, now: datetime) -> None:
    sent = sent_by(invitation)
    if sent is not None:
        _release(sent, invitation.person, invitation.person, now)


def _release(sent: MeetingGuest, absent: Person, by: Person | None, now: datetime) -> None:
    """Take ``sent`` out again; who is called for themselves as well is only told."""
    meeting, deputy = sent.meeting, sent.person
    meeting.guests.remove(sent)
    db.session.flush()
    if not expected.is_expected(meeting, deputy):
        invitations.uninvite(meeting.event, deputy, by=by, now=now)
    else:
        invitations.tell_not_needed(meeting.event, deputy, absent, now=now)
    audit.record("meeting.deputy_taken_back", meeting, actor=by, now=now, person=deputy.id)
