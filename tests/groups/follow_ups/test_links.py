"""The link in a mail that closes a follow-up: a page by GET, the note by POST."""

from datetime import timedelta

import pytest

from portal import clock
from portal.db import db
from portal.groups.follow_ups import actions, addresses
from portal.groups.follow_ups.actions import Content
from portal.models.groups import PlaceState
from tests.factories import create_follow_up
from tests.groups.people import verbs


@pytest.fixture
def follow_up(group, amir):
    return create_follow_up(group, "Ringe havnene", owner=amir)


def address(follow_up) -> str:
    return f"/follow-ups/{addresses.token(follow_up, follow_up.owner)}"


def test_looking_changes_nothing_and_sending_closes_it(follow_up, amir, client):
    here = address(follow_up)

    looked = client.get(here)
    before = follow_up.closed_at
    client.post(here, data={"note": "Alle har svart"})

    assert (looked.status_code, before, "Ringe havnene" in looked.text) == (200, None, True)
    assert (follow_up.closing_note, follow_up.closed_by_id) == ("Alle har svart", amir.id)
    assert "Alle har svart" in client.get(here).text
    assert verbs() == ["follow_up.closed"]


def test_it_is_opened_again_by_the_same_link(follow_up, client):
    here = address(follow_up)
    client.post(here, data={"note": ""})

    client.post(f"{here}/reopening")

    assert follow_up.closed_at is None


def test_what_the_lead_closed_the_link_does_not_open(follow_up, lead, client):
    actions.close(follow_up, "Trengs ikke", by=lead, now=clock.now())
    db.session.commit()

    client.post(f"{address(follow_up)}/reopening")
    client.post(address(follow_up), data={"note": "Noe annet"})

    assert (follow_up.closed_at is None, follow_up.closing_note) == (False, "Trengs ikke")


def test_too_long_a_note_is_kept_to_be_shortened(follow_up, client):
    answer = client.post(address(follow_up), data={"note": "x" * 501})

    assert (answer.status_code, "x" * 501 in answer.text, follow_up.closed_at) == (422, True, None)


def make_revoked(follow_up, amir, lead, group) -> None:
    amir.reply_generation += 1


def make_suspended(follow_up, amir, lead, group) -> None:
    amir.suspended_at = clock.now()


def make_left(follow_up, amir, lead, group) -> None:
    next(each for each in group.places if each.person is amir).state = PlaceState.LEFT


def make_anothers(follow_up, amir, lead, group) -> None:
    actions.change(
        follow_up, Content(follow_up.text, lead, "", None),
        seen_revision=0, by=lead, now=clock.now() + timedelta(minutes=1),
    )  # fmt: skip


@pytest.mark.parametrize("change", [make_revoked, make_suspended, make_left, make_anothers])
def test_a_link_is_worthless_once_it_is_not_theirs(follow_up, amir, lead, group, client, change):
    here = address(follow_up)
    change(follow_up, amir, lead, group)
    db.session.commit()

    got = [
        client.get(here).status_code,
        client.post(here, data={"note": ""}).status_code,
        client.post(f"{here}/reopening").status_code,
    ]

    assert (got, follow_up.closed_at) == ([404, 404, 404], None)


def test_a_forged_link_finds_nothing(follow_up, client):
    forged = f"/follow-ups/{follow_up.id}-{follow_up.owner.id}-0-{'a' * 32}"

    assert client.get(forged).status_code == 404
