"""The minutes as plain values: what they hold, and that approved ones never change."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete

from portal import clock
from portal.db import db
from portal.groups.minutes import document
from portal.groups.minutes.document import (
    Agreed,
    Approval,
    Attendee,
    Correction,
    Item,
    Minutes,
    State,
    Task,
)
from portal.models.groups import PlaceState
from portal.models.meetings import AgendaKind, MeetingDay, MeetingGroup
from portal.models.minutes import Attendance, AttendanceState, AttendsAs
from tests.factories import create_group, create_person
from tests.groups.minutes.people import MINUTES, approve, create_held, fill, read, send
from tests.groups.people import lead_of, member_of

pytestmark = pytest.mark.usefixtures("in_august")


@pytest.fixture
def held(group):
    meeting = create_held(group)
    fill(meeting)
    return meeting


def test_a_draft_holds_all_that_was_written_down(held):
    starts = datetime(2026, 7, 21, 9, 0, tzinfo=UTC)

    assert read(held) == Minutes(
        title="Møte i Arbeidsgruppe for fjorden",
        language="nb",
        groups=("Arbeidsgruppe for fjorden",),
        days=((starts, held.event.ends_at),),
        place="Moss rådhus",
        chair="Ingrid Solberg",
        minutes_taker="Kari Nordmann",
        attendance=(
            Attendee("Ingrid Solberg", "Moss kommune", is_chair=True),
            Attendee("Amir Khan", "Horten kommune"),
            Attendee("Nora Lie", "Drammen", state=AttendanceState.APOLOGIES),
            Attendee("Per Dahl", "Drammen", AttendsAs.DEPUTY, instead_of="Nora Lie"),
            Attendee("Maria fra Ås", "", AttendsAs.GUEST, AttendanceState.ABSENT),
        ),
        items=(
            Item(1, "Mandat", AgendaKind.DISCUSSION, minutes="Gruppen var enig."),
            Item(
                2,
                "Hva gjør kommunene?",
                AgendaKind.INFORMATION,
                presenter="Amir Khan",
                papers="Kartlegging https://filer.example.org/a_b.pdf\nNotat",
                minutes=MINUTES,
                decisions=(
                    Agreed("Gruppen arbeider videre med ombruk."),
                    Agreed("Tre arbeidsgrupper", is_proposal=True),
                ),
                follow_ups=(
                    Task("Ring Moss", "Amir Khan", date(2026, 9, 3)),
                    Task("Finn eieren"),
                ),
            ),
        ),
        follow_ups=(Task("Send referatet", "Sekretariatet"),),
    )


def test_days_and_other_groups_of_a_joint_meeting_are_told(held):
    days = [(datetime(2026, 7, day, 7, tzinfo=UTC), datetime(2026, 7, day, 14, tzinfo=UTC))
            for day in (21, 22)]  # fmt: skip
    held.days = [MeetingDay(starts_at=start, ends_at=end) for start, end in days]
    water = create_group("Faggruppe for vann")
    held.others.append(MeetingGroup(group=water))
    db.session.commit()

    minutes = read(held)

    assert minutes.days == tuple(days)
    assert minutes.groups == ("Arbeidsgruppe for fjorden", "Faggruppe for vann")


def test_minutes_survive_json_whole(held, kari):
    send(held, kari)
    approve(held, kari, "Sak 2: elleve kommuner.")
    whole = read(held)
    corrected = Minutes(
        **{**vars(whole), "addenda": (Correction(1, "Feil", date(2026, 8, 21), "Kari"),)}
    )

    assert document.from_json(document.to_json(corrected)) == corrected


def test_approved_minutes_stay_whatever_happens_to_rows_names_and_people(held, kari):
    group, lead = held.group, lead_of(held.group)
    before = read(held)
    approve(held, kari, "Sak 2: elleve kommuner.")
    approved = read(held)

    lead.name = "Ingrid Vik"
    held.event.title, held.event.place = "Noe annet", "Oslo"
    held.agenda[0].minutes = "Gruppen var uenig."
    group.name = "Ny gruppe"
    db.session.execute(delete(Attendance))
    db.session.commit()

    assert read(held) == approved
    changed = {
        "state": State.APPROVED,
        "approval": Approval(
            on=date(2026, 8, 20),
            by="Kari Nordmann",
            in_title="Neste møte",
            in_day=date(2026, 8, 20),
            changes="Sak 2: elleve kommuner.",
        ),
    }
    assert vars(approved) == {**vars(before), **changed}


def test_whoever_left_is_named_in_drafts_and_approved_minutes(held, kari):
    place = next(each for each in held.group.places if each.person is member_of(held.group))
    place.state, place.left_at = PlaceState.LEFT, clock.now()
    db.session.commit()

    draft = [each.name for each in read(held).attendance]
    approve(held, kari)

    assert draft == [each.name for each in read(held).attendance]
    assert "Amir Khan" in draft


def test_the_public_do_not_read_who_is_to_do_what(held):
    public = document.public_version(read(held))

    assert [task for item in public.items for task in item.follow_ups] == [
        Task("Ring Moss", "", date(2026, 9, 3)),
        Task("Finn eieren"),
    ]
    assert public.follow_ups == (Task("Send referatet"),)


@pytest.mark.parametrize("number", [18, 1800])
def test_minutes_take_the_same_few_queries_however_many_were_there(group, queries, number):
    meeting = create_held(group)
    fill(meeting)
    attend_many(meeting, number)
    db.session.expire_all()
    meeting_id = meeting.id

    with queries() as statements:
        minutes = document.of(db.session.get_one(type(meeting), meeting_id))

    assert len(minutes.attendance) == number + 5
    assert len(statements) == 12


def attend_many(meeting, number: int) -> None:
    people = [create_person(f"Person {each}") for each in range(3)]
    db.session.add_all(
        Attendance(
            meeting=meeting,
            name="" if each < 3 else f"Gjest {each}",
            person=people[each] if each < 3 else None,
            state=AttendanceState.PRESENT,
            position=20 + each,
        )
        for each in range(number)
    )
    db.session.commit()
