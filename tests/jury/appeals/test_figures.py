"""18 members or 1 800: the pages ask the database as often."""

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.models.accounts import EmailAddress, Person
from portal.models.groups import GroupPlace, PlaceRole, PlaceState
from portal.text import search_key, sort_key
from portal.tokens import public_id
from tests.factories import MADE, create_camp, create_group, create_school, create_season
from tests.jury.appeals.asked import HELD, answers_url, ask, deliver, write_url

POSTCODES = ("1530", "3187", "2317", "1771", "0150", "2609", "3045", "3717")
SCHOOLS = 18


@pytest.fixture
def season(app):
    season = create_season(slug="oppdrag-2026")
    for number in range(SCHOOLS):
        create_camp(season, create_school(f"Skole {number} vgs", latitude=59.2 + number / 20))
    return season


def group_of(number: int):
    """A group of so many, each with an address, from eight places."""
    group = create_group(f"Faggruppe {number}")
    people = [
        {
            "public_id": public_id(), "name": f"P {each}", "search_key": search_key(f"P {each}"),
            "sort_key": sort_key(f"P {each}"), "postcode": POSTCODES[each % len(POSTCODES)],
            "language": "nb", "created_at": MADE, "phone": "", "job_title": "",
        }
        for each in range(number)
    ]  # fmt: skip
    ids = db.session.scalars(sa.insert(Person).returning(Person.id), people).all()
    addresses = [
        {"person_id": each, "address": f"p{each}@example.org", "folded": f"p{each}@example.org",
         "is_primary": True, "confirmed_at": MADE}
        for each in ids
    ]  # fmt: skip
    db.session.execute(sa.insert(EmailAddress), addresses)
    places = [
        {"public_id": public_id(), "group_id": group.id, "person_id": each, "label": "",
         "state": PlaceState.CONFIRMED, "role": PlaceRole.MEMBER, "note": "", "position": 0}
        for each in ids
    ]  # fmt: skip
    db.session.execute(sa.insert(GroupPlace), places)
    db.session.commit()
    return group


def pages(season, group, by, now, browser, queries) -> dict[str, int]:
    """How often each page asks, before and after the group is asked."""
    counted = {}
    with queries() as statements:
        browser.get(write_url(group, season), check=False)
    counted["write"] = len(statements)
    appeal = ask(group, season, by, now)
    deliver(now + HELD)
    with queries() as statements:
        answer = browser.get(answers_url(group, season), check=False)
    counted["answers"] = len(statements)
    assert answer.text.count('<th scope="row">') == len(appeal.recipients)
    with queries() as statements:
        browser.get(f"/organise/seasons/{season.slug}/appeals", check=False)
    counted["groups"] = len(statements)
    return counted


def test_the_pages_ask_as_often_of_1800_members_as_of_18(
    in_august, season, kari, browse_as, queries
):
    browser = browse_as(kari)

    few = pages(season, group_of(18), kari, in_august, browser, queries)
    many = pages(season, group_of(1800), kari, in_august, browser, queries)

    assert many == few


def test_sending_writes_one_row_however_many_it_goes_to(in_august, season, kari, queries):
    few, many = group_of(18), group_of(1800)
    counts = []
    for group in (few, many):
        with queries() as statements:
            ask(group, season, kari, in_august)
        counts.append(sum(each.startswith("INSERT INTO mailing") for each in statements))

    assert counts == [1, 1]
