"""The room in a browser: minutes saved as they are typed, by one and by two, and people ticked."""

import re
import time
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from portal import clock
from portal.db import db
from portal.models.accounts import Person, SignInSession
from portal.models.groups import PlaceRole
from portal.models.meetings import AgendaItem
from portal.models.minutes import Attendance
from tests.browser.conftest import look
from tests.browser.site import Site
from tests.factories import create_group, create_person, create_place
from tests.groups.writing.room import create_held

OpenBrowser = Callable[..., BrowserContext]
INGRID, AMIR = "ingrid.room@example.org", "amir.room@example.org"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SAVED = re.compile("^Saved")


@pytest.fixture
def room(empty_site: Site) -> str:
    """The address of the room of a meeting that is being held; Ingrid and Amir run the group."""
    with empty_site.app.app_context():
        group = create_group("Gruppe for fjorden")
        for name, address in (("Ingrid Solberg", INGRID), ("Amir Khan", AMIR)):
            person = create_person(name, email=address, language="en")
            create_place(group, person, role=PlaceRole.LEAD)
        create_place(group, create_person("Nora Lie"))
        meeting = create_held(group)
        address = f"/groups/{group.slug}/meetings/{meeting.public_id}/writing"
        db.session.remove()
    return address


def minutes(site: Site) -> list[str]:
    """What the database has, item by item."""
    with site.app.app_context():
        found = db.session.scalars(sa.select(AgendaItem.minutes).order_by(AgendaItem.number)).all()
        db.session.remove()
        return list(found)


def opened(open_browser: OpenBrowser, site: Site, who: str, address: str, **options) -> Page:
    context = open_browser(site, signed_in=who, **options)
    context.add_cookies([{"name": "language", "value": "en", "url": site.url}])
    page = context.new_page()
    page.goto(address)
    return page


def field(page: Page, number: int = 1) -> Locator:
    return page.get_by_role("textbox", name=f"Minutes item {number}")


def state(page: Page, number: int = 1) -> Locator:
    return page.locator(f"#item-{number} [data-state]")


def test_what_is_typed_is_saved_by_itself(empty_site: Site, room: str, open_browser: OpenBrowser):
    page = opened(open_browser, empty_site, INGRID, room)

    field(page).press_sequentially("Ola la fram **planen**.")
    expect(state(page)).to_have_text(re.compile(r"^Saved \d\d:\d\d$"))
    focused = page.evaluate("document.activeElement.name")
    page.reload()

    expect(field(page)).to_have_value("Ola la fram **planen**.")
    assert focused.startswith("text-")
    assert minutes(empty_site) == ["Ola la fram **planen**.", ""]
    page.get_by_text("See how it reads").first.click()
    expect(page.locator("#item-1 .prose strong")).to_have_text("planen")


def test_two_who_write_the_same_item_lose_nothing(
    empty_site: Site, room: str, open_browser: OpenBrowser
):
    ingrid = opened(open_browser, empty_site, INGRID, room)
    amir = opened(open_browser, empty_site, AMIR, room)
    field(ingrid).fill("Ingrids linje")
    expect(state(ingrid)).to_have_text(SAVED)

    field(amir).fill("Amirs linje")
    conflict = amir.locator("#item-1 .ds-alert")
    expect(conflict).to_contain_text("Ingrid Solberg saved this item")
    stood = minutes(empty_site)
    expect(field(amir)).to_be_focused()
    found = look(amir)
    conflict.get_by_role("button", name="Save the two together").click()
    expect(field(amir)).to_have_value("Ingrids linje\nAmirs linje")

    assert found == []
    assert stood == ["Ingrids linje", ""]
    assert minutes(empty_site) == ["Ingrids linje\nAmirs linje", ""]


def test_minutes_are_saved_without_script(empty_site: Site, room: str, open_browser: OpenBrowser):
    ingrid = opened(open_browser, empty_site, INGRID, room, java_script_enabled=False)
    amir = opened(open_browser, empty_site, AMIR, room, java_script_enabled=False)

    field(ingrid).fill("Ingrids linje")
    field(ingrid, 2).fill("Sak to")
    ingrid.get_by_role("button", name="Save item 2").click()
    expect(field(ingrid)).to_have_value("Ingrids linje")
    field(amir).fill("Amirs linje")
    amir.get_by_role("button", name="Save everything").first.click()
    expect(field(amir)).to_have_value("Amirs linje")
    stood = minutes(empty_site)
    amir.get_by_role("button", name="Save mine instead").click()

    expect(field(amir)).to_have_value("Amirs linje")
    assert stood == ["Ingrids linje", "Sak to"]
    assert minutes(empty_site) == ["Amirs linje", "Sak to"]


def test_what_is_typed_while_nothing_answers_is_saved_when_it_does(
    empty_site: Site, room: str, open_browser: OpenBrowser
):
    page = opened(open_browser, empty_site, INGRID, room)
    asked: list[str] = []

    def cut(route: Route) -> None:
        # The second time the text arrives, and the answer is lost on the way back.
        if len(asked) == 1:
            route.fetch()
        asked.append(route.request.method)
        # As the network of a hotel answers until one has paid.
        route.fulfill(status=200, content_type="text/html", body="<p>Welcome</p>")

    page.route("**/writing", cut)
    field(page).fill("Skrevet i tunnelen")
    expect(page.locator("#trouble")).to_be_visible()
    expect(state(page)).to_have_text("Not saved yet")
    deadline = time.monotonic() + 20
    while minutes(empty_site)[0] == "" and time.monotonic() < deadline:
        page.wait_for_timeout(200)
    field(page).fill("Skrevet i tunnelen, og etter")
    page.unroute("**/writing")

    expect(state(page)).to_have_text(SAVED, timeout=20_000)
    expect(page.locator("#trouble")).to_be_hidden()
    assert minutes(empty_site)[0] == "Skrevet i tunnelen, og etter"


def test_who_is_signed_out_signs_in_elsewhere_and_nothing_is_lost(
    empty_site: Site, room: str, open_browser: OpenBrowser
):
    page = opened(open_browser, empty_site, INGRID, room)
    with empty_site.app.app_context():
        db.session.execute(sa.update(SignInSession).values(ended_at=clock.now()))
        db.session.commit()

    field(page).fill("Etter at økten var over")
    expect(page.locator("#trouble a")).to_be_visible()
    page.context.add_cookies([empty_site.session_of(INGRID)])

    expect(state(page)).to_have_text(SAVED, timeout=20_000)
    assert minutes(empty_site)[0] == "Etter at økten var over"


def test_a_page_that_is_left_unsaved_asks_first(
    empty_site: Site, room: str, open_browser: OpenBrowser
):
    page = opened(open_browser, empty_site, INGRID, room)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_text("Add a decision").first.click()
    page.get_by_label("What is decided?").first.press_sequentially("Enig")

    page.get_by_role("link", name="See it as a page").click()
    page.wait_for_url(re.compile(r"/meetings/\w+$"))

    assert asked == ["beforeunload"]


def test_a_decision_and_a_follow_up_are_added_where_they_came_up(
    empty_site: Site, room: str, open_browser: OpenBrowser
):
    page = opened(open_browser, empty_site, INGRID, room)
    field(page, 2).fill("Kort ordskifte.")
    item = page.locator("#item-2")

    item.get_by_text("Add a decision").click()
    item.get_by_label("What is decided?").fill("Neste møte er i Moss.")
    item.get_by_text("Add a follow-up").click()
    item.get_by_label("What is to be done?").fill("Bestille rom")
    item.get_by_label("Responsible").fill("Nora Lie")
    item.get_by_role("button", name="Save item 2").click()

    expect(item.get_by_role("listitem")).to_contain_text("Nora Lie · No deadline yet")
    item.get_by_role("button", name="Take it away").click()
    item.get_by_role("button", name="Put it back").click()
    expect(item.get_by_label("What is decided?").first).to_have_value("Neste møte er i Moss.")
    assert minutes(empty_site) == ["", "Kort ordskifte."]


@pytest.mark.parametrize("script", [True, False])
def test_people_are_ticked_on_a_phone(
    empty_site: Site, room: str, open_browser: OpenBrowser, script: bool
):
    page = opened(
        open_browser, empty_site, INGRID, f"{room}/attendance", java_script_enabled=script, **PHONE
    )
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.resource_type))
    nora = page.get_by_role("group", name="Nora Lie")

    size = nora.get_by_role("button", name="Present").bounding_box()
    nora.get_by_role("button", name="Present").tap()
    pressed = nora.get_by_role("button", name="Present")
    expect(pressed).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#counts")).to_contain_text("Present: 1")
    page.get_by_role("group", name="Amir Khan").get_by_role("button", name="Apologies").tap()
    expect(page.locator("#counts")).to_contain_text("Apologies: 1")

    assert size
    assert size["height"] >= 44
    assert size["width"] >= 130
    assert ("document" in fetched) is not script
    with empty_site.app.app_context():
        found = db.session.execute(
            sa.select(Person.name, Attendance.state).join(Attendance.person).order_by(Person.name)
        ).all()
        db.session.remove()
    assert [(name, str(state)) for name, state in found] == [
        ("Amir Khan", "apologies"), ("Nora Lie", "present"),
    ]  # fmt: skip


def test_a_press_keeps_the_focus_where_it_was(
    empty_site: Site, room: str, open_browser: OpenBrowser
):
    page = opened(open_browser, empty_site, INGRID, f"{room}/attendance")
    present = page.get_by_role("group", name="Nora Lie").get_by_role("button", name="Present")

    present.focus()
    page.keyboard.press("Enter")
    expect(present).to_have_attribute("aria-pressed", "true")

    expect(present).to_be_focused()
