"""What an import makes of minutes."""

from copy import deepcopy
from datetime import UTC, date, datetime

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import gettext as _

from portal.db import db
from portal.imports.minutes import importing
from portal.models.accounts import Person
from portal.models.events import Event, EventKind, EventState, Visibility
from portal.models.groups import Group, PlaceRole, PlaceState
from portal.models.input_rounds import InputRound
from portal.models.invitations import Invitation
from portal.models.mail import OutboxMail
from portal.models.mailings import Mailing
from portal.models.meetings import Meeting
from portal.models.minutes import FollowUp
from portal.models.seasons import Season
from tests.imports.minutes.example import NOW, counts


def test_the_expert_group_has_its_members_and_observers_and_no_lead_deputy_or_guest(document):
    importing.import_minutes(document, now=NOW)

    group = db.session.scalar(sa.select(Group).where(Group.slug == "faggruppe-for-fjordsamarbeid"))
    places = [(p.person.name, p.label, p.state, p.role) for p in group.places]
    assert places == [
        ("Ingrid Solberg", "Moss kommune", PlaceState.NAMED, PlaceRole.MEMBER),
        ("Amir Khan", "Hamarregionen", PlaceState.NAMED, PlaceRole.MEMBER),
        ("Siri Berg", "Lunner kommune", PlaceState.NAMED, PlaceRole.MEMBER),
        ("Åse Vik", "Horten kommune", PlaceState.NAMED, PlaceRole.MEMBER),
        ("Nina Dahl", "Statsforvalteren", PlaceState.NAMED, PlaceRole.OBSERVER),
    ]


def test_people_get_an_employer_from_the_register_by_old_code_or_region_and_no_address(document):
    importing.import_minutes(document, now=NOW)

    people = db.session.scalars(sa.select(Person).order_by(Person.sort_key)).all()
    assert [(p.name, p.organisation and p.organisation.name, p.email) for p in people] == [
        ("Amir Khan", "Hamarregionen interkommunalt politisk råd", None),
        ("Berit Lie", "Lunner kommune", None),
        ("Ingrid Solberg", "Moss kommune", None),
        ("Kari Nordmann", None, None),
        ("Nina Dahl", None, None),
        ("Per Olsen", None, None),
        ("Siri Berg", "Lunner kommune", None),
        ("Åse Vik", "Horten kommune", None),
    ]


def test_the_meeting_has_its_items_decisions_and_doubts(document):
    importing.import_minutes(document, now=NOW)

    meeting = db.session.scalar(sa.select(Meeting))
    assert (meeting.event.starts_at, meeting.event.ends_at) == (
        datetime(2023, 9, 14, 7, 0, tzinfo=UTC),
        datetime(2023, 9, 14, 8, 30, tzinfo=UTC),
    )
    assert (meeting.event.visibility, meeting.event.place) == (Visibility.GROUP, "Strandhotellet")
    assert [(i.number, str(i.kind), i.presenter) for i in meeting.agenda] == [
        (1, "decision", ""),
        (2, "approval", ""),
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
        ("Berit Lie", False),
        ("Åse Vik", False),
        ("Nina Dahl", False),
        ("Per Olsen", False),
        ("Kari Nordmann", False),
    ]
    with force_locale("nb"):
        leads = _("Who leads the working groups")
    assert [note.about for note in meeting.notes] == ["final date", "leads", leads]
    assert "- Frisk fjord\n    - Og hva det betyr" in meeting.agenda[2].minutes


def test_a_working_group_keeps_named_unclear_and_pending_places_for_one_year(document):
    importing.import_minutes(document, now=NOW)

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


def test_follow_ups_have_the_owner_and_deadline_that_the_minutes_give_or_neither(document):
    importing.import_minutes(document, now=NOW)

    rows = db.session.scalars(sa.select(FollowUp).order_by(FollowUp.id)).all()
    found = [
        (f.item.number, f.subject, f.text, f.owner and f.owner.name, f.owner_label, f.due_on)
        for f in rows
    ]
    assert found == [
        (5, "Mulige søknader om EU-midler", "Mer informasjon kommer senere", None, "", None),
        (5, "Nettverk for partnere", "Utvide til flere kommuner", None, "fylkeskommunene",
         date(2024, 1, 15)),
        (5, "Veien videre for transportplanen", "Arbeide videre med høringssvaret", None, "", None),
        (5, "Veien videre for transportplanen", "Invitere til nytt møte", "Kari Nordmann", "",
         None),
        (4, "Handlingsprogrammet", "Sende innspillene videre", "Kari Nordmann", "",
         date(2023, 10, 1)),
        (3, "", "Skrive et utkast til føringer", None, "sekretariatet", None),
    ]  # fmt: skip


def test_those_there_come_as_what_they_were_and_one_takes_another_s_place(document):
    importing.import_minutes(document, now=NOW)

    meeting = db.session.scalar(sa.select(Meeting))
    rows = [
        (a.person.name, str(a.state), str(a.attends_as), a.instead_of and a.instead_of.name)
        for a in meeting.attendances
    ]
    assert rows == [
        ("Ingrid Solberg", "present", "member", None),
        ("Amir Khan", "present", "member", None),
        ("Siri Berg", "apologies", "member", None),
        ("Berit Lie", "present", "deputy", "Siri Berg"),
        ("Åse Vik", "absent", "member", None),
        ("Nina Dahl", "present", "observer", None),
        ("Per Olsen", "present", "guest", None),
        ("Kari Nordmann", "present", "secretariat", None),
    ]
    assert meeting.minutes_taker == "Kari Nordmann"


def test_items_have_minutes_planned_papers_and_what_is_usual(document):
    importing.import_minutes(document, now=NOW)

    meeting = db.session.scalar(sa.select(Meeting))
    assert [(i.planned_minutes, i.usual and str(i.usual), i.papers) for i in meeting.agenda] == [
        (5, "summons", ""),
        (5, "minutes", ""),
        (30, None, "presentasjon"),
        (30, None, "Utkast til program\nProgrammet i år https://www.example.org/program"),
        (20, None, ""),
    ]


def test_what_is_usual_is_known_by_its_title_and_its_kind_stays_as_written(document):
    for item in document["agenda"]:
        item.pop("usual", None)
    document["agenda"][1]["kind"] = "decision"

    importing.import_minutes(document, now=NOW)

    agenda = db.session.scalar(sa.select(Meeting)).agenda
    assert [(i.usual and str(i.usual), str(i.kind)) for i in agenda[:3]] == [
        ("summons", "decision"), ("minutes", "decision"), (None, "discussion"),
    ]  # fmt: skip


def test_the_item_about_the_minutes_names_the_earlier_meeting_where_that_is_known(document):
    earlier = deepcopy(document)
    earlier["meeting"] |= {"date": "2023-06-01", "previous_meeting_date": None, "title": "Juni"}
    importing.import_minutes(earlier, now=NOW)

    importing.import_minutes(document, now=NOW)

    june, september = db.session.scalars(sa.select(Meeting).order_by(Meeting.id))
    assert [item.approves for item in september.agenda] == [None, june, None, None, None]
    assert [item.approves for item in june.agenda] == [None] * 5


def test_themes_and_input_are_rounds_that_are_over_with_points_of_nobody_in_their_order(document):
    importing.import_minutes(document, now=NOW)

    rounds = db.session.scalars(sa.select(InputRound).order_by(InputRound.id)).all()
    found = [
        (r.item.number, r.question, r.shows_names, r.closed_at == r.meeting.event.ends_at,
         [(c.text, c.details, c.person_id, c.name) for c in r.contributions])
        for r in rounds
    ]  # fmt: skip
    assert found == [
        (3, "Hvilke temaer bør vi satse på?", False, True, [
            ("Frisk fjord", ["Og hva det betyr for næringslivet", "Og for friluftslivet"], None,
             ""),
            ("Jernbane", [], None, ""),
        ]),
        (4, "Innspill til handlingsprogram for 2024", False, True, [
            ("Rensing av avløpsvann", [], None, ""),
            ("Kraft", ["Utnytte det vi har"], None, ""),
        ]),
    ]  # fmt: skip


def test_members_see_the_minutes_as_sent_and_what_was_read_in_can_be_had_back(document):
    importing.import_minutes(document, now=NOW)

    meeting = db.session.scalar(sa.select(Meeting))
    assert (meeting.minutes_sent_at, meeting.minutes_revision) == (meeting.event.ends_at, 1)
    assert [[v.text for v in i.versions] for i in meeting.agenda] == [
        [i.minutes] if i.minutes else [] for i in meeting.agenda
    ]


def test_a_working_group_has_the_mandate_period_lead_and_roles_that_are_given(document):
    importing.import_minutes(document, now=NOW)

    group = db.session.scalar(sa.select(Group).where(Group.name == "Arbeidsgruppe for kraft"))
    assert (group.mandate, group.starts_on, group.ends_on) == (
        "Gruppen ser på tilgangen til kraft.", date(2023, 10, 1), date(2024, 6, 30),
    )  # fmt: skip
    assert [(p.label, p.state, p.role) for p in group.places] == [
        ("Amir Khan", PlaceState.CONFIRMED, PlaceRole.LEAD),
        ("Siri Berg", PlaceState.DECLINED, PlaceRole.DEPUTY),
        ("Hamarregionen (observatør)", PlaceState.NAMED, PlaceRole.OBSERVER),
    ]


def test_without_words_of_its_own_a_group_without_a_lead_is_noted_by_name(document):
    del document["working_groups_note"]

    importing.import_minutes(document, now=NOW)

    notes = db.session.scalar(sa.select(Meeting)).notes
    assert [note.about for note in notes][2:] == ["Arbeidsgruppe for ren fjord"]


def test_the_sessions_stand_in_the_week_of_arendalsuka_with_their_stream(document):
    importing.import_minutes(document, now=NOW)

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
    report = importing.import_minutes(document, now=NOW)

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
    assert report.warnings == ["Finale i Oppdrag Prøvefjorden: 18 November 2023 is a Saturday."]


def test_a_second_import_changes_nothing(document):
    importing.import_minutes(document, now=NOW)
    db.session.commit()
    before = counts()

    report = importing.import_minutes(document, now=NOW)
    db.session.commit()

    assert (counts(), report.made, report.warnings) == (before, [], [])


def test_a_second_import_leaves_what_was_corrected_meanwhile(document):
    importing.import_minutes(document, now=NOW)
    db.session.scalar(sa.select(Meeting)).event.place = "Rådhuset"
    db.session.commit()

    importing.import_minutes(document, now=NOW)
    db.session.commit()

    assert db.session.scalar(sa.select(Meeting)).event.place == "Rådhuset"


def test_importing_tells_nobody(document):
    importing.import_minutes(document, now=NOW)

    queued = [
        db.session.scalar(sa.select(sa.func.count()).select_from(table))
        for table in (OutboxMail, Mailing, Invitation)
    ]
    assert queued == [0, 0, 0]
