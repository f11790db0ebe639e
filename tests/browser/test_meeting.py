"""A meeting of a group walked from its notice to approved minutes, as the people in it would."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Locator, Page, expect

from portal import dates, worker
from tests.browser import meeting as walk
from tests.browser.conftest import look, sideways
from tests.browser.meeting import INGRID, NORA, OpenBrowser, Today
from tests.browser.site import Arrived, Site, workers_at_rest
from tests.browser.walks import AMIR, OLA, typed, weekday_in
from tests.groups.minutes import reading

DEPUTY = "per.dahl@example.org"
FIRST = "Første møte"


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Iterator[Today]:
    """Nine o'clock on a Monday, until the walk says otherwise; the worker looks all the time."""
    monkeypatch.setattr(worker, "_CLOCK_SECONDS", 0.0)
    monday = walk.moment(weekday_in(1, 0), "09.00")
    with workers_at_rest(), time_machine.travel(monday) as machine:
        yield Today(machine)


@pytest.fixture
def site(today: Today, empty_site: Site) -> Site:
    """A portal with a group of five, which has not met yet."""
    walk.seat(empty_site)
    return empty_site


def test_a_meeting_from_its_notice_to_approved_minutes(
    site: Site, open_browser: OpenBrowser, today: Today
):
    first_day, second_day = today.day + timedelta(days=10), today.day + timedelta(days=31)
    ingrid = open_browser(site, signed_in=INGRID).new_page()

    first = ingrid_plans(ingrid, first_day)
    ingrid_calls(ingrid, first)
    to_ola = ola_says_yes(walk.by_hand(open_browser, site), site, first_day)
    amir_sends_per(walk.by_hand(open_browser, site), site)
    to_per = per_says_yes(open_browser(site).new_page(), site, first_day)
    ingrid_changes_the_agenda(ingrid, first)
    the_calendars_follow(site, first_day, to_ola, to_per)
    today.becomes(first_day, "09.01")
    ingrid_ticks(walk.by_hand(open_browser, site, signed_in=INGRID), first)
    ingrid = open_browser(site, signed_in=INGRID).new_page()
    ingrid_writes(ingrid, first, second_day)
    today.becomes(first_day, "12.00")
    ingrid_sends_the_minutes(ingrid, first)
    nora_comments(open_browser(site, signed_in=NORA).new_page(), site)
    ingrid_answers(ingrid, first)
    second = ingrid_plans_the_next(ingrid, first_day, second_day)
    ola_closes_his_follow_up(walk.by_hand(open_browser, site), site)
    ingrid_calls_the_next(ingrid, second)
    ola_is_called_again(site, second_day)
    today.becomes(second_day, "12.01")
    ingrid = open_browser(site, signed_in=INGRID).new_page()
    the_minutes_are_approved(ingrid, first, second)
    ingrid_corrects(ingrid, first)
    the_minutes_are_what_was_written(
        ingrid, site, first, walk.minutes_of_first(first_day, second_day)
    )


def ingrid_plans(page: Page, day: date) -> str:
    """The agenda is written; the address of the meeting's page."""
    page.goto(walk.GROUP)
    assert look(page) == []
    page.get_by_role("link", name="Planlegg et møte").click()
    assert walk.titles(page) == ["Godkjenning av innkalling og saksliste"]
    page.get_by_label("Tittel").fill(FIRST)
    page.locator("#day").fill(typed(day))
    page.locator("#starts").fill("09.00")
    page.locator("#ends").fill("10.30")
    page.locator("#place").fill("Oslo rådhus")
    walk.agenda_item(page, 1, title="Mandatet", kind="Drøfting", presenter="Ingrid Solberg",
                     planned_minutes="45",
                     papers="Utkast til mandat https://filer.example.org/mandat.pdf")  # fmt: skip
    walk.agenda_item(page, 2, title="Møteplan", kind="Vedtak", planned_minutes="60")
    page.get_by_role("button", name="Regn ut tidene").click()
    expect(page.locator("#sums")).to_contain_text("110 av 90 minutter er planlagt")
    expect(page.locator("#sums")).to_contain_text("20 minutter mer enn det er tid til")
    assert look(page) == []
    walk.agenda_item(page, 2, planned_minutes="30")
    page.get_by_role("button", name="Lagre utkastet").click()
    expect(page.locator(".flashes")).to_contain_text("Ingen hører om møtet før du kaller inn")
    expect(page.locator(".agenda-sums")).to_contain_text("10 minutter er igjen")
    assert look(page) == []
    return page.url


def ingrid_calls(page: Page, meeting: str) -> None:
    page.goto(meeting)
    page.get_by_role("link", name="Send innkallingen til 5 personer").click()
    letter = page.locator(".letter-text")
    expect(letter).to_contain_text("09.05–09.50 Sak 2: Mandatet")
    expect(letter).to_contain_text("https://filer.example.org/mandat.pdf")
    assert look(page) == []
    page.get_by_role("button", name="Kall inn 5 personer").click()
    expect(page.locator(".flashes")).to_contain_text("Innkallingen går nå ut til 5 personer")


def ola_says_yes(page: Page, site: Site, day: date) -> Arrived:
    mail = walk.sound(site.mail_to(OLA, walk.is_request_for(day, "09.00")))
    page.goto(mail.link("/invitations/"))
    page.get_by_label("Ja, jeg kommer").check()
    page.get_by_role("button", name="Send svaret").click()
    expect(page.locator("main")).to_contain_text("Du har svart: Ja, jeg kommer")
    return mail


def amir_sends_per(page: Page, site: Site) -> None:
    page.goto(site.mail_to(AMIR).link("/invitations/"))
    page.get_by_label("Nei, men noen kommer i stedet for meg").check()
    page.get_by_role("button", name="Send svaret").click()
    expect(page.locator(".ds-error-summary")).to_be_visible()
    page.get_by_label("Navn").fill("Per Dahl")
    page.get_by_label("E-post").fill(DEPUTY)
    page.get_by_role("button", name="Send svaret").click()
    expect(page.locator("main")).to_contain_text("Per Dahl")


def per_says_yes(page: Page, site: Site, day: date) -> Arrived:
    mail = walk.sound(site.mail_to(DEPUTY, walk.is_request_for(day, "09.00")))
    assert "Amir Khan" in mail.text
    page.goto(mail.link("/invitations/"))
    assert look(page) == []
    page.get_by_label("Ja, jeg kommer").check()
    page.get_by_role("button", name="Send svaret").click()
    expect(page.locator("main")).to_contain_text("Du har svart: Ja, jeg kommer")
    assert look(page) == []
    return mail


def ingrid_changes_the_agenda(page: Page, meeting: str) -> None:
    page.goto(meeting)
    page.get_by_role("link", name="Rediger eller flytt").click()
    walk.agenda_item(page, 3, title="Eventuelt", planned_minutes="10")
    page.get_by_label("Si fra til dem nå").check()
    page.get_by_role("button", name="Lagre", exact=True).click()
    expect(page.locator(".flashes")).to_contain_text("Vi sender endringene til 6 personer")


def the_calendars_follow(site: Site, day: date, *invitations: Arrived) -> None:
    """The change comes under the UID that each calendar has, with a higher number."""
    for called in invitations:
        changed = site.mail_to(called.to, walk.is_request_for(day, "09.00", "Eventuelt"))
        walk.sound(changed)
        assert "Endret: saksliste." in changed.text
        assert changed.entry.value("UID") == called.entry.value("UID")
        assert int(changed.entry.value("SEQUENCE")) > int(called.entry.value("SEQUENCE"))
        assert "Sak 4: Eventuelt" in changed.entry.value("DESCRIPTION")


def ingrid_ticks(page: Page, meeting: str) -> None:
    """On her phone, as people come in; who chairs and who writes is chosen too."""
    page.goto(meeting)
    page.get_by_role("link", name="Hvem er her").click()
    assert sideways(page) <= 0
    page.get_by_role("button", name="Alle 2 som har sagt ja, er her").tap()
    for name, state in (("Ingrid Solberg", "Til stede"), ("Siri Berg", "Til stede"),
                        ("Nora Lie", "Ikke til stede")):  # fmt: skip
        line = page.get_by_role("group", name=name)
        line.get_by_role("button", name=state, exact=True).tap()
    expect(page.locator("#counts")).to_contain_text("Til stede: 4")
    page.get_by_role("link", name="Velg møteleder og referent").tap()
    page.locator("#chair").select_option(label="Ingrid Solberg")
    page.locator("#taker").fill("Siri Berg")
    page.get_by_role("button", name="Lagre").tap()
    expect(page.locator(".roll")).to_contain_text("Leder møtet")


def ingrid_writes(page: Page, meeting: str, deadline: date) -> None:
    """One item is saved as she types, the others by a button."""
    page.goto(f"{meeting}/writing")
    minutes_of(page, 2).press_sequentially("Ingrid la fram **utkastet**.")
    expect(page.locator("#item-2 [data-state]")).to_have_text(re.compile("^Lagret"))
    minutes_of(page, 1).fill("Ingen merknader.")
    decided(page, 1, "Innkalling og saksliste er godkjent.")
    decided(page, 3, "Gruppen møtes hver måned.")
    to_be_done(page, 2, "Sende mandatet på høring", owner="Ola Hansen", deadline=deadline)
    to_be_done(page, 4, "Finne et navn på gruppen")
    page.get_by_role("button", name="Lagre alt").first.click()
    expect(page.locator(".flashes")).to_contain_text("Lagret")
    expect(page.locator("#item-2")).to_contain_text("Ola Hansen · Frist")
    expect(page.locator("#item-4")).to_contain_text("Ansvarlig er ikke bestemt · Ingen frist ennå")
    assert look(page) == []


def minutes_of(page: Page, number: int) -> Locator:
    return page.get_by_role("textbox", name=f"Referat sak {number}")


def decided(page: Page, number: int, text: str) -> None:
    item = page.locator(f"#item-{number}")
    item.get_by_text("Legg til et vedtak").click()
    item.get_by_label("Hva er vedtatt?").fill(text)


def to_be_done(
    page: Page, number: int, text: str, *, owner: str = "", deadline: date | None = None
) -> None:
    item = page.locator(f"#item-{number}")
    item.get_by_text("Legg til oppfølging").click()
    item.get_by_label("Hva skal gjøres?").fill(text)
    item.get_by_label("Ansvarlig").fill(owner)
    item.get_by_label("Frist").fill(typed(deadline) if deadline else "")


def ingrid_sends_the_minutes(page: Page, meeting: str) -> None:
    page.goto(meeting)
    assert look(page) == []
    page.get_by_role("link", name="Send til kommentar").click()
    assert look(page) == []
    page.get_by_role("button", name="Send referatet").click()
    expect(page.locator(".flashes")).to_contain_text("Referatet sendes nå til 5 personer")


def nora_comments(page: Page, site: Site) -> None:
    mail = walk.sound(site.mail_to(NORA, lambda mail: "/minutes" in mail.text))
    assert "Gruppen møtes hver måned." in mail.text
    page.goto(mail.link("/minutes"))
    page.get_by_text("Kommenter sak 3").click()
    page.locator("#item-3").get_by_label("Kommentaren din").fill("Ikke i juli.")
    page.locator("#item-3").get_by_role("button", name="Send kommentaren").click()
    expect(page.locator("#item-3")).to_contain_text("Ikke i juli.")
    assert look(page) == []


def ingrid_answers(page: Page, meeting: str) -> None:
    """The minutes are put right first, then the comment is answered."""
    page.goto(f"{meeting}/writing")
    minutes_of(page, 3).fill("Ikke i juli.")
    expect(page.locator("#item-3 [data-state]")).to_have_text(re.compile("^Lagret"))
    page.goto(f"{meeting}/minutes")
    page.get_by_role("link", name="Svar på kommentaren").click()
    assert look(page) == []
    page.get_by_label("Hva som ble gjort").fill("Tatt inn i sak 3.")
    page.get_by_role("button", name="Merk som behandlet").click()
    expect(page.locator("#item-3")).to_contain_text("Tatt inn i sak 3.")


def ingrid_plans_the_next(page: Page, first_day: date, day: date) -> str:
    page.goto(walk.GROUP)
    page.get_by_role("link", name="Planlegg et møte", exact=True).click()
    assert walk.titles(page) == [
        "Godkjenning av innkalling og saksliste",
        f"Godkjenning av referat fra {dates.plain_day(first_day)}",
        "Oppfølging fra tidligere møter",
    ]
    page.get_by_label("Tittel").fill("Andre møte")
    page.locator("#day").fill(typed(day))
    page.locator("#starts").fill("12.00")
    page.locator("#ends").fill("13.00")
    page.get_by_role("button", name="Lagre utkastet").click()
    expect(page.locator("#item-3")).to_contain_text("Sende mandatet på høring")
    expect(page.locator("#item-3")).to_contain_text("Finne et navn på gruppen")
    assert look(page) == []
    return page.url


def ingrid_calls_the_next(page: Page, meeting: str) -> None:
    """The summons has what is open still, and not what was closed since it was planned."""
    page.goto(f"{meeting}/summons")
    expect(page.locator(".letter-text")).to_contain_text("Finne et navn på gruppen")
    expect(page.locator(".letter-text")).not_to_contain_text("Sende mandatet på høring")
    page.get_by_role("button", name="Kall inn 5 personer").click()
    expect(page.locator(".flashes")).to_contain_text("Innkallingen går nå ut til 5 personer")


def ola_closes_his_follow_up(page: Page, site: Site) -> None:
    mail = walk.sound(site.mail_to(OLA, lambda mail: "/follow-ups/" in mail.text))
    assert "Sende mandatet på høring" in mail.text
    page.goto(mail.link("/follow-ups/"))
    assert sideways(page) <= 0
    page.locator("#note").fill("Sendt til alle kommunene.")
    page.get_by_role("button", name="Avslutt").click()
    expect(page.locator("main")).to_contain_text("Oppfølgingen er avsluttet")


def ola_is_called_again(site: Site, day: date) -> None:
    mail = walk.sound(site.mail_to(OLA, walk.is_request_for(day, "12.00")))
    assert "Gruppe: Faggruppe for fjorden" in mail.text
    assert "Finne et navn på gruppen" in mail.text
    assert "Sende mandatet på høring" not in mail.text


def the_minutes_are_approved(page: Page, first: str, second: str) -> None:
    page.goto(second)
    expect(page.locator("#item-3")).to_contain_text("Finne et navn på gruppen")
    page.locator("#item-2").get_by_role(
        "button", name=re.compile("^Godkjenn referatet fra")
    ).click()
    expect(page.locator(".flashes")).to_contain_text("kan ikke endres")
    page.goto(f"{first}/writing")
    expect(page.locator("h1")).to_have_text("Referatet er godkjent")
    assert look(page) == []


def ingrid_corrects(page: Page, first: str) -> None:
    page.goto(f"{first}/minutes")
    page.get_by_role("link", name="Rett med et tillegg").click()
    assert look(page) == []
    page.locator("#text").fill("Sak 3: Gruppen møtes heller ikke i desember.")
    page.locator("main form button").click()
    expect(page.locator("[data-addendum]")).to_contain_text("heller ikke i desember")
    assert look(page) == []


def the_minutes_are_what_was_written(
    page: Page, site: Site, first: str, minutes: dict[str, Any]
) -> None:
    """On the page, on paper, and in the Word document."""
    page.goto(f"{first}/minutes")
    file = page.request.get(f"{first}/minutes.docx").body()
    with site.app.test_request_context():
        in_word = reading.from_docx(file)
    assert reading.from_page(page.content()) == minutes
    assert in_word == minutes
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Word-dokument")).to_be_hidden()
    expect(page.locator(".comments").first).to_be_hidden()
    for title in ("Mandatet", "Møteplan", "Eventuelt"):
        expect(page.get_by_role("heading", name=title)).to_be_visible()
