"""From a draft to an offer: at once for somebody signed in, else by a mailed link."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from portal import audit, people
from portal.db import db
from portal.jury.appeals import addresses as appeals
from portal.jury.signup import notices, queries
from portal.jury.signup.actions import SignupClosed, sign_up
from portal.jury.signup.answers import Answers, Step, next_step, offer_of
from portal.jury.signup.offers import Offer
from portal.mail import addresses, outbox
from portal.models.accounts import Person
from portal.models.jury import JurySignup, SignupDraft
from portal.tokens import fingerprint, secret

LINK_LASTS = timedelta(hours=24)
# Who presses twice gets one mail.
_SAME_PRESS = timedelta(minutes=2)
_LINKS_A_DRAFT, _DRAFTS_AN_HOUR = 5, 5


class NotComplete(Exception):
    """Something is still to be asked; ``step`` tells where."""

    def __init__(self, step: Step) -> None:
        super().__init__(str(step))
        self.step = step


class TooOften(Exception):
    """Too many links were sent to one address."""


class DeadLink(Exception):
    """The link is too old, was replaced by a newer one, or never was one."""


class AlreadyConfirmed(Exception):
    """The link was used; the offer stands."""


def submit(draft: SignupDraft, juror: Person, now: datetime) -> JurySignup:
    """Make the offer of somebody signed in from the answers of a draft.

    Raises:
        SignupClosed: the season takes no sign-ups.
        NotComplete: something is still to be asked.
    """
    if not draft.season.accepts_signups(now):
        raise SignupClosed
    signup = sign_up(draft.season, juror, offer=_complete_offer(draft, now), now=now)
    _complete_profile(juror, draft.answers["travel"], now)
    draft.confirmed_at = now
    return signup


def is_proven(draft: SignupDraft, viewer: Person | None) -> bool:
    """Whether the link that led to the draft was mailed to the very address that it names.

    That proves as much as another link would. Whoever is signed in as somebody else shall not
    answer for the person.
    """
    asked = _asked(draft)
    return asked is not None and (viewer is None or viewer.id == asked.person.id)


def submit_proven(draft: SignupDraft, now: datetime) -> JurySignup:
    """Make the offer of whoever was mailed the link that led to the draft.

    Raises:
        DeadLink: the link counts no longer, or the draft has another address.
        SignupClosed, NotComplete: see ``submit``.
    """
    asked = _asked(draft)
    if asked is None:
        raise DeadLink
    people.confirm_address(asked.person, asked.email.folded, now)
    addresses.prove(asked.email.folded, by=asked.person, now=now)
    return submit(draft, asked.person, now)


def _asked(draft: SignupDraft) -> appeals.Appealed | None:
    typed = draft.answers.get("travel", {}).get("email", "")
    asked = appeals.find(draft.answers.get("appeal", "")) if typed else None
    return asked if asked is not None and people.fold(typed) == asked.email.folded else None


def ask_to_confirm(draft: SignupDraft, now: datetime) -> None:
    """Queue the link with which whoever reads mail to the address makes the answers count.

    Nobody is looked up: the answer is the same whether or not we know the address.

    Raises:
        SignupClosed: the season takes no sign-ups.
        NotComplete: something is still to be asked.
        TooOften: enough links were sent.
    """
    if not draft.season.accepts_signups(now):
        raise SignupClosed
    _complete_offer(draft, now)
    if draft.submitted_at is not None and now - draft.submitted_at < _SAME_PRESS:
        return
    draft.folded = people.fold(draft.answers["travel"]["email"])
    _check_limits(draft, now)
    token = secret()
    draft.submitted_at, draft.token_hash = now, fingerprint(token)
    draft.links_sent += 1
    audit.record("signup.submitted", draft, actor=None, now=now)
    message = notices.confirm_link(draft, token, expires_at=now + LINK_LASTS, now=now)
    # Not by the number, which another draft is given when this one is gone.
    key = f"signup-link-{draft.public_id}-{draft.links_sent}"
    outbox.enqueue(message, key=key, now=now)


def _check_limits(draft: SignupDraft, now: datetime) -> None:
    others = db.session.scalar(
        sa.select(sa.func.count()).where(
            SignupDraft.folded == draft.folded,
            SignupDraft.id != draft.id,
            SignupDraft.submitted_at > now - timedelta(hours=1),
        )
    )
    if draft.links_sent >= _LINKS_A_DRAFT or (others or 0) >= _DRAFTS_AN_HOUR:
        raise TooOften


def is_live(draft: SignupDraft, now: datetime) -> bool:
    """Whether the link mailed for the draft still counts."""
    return draft.submitted_at is not None and draft.submitted_at > now - LINK_LASTS


def confirm(token: str, now: datetime) -> JurySignup:
    """Make the answers behind a mailed link count, for whoever has the address.

    Of two who press at once, one does it.

    Raises:
        DeadLink: the link is too old, was replaced, or is none.
        AlreadyConfirmed: it was used before.
        SignupClosed: the season is in the archive.
        NotComplete: the camps have changed since, so that something is to be asked again.
    """
    draft = _take(token, now)
    travel = draft.answers["travel"]
    offer = _complete_offer(draft, now)
    juror = _person_of(draft, now)
    _complete_profile(juror, travel, now)
    return sign_up(draft.season, juror, offer=offer, now=now, offered_at=draft.submitted_at)


def _take(token: str, now: datetime) -> SignupDraft:
    """Mark the draft behind the link as confirmed, unless somebody was quicker."""
    taken = db.session.scalar(
        sa.update(SignupDraft)
        .where(
            SignupDraft.token_hash == fingerprint(token),
            SignupDraft.confirmed_at.is_(None),
            SignupDraft.submitted_at > now - LINK_LASTS,
        )
        .values(confirmed_at=now)
        .returning(SignupDraft.id)
    )
    if taken is not None:
        return db.session.get_one(SignupDraft, taken, populate_existing=True)
    known = queries.linked_draft(token)
    raise AlreadyConfirmed if known is not None and known.confirmed_at else DeadLink


def _person_of(draft: SignupDraft, now: datetime) -> Person:
    """Whoever has the address that the link was mailed to; a new person when nobody has."""
    travel = draft.answers["travel"]
    person = people.find_by_email(draft.folded)
    if person is None:
        person = people.create_person(
            travel["name"], travel["email"], confirmed_at=now, now=now, language=draft.language
        )
    elif person.suspended_at is not None:
        raise DeadLink
    people.confirm_address(person, draft.folded, now)
    addresses.prove(draft.folded, by=person, now=now)
    return person


def _complete_offer(draft: SignupDraft, now: datetime) -> Offer:
    camps = queries.open_camps(draft.season, now)
    step = next_step(draft.answers, camps)
    if step != Step.CHECK:
        raise NotComplete(step)
    return offer_of(draft.answers, camps)


def _complete_profile(person: Person, travel: Answers, now: datetime) -> None:
    """Write down what the person said of themselves; what they left out stays as it was."""
    employer = queries.employer_called(travel["employer"])
    told = {
        "phone": travel["phone"],
        "organisation_id": employer.id if employer else None,
        "postcode": travel["postcode"],
        "municipality_code": travel["municipality_code"],
    }
    changed = [name for name, value in told.items() if value and getattr(person, name) != value]
    for name in changed:
        setattr(person, name, told[name])
    if changed:
        audit.record("person.changed", person, actor=person, now=now, fields=changed)
