"""What happened in the season to come just now: one of each thing that sends a mail."""

import random
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.accounts import actions as accounts
from portal.db import db
from portal.demo import days, offers, post, rounds
from portal.demo.juries import NO, seats
from portal.demo.people import Cast
from portal.demo.season import ComingSeason
from portal.invitations.telling import When
from portal.jury.asks import asking
from portal.jury.plans import planning
from portal.jury.prices import trying
from portal.jury.signup import actions, nearness
from portal.jury.signup.offers import Offer, of_signup
from portal.models.accounts import Person
from portal.models.jury import (
    SEATED,
    Assignment,
    AssignmentState,
    DayAnswer,
    JurySignup,
    SignupDay,
)
from portal.models.seasons import Camp, Panel
from portal.seasons import camp_actions
from portal.tokens import secret

# What Kari tries beside the proposal: to spare those who would come only if needed.
_NOT_UNLESS_NEEDED = {"if_needed": 100}


def fill(coming: ComingSeason, cast: Cast, rng: random.Random, now: datetime) -> None:
    """Bring the season up to ``now``; its mail waits to be sent."""
    # Seats made from ids alone are not in the collections that were read before them.
    db.session.expire_all()
    moved, dropped = _two_with_juries(coming)
    _move(moved, cast, now - timedelta(hours=2))
    _call_off(dropped, cast, now - timedelta(minutes=100))
    _answers(coming, [moved, dropped, coming.final], cast, now - timedelta(minutes=60))
    for person in (cast.ola, *cast.volunteers[-8:-6]):
        _ask_by_hand(coming, person, cast, now - timedelta(minutes=20))
    rounds.fill(coming, cast, now - timedelta(minutes=15))
    camps = [camp for camp in coming.everywhere if not camp.event.is_cancelled]
    offers.sign_up(coming.season, camps, cast.volunteers[-1:], rng, now - timedelta(minutes=10))
    _fail_some(cast, now)
    draft = planning.make_plan(coming.season, coming.season.policy, by=cast.kari, now=now)
    trying.try_policy(draft, coming.season.policy, _NOT_UNLESS_NEEDED, by=cast.kari, now=now)
    accounts.ask_for_link(
        "ola.hansen@example.org",
        mark=secret(),
        network="demo",
        language="nb",
        next_path="/my",
        now=now,
    )


def _two_with_juries(coming: ComingSeason) -> tuple[Camp, Camp]:
    """The two camps that the most have said yes to, of those where somebody has yet to answer."""
    waiting = {seat.camp_id for seat in seats(coming, AssignmentState.ASKED)}
    accepted = [seat.camp_id for seat in seats(coming, AssignmentState.ACCEPTED, [coming.final])]
    ranked = sorted(
        coming.camps.values(),
        key=lambda camp: (camp.id not in waiting, -accepted.count(camp.id), camp.id),
    )
    return ranked[0], ranked[1]


def _move(camp: Camp, cast: Cast, now: datetime) -> None:
    """The school asks for the next day, and everybody is told at once."""
    day = days.school_days(camp.event.first_day + timedelta(days=1), 1)[0]
    values = {"starts_at": days.at(day, 8, 30), "ends_at": days.at(day, 14, 30)}
    camp_actions.edit_camp(
        camp, values, seen_revision=camp.event.revision, tell=When.NOW, by=cast.kari, now=now
    )


def _call_off(camp: Camp, cast: Cast, now: datetime) -> None:
    reason = "Campen blir dessverre ikke noe av i år. Takk for at du ville stille opp."
    camp_actions.call_off(camp, reason, by=cast.kari, now=now)


def _answers(coming: ComingSeason, spared: list[Camp], cast: Cast, now: datetime) -> None:
    first, second, *_rest = seats(coming, AssignmentState.ACCEPTED, spared)
    asking.release(first, by=cast.kari, now=now)
    _withdraw(second, now + timedelta(minutes=5))
    yes, no, released, doubtful, *_rest = seats(coming, AssignmentState.ASKED, spared)
    asking.accept(yes, now=now + timedelta(minutes=10))
    asking.decline(no, now=now + timedelta(minutes=15), comment=NO[1])
    asking.release(released, by=cast.kari, now=now + timedelta(minutes=20))
    _change_mind(doubtful, now + timedelta(minutes=25))


def _withdraw(seat: Assignment, now: datetime) -> None:
    signup = db.session.get_one(JurySignup, seat.signup_id)
    actions.withdraw(signup, reason="Jeg bytter jobb og kan ikke lenger stille opp.", now=now)


def _change_mind(seat: Assignment, now: datetime) -> None:
    """The person can no longer come that day, and says so in the offer instead of the answer."""
    signup = db.session.get_one(JurySignup, seat.signup_id)
    offer = of_signup(signup)
    answers = {**offer.days, seat.camp_id: DayAnswer.NO}
    wishes = {camp: wish for camp, wish in offer.wishes.items() if camp != seat.camp_id}
    changed = Offer(**{**vars(offer), "days": answers, "wishes": wishes})
    actions.sign_up(signup.season, signup.juror, offer=changed, now=now)


def _ask_by_hand(coming: ComingSeason, person: Person, cast: Cast, now: datetime) -> None:
    """Ask ``person`` for the first open seat on a day they can."""
    signup = db.session.scalars(
        sa.select(JurySignup).where(
            JurySignup.season_id == coming.season.id, JurySignup.juror_id == person.id
        )
    ).one()
    panel = _open_panel(signup)
    if panel is None or _seats_of(signup) >= signup.at_most:
        return
    asking.ask_next(panel, signup, by=cast.kari, now=now)


def _seats_of(signup: JurySignup) -> int:
    own = sa.select(sa.func.count()).where(
        Assignment.signup_id == signup.id, Assignment.state.in_(SEATED)
    )
    return db.session.scalar(own) or 0


def _open_panel(signup: JurySignup) -> Panel | None:
    """An open seat on a day that the person can, at the nearest school."""
    held = sa.select(Assignment.camp_id).where(Assignment.person_id == signup.juror_id)
    camps = db.session.scalars(
        sa.select(Camp)
        .join(SignupDay, SignupDay.camp_id == Camp.id)
        .where(
            SignupDay.signup_id == signup.id,
            SignupDay.answer == DayAnswer.YES,
            Camp.id.not_in(held),
        )
        .order_by(Camp.id)
    )
    start = nearness.start_of(signup.postcode, signup.municipality_code)
    near = nearness.nearest_first(camps, nearness.Reach(start))
    panels = (panel for row in near for panel in row.camp.panels)
    return next((panel for panel in panels if _has_room(panel)), None)


def _has_room(panel: Panel) -> bool:
    taken = sum(seat.state in SEATED for seat in panel.assignments)
    return taken < panel.target and not panel.camp.event.is_cancelled


def _fail_some(cast: Cast, now: datetime) -> None:
    """Mail goes wrong now and then: refused, too late, or back from a mailbox that is gone."""
    refused, late = (person.email or "" for person in cast.volunteers[-3:-1])
    post.refuse(refused)
    post.expire(late, now)
    post.come_back(cast.volunteers[:-3], now - timedelta(minutes=5))
