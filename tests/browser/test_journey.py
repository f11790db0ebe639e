"""The main job, walked from an empty portal to a moved final, as the people in it would."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Page, expect

from portal.db import db
from portal.models.accounts import Person
from portal.models.jury import Assignment, AssignmentState
from tests.browser import walks
from tests.browser.conftest import look
from tests.browser.site import Arrived, Site
from tests.browser.walks import AMIR, KARI, OLA, SIRI
from tests.calendar.rules import broken_rules as broken_calendar_rules
from tests.calendar.rules import parsed
from tests.mail.rules import INVITATION, broken_rules

FINAL = "Finale i Oppdrag Oslofjorden"
VOLUNTEERS = (("Siri Berg", SIRI, "1771"), ("Amir Khan", AMIR, "0150"))

OpenBrowser = Callable[..., BrowserContext]


@pytest.fixture
def site(empty_site: Site) -> Site:
    """A portal with its registers and one organiser, and nothing else."""
    walks.fill_registers(empty_site)
    return empty_site


def test_the_main_job_from_an_empty_portal_to_a_moved_final(site: Site, open_browser: OpenBrowser):
    final_day = walks.weekday_in(11, 0)
    kari = open_browser(site).new_page()

    season = _kari_publishes_a_season(kari, site, walks.weekday_in(8, 2), final_day)
    public = season.replace("/organise", "")
    visitor = open_browser(site).new_page()
    visitor.goto(public)
    expect(visitor.locator("main")).to_contain_text("Malakoff")
    _volunteer(visitor, site, public, "Ola Hansen", OLA, "1530", glance=look)
    for name, address, postcode in VOLUNTEERS:
        _volunteer(open_browser(site).new_page(), site, public, name, address, postcode)
    _kari_applies_a_plan(kari, season)
    _ola_says_yes_from_the_mail(open_browser(site, java_script_enabled=False).new_page(), site)
    invitation = site.mail_to(OLA, lambda mail: _is_request(mail, final_day))
    _moved_by_kari(kari, season, final_day + timedelta(days=7))
    update = site.mail_to(OLA, lambda mail: _is_request(mail, final_day + timedelta(days=7)))
    feed = _personal_feed(open_browser(site, signed_in=OLA).new_page())

    _is_sound(invitation)
    _is_sound(update)
    assert update.entry.value("UID") == invitation.entry.value("UID")
    assert int(update.entry.value("SEQUENCE")) > int(invitation.entry.value("SEQUENCE"))
    assert broken_calendar_rules(feed, feed=True) == []
    starts = {entry.value("UID"): entry.value("DTSTART") for entry in parsed(feed).inside[1:]}
    assert len(starts) == 2
    assert starts[update.entry.value("UID")] == update.entry.value("DTSTART")
    assert _states_of("Ola Hansen", site) == [AssignmentState.ACCEPTED, AssignmentState.RECONFIRM]


def _kari_publishes_a_season(kari: Page, site: Site, camp_day: date, final_day: date) -> str:
    walks.sign_in(kari, site, KARI)
    season = walks.make_season(kari, camp_day)
    walks.make_final(kari, season, FINAL, final_day)
    walks.publish_and_open(kari, season, walks.weekday_in(5, 4))
    return season


def _volunteer(
    page: Page,
    site: Site,
    season: str,
    name: str,
    address: str,
    postcode: str,
    glance: Callable[[Page], list[str]] = lambda page: [],
) -> None:
    """Offer every day without signing in, glance at every page, and confirm from the mail."""
    page.goto(f"{season}/signup")
    assert glance(page) == []
    walks.write_who_and_where(page, name, address, postcode)
    walks.next_step(page)
    assert glance(page) == []
    walks.say_yes_to_every_day(page)
    walks.next_step(page)
    assert glance(page) == []
    page.locator("#consent").check()
    walks.next_step(page)
    assert glance(page) == []
    page.get_by_role("button", name="Send inn").click()
    assert glance(page) == []
    mail = site.mail_to(address, lambda mail: "/signups/confirm/" in mail.text)
    page.goto(mail.link("/signups/confirm/"))
    assert glance(page) == []
    page.get_by_role("button", name="Bekreft tilbudet mitt").click()
    site.mail_to(address, walks.is_receipt)
    assert glance(page) == []


def _kari_applies_a_plan(kari: Page, season: str) -> None:
    kari.goto(f"{season}/plans")
    kari.get_by_role("button", name="Foreslå juryer").click()
    for name in ("Ola Hansen", "Siri Berg", "Amir Khan"):
        expect(kari.locator("main")).to_contain_text(name)
    assert look(kari) == []
    kari.get_by_role("link", name="Ta i bruk").click()
    kari.get_by_role("button", name="Spør 3 personer").click()
    expect(kari.get_by_text("Vi spør 3 personer nå")).to_be_visible()


def _ola_says_yes_from_the_mail(ola: Page, site: Site) -> None:
    asked = site.mail_to(OLA, lambda mail: "/asks/" in mail.text)
    links = dict.fromkeys(re.findall(r"https?://\S*/asks/\S+", asked.text))
    assert len(links) == 2
    for link in links:
        ola.goto(link)
        ola.get_by_label("Ja, jeg kommer").check()
        ola.get_by_role("button", name="Send svaret").click()
        expect(ola.get_by_text("Du har sagt ja")).to_be_visible()


def _moved_by_kari(kari: Page, season: str, day: date) -> None:
    kari.goto(season)
    kari.locator("main").get_by_role("link", name=FINAL).first.click()
    kari.get_by_label("Dato").fill(walks.typed(day))
    kari.get_by_label("Si fra til dem nå").check()
    kari.get_by_role("button", name="Lagre").click()


def _is_request(mail: Arrived, day: date) -> bool:
    return mail.method == "REQUEST" and mail.entry.value("DTSTART").startswith(f"{day:%Y%m%d}")


def _is_sound(mail: Arrived) -> None:
    """The tree of an invitation, and that what it carries breaks no rule."""
    parts = {part.get_content_type(): part for part in mail.message.walk()}
    assert list(parts) == INVITATION
    assert broken_rules(mail.raw) == []
    sender, answers_to = mail.message["From"], mail.message["Reply-To"]
    assert sender.addresses[0].addr_spec.startswith("kalender+")
    assert sender.addresses[0].addr_spec == answers_to.addresses[0].addr_spec
    attached = parts["application/ics"].get_payload(decode=True)
    assert parts["text/calendar"].get_payload(decode=True) == attached
    assert "/invitations/" in mail.text


def _personal_feed(page: Page) -> bytes:
    page.goto("/calendar")
    addresses = page.locator("input[readonly]").evaluate_all("found => found.map(i => i.value)")
    mine = next(address for address in addresses if "/calendar/my/" in address)
    return bytes(page.request.get(mine).body())


def _states_of(name: str, site: Site) -> list[AssignmentState]:
    seats = sa.select(Assignment.state).join(Person).where(Person.name == name)
    with site.app.app_context():
        return sorted(db.session.scalars(seats))
