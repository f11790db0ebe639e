"""A browser that notices: script errors, requests to others, what axe finds, sideways scroll."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from tests.browser.ensure_chromium import installed
from tests.browser.site import Site, running

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_ANSWERED = re.compile(r"the server responded with a status of (401|403|404|409|422)")
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN_AXE = """async (tags) => {
  const found = await axe.run(document, {runOnly: {type: 'tag', values: tags}});
  const shown = node => node.html.slice(0, 160);
  return found.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(shown).join(' | '));
}"""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The Chromium of the machine, without what a closed network would refuse."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or installed()
    found = {"executable_path": path} if path else {}
    return {**browser_type_launch_args, "args": ARGS, **found}


@pytest.fixture(scope="session")
def demo_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A portal with the demo in it, for looking at pages."""
    with running(tmp_path_factory.mktemp("demo"), demo=True) as site:
        yield site


@pytest.fixture
def empty_site(tmp_path: Path) -> Iterator[Site]:
    """A portal in which nothing has happened yet, for walking through it."""
    with running(tmp_path, demo=False) as site:
        yield site


@pytest.fixture
def open_browser(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """``open_browser(site, …)``: a browser of somebody's own, quiet to the end."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def new_context(site: Site, *, signed_in: str = "", **options: Any) -> BrowserContext:
        context = browser.new_context(base_url=site.url, locale="nb-NO", **options)
        context.set_default_timeout(15_000)
        if signed_in:
            context.add_cookies([site.session_of(signed_in)])
        _watch(context, site.url, problems)
        contexts.append(context)
        return context

    yield new_context
    for context in contexts:
        context.close()
    assert problems == []


def _watch(context: BrowserContext, origin: str, problems: list[str]) -> None:
    def on_console(message: ConsoleMessage) -> None:
        # Chromium reports a page that answers 4xx, which a form with mistakes and a forged link do.
        if message.type == "error" and not _ANSWERED.search(message.text):
            problems.append(f"console on {message.page and message.page.url}: {message.text}")

    def on_request(request: Request) -> None:
        if not request.url.startswith((origin, "data:", "about:", "blob:")):
            problems.append(f"request to {request.url}")

    context.on("console", on_console)
    context.on("weberror", lambda error: problems.append(f"script: {error.error}"))
    context.on("request", on_request)


def axe_findings(page: Page) -> list[str]:
    """What axe finds wrong on the page as it is shown now."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(_RUN_AXE, _RULES)
    return found


def sideways(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    script = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return int(page.evaluate(script))


def look(page: Page) -> list[str]:
    """Look at the page wide in light and dark and narrow in light, as ground rule 3 says."""
    found = []
    for width, scheme in ((1280, "light"), (1280, "dark"), (390, "light"), (320, "light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        if width != 390:
            found += [f"{width} {scheme}: {finding}" for finding in axe_findings(page)]
        if width < 1280 and sideways(page) > 0:
            found.append(f"{width}: {sideways(page)} px sideways")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
    return found
