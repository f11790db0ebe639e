"""What stands round every page: languages, appearance, the keyboard, paper, forced colours."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import axe_findings, sideways
from tests.browser.site import Site
from tests.browser.walks import KARI

OpenBrowser = Callable[..., BrowserContext]


@pytest.fixture
def page(demo_site: Site, open_browser: OpenBrowser) -> Page:
    return open_browser(demo_site, reduced_motion="reduce").new_page()


def background(page: Page) -> str:
    """The colour behind the page."""
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


@pytest.mark.parametrize("script", [True, False])
def test_the_language_chosen_stays_and_leads_back_to_the_same_page(
    demo_site: Site, open_browser: OpenBrowser, script: bool
):
    page = open_browser(demo_site, java_script_enabled=script).new_page()
    page.goto("/events?q=webinar")

    page.get_by_role("button", name="Språk").click()
    page.get_by_role("button", name="Nynorsk").click()

    expect(page.locator("html")).to_have_attribute("lang", "nn")
    assert page.url.endswith("/events?q=webinar")
    page.goto("/calendar")
    expect(page.locator("html")).to_have_attribute("lang", "nn")


def test_the_appearance_chosen_stays_until_the_device_may_decide_again(page: Page):
    page.goto("/")
    light = background(page)

    page.get_by_role("button", name="Mørkt").click()
    expect(page.get_by_role("button", name="Mørkt")).to_have_attribute("aria-pressed", "true")
    dark = background(page)
    page.goto("/calendar")
    stays = background(page)
    page.get_by_role("button", name="Som enheten").click()
    expect(page.get_by_role("button", name="Som enheten")).to_have_attribute("aria-pressed", "true")

    assert dark != light
    assert (stays, background(page)) == (dark, light)


def test_the_first_stop_of_the_keyboard_leads_past_the_menu(page: Page):
    page.goto("/events")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Hopp til hovedinnholdet")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_menus_open_and_close_by_keyboard_and_give_the_focus_back(page: Page):
    page.goto("/")
    languages = page.get_by_role("button", name="Språk")

    languages.press("Enter")
    expect(page.get_by_role("button", name="English")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="English")).to_be_hidden()
    expect(languages).to_be_focused()


def test_on_a_phone_the_menu_opens_below_the_bar_and_is_accessible(page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/")
    expect(page.locator("#menu")).to_be_hidden()

    page.get_by_role("button", name="Meny").click()

    expect(page.locator("#menu").get_by_role("link", name="Bli jurymedlem")).to_be_visible()
    assert (axe_findings(page), sideways(page) <= 0) == ([], True)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_whole_bar_of_an_organiser_fits_on_one_line(
    demo_site: Site, open_browser: OpenBrowser, language: str
):
    context = open_browser(demo_site, signed_in=KARI)
    context.add_cookies([{"name": "language", "value": language, "url": demo_site.url}])
    page = context.new_page()

    page.goto("/organise")

    tops = "links => [...new Set(links.map(link => link.getBoundingClientRect().top))].length"
    assert page.locator("#menu a:visible").evaluate_all(tops) == 1
    # The name, the menu and the tools stand beside each other.
    middle = """parts => [...new Set(parts.map(part => {
      const box = part.getBoundingClientRect();
      return Math.round((box.top + box.bottom) / 2);
    }))].length"""
    assert page.locator(".top .bar > *").evaluate_all(middle) == 1


@pytest.mark.parametrize("address", ["/", "/events", "/seasons", "/calendar", "/my"])
def test_paper_shows_the_matter_and_no_controls(
    demo_site: Site, open_browser: OpenBrowser, address: str
):
    page = open_browser(demo_site, signed_in=KARI, color_scheme="dark").new_page()
    page.goto(address)

    page.emulate_media(media="print", color_scheme="dark")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for control in ("header nav", "footer", ".btns", ".filters", ".ds-skip-link"):
        for found in page.locator(control).all():
            expect(found).to_be_hidden()
    ink = page.evaluate("getComputedStyle(document.querySelector('h1')).color")
    assert ink == "rgb(0, 0, 0)"


@pytest.mark.parametrize("address", ["/", "/events", "/seasons", "/calendar"])
def test_forced_colours_leave_pages_whole(demo_site: Site, open_browser: OpenBrowser, address: str):
    page = open_browser(demo_site, forced_colors="active").new_page()

    page.goto(address)

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    # The colours are the reader's own then; axe measures those we wrote.
    assert [each for each in axe_findings(page) if not each.startswith("color-contrast")] == []


def test_forced_colours_keep_the_marks_of_the_map_apart(demo_site: Site, open_browser: OpenBrowser):
    page = open_browser(demo_site, forced_colors="active").new_page()
    page.goto("/seasons")
    page.locator("main").get_by_role("link", name="Oppdrag Oslofjorden").first.click()

    fill = "mark => getComputedStyle(mark).fill"
    paper = page.locator(".school.is-empty").first.evaluate(fill)

    assert page.locator(".school.is-full").first.evaluate(fill) != paper
    assert page.locator(".school-half").first.evaluate(fill) != paper
