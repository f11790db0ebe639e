import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.db import db
from portal.jury.prices import pricing
from portal.models.jury import Assignment, AssignmentState
from portal.models.mailings import Mailing
from portal.models.plans import Plan, PlanState
from tests.factories import create_camp, create_person, create_school, create_season, create_signup

pytestmark = pytest.mark.usefixtures("in_august")

PROBLEM = {
    "policy": {"ranking": "nearest"},
    "camps": [
        {"id": "moss", "day": "2026-10-20", "municipality": "3103", "minimum": 1, "target": 1}
    ],
    "volunteers": [
        {"id": "ola", "municipality": "3103"},
        {"id": "siri", "municipality": "3101"},
    ],
}


def run(app: Flask, *arguments: str, given: str = "") -> tuple[int, str, str]:
    result = app.test_cli_runner().invoke(args=["jury", *arguments], input=given)
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def season(app: Flask):
    season = create_season(slug="oppdrag-2026")
    camp = create_camp(season, create_school("Moss vgs"), minimum=1, target=1)
    create_signup(season, create_person("Ola Hansen"), camp)
    return season


def test_the_command_prints_who_goes_where_and_asks_nobody(app: Flask, season):
    code, output, _errors = run(app, "plan", "oppdrag-2026")

    assert (code, db.session.scalar(sa.select(Plan.state))) == (0, PlanState.DRAFT)
    assert output.splitlines()[0].startswith("1 of 1 seats filled, 0 below minimum")
    assert "Ola Hansen" in output
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Mailing)) == 0


def test_apply_asks_as_the_page_does(app: Flask, season):
    code, output, _errors = run(app, "plan", "oppdrag-2026", "--apply", "--json")

    answer = json.loads(output)
    assert (code, answer["asked"], answer["state"]) == (0, 1, "applied")
    assert db.session.scalar(sa.select(Assignment.state)) == AssignmentState.ASKED


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("plan", "none"), "season 'none': there is none with that slug\n"),
        (
            ("plan", "oppdrag-2026", "--policy", "odd"),
            "--policy 'odd': choose nearest or county\n",
        ),
    ],
)
def test_what_cannot_be_planned_is_one_line_and_exit_2(app: Flask, season, arguments, line):
    assert run(app, *arguments) == (2, "", line)


def test_solve_reads_standard_input_and_needs_no_database(app: Flask):
    code, output, _errors = run(app, "solve", "-", given=json.dumps(PROBLEM))

    answer = json.loads(output)
    assert (code, answer["status"]) == (0, "optimal")
    assert [row["volunteer"] for row in answer["assignments"]] == ["ola"]


def test_solve_names_the_place_that_is_wrong(app: Flask, tmp_path: Path):
    file = tmp_path / "problem.json"
    file.write_text(json.dumps({**PROBLEM, "camps": [{"id": "moss"}]}))

    code, output, errors = run(app, "solve", str(file))

    assert (code, output, errors.count("\n")) == (2, "", 1)
    assert errors.startswith(f"{file}: $.camps[0]")


def test_solve_says_so_when_the_file_is_not_there(app: Flask, tmp_path: Path):
    file = tmp_path / "none.json"

    assert run(app, "solve", str(file)) == (2, "", f"{file}: No such file or directory\n")


def test_prices_come_from_the_season_and_may_be_given_instead(app: Flask, season):
    season.prices = {"local": -5, "wish": 0}
    db.session.commit()

    code, output, _errors = run(
        app, "plan", "oppdrag-2026", "--json",
        *("--price", "same_municipality=0,10", "--price", "local=-7.5", "--price", "wish=-10"),
    )  # fmt: skip

    prices = json.loads(output)["prices"]
    assert (code, db.session.scalar(sa.select(Plan.prices))) == (
        0,
        {"same_municipality": [0, 10], "local": -7.5},
    )
    assert (prices["same_municipality"], prices["local"], prices["wish"]) == ([0, 10], -7.5, -10)
    assert (prices["tier"], sorted(prices)) == ([0, 3, 8, 20], sorted(pricing.NAMES))


def test_another_ranking_has_the_seasons_prices_but_for_its_tiers(app: Flask, season):
    season.prices = {"tier": [0, 1, 2, 3], "local": 0}
    db.session.commit()

    _code, output, _errors = run(app, "plan", "oppdrag-2026", "--policy", "county", "--json")

    prices = json.loads(output)["prices"]
    assert (prices["tier"], prices["local"]) == ([0, 0, 40, 120], 0)


@pytest.mark.parametrize(
    ("price", "reason"),
    [
        ("local=5", "is a rebate, so it is not above 0"),
        ("second_camp=9,5", "starts at 0 or above and never falls"),
        ("wish=much", "'much' is no number of km"),
        ("change=1,2", "takes one price"),
        ("lokal=5", f"is no price; choose among {', '.join(pricing.NAMES)}"),
    ],
)
def test_a_bad_price_is_one_line_and_no_plan_is_made(app: Flask, season, price, reason):
    assert run(app, "plan", "oppdrag-2026", "--price", price) == (
        2,
        "",
        f"--price '{price}': {reason}\n",
    )
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Plan)) == 0
