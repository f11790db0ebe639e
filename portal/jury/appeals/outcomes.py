"""Who of a group has answered what to an appeal, for whoever asked.

A member counts once, by the newest appeal that they got: on the page of a group, and in the numbers
of all groups.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
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
from portal.models.groups import CURRENT_PLACES, Group, GroupPlace
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
    # It came too late, or the person was suspended for a while.
    NOT_SENT = "not_sent"


NOT_ANSWERED = (Outcome.WAITING, Outcome.ON_ITS_WAY)
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
class Tally:
    """How many of a group were asked, and how they stand; all but ``asked`` add up to it."""

    asked: int = 0
    signed_up: int = 0
    begun: int = 0
    declined: int = 0
    waiting: int = 0
    not_reached: int = 0


@dataclass(frozen=True)
class GroupRow:
    """A group as the page of a season lists it, in numbers of people."""

    group: Group
    members: int
    tally: Tally


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
    def tally(self) -> Tally:
        """How many stand how."""
        return tally_of(each.outcome for each in self.answers)

    def to_remind(self) -> list[Answer]:
        """Those who have not answered, of appeals that nobody was reminded of yet."""
        return [
            each
            for each in self.answers
            if each.outcome in UNSETTLED and each.recipient.appeal_id not in self.reminders
        ]


def tally_of(outcomes: Iterable[Outcome]) -> Tally:
    """How many of ``outcomes`` there are of each sort."""
    counted = Counter(outcomes)
    return Tally(
        asked=counted.total(),
        signed_up=counted[Outcome.SIGNED_UP],
        begun=counted[Outcome.BEGUN],
        declined=counted[Outcome.DECLINED],
        waiting=sum(counted[each] for each in NOT_ANSWERED),
        not_reached=sum(counted[each] for each in NOT_REACHED),
    )


def by_group(season: Season, now: datetime) -> list[GroupRow]:
    """Every group that is not closed, with what came of asking it about ``season``."""
    groups = db.session.scalars(
        sa.select(Group).where(Group.closed_at.is_(None)).order_by(Group.sort_key)
    ).all()
    ids = sa.select(Group.id).where(Group.closed_at.is_(None))
    said, sits = standing.said_in(season, ids, now), _sitting(ids)
    members = Counter(group_id for group_id, _person in sits)
    rows = _recipients(ids, season)
    mails = _mails({row.appeal.mailing_id for row in rows})
    found: dict[int, list[Outcome]] = defaultdict(list)
    for (group_id, person_id), row in _newest(rows).items():
        if (group_id, person_id) in sits:
            mail = mails.get((row.appeal.mailing_id, person_id))
            found[group_id].append(_answer(row, said, mail, {}).outcome)
    return [GroupRow(each, members[each.id], tally_of(found[each.id])) for each in groups]


def overview(group: Group, season: Season, now: datetime) -> Overview:
    """What has come of asking ``group`` about ``season``; each member once, near ones first."""
    appeals = queries.sent_appeals(group, season)
    mailings = [each.mailing for each in appeals if each.mailing]
    said, offers = standing.said_in(season, [group.id], now), _offers(season, group)
    newest = {
        person: row for (_group, person), row in _newest(_recipients([group.id], season)).items()
    }
    seated = set(db.session.scalars(membership.seated([group.id])))
    sits = {person for _group, person in _sitting([group.id])}
    mails = _mails([each.id for each in mailings])
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
        len(newest.keys() - seated),
    )


def _sitting(group_ids: sa.Select[int] | Collection[int]) -> set[tuple[int, int]]:
    """Who sits in which group now and may sign in: ids of group and person."""
    found = db.session.execute(
        sa.select(GroupPlace.group_id, GroupPlace.person_id)
        .join(GroupPlace.person)
        .where(
            GroupPlace.group_id.in_(group_ids),
            GroupPlace.state.in_(CURRENT_PLACES),
            Person.suspended_at.is_(None),
        )
    )
    return {(group_id, person_id) for group_id, person_id in found if person_id is not None}


def _newest(rows: Iterable[AppealRecipient]) -> dict[tuple[int, int], AppealRecipient]:
    """By group and person, the last of ``rows``."""
    return {(row.appeal.group_id, row.person_id): row for row in rows}


def _recipients(
    group_ids: sa.Select[int] | Collection[int], season: Season
) -> Sequence[AppealRecipient]:
    """Who was asked, those asked last at the end."""
    found = db.session.scalars(
        sa.select(AppealRecipient)
        .join(AppealRecipient.appeal)
        .join(JuryAppeal.mailing)
        .where(
            JuryAppeal.group_id.in_(group_ids),
            JuryAppeal.season_id == season.id,
            standing.was_sent(),
        )
        .options(
            contains_eager(AppealRecipient.appeal).contains_eager(JuryAppeal.mailing),
            joinedload(AppealRecipient.person).options(
                joinedload(Person.organisation), joinedload(Person.emails)
            ),
        )
        .order_by(JuryAppeal.id, AppealRecipient.position)
    )
    return found.unique().all()


Mails = dict[tuple[int | None, int | None], tuple[MailState, Cause]]


def _mails(mailing_ids: Collection[int | None]) -> Mails:
    """How the message of each mailing to each person stands."""
    found = db.session.execute(
        sa.select(
            OutboxMail.mailing_id, OutboxMail.person_id, OutboxMail.state, OutboxMail.cause
        ).where(OutboxMail.mailing_id.in_(mailing_ids))
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
        if mailing is not None and mailing.expanded_at is None:
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
