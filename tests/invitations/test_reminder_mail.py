"""What the reminder of an event says, word for word."""

from datetime import UTC, datetime, time

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.invitations import actions, addresses
from portal.models.events import EventKind
from portal.models.invitations import Answer
from portal.models.mail import OutboxMail
from portal.models.mailings import ReminderKind, ReminderRule, Topic
from portal.models.meetings import AgendaItem, AgendaKind, MeetingGroup
from tests.factories import create_group, create_meeting, create_person, create_place
from tests.invitations.reminded import DAY, DUE, STARTS_AT, invited_to
from tests.mail.reminding.rounds import html_of, look, reminders, text_of
from tests.mail.rules import broken_rules


def planned_meeting():
    """A meeting of a group, with an agenda, that one may join from afar."""
    group = create_group("Arbeidsgruppe for fjorden")
    meeting = create_meeting(
        group,
        starts_at=STARTS_AT,
        title="Møte om fjorden",
        place="Oslo rådhus",
        join_url="https://video.example.org/fjorden",
        contact_name="Kari Nordmann",
        contact_phone="22 00 00 00",
    )
    meeting.agenda = [
        AgendaItem(number=1, title="Godkjenne referat", kind=AgendaKind.APPROVAL),
        AgendaItem(
            number=2, title="Tiltak <i dag>", kind=AgendaKind.DECISION, presenter="Amir Khan"
        ),
    ]
    return meeting


def test_the_mail_tells_when_where_how_to_join_and_what_is_on(ola):
    meeting = planned_meeting()
    create_place(meeting.group, ola)
    invitation = actions.invite(meeting.event, ola, by=None, now=DUE - 9 * DAY)

    look(DUE)

    (mail,) = reminders()
    invitation = actions.invitation_of(meeting.event, ola)
    assert broken_rules(mail.raw) == []
    assert mail.subject == ("Møte om fjorden i morgen, torsdag 15. oktober 2026 kl. 09.00–10.30")
    assert (
        text_of(mail)
        == f"""\
Hei, Ola Hansen

Møte om fjorden er i morgen. Kari Nordmann har invitert deg.

Vi har ikke fått svar fra deg ennå. Kommer du? Svar her, uten å logge inn:
{addresses.answer_url(invitation)}

Hva: Møte om fjorden
Gruppe: Arbeidsgruppe for fjorden
Når: torsdag 15. oktober 2026 kl. 09.00–10.30
Hvor: Oslo rådhus
Bli med på nett: https://video.example.org/fjorden
Les mer: http://localhost/groups/{meeting.group.slug}/meetings/{meeting.public_id}

Saksliste
1. Godkjenne referat
2. Tiltak <i dag> (Amir Khan)

Vennlig hilsen
Kari Nordmann
22 00 00 00
Osloregionen
"""
    )
    assert "Tiltak &lt;i dag&gt; (Amir Khan)" in html_of(mail)


def test_each_is_led_to_the_page_of_a_joint_meeting_that_they_may_see(ola, siri, kari):
    meeting, other = planned_meeting(), create_group("Arbeidsgruppe for kraft")
    meeting.others = [MeetingGroup(group_id=other.id)]
    create_place(meeting.group, ola)
    create_place(other, siri)
    guest = create_person("Gro Gjest")
    for person in (ola, siri, kari, guest):
        actions.invite(meeting.event, person, by=None, now=DUE - 9 * DAY)

    look(DUE)

    mails = {mail.person_id: text_of(mail) for mail in reminders()}
    pages = {
        name: f"http://localhost/groups/{group.slug}/meetings/{meeting.public_id}"
        for name, group in (("host", meeting.group), ("other", other))
    }
    answer_url = addresses.answer_url(actions.invitation_of(meeting.event, guest))
    assert {number: [name for name, url in pages.items() if url in text]
            for number, text in mails.items()} == {
        ola.id: ["host"], siri.id: ["other"], kari.id: ["host"], guest.id: [],
    }  # fmt: skip
    assert mails[guest.id].count(answer_url) == 2


def test_a_mail_of_an_event_days_ahead_names_the_day(ola):
    event = invited_to(ola, kind=EventKind.GATHERING, contact_email="post@example.org")
    db.session.add(ReminderRule(event=event, kind=ReminderKind.EVENT, days_before=3, at=time(9, 0)))
    answered = actions.invitation_of(event, ola)
    actions.answer(answered, Answer.ACCEPTED, source="page", now=DUE - 9 * DAY)

    look(DUE - 2 * DAY)

    (mail,) = reminders()
    assert mail.subject == (
        "Webinar om fjorden, torsdag 15. oktober 2026 kl. 09.00–10.30: påminnelse"
    )
    assert "Webinar om fjorden er torsdag 15. oktober 2026." in text_of(mail)
    assert "Si fra her hvis du ikke kan komme likevel:" in text_of(mail)
    assert (mail.expires_at, mail.lane, mail.topic) == (STARTS_AT, 2, "remind_event")


@pytest.mark.parametrize(
    ("language", "words"),
    [("nn", "er i morgon. Oppdrag Oslofjorden har invitert deg."), ("en", "is tomorrow.")],
)
def test_the_mail_is_written_in_the_readers_language(app, language, words):
    invited_to(create_person("Nils Dahl", language=language))

    look(DUE)

    assert words in text_of(reminders()[0])


def test_a_reminder_that_calls_the_day_tomorrow_is_not_sent_when_that_is_today(ola):
    invited_to(ola)
    look(DUE)

    (mail,) = reminders()
    assert mail.expires_at == datetime(2026, 10, 14, 22, 0, tzinfo=UTC)


def test_every_reminder_is_bulk_mail_that_names_its_occasion(ola):
    event = invited_to(ola)

    look(DUE)

    assert db.session.scalars(
        sa.select(OutboxMail.dedupe_key).where(OutboxMail.topic == Topic.REMIND_EVENT)
    ).all() == [f"reminder-event-event-{event.id}-2026-10-15-person-{ola.id}"]
