"""What people do on the way through the portal, for the journeys."""

import re
from datetime import UTC, date, datetime, timedelta

from playwright.sync_api import Page, expect

from portal.dates import OSLO
from portal.db import db
from portal.imports import registers
from portal.models.accounts import EmailAddress, Person, Role, RoleName
from tests.browser.site import Arrived, Site

KARI, OLA = "kari.nordmann@example.org", "ola.hansen@example.org"
SIRI, AMIR = "siri.berg@example.org", "amir.khan@example.org"


def fill_registers(site: Site) -> None:
    """Counties, schools, postcodes and so on, and Kari, who organises."""
    now = datetime.now(UTC)
    with site.app.app_context():
        registers.fill()
        kari = Person(name="Kari Nordmann", created_at=now)
        kari.emails.append(EmailAddress(address=KARI, is_primary=True, confirmed_at=now))
        kari.roles.append(Role(name=RoleName.ORGANISER, granted_at=now))
        db.session.add(kari)
        db.session.commit()


def weekday_in(weeks: int, weekday: int) -> date:
    """A day of the week some weeks ahead; Monday is 0."""
    day = datetime.now(OSLO).date() + timedelta(weeks=weeks)
    return day + timedelta(days=weekday - day.weekday())


def typed(day: date) -> str:
    """A day as one types it."""
    return f"{day.day}.{day.month}.{day.year}"


def sign_in(page: Page, site: Site, address: str) -> None:
    """Sign in with the link of a mail."""
    page.goto("/sign-in")
    page.get_by_label("E-post").fill(address)
    page.get_by_role("button", name="Send").click()
    page.goto(site.mail_to(address, lambda mail: "/sign-in/" in mail.text).link("/sign-in/"))
    page.locator("main").get_by_role("button", name="Logg inn").click()
    expect(page.get_by_role("button", name="Logg ut").first).to_be_visible()


def make_season(page: Page, camp_day: date) -> str:
    """A season with one school, picked from the register; the address of its page."""
    page.goto("/organise/seasons/new")
    page.get_by_label("Navn", exact=True).fill("Oppdrag Oslofjorden")
    page.get_by_label("Tema").fill("Liv i fjorden")
    page.get_by_role("button", name="Lagre utkastet").click()
    page.get_by_label("Skole, sted eller kommune").fill("Malakoff")
    page.get_by_role("button", name="Søk", exact=True).click()
    page.get_by_label("Malakoff").check()
    page.get_by_label("Vanlig dag").fill(typed(camp_day))
    page.get_by_label("Fra", exact=True).fill("08.30")
    page.get_by_label("Til", exact=True).fill("14.30")
    page.get_by_role("button", name="Legg til skolene du har krysset av").click()
    expect(page.get_by_role("heading", name="I sesongen")).to_be_visible()
    return page.url.partition("/schools")[0]


def make_final(page: Page, season: str, title: str, day: date) -> None:
    """The final of a season, in Oslo City Hall."""
    page.goto(f"{season}/final")
    page.get_by_label("Tittel").fill(title)
    page.get_by_label("Dato").fill(typed(day))
    page.get_by_label("Fra", exact=True).fill("10.00")
    page.get_by_label("Til", exact=True).fill("15.00")
    page.get_by_label("Sted").fill("Oslo rådhus")
    page.get_by_label("Kommune").select_option("0301")
    page.get_by_role("button", name="Lagre utkastet").click()


def publish_and_open(page: Page, season: str, last_day: date) -> None:
    """Publish a season and let people volunteer until ``last_day``."""
    page.goto(season)
    page.get_by_role("button", name=re.compile("^Publiser")).first.click()
    page.goto(f"{season}/signup-window")
    page.locator("#closes").fill(typed(last_day))
    page.get_by_role("button", name="Lagre").click()


def write_who_and_where(page: Page, name: str, address: str, postcode: str) -> None:
    """The first step of volunteering, on its page."""
    page.get_by_label("Fullt navn").fill(name)
    page.get_by_label("E-postadresse").fill(address)
    page.get_by_label("Postnummer").fill(postcode)
    page.get_by_label("Så langt det trengs").check()
    page.locator("#most_camps").select_option("2")


def say_yes_to_every_day(page: Page) -> None:
    """The second step of volunteering, on its page."""
    for choice in page.get_by_label("Ja", exact=True).all():
        choice.check()


def next_step(page: Page) -> None:
    """Go on from a step of volunteering."""
    page.get_by_role("button", name="Neste").click()


def is_receipt(mail: Arrived) -> bool:
    """Whether a mail says that an offer counts."""
    return "/signups/" in mail.text and "/confirm/" not in mail.text
