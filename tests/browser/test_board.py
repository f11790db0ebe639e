"""A plan changed by hand in a browser: dragged, chosen, undone, and by two at once."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Locator, Page, expect

from portal import clock
from portal.db import db
from portal.jury.plans import planning
from portal.models.accounts import EmailAddress, Person, Role, RoleName
from portal.models.plans import Plan, PlanAction, PlanRow, PlanState
from portal.models.seasons import Season
from portal.people import find_by_email
from tests.browser.conftest import look
from tests.browser.site import Site
from tests.browser.walks import KARI

OpenBrowser = Callable[..., BrowserContext]
INGRID = "ingrid.solberg.organiser@example.org"


@dataclass(frozen=True)
class Draft:
    """A draft of the demo's season; Ola sits ``here``, and could go ``there``, where Siri sits.

    The names stand for whoever that is; all are ids and texts, since rows belong to a session.
    """

    address: str
    county: str
    ola: str
    here: int
    siri: str
    there: int

    @property
    def board(self) -> str:
        return f"{self.address}/board?county={self.county}"


@pytest.fixture
def draft(demo_site: Site) -> Iterator[Draft]:
    # Closed before the browser comes: an open transaction would keep the portal waiting.
    with demo_site.app.app_context():
        found = read_draft(new_draft())
    yield found
    with demo_site.app.app_context():
        # Other tests look at a draft that nobody has changed.
        new_draft()


def read_draft(plan: Plan) -> Draft:
    ola, siri = two_who_could_swap(plan)
    return Draft(
        f"/organise/plans/{plan.public_id}",
        str(ola.panel.camp.event.county_code),
        ola.person.name,
        ola.panel_id,
        siri.person.name,
        siri.panel_id,
    )


def new_draft() -> Plan:
    season = db.session.scalars(
        sa.select(Season).join(Season.plans).where(Plan.state == PlanState.DRAFT)
    ).first()
    assert season is not None
    made = planning.make_plan(season, season.policy, by=None, now=clock.now())
    db.session.commit()
    return made


def two_who_could_swap(plan: Plan) -> tuple[PlanRow, PlanRow]:
    """Two new on juries of one county on different days, in whose way nothing stands.

    The first has no other seat, and so is without any when taken out of it.
    """
    new = [row for row in plan.rows if row.action == PlanAction.ADD]
    seats = Counter(row.person_id for row in plan.rows if row.action != PlanAction.REMOVE)
    for one in (row for row in new if seats[row.person_id] == 1):
        for other in new:
            camps = {row.panel.camp_id for row in plan.rows if row.person_id == one.person_id}
            theirs = {row.panel.camp_id for row in plan.rows if row.person_id == other.person_id}
            free = other.panel.camp_id not in camps and one.panel.camp_id not in theirs
            near = one.panel.camp.event.county_code == other.panel.camp.event.county_code
            quiet = not (one.signup and one.signup.conflicts) and not (
                other.signup and other.signup.conflicts
            )
            if one.person_id != other.person_id and free and near and quiet:
                return one, other
    raise AssertionError("nobody in the demo could swap")


@pytest.fixture
def kari(demo_site: Site, open_browser: OpenBrowser) -> Page:
    return open_browser(demo_site, signed_in=KARI).new_page()


def lane(page: Page, panel: int) -> Locator:
    return page.locator(f'.lane[data-panel="{panel}"]')


def card(page: Page, panel: int, name: str) -> Locator:
    return lane(page, panel).locator(".vol", has_text=name)


def drag(one: Locator, to: Locator) -> None:
    """Take a card by its name, since its middle is a list to choose from, and drop it."""
    one.page.set_viewport_size({"width": 1280, "height": 2400})
    one.locator("b").drag_to(to)


def test_a_card_is_dragged_to_another_jury_and_the_move_is_undone(kari: Page, draft: Draft):
    kari.goto(draft.board)

    drag(card(kari, draft.here, draft.ola), lane(kari, draft.there).locator("h2"))

    expect(card(kari, draft.there, draft.ola)).to_be_visible()
    expect(kari.locator("#last-edit")).to_contain_text(draft.ola)
    # What a reader of the screen hears.
    expect(kari.locator("#said")).to_contain_text(draft.ola)
    expect(card(kari, draft.there, draft.ola)).to_be_focused()
    assert look(kari) == []

    kari.locator(".last-edit button").click()

    expect(card(kari, draft.here, draft.ola)).to_be_visible()
    expect(kari.locator(".last-edit")).to_have_count(0)


def test_a_card_dropped_where_it_was_stays_and_is_no_edit(kari: Page, draft: Draft):
    kari.goto(draft.board)

    drag(card(kari, draft.here, draft.ola), lane(kari, draft.here).locator("h2"))

    expect(card(kari, draft.here, draft.ola)).to_be_visible()
    expect(kari.locator(".last-edit")).to_have_count(0)


@pytest.mark.parametrize("script", [True, False])
def test_a_card_is_moved_by_keyboard_with_and_without_script(
    demo_site: Site, open_browser: OpenBrowser, draft: Draft, script: bool
):
    page = open_browser(demo_site, signed_in=KARI, java_script_enabled=script).new_page()
    page.goto(draft.board)
    choice = card(page, draft.here, draft.ola).locator("select")

    choice.focus()
    choice.select_option(str(draft.there))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(card(page, draft.there, draft.ola)).to_be_visible()
    expect(page.locator("#last-edit")).to_contain_text(draft.ola)


def test_a_card_dragged_out_of_a_jury_has_no_seat(kari: Page, draft: Draft):
    kari.goto(draft.board + "&everyone=yes")

    drag(card(kari, draft.here, draft.ola), kari.locator('.lane[data-panel=""] h2'))

    expect(kari.locator('.lane[data-panel=""] .vol', has_text=draft.ola)).to_be_visible()
    expect(card(kari, draft.here, draft.ola)).to_have_count(0)


def test_two_swap_on_the_page_of_a_seat_and_the_proposal_tells(kari: Page, draft: Draft):
    kari.goto(draft.address)
    row = kari.locator("section.jury tr", has_text=draft.ola).first
    row.locator("a.ds-button").click()

    other = kari.locator(f'#other option[value^="{draft.there}."]', has_text=draft.siri)
    kari.locator("#other").select_option(str(other.get_attribute("value")))
    kari.locator("form", has=kari.locator("#other")).locator("button").click()

    expect(kari.locator("#last-edit")).to_contain_text(draft.ola)
    expect(kari.locator("#last-edit")).to_contain_text(draft.siri)
    assert look(kari) == []


def test_of_two_who_edit_at_once_the_second_sees_what_the_first_did_and_goes_on(
    demo_site: Site, open_browser: OpenBrowser, kari: Page, draft: Draft
):
    a_second_organiser(demo_site)
    ingrid = open_browser(demo_site, signed_in=INGRID).new_page()
    for page in (kari, ingrid):
        page.goto(draft.board)

    card(kari, draft.there, draft.siri).locator("select").select_option("")
    card(kari, draft.there, draft.siri).locator("button").click()
    expect(kari.locator("#last-edit")).to_contain_text(draft.siri)
    drag(card(ingrid, draft.here, draft.ola), lane(ingrid, draft.there).locator("h2"))

    expect(ingrid.locator("main")).to_contain_text("Kari Nordmann")
    expect(ingrid.locator("main")).to_contain_text(draft.siri)
    expect(ingrid.locator("#wanted + p")).to_contain_text(draft.ola)
    assert look(ingrid) == []

    ingrid.locator("main form button").click()

    expect(card(ingrid, draft.there, draft.ola)).to_be_visible()
    expect(card(ingrid, draft.there, draft.siri)).to_have_count(0)


def a_second_organiser(site: Site) -> None:
    with site.app.app_context():
        if find_by_email(INGRID) is not None:
            return
        now = clock.now()
        ingrid = Person(name="Ingrid Solberg", created_at=now)
        ingrid.emails.append(EmailAddress(address=INGRID, is_primary=True, confirmed_at=now))
        ingrid.roles.append(Role(name=RoleName.ORGANISER, granted_at=now))
        db.session.add(ingrid)
        db.session.commit()
