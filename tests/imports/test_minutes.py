import json
from copy import deepcopy
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.db import db
from portal.imports import documents, minutes
from portal.imports.documents import BadDocument
from portal.models.accounts import Person
from portal.models.audit import AuditEntry
from portal.models.events import Event, EventKind, EventState, Visibility
from portal.models.groups import Group, GroupPlace, PlaceRole, PlaceState
from portal.models.invitations import Invitation
from portal.models.mail import OutboxMail
from portal.models.mailings import Mailing
from portal.models.meetings import Meeting
from portal.models.minutes import FollowUp
from portal.models.places import School
from portal.models.seasons import Season

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "minutes.json"
NOW = datetime(2026, 8, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def document(app: Flask) -> dict[str, Any]:
    return documents.read(EXAMPLE, "minutes")


def counts() -> dict[str, int]:
    tables = (Person, Group, GroupPlace, Meeting, Event, Season, FollowUp, School, AuditEntry)
    return {
        table.__name__: db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        for table in tables
    }


def test_the_expert_group_has_those_who_were_present_and_no_lead(document):
    minutes.import_minutes(document, now=NOW)

    group = db.session.scalar(sa.select(Group).where(Group.slug == "faggruppe-for-fjordsamarbeid"))
    places = [(p.person.name, p.label, p.state, p.role) for p in group.places]
    assert places == [
        ("Ingrid Solberg", "Moss kommune", PlaceState.NAMED, PlaceRole.MEMBER),
        ("Amir Khan", "Hamarregionen", PlaceState.NAMED, PlaceRole.MEMBER),
        ("Siri Berg", "Lunner kommune", PlaceState.NAMED, PlaceRole.MEMBER),
    ]


def test_people_get_an_employer_from_the_register_by_old_code_or_region_and_no_address(document):
    minutes.import_minutes(document, now=NOW)

    people = db.session.scalars(sa.select(Person).order_by(Person.sort_key)).all()
    assert [(p.name, p.organisation and p.organisation.name, p.email) for p in people] == [
        ("Amir Khan", "Hamarregionen interkommunalt politisk råd", None),
        ("Ingrid Solberg", "Moss kommune", None),
        ("Kari Nordmann", None, None),
        ("Siri Berg", "Lunner kommune", None),
    ]


def test_the_meeting_has_its_items_decisions_and_doubts(document):
    minutes.import_minutes(document, now=NOW)

    meeting = db.session.scalar(sa.select(Meeting))
    assert (meeting.event.starts_at, meeting.event.ends_at) == (
        datetime(2023, 9, 14, 7, 0, tzinfo=UTC),
        datetime(2023, 9, 14, 8, 30, tzinfo=UTC),
    )
    assert (meeting.event.visibility, meeting.event.place) == (Visibility.GROUP, "Strandhotellet")
    assert [(i.number, str(i.kind), i.presenter) for i in meeting.agenda] == [
        (1, "decision", ""),
        (2, "decision", ""),
        (3, "discussion", "Kari Nordmann"),
        (4, "input", "Kari Nordmann"),
        (5, "information", "Kari Nordmann"),
    ]
    assert [(d.text, d.is_proposal) for i in meeting.agenda for d in i.decisions] == [
        ("Innkallingen ble godkjent", False),
        ("Referatet ble godkjent", False),
        ("Gruppen foreslo en arbeidsgruppe med varighet på ett år", True),
    ]
    assert [(a.person.name, a.is_chair) for a in meeting.attendances] == [
        ("Ingrid Solberg", True),
        ("Amir Khan", False),
        ("Siri Berg", False),
    ]
    assert [note.about for note in meeting.notes] == ["final date", "leads"]
    assert "- Frisk fjord\n    - Og hva det betyr" in meeting.agenda[2].minutes


def test_a_working_group_keeps_named_unclear_and_pending_places_for_one_year(document):
    minutes.import_minutes(document, now=NOW)

    group = db.session.scalar(sa.select(Group).where(Group.name == "Arbeidsgruppe for ren fjord"))
    assert (group.parent.name, group.starts_on, group.ends_on) == (
        "Faggruppe for fjordsamarbeid",
        date(2023, 9, 14),
        date(2024, 9, 14),
    )
    assert [(p.label, p.person and p.person.name, p.state, p.role) for p in group.places] == [
        ("Ingrid Solberg", "Ingrid Solberg", PlaceState.NAMED, PlaceRole.MEMBER),
        ("Nils/Else (Horten)", None, PlaceState.UNCLEAR, PlaceRole.MEMBER),
        ("Gjøvik (bekrefter navn)", None, PlaceState.PENDING, PlaceRole.MEMBER),
    ]


def test_follow_ups_have_neither_owner_nor_deadline_when_the_minutes_give_none(document):
    minutes.import_minutes(document, now=NOW)

    rows = db.session.scalars(sa.select(FollowUp).order_by(FollowUp.id)).all()
    assert [(f.subject, f.text, f.owner_id, f.due_on) for f in rows] == [
        ("Mulige søknader om EU-midler", "Mer informasjon kommer senere", None, None),
        ("Veien videre for transportplanen", "Arbeide videre med høringssvaret", None, None),
        ("Veien videre for transportplanen", "Invitere til nytt møte", None, None),
    ]


def test_the_sessions_stand_in_the_week_of_arendalsuka_with_their_stream(document):
    minutes.import_minutes(document, now=NOW)

    query = sa.select(Event).where(Event.kind == EventKind.ARENDALSUKA).order_by(Event.id)
    sessions = db.session.scalars(query).all()
    assert [(e.title, e.first_day, e.last_day, e.streaming_url, e.state) for e in sessions] == [
        (
            title,
            date(2023, 8, 14),
            date(2023, 8, 18),
            "https://www.example.org/arendalsuka",
            EventState.PUBLISHED,
        )
        for title in ("Transport i en flerkjernet region", "Internasjonal arbeidskraft")
    ]


def test_the_season_lies_in_the_counties_of_that_year_and_warns_of_its_saturday(document):
    report = minutes.import_minutes(document, now=NOW)

    season = db.session.scalar(sa.select(Season))
    final = season.camps[0]
    assert (season.slug, season.year, season.counties) == (
        "oppdrag-provefjorden-2023",
        2023,
        ["03", "30", "34", "38"],
    )
    assert [c.organisation.name for c in season.commissioners] == [
        "Osloregionen",
        "Ungt Entreprenørskap",
    ]
    assert (final.is_final, final.event.first_day, final.event.county_code) == (
        True,
        date(2023, 11, 18),
        "03",
    )
    assert report.warnings == ["Finale i Oppdrag Prøvefjorden: 18. november 2023 er en lørdag."]


def test_a_second_import_changes_nothing(document):
    minutes.import_minutes(document, now=NOW)
    db.session.commit()
    before = counts()

    report = minutes.import_minutes(document, now=NOW)
    db.session.commit()

    assert (counts(), report.made, report.warnings) == (before, [], [])


def test_a_second_import_leaves_what_was_corrected_meanwhile(document):
    minutes.import_minutes(document, now=NOW)
    db.session.scalar(sa.select(Meeting)).event.place = "Rådhuset"
    db.session.commit()

    minutes.import_minutes(document, now=NOW)
    db.session.commit()

    assert db.session.scalar(sa.select(Meeting)).event.place == "Rådhuset"


def test_importing_tells_nobody(document):
    minutes.import_minutes(document, now=NOW)

    queued = [
        db.session.scalar(sa.select(sa.func.count()).select_from(table))
        for table in (OutboxMail, Mailing, Invitation)
    ]
    assert queued == [0, 0, 0]


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("meeting", "chair"), "nobody", "meeting/chair"),
        (("agenda", 2, "presented_by"), "nobody", "agenda/2/presented_by"),
        (
            ("working_groups", 0, "members", 0, "person_id"),
            "x",
            "working_groups/0/members/0/person_id",
        ),
        (("decisions", 0, "agenda_no"), 9, "decisions/0/agenda_no"),
        (("meeting", "date"), "2023-02-30", "meeting/start"),
        (("meeting", "end"), "08:00", "meeting/end"),
        (("innovation_camp", "final", "date"), "2023-11-31", "innovation_camp/final/date"),
    ],
)
def test_what_the_document_gets_wrong_is_named_by_its_place(document, path, value, place):
    broken = deepcopy(document)
    part: Any = broken
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value

    with pytest.raises(BadDocument, match=f"^{place}: "):
        minutes.import_minutes(broken, now=NOW)


@pytest.mark.parametrize("text", ["Fagg\ud800ruppe", "Fagg\0ruppe", "Faggruppe\n", "Fagg\x84ruppe"])
def test_a_name_that_no_header_may_hold_is_refused(app: Flask, tmp_path: Path, text: str):
    document = json.loads(EXAMPLE.read_text())
    document["meeting"]["group"] = text
    file = tmp_path / "minutes.json"
    file.write_text(json.dumps(document))

    code, _out, said = run(app, str(file))

    assert (code, said.count("\n")) == (2, 1)
    assert said.startswith("minutes.json")


def run(app: Flask, *arguments: str) -> tuple[int, str, str]:
    result = app.test_cli_runner().invoke(args=["import", "minutes", *arguments])
    return result.exit_code, result.stdout, result.stderr


def test_a_dry_run_says_what_it_would_make_and_makes_nothing(app: Flask):
    code, output, _errors = run(app, str(EXAMPLE), "--dry-run")

    assert (code, output.splitlines()[0], counts()["Group"]) == (0, "Would make:", 0)


def test_the_command_imports_and_says_so_and_the_second_time_has_nothing_to_do(app: Flask):
    first, second = run(app, str(EXAMPLE)), run(app, str(EXAMPLE))

    assert (first[0], first[1].splitlines()[0]) == (0, "Made:")
    assert second == (0, "Nothing to do: all of it is there already.\n", "")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("{", "broken.json line 1 column 2: Expecting property name enclosed in double quotes\n"),
        ("[]", "broken.json at the top: [] is not of type 'object'\n"),
        ('{"schema": "other", "meeting": {}, "attendees": [], "agenda": []}', "broken.json at "),
    ],
)
def test_a_broken_file_is_one_line_and_exit_2(app: Flask, tmp_path: Path, text: str, line: str):
    file = tmp_path / "broken.json"
    file.write_text(text)

    code, output, errors = run(app, str(file))

    assert (code, output, errors.startswith(line), errors.count("\n")) == (2, "", True, 1)
    assert counts()["Group"] == 0


def test_a_place_that_is_wrong_is_named_and_nothing_is_changed(app: Flask, tmp_path: Path):
    document = json.loads(EXAMPLE.read_text())
    document["working_groups"][0]["members"][1]["state"] = "odd"
    file = tmp_path / "broken.json"
    file.write_text(json.dumps(document))

    code, _output, errors = run(app, str(file))

    assert code == 2
    assert errors.startswith("broken.json at working_groups/0/members/1/state: 'odd' is not one of")
    assert counts()["Person"] == 0


def test_a_file_that_is_not_there_is_one_line(app: Flask, tmp_path: Path):
    assert run(app, str(tmp_path / "none.json")) == (
        2,
        "",
        "none.json: No such file or directory\n",
    )
