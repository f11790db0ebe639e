"""As many questions to the database whatever the number of members and of points."""

import pytest

from portal import clock
from portal.db import db
from portal.groups.input_rounds import addresses, gathering, votes
from portal.models.accounts import EmailAddress, Person
from portal.models.groups import GroupPlace, PlaceState
from portal.models.input_rounds import Contribution, InputTheme
from tests.groups.input_rounds.rounds import create_round, url_of

SMALL, LARGE = (18, 20), (1800, 500)


def fill(found, members: int, number: int) -> None:
    """Members, of whom as many as there are points made one each, under a few themes."""
    now, group = clock.now(), found.group
    people = [Person(name=f"Medlem {each}", created_at=now) for each in range(members)]
    for each, person in enumerate(people):
        person.emails.append(
            EmailAddress(address=f"m{found.id}.{each}@example.org", is_primary=True)
        )
    places = [
        GroupPlace(group=group, person=person, state=PlaceState.CONFIRMED) for person in people
    ]
    themes = [InputTheme(round=found, name=f"Tema {each}", position=each) for each in range(6)]
    db.session.add_all([*people, *places, *themes])
    for each in range(number):
        found.contributions.append(
            Contribution(
                person=people[each % members],
                text=f"Punkt {each} om fjorden og krafta",
                theme=themes[each % 7] if each % 7 < 6 else None,
                position=each,
                created_at=now,
                changed_at=now,
            )
        )
    db.session.commit()


@pytest.fixture
def asked(group, lead, amir, queries, browse_as, client):
    """How many questions each page asks, for a round of a size."""

    def count(size: tuple[int, int]) -> dict[str, int]:
        found = create_round(group)
        fill(found, *size)
        browser, counted = browse_as(lead), {}
        pages = {name: url_of(found, name) for name in ("", "/themes", "/input.docx", "/input.xlsx",
                                                        "/vote/opening")}  # fmt: skip
        pages["theme"] = url_of(found, f"/themes/{gathering.themes_of(found)[0].public_id}")
        pages["my"] = "/my"
        for name, address in pages.items():
            with queries() as statements:
                assert browser.get(address).status_code == 200
            counted[name] = len(statements)
        link = f"/input/{addresses.token_of(found, amir)}"
        with queries() as statements:
            assert client.get(link).status_code == 200
        counted["link"] = len(statements)
        votes.open_vote(found, 3, None, by=lead, now=clock.now())
        db.session.commit()
        for name in ("/vote", ""):
            with queries() as statements:
                assert browser.get(url_of(found, name)).status_code == 200
            counted[f"voting{name}"] = len(statements)
        found.voting_closed_at = found.opened_at = None
        found.voting_opened_at = None
        db.session.commit()
        return counted

    return count


def test_pages_ask_the_same_at_any_size(asked):
    small = asked(SMALL)

    assert asked(LARGE) == small
    assert max(small.values()) <= 24
