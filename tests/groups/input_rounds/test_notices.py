"""The mails of a round: asked, reminded once, voted on; to whom, and what they give away."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from portal import clock, worker
from portal.db import db
from portal.groups.input_rounds import actions, addresses, reminders, stages, votes
from portal.mail import mailings as expanding
from portal.mail.reading import read
from portal.models.groups import PlaceRole, PlaceState
from portal.models.mail import OutboxMail
from portal.models.mailings import Mailing
from tests.factories import create_group, create_person, create_place
from tests.groups.input_rounds.rounds import create_draft, create_round, say


def expand(now: datetime | None = None) -> None:
    """Let the worker make the messages."""
    db.session.commit()
    expanding.expand_due(worker.COMPOSERS, now or clock.now(), lambda: None)


def mails() -> list[tuple[str, int | None]]:
    rows = db.session.execute(
        sa.select(OutboxMail.kind, OutboxMail.person_id).order_by(OutboxMail.id)
    )
    return [(kind, person) for kind, person in rows]


def the_mail(person) -> OutboxMail:
    newest = sa.select(OutboxMail).filter_by(person_id=person.id).order_by(OutboxMail.id.desc())
    return db.session.scalars(newest).first()


def text_of(raw: bytes) -> str:
    """What a reader of plain text sees, its lines joined."""
    return " ".join(read(raw).text.split())


def days(number: int, now: datetime) -> datetime:
    """The end of the day that many days on."""
    return stages.end_of((now + timedelta(days=number)).date())


def test_asking_writes_to_those_who_have_a_say_and_to_nobody_else(group, lead, amir, in_august):
    create_place(group, create_person("Turid Observatør"), role=PlaceRole.OBSERVER)
    create_place(group, create_person("Per Olsen"), state=PlaceState.LEFT)
    draft = create_draft(group, created_by=lead, answer_by=days(14, in_august))

    told = actions.open_round(draft, by=lead, now=in_august)
    expand()

    assert told == 2
    assert mails() == [("input/opened", lead.id), ("input/opened", amir.id)]


def test_the_mail_says_who_asks_what_by_when_and_who_sees_whose_points_are(
    group, lead, amir, in_august
):
    amir.language = "en"
    draft = create_draft(
        group, created_by=lead, answer_by=days(14, in_august), intro="Les *dette* først."
    )
    actions.open_round(draft, by=lead, now=in_august)
    expand()

    mail = the_mail(amir)
    text = text_of(mail.raw)
    assert mail.subject == f"Input by 3 September 2026: {draft.question}"
    assert [words in text for words in (
        "Ingrid Solberg asks you", draft.question, addresses.url_of(draft, amir),
        "Your name stands beside what you write", "Les *dette* først.",
    )] == [True] * 5  # fmt: skip
    assert mail.expires_at == draft.answer_by


def test_a_round_closed_before_the_worker_came_is_not_asked(group, lead, in_august):
    draft = create_draft(group, created_by=lead)
    actions.open_round(draft, by=lead, now=in_august)
    actions.close(draft, by=lead, now=in_august)
    expand()

    assert mails() == []


def test_one_with_no_mail_address_holds_nobody_up(group, lead, amir, in_august):
    create_place(group, create_person("Uten Adresse", email=None))
    draft = create_draft(group, created_by=lead)

    told = actions.open_round(draft, by=lead, now=in_august)
    expand()

    assert (told, len(mails())) == (2, 2)


def test_nobody_to_ask_is_said(app, lead, in_august):
    empty = create_group("Tom gruppe")

    with pytest.raises(actions.NobodyToAsk):
        actions.open_round(create_draft(empty), by=lead, now=in_august)


def test_those_who_have_written_nothing_are_reminded_once_two_days_before(
    group, lead, amir, in_august
):
    found = create_round(group, opened_at=in_august, answer_by=days(10, in_august))
    say(found, amir, "Kraft")
    due = stages.reminds_at(found.answer_by)

    early = reminders.queue(due - timedelta(minutes=1))
    first, again = reminders.queue(due), reminders.queue(due + timedelta(minutes=1))
    expand(due)

    assert (early, first, again) == (0, 1, 0)
    assert mails() == [("input/reminder", lead.id)]


def test_whoever_wrote_between_the_reminder_and_the_worker_is_not_reminded(
    group, lead, amir, in_august
):
    found = create_round(group, opened_at=in_august, answer_by=days(10, in_august))
    due = stages.reminds_at(found.answer_by)
    reminders.queue(due)
    say(found, lead, "Tog")
    expand(due)

    assert mails() == [("input/reminder", amir.id)]
    assert "Osloregionen har spurt deg som sitter i" in text_of(the_mail(amir).raw)


def test_where_no_names_are_shown_the_reminder_does_not_tell_who_has_written(
    group, lead, amir, in_august
):
    found = create_round(
        group, opened_at=in_august, answer_by=days(10, in_august), shows_names=False
    )
    say(found, amir, "Kraft")
    due = stages.reminds_at(found.answer_by)
    reminders.queue(due)
    expand(due)

    assert mails() == [("input/reminder", lead.id), ("input/reminder", amir.id)]
    lead_text, amir_text = (
        text_of(the_mail(person).raw).replace(addresses.url_of(found, person), "")
        .replace(person.name, "")
        for person in (lead, amir)
    )  # fmt: skip
    assert lead_text == amir_text


@pytest.mark.parametrize(
    "values",
    [{"closed_at": "now"}, {"answer_by": None}, {"opened_at": None}],
)
def test_what_does_not_wait_for_anybody_reminds_nobody(group, in_august, values):
    given = {name: in_august if value else None for name, value in values.items()}
    create_round(group, **{"opened_at": in_august, "answer_by": days(10, in_august), **given})

    assert reminders.queue(in_august + timedelta(days=9)) == 0


def test_what_was_asked_after_the_reminder_was_due_reminds_nobody(group, in_august):
    create_round(group, opened_at=in_august, answer_by=days(1, in_august))

    assert reminders.queue(in_august + timedelta(hours=1)) == 0


def test_a_vote_is_told_of_and_reminded_of_whoever_has_voted(group, lead, amir, in_august):
    found = create_round(group, opened_at=in_august)
    say(found, amir, "Kraft", "Tog")
    votes.open_vote(found, 1, days(10, in_august), by=lead, now=in_august)
    votes.vote(found, [votes.choices(found)[0].name], by=amir, now=in_august)
    expand()
    due = stages.reminds_at(found.vote_by)
    queued = [reminders.queue(due), reminders.queue(due)]
    expand(due)

    assert queued == [1, 0]
    assert mails() == [
        (kind, who.id) for kind in ("input/vote_opened", "input/vote_reminder")
        for who in (lead, amir)
    ]  # fmt: skip
    text = text_of(the_mail(amir).raw)
    assert addresses.vote_url_of(found, amir) in text
    assert f"har bedt deg stemme fordi du sitter i {group.name}." in text


def test_the_worker_looks_for_reminders_by_itself(group, in_august):
    assert reminders.queue in worker.ROUTINES


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("shows_names", [True, False])
def test_every_mail_can_be_written_in_every_language(
    group, lead, amir, in_august, language, shows_names
):
    lead.language = amir.language = language
    found = create_draft(group, shows_names=shows_names, answer_by=days(10, in_august))
    actions.open_round(found, by=lead, now=in_august)
    expand()
    reminders.queue(stages.reminds_at(found.answer_by))
    expand(stages.reminds_at(found.answer_by))
    say(found, amir, "Kraft", "Tog")
    votes.open_vote(found, 1, days(12, in_august), by=lead, now=in_august)
    expand()
    reminders.queue(stages.reminds_at(found.vote_by))
    expand(stages.reminds_at(found.vote_by))

    failed = db.session.scalars(sa.select(Mailing.error).where(Mailing.error != "")).all()
    assert (failed, len(mails())) == ([], 8)
