"""The pages of meetings that recur: what they show, what they refuse, and whom they turn away."""

from datetime import date

import pytest
import sqlalchemy as sa

from portal.db import db
from portal.invitations import event_changes
from portal.models.events import EventState
from portal.models.invitations import Answer
from portal.models.places import SchoolBreak
from portal.models.series import Series
from tests.factories import create_place
from tests.groups.meanwhile import shown
from tests.groups.people import create_led_group, mailings, url_of
from tests.groups.recurring import call, invitation, keep_step, later, plan, times

pytestmark = pytest.mark.usefixtures("in_august")
SEEN = "2026-09-01|10:00:00|11:30:00|second_week||6"


@pytest.fixture
def planning(browse_as, lead):
    browser = browse_as(lead)
    browser.set_cookie("language", "en")
    return browser


def page_of(series, rest=""):
    return url_of(series.group, f"/series/{series.public_id}{rest}")


def typed(**values):
    usual = {
        "title": "Ledermøte", "first": "1.9.2026", "starts": "10.00", "ends": "11.30",
        "rhythm": "second_week", "last": "", "count": "6", "place": "Moss rådhus", "address": "",
        "municipality_code": "3103", "join_url": "", "intro": "", "language": "nb", "seen": "",
    }  # fmt: skip
    return {**usual, **values}


def all_series():
    return db.session.scalars(sa.select(Series).order_by(Series.id)).all()


def test_the_dates_are_shown_before_anything_is_saved(planning, group):
    page = planning.post(url_of(group, "/series/new"), data=typed(save="1"))

    assert page.status_code == 200
    assert all_series() == []
    assert "Tuesday 29 September 2026" in page.text
    assert "Tuesday 10 November 2026" in page.text
    assert SEEN in page.text


def test_what_speaks_against_a_date_is_pointed_out_and_forbids_nothing(planning, group):
    week = {"first_day": date(2026, 10, 5), "last_day": date(2026, 10, 9)}
    db.session.add(SchoolBreak(county_code="31", kind="autumn", **week))
    db.session.commit()

    on_saturdays = typed(first="5.9.2026", rhythm="weekly", seen="", save="1")
    saturdays = planning.post(url_of(group, "/series/new"), data=on_saturdays).text
    tuesdays = planning.post(url_of(group, "/series/new"), data=typed(rhythm="weekly")).text

    assert saturdays.count("is a Saturday.") == 6
    assert "6 October 2026 is in the schools’ autumn break." in tuesdays.replace("&#39;", "’")


def test_dates_looked_at_are_saved_but_for_those_left_out(planning, group):
    response = planning.post(
        url_of(group, "/series/new"),
        data=typed(seen=SEEN, save="1", left_out=["2026-09-29", "2026-12-24"]),
    )

    (series,) = all_series()
    assert response.location == page_of(series)
    assert [each.first_day for each in series.occurrences] == [
        date(2026, 9, 1), date(2026, 9, 15), date(2026, 10, 13), date(2026, 10, 27),
        date(2026, 11, 10),
    ]  # fmt: skip
    assert mailings() == []


def test_dates_changed_since_they_were_looked_at_are_shown_anew(planning, group):
    page = planning.post(
        url_of(group, "/series/new"), data=typed(seen=SEEN, save="1", first="8.9.2026")
    )

    assert "The dates have changed" in page.text
    assert all_series() == []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"count": ""}, "Write either the last date or the number of meetings"),
        ({"last": "1.12.2026"}, "Write either the last date or the number of meetings"),
        ({"count": "61"}, "Write a number from 2 to 60"),
        ({"count": "ti"}, "Write a number from 2 to 60"),
        ({"count": "", "last": "1.12.2036"}, "That is more than 60 meetings"),
        ({"count": "", "last": "2.9.2026"}, "There must be at least two meetings"),
        ({"count": "2", "left_out": ["2026-09-15"]}, "There must be at least two meetings"),
        ({"ends": "10.00"}, "The meeting must end after it starts"),
        ({"first": "19.8.2026"}, "Choose a date that has not passed"),
        ({"first": "28.3.2027", "starts": "2.30", "ends": "3.30"}, "the clocks are put forward"),
        ({"title": ""}, "Write a title"),
        ({"rhythm": "hourly"}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_is_refused_with_words(planning, group, values, words):
    page = planning.post(
        url_of(group, "/series/new"), data=typed(seen=SEEN, save="1", **values), check=False
    )

    assert page.status_code == 422
    assert words in page.text or "valid" in words
    assert all_series() == []


def test_a_closed_group_plans_nothing(planning, group, now):
    group.closed_at = now
    db.session.commit()

    assert planning.get(url_of(group, "/series/new")).status_code == 302


def test_members_see_the_series_once_it_is_called(browse_as, group, lead, amir, siri, now):
    draft, called = plan(group, lead, now), call(group, lead, now, title="Fagforum")
    member = browse_as(amir)

    assert member.get(page_of(draft)).status_code == 404
    assert member.get(page_of(called)).status_code == 200
    assert browse_as(siri).get(page_of(called)).status_code == 404
    home = member.get(url_of(group)).text
    assert "Fagforum" in home
    assert "Ledermøte" not in home
    assert home.count('class="ds-card event"') == 1


@pytest.mark.parametrize("rest", ["/edit", "/times", "/end", "/deletion"])
def test_only_those_who_run_the_group_change_a_series(browse_as, group, lead, amir, now, rest):
    series = call(group, lead, now)

    assert browse_as(amir).get(page_of(series, rest)).status_code == 403
    assert browse_as(amir).post(page_of(series, rest)).status_code == 403
    assert browse_as(amir).post(page_of(series, "/summons")).status_code == 403
    assert browse_as(amir).get(url_of(group, "/series/new")).status_code == 403


def test_a_series_of_another_group_is_not_here(planning, group, lead, now):
    series = call(create_led_group("Annen gruppe"), lead, now)

    assert planning.get(url_of(group, f"/series/{series.public_id}")).status_code == 404


def test_a_series_is_called_from_its_page_once(planning, group, lead, now):
    series = plan(group, lead, now)

    assert "Send the summons to 2 people" in planning.get(page_of(series)).text
    for _number in range(2):
        planning.post(page_of(series, "/summons"))

    assert mailings() == ["series.request"]
    assert "Send the summons" not in planning.get(page_of(series)).text


def test_the_page_tells_what_became_of_each_date(planning, group, lead, amir, now):
    series = call(group, lead, now)
    moved, off = keep_step(series, 1), keep_step(series, 2)
    event_changes.change(moved, later(moved, 3), by=lead, now=now)
    event_changes.cancel(off, "", by=lead, now=now)
    invitation(keep_step(series, 0), amir).answer = Answer.ACCEPTED
    db.session.commit()

    page = planning.get(page_of(series)).text

    assert "from Tuesday 15 September 2026, 10:00" in page
    assert page.count(">Cancelled<") == 1
    assert "1 of 2" in page


def test_a_meeting_says_which_of_the_series_it_is(planning, group, lead, now):
    series = call(group, lead, now)

    page = planning.get(url_of(group, f"/meetings/{keep_step(series, 1).meeting.public_id}")).text

    assert "Meeting 2 of 6" in page
    assert "Previous: Tuesday 1 September 2026, 10:00" in page
    assert "Next: Tuesday 29 September 2026, 10:00" in page


def test_a_draft_meeting_of_a_series_offers_no_summons_of_its_own(planning, group, lead, now):
    meeting = keep_step(plan(group, lead, now), 1).meeting
    address = url_of(group, f"/meetings/{meeting.public_id}")

    assert "called together with the others" in planning.get(address).text
    planning.post(f"{address}/summons")
    assert (meeting.called_at, mailings()) == (None, [])


def test_a_series_is_changed_and_everybody_told(planning, group, lead, now):
    series = call(group, lead, now)
    form = typed(title="Lederforum", revision=str(series.revision), join_url="", intro="")

    shown = planning.get(page_of(series, "/edit")).text
    response = planning.post(page_of(series, "/edit"), data=form)

    assert "Save and tell 2 people" in shown
    assert response.location == page_of(series)
    assert {each.title for each in series.occurrences} == {"Lederforum"}
    assert mailings() == ["series.request", "series.update"]


def test_who_saves_an_old_form_is_asked_to_look_again(planning, group, lead, now):
    series = call(group, lead, now)

    page = planning.post(page_of(series, "/edit"), data=typed(title="X", revision="0"))

    assert page.status_code == 422
    assert series.title == "Ledermøte"


def test_new_times_are_shown_with_what_they_do_before_they_are_saved(planning, group, lead, now):
    series = call(group, lead, now)
    since = str(keep_step(series, 2).id)
    form = {
        "since": since, "first": "30.9.2026", "starts": "9.00", "ends": "10.00",
        "rhythm": "weekly", "last": "", "count": "3",
    }  # fmt: skip

    assert "The old meetings end" in planning.get(page_of(series, "/times")).text
    shown = planning.post(page_of(series, "/times"), data=form).text
    seen = "2026-09-30|09:00:00|10:00:00|weekly||3"
    response = planning.post(page_of(series, "/times"), data={**form, "seen": seen, "save": "1"})

    assert "These stay:" in shown
    stays, _, called_off = shown.partition("These stay:")[2].partition("These are called off:")
    assert "Tuesday 15 September 2026, 10:00–11:30" in stays
    assert "Tuesday 29 September 2026, 10:00–11:30" in called_off
    old, new = all_series()
    assert response.location == page_of(new)
    assert len(new.occurrences) == 3
    assert [each.is_cancelled for each in old.occurrences] == [False] * 2 + [True] * 4


def test_a_series_is_ended_after_a_date(planning, group, lead, now):
    series = call(group, lead, now)

    planning.get(page_of(series, "/end"))
    planning.post(
        page_of(series, "/end"), data={"last": str(keep_step(series, 3).id), "reason": "Ferdig"}
    )

    assert [each.state for each in series.occurrences].count(EventState.CANCELLED) == 2
    assert "Ended" in planning.get(page_of(series)).text
    assert planning.get(page_of(series, "/end")).status_code == 302
    assert planning.get(page_of(series, "/edit")).status_code == 302


def test_a_series_is_not_ended_before_somebody_chose_how(planning, group, lead, now):
    series = call(group, lead, now)

    answer = planning.post(page_of(series, "/end"), data={"last": "", "reason": "Ferdig"})

    assert answer.status_code == 422
    assert "Choose the last meeting, or none" in answer.text
    assert series.ended_at is None


def test_all_is_called_off_from_the_page(planning, group, lead, now):
    series = call(group, lead, now)

    planning.post(page_of(series, "/end"), data={"last": "none", "reason": "Ikke noe av"})

    page = planning.get(page_of(series)).text
    assert "The meetings are cancelled" in page
    assert "Ikke noe av" in page


def test_a_draft_is_deleted_from_its_page(planning, group, lead, now):
    series = plan(group, lead, now)

    planning.get(page_of(series, "/deletion"))
    planning.post(page_of(series, "/deletion"))

    assert all_series() == []


@pytest.mark.parametrize("count", [3, 30])
def test_pages_ask_the_database_no_more_for_many_dates(browse_as, group, lead, now, queries, count):
    series = call(group, lead, now, times(count))
    lead_browser = browse_as(lead)
    meeting = keep_step(series, 1).meeting.public_id
    counts = []
    for path in (page_of(series), url_of(group), url_of(group, f"/meetings/{meeting}")):
        lead_browser.get(path)
        with queries() as statements:
            lead_browser.get(path)
        counts.append(len(statements))

    assert counts == EXPECTED


# Of the series, its group, and one meeting of it.
EXPECTED = [15, 25, 29]


def test_a_place_given_later_brings_the_series(browse_as, kari, group, lead, siri, now):
    call(group, lead, now)
    create_place(group, siri)

    assert "Send innkallingen til 1 til" in browse_as(kari).get(page_of(all_series()[0])).text


def test_a_series_changed_since_its_page_was_opened_is_looked_at_again(browse_as, group, lead, now):
    series = plan(group, lead, now)
    browser = browse_as(lead)
    page = f"/groups/{group.slug}/series/{series.public_id}"
    seen = shown(browser, page, f"{page}/summons")
    event_changes.change(series.occurrences[1], {"place": "Hankø"}, by=lead, now=now)
    db.session.commit()

    late = browser.post(f"{page}/summons", data=seen)
    called_late = series.called_at
    browser.post(f"{page}/summons", data=shown(browser, page, f"{page}/summons"))
    db.session.expire_all()

    assert (late.headers["Location"], called_late) == (page, None)
    assert series.called_at is not None
