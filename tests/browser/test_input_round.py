"""A round of input in a browser: asked, answered from the mail, gathered, voted on, taken along."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import BrowserContext, Locator, Page, expect

from portal import people
from portal.accounts import roles
from portal.db import db
from portal.models.accounts import RoleName
from portal.models.groups import Group, GroupKind, GroupPlace, PlaceRole, PlaceState
from tests.browser.conftest import look
from tests.browser.site import Arrived, Site
from tests.browser.walks import AMIR, KARI, OLA, SIRI, typed
from tests.mail.rules import broken_rules

OpenBrowser = Callable[..., BrowserContext]
GROUP = "/groups/arbeidsgruppe"
QUESTION = "Hva bør handlingsprogrammet inneholde?"
PHONE = {"width": 360, "height": 720}


@pytest.fixture
def site(empty_site: Site) -> Site:
    """Kari organises; Siri leads a group in which Ola and Amir sit."""
    now = datetime.now(UTC)
    with empty_site.app.app_context():
        kari = people.create_person("Kari Nordmann", KARI, confirmed_at=now, now=now, actor=None)
        roles.grant(kari, RoleName.ORGANISER, "", actor=None, now=now)
        group = Group(
            slug="arbeidsgruppe", name="Arbeidsgruppe", kind=GroupKind.WORKING, created_at=now
        )
        db.session.add(group)
        seated = (("Siri Berg", SIRI, PlaceRole.LEAD), ("Ola Hansen", OLA, PlaceRole.MEMBER),
                  ("Amir Khan", AMIR, PlaceRole.MEMBER))  # fmt: skip
        for name, address, role in seated:
            person = people.create_person(name, address, confirmed_at=now, now=now, actor=None)
            place = GroupPlace(group=group, person=person, role=role, state=PlaceState.CONFIRMED)
            db.session.add(place)
        db.session.commit()
    return empty_site


def test_a_round_of_input_from_the_question_to_the_files(site: Site, open_browser: OpenBrowser):
    siri = open_browser(site, signed_in=SIRI).new_page()
    address = siri_asks(siri, datetime.now(UTC).date() + timedelta(days=10))
    ola_answers_from_the_mail(open_browser(
        site, java_script_enabled=False, viewport=PHONE
    ).new_page(), site)  # fmt: skip
    amir = open_browser(site, signed_in=AMIR).new_page()
    amir_answers_signed_in(amir, address)

    siri_gathers(siri, address)
    siri_opens_the_vote(siri, address)
    ola = open_browser(site, java_script_enabled=False, viewport=PHONE).new_page()
    votes_from_the_mail(ola, site, OLA, "Energi", "Tog")
    amir.goto(f"{address}/vote")
    tick(amir, "Energi")
    nobody_sees_the_result(siri, amir, address)
    siri_closes_the_vote(siri, address)
    everybody_sees_the_result(amir, address)
    the_files_hold_it(amir)


def siri_asks(page: Page, last_day: date) -> str:
    page.goto(GROUP)
    page.get_by_role("region").get_by_role("link", name="Be gruppen om innspill").click()
    page.locator("#question").fill(QUESTION)
    page.locator("#answer_by").fill(typed(last_day))
    page.locator('input[name="shows_names"][value="yes"]').check()
    page.locator("main form button.ds-button").click()
    expect(page.locator("h1")).to_have_text(QUESTION)
    assert look(page) == []
    page.locator('form[action$="/opening"] button').click()
    expect(page.locator(".flashes")).to_contain_text("3")
    return page.url.removesuffix("/opening")


def ola_answers_from_the_mail(page: Page, site: Site) -> None:
    """On a phone, without script and without signing in."""
    mail = site.mail_to(OLA, lambda each: "/input/" in each.text)
    assert broken_rules(mail.raw) == []
    page.goto(mail.link("/input/"))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#points-0-text").fill("Kraft")
    page.locator("#points-0-details").fill("- Nettet er fullt\n- Kø for effekt")
    page.locator("#points-1-text").fill("Tog")
    page.locator('main form button:not([name="add_rows"])').first.click()
    expect(page.locator(".points > li")).to_have_count(2)
    card(page, "Tog").locator("a").click()
    page.locator("#text").fill("Tog til alle")
    page.locator("main form.stack button").click()
    expect(page.locator(".points")).to_contain_text("Tog til alle")
    expect(page.locator(".points")).to_contain_text("Kø for effekt")


def amir_answers_signed_in(page: Page, address: str) -> None:
    page.goto("/my")
    page.locator("main").get_by_role("link", name=QUESTION, exact=True).click()
    expect(page).to_have_url(address)
    page.locator("#points-0-text").fill("Nett og kraft")
    page.locator('main form button:not([name="add_rows"])').first.click()
    expect(page.locator(".points > li")).to_have_count(3)
    expect(page.locator(".points")).to_contain_text("Ola Hansen")
    assert look(page) == []


def siri_gathers(page: Page, address: str) -> None:
    """By a button, by dragging, and back and forth."""
    page.goto(f"{address}/themes")
    page.locator("#new-theme").fill("Energi")
    page.locator(".new-theme button").click()
    energy = page.locator(".gather-themes .lane", has_text="Energi")
    expect(energy).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 1800})
    on_board(page, "Kraft").locator("b").drag_to(energy.locator("h2"))
    expect(energy.locator(".vol")).to_have_count(1)
    expect(page.locator("#said")).to_contain_text("Kraft")
    choice = on_board(page, "Nett og kraft").locator("select")
    choice.focus()
    choice.select_option(label="Energi")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(energy.locator(".vol")).to_have_count(2)
    page.locator('form[action$="/undoing"] button').click()
    expect(energy.locator(".vol")).to_have_count(1)
    page.locator('form[action$="/redoing"] button').click()
    expect(energy.locator(".vol")).to_have_count(2)
    assert look(page) == []


def siri_opens_the_vote(page: Page, address: str) -> None:
    page.goto(f"{address}/vote/opening")
    page.locator("#votes").fill("2")
    page.locator("main form button").click()
    expect(page.locator("h1")).to_have_text(QUESTION)


def votes_from_the_mail(page: Page, site: Site, who: str, *names: str) -> None:
    def is_vote(mail: Arrived) -> bool:
        return "/vote" in mail.text

    page.goto(site.mail_to(who, is_vote).link("/vote"))
    expect(page.locator("input:checked")).to_have_count(0)
    for name in names:
        page.get_by_label(name).check()
    page.locator("main form button").click()
    expect(page.locator("input:checked")).to_have_count(len(names))


def tick(page: Page, name: str) -> None:
    page.get_by_label(name).check()
    page.locator("main form button").click()
    expect(page.locator(".flashes")).to_be_visible()


def nobody_sees_the_result(siri: Page, amir: Page, address: str) -> None:
    for page in (siri, amir):
        page.goto(f"{address}?results=yes")
        expect(page.locator(".vote-result")).to_have_count(0)
    # Whoever runs it is told how many.
    expect(siri.locator("#part-run + p")).to_contain_text("2")


def siri_closes_the_vote(page: Page, address: str) -> None:
    page.goto(f"{address}/vote/closing")
    page.locator('main form[action$="/closing"] button').click()
    expect(page.locator(".vote-result")).to_be_visible()
    assert look(page) == []


def everybody_sees_the_result(page: Page, address: str) -> None:
    page.goto(address)
    rows = page.locator(".vote-result tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first.locator("th")).to_contain_text("Energi")
    expect(rows.first.locator("td.num")).to_have_text("2")
    expect(rows.last.locator("td.num")).to_have_text("1")


def the_files_hold_it(page: Page) -> None:
    document, workbook = (
        page.request.get(str(page.locator(f'a[href$=".{kind}"]').get_attribute("href")))
        for kind in ("docx", "xlsx")
    )
    said = [each.text for each in Document(BytesIO(document.body())).paragraphs]
    book = load_workbook(BytesIO(workbook.body()))
    rows = [row for each in book.worksheets for row in each.iter_rows(values_only=True)]
    assert QUESTION in said
    assert "Kraft (Ola Hansen)" in said
    assert ("Energi", "Kraft", "Nettet er fullt\nKø for effekt", "Ola Hansen") in rows
    assert [row[:3] for row in rows if row[:2] == (1, "Energi")] == [(1, "Energi", 2)]


def card(page: Page, text: str) -> Locator:
    return page.locator(".points > li", has_text=text)


def on_board(page: Page, text: str) -> Locator:
    words = page.locator("b").get_by_text(text, exact=True)
    return page.locator(".vol").filter(has=words)
