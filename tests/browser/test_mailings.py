"""Writing to many in a browser: drafted, looked at, sent, and watched until it is through."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Page, expect

from portal import people
from portal.accounts import roles
from portal.db import db
from portal.mail import control
from portal.models.accounts import RoleName
from portal.models.groups import Group, GroupKind, GroupPlace, PlaceState
from portal.models.mailings import Mailing
from tests.browser.conftest import axe_findings
from tests.browser.site import Site
from tests.mail.rules import broken_rules

OpenBrowser = Callable[..., BrowserContext]
KARI = "kari.nordmann@example.org"
READERS = [f"leser{number}@example.org" for number in range(3)]


@pytest.fixture
def site(empty_site: Site) -> Site:
    """A portal in which Kari organises and three people sit in a group; the hold is short."""
    empty_site.app.config["MAILING_HOLD_SECONDS"] = 3
    now = datetime.now(UTC)
    with empty_site.app.app_context():
        kari = people.create_person("Kari Nordmann", KARI, confirmed_at=now, now=now, actor=None)
        roles.grant(kari, RoleName.ORGANISER, "", actor=None, now=now)
        group = Group(slug="g", name="Arbeidsgruppe", kind=GroupKind.WORKING, created_at=now)
        db.session.add(group)
        for number, address in enumerate(READERS):
            reader = people.create_person(
                f"Leser {number}", address, confirmed_at=now, now=now, actor=None
            )
            place = GroupPlace(group=group, person=reader, state=PlaceState.CONFIRMED)
            db.session.add(place)
        db.session.commit()
    return empty_site


def write(page: Page) -> None:
    """From the list to the page that is watched."""
    page.goto("/organise/mailings")
    page.locator("main form[action$=drafts] button").click()
    page.locator("input[name=who][value=group]").check()
    page.locator("#group").select_option(label="Arbeidsgruppe")
    page.locator("#subject_nb").fill("Nytt til {fornavn}")
    page.locator("#body_nb").fill("Hei {navn}\n\n- **viktig**")
    page.locator("main form.audience button:not([name])").click()
    expect(page.locator("summary")).to_have_count(3)
    page.locator("main a[href$=sending]").click()
    page.locator("main form button").click()


def test_a_mailing_is_watched_until_it_is_through(site: Site, open_browser: OpenBrowser):
    page = open_browser(site, signed_in=KARI).new_page()

    write(page)

    # The page itself looks again; nobody reloads it.
    page.evaluate("window.stayed = true")
    expect(page.locator("#through")).to_have_attribute("value", "0")
    expect(page.locator("#steer form[action$=stop]")).to_be_visible()
    expect(page.locator("#through")).to_have_attribute("value", "3", timeout=30_000)
    expect(page.locator("#poll")).to_have_count(0)
    expect(page.locator("#steer form")).to_have_count(0)
    assert page.evaluate("window.stayed") is True
    for number, address in enumerate(READERS):
        mail = site.mail_to(address)
        assert (mail.subject, broken_rules(mail.raw)) == ("Nytt til Leser", [])
        assert mail.text.splitlines()[:3] == [f"Hei Leser {number}", "", "- viktig"]


def test_whoever_is_signed_out_while_watching_is_told_so_and_not_shown_another_page(
    site: Site, open_browser: OpenBrowser
):
    site.app.config["MAILING_HOLD_SECONDS"] = 600
    page = open_browser(site, signed_in=KARI).new_page()
    write(page)
    expect(page.locator("#poll")).to_have_count(1)
    address = page.url.removeprefix(site.url)

    page.context.clear_cookies()

    sign_in = page.locator("#progress").get_by_role("link")
    expect(sign_in).to_have_attribute("href", f"/sign-in?next={address}")
    expect(page.locator("#poll")).to_have_count(0)
    assert (page.locator("h1").count(), axe_findings(page)) == (1, [])


def test_a_press_on_stop_is_one_on_stop_whatever_stage_begins_meanwhile(
    site: Site, open_browser: OpenBrowser
):
    page = open_browser(site, signed_in=KARI).new_page()
    write(page)
    page.locator("#steer form[action$=stop] button").focus()
    name = page.url.rpartition("/")[2]

    with site.app.app_context():
        mailing = db.session.scalars(sa.select(Mailing).where(Mailing.public_id == name)).one()
        control.pause(mailing, by=None, now=datetime.now(UTC))
        db.session.commit()

    expect(page.locator("#steer form")).to_have_count(2)
    focused = page.locator("#steer :focus")
    assert focused.evaluate("button => button.form.action").endswith(f"{name}/stop")


def test_only_the_question_that_the_audience_needs_is_asked(site: Site, open_browser: OpenBrowser):
    page = open_browser(site, signed_in=KARI).new_page()
    page.goto("/organise/mailings")
    page.locator("main form[action$=drafts] button").click()
    questions = page.locator("#season, #group, #event, #answer")
    shown = {}

    for who in ("seated", "group", "invited", "members"):
        page.locator(f"input[name=who][value={who}]").check()
        shown[who] = [each.get_attribute("id") for each in questions.all() if each.is_visible()]

    assert shown == {
        "seated": ["season"],
        "group": ["group"],
        "invited": ["event", "answer"],
        "members": [],
    }


def test_without_script_it_is_stopped_by_a_press_and_looked_at_by_a_link(
    site: Site, open_browser: OpenBrowser
):
    site.app.config["MAILING_HOLD_SECONDS"] = 600
    page = open_browser(site, signed_in=KARI, java_script_enabled=False).new_page()

    write(page)
    page.locator("#steer > a").click()
    expect(page.locator("#through")).to_have_attribute("value", "0")
    page.locator("#steer form[action$=stop] button").click()

    expect(page.locator("#steer form")).to_have_count(0)
    assert site.mails() == []


def test_going_back_from_the_preview_finds_what_was_written(site: Site, open_browser: OpenBrowser):
    page = open_browser(site, signed_in=KARI).new_page()
    page.goto("/organise/mailings")
    page.locator("main form[action$=drafts] button").click()
    page.locator("input[name=who][value=members]").check()
    page.locator("#subject_nb").fill("Nytt")
    page.locator("#body_nb").fill("En times arbeid")
    page.locator("main form.audience button:not([name])").click()
    expect(page.locator("summary")).to_have_count(3)

    page.go_back()

    expect(page.locator("#body_nb")).to_have_value("En times arbeid")
    expect(page.locator("input[name=who][value=members]")).to_be_checked()
