"""``flask jury …``: make and apply a season's plan, or solve a matching problem given as JSON."""

import json
import sys
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa

from portal import clock
from portal.cli.failing import CommandGroup, fail
from portal.db import db
from portal.jury.matching.documents import document
from portal.jury.matching.types import BadPrice, NotProved
from portal.jury.plans import explaining, plan_queries, planning
from portal.jury.prices import pricing
from portal.jury.question import problems
from portal.models.plans import Plan, PlanAction
from portal.models.seasons import RankingPolicy, Season

group = CommandGroup("jury", help="Propose juries.")


@group.command("plan")
@click.argument("season")
@click.option("--policy", help="nearest or county; the season's own when not given.")
@click.option(
    "--price",
    "options",
    metavar="NAME=KM[,KM]",
    multiple=True,
    help="A price instead of the season’s own, in km; 0 switches it off. May be given again.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
@click.option("--apply", "applies", is_flag=True, help="Apply the plan, and ask those who are new.")
def make_plan(
    season: str, policy: str | None, options: tuple[str, ...], as_json: bool, applies: bool
) -> None:
    """Propose juries for SEASON (its slug), print them, and apply them if told to."""
    found = db.session.scalar(sa.select(Season).where(Season.slug == season))
    if found is None:
        fail(f"season {season!r}: there is none with that slug")
    if policy is not None and policy not in set(RankingPolicy):
        fail(f"--policy {policy!r}: choose nearest or county")
    ranking = RankingPolicy(policy) if policy else found.policy
    prices = _prices(found, ranking, options)
    now = clock.now()
    try:
        plan = planning.make_plan(found, ranking, by=None, now=now, prices=prices)
    except NotProved as error:
        fail(f"season {season!r}: no plan was proved best ({error})")
    asked = planning.apply(plan, revision=plan.revision, by=None, now=now) if applies else None
    db.session.commit()
    click.echo(json.dumps(_as_json(plan, asked), ensure_ascii=False) if as_json else _as_text(plan))
    if asked is not None and not as_json:
        click.echo(f"Applied: {asked} people are asked.")


@group.command("solve")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
def solve(file: Path) -> None:
    """Solve the matching problem in FILE (- reads standard input); print the plan as JSON."""
    try:
        # Read and written as bytes: JSON is UTF-8, whatever the terminal speaks.
        given = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        answer = document.solve_document(document.parse(given.decode("utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{file}: {getattr(error, 'strerror', None) or 'not UTF-8'}")
    except document.BadDocument as error:
        fail(f"{file}: {error}")
    except NotProved as error:
        fail(f"{file}: not proved best ({error})")
    click.echo(json.dumps(answer, ensure_ascii=False).encode("utf-8"))


def _prices(season: Season, ranking: RankingPolicy, options: tuple[str, ...]) -> dict[str, Any]:
    """The season's prices with those given instead."""
    found = problems.prices_of(season, ranking)
    for option in options:
        try:
            name, value = pricing.parse(option)
        except BadPrice as bad:
            fail(f"--price {option!r}: {bad.reason}")
        found[name] = value
    return found


def _as_text(plan: Plan) -> str:
    figures = plan.figures
    lines = [
        f"{figures['filled']} of {figures['target']} seats filled, "
        f"{figures['below_minimum']} below minimum, mean {figures['km_mean']} km"
    ]
    names = plan_queries.names_of(plan)
    for proposed in plan_queries.proposed_camps(plan, clock.now()):
        camp = proposed.camp
        lines.append(f"{camp.event.first_day} {camp.name}: {proposed.filled} of {camp.target}")
        for row in proposed.rows:
            way = f"{row.km:.0f} km, {row.band}" if row.km is not None else ""
            lines.append(f"  {row.action:6} {names.people[row.person_id]} {way}".rstrip())
    lines += [explaining.shortage(each, names) for each in figures["certificates"]]
    return "\n".join(lines)


def _as_json(plan: Plan, asked: int | None) -> dict[str, Any]:
    return {
        "plan": plan.public_id,
        "season": plan.season.slug,
        "policy": plan.policy,
        "prices": pricing.effective(plan.prices, plan.policy.value),
        "state": plan.state,
        "asked": asked,
        "objective": {
            name: plan.figures[name] for name in ("below_minimum", "below_target", "cost")
        },
        "assignments": [
            {
                "person": row.person.public_id,
                "name": row.person.name,
                "camp": row.panel.camp.event.slug,
                "jury": row.panel.number,
                "action": row.action,
                "km": row.km,
                "band": row.band,
                "over_water": row.over_water,
            }
            for row in plan.rows
        ],
        "removed": sum(row.action == PlanAction.REMOVE for row in plan.rows),
        "unfilled": len(plan.figures["certificates"]),
    }
