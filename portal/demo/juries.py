"""A month of the season to come: people offer, plans are applied, asks answered, camps moved."""

import random
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from portal.db import db
from portal.demo import offers, post
from portal.demo.people import Cast
from portal.demo.season import ComingSeason
from portal.jury.asks import asking
from portal.jury.plans import planning
from portal.mail.reminding import occasions
from portal.models.accounts import Person
from portal.models.jury import Assignment, AssignmentState
from portal.models.seasons import Camp

_FIRST_WAVE, _SECOND_WAVE = 30, 46
_YES = ("", "", "", "Dette gleder jeg meg til.", "Jeg kommer rett fra et møte, senest kl. 08.20.")
NO = ("", "Jeg er bortreist den uka.", "Vi har kommunestyremøte samme dag.")


def fill(coming: ComingSeason, cast: Cast, rng: random.Random, now: datetime) -> None:
    """Tell the season's story until some hours before ``now``, with all its mail sent."""
    volunteers, start = cast.volunteers, now - timedelta(days=28)
    offers.offer_gladly(coming.season, coming.everywhere, cast.ola, 1, start)
    _offer(coming, volunteers[1:_FIRST_WAVE], rng, start)
    _apply_plan(coming, cast, now - timedelta(days=12))
    post.deliver(now - timedelta(days=12))
    _answer_asks(coming, rng, now - timedelta(days=11))
    _offer(coming, volunteers[_FIRST_WAVE:_SECOND_WAVE], rng, now - timedelta(days=8))
    offers.offer_gladly(coming.season, coming.everywhere, cast.ola, 2, now - timedelta(days=7))
    _remind(now - timedelta(days=6))
    asking.expire_overdue(now - timedelta(days=4))
    _apply_plan(coming, cast, now - timedelta(days=3))
    post.deliver(now - timedelta(days=3))
    _offer(coming, volunteers[_SECOND_WAVE:-1], rng, now - timedelta(days=1))
    post.deliver(now - timedelta(days=1))


def seats(
    coming: ComingSeason, state: AssignmentState, spared: Collection[Camp] = ()
) -> Sequence[Assignment]:
    """The seats in ``state``, but for those at the camps of ``spared``."""
    return db.session.scalars(
        sa.select(Assignment)
        .join(Camp, Camp.id == Assignment.camp_id)
        .where(
            Camp.season_id == coming.season.id,
            Camp.id.not_in([camp.id for camp in spared]),
            Assignment.state == state,
        )
        .order_by(Assignment.id)
    ).all()


def _offer(
    coming: ComingSeason, people: Sequence[Person], rng: random.Random, now: datetime
) -> None:
    offers.sign_up(coming.season, coming.everywhere, people, rng, now)


def _apply_plan(coming: ComingSeason, cast: Cast, now: datetime) -> None:
    plan = planning.make_plan(coming.season, coming.season.policy, by=cast.kari, now=now)
    planning.apply(plan, revision=plan.revision, by=cast.kari, now=now)


def _remind(now: datetime) -> None:
    """Those who have not answered the first wave are reminded of it, a day before it closes."""
    occasions.queue(now)
    post.deliver(now)


def _answer_asks(coming: ComingSeason, rng: random.Random, now: datetime) -> None:
    """Most say yes, some say no, and a few never answer."""
    for number, seat in enumerate(seats(coming, AssignmentState.ASKED)):
        answered = now + timedelta(hours=rng.randrange(100), minutes=rng.randrange(60))
        if number % 9 == 4:
            continue
        if number % 6 == 2:
            asking.decline(seat, now=answered, comment=rng.choice(NO))
        else:
            asking.accept(seat, now=answered, comment=rng.choice(_YES))
