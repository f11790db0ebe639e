"""Points gathered under themes by hand: every step undone and done again, by two at once too."""

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.groups.input_rounds import gathering, points, stages
from portal.models.input_rounds import InputEdit
from tests.factories import create_person, create_place
from tests.groups.input_rounds.rounds import create_round, gather, say, shape, step, url_of
from tests.groups.people import verbs


@pytest.fixture
def found(group, amir):
    found = create_round(group)
    say(found, amir, "Kraft", "Tog", "Nett")
    return found


@pytest.fixture
def named(found):
    return {each.text: each for each in found.contributions}


def press(browser, found, **form):
    """Send a form of the board as somebody who sees it as it is."""
    db.session.refresh(found)
    return browser.post(url_of(found, "/themes/changes"), data={"revision": found.revision, **form})


def test_a_point_is_moved_to_a_new_theme_named_after_it_and_another_follows(
    found, named, lead, browse_as
):
    browser = browse_as(lead)

    press(browser, found, verb="move", point=named["Kraft"].public_id, to="new")
    theme = gathering.themes_of(found)[0]
    moved = press(browser, found, verb="move", point=named["Nett"].public_id, to=theme.public_id)

    assert moved.headers["Location"].endswith(f"/themes#card-{named['Nett'].public_id}")
    assert shape(found) == [("Kraft", ["Kraft", "Nett"]), ("", ["Tog"])]
    assert verbs()[-2:] == ["input_edit.made"] * 2


def test_themes_are_made_renamed_merged_split_moved_and_removed(found, named, lead, browse_as):
    browser = browse_as(lead)
    press(browser, found, verb="create", name="Energi")
    press(browser, found, verb="split", point=named["Tog"].public_id, name="Samferdsel")
    energy, transport = gathering.themes_of(found)
    steps = [shape(found)]

    for form in (
        {"verb": "rename", "theme": energy.public_id, "name": "Kraft og nett"},
        {"verb": "up", "theme": transport.public_id},
        {"verb": "merge", "theme": energy.public_id, "to": transport.public_id},
        {"verb": "remove", "theme": transport.public_id},
    ):
        press(browser, found, **form)
        steps.append(shape(found))

    assert steps == [
        [("Energi", []), ("Samferdsel", ["Tog"]), ("", ["Kraft", "Nett"])],
        [("Kraft og nett", []), ("Samferdsel", ["Tog"]), ("", ["Kraft", "Nett"])],
        [("Samferdsel", ["Tog"]), ("Kraft og nett", []), ("", ["Kraft", "Nett"])],
        [("Samferdsel", ["Tog"]), ("", ["Kraft", "Nett"])],
        [("", ["Kraft", "Nett", "Tog"])],
    ]


def test_every_step_is_undone_to_the_beginning_and_done_again_to_the_end(
    found, named, lead, browse_as
):
    energy = gather(found, lead, "Energi", named["Kraft"], named["Nett"])
    transport = gather(found, lead, "Samferdsel", named["Tog"])
    for change in (
        lambda: gathering.rename(found, energy, "Kraft", step(found, lead)),
        lambda: gathering.shift(found, transport, -1, step(found, lead)),
        lambda: gathering.move(found, [named["Nett"]], None, step(found, lead)),
        lambda: gathering.merge(found, energy, transport, step(found, lead)),
        lambda: gathering.remove(found, transport, step(found, lead)),
    ):
        change()
        db.session.commit()
    end, backwards, browser = shape(found), [], browse_as(lead)

    for _each in range(7):
        browser.post(url_of(found, "/themes/undoing"), data={"revision": found.revision})
        backwards.append(shape(found))
    for _each in range(7):
        browser.post(url_of(found, "/themes/redoing"), data={"revision": found.revision})

    assert backwards == [
        [("Samferdsel", ["Kraft", "Tog"]), ("", ["Nett"])],
        [("Samferdsel", ["Tog"]), ("Kraft", ["Kraft"]), ("", ["Nett"])],
        [("Samferdsel", ["Tog"]), ("Kraft", ["Kraft", "Nett"]), ("", [])],
        [("Kraft", ["Kraft", "Nett"]), ("Samferdsel", ["Tog"]), ("", [])],
        [("Energi", ["Kraft", "Nett"]), ("Samferdsel", ["Tog"]), ("", [])],
        [("Energi", ["Kraft", "Nett"]), ("", ["Tog"])],
        [("", ["Kraft", "Nett", "Tog"])],
    ]
    assert shape(found) == end == [("", ["Kraft", "Nett", "Tog"])]
    with pytest.raises(gathering.NothingToRedo):
        gathering.redo(found, step(found, lead))


def test_before_the_first_step_there_is_nothing_to_undo(found, lead):
    with pytest.raises(gathering.NothingToUndo):
        gathering.undo(found, step(found, lead))


def test_a_new_step_makes_what_was_undone_past(found, named, lead):
    gather(found, lead, "Energi", named["Kraft"])
    gathering.undo(found, step(found, lead))
    gather(found, lead, "Samferdsel", named["Tog"])

    with pytest.raises(gathering.NothingToRedo):
        gathering.redo(found, step(found, lead))
    db.session.rollback()
    assert shape(found) == [("Samferdsel", ["Tog"]), ("", ["Kraft", "Nett"])]


def test_of_two_who_gather_at_once_the_second_sees_what_the_first_did_and_goes_on(
    group, found, named, lead, browse_as
):
    other = create_person("Berit Leder")
    create_place(group, other, role="deputy")
    seen = found.revision
    press(browse_as(other), found, verb="move", point=named["Tog"].public_id, to="new")
    form = {"verb": "split", "point": named["Kraft"].public_id, "name": "Energi"}

    told = browse_as(lead).post(url_of(found, "/themes/changes"), data={"revision": seen, **form})
    before = shape(found)
    browse_as(lead).post(
        url_of(found, "/themes/changes"), data={"revision": found.revision, **form}
    )

    assert told.status_code == 409
    assert [words in told.text for words in ("Berit Leder", "Tog", "Energi", "Kraft")] == [True] * 4
    assert before == [("Tog", ["Tog"]), ("", ["Kraft", "Nett"])]
    assert shape(found) == [("Tog", ["Tog"]), ("Energi", ["Kraft"]), ("", ["Nett"])]


def test_a_theme_that_another_took_away_meanwhile_is_told_too(found, named, lead, browse_as):
    theme, seen = gather(found, lead, "Energi", named["Kraft"]), found.revision
    gathering.remove(found, theme, step(found, lead))
    db.session.commit()

    told = browse_as(lead).post(
        url_of(found, "/themes/changes"),
        data={"revision": seen, "verb": "move", "point": named["Tog"].public_id,
              "to": theme.public_id},
    )  # fmt: skip

    assert told.status_code == 409
    assert shape(found) == [("", ["Kraft", "Nett", "Tog"])]


@pytest.mark.parametrize(
    "form",
    [
        {"verb": "create", "name": "  "},
        {"verb": "split", "name": "Uten punkter"},
        {"verb": "move", "to": ""},
        {"verb": "rename", "theme": "ukjent", "name": "Noe"},
        {"verb": "move", "point": "ukjent", "to": "new"},
    ],
)
def test_what_says_too_little_changes_nothing_and_says_why(found, lead, browse_as, form):
    response = press(browse_as(lead), found, **form)

    assert response.status_code == 302
    assert (shape(found), found.revision) == ([("", ["Kraft", "Nett", "Tog"])], 1)
    assert db.session.scalar(sa.select(sa.func.count(InputEdit.id))) == 0


def test_a_point_moved_where_it_is_makes_no_step(found, named, lead, browse_as):
    press(browse_as(lead), found, verb="move", point=named["Kraft"].public_id, to="")

    assert found.revision == 1


def test_a_verb_nobody_knows_is_not_found(found, lead, browse_as):
    assert press(browse_as(lead), found, verb="destroy").status_code == 404


def test_what_was_withdrawn_stays_so_when_a_step_is_undone_and_comes_back_to_its_theme(
    found, named, lead, amir
):
    gather(found, lead, "Energi", named["Kraft"], named["Nett"])
    points.withdraw(named["Kraft"], by=amir, now=clock.now())
    gathering.undo(found, step(found, lead))
    undone = shape(found)
    gathering.redo(found, step(found, lead))
    points.put_back(named["Kraft"], by=amir, now=clock.now())
    db.session.commit()

    assert undone == [("", ["Nett", "Tog"])]
    assert shape(found) == [("Energi", ["Kraft", "Nett"]), ("", ["Tog"])]


def test_points_are_gathered_when_closed_but_not_as_a_draft_nor_during_a_vote(found, named, lead):
    found.closed_at = clock.now()
    gather(found, lead, "Energi", named["Kraft"])

    for values in ({"voting_opened_at": clock.now()}, {"opened_at": None}):
        for name, value in values.items():
            setattr(found, name, value)
        db.session.commit()
        with pytest.raises(stages.NotNow):
            gathering.move(found, [named["Tog"]], None, step(found, lead))


def test_the_pages_of_gathering_show_points_themes_and_steps(found, named, lead, browse_as):
    theme = gather(found, lead, "Energi", named["Kraft"])
    browser = browse_as(lead)

    board = browser.get(url_of(found, "/themes"))
    page = browser.get(url_of(found, f"/themes/{theme.public_id}"))
    gone = browser.get(url_of(found, "/themes/ukjent"))

    assert [board.status_code, page.status_code, gone.status_code] == [200, 200, 404]
    assert ("Kraft" in page.text, "Tog" in page.text) == (True, False)
