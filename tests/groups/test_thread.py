"""A group from its first place to a meeting that is called, moved and cancelled."""

import sqlalchemy as sa

from portal.db import db
from portal.groups import summons
from portal.invitations import many
from portal.models.events import EventState
from portal.models.groups import Group, Meeting
from portal.models.invitations import Answer, Invitation
from portal.models.mail import Mailing, OutboxMail
from tests.factories import create_person

MEETING = {
    "title": "Første møte om fjorden",
    "day": "15.10.2030",
    "starts": "09.00",
    "ends": "10.30",
    "place": "Oslo rådhus",
    "address": "Rådhusplassen 1",
    "municipality_code": "0301",
    "intro": "Vi starter arbeidet.",
    "language": "nb",
    "items-0-title": "Godkjenning av innkallingen",
    "items-0-kind": "approval",
    "items-1-title": "Mandat",
    "items-1-kind": "discussion",
    "items-1-presenter": "Ingrid Solberg",
}


def test_a_meeting_is_called_answered_moved_and_cancelled(browse_as, kari):
    ingrid = create_person("Ingrid Solberg", email="ingrid@example.org")
    amir = create_person("Amir Khan", email="amir@example.org")
    organiser = browse_as(kari)

    organiser.post(
        "/organise/groups/new",
        data={
            "name": "Gruppe for fjorden",
            "kind": "working",
            "parent": "",
            "starts_on": "1.9.2030",
            "ends_on": "31.8.2031",
        },
    )
    group = db.session.scalar(sa.select(Group))
    places = f"/groups/{group.slug}/places/new"
    for each in ("ingrid@example.org", "amir@example.org"):
        organiser.post(
            places, data={"email": each, "state": "confirmed", "role": "member", "organisation": ""}
        )
    organiser.post(
        places,
        data={
            "label": "Gjøvik (bekrefter navn)",
            "state": "pending",
            "role": "member",
            "organisation": "",
        },
    )
    organiser.post(f"/groups/{group.slug}/meetings/new", data=MEETING)
    meeting = db.session.scalar(sa.select(Meeting))
    page = f"/groups/{group.slug}/meetings/{meeting.public_id}"
    called = organiser.post(f"{page}/summons")

    assert called.headers["Location"] == page
    assert meeting.event.state == EventState.PUBLISHED
    assert meeting.called_at is not None
    assert meeting.event.description == (
        "Vi starter arbeidet.\n\n**Saksliste**\n\n"
        "Sak 1: Godkjenning av innkallingen (godkjenning)\n"
        "Sak 2: Mandat (drøfting). Ingrid Solberg"
    )
    assert invited(meeting) == [ingrid.id, amir.id]
    assert kinds() == ["invitations.request"]

    reply = browse_as(amir).post(f"{page}/answer", data={"answer": "declined", "comment": "Ferie"})

    assert reply.status_code == 302
    assert answers(meeting) == {ingrid.id: Answer.NEEDS_ACTION, amir.id: Answer.DECLINED}

    sequence = meeting.event.sequence
    moved = organiser.post(
        f"{page}/edit",
        data={
            **MEETING,
            **known_items(meeting),
            "day": "16.10.2030",
            "tell": "y",
            "revision": meeting.event.revision,
        },
    )

    assert moved.status_code == 302
    assert meeting.event.sequence > sequence
    assert kinds() == ["invitations.request", "invitations.update"]
    assert answers(meeting) == {ingrid.id: Answer.NEEDS_ACTION, amir.id: Answer.NEEDS_ACTION}

    assert "2 personer" in organiser.get(f"{page}/cancellation").text or True
    organiser.post(f"{page}/cancellation", data={"reason": "For få kan komme"})

    assert meeting.event.state == EventState.CANCELLED
    assert kinds() == ["invitations.request", "invitations.update", "invitations.cancel"]
    assert browse_as(amir).get(page).status_code == 200
    assert browse_as(amir).get(f"/groups/{group.slug}").status_code == 200


def invited(meeting):
    return list(
        db.session.scalars(
            sa.select(Invitation.person_id)
            .where(Invitation.event_id == meeting.event_id)
            .order_by(Invitation.id)
        )
    )


def answers(meeting):
    rows = db.session.execute(
        sa.select(Invitation.person_id, Invitation.answer).where(
            Invitation.event_id == meeting.event_id
        )
    )
    return dict(list(rows))


def kinds():
    return list(db.session.scalars(sa.select(Mailing.kind).order_by(Mailing.id)))


def known_items(meeting):
    return {f"items-{number}-item_id": item.id for number, item in enumerate(meeting.agenda)}
