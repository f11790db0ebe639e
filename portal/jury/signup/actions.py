"""What volunteers do: offer to serve, change the offer, and take it back."""

from datetime import datetime

import sqlalchemy as sa

from portal import audit, staffing
from portal.db import db
from portal.invitations import actions as invitations
from portal.jury.asks import seats
from portal.jury.signup import notices, offers, queries
from portal.jury.signup.answers import CONSENT_TEXT
from portal.jury.signup.offers import Offer
from portal.mail import outbox
from portal.mail.reminding import withdrawing
from portal.models.accounts import Person
from portal.models.jury import (
    Assignment,
    AssignmentState,
    Conflict,
    JurySignup,
    SignupDay,
    Wish,
)
from portal.models.seasons import Season


class SignupClosed(Exception):
    """The season takes no sign-ups now."""


class AlreadyServed(Exception):
    """The person has served, and nothing of the season lies ahead."""


def sign_up(
    season: Season,
    juror: Person,
    *,
    offer: Offer,
    now: datetime,
    offered_at: datetime | None = None,
) -> JurySignup:
    """Record that ``juror`` offers to serve in ``season``, and queue a receipt.

    Signing up again replaces the offer, and takes back a withdrawal; the same offer once more
    changes nothing. ``offered_at`` is when it was sent, if it had to be confirmed since.

    Raises:
        SignupClosed: the season takes no sign-ups.
    """
    if season.archived_at or not season.accepts_signups(offered_at or now):
        raise SignupClosed
    # Two tabs sent at once must not both make the first sign-up. Messages may still refer to the
    # person: who writes one holds the mailing that is withdrawn below.
    row = sa.select(Person.id).where(Person.id == juror.id)
    db.session.execute(row.with_for_update(key_share=True))
    signup = queries.signup_of(juror, season)
    if signup is None:
        signup = JurySignup(season=season, juror=juror, created_at=now, revision=0)
        db.session.add(signup)
    elif _stands(signup, offer):
        return signup
    _write(signup, offer, now)
    db.session.flush()
    withdrawing.of_season(season.id, now, person_id=juror.id)
    audit.record("signup.made", signup, actor=juror, now=now, revision=signup.revision)
    if juror.email:
        key = f"signup-{signup.id}-rev-{signup.revision}"
        outbox.enqueue(notices.signup_receipt(signup), key=key, now=now)
    return signup


def _stands(signup: JurySignup, offer: Offer) -> bool:
    """Whether the very offer is there already, made by the text of today."""
    same = offers.of_signup(signup) == offer and signup.consent_text == CONSENT_TEXT
    return same and signup.withdrawn_at is None


def _write(signup: JurySignup, offer: Offer, now: datetime) -> None:
    for name in _PLAIN:
        setattr(signup, name, getattr(offer, name))
    signup.counties, signup.languages = list(offer.counties), list(offer.languages)
    signup.consent_at, signup.consent_text = now, CONSENT_TEXT
    signup.updated_at = now
    signup.withdrawn_at, signup.withdrawal_reason = None, ""
    signup.revision += 1
    _write_days(signup, offer, now)
    _write_conflicts(signup, offer)


_PLAIN = (
    "postcode", "municipality_code", "longest_km", "takes_ferry", "at_most", "travel_note",
    "employer", "expertise",
)  # fmt: skip


def _write_days(signup: JurySignup, offer: Offer, now: datetime) -> None:
    """Answers for camps that are over stay: they tell how the season was filled."""
    known = {day.camp_id: day for day in signup.days}
    for camp_id, day in known.items():
        if camp_id not in offer.days and not day.camp.event.is_over(now):
            signup.days.remove(day)
    for camp_id, answer in offer.days.items():
        wish = offer.wishes.get(camp_id, Wish.NONE)
        if camp_id in known:
            known[camp_id].answer, known[camp_id].wish = answer, wish
        else:
            signup.days.append(SignupDay(camp_id=camp_id, answer=answer, wish=wish))


def _write_conflicts(signup: JurySignup, offer: Offer) -> None:
    known = {(each.school_id, each.kind): each for each in signup.conflicts}
    for pair in known.keys() - offer.conflicts:
        signup.conflicts.remove(known[pair])
    for school_id, kind in sorted(offer.conflicts - known.keys()):
        signup.conflicts.append(Conflict(school_id=school_id, kind=kind))


def withdraw(signup: JurySignup, *, reason: str, now: datetime) -> None:
    """Take back an offer, and with it the seats asked for or accepted. Twice is as good as once.

    Accepted camps leave the person's calendar. Signing up again takes the withdrawal back, and the
    seats have to be asked for again.

    Raises:
        AlreadyServed: the person has served, and nothing of the season lies ahead.
    """
    if signup.withdrawn_at is not None:
        return
    if queries.has_served(signup) and not queries.open_camps(signup.season, now):
        raise AlreadyServed
    held = queries.open_seats(signup)
    staffing.lock_juries(seat.camp_id for seat in held)
    for seat in held:
        db.session.refresh(seat, with_for_update={"of": Assignment})
    freed = [_give_up(seat, reason, now) for seat in held if seat.state in queries.OPEN_SEATS]
    signup.withdraw(now)
    signup.withdrawal_reason = reason
    signup.revision += 1
    audit.record("signup.withdrawn", signup, actor=signup.juror, now=now, seats=freed)
    if signup.juror.email:
        key = f"signup-{signup.id}-rev-{signup.revision}"
        outbox.enqueue(notices.withdrawal_receipt(signup), key=key, now=now)


def _give_up(seat: Assignment, reason: str, now: datetime) -> int:
    was, seat.state = seat.state, AssignmentState.WITHDRAWN
    seat.comment = reason
    seat.answered_at = now
    seat.locked = False
    withdrawing.of_question(seat.camp.season_id, seat.person_id, now)
    # Whoever was never invited is left alone.
    invitations.uninvite(seat.camp.event, seat.person, by=seat.person, now=now)
    audit.record("assignment.withdrawn", seat, actor=seat.person, now=now)
    seats.leave(seat, was, now)
    return seat.id
