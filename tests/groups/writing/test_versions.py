"""Versions of the minutes of an item: what makes one, and how one is brought back."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.groups.writing import locking, saving
from portal.groups.writing.typed import TypedItem
from portal.models.accounts import Person
from portal.models.meetings import AgendaItem
from portal.models.minutes import MinutesVersion
from tests.groups.people import verbs
from tests.groups.writing.room import create_held, page_text, write, writing_of, written

TEN = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)


@pytest.fixture
def item(group):
    return create_held(group).agenda[0]


def save(item: AgendaItem, text: str, by: Person, at: datetime) -> None:
    """Save as somebody does who has seen what stands there."""
    locking.hold(item.meeting)
    given = TypedItem(item.id, text=text, base=item.minutes, seen=item.minutes_revision)
    assert saving.save_texts({item.id: item}, [given], by=by, now=at).conflicts == {}
    db.session.commit()


def kept(item: AgendaItem) -> list[tuple[int, str]]:
    """Revisions and texts of the item's versions, oldest first."""
    rows = db.session.scalars(
        sa.select(MinutesVersion)
        .where(MinutesVersion.item_id == item.id)
        .order_by(MinutesVersion.revision)
    )
    return [(row.revision, row.text) for row in rows]


def test_what_one_writes_within_ten_minutes_is_one_version_and_one_entry(item, lead):
    for minute, text in [(1, "O"), (2, "Ola"), (9, "Ola la"), (11, "Ola la fram")]:
        save(item, text, lead, TEN + timedelta(minutes=minute))

    assert kept(item) == [(3, "Ola la"), (4, "Ola la fram")]
    assert verbs().count("minutes.written") == 2


def test_two_writers_have_versions_of_their_own(item, lead, kari):
    for number, (by, text) in enumerate([(lead, "A"), (kari, "A b"), (lead, "A b c")]):
        save(item, text, by, TEN + timedelta(seconds=number))

    assert kept(item) == [(1, "A"), (2, "A b"), (3, "A b c")]


def test_a_text_of_which_much_is_taken_away_is_kept(item, lead):
    save(item, "En lang innledning om saken.", lead, TEN)
    save(item, "En lang innledning om denne saken.", lead, TEN + timedelta(seconds=5))
    save(item, "", lead, TEN + timedelta(seconds=9))

    assert kept(item) == [(2, "En lang innledning om denne saken."), (3, "")]


def test_minutes_from_before_there_were_versions_are_kept_too(item, lead):
    write(item, "Lest inn fra fil", revision=0)

    save(item, "Lest inn fra fil, rettet", lead, TEN)

    assert kept(item) == [(0, "Lest inn fra fil"), (1, "Lest inn fra fil, rettet")]


def test_a_version_is_brought_back_and_no_other_is_lost(item, lead, browse_as):
    save(item, "Først", lead, TEN)
    save(item, "Så noe helt annet", lead, TEN + timedelta(minutes=30))
    page = writing_of(item.meeting, "/items/1/versions")
    browser = browse_as(lead)

    listed = page_text(browser.get(page))
    answer = browser.post(f"{page}/1", data={"seen": "2"})

    assert (answer.status_code, written(item.meeting)[0]) == (302, "Først")
    assert kept(item) == [(1, "Først"), (2, "Så noe helt annet"), (3, "Først")]
    assert "</span>Først</del>" in listed
    assert f'action="{page}/1"' in listed
    assert f'action="{page}/2"' not in listed


def test_nothing_is_brought_back_over_what_somebody_has_just_saved(item, lead, browse_as):
    save(item, "Først", lead, TEN)
    save(item, "Så noe helt annet", lead, TEN + timedelta(minutes=30))

    browse_as(lead).post(writing_of(item.meeting, "/items/1/versions/1"), data={"seen": "1"})

    assert written(item.meeting)[0] == "Så noe helt annet"


def test_approved_minutes_are_not_brought_back(item, lead, browse_as, now):
    save(item, "Først", lead, TEN)
    save(item, "Så noe helt annet", lead, TEN + timedelta(minutes=30))
    item.meeting.approved_at = now
    db.session.commit()

    browse_as(lead).post(writing_of(item.meeting, "/items/1/versions/1"), data={"seen": "2"})

    assert written(item.meeting)[0] == "Så noe helt annet"


def test_there_are_no_versions_of_what_is_not_there(item, lead, browse_as):
    browser = browse_as(lead)

    got = [
        browser.get(writing_of(item.meeting, "/items/7/versions")).status_code,
        browser.post(writing_of(item.meeting, "/items/1/versions/7")).status_code,
        browser.get(writing_of(item.meeting, "/items/1/versions")).status_code,
    ]

    assert got == [404, 404, 200]


@pytest.mark.parametrize("number", [3, 30])
def test_versions_are_asked_for_at_once(item, lead, browse_as, queries, number: int):
    for minute in range(number):
        save(item, f"Tekst {minute} i saken", lead, TEN + timedelta(minutes=11 * minute))
    browser = browse_as(lead)

    with queries() as statements:
        page = browser.get(writing_of(item.meeting, "/items/1/versions"))

    assert (page.status_code, len(statements)) == (200, 19)
