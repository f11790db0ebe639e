"""Volunteering as people really do it: with mistakes, back and forth, twice, and without script."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Page, expect

from portal.db import db
from portal.models.accounts import EmailAddress
from portal.models.jury import JurySignup
from tests.browser import walks
from tests.browser.conftest import look
from tests.browser.site import Site

OpenBrowser = Callable[..., BrowserContext]


@pytest.fixture
def form(demo_site: Site, open_browser: OpenBrowser) -> Page:
    """The first step of the season to come, in a browser that runs no script."""
    page = open_browser(demo_site, java_script_enabled=False).new_page()
    page.goto("/seasons")
    page.get_by_role("link", name="Oppdrag Oslofjorden 2", exact=False).first.click()
    page.goto(f"{page.url}/signup")
    return page


def offers_of(site: Site, address: str) -> int:
    """How many offers stand under an address."""
    by_address = (
        sa.select(sa.func.count(JurySignup.id))
        .join(EmailAddress, EmailAddress.person_id == JurySignup.juror_id)
        .where(EmailAddress.address == address)
    )
    with site.app.app_context():
        return db.session.scalar(by_address) or 0


def go_to_the_check(page: Page, name: str, address: str) -> None:
    """Through the three steps with the shortest answers that will do."""
    walks.write_who_and_where(page, name, address, "1530")
    walks.next_step(page)
    page.get_by_label("Ja", exact=True).first.check()
    walks.next_step(page)
    page.locator("#consent").check()
    walks.next_step(page)


def test_mistakes_are_named_at_the_top_and_at_the_field_and_nothing_is_lost(
    demo_site: Site, open_browser: OpenBrowser, form: Page
):
    page = open_browser(demo_site).new_page()
    page.goto(form.url)
    page.get_by_label("Fullt navn").fill("Per Olsen")
    page.get_by_label("Postnummer").fill("15")

    walks.next_step(page)

    summary = page.locator(".ds-error-summary")
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile("^Feil: "))
    expect(page.get_by_label("Fullt navn")).to_have_value("Per Olsen")
    expect(page.get_by_label("Postnummer")).to_have_attribute("aria-invalid", "true")
    assert look(page) == []
    summary.get_by_role("link", name="postnummer").click()
    expect(page.get_by_label("Postnummer")).to_be_focused()


def test_going_back_keeps_the_answers_and_a_change_counts(form: Page):
    walks.write_who_and_where(form, "Per Olsen", "per.olsen@example.org", "1530")
    walks.next_step(form)
    form.get_by_label("Om nødvendig").first.check()
    walks.next_step(form)

    form.go_back()
    expect(form.get_by_label("Om nødvendig").first).to_be_checked()
    form.get_by_label("Ja", exact=True).first.check()
    walks.next_step(form)
    form.locator("#consent").check()
    walks.next_step(form)

    expect(form.locator("main")).to_contain_text(": Ja")
    expect(form.locator("main")).not_to_contain_text("Om nødvendig")


def test_a_second_tab_goes_on_where_the_first_one_stopped(form: Page):
    walks.write_who_and_where(form, "Per Olsen", "per.olsen@example.org", "1530")
    begin = form.url
    walks.next_step(form)
    second = form.context.new_page()

    second.goto(begin)
    second.get_by_role("link", name="Fortsett").click()

    assert second.url == form.url


def test_submitting_and_confirming_twice_makes_one_offer(
    demo_site: Site, open_browser: OpenBrowser, form: Page
):
    address = "berit.dahl@example.org"
    go_to_the_check(form, "Berit Dahl", address)
    second = form.context.new_page()
    second.goto(form.url)
    for tab in (form, second):
        tab.get_by_role("button", name="Send inn").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Åpne e-posten vi har sendt deg")
    link = demo_site.mail_to(address, lambda mail: "/confirm/" in mail.text).link("/confirm/")

    phone = open_browser(demo_site).new_page()
    for browser in (form, phone):
        browser.goto(link)
    for browser in (form, phone):
        browser.get_by_role("button", name="Bekreft tilbudet mitt").click()

    expect(phone.get_by_role("heading", level=1)).to_have_text(
        "Tilbudet ditt er allerede bekreftet"
    )
    demo_site.mail_to(address, walks.is_receipt)
    assert offers_of(demo_site, address) == 1


@pytest.mark.parametrize("script", [True, False])
def test_looking_for_a_school_leads_on_to_the_sign_up_with_the_answers(
    demo_site: Site, open_browser: OpenBrowser, script: bool
):
    page = open_browser(demo_site, java_script_enabled=script).new_page()
    page.goto("/")
    page.get_by_role("link", name="Finn en skole nær deg").click()
    page.get_by_label("Postnummer").fill("1530")
    page.get_by_label("Inntil 50 km").check()
    page.locator("form.filters button[type=submit]").click()
    expect(page.locator("#suits")).to_be_visible()
    expect(page).to_have_url(re.compile("postcode=1530"))

    page.get_by_role("link", name="Meld deg som jurymedlem").click()

    expect(page.get_by_label("Postnummer")).to_have_value("1530")
    expect(page.get_by_label("Inntil 50 km")).to_be_checked()


def test_with_script_the_schools_follow_each_answer(demo_site: Site, open_browser: OpenBrowser):
    page = open_browser(demo_site).new_page()
    page.goto("/")
    page.get_by_role("link", name="Finn en skole nær deg").click()
    page.get_by_label("Postnummer").fill("1530")
    page.get_by_label("Postnummer").blur()
    expect(page.locator("#suits")).to_be_visible()

    page.get_by_label("Inntil 25 km").check()

    expect(page).to_have_url(re.compile("longest=25"))
    expect(page.locator("#outside")).to_be_visible()
    assert look(page) == []
