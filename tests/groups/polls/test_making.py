"""Polls made, edited, looked at, sent and dropped by those who run a group."""

import re
from datetime import date, datetime, time

import pytest
import sqlalchemy as sa

from portal import clock, dates
from portal.db import db
from portal.models.groups import PlaceState
from portal.models.polls import DateOption, DatePoll
from tests.factories import create_group, create_person, create_place
from tests.groups.people import lead_of, member_of, url_of, verbs
from tests.groups.polls.polling import (
    DAYS,
    create_draft_poll,
    create_poll,
    expand,
    in_english,
    kinds_of_mailings,
    only_poll,
    poll_page,
    sits_in,
    span,
    typed,
)

pytestmark = pytest.mark.usefixtures("in_august")


@pytest.fixture
def chair(group, browse_as):
    """The browser of whoever chairs the group, in English."""
    return in_english(browse_as(lead_of(group)))


def post_new(chair, group, *rows, **values):
    return chair.post(url_of(group, "/polls/new"), data=typed(*rows, **values))


def times() -> list[tuple[datetime, datetime]]:
    options = db.session.scalars(sa.select(DateOption).order_by(DateOption.starts_at))
    return [(each.starts_at, each.ends_at) for each in options]


def rows_of(page: str) -> list[tuple[str, str, str]]:
    """What stands in the rows of a form."""
    found = []
    for number in range(page.count('-starts" name')):
        cells = [
            re.search(rf'<input[^>]* name="times-{number}-{name}"[^>]*>', page)
            for name in ("day", "starts", "ends")
        ]
        values = [re.search(r'value="([^"]*)"', cell[0]) if cell else None for cell in cells]
        found.append(tuple(value[1] if value else "" for value in values))
    return found


def test_a_poll_is_saved_as_a_draft_that_nobody_hears_of(chair, group):
    answer = post_new(
        chair, group, ("15.9.2026", "09.00", ""), ("", "", ""), ("16.9.2026", "13", "15"),
        place="På nett", intro="Les notatet.",
    )  # fmt: skip

    poll = only_poll()
    assert answer.headers["Location"] == poll_page(poll, "/sending")
    assert (poll.title, poll.place, poll.intro, poll.language) == (
        "Møte om notatet", "På nett", "Les notatet.", "nb",
    )  # fmt: skip
    assert poll.answer_by == dates.to_utc(date(2026, 9, 4), time(23, 59))
    assert times() == [span(DAYS[0]), span(DAYS[1], 13, 120)]
    assert (poll.opened_at, kinds_of_mailings(), verbs()) == (None, [], ["poll.made"])


def test_several_days_with_the_same_times_are_put_in_rows(chair, group):
    page = post_new(
        chair, group, ("15.9.2026", "09.00", "11.00"),
        quick_days="16.9.2026, 17.9.2026", quick_times="09.00–11.00, 13", propose="1",
    )  # fmt: skip

    assert page.status_code == 200
    assert rows_of(page.text)[:5] == [
        ("15.9.2026", "09.00", "11.00"),
        ("16.9.2026", "09.00", "11.00"),
        ("16.9.2026", "13.00", ""),
        ("17.9.2026", "09.00", "11.00"),
        ("17.9.2026", "13.00", ""),
    ]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(DatePoll)) == 0


def test_what_cannot_be_read_stays_in_its_row(chair, group):
    page = post_new(
        chair, group, ("i morgen", "09.00", ""),
        quick_days="16.9.2026", quick_times="09", propose="1",
    )  # fmt: skip

    assert page.status_code == 422
    assert rows_of(page.text)[0] == ("i morgen", "09.00", "")
    assert 'id="times-0-day-error"' in page.text


def test_more_rows_come_without_saving(chair, group):
    row = ("15.9.2026", "09.00", "")

    page = post_new(chair, group, row, row, row, row, add_rows="1")

    assert page.status_code == 200
    assert rows_of(page.text) == [row, row, row, row, ("", "", ""), ("", "", "")]


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (("15.9.2026", "09.00", "10.30"), "times-1-day"),
        (("15.9.2026", "9", ""), "times-1-day"),
        (("", "09.00", ""), "times-1-day"),
        (("31.9.2026", "09.00", ""), "times-1-day"),
        (("15.9.2026", "", ""), "times-1-starts"),
        (("15.9.2026", "25.00", ""), "times-1-starts"),
        (("15.9.2026", "10.00", "09.00"), "times-1-ends"),
        (("15.9.2026", "23.00", ""), "times-1-ends"),
        (("19.8.2026", "09.00", ""), "times-1-day"),
        (("28.3.2027", "02.30", "04.00"), "times-1-starts"),
    ],
)
def test_a_time_that_cannot_be_is_refused_beside_its_row(chair, group, row, wrong: str):
    page = post_new(chair, group, ("15.9.2026", "09.00", ""), row)

    assert page.status_code == 422
    assert re.findall(r'id="(times-\d-\w+)-error"', page.text) == [wrong]
    # The list of mistakes on top leads there.
    assert f'href="#{wrong}"' in page.text
    assert rows_of(page.text)[1] == row


def test_the_day_on_which_clocks_go_back_has_its_second_hour(chair, group):
    post_new(chair, group, ("25.10.2026", "01.30", ""), ("25.10.2026", "02.30", "03.30"))

    lengths = [(ends - starts).total_seconds() / 60 for starts, ends in times()]
    assert lengths == [90, 120]
    assert times()[0][0].isoformat() == "2026-10-24T23:30:00+00:00"


def test_a_length_that_is_none_is_refused(chair, group):
    page = post_new(chair, group, ("15.9.2026", "09.00", ""), length="soon")

    assert (page.status_code, times()) == (422, [])


@pytest.mark.parametrize("day", ["15.9.2026", "1.10.2026", "19.8.2026", "", "snart"])
def test_answers_must_be_in_the_day_before_the_first_time(chair, group, day: str):
    page = post_new(chair, group, ("15.9.2026", "09.00", ""), answer_by=day)

    assert page.status_code == 422
    assert 'id="answer_by-error"' in page.text


def test_a_poll_without_a_time_is_none(chair, group):
    page = post_new(chair, group)

    assert page.status_code == 422
    assert 'id="times-0-day-error"' in page.text


def test_a_draft_is_edited_and_keeps_what_stays(chair, group):
    poll = create_draft_poll(group)
    kept = poll.options[0].public_id

    shown = chair.get(poll_page(poll, "/edit")).text
    chair.post(
        poll_page(poll, "/edit"),
        data=typed(("15.9.2026", "09.00", "10.30"), ("22.9.2026", "12", "13"), title="Nytt navn",
                   revision=str(poll.revision)),
    )  # fmt: skip

    assert rows_of(shown)[0] == ("15.9.2026", "09.00", "10.30")
    assert (poll.title, poll.revision) == ("Nytt navn", 2)
    assert times() == [span(DAYS[0]), span(date(2026, 9, 22), 12, 60)]
    assert kept in {each.public_id for each in poll.options}


def test_who_saves_second_is_told_and_loses_nothing(chair, group):
    poll = create_draft_poll(group)
    first, second = (
        typed(("15.9.2026", "09.00", ""), title=title, revision=str(poll.revision))
        for title in ("Ingrids navn", "Amirs navn")
    )

    chair.post(poll_page(poll, "/edit"), data=first)
    page = chair.post(poll_page(poll, "/edit"), data=second)

    assert page.status_code == 422
    assert 'value="Amirs navn"' in page.text
    assert poll.title == "Ingrids navn"


def test_the_mail_is_shown_before_it_is_sent(chair, group):
    poll = create_draft_poll(group, intro="Vi trenger **to** timer.")
    create_place(group, create_person("Nora Lie", email=None))

    page = chair.get(poll_page(poll, "/sending")).text

    assert "2 people get this mail" in page
    assert "Vi trenger to timer." in page
    assert "tirsdag 15. september 2026 kl. 09.00–10.30" in page
    assert "Nora Lie" in page
    assert poll.opened_at is None


def test_a_poll_is_sent_once_to_all_who_can_be_reached(chair, group):
    sits_in(group, "Siri Berg", state=PlaceState.UNCLEAR)
    sits_in(group, "Per Olsen", state=PlaceState.LEFT)
    create_place(group, create_person("Nora Lie", email=None))
    poll = create_draft_poll(group)

    first, second = (chair.post(poll_page(poll, "/sending")) for _number in range(2))

    assert {first.headers["Location"], second.headers["Location"]} == {poll_page(poll)}
    assert poll.opened_at == clock.now()
    assert kinds_of_mailings() == ["polls.question"]
    assert expand() == [("polls/question", name)
                        for name in ("Ingrid Solberg", "Amir Khan", "Siri Berg")]  # fmt: skip
    assert verbs() == ["poll.made", "poll.sent"]


def test_a_poll_whose_time_has_passed_is_not_sent(chair, group):
    poll = create_draft_poll(group, span(DAYS[0]), answer_by=clock.now())

    chair.post(poll_page(poll, "/sending"))

    assert (poll.opened_at, kinds_of_mailings()) == (None, [])


def test_nobody_is_asked_where_nobody_can_be_reached(browse_as, kari):
    group = create_group()
    create_place(group, create_person("Nora Lie", email=None))
    poll = create_draft_poll(group, span(DAYS[0]))

    browse_as(kari).post(poll_page(poll, "/sending"))

    assert (poll.opened_at, kinds_of_mailings()) == (None, [])


def test_a_closed_group_is_asked_nothing(chair, group):
    poll = create_draft_poll(group)
    group.closed_at = clock.now()
    db.session.commit()

    chair.post(poll_page(poll, "/sending"))
    answer = chair.get(url_of(group, "/polls/new"))

    assert answer.headers["Location"] == url_of(group)
    assert (poll.opened_at, kinds_of_mailings()) == (None, [])


def test_the_words_of_an_open_poll_can_be_put_right(chair, group):
    poll = create_poll(group)

    shown = chair.get(poll_page(poll, "/edit")).text
    chair.post(poll_page(poll, "/edit"), data=typed(title="Nytt", revision=str(poll.revision)))

    assert "times-0-day" not in shown
    assert (poll.title, len(poll.options)) == ("Nytt", 3)


def test_a_draft_is_deleted_and_what_was_sent_is_not(chair, group):
    draft, sent = create_draft_poll(group), create_poll(group)

    asked = chair.get(poll_page(draft, "/deletion"))
    gone = chair.post(poll_page(draft, "/deletion"))
    kept = chair.post(poll_page(sent, "/deletion"))

    assert asked.status_code == 200
    assert gone.headers["Location"] == url_of(group)
    assert kept.headers["Location"] == poll_page(sent)
    assert db.session.scalars(sa.select(DatePoll.id)).all() == [sent.id]


def test_days_that_speak_against_themselves_are_pointed_out(chair, group):
    member_of(group).municipality_code = "0301"
    db.session.commit()
    # A Saturday, and a day in the autumn break of Oslo.
    poll = create_draft_poll(group, span(date(2026, 9, 19)), span(date(2026, 9, 29)))

    page = chair.get(poll_page(poll)).text

    assert "19 September 2026 is a Saturday." in page
    assert "autumn break. (Oslo)" in page.replace(
        " The dates for that year are not published; this is the usual week. Check it.", ""
    )


def test_the_groups_page_shows_drafts_to_those_who_run_it_only(chair, browse_as, group):
    draft = create_draft_poll(group, title="Kladden")
    sent = create_poll(group, title="Den sendte")
    member = browse_as(member_of(group))

    pages = [each.get(url_of(group)).text for each in (chair, member)]

    assert [("Kladden" in page, "Den sendte" in page) for page in pages] == [
        (True, True), (False, True),
    ]  # fmt: skip
    assert [poll_page(draft) in page for page in pages] == [True, False]
    assert [poll_page(sent, "/answer") in page for page in pages] == [True, True]
