"""Who is here: from the answers, ticked one by one, added, undone."""

import re

import pytest

from portal import clock
from portal.db import db
from portal.groups.writing import attendance, locking, roll
from portal.models.accounts import RoleName
from portal.models.groups import PlaceRole, PlaceState
from portal.models.invitations import Answer
from portal.models.meetings import MeetingGroup, MeetingGuest
from portal.models.minutes import Attendance, AttendanceState
from tests.factories import create_organisation, create_person, create_place
from tests.groups.people import create_called, create_led_group, invite, verbs
from tests.groups.writing.room import create_held, page_text, states, writing_of


@pytest.fixture
def meeting(group):
    return create_held(group, items=1)


def answered(meeting, person, answer: Answer, **values):
    """Somebody called, and what they answered."""
    (row,) = invite(meeting, person)
    row.answer, row.answered_at = answer, clock.now()
    for name, value in values.items():
        setattr(row, name, value)
    db.session.commit()
    return row


def key_of(person) -> str:
    return f"p-{person.public_id}"


def shown(meeting) -> list[tuple[str, str, str | None]]:
    """Name, as what, and state of everybody on the list, in its order."""
    return [
        (line.name, str(line.attends_as), line.state and str(line.state))
        for line in roll.lines_of(meeting)
    ]


def test_the_list_is_made_of_the_answers_and_a_yes_is_not_there_yet(group, meeting, kari):
    anna, bo, eva = (create_person(name) for name in ("Anna Vik", "Bo Dahl", "Eva Lund"))
    for person in (anna, bo):
        create_place(group, person)
    create_place(group, eva, role=PlaceRole.OBSERVER)
    answered(meeting, anna, Answer.ACCEPTED)
    answered(meeting, bo, Answer.DECLINED)
    answered(meeting, eva, Answer.DELEGATED, delegated_to="Finn Moe")
    answered(meeting, kari, Answer.ACCEPTED)

    assert shown(meeting) == [
        ("Ingrid Solberg", "member", None),
        ("Amir Khan", "member", None),
        ("Anna Vik", "member", None),
        ("Bo Dahl", "member", "apologies"),
        ("Eva Lund", "observer", "deputy"),
        ("Kari Nordmann", "secretariat", None),
    ]


def test_guests_and_deputies_are_there_as_what_they_are(meeting, amir):
    guest, deputy = create_person("Gro Vik"), create_person("Dag Moe")
    db.session.add_all(
        [
            MeetingGuest(meeting=meeting, person=guest, added_at=clock.now()),
            MeetingGuest(meeting=meeting, person=deputy, instead_of=amir, added_at=clock.now()),
        ]
    )
    db.session.commit()

    lines = {line.name: line for line in roll.lines_of(meeting)}

    assert [str(lines[name].attends_as) for name in ("Gro Vik", "Dag Moe")] == ["guest", "deputy"]
    assert lines["Dag Moe"].instead_of == amir


def test_a_joint_meeting_lists_the_members_of_all_its_groups_once(group, meeting, amir):
    other = create_led_group("En annen gruppe")
    create_place(other, amir)
    db.session.add(MeetingGroup(meeting=meeting, group=other))
    db.session.commit()

    names = [line.name for line in roll.lines_of(meeting)]

    assert names == ["Ingrid Solberg", "Ingrid Solberg", "Amir Khan", "Amir Khan"]
    assert len({line.key for line in roll.lines_of(meeting)}) == 4


def test_whoever_has_left_is_not_on_the_list_unless_they_were_ticked(group, meeting):
    gone, there = create_person("Gunn Li"), create_person("Geir Li")
    for person in (gone, there):
        create_place(group, person, state=PlaceState.LEFT)
    db.session.add(Attendance(meeting=meeting, person=there, state=AttendanceState.PRESENT))
    db.session.commit()

    assert [line.name for line in roll.lines_of(meeting)] == [
        "Ingrid Solberg", "Amir Khan", "Geir Li",
    ]  # fmt: skip


def test_the_place_says_whom_somebody_represents_and_the_employer_else(group, meeting):
    moss = create_organisation("Moss kommune")
    anna = create_person("Anna Vik", organisation=create_organisation("Vann AS"))
    bo = create_person("Bo Dahl", organisation=create_organisation("Havn KF"))
    create_place(group, anna, organisation=moss)
    create_place(group, bo)

    found = {line.name: line.affiliation for line in roll.lines_of(meeting)}

    assert (found["Anna Vik"], found["Bo Dahl"]) == ("Moss kommune", "Havn KF")


def test_one_press_ticks_one_person_and_makes_rows_of_those_who_said_no(
    group, meeting, lead, amir, browse_as
):
    bo = create_person("Bo Dahl")
    create_place(group, bo)
    answered(meeting, bo, Answer.DECLINED)

    answer = browse_as(lead).post(
        writing_of(meeting, "/attendance"), data={"who": key_of(amir), "state": "present"}
    )

    assert answer.location == writing_of(meeting, f"/attendance#line-{key_of(amir)}")
    assert states(meeting) == [("Amir Khan", "present"), ("Bo Dahl", "apologies")]
    assert (meeting.minutes_revision, verbs()[-1]) == (1, "attendance.ticked")


def test_before_the_meeting_an_answer_is_no_row_yet(group, lead, amir):
    coming = create_called(group)
    row = answered(coming, amir, Answer.DECLINED)

    attendance.tick(coming, key_of(lead), AttendanceState.PRESENT, by=lead, now=clock.now())
    db.session.commit()
    row.answer = Answer.ACCEPTED
    db.session.commit()

    assert states(coming) == [("Ingrid Solberg", "present")]
    assert shown(coming)[1] == ("Amir Khan", "member", None)


def test_answers_are_filled_in_once(group, meeting, lead, amir):
    bo = create_person("Bo Dahl")
    create_place(group, bo)
    answered(meeting, bo, Answer.DECLINED)
    answered(meeting, amir, Answer.DELEGATED)
    answered(meeting, lead, Answer.ACCEPTED)

    made = [attendance.fill(meeting) for _time in range(2)]
    db.session.commit()

    assert made == [2, 0]
    assert states(meeting) == [("Amir Khan", "deputy"), ("Bo Dahl", "apologies")]
    assert meeting.minutes_revision == 1


def test_a_press_by_script_brings_the_line_and_the_counts(meeting, lead, amir, browse_as):
    answer = browse_as(lead).post(
        writing_of(meeting, "/attendance"),
        data={"who": key_of(amir), "state": "absent"},
        headers={"HX-Request": "true"},
    )

    part = page_text(answer)
    assert answer.status_code == 200
    assert f'id="line-{key_of(amir)}"' in part
    assert re.search(r'value="absent" aria-pressed="true"', part)
    assert 'id="counts" role="status" data-hx-swap-oob="true"' in part
    assert "<html" not in part


def test_a_tick_is_taken_back_and_the_answer_counts_again(meeting, lead, amir, browse_as):
    answered(meeting, amir, Answer.ACCEPTED)
    browser = browse_as(lead)

    for state in ("present", ""):
        browser.post(writing_of(meeting, "/attendance"), data={"who": key_of(amir), "state": state})

    assert states(meeting) == []
    assert verbs()[-2:] == ["attendance.ticked", "attendance.unticked"]


def test_all_who_said_yes_are_ticked_at_once_and_that_is_undone(
    group, meeting, lead, amir, browse_as
):
    anna = create_person("Anna Vik")
    create_place(group, anna)
    for person in (lead, amir, anna):
        answered(meeting, person, Answer.ACCEPTED)
    browser = browse_as(lead)
    address = writing_of(meeting, "/attendance")
    browser.post(address, data={"who": key_of(lead), "state": "present"})

    page = page_text(browser.post(f"{address}/everybody"))
    ticked = states(meeting)
    browser.post(address, data={"who": key_of(anna), "state": "absent"})
    rows = re.search(r'name="rows" value="([^"]+)"', page)
    browser.post(f"{address}/everybody/undoing", data={"rows": rows[1]})

    assert ticked == [
        ("Amir Khan", "present"), ("Anna Vik", "present"), ("Ingrid Solberg", "present"),
    ]  # fmt: skip
    # What was ticked by hand, before or since, stands.
    assert states(meeting) == [("Anna Vik", "absent"), ("Ingrid Solberg", "present")]


def test_somebody_who_came_uncalled_is_added_removed_and_put_back(meeting, lead, amir, browse_as):
    browser = browse_as(lead)
    address = writing_of(meeting, "/attendance")
    form = {"name": "Nora Lie", "affiliation": "Moss kommune", "attends_as": "guest",
            "instead_of": key_of(amir)}  # fmt: skip

    for _time in range(2):
        browser.post(f"{address}/new", data=form)
    row = meeting.attendances[0]
    added = (row.name, row.affiliation, str(row.attends_as), row.instead_of, len(states(meeting)))
    page = page_text(browser.post(f"{address}/a-{row.public_id}/removal"))
    removed = states(meeting)
    back = dict(
        re.findall(r'name="(name|affiliation|attends_as|instead_of)" value="([^"]*)"', page)
    )
    browser.post(f"{address}/new", data=back)

    assert added == ("Nora Lie", "Moss kommune", "deputy", amir, 1)
    assert (removed, states(meeting)) == ([], [("Nora Lie", "present")])
    assert meeting.attendances[0].instead_of == amir


def test_whoever_is_called_is_not_taken_off_the_list(meeting, lead, amir, browse_as):
    address = writing_of(meeting, "/attendance")
    browser = browse_as(lead)
    browser.post(address, data={"who": key_of(amir), "state": "present"})

    answer = browser.post(f"{address}/{key_of(amir)}/removal")

    assert (answer.location, states(meeting)) == (address, [("Amir Khan", "present")])


def test_whom_somebody_represents_is_edited_and_not_over_what_another_wrote(
    meeting, lead, amir, browse_as
):
    browser, address = browse_as(lead), writing_of(meeting, "/attendance")
    browser.post(address, data={"who": key_of(amir), "state": "present"})
    form = {"affiliation": "Drammen kommune", "attends_as": "member", "seen_affiliation": "",
            "seen_as": "member"}  # fmt: skip

    saved = browser.post(f"{address}/{key_of(amir)}", data=form)
    late = browser.post(f"{address}/{key_of(amir)}", data={**form, "affiliation": "Moss kommune"})

    assert (saved.status_code, late.status_code) == (302, 422)
    assert "Drammen kommune" in page_text(late)
    assert 'value="Moss kommune"' in page_text(late)
    assert meeting.attendances[0].affiliation == "Drammen kommune"


def test_one_of_those_present_chairs_and_somebody_writes(meeting, lead, amir, browse_as):
    browser, address = browse_as(lead), writing_of(meeting, "/attendance")
    for person in (lead, amir):
        browser.post(address, data={"who": key_of(person), "state": "present"})
    first = {"chair": key_of(lead), "taker": "Amir Khan", "seen_chair": "", "seen_taker": ""}

    saved = browser.post(f"{address}/roles", data=first)
    late = browser.post(f"{address}/roles", data={**first, "chair": key_of(amir)})
    seen = {"seen_chair": key_of(lead), "seen_taker": "Amir Khan"}
    changed = browser.post(f"{address}/roles", data={**first, "chair": key_of(amir), **seen})

    db.session.expire_all()
    chairs = [row.shown_name for row in meeting.attendances if row.is_chair]
    assert [answer.status_code for answer in (saved, late, changed)] == [302, 422, 302]
    assert (chairs, meeting.minutes_taker) == (["Amir Khan"], "Amir Khan")


def test_who_leaves_the_room_chairs_no_longer(meeting, lead):
    now = clock.now()
    attendance.tick(meeting, key_of(lead), AttendanceState.PRESENT, by=lead, now=now)
    attendance.name_chair(meeting, key_of(lead), "", seen=("", ""), by=lead, now=now)
    attendance.tick(meeting, key_of(lead), AttendanceState.APOLOGIES, by=lead, now=now)
    db.session.commit()

    assert [row.is_chair for row in meeting.attendances] == [False]


@pytest.mark.parametrize("state", ["present", ""])
def test_nobody_is_ticked_when_the_minutes_are_approved(
    meeting, lead, amir, now, browse_as, state: str
):
    meeting.approved_at = now
    db.session.commit()

    answer = browse_as(lead).post(
        writing_of(meeting, "/attendance"), data={"who": key_of(amir), "state": state}
    )

    assert (answer.status_code, states(meeting)) == (302, [])
    with pytest.raises(locking.MinutesAreLocked):
        attendance.fill(meeting)


@pytest.mark.parametrize("form", [{"who": "p-nobody", "state": "present"}, {}])
def test_nobody_is_ticked_who_is_not_on_the_list(meeting, lead, browse_as, form):
    answer = browse_as(lead).post(writing_of(meeting, "/attendance"), data=form)

    assert (answer.status_code, states(meeting)) == (302, [])


def test_the_list_shows_only_those_to_be_ticked_when_asked(meeting, lead, amir, browse_as):
    browser, address = browse_as(lead), writing_of(meeting, "/attendance")
    browser.post(address, data={"who": key_of(amir), "state": "present"})

    page = page_text(browser.get(f"{address}?show=open"))

    assert (f"line-{key_of(lead)}" in page, f"line-{key_of(amir)}" in page) == (True, False)


def test_organisers_may_tick_too(meeting, amir, browse_as):
    organiser = create_person("Tor Vik", role=RoleName.ORGANISER)

    browse_as(organiser).post(
        writing_of(meeting, "/attendance"), data={"who": key_of(amir), "state": "present"}
    )

    assert states(meeting) == [("Amir Khan", "present")]
