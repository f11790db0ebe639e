"""Who of a group has answered what to an appeal, for whoever asked."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from portal import membership
from portal.db import db
from portal.jury.appeals import queries, standing
from portal.jury.appeals.standing import Member, Said
from portal.mail import control
from portal.mail.control import Progress
from portal.models.accounts import Person
from portal.models.appeals import AppealRecipient, JuryAppeal
from portal.models.events import Event
from portal.models.groups import Group
from portal.models.jury import DayAnswer, JurySignup, SignupDay
from portal.models.mail import Cause, MailState, OutboxMail
from portal.models.mailings import Mailing
from portal.models.seasons import Camp, Season

_OFFERED = (DayAnswer.YES, DayAnswer.IF_NEEDED)


class Outcome(StrEnum):
    """What has come of asking somebody, in the order the page counts them."""

    SIGNED_UP = "signed_up"
    BEGUN = "begun"
    DECLINED = "declined"
    # The mail has arrived, so far as anybody tells us.
    WAITING = "waiting"
    # It has not left yet.
    ON_ITS_WAY = "on_its_way"
    BOUNCED = "bounced"
    NO_ADDRESS = "no_address"
    TURNED_OFF = "turned_off"
    # The organiser stopped it, or it came too late.
    NOT_SENT = "not_sent"


NOT_REACHED = (Outcome.BOUNCED, Outcome.NO_ADDRESS, Outcome.TURNED_OFF, Outcome.NOT_SENT)
# Who may be reminded: the mail came, and nothing is settled.
UNSETTLED = (Outcome.WAITING, Outcome.BEGUN)


@dataclass(frozen=True)
class Answer:
    """One member who was asked: how it stands, and for how many days and schools they offer."""

    recipient: AppealRecipient
    outcome: Outcome
    days: int = 0
    schools: int = 0

    @property
    def person(self) -> Person:
        """Who was asked."""
        return self.recipient.person


@dataclass(frozen=True)
class Overview:
    """All that came of asking one group about one season.

    ``others`` sit in the group and were not asked. ``gone`` were asked and no longer sit in the
    group; nobody is told what they said.
    """

    appeals: Sequence[JuryAppeal]
    progress: dict[int, Progress]
    reminders: dict[int, Mailing]
    answers: list[Answer]
    others: list[Member]
    gone: int

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many stand how; none is left out."""
        counted = Counter(answer.outcome for answer in self.answers)
        return {outcome: counted[outcome] for outcome in Outcome}

    @property
    def not_reached(self) -> int:
        """How many the mail has not reached, and will not."""
        return sum(self.counts[outcome] for outcome in NOT_REACHED)

    def to_remind(self) -> list[Answer]:
        """Those who have not answered, of appeals that nobody was reminded of yet."""
        return [
            each
            for each in self.answers
            if each.outcome in UNSETTLED and each.recipient.appeal_id not in self.reminders
        ]


def overview(group: Group, season: Season, now: datetime) -> Overview:
    """What has come of asking ``group`` about ``season``; each member once, near ones first."""
    appeals = queries.sent_appeals(group, season)
    mailings = [each.mailing for each in appeals if each.mailing]
    rows = _recipients(group, season)
    said = standing.said_in(season, group, now)
    sits = {number for number in db.session.scalars(membership.seated([group.id])) if number}
    newest: dict[int, AppealRecipient] = {row.person_id: row for row in rows}
    mails, offers = _mails(mailings), _offers(season, group)
    answers = [
        _answer(row, said, mails.get((row.appeal.mailing_id, row.person_id)), offers)
        for person_id, row in newest.items()
        if person_id in sits
    ]
    answers.sort(key=lambda each: (not each.recipient.is_near, each.person.sort_key))
    return Overview(
        appeals,
        control.progress_of(mailings, now),
        queries.reminders_of(appeals),
        answers,
        [
            each
            for each in standing.members_of(group, season, now, said)
            if each.person.id not in newest
        ],
        len(newest.keys() - sits),
    )


def _recipients(group: Group, season: Season) -> Sequence[AppealRecipient]:
    """Who was asked, those asked last at the end."""
    found = db.session.scalars(
        sa.select(AppealRecipient)
        .join(AppealRecipient.appeal)
        .where(
            JuryAppeal.group_id == group.id,
            JuryAppeal.season_id == season.id,
            JuryAppeal.mailing_id.is_not(None),
        )
        .options(
            contains_eager(AppealRecipient.appeal).joinedload(JuryAppeal.mailing),
            joinedload(AppealRecipient.person).options(
                joinedload(Person.organisation), joinedload(Person.emails)
            ),
        )
        .order_by(JuryAppeal.id, AppealRecipient.position)
    )
    return found.unique().all()


Mails = dict[tuple[int | None, int | None], tuple[MailState, Cause]]


def _mails(mailings: Sequence[Mailing]) -> Mails:
    """How the message of each mailing to each person stands."""
    found = db.session.execute(
        sa.select(
            OutboxMail.mailing_id, OutboxMail.person_id, OutboxMail.state, OutboxMail.cause
        ).where(OutboxMail.mailing_id.in_([each.id for each in mailings]))
    )
    return {(mailing, person): (state, cause) for mailing, person, state, cause in found}


def _offers(season: Season, group: Group) -> dict[int, tuple[int, int]]:
    """By person: for how many days and at how many schools they offer to come."""
    found = db.session.execute(
        sa.select(JurySignup.juror_id, Camp.school_id, Event.starts_at)
        .join(SignupDay, SignupDay.signup_id == JurySignup.id)
        .join(Camp, Camp.id == SignupDay.camp_id)
        .join(Event, Event.id == Camp.event_id)
        .where(
            JurySignup.season_id == season.id,
            JurySignup.withdrawn_at.is_(None),
            JurySignup.juror_id.in_(membership.seated([group.id])),
            SignupDay.answer.in_(_OFFERED),
        )
    ).all()
    days: dict[int, set[object]] = {}
    schools: dict[int, set[int]] = {}
    for juror, school, starts_at in found:
        days.setdefault(juror, set()).add(starts_at.date())
        # The final is at no school.
        schools.setdefault(juror, set()).update([] if school is None else [school])
    return {juror: (len(each), len(schools[juror])) for juror, each in days.items()}


def _answer(
    row: AppealRecipient,
    said: Said,
    mail: tuple[MailState, Cause] | None,
    offers: dict[int, tuple[int, int]],
) -> Answer:
    number = row.person_id
    if number in said.signed_up:
        return Answer(row, Outcome.SIGNED_UP, *offers.get(number, (0, 0)))
    if number in said.declined:
        return Answer(row, Outcome.DECLINED)
    if number in said.begun:
        return Answer(row, Outcome.BEGUN)
    return Answer(row, _of_mail(row, mail))


def _of_mail(row: AppealRecipient, mail: tuple[MailState, Cause] | None) -> Outcome:
    """What the message alone tells, of somebody who has not answered."""
    mailing = row.appeal.mailing
    if mail is None:
        waits = mailing is not None and mailing.expanded_at is None
        if mailing is not None and mailing.stopped_at is not None:
            return Outcome.NOT_SENT
        if waits:
            return Outcome.ON_ITS_WAY
        return Outcome.NOT_SENT if row.person.email else Outcome.NO_ADDRESS
    state, cause = mail
    if state in (MailState.QUEUED, MailState.LEASED):
        return Outcome.ON_ITS_WAY
    if state == MailState.SENT:
        return Outcome.WAITING
    if state == MailState.SUPPRESSED:
        return _BY_CAUSE.get(cause, Outcome.NOT_SENT)
    return Outcome.BOUNCED if state == MailState.FAILED else Outcome.NOT_SENT


_BY_CAUSE = {
    Cause.UNSUBSCRIBED: Outcome.TURNED_OFF,
    Cause.ADDRESS_SUPPRESSED: Outcome.BOUNCED,
}
