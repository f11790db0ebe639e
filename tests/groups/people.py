"""What tests of groups share: a group with people in it, a meeting to come, what was queued."""

from datetime import timedelta

import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.models.accounts import Person
from portal.models.audit import AuditEntry
from portal.models.events import EventState
from portal.models.groups import Group, GroupPlace, PlaceRole
from portal.models.invitations import Invitation
from portal.models.mail import OutboxMail
from portal.models.mailings import Mailing
from portal.models.meetings import AgendaItem, AgendaKind, Meeting
from portal.models.minutes import MinutesComment
from tests.factories import create_group, create_meeting, create_person, create_place

GROUP = {
    "name": "Gruppe for fjorden",
    "kind": "working",
    "parent": "",
    "observers_see_members": "y",
    "observers_see_minutes": "y",
}
PLACE = {"state": "confirmed", "role": "member", "organisation": ""}


def create_led_group(name: str = "Arbeidsgruppe for fjorden", **values) -> Group:
    """A group that Ingrid leads and Amir sits in."""
    group = create_group(name, **values)
    create_place(group, create_person("Ingrid Solberg"), role=PlaceRole.LEAD)
    create_place(group, create_person("Amir Khan"))
    return group


def lead_of(group: Group):
    """Whoever leads the group."""
    return next(place.person for place in group.places if place.role == PlaceRole.LEAD)


def member_of(group: Group):
    """The first who only sits in it."""
    return next(place.person for place in group.places if place.role == PlaceRole.MEMBER)


def create_draft(group: Group, **values) -> Meeting:
    """A meeting in a month, that nobody has been called to."""
    starts = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=30)
    return create_meeting(
        group, **{"starts_at": starts, "state": EventState.DRAFT, "published_at": None, **values}
    )


def create_called(group: Group, **values) -> Meeting:
    """A published meeting in a month; the rows of those called are the test's to make."""
    meeting = create_draft(group, **{"state": EventState.PUBLISHED,
                                     "published_at": clock.now(), **values})  # fmt: skip
    meeting.called_at = clock.now()
    db.session.commit()
    return meeting


def create_held(group: Group, *, sent: bool = False, approved: bool = False) -> Meeting:
    """A meeting of last month, its minutes as far as said."""
    meeting = create_called(group, starts_at=clock.now() - timedelta(days=30))
    meeting.minutes_sent_at = clock.now() if sent else None
    meeting.approved_at = clock.now() if approved else None
    db.session.commit()
    return meeting


def add_comment(meeting: Meeting, person: Person) -> MinutesComment:
    """Something that ``person`` said about the minutes."""
    comment = MinutesComment(
        meeting=meeting, person=person, text="Se sak 1.", created_at=clock.now()
    )
    db.session.add(comment)
    db.session.commit()
    return comment


def invite(meeting: Meeting, *people) -> list[Invitation]:
    """Invitations that went out and are not answered."""
    rows = [
        Invitation(event=meeting.event, person=each, created_at=clock.now(),
                   sent_sequence=meeting.event.sequence)
        for each in people
    ]  # fmt: skip
    db.session.add_all(rows)
    db.session.commit()
    return rows


def add_item(meeting: Meeting, number: int, title: str, **values) -> AgendaItem:
    """An item of the agenda."""
    item = AgendaItem(
        meeting=meeting, number=number, title=title,
        **{"kind": AgendaKind.DISCUSSION, **values},
    )  # fmt: skip
    db.session.add(item)
    db.session.commit()
    return item


def typed(meeting: Meeting | None = None, **values) -> dict[str, str]:
    """The meeting form as somebody fills it in, with ``values`` in place of what is usual."""
    day = (clock.now() + timedelta(days=30)).date()
    usual = {
        "title": "Første møte om fjorden",
        "day": day.isoformat(),
        "starts": "09.00",
        "ends": "10.30",
        "place": "Oslo rådhus",
        "address": "Rådhusplassen 1",
        "municipality_code": "0301",
        "join_url": "",
        "intro": "",
        "language": "nb",
        "revision": str(meeting.event.revision) if meeting else "0",
    }
    return {**usual, **values}


def rows(*items: dict[str, str]) -> dict[str, str]:
    """Rows of the agenda in the form."""
    usual = {"item_id": "", "number": "", "kind": "discussion", "presenter": "", "papers": "",
             "usual": "", "approves": "", "planned_minutes": "", "day": "1"}  # fmt: skip
    return {
        f"items-{number}-{name}": value
        for number, item in enumerate(items)
        for name, value in {**usual, **item}.items()
    }


def url_of(group: Group, rest: str = "") -> str:
    """The address of a group's page, or of one below it."""
    return f"/groups/{group.slug}{rest}"


def page_of(meeting: Meeting, rest: str = "") -> str:
    """The address of a meeting's page, or of one below it."""
    return url_of(meeting.group, f"/meetings/{meeting.public_id}{rest}")


def place_page(place: GroupPlace, rest: str) -> str:
    """The address of a page about a place."""
    return url_of(place.group, f"/places/{place.public_id}{rest}")


def mailings() -> list[str]:
    """The kinds of all mailings, oldest first."""
    return list(db.session.scalars(sa.select(Mailing.kind).order_by(Mailing.id)))


def mail_kinds() -> list[tuple[str, int]]:
    """Kind and recipient of all messages, oldest first."""
    found = db.session.execute(
        sa.select(OutboxMail.kind, OutboxMail.person_id).order_by(OutboxMail.id)
    )
    return [(kind, person) for kind, person in found]


def verbs() -> list[str]:
    """What was done, as the audit has it, oldest first."""
    return list(db.session.scalars(sa.select(AuditEntry.verb).order_by(AuditEntry.id)))
