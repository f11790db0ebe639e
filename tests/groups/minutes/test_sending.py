"""Minutes sent for comment: to whom, once, and what the mail tells."""

from datetime import date, timedelta
from email import message_from_bytes, policy

import pytest
import sqlalchemy as sa

from portal import clock, worker
from portal.db import db
from portal.groups.minutes import approving, sending
from portal.groups.minutes.queries import audience_of
from portal.groups.writing.locking import MinutesAreLocked
from portal.mail import mailings as expanding
from portal.models.accounts import EmailAddress, Person
from portal.models.groups import GroupPlace, PlaceRole, PlaceState
from portal.models.invitations import Invitation
from portal.models.mail import OutboxMail
from portal.models.mailings import Mailing
from portal.models.meetings import MeetingGroup, MeetingGuest
from portal.models.minutes import Attendance, AttendanceState
from tests.factories import create_group, create_person, create_place
from tests.groups.minutes.people import approve, create_held, fill, read, send
from tests.groups.people import invite, lead_of, mail_kinds, mailings, member_of, page_of, verbs

pytestmark = pytest.mark.usefixtures("in_august")
DEADLINE = "3.9.2026"


@pytest.fixture
def held(group):
    meeting = create_held(group)
    fill(meeting)
    return meeting


def letters() -> dict[int, str]:
    """What the worker makes of what waits: the text of each mail, by the reader's id."""
    db.session.commit()
    expanding.expand_due(worker.COMPOSERS, clock.now(), lambda: None)
    rows = db.session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id))
    return {row.person_id: f"{row.subject}\n{plain(row)}" for row in rows}


def plain(row: OutboxMail) -> str:
    message = message_from_bytes(row.content.raw, policy=policy.default)
    return message.get_body(("plain",)).get_content()


def typed(meeting, **values):
    return {
        "comments_by": DEADLINE,
        "revision": str(meeting.minutes_revision),
        "rounds": "0",
        **values,
    }


def test_whoever_runs_the_group_sends_the_minutes_to_those_called(held, group, browse_as):
    lead, member = lead_of(group), member_of(group)

    answer = browse_as(lead).post(page_of(held, "/minutes/sending"), data=typed(held))

    assert answer.headers["Location"] == page_of(held, "/minutes")
    assert (held.minutes_sent_at, held.comments_by) == (clock.now(), date(2026, 9, 3))
    assert mailings() == ["groups.minutes"]
    assert verbs()[-1] == "minutes.sent"
    letters()
    assert mail_kinds() == [("groups/minutes", lead.id), ("groups/minutes", member.id)]


def test_the_mail_leads_to_the_page_and_holds_what_was_agreed(held, group):
    send(held, lead_of(group))

    text = letters()[member_of(group).id]

    assert text.startswith(
        "Referat fra 21. juli 2026: Si fra innen 3. september 2026 hvis noe er feil"
    )
    for part in (
        f"http://localhost{page_of(held, '/minutes')}",
        "Ti av fjorten kommuner har svart.",
        "- Moss",
        "Gruppen arbeider videre med ombruk.",
        "Ring Moss",
        "Ingrid Solberg",
    ):
        assert part in text
    # Who was there is read on the page, and does not lie about in mailboxes.
    assert "Nora Lie" not in text
    assert "Per Dahl" not in text


def test_the_mail_is_in_the_readers_language_and_the_minutes_in_theirs(held, group):
    member_of(group).language = "en"
    send(held, lead_of(group))

    text = letters()[member_of(group).id]

    assert "Read the minutes, comment on them and fetch them as a Word document:" in text
    assert "Gruppen var enig." in text


def test_those_called_and_those_who_attended_get_them_if_they_may_read_them(held, group):
    observer, gone, guest = (create_person(name) for name in ("Odd", "Gro", "Gjest"))
    create_place(group, observer, role=PlaceRole.OBSERVER)
    create_place(group, gone, state=PlaceState.LEFT)
    create_place(group, create_person("Kom til siden"))
    silent = create_person("Uten adresse", email=None)
    create_place(group, silent)
    invite(held, observer, gone, silent)
    held.guests.append(MeetingGuest(person=guest, added_at=clock.now()))
    db.session.commit()
    called = [lead_of(group).id, member_of(group).id]
    attended = {each.person.name: each.person_id for each in held.attendances if each.person}
    guests = [attended["Nora Lie"], attended["Per Dahl"], guest.id]

    open_to_observers = audience_of(held)
    group.observers_see_minutes = False
    db.session.commit()
    closed = audience_of(held)

    assert (list(open_to_observers.members), sorted(open_to_observers.guests)) == (
        [*called, observer.id],
        sorted(guests),
    )
    assert (list(closed.members), closed.unreached) == (called, 1)


def test_guests_get_them_when_that_is_ticked_and_answer_by_mail(held, group, kari):
    guest = create_person("Gjest")
    held.guests.append(MeetingGuest(person=guest, added_at=clock.now()))
    db.session.commit()

    told = send(held, kari, guests=True)

    text = letters()[guest.id]
    assert told == 5
    assert page_of(held, "/minutes") not in text


def test_members_of_a_group_that_met_along_get_them_too(held):
    other = create_group("Faggruppe for vann")
    ola = create_person("Ola")
    create_place(other, ola)
    invite(held, ola)
    held.others.append(MeetingGroup(group=other))
    db.session.commit()

    assert ola.id in audience_of(held).members


def test_sending_once_more_tells_what_has_changed(held, group, kari):
    send(held, kari)
    first = letters()
    held.agenda[1].minutes = "Elleve av fjorten."
    held.attendances.append(Attendance(name="Ny", state=AttendanceState.PRESENT, position=30))
    held.minutes_revision += 1
    db.session.commit()

    send(held, kari, rounds=1)
    parts = [row.params["changed"] for row in db.session.scalars(sa.select(Mailing))]
    second = letters()

    assert parts == [[], ["attendance", "item-2"]]
    member = member_of(group).id
    assert "Elleve av fjorten." in second[member]
    assert "Elleve av fjorten." not in first[member]
    assert len(mail_kinds()) == 4


def test_the_same_minutes_go_out_again_only_with_another_deadline(held, kari):
    send(held, kari)

    with pytest.raises(sending.NothingNew):
        send(held, kari, rounds=1)

    db.session.rollback()
    assert send(held, kari, rounds=1, days=20) == 2


def test_what_was_stopped_may_be_sent_again_as_it_is(held, kari):
    send(held, kari)
    db.session.scalars(sa.select(Mailing)).one().stopped_at = clock.now()
    db.session.commit()

    assert send(held, kari, rounds=1) == 2


def test_of_two_who_send_at_once_one_does(held, group, browse_as):
    data = typed(held)
    first = browse_as(lead_of(group)).post(page_of(held, "/minutes/sending"), data=data)
    second = browse_as(lead_of(group)).post(
        page_of(held, "/minutes/sending"), data={**data, "comments_by": "10.9.2026"}
    )

    assert (first.status_code, second.status_code) == (302, 422)
    assert "10.9.2026" in second.text
    assert mailings() == ["groups.minutes"]


def test_minutes_changed_while_they_were_looked_at_are_not_sent(held, group, browse_as):
    data = typed(held)
    held.minutes_revision += 1
    db.session.commit()

    answer = browse_as(lead_of(group)).post(page_of(held, "/minutes/sending"), data=data)

    assert (answer.status_code, mailings(), held.minutes_sent_at) == (422, [], None)
    # What is shown now is what the next press sends.
    assert 'name="revision" type="hidden" value="1"' in answer.text


@pytest.mark.parametrize("day", ["19.8.2026", "i morgen", ""])
def test_a_deadline_is_a_day_to_come(held, group, browse_as, day: str):
    answer = browse_as(lead_of(group)).post(
        page_of(held, "/minutes/sending"), data=typed(held, comments_by=day)
    )

    assert (answer.status_code, held.minutes_sent_at) == (422, None)


def test_what_has_not_been_held_is_not_sent(group, kari):
    coming = create_held(group, days_ago=-3)

    with pytest.raises(sending.NotHeldYet):
        send(coming, kari)


def test_approved_minutes_are_not_sent(held, kari):
    approve(held, kari)

    with pytest.raises(MinutesAreLocked):
        send(held, kari)


def test_minutes_approved_before_the_worker_comes_are_not_mailed(held, kari):
    send(held, kari)
    approving.approve_alone(held, "Siste møte", by=kari, now=clock.now())

    assert letters() == {}


def test_before_sending_it_is_shown_who_gets_what(held, group, browse_as):
    page = browse_as(lead_of(group)).get(page_of(held, "/minutes/sending")).text

    for part in ("Amir Khan", "Gruppen var enig.", "3.9.2026", "Nora Lie"):
        assert part in page


@pytest.mark.parametrize("number", [18, 1800])
def test_sending_takes_as_many_queries_for_eighteen_as_for_many(held, kari, queries, number: int):
    seat_and_call(held, number)
    moment = clock.now() + timedelta(days=3)

    with queries() as statements:
        told = sending.send(
            held, moment.date(), with_guests=False, seen_revision=0, seen_rounds=0, by=kari,
            now=clock.now(),
        )  # fmt: skip
        db.session.commit()

    assert told == number + 2
    assert len(statements) == 22
    assert read(held).comments_by == moment.date()


def seat_and_call(meeting, number: int) -> None:
    """Give the group many more members, all called to the meeting."""
    people = [Person(name=f"Person {each}", created_at=clock.now()) for each in range(number)]
    db.session.add_all(people)
    db.session.flush()
    for each in people:
        address = EmailAddress(address=f"p{each.id}@example.org", person_id=each.id)
        place = GroupPlace(group_id=meeting.group_id, person_id=each.id, state=PlaceState.CONFIRMED)
        call = Invitation(event_id=meeting.event_id, person_id=each.id, created_at=clock.now())
        db.session.add_all([address, place, call])
    db.session.commit()
