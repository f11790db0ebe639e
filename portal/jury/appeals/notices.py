"""The mails of an appeal, composed: the question to each member, and the one reminder of it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from portal import access, dates, links, markdown, membership
from portal.db import db
from portal.jury.appeals import addresses, standing
from portal.jury.appeals.nearby import Nearby, Surroundings, start_of
from portal.jury.signup import words as signup_words
from portal.mail import choices
from portal.mail.composing import NoAddress, compose, mailbox_of, sendable
from portal.mail.message import Keyed, Lane, Message, Topic
from portal.mail.reading import Letter
from portal.models.accounts import Person
from portal.models.appeals import AppealRecipient, JuryAppeal
from portal.models.groups import GroupPlace
from portal.models.mail import OutboxMail
from portal.models.mailings import Mailing, OptOut, ReminderKind
from portal.models.seasons import Camp, Season

ASK, REMINDER = "jury.appeal", "jury.appeal_reminder"
# As long as mail waits at most (portal/mail/outbox.py).
_LONGEST = timedelta(hours=72)
_AT_ONCE = 100


@dataclass(frozen=True)
class Facts:
    """What the mails of one appeal have in common."""

    appeal: JuryAppeal
    camps: Sequence[Camp]

    @property
    def schools(self) -> list[Camp]:
        """The camps at schools, for those of whom no place is known."""
        return [camp for camp in self.camps if not camp.is_final]


def facts_of(appeal: JuryAppeal, now: datetime) -> Facts:
    """What the mails of ``appeal`` need, asked for once."""
    return Facts(appeal, standing.camps_ahead(appeal.season, now))


def asks(mailing: Mailing, now: datetime) -> Keyed:
    """The question to each of those it was confirmed for, but for who has answered since."""
    appeal = db.session.get(JuryAppeal, mailing.params["appeal"])
    if appeal is None or not appeal.season.accepts_signups(now):
        return
    said = standing.said_in(appeal.season, [appeal.group_id], now)
    over = said.signed_up | said.declined
    for recipient, nearby, facts in _still_meant(appeal, over, now):
        yield from _sendable("appeal", recipient, nearby, facts, now)


def reminders(mailing: Mailing, now: datetime) -> Keyed:
    """Once more to those whom the question reached and who have not answered.

    Not to those who hear today that sign-up closes.
    """
    appeal = db.session.get(JuryAppeal, mailing.params["appeal"])
    if appeal is None or not appeal.season.accepts_signups(now):
        return
    wanted = frozenset(mailing.params["person_ids"])
    said = standing.said_in(appeal.season, [appeal.group_id], now)
    over = said.signed_up | said.declined | _told_today(appeal, now) | _want_no_news(appeal)
    for recipient, nearby, facts in _still_meant(appeal, over, now):
        if recipient.person_id in wanted:
            yield from _sendable(
                "appeal_reminder", recipient, nearby, facts, now,
                topic=Topic.REMIND_SIGNUP, has_begun=recipient.person_id in said.begun,
            )  # fmt: skip


MAILINGS = {ASK: asks, REMINDER: reminders}


def letter(
    name: str,
    recipient: AppealRecipient,
    nearby: Nearby,
    facts: Facts,
    *,
    now: datetime,
    url: str = "",
    person: Person | None = None,
    topic: Topic = Topic.NEWS,
    **values: Any,
) -> Message:
    """The mail ``name`` to the recipient, or to ``person`` as if it were theirs.

    Replies go to whoever asks.

    Raises:
        NoAddress: they have none.
        UnsafeHeader: a name cannot stand in a header.
    """
    appeal, reader = facts.appeal, person or recipient.person
    season, by = appeal.season, access.who_acts(appeal.created_by, appeal.group)
    return compose(
        f"jury/{name}",
        reader,
        lane=Lane.BULK,
        topic=topic,
        reply_to=mailbox_of(by),
        season_id=season.id,
        expires_at=_until(appeal, now),
        appeal=appeal,
        season=season,
        group=appeal.group,
        by=by,
        nearby=nearby,
        schools=facts.schools,
        own_words=markdown.to_letter(appeal.words),
        bands=signup_words.BANDS,
        url=url or addresses.url_of(recipient, reader),
        **values,
    )


def trial_letter(appeal: JuryAppeal, facts: Facts, like: AppealRecipient | None) -> Message:
    """The question as ``appeal.created_by`` gets it to try it: marked, and of no topic.

    It names the schools near ``like``. Its button leads to the sign-up of the season, since it
    proves nobody's address.
    """
    by = appeal.created_by
    if by is None:
        raise NoAddress("nobody wrote it")
    found = start_of(like.person, None) if like else None
    nearby = Surroundings(facts.camps).of(found)
    url = links.absolute("jury.begin", slug=appeal.season.slug)
    sample = like or AppealRecipient(person=by)
    message = letter(
        "appeal", sample, nearby, facts, now=appeal.created_at, url=url, person=by, is_test=True
    )
    return replace(message, kind="jury/appeal_test", lane=Lane.SINGLE, topic=None, expires_at=None)


def without_keys(shown: Letter, recipient: AppealRecipient) -> Letter:
    """``shown`` with the ends of the reader's own addresses left out, for others to look at."""
    person, text, html = recipient.person, shown.text, shown.html
    for own in (addresses.url_of(recipient, person), choices.unsubscribe_url(person, Topic.NEWS)):
        text = text.replace(own, addresses.shown(own))
        html = html.replace(own, addresses.shown(own))
    return replace(shown, text=text, html=html)


def reminds_today(season: Season, now: datetime) -> bool:
    """Whether those who might volunteer are told today that sign-up closes."""
    key = f"reminder-{ReminderKind.SIGNUP}-season-{season.id}-"
    found = sa.exists().where(
        Mailing.dedupe_key.startswith(key, autoescape=True),
        Mailing.created_at >= dates.midnight(dates.today(now)),
    )
    return bool(db.session.scalar(sa.select(found)))


def places_of(appeal: JuryAppeal) -> dict[int, GroupPlace]:
    """By person, the places of those who sit in the group now."""
    found = db.session.scalars(
        sa.select(GroupPlace).where(
            GroupPlace.group_id == appeal.group_id,
            GroupPlace.person_id.in_(membership.seated([appeal.group.id])),
        )
    )
    return {place.person_id: place for place in found if place.person_id}


def _still_meant(
    appeal: JuryAppeal, over: Collection[int], now: datetime
) -> Iterator[tuple[AppealRecipient, Nearby, Facts]]:
    """Those of the appeal who sit in the group yet and are not ``over``, each with their schools.

    Read anew for each hundred: between two chunks of a mailing the session forgets its rows.
    """
    ids = standing.recipient_ids(appeal)
    for begin in range(0, len(ids), _AT_ONCE):
        facts, places = facts_of(appeal, now), places_of(appeal)
        for recipient in standing.recipients_of(appeal, ids[begin : begin + _AT_ONCE]):
            number = recipient.person_id
            if number in places and number not in over and not recipient.person.suspended_at:
                yield recipient, nearby_of(recipient, places[number], facts), facts


def nearby_of(recipient: AppealRecipient, place: GroupPlace | None, facts: Facts) -> Nearby:
    """The schools settled for somebody, as far as their camps are still to come."""
    wanted = [camp for camp in facts.camps if camp.id in recipient.camps]
    found = Surroundings(wanted).of(start_of(recipient.person, place))
    return Nearby(recipient.is_near and found.is_near, found.camps)


def _told_today(appeal: JuryAppeal, now: datetime) -> frozenset[int]:
    """Who is told today that sign-up closes: one mail about it a day is enough."""
    found = db.session.scalars(
        sa.select(OutboxMail.person_id).where(
            OutboxMail.kind == "reminders/signup",
            OutboxMail.season_id == appeal.season_id,
            OutboxMail.created_at >= dates.midnight(dates.today(now)),
            OutboxMail.person_id.in_(membership.seated([appeal.group.id])),
        )
    )
    return frozenset(number for number in found if number is not None)


def _want_no_news(appeal: JuryAppeal) -> frozenset[int]:
    """Who has turned news off since they were asked: the reminder is of that very question."""
    found = db.session.scalars(
        sa.select(OptOut.person_id).where(
            OptOut.topic == Topic.NEWS, OptOut.person_id.in_(membership.seated([appeal.group.id]))
        )
    )
    return frozenset(found)


def _until(appeal: JuryAppeal, now: datetime) -> datetime | None:
    """When the mail is of no use any more: sign-up closes; None for the usual time."""
    closes = appeal.season.signup_closes_at
    return min(closes, now + _LONGEST) if closes else None


def _sendable(
    name: str,
    recipient: AppealRecipient,
    nearby: Nearby,
    facts: Facts,
    now: datetime,
    **values: Any,
) -> Keyed:
    """The keyed message, or nothing when that person cannot be reached: the others still are."""
    key = f"{name}-{facts.appeal.public_id}-{recipient.person_id}"
    yield from sendable(key, partial(letter, name, recipient, nearby, facts, now=now, **values))
