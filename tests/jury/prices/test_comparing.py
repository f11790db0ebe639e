"""Two plans side by side: the figures, the people, and the sentence about them."""

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.jury.plans import edits
from portal.jury.prices import comparing, comparison_words, trying
from portal.models.accounts import Person
from portal.models.jury import Assignment, AssignmentState
from portal.models.seasons import RankingPolicy
from tests.factories import create_camp, create_person, create_school, create_season, create_signup
from tests.jury.plans.made import NOW, by, make, row_at
from tests.jury.prices.two_policies import DEAR, seated


@pytest.fixture
def tried(one_jury, kari):
    """A draft, and what was tried beside it: somebody from Halden for one of two from Moss."""
    season, _camp = one_jury
    first = make(season)
    second = trying.try_policy(first, RankingPolicy.NEAREST, DEAR, by=kari, now=NOW)
    db.session.commit()
    return first, second


def test_both_are_measured_and_the_earlier_comes_first(tried):
    first, second = tried

    found = comparing.compare(second, first, NOW)

    assert (found.before.plan, found.after.plan) == (first, second)
    assert [side.figures["doubled"] for side in found.sides] == [1, 0]
    assert [side.figures["km_total"] for side in found.sides] == [
        round(sum(row.km for row in plan.rows), 1) for plan in tried
    ]
    assert found.prices == {"same_municipality": ([25, 50], [500, 500])}


def test_only_where_they_differ_people_are_named(tried, one_jury):
    first, second = tried
    _season, camp = one_jury
    out, into = seated(first) - seated(second), seated(second) - seated(first)

    found = comparing.compare(first, second, NOW)

    assert ({p.name for p in found.lost}, {p.name for p in found.gained}) == (out, into)
    assert [
        (c.camp, {r.person.name for r in c.before}, {r.person.name for r in c.after})
        for c in found.camps
    ] == [(camp, out, into)]
    assert found.moved == []


def test_whoever_goes_to_another_camp_has_moved(moss_and_halden, kari):
    season, moss, halden = moss_and_halden
    ola, siri = create_person("Ola Hansen"), create_person("Siri Berg")
    create_signup(season, ola, moss, halden)
    create_signup(season, siri, moss, halden, postcode="1771", municipality_code="3101")
    first = make(season)
    second = trying.try_policy(first, RankingPolicy.COUNTY, {}, by=kari, now=NOW)
    for row, camp in ((row_at(second, moss), halden), (row_at(second, halden), moss)):
        edits.move(second, row, camp.panels[0], by(kari, second))
    db.session.commit()

    found = comparing.compare(first, second, NOW)

    assert [(m.person.name, m.before, m.after) for m in found.moved] == [
        ("Ola Hansen", ["Moss vgs"], ["Halden vgs"]),
        ("Siri Berg", ["Halden vgs"], ["Moss vgs"]),
    ]
    assert (found.gained, found.lost) == ([], [])


def test_what_was_edited_by_hand_is_counted_anew(tried, one_jury, kari):
    first, second = tried
    _season, camp = one_jury
    edits.take_out(second, row_at(second, camp), by(kari, second))
    db.session.commit()

    found = comparing.compare(first, second, NOW)

    assert [side.figures["filled"] for side in found.sides] == [2, 1]
    assert found.after.figures["below_target"] == 1


def test_a_plan_from_before_these_were_counted_still_shows(tried):
    first, second = tried
    counted = dict(first.figures)
    first.figures = {"filled": 2, "target": 2, "km_mean": 1.0, "certificates": []}
    db.session.commit()

    found = comparing.compare(first, second, NOW)

    wanted = {name: counted[name] for name in ("doubled", "tiers", "km_total", "local")}
    assert {name: found.before.figures[name] for name in wanted} == wanted


def test_each_is_stale_by_its_own_policy(tried, one_jury):
    first, second = tried
    season, camp = one_jury
    fresh = [side.stale for side in comparing.compare(first, second, NOW).sides]
    create_signup(season, create_person(), camp)

    assert fresh == [False, False]
    assert [side.stale for side in comparing.compare(first, second, NOW).sides] == [True, True]


def test_the_counterpart_is_what_it_was_tried_beside_or_else_the_newest_draft(tried, kari):
    first, second = tried
    third = trying.try_policy(first, RankingPolicy.COUNTY, {}, by=kari, now=NOW)
    trying.choose(first, third, by=kari, now=NOW)
    db.session.commit()

    assert [comparing.counterpart(plan) for plan in (first, second, third)] == [
        second,
        first,
        first,
    ]


def test_the_sentence_says_what_was_bought_and_what_it_cost(tried, english):
    first, second = tried
    found = comparing.compare(first, second, NOW)
    before, after = (round(side.figures["km_total"]) for side in found.sides)

    assert comparison_words.sentence(found) == (
        "A higher price for several from one municipality gives 1 fewer jury with several from one"
        f" municipality, but {after - before} km more travel in all."
    )


def test_a_price_that_moves_nobody_is_said_to_do_so(one_jury, kari, english):
    season, _camp = one_jury
    first = make(season)
    second = trying.try_policy(first, RankingPolicy.NEAREST, {"local": 0}, by=kari, now=NOW)

    found = comparing.compare(first, second, NOW)

    assert (
        comparison_words.sentence(found)
        == "No weight on a local jury member changes nobody’s seat."
    )


def test_figures_tell_which_way_is_better(tried, english):
    found = comparing.compare(*tried, NOW)

    shown = {f.label: (f.shown, f.better) for f in comparison_words.figures(found) if f.better}
    assert shown["Juries with several from one municipality"] == ("−1", 1)
    assert shown["Travel in all, one way"][1] == -1
    assert {f.label: f.difference for f in comparison_words.figures(found)}["Seats filled"] == 0


def test_a_mix_of_fields_is_bought_with_travel(one_jury, kari):
    season, _camp = one_jury
    fields = {"Ola Hansen": "Vann, klima", "Siri Berg": " vann ", "Nina Dahl": "Næring"}
    for signup in season.signups:
        signup.expertise = fields[signup.juror.name]
    first = make(season)
    prices = {"mix_field": -500}
    second = trying.try_policy(first, RankingPolicy.NEAREST, prices, by=kari, now=NOW)

    found = comparing.compare(first, second, NOW)

    assert [side.figures["fields"] for side in found.sides] == [0, 1]
    assert second.figures["unproved"] == []


def test_whoever_has_been_on_a_jury_before_is_experienced(one_jury, kari):
    season, _camp = one_jury
    last_year = create_camp(create_season(), create_school("Horten vgs"))
    nina = db.session.scalar(sa.select(Person).where(Person.name == "Nina Dahl"))
    served = Assignment(
        camp=last_year,
        panel=last_year.panels[0],
        person=nina,
        created_at=NOW,
        state=AssignmentState.SERVED,
    )
    db.session.add(served)
    first = make(season)
    prices = {"mix_experience": -500}

    second = trying.try_policy(first, RankingPolicy.NEAREST, prices, by=kari, now=NOW)

    assert [plan.figures["experience"] for plan in (first, second)] == [0, 1]
    assert "Nina Dahl" in seated(second)
