"""A group of 18 or 1 800: the same number of questions to the database, and no slow page."""

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.groups.polls import addresses
from portal.models.accounts import EmailAddress, Person
from portal.models.groups import GroupPlace, PlaceState
from portal.models.polls import DateAnswer, DateReply, Suits
from portal.text import search_key, sort_key
from tests.factories import MADE
from tests.groups.polls.polling import (
    DAYS,
    create_poll,
    in_order,
    poll_page,
    span,
    time_page,
)

pytestmark = pytest.mark.usefixtures("in_august")


def fill(group, poll, people: int) -> None:
    """Seat ``people`` more, two thirds of whom have answered every time."""
    names = [f"Medlem {number}" for number in range(people)]
    ids = db.session.scalars(
        sa.insert(Person).returning(Person.id),
        [{"name": name, "search_key": search_key(name), "sort_key": sort_key(name),
          "created_at": MADE} for name in names],
    ).all()  # fmt: skip
    mails = [f"medlem{number}@example.org" for number in ids]
    db.session.execute(
        sa.insert(EmailAddress),
        [{"person_id": number, "address": mail, "folded": mail, "is_primary": True}
         for number, mail in zip(ids, mails, strict=True)],
    )  # fmt: skip
    db.session.execute(
        sa.insert(GroupPlace),
        [{"group_id": group.id, "person_id": each, "state": PlaceState.CONFIRMED} for each in ids],
    )
    replies = db.session.scalars(
        sa.insert(DateReply).returning(DateReply.id),
        [{"poll_id": poll.id, "person_id": each, "answered_at": clock.now()}
         for each in ids if each % 3],
    ).all()  # fmt: skip
    db.session.execute(
        sa.insert(DateAnswer),
        [{"reply_id": reply, "option_id": option.id, "suits": list(Suits)[(reply + n) % 3]}
         for reply in replies for n, option in enumerate(poll.options)],
    )  # fmt: skip
    db.session.commit()


@pytest.mark.parametrize("people", [18, 1800])
def test_pages_ask_the_database_no_more_for_many(
    group, lead, amir, browse_as, client, queries, people: int
):
    poll = create_poll(group, *(span(day, hour) for day in DAYS[:2] for hour in range(8, 13)))
    fill(group, poll, people)
    chair, option = browse_as(lead), in_order(poll)[0]
    counts = {}
    for name, browser, page in (
        ("organiser", chair, poll_page(poll)),
        ("choice", chair, time_page(option, "/choice")),
        ("removal", chair, time_page(option, "/removal")),
        ("closing", chair, poll_page(poll, "/closing")),
        ("member", browse_as(amir), poll_page(poll, "/answer")),
        ("link", client, f"/polls/{addresses.token(poll, amir)}"),
    ):
        browser.get(page)
        with queries() as statements:
            assert browser.get(page).status_code == 200
        counts[name] = len(statements)

    assert counts == EXPECTED


# What a page of 1 800 asks as well as one of 18: counts are made by the database.
EXPECTED = {"organiser": 24, "choice": 23, "removal": 16, "closing": 12, "member": 23, "link": 19}
