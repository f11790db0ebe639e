"""A jury of two for which price and travel pull in different directions."""

from datetime import UTC, datetime

from portal.models.plans import Plan
from portal.models.seasons import Camp, Season
from tests.factories import create_camp, create_school

# Dear enough that somebody comes from Halden rather than two from Moss.
DEAR = {"same_municipality": [500, 500]}


def empty_camp(season: Season) -> Camp:
    """One more camp, to which nobody can come."""
    school = create_school("Råde vgs", municipality_code="3112")
    return create_camp(season, school, day=datetime(2026, 11, 3, 7, 30, tzinfo=UTC))


def seated(plan: Plan) -> set[str]:
    """Who has a seat in the plan."""
    return {row.person.name for row in plan.rows if row.action.value != "remove"}


def prices_form(plan_or_season, **typed: str) -> dict[str, str]:
    """The form of prices as it is filled in for somebody, with what they typed instead."""
    usual = {
        "same_municipality_0": "25",
        "same_municipality_1": "50",
        "same_employer_0": "10",
        "same_employer_1": "20",
        "second_camp_0": "15",
        "second_camp_1": "30",
        "local": "20",
        "wish": "10",
        "avoid": "30",
        "if_needed": "12",
        "change": "200",
        "mix_experience": "0",
        "mix_field": "0",
        **{f"tier_{step}": "" for step in range(4)},
    }
    policy = typed.pop("policy", str(plan_or_season.policy))
    seen = typed.pop("seen", "")
    filled = {f"price_{name}": value for name, value in {**usual, **typed}.items()}
    return {**filled, "policy": policy, "seen": seen}
