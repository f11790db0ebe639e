"""Pictures of pages of the demo, for looking at: ``python -m tests.browser.shots``."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, FloatRect, Page, sync_playwright

from tests.browser import walks
from tests.browser.addresses import book
from tests.browser.addresses.finding import NOBODY
from tests.browser.conftest import ARGS
from tests.browser.ensure_chromium import installed
from tests.browser.site import Site, running
from tests.browser.walks import KARI, OLA

_ROOT = Path(__file__).parents[2]
_FOLDER = _ROOT / "docs" / "screenshots"


def _nothing(page: Page) -> None:
    """The page as it comes."""


@dataclass(frozen=True)
class Picture:
    """One page, how it is looked at, and what is done on it first."""

    name: str
    endpoint: str
    who: str = NOBODY
    width: int = 1280
    scheme: str = "light"
    query: str = ""
    do: Callable[[Page], None] = _nothing


def _next(page: Page) -> None:
    walks.next_step(page)


def _go_to_the_days(page: Page) -> None:
    walks.write_who_and_where(page, "Siri Berg", "siri.berg@example.org", "1530")
    walks.next_step(page)


PICTURES = (
    Picture("front", "home.front"),
    Picture("front-phone", "home.front", width=390),
    Picture("programme", "events.index"),
    Picture("programme-empty", "events.index", query="?q=romferd"),
    Picture("event", "events.show"),
    Picture("season", "seasons.show"),
    Picture("season-dark", "seasons.show", scheme="dark"),
    Picture("season-phone", "seasons.show", width=390),
    Picture("sign-up-errors", "jury.begin", do=_next),
    Picture("sign-up-days", "jury.begin", width=390, do=_go_to_the_days),
    Picture("organise", "home.organise", KARI),
    Picture("season-run", "organise_seasons.show", KARI),
    Picture("plan", "plans.show", KARI),
    Picture("jury-board", "plan_edits.board", KARI),
    Picture("jury-board-dark", "plan_edits.board", KARI, scheme="dark"),
    Picture("juries", "plans.juries", KARI),
    Picture("my-page", "home.my_page", OLA),
    Picture("group", "groups.show", KARI),
    Picture("mail-log", "organise_mail.index", KARI),
    Picture("mailing", "mailings.show", KARI),
    Picture("mailing-preview", "mailing_drafts.preview", KARI),
    Picture("calendar", "calendar.explain", OLA),
    Picture("no-such-page", "home.front", query="nowhere"),
)


def main() -> None:
    """Write every picture anew."""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder), demo=True) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=installed(), args=ARGS)
        with site.app.test_request_context(base_url=site.url):
            paths = {endpoint: path for endpoint, (path, _) in book.of_pages().items()}
        for picture in PICTURES:
            page = _shown(browser, site, picture, paths[picture.endpoint] + picture.query)
            page.screenshot(path=_FOLDER / f"{picture.name}.png", full_page=True)
            if picture.name == "season":
                page.screenshot(path=_FOLDER / "readme.png", full_page=True, clip=_camps(page))
            page.context.close()
    print(f"{len(PICTURES)} pictures in {_FOLDER.relative_to(_ROOT)}.")


def _camps(page: Page) -> FloatRect:
    """The part of a season's page that the README shows, there as ``docs/images/season.png``."""
    top = page.locator("#camps").evaluate("heading => heading.getBoundingClientRect().top")
    return {"x": 0, "y": top + page.evaluate("scrollY") - 40, "width": 1280, "height": 860}


def _shown(browser: Browser, site: Site, picture: Picture, path: str) -> Page:
    page = _context(browser, site, picture).new_page()
    page.set_default_timeout(15_000)
    page.goto(path)
    picture.do(page)
    page.wait_for_load_state("networkidle")
    return page


def _context(browser: Browser, site: Site, picture: Picture) -> BrowserContext:
    context = browser.new_context(
        base_url=site.url,
        locale="nb-NO",
        viewport={"width": picture.width, "height": 900},
        color_scheme="dark" if picture.scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    if picture.who:
        context.add_cookies([site.session_of(picture.who)])
    return context


if __name__ == "__main__":
    main()
