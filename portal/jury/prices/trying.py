"""What organisers do with prices: set a season's, try others beside a draft, choose between two."""

import hashlib
import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portal import audit
from portal.db import db
from portal.jury.plans import families, planning
from portal.jury.prices import pricing
from portal.models.accounts import Person
from portal.models.plans import Plan, PlanState
from portal.models.seasons import RankingPolicy, Season


class SamePolicy(Exception):
    """Ranking and prices are those of the draft already; there would be nothing to compare."""


class PricesChangedMeanwhile(Exception):
    """Somebody else changed the season's ranking or prices after the page was opened."""


def try_policy(
    beside: Plan, ranking: RankingPolicy, prices: pricing.Kept, *, by: Person, now: datetime
) -> Plan:
    """Make a draft under another policy beside ``beside``, which stays. Locked rows keep seats.

    Raises:
        SamePolicy: it is not another.
        PlanIsClosed: somebody has used ``beside`` or put it away.
        NotProved: the optimum was not certified, so there is no plan.
    """
    if not pricing.differing(_policy_of(beside), (ranking.value, prices)):
        raise SamePolicy
    plan = planning.make_plan(
        beside.season, ranking, by=by, now=now, keeping=beside, prices=prices, beside=beside
    )
    # Solving takes its time; only now nobody else can decide what becomes of it.
    _check_draft(beside)
    return plan


def choose(plan: Plan, other: Plan, *, by: Person, now: datetime) -> None:
    """Go on with ``plan`` and put ``other`` away, until that is taken up again.

    Raises:
        PlanIsClosed: somebody has used either, or put ``plan`` away.
    """
    families.hold(plan.season)
    _check_draft(plan)
    db.session.refresh(other, ["state"])
    if other.state == PlanState.APPLIED:
        raise planning.PlanIsClosed
    if other.state == PlanState.DRAFT:
        planning.discard(other, by=by, now=now)
        audit.record("plan.chosen", plan, actor=by, now=now, instead_of=other.id)


def take_up(plan: Plan, *, by: Person, now: datetime) -> None:
    """Make a plan that was put away a draft again. Doing so twice changes nothing.

    Raises:
        PlanIsClosed: it was applied, or another has been since it was made.
    """
    families.hold(plan.season)
    db.session.refresh(plan, ["state"])
    if plan.state == PlanState.DRAFT:
        return
    if not can_be_taken_up(plan):
        raise planning.PlanIsClosed
    plan.state = PlanState.DRAFT
    audit.record("plan.taken_up", plan, actor=by, now=now)


def can_be_taken_up(plan: Plan) -> bool:
    """Whether it was put away, and no plan of the season has been applied since it was made."""
    if plan.state != PlanState.DISCARDED:
        return False
    applied = sa.select(
        sa.exists().where(
            Plan.season_id == plan.season_id,
            Plan.state == PlanState.APPLIED,
            Plan.applied_at >= plan.made_at,
        )
    )
    return not db.session.scalar(applied)


def adopt(plan: Plan, *, by: Person, now: datetime) -> None:
    """Make the ranking and the prices of ``plan`` those that later proposals begin with."""
    families.hold(plan.season)
    _set(plan.season, plan.policy, dict(plan.prices), by=by, now=now)


def set_prices(
    season: Season,
    ranking: RankingPolicy,
    prices: dict[str, Any],
    *,
    seen: str,
    by: Person,
    now: datetime,
) -> None:
    """Let the proposals of ``season`` begin with these prices. ``seen`` is what they were.

    Raises:
        PricesChangedMeanwhile: they are others by now.
    """
    families.hold(season)
    db.session.refresh(season, ["policy", "prices"])
    if fingerprint(season) != seen:
        raise PricesChangedMeanwhile
    _set(season, ranking, prices, by=by, now=now)


def fingerprint(season: Season) -> str:
    """What names the ranking and the prices of a season as they are now."""
    text = json.dumps([season.policy.value, season.prices], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _set(
    season: Season, ranking: RankingPolicy, prices: dict[str, Any], *, by: Person, now: datetime
) -> None:
    if (season.policy, season.prices) == (ranking, prices):
        return
    before = {"policy": season.policy.value, "prices": season.prices}
    season.policy, season.prices = ranking, prices
    after = {"policy": ranking.value, "prices": prices}
    audit.record("season.prices_set", season, actor=by, now=now, before=before, after=after)


def _policy_of(plan: Plan) -> tuple[Any, pricing.Kept]:
    return plan.policy.value, plan.prices


def _check_draft(plan: Plan) -> None:
    db.session.refresh(plan, ["state"])
    if plan.state != PlanState.DRAFT:
        raise planning.PlanIsClosed
