"""A poll of dates, walked from its first draft to the invitation in the members' calendars."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from portal.db import db
from portal.models.accounts import EmailAddress, Person
from portal.models.groups import Group, GroupKind, GroupPlace, PlaceRole, PlaceState
from tests.browser import walks
from tests.browser.conftest import look, sideways
from tests.browser.site import Arrived, Site
from tests.browser.walks import AMIR, SIRI
from tests.mail.rules import broken_rules

OpenBrowser = Callable[..., BrowserContext]
TITLE = "Møte om landstrøm"


@pytest.fixture
def site(empty_site: Site) -> Site:
    """A portal with one group: Siri chairs it, Amir sits in it."""
    walks.fill_registers(empty_site)
    now = datetime.now(UTC)
    with empty_site.app.app_context():
        group = Group(
            slug="fjorden", name="Gruppa for fjorden", kind=GroupKind.WORKING, created_at=now
        )
        for name, address, role in (
            ("Siri Berg", SIRI, PlaceRole.LEAD),
            ("Amir Khan", AMIR, PlaceRole.MEMBER),
        ):
            person = Person(name=name, created_at=now)
            person.emails.append(EmailAddress(address=address, is_primary=True, confirmed_at=now))
            place = GroupPlace(person=person, role=role, state=PlaceState.CONFIRMED)
            group.places.append(place)
        db.session.add(group)
        db.session.commit()
    return empty_site


def test_a_poll_of_dates_becomes_the_meeting(site: Site, open_browser: OpenBrowser):
    first, second = walks.weekday_in(5, 1), walks.weekday_in(5, 2)
    siri = open_browser(site, signed_in=SIRI).new_page()

    poll = _siri_sends_a_poll(siri, first, second)
    amir = open_browser(
        site, java_script_enabled=False, viewport={"width": 390, "height": 800}
    ).new_page()
    _amir_answers_from_the_mail(amir, site)
    _siri_answers_and_chooses(siri, poll, second)
    invitation = site.mail_to(AMIR, lambda mail: mail.method == "REQUEST")

    assert broken_rules(invitation.raw) == []
    assert invitation.entry.value("DTSTART") == f"{second:%Y%m%d}T130000"
    assert invitation.entry.value("DTEND") == f"{second:%Y%m%d}T150000"
    assert invitation.entry.value("SUMMARY") == TITLE
    # The poll is over, and says when the meeting is.
    amir.reload()
    expect(amir.locator("input[type=radio]")).to_have_count(0)
    expect(amir.locator("main")).to_contain_text(f"{second.day}. ")


def test_nobody_signs_in_to_a_group_by_the_link_of_a_poll(site: Site, open_browser: OpenBrowser):
    siri = open_browser(site, signed_in=SIRI).new_page()
    poll = _siri_sends_a_poll(siri, walks.weekday_in(5, 1), walks.weekday_in(5, 2))
    amir = open_browser(site).new_page()

    amir.goto(site.mail_to(AMIR, _is_question).link("/polls/"))
    answer = amir.goto(poll)

    assert answer is not None
    assert "/sign-in" in amir.url


def _siri_sends_a_poll(siri: Page, first: date, second: date) -> str:
    """Two days with the same times, typed in one go; the address of the organiser's page."""
    siri.goto("/groups/fjorden")
    siri.locator("main a[href$='/polls/new']").click()
    siri.locator("#title").fill(TITLE)
    siri.locator("#place").fill("Moss rådhus")
    siri.locator("#quick_days").fill(f"{walks.typed(first)}, {walks.typed(second)}")
    siri.locator("#quick_times").fill("13.00–15.00")
    siri.locator("button[name=propose]").click()
    expect(siri.locator("#times-1-day")).to_have_value(walks.typed(second))
    siri.locator("#answer_by").fill(walks.typed(first - timedelta(days=10)))
    siri.locator("main form button[type=submit]:not([name])").click()
    # The mail is shown before anybody gets it.
    expect(siri.locator("main article")).to_contain_text(TITLE)
    assert look(siri) == []
    siri.locator("main form button").click()
    expect(siri.locator(".poll-times > li")).to_have_count(2)
    return siri.url


def _amir_answers_from_the_mail(amir: Page, site: Site) -> None:
    """On a phone, without script or signing in: no to the first time, yes to the second."""
    amir.goto(site.mail_to(AMIR, _is_question).link("/polls/"))
    assert sideways(amir) == 0
    assert amir.locator("input[type=radio]:checked").count() == 0
    times = amir.locator("[role=radiogroup]")
    expect(times).to_have_count(2)
    times.nth(1).locator("input[value=yes]").check()
    # One time is left open: it is asked for, and what was chosen stays.
    amir.locator("form button[type=submit]:not([name])").last.click()
    expect(times.nth(0).locator("[id$=error]")).to_be_visible()
    expect(times.nth(1).locator("input[value=yes]")).to_be_checked()
    times.nth(0).locator("input[value=no]").check()
    amir.locator("#comment").fill("Jeg kommer med toget.")
    amir.locator("form:has(#comment) button[type=submit]:not([name])").click()
    expect(amir.locator("tbody tr", has_text="Amir Khan")).to_contain_text("toget")
    expect(times.nth(1).locator("input[value=yes]")).to_be_checked()


def _siri_answers_and_chooses(siri: Page, poll: str, second: date) -> None:
    """See how it stands, choose the time that suits best, and call the group in one step."""
    siri.goto(poll)
    row = siri.locator("tbody tr", has_text="Amir Khan")
    expect(row.locator("td.is-no")).to_have_count(1)
    expect(row.locator("td.is-yes")).to_have_count(1)
    best = siri.locator(".poll-times > li").first
    expect(best).to_contain_text(f"{second.day}. ")
    assert look(siri) == []
    best.locator("a[href$='/choice']").click()
    expect(siri.locator("main")).to_contain_text("Amir Khan")
    assert look(siri) == []
    siri.locator("button[name=call]").click()
    siri.wait_for_url("**/groups/fjorden/meetings/*")
    expect(siri.locator("h1")).to_have_text(TITLE)


def _is_question(mail: Arrived) -> bool:
    return "/polls/" in mail.text
