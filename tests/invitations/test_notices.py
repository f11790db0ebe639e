"""The messages, part by part: what stands in them, and that they keep every rule."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest

from portal.db import db
from portal.invitations import actions, addresses, event_changes
from portal.models.events import EventKind
from portal.models.invitations import Answer
from tests.calendar.rules import parsed
from tests.factories import create_event, create_person
from tests.invitations.sending import entry_in, expand_mailings, let_mail_leave, messages_to
from tests.mail.rules import broken_rules, calendar_of, parts_of

NEW = datetime(2026, 10, 16, 11, 0, tzinfo=UTC)


@pytest.fixture
def meeting(app):
    return create_event(
        "Møte om fjorden",
        kind=EventKind.MEETING,
        summary="Vi går gjennom høringen.",
        place="Oslo rådhus",
        join_url="https://video.example.org/rom?id=7",
        contact_name="Kari Nordmann",
        contact_phone="22 00 00 00",
    )


def text_of(mail, subtype="plain") -> str:
    part = next(p for p in parts_of(mail.raw) if p.get_content_type() == f"text/{subtype}")
    return part.get_content()


def move(event, kari, now):
    values = {"starts_at": NEW, "ends_at": NEW + timedelta(hours=1)}
    event_changes.change(event, values, by=kari, now=now)
    event_changes.tell(event, by=kari, now=now)
    expand_mailings(now)


def test_a_request_keeps_every_rule(meeting, kari, ola, now):
    actions.invite(meeting, ola, by=kari, now=now)

    (mail,) = messages_to(ola)
    message = message_from_bytes(mail.raw, policy=policy.SMTP)

    assert broken_rules(mail.raw) == []
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    assert message["Subject"] == (
        "Møte om fjorden, torsdag 15. oktober 2026 kl. 09.00–10.30: Kan du komme?"
    )
    assert str(message["From"]) == f"Kari Nordmann <{addresses.calendar_address(ola)}>"
    assert message["Reply-To"] == message["From"]


def test_what_a_request_says_to_a_calendar(meeting, kari, ola, now):
    actions.invite(meeting, ola, by=kari, now=now)

    (mail,) = messages_to(ola)
    entry = entry_in(mail)
    expected = {
        "UID": meeting.uid,
        "SUMMARY": "Møte om fjorden",
        "LOCATION": "Oslo rådhus",
        "TRANSP": "OPAQUE",
        "STATUS": "CONFIRMED",
        "CONFERENCE": "https://video.example.org/rom?id=7",
        "ORGANIZER": f"mailto:{addresses.calendar_address(ola)}",
        "ATTENDEE": f"mailto:{ola.email}",
    }

    assert {name: entry.value(name) for name in expected} == expected
    assert entry.all("ATTENDEE")[0].params["PARTSTAT"] == "NEEDS-ACTION"
    assert entry.value("X-MICROSOFT-DISALLOW-COUNTER") == ""


def test_what_a_request_says_to_a_person(meeting, kari, ola, now):
    invitation = actions.invite(meeting, ola, by=kari, now=now)

    (mail,) = messages_to(ola)

    assert text_of(mail).splitlines()[:8] == [
        "Hei, Ola Hansen",
        "",
        "Kari Nordmann inviterer deg til Møte om fjorden.",
        "",
        "Svar her, uten å logge inn:",
        addresses.answer_url(invitation),
        "",
        "Du kan også svare med knappene i kalenderen din.",
    ]
    html = text_of(mail, "html")
    assert addresses.answer_url(invitation) in html
    assert "https://video.example.org/rom?id=7" in html
    assert "Oslo rådhus" in html


def test_a_talk_offers_no_other_time(kari, ola, now):
    actions.invite(create_event(kind=EventKind.WEBINAR), ola, by=kari, now=now)

    (mail,) = messages_to(ola)

    assert entry_in(mail).value("X-MICROSOFT-DISALLOW-COUNTER") == "TRUE"


def test_no_message_names_another_guest(meeting, kari, ola, siri, now):
    for person in (ola, siri):
        actions.invite(meeting, person, by=kari, now=now)
    move(meeting, kari, now)
    event_changes.cancel(meeting, "", by=kari, now=now)
    expand_mailings(now)

    for mail in messages_to(ola):
        assert broken_rules(mail.raw) == []
        whole = calendar_of(mail.raw).decode().replace("\r\n ", "") + text_of(mail)
        assert siri.email not in whole
        assert "Siri" not in whole


def test_a_moved_event_tells_old_and_new_time_and_asks_again(meeting, kari, ola, now):
    invitation = actions.invite(meeting, ola, by=kari, now=now)
    actions.answer(invitation, Answer.ACCEPTED, source="page", now=now)

    move(meeting, kari, now + timedelta(minutes=1))

    mail = messages_to(ola)[-1]
    text = text_of(mail)
    assert mail.subject == "Ny tid: Møte om fjorden, fredag 16. oktober 2026 kl. 13.00–14.00"
    assert "Nytt tidspunkt: fredag 16. oktober 2026 kl. 13.00–14.00" in text
    assert "Gammelt tidspunkt: torsdag 15. oktober 2026 kl. 09.00–10.30" in text
    assert "ber vi alle svare på nytt" in text
    assert entry_in(mail).all("ATTENDEE")[0].params["PARTSTAT"] == "NEEDS-ACTION"
    assert broken_rules(mail.raw) == []


def test_a_change_of_place_keeps_the_answer_and_says_so(meeting, kari, ola, now):
    invitation = actions.invite(meeting, ola, by=kari, now=now)
    actions.answer(invitation, Answer.ACCEPTED, source="page", now=now)
    event_changes.change(meeting, {"place": "Moss rådhus", "description": "Mer."}, by=kari, now=now)
    event_changes.tell(meeting, by=kari, now=now)
    expand_mailings(now)

    mail = messages_to(ola)[-1]
    text = text_of(mail)
    assert mail.subject == "Endret: Møte om fjorden, torsdag 15. oktober 2026 kl. 09.00–10.30"
    assert "Sted: Moss rådhus (før: Oslo rådhus)" in text
    assert "Dette er også endret: beskrivelse." in text
    assert "Svaret ditt gjelder fortsatt." in text
    assert entry_in(mail).all("ATTENDEE")[0].params["PARTSTAT"] == "ACCEPTED"


def test_what_was_changed_back_is_no_news(meeting, kari, ola, now):
    actions.invite(meeting, ola, by=kari, now=now)
    for place in ("Moss rådhus", "Oslo rådhus"):
        event_changes.change(meeting, {"place": place}, by=kari, now=now)
    event_changes.change(meeting, {"title": "Møte"}, by=kari, now=now)
    event_changes.tell(meeting, by=kari, now=now)
    expand_mailings(now)

    assert "Moss" not in text_of(messages_to(ola)[-1])


def test_a_cancelled_event_says_why(meeting, kari, ola, now):
    actions.invite(meeting, ola, by=kari, now=now)
    event_changes.cancel(meeting, "For få påmeldte.", by=kari, now=now)
    expand_mailings(now)

    mail = messages_to(ola)[-1]
    entry = entry_in(mail)
    assert mail.subject == "Avlyst: Møte om fjorden, torsdag 15. oktober 2026 kl. 09.00–10.30"
    assert "For få påmeldte." in text_of(mail)
    assert entry.value("SUMMARY") == "AVLYST: Møte om fjorden"
    assert entry.value("TRANSP") == "TRANSPARENT"
    assert broken_rules(mail.raw) == []


def test_who_has_said_yes_gets_the_entry_and_no_question(meeting, kari, ola, now):
    actions.invite(meeting, ola, by=ola, now=now, agreed=True)

    (mail,) = messages_to(ola)
    assert mail.subject == (
        "Møte om fjorden, torsdag 15. oktober 2026 kl. 09.00–10.30: til kalenderen din"
    )
    assert "Takk for at du har sagt ja til Møte om fjorden." in text_of(mail)
    assert parsed(calendar_of(mail.raw)).value("METHOD") == "REQUEST"
    assert broken_rules(mail.raw) == []


def test_who_will_not_come_is_not_told_that_we_took_them_off(meeting, kari, ola, now):
    actions.invite(meeting, ola, by=kari, now=now)
    let_mail_leave()
    actions.uninvite(meeting, ola, by=ola, now=now)

    mail = messages_to(ola)[-1]
    assert mail.subject == (
        "Møte om fjorden, torsdag 15. oktober 2026 kl. 09.00–10.30: tatt ut av kalenderen din"
    )
    assert "Vi har notert at du ikke kommer" in text_of(mail)
    assert parsed(calendar_of(mail.raw)).value("METHOD") == "CANCEL"
    assert not parsed(calendar_of(mail.raw)).inside[1].all("STATUS")
    assert broken_rules(mail.raw) == []


def test_who_is_taken_off_the_list_hears_it_kindly(meeting, kari, ola, now):
    actions.invite(meeting, ola, by=kari, now=now)
    let_mail_leave()
    actions.uninvite(meeting, ola, by=kari, now=now)

    mail = messages_to(ola)[-1]
    assert mail.subject == (
        "Møte om fjorden, torsdag 15. oktober 2026 kl. 09.00–10.30: Du står ikke lenger på listen"
    )
    assert "For de andre går arrangementet som planlagt." in text_of(mail)
    assert not parsed(calendar_of(mail.raw)).inside[1].all("STATUS")
    assert broken_rules(mail.raw) == []


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("nn", "Møte om fjorden, torsdag 15. oktober 2026 kl. 09.00–10.30: Kan du kome?"),
        ("en", "Møte om fjorden, Thursday 15 October 2026, 09:00–10:30: can you come?"),
    ],
)
def test_everybody_is_written_to_in_their_language(meeting, kari, now, language, subject):
    person = create_person("Amir Khan", language=language)

    actions.invite(meeting, person, by=kari, now=now)

    assert messages_to(person)[0].subject == subject


@pytest.mark.parametrize(
    "values",
    [
        {"title": "Æøå, «sitat»; \\ og 🎉 " + "lang " * 35},
        {"description": "**Fet** og [lenke](https://example.org/a,b;c)\n\n" + "x" * 2000},
        {"contact_name": 'Ola "Olli" Nordmann, dr.'},
        {"language": "en"},
        {"streaming_url": "https://stream.example.org/direkte", "join_url": ""},
        {
            "all_day": True,
            "starts_at": datetime(2026, 10, 14, 22, tzinfo=UTC),
            "ends_at": datetime(2026, 10, 17, 22, tzinfo=UTC),
        },
        {"latitude": 59.9, "longitude": 10.7},
    ],
)
def test_whatever_an_event_holds_its_messages_keep_the_rules(meeting, kari, ola, now, values):
    values = {name: value[:200] if name == "title" else value for name, value in values.items()}
    event_changes.change(meeting, values, by=kari, now=now)
    actions.invite(meeting, ola, by=kari, now=now)
    event_changes.change(meeting, {"place": "Et annet sted"}, by=kari, now=now)
    event_changes.tell(meeting, by=kari, now=now)
    event_changes.cancel(meeting, "", by=kari, now=now)
    expand_mailings(now)

    assert [broken_rules(mail.raw) for mail in messages_to(ola)] == [[], []]


def test_one_address_that_cannot_be_written_to_does_not_stop_the_others(
    meeting, kari, ola, siri, now
):
    for person in (ola, siri):
        actions.invite(meeting, person, by=kari, now=now)
    ola.emails[0].address = "ola @example.org"
    db.session.flush()

    move(meeting, kari, now)

    assert [len(messages_to(person)) for person in (ola, siri)] == [1, 2]
