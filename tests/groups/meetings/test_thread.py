"""A group from its first place to a meeting that is called, answered, moved and cancelled."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.invitations import many, notices
from portal.mail import outbox
from portal.models.events import EventState
from portal.models.groups import Group
from portal.models.invitations import Answer, Invitation
from portal.models.mail import OutboxMail
from portal.models.mailings import Mailing
from portal.models.meetings import Meeting
from tests.calendar.rules import parsed
from tests.factories import create_person
from tests.groups.people import GROUP, PLACE, page_of, rows, typed
from tests.mail.rules import calendar_of

COMPOSERS = {**notices.MAILINGS, many.KIND: many.requests}
ITEMS = (
    {"title": "Godkjenning av innkallingen", "kind": "approval"},
    {"title": "Mandat", "presenter": "Ingrid Solberg"},
)


def test_a_meeting_is_called_answered_moved_and_cancelled(browse_as, kari):
    amir = create_person("Amir Khan", email="amir@example.org")
    organiser, member = browse_as(kari), browse_as(amir)

    group = set_up_group(organiser, "ingrid@example.org", "amir@example.org")
    organiser.post(f"/groups/{group.slug}/meetings/new", data={**typed(), **rows(*ITEMS)})
    meeting = db.session.scalar(sa.select(Meeting))
    called = organiser.post(page_of(meeting, "/summons"))
    member.post(page_of(meeting, "/answer"), data={"answer": "declined", "comment": "Ferie"})
    expand_mailings()

    assert called.headers["Location"] == page_of(meeting)
    assert (meeting.event.state, meeting.called_at is None) == (EventState.PUBLISHED, False)
    assert answers(meeting) == {"Ingrid Solberg": Answer.NEEDS_ACTION, "Amir Khan": Answer.DECLINED}
    assert sent_to(amir) == [("REQUEST", "1")]
    assert "Sak 2: Mandat (drøfting). Ingrid Solberg" in text_to(amir)

    day = (clock.now() + timedelta(days=31)).date().isoformat()
    organiser.post(
        page_of(meeting, "/edit"),
        data={**typed(meeting, day=day, tell="now"), **rows(*known_items(meeting))},
    )
    expand_mailings()

    assert meeting.event.first_day.isoformat() == day
    assert set(answers(meeting).values()) == {Answer.NEEDS_ACTION}
    assert sent_to(amir) == [("REQUEST", "1"), ("REQUEST", "2")]

    asked = organiser.get(page_of(meeting, "/cancellation"))
    organiser.post(page_of(meeting, "/cancellation"), data={"reason": "For få kan komme"})
    expand_mailings()

    assert "Avlys og varsle 2 personer" in asked.text
    assert "For få kan komme" in member.get(page_of(meeting)).text
    assert sent_to(amir) == [("REQUEST", "1"), ("REQUEST", "2"), ("CANCEL", "3")]


def set_up_group(organiser, *addresses: str) -> Group:
    """A group with Ingrid, others we know, and an open place."""
    organiser.post("/organise/groups/new", data=GROUP)
    group = db.session.scalar(sa.select(Group))
    for address in addresses:
        organiser.post(
            f"/groups/{group.slug}/places/new",
            data={**PLACE, "name": "Ingrid Solberg", "email": address},
        )
    organiser.post(
        f"/groups/{group.slug}/places/new", data={**PLACE, "label": "Gjøvik (bekrefter navn)"}
    )
    return group


def expand_mailings() -> None:
    """Make every waiting mailing into messages, as the worker does."""
    now = clock.now()
    for mailing in db.session.scalars(
        sa.select(Mailing).where(Mailing.expanded_at.is_(None)).order_by(Mailing.id)
    ).all():
        for key, message in COMPOSERS[mailing.kind](mailing, now):
            outbox.enqueue(message, key=key, now=now, mailing_id=mailing.id)
        mailing.expanded_at = now
    db.session.commit()


def known_items(meeting: Meeting) -> list[dict[str, str]]:
    return [
        {"item_id": str(item.id), "number": str(item.number), "title": item.title,
         "kind": str(item.kind), "presenter": item.presenter}
        for item in meeting.agenda
    ]  # fmt: skip


def answers(meeting: Meeting) -> dict[str, Answer]:
    invited = sa.select(Invitation).where(Invitation.event_id == meeting.event_id)
    return {row.person.name: row.answer for row in db.session.scalars(invited)}


def text_to(person) -> str:
    """The plain text of the newest message to somebody."""
    newest = db.session.scalars(
        sa.select(OutboxMail)
        .where(OutboxMail.person_id == person.id)
        .order_by(OutboxMail.id.desc())
    ).first()
    return message_from_bytes(newest.raw, policy=default).get_body(("plain",)).get_content()


def sent_to(person) -> list[tuple[str, str]]:
    """METHOD and SEQUENCE of each calendar part sent to somebody, oldest first."""
    found = []
    for mail in db.session.scalars(
        sa.select(OutboxMail).where(OutboxMail.person_id == person.id).order_by(OutboxMail.id)
    ):
        whole = parsed(calendar_of(mail.raw))
        entry = next(part for part in whole.inside if part.name == "VEVENT")
        found.append((whole.value("METHOD"), entry.value("SEQUENCE")))
    return found
