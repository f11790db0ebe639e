"""Who may open and do what with a poll: reading, and above all what changes it."""

import pytest
import sqlalchemy as sa

from portal import clock
from portal.db import db
from portal.groups.polls import changing
from portal.models.audit import AuditEntry
from portal.models.meetings import Meeting
from portal.models.polls import DateOption, DatePoll, DateReply
from tests.groups.people import create_led_group, url_of
from tests.groups.polls.polling import (
    NO,
    YES,
    answered,
    create_draft_poll,
    create_poll,
    in_order,
    poll_page,
    time_page,
    typed,
)
from tests.groups.visitors import create_visitor

pytestmark = pytest.mark.usefixtures("in_august")

SEATED = ("observer", "member", "lead", "deputy")
RUNNERS = ("lead", "deputy", "organiser", "admin")
READERS = (*SEATED, "organiser", "admin")
OUTSIDERS = ("nobody", "other group", "left", "declined", "coordinator")
EVERYBODY = ("anonymous", *OUTSIDERS, *READERS)
ROW = ("21.9.2026", "12", "13")


@pytest.fixture
def polls(group):
    """A poll that is out, one that is a draft, and one that is closed."""
    closed = create_poll(group)
    changing.close(closed, tell=False, by=closed.created_by, now=clock.now())
    db.session.commit()
    return {"open": create_poll(group), "draft": create_draft_poll(group), "closed": closed}


@pytest.fixture
def visitor(group, browse_as, client):
    def make(who: str):
        if who == "anonymous":
            return client
        return browse_as(create_visitor(group, who))

    return make


def pages(group, polls) -> list[str]:
    """Every page that those who run the group have of polls."""
    option = in_order(polls["open"])[0]
    return [
        url_of(group, "/polls/new"),
        poll_page(polls["open"]),
        poll_page(polls["open"], "/edit"),
        poll_page(polls["draft"], "/edit"),
        poll_page(polls["draft"], "/sending"),
        poll_page(polls["draft"], "/deletion"),
        poll_page(polls["open"], "/times/new"),
        time_page(option, "/removal"),
        poll_page(polls["open"], "/deadline"),
        poll_page(polls["open"], "/closing"),
        poll_page(polls["closed"], "/reopening"),
        time_page(option, "/choice"),
    ]


def changes(group, polls) -> dict[str, dict[str, str]]:
    """Everything that changes a poll, with a form that is fine."""
    option = in_order(polls["open"])[0]
    new = dict(typed(ROW, revision="2"))
    return {
        url_of(group, "/polls/new"): new,
        poll_page(polls["open"], "/edit"): new,
        poll_page(polls["draft"], "/edit"): {**new, "revision": "1"},
        poll_page(polls["draft"], "/sending"): {},
        poll_page(polls["draft"], "/deletion"): {},
        poll_page(polls["open"], "/times/new"): new,
        time_page(option, "/removal"): {},
        poll_page(polls["open"], "/deadline"): {"answer_by": "10.9.2026"},
        poll_page(polls["open"], "/closing"): {"tell": "y"},
        poll_page(polls["open"], "/reminder"): {},
        poll_page(polls["closed"], "/reopening"): {"answer_by": "10.9.2026"},
        time_page(option, "/choice"): {"call": "1"},
        poll_page(polls["open"], "/choice/undoing"): {},
    }


def all_there_is() -> list:
    """Every row of every poll, and the meetings there are."""
    found = []
    for table in (DatePoll, DateOption, DateReply, Meeting):
        columns = table.__table__.columns
        found += db.session.execute(sa.select(*columns).order_by(columns[0])).all()
    return found


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_organisers_pages_are_for_those_who_run_the_group(group, polls, visitor, who: str):
    browser = visitor(who)

    got = [browser.get(page).status_code for page in pages(group, polls)]

    refused = 302 if who == "anonymous" else 403 if who in READERS else 404
    assert got == [200 if who in RUNNERS else refused] * len(got)


@pytest.mark.parametrize("who", [who for who in EVERYBODY if who not in RUNNERS])
def test_nobody_else_changes_a_poll_or_chooses_its_time(group, polls, visitor, who: str):
    browser, before = visitor(who), all_there_is()

    got = [
        browser.post(page, data=data).status_code for page, data in changes(group, polls).items()
    ]

    refused = 403 if who in ("anonymous", *READERS) else 404
    assert got == [refused] * len(got)
    db.session.expire_all()
    assert all_there_is() == before
    assert "poll.chosen" not in db.session.scalars(sa.select(AuditEntry.verb)).all()


# Reminding waits for tomorrow, and there is no choice to take back yet.
DONE = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11]


@pytest.mark.parametrize("number", DONE)
@pytest.mark.parametrize("who", RUNNERS)
def test_each_of_them_is_done_by_those_who_run_the_group(group, polls, visitor, who, number: int):
    browser, before = visitor(who), all_there_is()
    page, data = list(changes(group, polls).items())[number]

    answer = browser.post(page, data=data)

    assert answer.status_code == 302
    assert all_there_is() != before


@pytest.mark.parametrize("who", EVERYBODY)
def test_whoever_sits_in_the_group_answers_and_nobody_else(polls, visitor, who: str):
    browser, poll = visitor(who), polls["open"]
    here = poll_page(poll, "/answer")

    got = [
        browser.get(here).status_code,
        browser.post(here, data=answered(poll, YES, NO, NO)).status_code,
    ]

    refused = [302, 403] if who == "anonymous" else [404, 404]
    assert got == ([200, 302] if who in SEATED else refused)
    count = db.session.scalar(sa.select(sa.func.count()).select_from(DateReply))
    assert count == (1 if who in SEATED else 0)


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_draft_cannot_be_answered(polls, visitor, who: str):
    got = visitor(who).get(poll_page(polls["draft"], "/answer")).status_code

    assert got == (302 if who == "anonymous" else 404)


def test_a_poll_or_time_of_another_group_is_not_found_in_this_one(polls, group, browse_as, kari):
    organiser = browse_as(kari)
    elsewhere = create_led_group("En annen gruppe")
    other = create_poll(elsewhere)
    strange, own = other.public_id, polls["open"].public_id
    option = in_order(other)[0].public_id

    got = [
        organiser.get(url_of(group, f"/polls/{strange}")).status_code,
        organiser.get(url_of(elsewhere, f"/polls/{own}")).status_code,
        organiser.post(url_of(group, f"/polls/{own}/times/{option}/choice")).status_code,
        organiser.post(url_of(group, f"/polls/{own}/times/{option}/removal")).status_code,
        organiser.post(url_of(group, f"/polls/{strange}/closing")).status_code,
    ]

    assert got == [404] * 5
    assert (other.closed_at, len(other.options)) == (None, 3)
