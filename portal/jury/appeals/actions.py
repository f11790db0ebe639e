"""What is done about appeals: written, tried, sent, reminded of once; and answered."""

import json
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _

from portal import audit
from portal.db import db, lock_row
from portal.jury.appeals import notices, outcomes, queries, standing
from portal.jury.appeals.standing import Member
from portal.mail import outbox
from portal.mail.outbox import About
from portal.mail.reminding import withdrawing
from portal.models.accounts import Person
from portal.models.appeals import AppealRecipient, JuryAppeal
from portal.models.groups import Group
from portal.models.jury import JurySignup
from portal.models.mailings import Mailing
from portal.models.seasons import Season
from portal.tokens import fingerprint


class SignupClosed(Exception):
    """The season takes no sign-ups now, or the group's work is over."""


class NobodyToAsk(Exception):
    """There is nobody it would go to."""


class ChangedMeanwhile(Exception):
    """It is not what was looked at any more: somebody else has asked the group, or answered."""


class AlreadySent(Exception):
    """It was sent before, by another press of the button."""


class NobodyToRemind(Exception):
    """All have answered, or been reminded."""


class HasSignedUp(Exception):
    """The person serves already; that is taken back on the page of the offer."""


def keep(
    group: Group,
    season: Season,
    chosen: Sequence[Member],
    *,
    words: str,
    answer_by: date | None,
    by: Person,
    now: datetime,
) -> JuryAppeal:
    """Keep what ``by`` is about to ask of the ``chosen``, in place of what they had begun before.

    Nothing is sent. Those of ``chosen`` who cannot be asked are left out.
    """
    appeal = queries.draft_of(group, season, by)
    if appeal is None:
        appeal = JuryAppeal(group=group, season=season, created_by=by, created_at=now)
        db.session.add(appeal)
    appeal.words, appeal.answer_by, appeal.created_at = words, answer_by, now
    db.session.flush()
    db.session.execute(sa.delete(AppealRecipient).where(AppealRecipient.appeal_id == appeal.id))
    rows = [
        {
            "appeal_id": appeal.id,
            "person_id": member.person.id,
            "position": position,
            "is_near": member.nearby.is_near,
            "camps": [row.camp.id for row in member.nearby.camps],
        }
        for position, member in enumerate(each for each in chosen if each.can_be_asked)
    ]
    if rows:
        db.session.execute(sa.insert(AppealRecipient), rows)
    db.session.expire(appeal, ["recipients"])
    return appeal


def discard(appeal: JuryAppeal) -> None:
    """Throw away what was begun and not sent.

    Raises:
        AlreadySent: it was sent.
    """
    lock_row(appeal.group)
    db.session.refresh(appeal, ["mailing_id"])
    if appeal.mailing_id is not None:
        raise AlreadySent
    db.session.delete(appeal)


def seen(
    appeal: JuryAppeal, recipients: Sequence[AppealRecipient], members: Sequence[Member]
) -> str:
    """What whoever sends ``appeal`` has looked at: its words, whom it is for, and who was asked."""
    asked = {str(each.person.id): str(each.asked_at) for each in members if each.asked_at}
    looked_at: dict[str, Any] = {
        "words": appeal.words,
        "answer_by": str(appeal.answer_by),
        "people": [[each.person_id, each.camps] for each in recipients],
        "asked": asked,
    }
    return fingerprint(json.dumps(looked_at, sort_keys=True))


def still_asked(
    recipients: Sequence[AppealRecipient], members: Sequence[Member]
) -> list[AppealRecipient]:
    """Those of ``recipients`` who can be asked as the group stands now."""
    free = {each.person.id for each in members if each.can_be_asked}
    return [each for each in recipients if each.person_id in free]


def try_it(appeal: JuryAppeal, *, occasion: str, by: Person, now: datetime) -> bool:
    """Send ``by`` the mail as the first of them gets it, marked as a test.

    ``occasion`` names the press of the button: the same twice sends one.

    Raises:
        NoAddress: ``by`` has no address.
    """
    recipients = standing.recipients_of(appeal)
    first = recipients[0] if recipients else None
    message = notices.trial_letter(appeal, notices.facts_of(appeal, now), first)
    key = f"appeal-test-{appeal.public_id}-{occasion[:40]}"
    return outbox.enqueue(message, key=key, now=now)


def send(appeal: JuryAppeal, *, looked_at: str, by: Person, now: datetime) -> Mailing:
    """Let ``appeal`` go to those of its people who can be asked, after the hold.

    Two who send at once, the same or each their own, ask the group once: the second is shown what
    the first did. ``looked_at`` is what ``seen`` gave on the page with the button.

    Raises:
        SignupClosed, NobodyToAsk, ChangedMeanwhile, AlreadySent: see there.
    """
    # One at a time asks a group or reminds it.
    lock_row(appeal.group)
    db.session.refresh(appeal, ["mailing_id", "words", "answer_by"])
    if appeal.mailing_id is not None:
        raise AlreadySent
    if not _may_be_asked(appeal.group, appeal.season, now):
        raise SignupClosed
    members = standing.members_of(appeal.group, appeal.season, now)
    recipients = still_asked(standing.recipients_of(appeal), members)
    if seen(appeal, recipients, members) != looked_at:
        raise ChangedMeanwhile
    if not recipients:
        raise NobodyToAsk
    kept = [each.id for each in recipients]
    db.session.execute(
        sa.delete(AppealRecipient).where(
            AppealRecipient.appeal_id == appeal.id, AppealRecipient.id.not_in(kept)
        )
    )
    mailing = _queue(notices.ASK, f"{notices.ASK}-{appeal.public_id}", appeal, by, now)
    mailing.total = len(recipients)
    appeal.mailing = mailing
    near = sum(each.is_near for each in recipients)
    audit.record("appeal.sent", appeal, actor=by, now=now, recipients=len(recipients), near=near)
    return mailing


def remind(group: Group, season: Season, *, by: Person, now: datetime) -> int:
    """Remind those who were asked and have not answered; once for each appeal.

    Returns:
        How many will be reminded.

    Raises:
        SignupClosed: see there.
        NobodyToRemind: see there.
    """
    # One at a time asks a group or reminds it.
    lock_row(group)
    if not _may_be_asked(group, season, now):
        raise SignupClosed
    found = outcomes.overview(group, season, now)
    by_appeal: dict[int, list[int]] = {}
    for each in found.to_remind():
        by_appeal.setdefault(each.recipient.appeal_id, []).append(each.person.id)
    if not by_appeal:
        raise NobodyToRemind
    for appeal in found.appeals:
        ids = by_appeal.get(appeal.id, [])
        if ids:
            key = queries.reminder_key(appeal)
            mailing = _queue(notices.REMINDER, key, appeal, by, now, person_ids=ids)
            mailing.total = len(ids)
            audit.record("appeal.reminded", appeal, actor=by, now=now, recipients=len(ids))
    return sum(map(len, by_appeal.values()))


def decline(recipient: AppealRecipient, *, comment: str, now: datetime) -> None:
    """Note that the person will not this year, with a word; saying it again changes the word.

    They hear no more of it this season, but for what they ask for themselves.

    Raises:
        HasSignedUp: see there.
    """
    season, person = recipient.appeal.season, recipient.person
    lock_row(recipient, "declined_at", "comment")
    serves = sa.select(JurySignup.id).where(
        JurySignup.season_id == season.id,
        JurySignup.juror_id == person.id,
        JurySignup.withdrawn_at.is_(None),
    )
    if db.session.scalar(serves) is not None:
        raise HasSignedUp
    if recipient.declined_at is not None and recipient.comment == comment:
        return
    recipient.declined_at = recipient.declined_at or now
    recipient.comment = comment
    withdrawing.of_season(season.id, now, person_id=person.id)
    audit.record("appeal.declined", recipient, actor=person, now=now)


def take_back_no(recipient: AppealRecipient, now: datetime) -> None:
    """Forget that the person said no to this season, in whichever group they were asked."""
    in_season = sa.select(JuryAppeal.id).where(JuryAppeal.season_id == recipient.appeal.season_id)
    changed = db.session.scalars(
        sa.update(AppealRecipient)
        .where(
            AppealRecipient.person_id == recipient.person_id,
            AppealRecipient.appeal_id.in_(in_season),
            AppealRecipient.declined_at.is_not(None),
        )
        .values(declined_at=None, comment="")
        .returning(AppealRecipient.id)
    ).all()
    if changed:
        audit.record("appeal.reconsidered", recipient, actor=recipient.person, now=now)


def chosen_of(members: Sequence[Member], public_ids: Collection[str]) -> list[Member]:
    """Those of ``members`` whom a form has ticked."""
    return [each for each in members if each.person.public_id in public_ids]


def _may_be_asked(group: Group, season: Season, now: datetime) -> bool:
    """Asked with the group locked: whoever closes it does so before, or finds it asked."""
    return season.accepts_signups(now) and group.closed_at is None


def _queue(
    kind: str, key: str, appeal: JuryAppeal, by: Person, now: datetime, **params: Any
) -> Mailing:
    subject = _("Jury in %(season)s: the question to a group", season=appeal.season.name)
    outbox.enqueue_mailing(
        kind,
        key=key,
        now=now,
        by=by,
        about=About(subject=subject[:200], season_id=appeal.season_id, group_id=appeal.group_id),
        hold=timedelta(seconds=current_app.config["MAILING_HOLD_SECONDS"]),
        appeal=appeal.id,
        **params,
    )
    return db.session.scalars(sa.select(Mailing).where(Mailing.dedupe_key == key)).one()
