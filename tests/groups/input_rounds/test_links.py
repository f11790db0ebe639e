"""The personal link of a mail: answered without signing in, dead when its person has left."""

import pytest

from portal import clock
from portal.db import db
from portal.groups.input_rounds import addresses, points, votes
from portal.models.groups import PlaceRole, PlaceState
from tests.groups.input_rounds.rounds import create_round, gather, say, url_of, written


def link(found, person, rest: str = "") -> str:
    return f"/input/{addresses.token_of(found, person)}{rest}"


def test_points_are_written_changed_and_withdrawn_without_signing_in(group, amir, client):
    found = create_round(group)

    client.post(link(found, amir), data=written("Kraft"))
    [point] = points.own(found, amir)
    address = link(found, amir, f"/points/{point.public_id}")
    client.post(address, data={"text": "Nett", "details": "", "seen": points.state_of(point)})
    client.post(address + "/withdrawal")
    withdrawn = point.withdrawn_at
    client.post(address + "/return")

    assert withdrawn is not None
    assert (point.text, point.person_id, point.withdrawn_at) == ("Nett", amir.id, None)


def test_a_get_changes_nothing_and_leads_nowhere_one_must_sign_in(group, amir, lead, client):
    found = create_round(group)
    say(found, lead, "Kraft")
    [mine] = say(found, amir, "Tog")

    page = client.get(link(found, amir))

    assert page.status_code == 200
    assert client.get(link(found, amir, f"/points/{mine.public_id}")).status_code == 200
    inside = page.text.split("<main")[1]
    assert [words in inside for words in ("Kraft", "Tog", "/groups/")] == [True, True, False]
    assert (len(found.contributions), mine.withdrawn_at) == (2, None)


def test_the_link_of_whoever_runs_the_group_opens_no_more_than_their_own(group, lead, amir, client):
    found = create_round(group)
    [point] = say(found, amir, "Kraft")

    assert client.get(link(found, lead, f"/points/{point.public_id}")).status_code == 404
    assert "/closing" not in client.get(link(found, lead)).text


def test_one_votes_by_the_link(group, amir, lead, client):
    found = create_round(group)
    made = say(found, amir, "Kraft", "Nett", "Tog")
    gather(found, lead, "Energi", *made[:2])
    votes.open_vote(found, 1, None, by=lead, now=clock.now())
    db.session.commit()
    name = votes.choices(found)[0].name

    shown = client.get(link(found, amir, "/vote"))
    response = client.post(link(found, amir, "/vote"), data={"choices": [name]})

    assert (shown.status_code, "checked" in shown.text) == (200, False)
    assert response.headers["Location"] == link(found, amir, "/vote")
    assert votes.given_by(found, amir) == {name}


def leave(person):
    person.group_places[0].state = PlaceState.LEFT


def become_observer(person):
    person.group_places[0].role = PlaceRole.OBSERVER


def revoke(person):
    person.reply_generation += 1


def be_suspended(person):
    person.suspended_at = clock.now()


@pytest.mark.parametrize("happens", [leave, become_observer, revoke, be_suspended])
def test_a_link_is_dead_when_its_person_has_no_say_any_more(group, amir, client, happens):
    found = create_round(group)
    [point] = say(found, amir, "Kraft")
    paths = ["", "/vote", f"/points/{point.public_id}"]
    tried = [link(found, amir, path) for path in paths]

    happens(amir)
    db.session.commit()

    assert [client.get(path).status_code for path in tried] == [404] * 3
    assert client.post(tried[0], data=written("Tog")).status_code == 404
    assert client.post(tried[2] + "/withdrawal").status_code == 404
    assert [each.text for each in found.contributions] == ["Kraft"]


def test_a_forged_link_and_that_of_a_draft_are_not_found(group, amir, lead, client):
    found = create_round(group)
    token = addresses.token_of(found, amir)
    other = f"{found.id}-{lead.id}-" + token.partition("-")[2].partition("-")[2]

    forged = [client.get(f"/input/{each}").status_code for each in (token[:-1] + "a", other, "x")]
    found.opened_at = None
    db.session.commit()

    assert client.get(f"/input/{token}").status_code == 404
    assert forged == [404] * 3


def test_the_page_is_in_the_language_of_its_person(group, amir, client):
    amir.language = "en"
    found = create_round(group)

    page = client.get(link(found, amir)).text

    assert "What has been said" in page
    assert f'lang="nb">{found.question}' in page


def test_signed_in_or_by_the_link_it_is_the_same_persons_points(group, amir, client, browse_as):
    found = create_round(group)
    client.post(link(found, amir), data=written("Kraft"))

    browse_as(amir).post(url_of(found), data=written("Kraft", "Tog"))

    assert sorted(each.text for each in points.own(found, amir)) == ["Kraft", "Tog"]
