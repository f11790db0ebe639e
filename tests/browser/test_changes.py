"""Events and meetings made, moved and called off on the pages, and what reaches those invited."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from portal import people
from portal.db import db
from portal.invitations import actions as invitations
from portal.models.accounts import Person
from portal.models.events import Event
from tests.browser import walks
from tests.browser.site import Arrived, Site
from tests.browser.walks import KARI, OLA
from tests.mail.rules import broken_rules

OpenBrowser = Callable[..., BrowserContext]


@pytest.fixture
def kari(demo_site: Site, open_browser: OpenBrowser) -> Page:
    return open_browser(demo_site, signed_in=KARI).new_page()


def invite(site: Site, slug: str, address: str) -> None:
    """Put somebody on the list of those invited."""
    with site.app.app_context():
        event = db.session.scalars(db.select(Event).where(Event.slug == slug)).one()
        guest = people.find_by_email(address)
        assert isinstance(guest, Person)
        invitations.invite(event, guest, by=None, now=datetime.now(UTC))
        db.session.commit()


def mail_about(site: Site, address: str, title: str, method: str, day: date) -> Arrived:
    """The newest calendar mail to somebody about an event on a day; it breaks no rule."""

    def wanted(mail: Arrived) -> bool:
        if mail.method != method or not mail.entry.value("SUMMARY").endswith(title):
            return False
        return mail.entry.value("DTSTART").startswith(f"{day:%Y%m%d}")

    mail = site.mail_to(address, wanted)
    assert broken_rules(mail.raw) == []
    return mail


def sequences(*mails: Arrived) -> list[int]:
    """The SEQUENCE of each, all of one UID."""
    assert len({mail.entry.value("UID") for mail in mails}) == 1
    return [int(mail.entry.value("SEQUENCE")) for mail in mails]


def write_when(page: Page, day: date) -> None:
    """Day and hours, as the forms of events and meetings have them."""
    page.get_by_label("Dato", exact=True).fill(walks.typed(day))
    page.locator("#starts").fill("09.00")
    page.locator("#ends").fill("10.30")


def call_meeting(page: Page, title: str, day: date) -> None:
    """A meeting of the group that Ola sits in, planned and called; the page is the meeting's."""
    page.goto("/groups")
    page.get_by_role("link", name="Arbeidsgruppe for grønt næringsliv").click()
    page.get_by_role("link", name="Planlegg et møte").click()
    page.get_by_label("Tittel", exact=True).first.fill(title)
    write_when(page, day)
    page.get_by_role("button", name="Lagre utkastet").click()
    page.get_by_role("link", name="Send innkallingen til").click()
    page.get_by_role("button", name="Kall inn").click()


def test_an_event_is_made_published_moved_and_cancelled(demo_site: Site, kari: Page):
    title, day = "Fjorden og frokosten", walks.weekday_in(6, 1)
    kari.goto("/organise/events/new")
    kari.get_by_label("Tittel", exact=True).first.fill(title)
    kari.get_by_label("Type arrangement").select_option("webinar")
    write_when(kari, day)
    kari.get_by_role("button", name="Lagre utkastet").click()
    slug = kari.url.rsplit("/", 1)[1]
    kari.get_by_role("button", name="Publiser arrangementet").click()
    invite(demo_site, slug, OLA)
    request = mail_about(demo_site, OLA, title, "REQUEST", day)

    kari.goto(f"/organise/events/{slug}/edit")
    kari.get_by_label("Dato", exact=True).fill(walks.typed(day + timedelta(days=1)))
    expect(kari.get_by_label("Si fra til dem nå")).to_be_checked()
    kari.get_by_role("button", name="Lagre", exact=True).click()
    update = mail_about(demo_site, OLA, title, "REQUEST", day + timedelta(days=1))
    kari.goto(f"/organise/events/{slug}/cancellation")
    kari.get_by_role("button", name=re.compile("^Avlys og varsle")).click()
    cancel = mail_about(demo_site, OLA, title, "CANCEL", day + timedelta(days=1))

    first, second, third = sequences(request, update, cancel)
    assert first < second < third
    kari.goto(f"/events/{slug}")
    expect(kari.locator("main")).to_contain_text("Arrangementet er avlyst")


def test_a_meeting_is_called_moved_and_cancelled(demo_site: Site, kari: Page):
    title, day = "Møte om blåskjell", walks.weekday_in(7, 3)
    call_meeting(kari, title, day)
    meeting = kari.url
    request = mail_about(demo_site, OLA, title, "REQUEST", day)

    kari.goto(f"{meeting}/edit")
    kari.get_by_label("Dato", exact=True).fill(walks.typed(day + timedelta(days=4)))
    kari.get_by_role("button", name="Lagre", exact=True).click()
    update = mail_about(demo_site, OLA, title, "REQUEST", day + timedelta(days=4))
    kari.goto(meeting)
    kari.get_by_role("link", name="Avlys møtet").click()
    kari.get_by_label("Hva skal vi si").fill("Vi tar det i januar i stedet.")
    kari.get_by_role("button", name=re.compile("^Avlys og varsle")).click()
    cancel = mail_about(demo_site, OLA, title, "CANCEL", day + timedelta(days=4))

    first, second, third = sequences(request, update, cancel)
    assert first < second < third
    assert "Vi tar det i januar i stedet." in cancel.text


def test_one_called_answers_from_the_mail_and_the_page_of_the_meeting_lists_it(
    demo_site: Site, open_browser: OpenBrowser, kari: Page
):
    title, day = "Møte om tang og tare", walks.weekday_in(9, 2)
    call_meeting(kari, title, day)
    request = mail_about(demo_site, OLA, title, "REQUEST", day)

    ola = open_browser(demo_site, java_script_enabled=False).new_page()
    ola.goto(request.link("/invitations/"))
    ola.get_by_label("Nei", exact=False).first.check()
    ola.get_by_role("button", name="Send svaret").click()

    kari.reload()
    expect(kari.locator("tr", has_text="Ola Hansen").first).to_contain_text("Forfall")
