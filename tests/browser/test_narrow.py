"""Lists and tables of groups on small screens: nothing cut off, nothing moves under the thumb."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext

from portal.models.groups import Group
from portal.models.meetings import AgendaItem, Meeting
from tests.browser.addresses import book
from tests.browser.addresses.finding import KARI, one
from tests.browser.site import Site

_CUT_OFF = """() => [...document.querySelectorAll('.tablewrap')]
  .filter(frame => frame.scrollWidth > frame.clientWidth).length"""


@pytest.mark.parametrize("endpoint", ["input_rounds.show", "appeals.answers", "groups.members"])
def test_a_table_is_whole_on_a_narrow_screen(
    demo_site: Site, open_browser: Callable[..., BrowserContext], endpoint: str
):
    with demo_site.app.test_request_context(base_url=demo_site.url):
        address, who = book.of_pages()[endpoint]
    page = open_browser(demo_site, signed_in=who, viewport={"width": 320, "height": 800}).new_page()

    page.goto(address)

    assert page.locator(".tablewrap").count() > 0
    assert page.evaluate(_CUT_OFF) == 0


def test_the_places_of_a_group_fit_beside_what_stands_at_its_side(
    demo_site: Site, open_browser: Callable[..., BrowserContext]
):
    with demo_site.app.app_context():
        name = "Arbeidsgruppe for internasjonale fagfolk"
        address = f"/groups/{one(Group, Group.name == name).slug}"
    page = open_browser(
        demo_site, signed_in=KARI, viewport={"width": 1280, "height": 900}
    ).new_page()

    page.goto(address)

    assert page.locator(".places form").count() > 0
    assert page.evaluate(_CUT_OFF) == 0


def test_ticking_somebody_does_not_move_the_next_under_the_thumb(
    demo_site: Site, open_browser: Callable[..., BrowserContext]
):
    with demo_site.app.app_context():
        held = one(Meeting, Meeting.agenda.any(AgendaItem.minutes_revision > 1))
        address = f"/groups/{held.group.slug}/meetings/{held.public_id}/writing/attendance"
    page = open_browser(
        demo_site, signed_in=KARI, viewport={"width": 390, "height": 800}
    ).new_page()
    page.goto(f"{address}?show=open")
    line = page.locator(".roll-line").first
    before = line.evaluate("line => line.offsetHeight")

    line.locator("button").nth(3).click()
    undo = line.locator("[id^=undo-]")
    undo.wait_for()

    assert abs(line.evaluate("line => line.offsetHeight") - before) <= 8
    undo.click()
    undo.wait_for(state="detached")
