"""What must never break is a rule of the database as well, on both kinds."""

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from portal.db import db
from portal.models.accounts import EmailAddress, Person, Role, RoleName
from portal.models.events import Event, EventOrganiser
from portal.models.groups import GroupPlace
from portal.models.groups import PlaceState as State
from portal.models.invitations import Invitation
from portal.models.jury import Assignment, AssignmentState, Conflict, ConflictKind
from portal.models.mailings import Mailing
from portal.models.meetings import AgendaItem, AgendaKind
from portal.models.minutes import Attendance, AttendanceState
from portal.models.places import SchoolBreak
from portal.models.seasons import Camp, Panel
from tests.factories import (
    MADE,
    create_camp,
    create_event,
    create_group,
    create_meeting,
    create_organisation,
    create_person,
    create_place,
    create_school,
    create_season,
    create_signup,
)

Rows = list[db.Model]
RULES: dict[str, Callable[[], Rows]] = {}


def rule(make: Callable[[], Rows]) -> Callable[[], Rows]:
    """Add a way to break a rule: a function that returns the rows that must be refused."""
    RULES[make.__name__] = make
    return make


@rule
def one_seat_a_camp() -> Rows:
    camp = create_camp(create_season())
    camp.panels.append(Panel(number=2, minimum=1, target=1))
    ola = create_person()
    return [seat(camp, panel, ola) for panel in camp.panels]


@rule
def one_signup_a_season() -> Rows:
    first = create_signup(create_season(), create_person())
    values = {name: getattr(first, name) for name in ("municipality_code", "created_at")}
    return [
        type(first)(
            season=first.season, juror=first.juror, updated_at=MADE, consent_at=MADE, **values
        )
    ]


@rule
def one_conflict_once() -> Rows:
    signup, school = create_signup(create_season(), create_person()), create_school()
    return [Conflict(signup=signup, school=school, kind=ConflictKind.WORK) for _ in range(2)]


@rule
def one_primary_address_a_person() -> Rows:
    return [address(create_person(), "another@example.org", is_primary=True)]


@rule
def one_person_an_address_in_whatever_case() -> Rows:
    create_person(email="ola@example.org")
    return [address(create_person(), "OLA@Example.org", is_primary=False)]


@rule
def an_address_has_an_at() -> Rows:
    return [address(create_person(email=None), "nowhere", is_primary=True)]


@rule
def one_role_once() -> Rows:
    ola = create_person(role=RoleName.ORGANISER)
    return [Role(person=ola, name=RoleName.ORGANISER, granted_at=MADE)]


@rule
def a_coordinator_has_a_county() -> Rows:
    return [Role(person=create_person(), name=RoleName.COORDINATOR, granted_at=MADE)]


@rule
def an_organiser_has_no_county() -> Rows:
    return [
        Role(person=create_person(), name=RoleName.ORGANISER, county_code="31", granted_at=MADE)
    ]


@rule
def one_invitation_a_person() -> Rows:
    event, ola = create_event(), create_person()
    return [Invitation(event=event, person=ola, created_at=MADE) for _ in range(2)]


@rule
def one_uid_an_event() -> Rows:
    first = create_event()
    return [copy_of(first, uid=first.uid)]


@rule
def one_slug_an_event() -> Rows:
    first = create_event()
    return [copy_of(first, slug=first.slug)]


@rule
def an_event_starts_before_it_ends() -> Rows:
    first = create_event()
    return [copy_of(first, ends_at=first.starts_at)]


@rule
def one_organiser_once() -> Rows:
    event, body = create_event(), create_organisation()
    return [EventOrganiser(event=event, organisation=body) for _ in range(2)]


@rule
def one_camp_an_event() -> Rows:
    camp = create_camp(create_season())
    return [Camp(season=camp.season, event_id=camp.event_id)]


@rule
def a_panel_asks_for_somebody() -> Rows:
    return [Panel(camp=create_camp(create_season()), number=2, minimum=0, target=1)]


@rule
def a_minimum_lies_within_its_target() -> Rows:
    return [Panel(camp=create_camp(create_season()), number=2, minimum=3, target=2)]


@rule
def one_number_a_panel() -> Rows:
    return [Panel(camp=create_camp(create_season()), number=1, minimum=1, target=1)]


@rule
def one_place_a_person_in_a_group() -> Rows:
    place = create_place(create_group(), create_person())
    return [GroupPlace(group=place.group, person=place.person, state=State.CONFIRMED)]


@rule
def a_place_has_a_person_or_words() -> Rows:
    return [GroupPlace(group=create_group(), state=State.UNCLEAR)]


@rule
def one_number_an_agenda_item() -> Rows:
    meeting = create_meeting(create_group())
    return [
        AgendaItem(meeting=meeting, number=1, title="Orientering", kind=AgendaKind.INFORMATION)
        for _ in range(2)
    ]


@rule
def one_attendance_a_person() -> Rows:
    meeting, ola = create_meeting(create_group()), create_person()
    return [
        Attendance(meeting=meeting, person=ola, state=AttendanceState.PRESENT) for _ in range(2)
    ]


@rule
def one_mailing_an_occasion() -> Rows:
    return [
        Mailing(kind="jury.ask", dedupe_key="ask-1", created_at=MADE, hold_until=MADE)
        for _ in range(2)
    ]


@rule
def a_break_ends_after_it_begins() -> Rows:
    first, last = date(2026, 10, 5), date(2026, 10, 2)
    return [SchoolBreak(county_code="31", kind="autumn", first_day=first, last_day=last)]


@rule
def nobody_sits_on_a_panel_that_does_not_exist() -> Rows:
    camp = create_camp(create_season())
    return [
        Assignment(
            camp=camp,
            panel_id=0,
            person=create_person(),
            state=AssignmentState.ASKED,
            created_at=MADE,
        )
    ]


@pytest.mark.parametrize("name", RULES)
def test_the_database_refuses_to_break(app: Flask, name: str):
    db.session.add_all(RULES[name]())

    with pytest.raises(IntegrityError):
        db.session.flush()


ENUMS = [
    (table.name, column.name)
    for table in db.metadata.sorted_tables
    for column in table.columns
    if isinstance(column.type, sa.Enum)
]


def test_every_column_of_choices_is_looked_at():
    assert len(ENUMS) >= 20


@pytest.mark.parametrize(("table", "column"), ENUMS)
def test_a_choice_that_does_not_exist_is_refused(app: Flask, table: str, column: str):
    rule = db.metadata.tables[table].columns[column].type.name

    checks = {check["name"]: check for check in sa.inspect(db.engine).get_check_constraints(table)}

    assert f"ck_{table}_{rule}" in checks


def test_a_state_that_does_not_exist_is_refused(app: Flask):
    create_event()

    with pytest.raises(IntegrityError):
        db.session.execute(sa.text("UPDATE event SET state = 'abandoned'"))


def test_the_same_address_may_be_second_for_the_same_person(app: Flask):
    ola = create_person()
    db.session.add(address(ola, "ola.privat@example.org", is_primary=False))

    db.session.flush()

    assert [row.is_primary for row in ola.emails] == [True, False]


def seat(camp: Camp, panel: Panel, person: Person) -> Assignment:
    return Assignment(
        camp=camp, panel=panel, person=person, state=AssignmentState.ASKED, created_at=MADE
    )


def address(person: Person, text: str, *, is_primary: bool) -> EmailAddress:
    return EmailAddress(person_id=person.id, address=text, is_primary=is_primary)


def copy_of(event: Event, **values: object) -> Event:
    """Another event like ``event``, alike in what ``values`` say."""
    own = {
        "slug": "another",
        "uid": "another@localhost",
        "kind": event.kind,
        "title": event.title,
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "created_at": MADE,
        "changed_at": MADE,
    }
    return Event(**{**own, **values})
