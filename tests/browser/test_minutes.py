"""Minutes in a browser: on paper, and commented on and answered without script."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.addresses import book
from tests.browser.site import Site
from tests.browser.walks import KARI, OLA

OpenBrowser = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def paths(demo_site: Site) -> dict[str, str]:
    """The addresses of minutes sent for comment, and of public ones."""
    with demo_site.app.test_request_context(base_url=demo_site.url):
        found = book.of_pages()
    sent, public = found["minutes.show"][0], found["minutes.publish"][0]
    return {"sent": sent, "public": public.removesuffix("/publication")}


def test_on_paper_are_the_minutes_and_nothing_to_press(
    demo_site: Site, open_browser: OpenBrowser, paths: dict[str, str]
):
    page = open_browser(demo_site, signed_in=KARI, color_scheme="dark").new_page()
    page.goto(paths["sent"])
    expect(page.get_by_role("button", name="Skriv ut")).to_be_visible()

    page.emulate_media(media="print", color_scheme="dark")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".attendance")).to_be_visible()
    expect(page.locator(".decision").first).to_be_visible()
    for gone in ("header nav", "footer", ".btns", ".comments", ".comments-whole", ".ds-alert"):
        for found in page.locator(gone).all():
            expect(found).to_be_hidden()
    style = page.evaluate("""() => {
      const of = (at, name) => getComputedStyle(document.querySelector(at))[name];
      return [of('.minutes h2', 'breakAfter'), of('.minutes .decision', 'breakInside'),
              of('.minutes thead', 'display'), of('h1', 'color')];
    }""")
    assert style == ["avoid", "avoid", "table-header-group", "rgb(0, 0, 0)"]


def test_on_paper_links_are_spelled_out_once(
    demo_site: Site, open_browser: OpenBrowser, paths: dict[str, str]
):
    page = open_browser(demo_site).new_page()
    page.goto(paths["public"])

    page.emulate_media(media="print")

    shown = page.locator("main a[href^='http']").evaluate_all(
        "links => links.map(link => getComputedStyle(link, '::after').content)"
    )
    # The first is called by its address, the second by a word.
    assert [each == "none" for each in shown] == [True, False]
    assert "https://filer.example.org/nettsider" in shown[1] or "attr(href)" in shown[1]


def test_minutes_are_commented_on_and_answered_without_script(
    demo_site: Site, open_browser: OpenBrowser, paths: dict[str, str]
):
    member = open_browser(demo_site, signed_in=OLA, java_script_enabled=False).new_page()
    member.goto(paths["sent"])
    item = member.locator("#item-1")
    item.get_by_text("Kommenter sak 1").click()
    item.get_by_label("Kommentaren din").fill("Vi var flere.")
    item.get_by_role("button", name="Send kommentaren").click()
    expect(member.locator("#item-1")).to_contain_text("Vi var flere.")

    lead = open_browser(demo_site, signed_in=KARI, java_script_enabled=False).new_page()
    lead.goto(paths["sent"])
    lead.locator("#item-1").get_by_role("link", name="Svar på kommentaren").click()
    lead.get_by_label("Hva som ble gjort").fill("Rettet.")
    lead.get_by_role("button", name="Merk som behandlet").click()

    member.reload()
    expect(member.locator("#item-1")).to_contain_text("Rettet.")


def test_the_file_is_fetched_without_signing_in_when_minutes_are_public(
    demo_site: Site, open_browser: OpenBrowser, paths: dict[str, str]
):
    page = open_browser(demo_site).new_page()
    page.goto(paths["public"])

    with page.expect_download() as download:
        page.get_by_role("link", name="Word-dokument").click()

    assert download.value.suggested_filename.startswith("referat-")
    assert download.value.suggested_filename.endswith("-faggruppe-for-naeringssamarbeid.docx")
