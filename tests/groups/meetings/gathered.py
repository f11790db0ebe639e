"""What tests of guests, deputies and joint gatherings share."""

from datetime import timedelta

import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.invitations import actions as invitations
from portal.invitations import addresses
from portal.models.accounts import Person
from portal.models.groups import Group, PlaceRole
from portal.models.invitations import Invitation
from portal.models.mail import OutboxMail
from portal.models.meetings import Meeting, MeetingDay, MeetingGroup
from tests.factories import create_group, create_person, create_place
from tests.groups.people import create_draft


def invited(meeting: Meeting) -> list[str]:
    """The names of those who are invited now, in order."""
    return list(
        db.session.scalars(
            sa.select(Person.name)
            .join(Invitation, Invitation.person_id == Person.id)
            .where(Invitation.event_id == meeting.event_id, Invitation.removed_at.is_(None))
            .order_by(Person.name)
        )
    )


def invitation_of(meeting: Meeting, person: Person) -> Invitation:
    """The person's invitation, removed or not."""
    found = invitations.invitation_of(meeting.event, person)
    assert found is not None
    return found


def answer_page(invitation: Invitation) -> str:
    """The address of the page on which the invitation is answered without signing in."""
    return f"/invitations/{addresses.answer_token(invitation)}"


def called(meeting: Meeting, *people: Person) -> Meeting:
    """``meeting`` as called to ``people``, by real invitations."""
    meeting.event.state, meeting.event.published_at = "published", clock.now()
    meeting.called_at = clock.now()
    for person in people:
        invitations.invite(meeting.event, person, by=None, now=clock.now())
    db.session.commit()
    return meeting


def mails_to(person: Person) -> list[str]:
    """The kinds of mail queued for ``person``, oldest first."""
    return list(
        db.session.scalars(
            sa.select(OutboxMail.kind)
            .where(OutboxMail.person_id == person.id)
            .order_by(OutboxMail.id)
        )
    )


def create_joint(host: Group, *others: Group, days: int = 2) -> Meeting:
    """A draft of ``host`` held together with ``others``, from nine to eleven on so many days."""
    first = clock.now().replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(days=30)
    spans = [(first + timedelta(days=each), first + timedelta(days=each, hours=2))
             for each in range(days)]  # fmt: skip
    meeting = create_draft(host, starts_at=spans[0][0], ends_at=spans[-1][1], kind="gathering")
    if days > 1:
        meeting.days = [MeetingDay(starts_at=starts, ends_at=ends) for starts, ends in spans]
    meeting.others = [MeetingGroup(group_id=each.id) for each in others]
    db.session.commit()
    return meeting


def create_other(name: str, *people: Person) -> Group:
    """A group led by Nils, with ``people`` in it."""
    group = create_group(name)
    create_place(group, create_person("Nils Dahl"), role=PlaceRole.LEAD)
    for person in people:
        create_place(group, person)
    return group
