"""Votes: so many each and no more, seen by nobody before the vote is closed, secret for ever."""

import re
import threading

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.groups.input_rounds import gathering, points, results, stages, votes
from portal.groups.input_rounds.results import Row, ranked
from portal.models.accounts import Person
from portal.models.audit import AuditEntry
from portal.models.groups import PlaceRole
from portal.models.input_rounds import InputEdit, InputRound, InputVote
from portal.models.mailings import Mailing
from tests.factories import create_person, create_place
from tests.groups.input_rounds.rounds import create_round, gather, say, step, url_of, written
from tests.groups.people import mailings


@pytest.fixture
def found(group, amir, lead):
    """A round with the theme "Energi" (two points) and two points that stand alone, voted on."""
    found = create_round(group)
    made = say(found, amir, "Kraft", "Nett", "Tog", "Fjord")
    gather(found, lead, "Energi", *made[:2])
    votes.open_vote(found, 2, None, by=lead, now=clock.now())
    db.session.commit()
    return found


def names_of(found) -> dict[str, str]:
    return {each.text: each.name for each in votes.choices(found)}


def vote(found, person, *texts: str) -> int:
    names = names_of(found)
    given = votes.vote(found, [names[text] for text in texts], by=person, now=clock.now())
    db.session.commit()
    return given


def plain(page: str) -> str:
    """A page without what is new each time."""
    return re.sub(r'name="csrf_token"[^>]*value="[^"]*"', "", page)


def close(found, lead) -> None:
    votes.close_vote(found, by=lead, now=clock.now())
    db.session.commit()


def test_themes_with_points_and_points_that_stand_alone_are_voted_on(found, lead):
    assert sorted(names_of(found)) == ["Energi", "Fjord", "Tog"]


def test_opening_a_vote_tells_the_group_once_and_locks_points_and_themes(found, lead, amir):
    assert mailings() == ["input.vote_opened"]
    assert not stages.takes_points(found)
    with pytest.raises(stages.NotNow):
        say(found, amir, "For sent")
    db.session.rollback()
    with pytest.raises(stages.NotNow):
        gathering.undo(found, step(found, lead))
    db.session.rollback()
    with pytest.raises(stages.NotNow):
        votes.open_vote(found, 2, None, by=lead, now=clock.now())


def test_votes_are_given_and_changed_until_the_vote_is_closed(found, amir, browse_as):
    names, browser = names_of(found), browse_as(amir)

    browser.post(url_of(found, "/vote"), data={"choices": [names["Tog"], names["Energi"]]})
    browser.post(url_of(found, "/vote"), data={"choices": [names["Fjord"], names["Energi"]]})

    assert votes.given_by(found, amir) == {names["Fjord"], names["Energi"]}
    browser.post(url_of(found, "/vote"), data={})
    assert votes.given_by(found, amir) == set()


def test_more_than_ones_number_is_refused_and_what_was_given_stays(found, amir, browse_as):
    names = names_of(found)
    vote(found, amir, "Tog")

    page = browse_as(amir).post(url_of(found, "/vote"), data={"choices": list(names.values())})

    assert page.status_code == 422
    assert votes.given_by(found, amir) == {names["Tog"]}


def test_what_is_no_choice_is_refused(found, amir, browse_as):
    under = next(each for each in found.contributions if each.text == "Kraft")

    browse_as(amir).post(url_of(found, "/vote"), data={"choices": [under.public_id]})

    assert votes.given_by(found, amir) == set()


def test_however_many_requests_race_nobody_has_more_than_their_number(app, found, amir):
    names = list(names_of(found).values())
    pairs = [names[:2], names[1:], [names[0], names[2]]] * 4
    round_id, person_id, ready = found.id, amir.id, threading.Barrier(len(pairs))
    db.session.remove()
    failures: list[BaseException] = []

    def race(chosen: list[str]) -> None:
        with app.app_context():
            here, person = db.session.get(InputRound, round_id), db.session.get(Person, person_id)
            db.session.commit()
            ready.wait(20)
            try:
                votes.vote(here, chosen, by=person, now=clock.now())
                db.session.commit()
            except Exception as error:
                db.session.rollback()
                failures.append(error)

    threads = [threading.Thread(target=race, args=(chosen,)) for chosen in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert failures == []
    given = db.session.scalars(sa.select(InputVote.person_id)).all()
    assert given == [person_id] * 2


def test_the_database_refuses_a_second_vote_for_the_same(found, amir):
    vote(found, amir, "Tog")
    once = db.session.scalars(sa.select(InputVote)).one()
    db.session.add(
        InputVote(round_id=found.id, person_id=amir.id, contribution_id=once.contribution_id,
                  given_at=clock.now())
    )  # fmt: skip

    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_nobody_sees_how_votes_fall_before_the_vote_is_closed(
    found, group, lead, amir, kari, browse_as
):
    siri = create_person("Siri Berg")
    create_place(group, siri)
    readers = [browse_as(who) for who in (lead, kari, siri)]
    pages = ("", "/themes", "/vote/closing", "?results=1&closed=yes")

    def seen() -> list[list[str]]:
        return [
            [plain(reader.get(url_of(found, page)).text) for page in pages] for reader in readers
        ]

    none_voted = seen()
    vote(found, amir, "Tog")
    one_way = seen()
    vote(found, amir, "Energi", "Fjord")
    other_way = seen()

    # That somebody voted is seen by those who run it; what they voted for by nobody.
    assert one_way == other_way
    assert none_voted[2] == one_way[2]
    assert [page[1] for page in none_voted] == [page[1] for page in one_way]
    assert results.of(found) is None


def test_exports_are_the_same_however_votes_fall_until_the_vote_is_closed(
    found, lead, amir, browse_as
):
    browser = browse_as(lead)
    vote(found, amir, "Tog")
    before = browser.get(url_of(found, "/input.docx")).data
    vote(found, amir, "Energi", "Fjord")
    after = browser.get(url_of(found, "/input.docx")).data
    close(found, lead)

    assert before == after
    assert browser.get(url_of(found, "/input.docx")).data != after


def test_a_closed_vote_shows_places_with_ties_and_deletes_who_voted_for_what(
    found, group, lead, amir, browse_as
):
    siri = create_person("Siri Berg")
    create_place(group, siri)
    vote(found, amir, "Tog", "Energi")
    vote(found, lead, "Energi", "Fjord")
    vote(found, siri, "Energi")

    close(found, lead)

    shown = results.of(found)
    assert shown is not None
    assert (shown.voters, shown.total, shown.most) == (3, 5, 3)
    assert [(row.text, row.votes, row.place, row.is_shared) for row in shown.rows[:1]] == [
        ("Energi", 3, 1, False)
    ]
    assert sorted((row.text, row.votes, row.place, row.is_shared) for row in shown.rows[1:]) == [
        ("Fjord", 1, 2, True), ("Tog", 1, 2, True),
    ]  # fmt: skip
    assert db.session.scalar(sa.select(sa.func.count(InputVote.id))) == 0
    page = browse_as(amir).get(url_of(found)).text
    assert "vote-result" in page


def test_the_audit_and_the_steps_tell_nobody_who_voted(found, lead, amir):
    vote(found, amir, "Tog")
    close(found, lead)

    given = db.session.scalars(sa.select(AuditEntry).filter_by(verb="input_vote.given")).one()
    marked = db.session.scalars(sa.select(InputEdit).filter_by(verb=gathering.VOTED)).one()
    assert (given.actor_id, given.object_kind, given.details) == (None, "input_round", {})
    assert (marked.made_by_id, set(marked.before)) == (lead.id, {"choices", "voters"})


def test_the_result_stands_whatever_is_gathered_afterwards(found, lead, amir):
    vote(found, amir, "Energi")
    close(found, lead)
    before = results.of(found)

    theme = gathering.themes_of(found)[0]
    gathering.rename(found, theme, "Noe annet", step(found, lead))
    gathering.remove(found, theme, step(found, lead))
    db.session.commit()

    assert results.of(found) == before


def test_a_vote_in_which_nobody_voted_can_be_opened_again(found, lead):
    assert votes.close_vote(found, by=lead, now=clock.now()) is False

    assert stages.may_be_voted_on(found)
    assert results.of(found) is None


def test_a_round_is_voted_on_once(found, lead, amir, browse_as):
    vote(found, amir, "Tog")
    close(found, lead)

    browse_as(lead).post(url_of(found, "/vote/opening"), data={"votes": "3", "vote_by": ""})

    assert (found.votes, db.session.scalar(sa.select(sa.func.count(Mailing.id)))) == (2, 1)


def test_nothing_is_voted_on_when_there_is_nothing_to_choose(group, lead, amir):
    found = create_round(group)
    say(found, amir, "Bare ett")

    with pytest.raises(votes.NothingToVoteOn):
        votes.open_vote(found, 2, None, by=lead, now=clock.now())


def test_observers_and_those_who_organise_without_a_place_do_not_vote(
    found, group, kari, browse_as
):
    observer = create_person("Turid Observatør")
    create_place(group, observer, role=PlaceRole.OBSERVER)

    got = [
        (browser.get(url_of(found, "/vote")).status_code,
         browser.post(url_of(found, "/vote"), data={}).status_code)
        for browser in (browse_as(observer), browse_as(kari))
    ]  # fmt: skip

    assert got == [(403, 403)] * 2
    with pytest.raises(points.NoSay):
        votes.vote(found, [], by=observer, now=clock.now())


def test_nobody_votes_when_there_is_no_vote(group, amir, browse_as):
    found = create_round(group)

    got = browse_as(amir).get(url_of(found, "/vote"))

    assert got.headers["Location"] == url_of(found)


def test_what_was_written_during_a_vote_is_not_lost_without_a_word(found, amir, browse_as):
    page = browse_as(amir).post(url_of(found), data=written("For sent"), follow_redirects=True)

    assert page.status_code == 200
    assert len(found.contributions) == 4


@pytest.mark.parametrize(
    ("given", "places"),
    [([3, 3, 1], [(1, True), (1, True), (3, False)]), ([0, 0], [(1, True), (1, True)]),
     ([1, 2], [(1, False), (2, False)])],
)  # fmt: skip
def test_those_with_as_many_votes_share_a_place(given, places):
    lines = [(str(number), number, ()) for number in given]

    assert [(row.place, row.is_shared) for row in ranked(lines)] == places
    assert all(isinstance(row, Row) for row in ranked(lines))
