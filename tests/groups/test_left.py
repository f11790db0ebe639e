"""Whoever has left, or may not sign in, is neither named nor answers any more."""

from datetime import timedelta
from io import BytesIO

import docx
import pytest

from portal import clock
from portal.db import db
from portal.groups.input_rounds import gathering
from portal.groups.letters import actions as letters
from portal.groups.letters import notices as letter_notices
from portal.groups.meetings import deputies
from portal.groups.minutes import approving, document, notices, printing, sending
from portal.groups.places import actions as places
from portal.groups.polls import addresses, audience
from portal.invitations import event_changes
from portal.mail.composing import mailbox_of
from portal.models.groups import NameRequest, PlaceState
from portal.models.mailings import Mailing
from portal.models.meetings import MeetingGuest
from portal.models.minutes import Attendance, AttendanceState, ImportNote, MinutesVersion
from tests.factories import create_follow_up, create_person, create_place
from tests.groups.input_rounds.rounds import create_round
from tests.groups.meetings.gathered import called, create_joint, create_other
from tests.groups.people import add_comment, add_item, create_draft, create_held, page_of, url_of
from tests.groups.polls.polling import create_poll
from tests.groups.writing.room import writing_of

LEFT = "Et tidligere medlem"


@pytest.fixture
def siri(group):
    """Siri did much for the group, and is about to leave it."""
    return create_place(group, create_person("Siri Vik"))


def gone(place) -> None:
    """Whoever has ``place`` leaves the group."""
    place.state, place.left_at = PlaceState.LEFT, clock.now()
    db.session.commit()


def send_minutes(meeting, by) -> None:
    """Send the minutes of ``meeting`` for comment."""
    meeting.event.starts_at = clock.now() - timedelta(hours=2)
    meeting.event.ends_at = clock.now() - timedelta(hours=1)
    sending.send(meeting, clock.now().date() + timedelta(days=7), with_guests=False,
                 seen_revision=meeting.minutes_revision, seen_rounds=0, by=by,
                 now=clock.now())  # fmt: skip
    db.session.commit()


def words_of(file: bytes) -> str:
    """All that a Word document says."""
    found = docx.Document(BytesIO(file))
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(each.text for each in found.paragraphs), *cells])


def test_who_wrote_minutes_is_not_named_once_they_have_left(group, siri, lead, browse_as):
    meeting = create_held(group)
    item = add_item(meeting, 1, "Mandat", minutes="Enige.", minutes_revision=1,
                    minutes_at=clock.now(), minutes_by_id=siri.person_id)  # fmt: skip
    item.versions.append(MinutesVersion(revision=1, text="Enige.", saved_at=clock.now(),
                                        saved_by_id=siri.person_id))  # fmt: skip
    gone(siri)

    pages = [browse_as(lead).get(writing_of(meeting, rest)).text
             for rest in ("", "/items/1/versions")]  # fmt: skip

    assert [("Siri Vik" in page, LEFT in page) for page in pages] == [(False, True)] * 2


def test_who_gathered_points_is_not_named_once_they_have_left(group, siri, lead, browse_as):
    found = create_round(group)
    step = gathering.Step(found.revision, siri.person, clock.now())
    gathering.split_out(found, [], "Energi", step)
    gone(siri)

    page = browse_as(lead).get(url_of(group, f"/input/{found.public_id}/themes")).text

    assert ("Siri Vik" in page, LEFT in page) == (False, True)


def test_who_asked_for_a_name_or_a_date_is_not_named_once_they_have_left(
    group, siri, lead, browse_as, in_august
):
    place, poll = create_place(group, label="Moss", state=PlaceState.PENDING), create_poll(group)
    db.session.add(NameRequest(place=place, address="a@example.org", asked_at=clock.now(),
                               asked_by=siri.person))  # fmt: skip
    poll.created_by = siri.person
    gone(siri)

    pages = [browse_as(lead).get(url_of(group, rest)).text for rest in (
        f"/places/{place.public_id}/name", f"/polls/{poll.public_id}",
        f"/polls/{poll.public_id}/answer",
    )]  # fmt: skip

    assert [name in page for page in pages for name in ("Siri Vik", siri.person.email)] == [
        False
    ] * 6


def test_who_left_another_group_of_the_meeting_is_not_named_by_what_they_said(
    group, lead, browse_as
):
    nils = create_person("Nils Moe")
    other = create_other("Gruppe for elva", nils)
    meeting = create_joint(group, other, days=1)
    meeting.minutes_sent_at = clock.now()
    add_comment(meeting, nils)
    gone(next(place for place in other.places if place.person is nils))

    page = browse_as(lead).get(page_of(meeting, "/minutes")).text

    assert ("Nils Moe" in page, LEFT in page) == (False, True)


def test_minutes_do_not_go_to_who_leaves_before_they_are_written_to(group, siri, lead):
    meeting = called(create_draft(group), lead, siri.person)
    meeting.event.starts_at = clock.now() - timedelta(hours=2)
    meeting.event.ends_at = clock.now() - timedelta(hours=1)
    db.session.commit()
    day = clock.now().date() + timedelta(days=7)
    told = sending.send(meeting, day, with_guests=False, seen_revision=meeting.minutes_revision,
                        seen_rounds=0, by=lead, now=clock.now())  # fmt: skip
    places.leave(siri, by=lead, now=clock.now())
    db.session.commit()

    mailing = db.session.query(Mailing).filter_by(kind="groups.minutes").one()
    mails = [message for _key, message in notices.for_comment(mailing, clock.now())]

    assert told == 2
    assert [message.person_id for message in mails] == [lead.id]


def test_open_minutes_name_who_was_there_and_not_who_was_to_do_what(group, siri, lead, browse_as):
    meeting = create_held(group, sent=True)
    meeting.attendances.append(Attendance(person=siri.person, state=AttendanceState.PRESENT))
    create_follow_up(group, "Ring Moss", meeting=meeting, owner=siri.person)
    gone(siri)

    page = browse_as(lead).get(page_of(meeting, "/minutes")).text
    file = printing.as_word(document.of(meeting), with_owners=True)
    kept = document.written(meeting)

    assert (page.count("Siri Vik"), LEFT in page) == (1, True)
    assert [each.owner for each in document.of(meeting).follow_ups] == [LEFT]
    assert (words_of(file).count("Siri Vik"), LEFT in words_of(file)) == (1, True)
    assert [each.owner for each in kept.follow_ups] == ["Siri Vik"]


def test_approved_minutes_name_who_was_to_do_what(group, siri, lead, browse_as):
    meeting = create_held(group, sent=True)
    create_follow_up(group, "Ring Moss", meeting=meeting, owner=siri.person)
    gone(siri)
    approving.approve_alone(meeting, "Gruppen er ferdig.", by=lead, now=clock.now())
    db.session.commit()

    page = browse_as(lead).get(page_of(meeting, "/minutes")).text

    assert ("Siri Vik" in page, LEFT in page) == (True, False)


def test_who_leaves_does_not_make_the_minutes_other_than_they_were_sent(
    group, siri, lead, browse_as
):
    meeting = create_held(group, sent=True)
    create_follow_up(group, "Ring Moss", meeting=meeting, owner=siri.person)
    called(meeting, lead)
    send_minutes(meeting, lead)
    gone(siri)

    page = browse_as(lead).get(page_of(meeting, "/minutes/sending")).text

    assert "Andre oppfølginger" not in page


def test_the_mail_of_minutes_tells_no_sender_and_no_owner_who_has_left(group, siri, lead):
    meeting = create_held(group)
    create_follow_up(group, "Ring Moss", meeting=meeting, owner=siri.person)
    called(meeting, lead)
    send_minutes(meeting, siri.person)
    gone(siri)

    mailing = db.session.query(Mailing).filter_by(kind="groups.minutes").one()
    mail = next(message for _key, message in notices.for_comment(mailing, clock.now()))

    assert ["Siri Vik" in part for part in (mail.text, mail.html)] == [False, False]
    assert (LEFT in mail.text, mail.reply_to) == (True, mailbox_of(lead))


def test_a_letter_does_not_name_a_writer_who_has_left(group, siri, lead):
    mailing = letters.send(group, "a23456789bcd", "Hei", "Husk møtet.", by=siri.person,
                           now=clock.now())  # fmt: skip
    gone(siri)

    mails = [message for _key, message in letter_notices.letters(mailing, clock.now())]

    assert len(mails) == 2
    assert {("Siri Vik" in mail.text, mail.reply_to) for mail in mails} == {(False, None)}


def test_what_changed_of_a_meeting_does_not_tell_who_has_left(group, siri, lead, kari, browse_as):
    meeting = called(create_draft(group), lead)
    event_changes.change(meeting.event, {"place": "Horten"}, by=siri.person, now=clock.now())
    gone(siri)

    pages = [browse_as(lead).get(page_of(meeting)).text,
             browse_as(kari).get(f"/organise/events/{meeting.event.slug}").text]  # fmt: skip

    assert [("Siri Vik" in page, LEFT in page) for page in pages] == [(False, True)] * 2


def test_organisers_pages_of_answers_do_not_name_who_has_left(group, siri, lead, kari, browse_as):
    meeting = called(create_draft(group), lead, siri.person)
    gone(siri)
    base = f"/organise/answers/{meeting.event.slug}"

    pages = [browse_as(kari).get(each).text for each in (
        f"/organise/events/{meeting.event.slug}", base, f"{base}/{siri.person.public_id}",
    )]  # fmt: skip
    found = browse_as(kari).get(f"{base}?q=Siri").text

    assert [("Siri Vik" in page, LEFT in page) for page in pages] == [(False, True)] * 3
    assert LEFT not in found


def test_guests_stand_in_for_a_former_member_who_has_left(group, siri, lead, kari, browse_as):
    meeting = called(create_draft(group), lead)
    guest = create_person("Per Dahl")
    meeting.guests.append(MeetingGuest(person=guest, instead_of=siri.person, added_at=clock.now()))
    meeting.notes.append(ImportNote(text="Hvem?", handled_at=clock.now(),
                                    handled_by=siri.person))  # fmt: skip
    gone(siri)

    pages = [browse_as(each).get(page_of(meeting, rest)).text for each, rest in (
        (lead, ""), (kari, ""), (lead, "/guests"), (lead, f"/guests/{guest.public_id}/removal"),
    )]  # fmt: skip

    assert [("Siri Vik" in page, LEFT in page) for page in pages] == [(False, True)] * 4


def test_who_may_not_sign_in_answers_no_poll_and_sends_no_deputy(
    group, siri, lead, client, in_august
):
    poll, meeting = create_poll(group), called(create_draft(group), siri.person)
    token = addresses.token(poll, siri.person)
    invitation = meeting.event.invitations[0]
    before = (deputies.may_send(invitation), client.get(f"/polls/{token}").status_code)
    siri.person.suspended_at = clock.now()
    db.session.commit()

    after = (deputies.may_send(invitation), client.get(f"/polls/{token}").status_code)

    assert (before, after) == ((True, 200), (False, 404))
    assert siri.person_id not in db.session.scalars(audience.to_write_to(poll)).all()


def test_nobody_learns_without_signing_in_whether_a_meeting_has_minutes(group, client):
    meeting = create_held(group)
    there, nowhere = page_of(meeting, "/minutes"), url_of(group, "/meetings/findesikkje/minutes")

    answers = [client.get(each + rest) for each in (there, nowhere) for rest in ("", ".docx")]

    assert [each.status_code for each in answers] == [302] * 4
    assert all("/sign-in" in each.headers["Location"] for each in answers)
