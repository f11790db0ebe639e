"""What the demo makes: something on every page, nobody real, and only in an empty database."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from portal import access, day_notes, people, worker
from portal.db import db
from portal.demo import days
from portal.demo.names import FIRST, LAST
from portal.geography import calendar_days
from portal.jury.prices import comparing
from portal.mail import control
from portal.mail.control import Stage
from portal.mail.log import stopped
from portal.mail.queries import queue
from portal.mail.reminding import occasions
from portal.models.accounts import EmailAddress, Person, SignInRequest
from portal.models.events import Event, EventKind, EventState, Visibility
from portal.models.groups import GroupPlace, PlaceState
from portal.models.invitations import Answer, Invitation
from portal.models.jury import AskRound, Assignment, AssignmentState
from portal.models.mail import AddressStanding, MailContent, MailState, OutboxMail
from portal.models.mailings import Mailing, MailingDraft, ReminderKind
from portal.models.meetings import Meeting
from portal.models.plans import Plan, PlanAction, PlanRow, PlanState
from portal.models.seasons import Camp, Season
from tests.conftest import NOW

CAST = {"Kari Nordmann", "Ola Hansen", "Siri Berg", "Ingrid Solberg", "Amir Khan", "Turid Bakke"}


def test_a_database_in_use_is_left_alone(app: Flask, ola: Person):
    done = app.test_cli_runner().invoke(args=["demo", "load"])

    assert (done.exit_code, done.stdout, done.stderr) == (
        2, "", "The database is not empty: the demo is only loaded into an empty one.\n",
    )  # fmt: skip
    assert db.session.scalars(sa.select(Person.name)).all() == ["Ola Hansen"]


def test_everybody_is_invented(demo: Flask):
    people = db.session.scalars(sa.select(Person.name)).all()
    invented = {f"{first} {last}" for first in FIRST for last in LAST}

    assert [name for name in people if name not in invented | CAST] == []
    assert len(people) == len(set(people))


def test_every_address_is_at_the_domain_for_examples(demo: Flask):
    addresses = [
        *db.session.scalars(sa.select(EmailAddress.address)),
        *db.session.scalars(sa.select(OutboxMail.recipient)),
        *filter(None, db.session.scalars(sa.select(Season.contact_email))),
    ]

    assert [each for each in addresses if not each.endswith("@example.org")] == []


def test_seats_of_the_coming_season_are_in_every_state(demo: Flask):
    assert states_of("oppdrag-oslofjorden-2026") >= {
        AssignmentState.ASKED,
        AssignmentState.ACCEPTED,
        AssignmentState.DECLINED,
        AssignmentState.EXPIRED,
        AssignmentState.RECONFIRM,
        AssignmentState.RELEASED,
        AssignmentState.WITHDRAWN,
    }


def test_a_draft_adds_keeps_and_removes_and_says_what_cannot_be_filled(demo: Flask):
    drafts = sa.select(Plan).where(Plan.state == PlanState.DRAFT, Plan.tried_from_id.is_(None))
    plan = db.session.scalars(drafts).one()
    actions = db.session.scalars(sa.select(PlanRow.action).where(PlanRow.plan_id == plan.id))

    assert set(actions) == set(PlanAction)
    assert any(each["level"] == "minimum" for each in plan.figures["certificates"])


def test_other_prices_are_tried_beside_the_draft_and_move_somebody(demo: Flask):
    tried = db.session.scalars(sa.select(Plan).where(Plan.tried_from_id.is_not(None))).one()

    compared = comparing.compare(tried, tried.tried_from, tried.made_at)
    assert (tried.state, tried.prices) == (PlanState.DRAFT, {"if_needed": 100})
    assert compared.camps != []
    assert compared.after.figures["if_needed"] < compared.before.figures["if_needed"]


def test_jurors_of_the_archive_have_served(demo: Flask):
    assert states_of("oppdrag-oslofjorden-2023") == {
        AssignmentState.SERVED,
        AssignmentState.ABSENT,
    }


def test_the_archive_kept_its_address_and_tells_of_the_new_day(demo: Flask):
    season = season_called("oppdrag-oslofjorden-2023")
    final = next(camp.event for camp in season.camps if camp.is_final)
    moved = next(change for change in final.changes if change.field == "starts_at")

    assert (season.name, final.title) == ("Vannet vårt", "Finale i Vannet vårt")
    assert (moved.before[:10], moved.after[:10]) == ("2023-11-18", "2023-11-13")
    assert moved.told_at == moved.changed_at
    assert sum(not camp.event.is_cancelled for camp in season.camps if not camp.is_final) == 17


def test_one_camp_lies_on_a_day_that_is_warned_of(demo: Flask):
    season = season_called("oppdrag-oslofjorden-2026")
    warned = [camp.name for camp in season.camps if day_notes.of_event(camp.event)]

    assert warned == ["Halden videregående skole"]


def test_the_coming_season_reaches_over_all_counties(demo: Flask):
    season = season_called("oppdrag-oslofjorden-2026")
    held = [camp for camp in season.camps if not camp.event.is_cancelled]

    assert {camp.event.county_code for camp in held} == {"03", "31", "32", "33", "34", "39", "40"}
    assert len(held) == 21
    assert season.accepts_signups(NOW)


def test_mail_of_each_kind_waits_to_be_sent(demo: Flask):
    mailings = db.session.scalars(sa.select(Mailing).where(Mailing.expanded_at.is_(None))).all()
    messages = [
        message for each in mailings for _key, message in worker.COMPOSERS[each.kind](each, NOW)
    ]
    queued = db.session.scalars(sa.select(OutboxMail.kind).where(OutboxMail.state == "queued"))

    assert {message.kind for message in messages} | set(queued) == {
        *("jury/ask", "jury/reconfirm", "jury/released", "jury/taken", "jury/camp_cancelled"),
        *("jury/signup_receipt", "jury/withdrawal_receipt"),
        *("invitations/request", "invitations/update"),
        *("invitations/cancel", "invitations/uninvite", "invitations/entry", "invitations/leave"),
        *("invitations/series_request", "invitations/again"),
        "mailings/news",
    }
    assert db.session.scalars(sa.select(SignInRequest.folded)).all() == ["ola.hansen@example.org"]


def test_one_seat_went_to_the_first_yes_and_another_is_still_asked_for(demo: Flask):
    found = [
        (each.seats_left, each.closed_at is None, sorted(str(a.state) for a in each.assignments))
        for each in db.session.scalars(sa.select(AskRound).order_by(AskRound.id))
    ]

    assert found == [
        (0, False, ["accepted", "released", "released", "released"]),
        (1, True, ["declined", "offered", "offered", "offered"]),
    ]


def test_those_who_did_not_answer_were_reminded_and_more_is_to_come(demo: Flask):
    reminded = db.session.execute(
        sa.select(OutboxMail.state, Assignment.state)
        .join(Assignment, Assignment.person_id == OutboxMail.person_id)
        .where(OutboxMail.kind == "reminders/ask", Assignment.asked_at < OutboxMail.created_at)
    ).all()
    coming = {(each.kind, each.season_id is None) for each in occasions.coming(NOW)}

    assert {mail for mail, _seat in reminded} == {MailState.SENT}
    assert AssignmentState.EXPIRED in {seat for _mail, seat in reminded}
    assert coming == {
        (ReminderKind.ASK, False),
        (ReminderKind.SIGNUP, False),
        (ReminderKind.EVENT, True),
        (ReminderKind.JURY_DAY, False),
    }


def test_only_what_can_be_turned_off_says_how(demo: Flask):
    waiting = db.session.scalars(sa.select(Mailing).where(Mailing.expanded_at.is_(None))).all()
    composed = [
        (message.kind, message.topic, "List-Unsubscribe" in message.headers)
        for each in waiting
        for _key, message in worker.COMPOSERS[each.kind](each, NOW)
    ]
    made = db.session.execute(
        sa.select(OutboxMail.kind, OutboxMail.topic, MailContent.raw).join(MailContent)
    )
    found = composed + [
        (kind, topic, b"\r\nList-Unsubscribe: " in raw) for kind, topic, raw in made
    ]

    assert {each for each in found if bool(each[1]) != each[2]} == set()
    assert {kind for kind, _topic, leaves in found if not leaves} >= {
        *("jury/ask", "jury/reconfirm", "jury/released", "jury/camp_cancelled"),
        *("invitations/request", "invitations/update", "invitations/cancel"),
    }
    assert "mailings/news" in {kind for kind, _topic, leaves in found if leaves}


def test_one_mailing_is_sent_one_can_be_stopped_and_one_is_being_written(demo: Flask):
    found = db.session.scalars(
        sa.select(Mailing).where(Mailing.kind == "mailings.news").order_by(Mailing.id)
    ).all()
    drafts = db.session.scalars(sa.select(MailingDraft)).all()

    assert [control.progress(each, NOW).stage for each in found] == [Stage.DONE, Stage.HELD]
    assert [draft.is_ready for draft in drafts] == [True]


def test_mail_stands_in_every_state(demo: Flask):
    states = set(db.session.scalars(sa.select(OutboxMail.state)))

    assert states == set(MailState) - {MailState.LEASED}
    assert queue(NOW).is_stuck is False


def test_one_address_is_stopped_and_holds_mail_back(demo: Flask):
    standing = db.session.scalars(sa.select(AddressStanding)).one()

    assert (standing.suppressed_at is not None, standing.lifted_at) == (True, None)
    assert set(stopped.around([standing.folded], NOW).held) == {standing.folded}


def test_places_meetings_and_answers_are_in_every_state(demo: Flask):
    answers = db.session.scalars(
        sa.select(Invitation.answer)
        .join(Meeting, Meeting.event_id == Invitation.event_id)
        .join(Event, Event.id == Meeting.event_id)
        .where(Event.starts_at > NOW)
    )

    assert set(db.session.scalars(sa.select(GroupPlace.state))) == set(PlaceState)
    assert set(answers) == set(Answer)
    assert set(
        db.session.scalars(sa.select(Event.state).join(Meeting, Meeting.event_id == Event.id))
    ) == set(EventState)


def test_the_programme_has_every_kind_language_and_state(demo: Flask):
    def found(column: Any) -> set[Any]:
        return set(db.session.scalars(sa.select(column).distinct()))

    assert found(Event.kind) == set(EventKind)
    assert found(Event.state) == set(EventState)
    assert found(Event.visibility) == set(Visibility)
    assert found(Event.language) == {"nb", "nn", "en"}


def test_synthetic_events_are_as_many_as_asked_for_and_have_their_entry(demo: Flask):
    made = db.session.scalars(
        sa.select(Event.ical_public).where(Event.summary.startswith("Et tenkt arrangement"))
    ).all()

    assert len(made) == 30
    assert all(text.startswith("BEGIN:VEVENT") for text in made)


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/events", "/calendar"),
        *("/seasons", "/seasons/oppdrag-oslofjorden-2026", "/seasons/oppdrag-oslofjorden-2023"),
        *("/events/finale-i-oppdrag-oslofjorden-2023", "/events/hvem-eier-fjorden-2026"),
    ],
)
def test_anybody_can_read_the_demo(demo: Flask, path: str):
    assert demo.test_client().get(path).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        *("/my", "/groups", "/groups/faggruppe-for-naeringssamarbeid"),
        *("/organise/", "/organise/events", "/organise/seasons", "/organise/groups"),
        "/organise/seasons/oppdrag-oslofjorden-2026",
        "/organise/seasons/oppdrag-oslofjorden-2026/juries",
        "/organise/seasons/oppdrag-oslofjorden-2026/plans",
        "/organise/seasons/oppdrag-oslofjorden-2023",
        *("/organise/mail", "/organise/people", "/organise/mailings"),
    ],
)
def test_kari_can_look_at_everything(demo: Flask, path: str):
    kari = db.session.scalars(sa.select(Person).where(Person.name == "Kari Nordmann")).one()
    token = people.start_session(kari, method="link", user_agent="", now=datetime.now(UTC))
    db.session.commit()
    client = demo.test_client()
    client.set_cookie(access.session_cookie(), token)

    assert client.get(path).status_code == 200


@pytest.mark.parametrize("month", range(1, 13))
def test_camps_never_lie_on_a_day_without_pupils(month: int):
    found = days.school_days(date(2027, month, 1), 26)

    assert [day for day in found if calendar_days.warnings(day, "40")] == []
    assert sorted(set(found)) == found


def season_called(slug: str) -> Season:
    return db.session.scalars(sa.select(Season).where(Season.slug == slug)).one()


def states_of(slug: str) -> set[AssignmentState]:
    return set(
        db.session.scalars(
            sa.select(Assignment.state)
            .join(Camp, Camp.id == Assignment.camp_id)
            .join(Season, Season.id == Camp.season_id)
            .where(Season.slug == slug)
        )
    )
