"""Every page of the portal, looked at in a browser: whole, quiet, accessible and narrow enough."""

from collections.abc import Callable
from functools import cache

import pytest
from playwright.sync_api import BrowserContext

from portal.app import create_app
from portal.policy.table import TABLE
from tests.browser.addresses import book
from tests.browser.conftest import look
from tests.browser.site import Site

ENDPOINTS = sorted(
    endpoint
    for endpoint, methods in TABLE.items()
    if "GET" in methods and endpoint not in book.NOT_PAGES | book.ON_THE_WAY
)


@pytest.fixture(scope="session")
def page_addresses(demo_site: Site) -> dict[str, tuple[str, str]]:
    with demo_site.app.test_request_context(base_url=demo_site.url):
        found = book.of_pages()
    newest = sorted(path.stem for path in demo_site.mail_folder.glob("*.eml"))
    path, who = found["demo.message"]
    found["demo.message"] = (path.replace("first", newest[-1]), who)
    return found


@pytest.fixture(scope="session", autouse=True)
def some_mail_has_arrived(demo_site: Site) -> None:
    demo_site.mail_to("example.org")


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_the_page_is_quiet_accessible_and_narrow_enough(
    demo_site: Site,
    page_addresses: dict[str, tuple[str, str]],
    open_browser: Callable[..., BrowserContext],
    endpoint: str,
):
    address, who = page_addresses[endpoint]
    page = open_browser(demo_site, signed_in=who).new_page()

    answer = page.goto(address)

    assert answer is not None
    assert answer.status == 200, address
    assert page.evaluate("document.documentElement.lang") == "nb"
    assert look(page) == []


@pytest.mark.parametrize("language", ["nn", "en"])
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_the_page_speaks_the_other_languages_too(
    demo_site: Site,
    page_addresses: dict[str, tuple[str, str]],
    open_browser: Callable[..., BrowserContext],
    endpoint: str,
    language: str,
):
    address, who = page_addresses[endpoint]
    context = open_browser(demo_site, signed_in=who)
    context.add_cookies([{"name": "language", "value": language, "url": demo_site.url}])
    page = context.new_page()

    answer = page.goto(address)

    assert answer is not None
    assert (answer.status, page.evaluate("document.documentElement.lang")) == (200, language)


@pytest.mark.parametrize("address", ["/nowhere", "/organise/", "/asks/forged", "/sign-in/forged"])
def test_what_cannot_be_shown_is_as_carefully_made(
    demo_site: Site, open_browser: Callable[..., BrowserContext], address: str
):
    page = open_browser(demo_site).new_page()

    page.goto(address)

    assert look(page) == []


@cache
def _html_endpoints() -> set[str]:
    app = create_app({"SQLALCHEMY_DATABASE_URI": "sqlite://"})
    return {
        rule.endpoint for rule in app.url_map.iter_rules() if rule.methods and "GET" in rule.methods
    }


def test_no_page_is_left_out(page_addresses: dict[str, tuple[str, str]]):
    missing = _html_endpoints() - book.NOT_PAGES - book.ON_THE_WAY - set(page_addresses)

    assert missing == set()
