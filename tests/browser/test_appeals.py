"""From talk to jury: a group is asked, a member signs up from the mail, and the list shows it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Page, expect

from portal.db import db
from portal.models.accounts import EmailAddress
from portal.models.jury import JurySignup
from tests.browser import walks
from tests.browser.conftest import look
from tests.browser.site import Site
from tests.factories import (
    create_camp,
    create_group,
    create_person,
    create_place,
    create_school,
    create_season,
)
from tests.mail.rules import broken_rules

OpenBrowser = Callable[..., BrowserContext]
SIRI = "siri.berg@example.org"


@pytest.fixture
def site(empty_site: Site) -> Site:
    """A season with a school in Moss, and a group with Ola of Moss and Siri of Lillehammer."""
    empty_site.app.config["MAILING_HOLD_SECONDS"] = 1
    walks.fill_registers(empty_site)
    now = datetime.now(UTC)
    with empty_site.app.app_context():
        season = create_season(
            "Oppdrag Oslofjorden", slug="oppdrag", year=now.year, counties=[],
            signup_opens_at=now - timedelta(days=1), signup_closes_at=now + timedelta(days=20),
        )  # fmt: skip
        day = (now + timedelta(days=40)).replace(hour=8, minute=0, second=0, microsecond=0)
        create_camp(season, create_school("Kirkeparken vgs"), day=day)
        group = create_group("Faggruppe for fjorden", slug="fjorden")
        for name, address, code in (("Ola Hansen", walks.OLA, "3103"), ("Siri Berg", SIRI, "3405")):
            person = create_person(name, email=address, municipality_code=code)
            create_place(group, person)
    return empty_site


def ask(page: Page) -> None:
    """From the page of the group to the page with the answers."""
    page.goto("/groups/fjorden")
    page.get_by_text("Mer du kan gjøre").click()
    page.locator("a[href$='/appeals']").click()
    expect(page.locator("input[name=person]:checked")).to_have_count(2)
    expect(page.locator("fieldset").first).to_contain_text("Kirkeparken vgs")
    page.locator("#words").fill("Bli med, da. Det er **gøy**.")
    page.locator("form[action$=question] button").click()
    expect(page.locator("details summary")).to_have_count(2)
    page.locator("form[action$=sending] button").click()
    expect(page).to_have_url(re.compile("/answers$"))


def sign_up(page: Page, link: str) -> None:
    """From the link in the mail to an offer, with no other mail on the way."""
    page.goto(link)
    page.locator("form[action$=signup] button").click()
    expect(page.locator("#name")).to_have_value("Ola Hansen")
    expect(page.locator("#email")).to_have_value(walks.OLA)
    expect(page.locator("#municipality")).to_have_value("3103")
    page.locator("input[name=longest][value=any]").check()
    walks.next_step(page)
    page.get_by_label("Ja", exact=True).first.check()
    walks.next_step(page)
    page.locator("#consent").check()
    walks.next_step(page)
    page.locator("form[action$=check] button").click()
    expect(page).to_have_url(link)
    expect(page.locator("form[action$=signup]")).to_have_count(0)


@pytest.mark.parametrize("script", [True, False])
def test_a_group_is_asked_and_one_signs_up_from_the_mail_and_one_says_no(
    site: Site, open_browser: OpenBrowser, script: bool
):
    kari = open_browser(site, signed_in=walks.KARI, java_script_enabled=script).new_page()
    ask(kari)
    to_ola, to_siri = (site.mail_to(each) for each in (walks.OLA, SIRI))
    assert [broken_rules(mail.raw) for mail in (to_ola, to_siri)] == [[], []]
    assert "Kirkeparken vgs" in to_ola.subject

    ola = open_browser(site, java_script_enabled=script).new_page()
    sign_up(ola, to_ola.link("/appeals/"))
    site.mail_to(walks.OLA, walks.is_receipt)

    siri = open_browser(site, java_script_enabled=script).new_page()
    siri.goto(to_siri.link("/appeals/"))
    siri.locator("#comment").fill("Har ferie.")
    siri.locator("form[action$='/no'] button").click()
    expect(siri.locator("#comment")).to_have_value("Har ferie.")

    kari.reload()
    rows = kari.locator("main tbody tr")
    expect(rows.nth(0)).to_contain_text("Ola Hansen")
    expect(rows.nth(0).locator(".ds-tag")).to_have_attribute("data-color", "success")
    expect(rows.nth(1)).to_contain_text("Har ferie.")
    # Axe is a script itself.
    assert not script or look(kari) == []
    assert offers_of(site, walks.OLA) == 1


def offers_of(site: Site, address: str) -> int:
    """How many offers stand under an address."""
    by_address = (
        sa.select(sa.func.count(JurySignup.id))
        .join(EmailAddress, EmailAddress.person_id == JurySignup.juror_id)
        .where(EmailAddress.address == address)
    )
    with site.app.app_context():
        return db.session.scalar(by_address) or 0
