"""The main job, walked from an empty portal to a moved final, as the people in it would."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from playwright.sync_api import BrowserContext, Page, expect

from portal.db import db
from portal.imports import registers
from portal.models.accounts import EmailAddress, Person, Role, RoleName
from portal.models.jury import Assignment, AssignmentState
from portal.models.seasons import Season
from tests.browser.conftest import look
from tests.browser.site import Site, text_of
from tests.calendar.rules import broken_rules as broken_calendar_rules
from tests.calendar.rules import parsed
from tests.mail.rules import broken_rules, calendar_of

KARI, OLA = "kari.nordmann@example.org", "ola.hansen@example.org"
VOLUNTEERS = (
    ("Ola Hansen", OLA, "1530"),
    ("Siri Berg", "siri.berg@example.org", "1771"),
    ("Amir Khan", "amir.khan@example.org", "0150"),
)


@pytest.fixture
def site(empty_site: Site) -> Site:
    """A portal with its registers and one organiser, and nothing else."""
    now = datetime.now(UTC)
    with empty_site.app.app_context():
        registers.fill()
        kari = Person(name="Kari Nordmann", created_at=now)
        kari.emails.append(EmailAddress(address=KARI, is_primary=True, confirmed_at=now))
        kari.roles.append(Role(name=RoleName.ORGANISER, granted_at=now))
        db.session.add(kari)
        db.session.commit()
    return empty_site


def weekday_in(weeks: int, weekday: int) -> date:
    """A day of the week some weeks ahead; Monday is 0."""
    day = date.today() + timedelta(weeks=weeks)
    return day + timedelta(days=weekday - day.weekday())


def typed(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year}"


def link_in(mail: EmailMessage, part: str) -> str:
    """The first address in a mail that holds ``part``."""
    found = re.search(rf"https?://\S*{re.escape(part)}\S*", text_of(mail))
    assert found, f"no {part} in {text_of(mail)}"
    return found[0]


def sign_in(page: Page, site: Site, address: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-post").fill(address)
    page.get_by_role("button", name="Send").click()
    mail = site.mail_to(address, lambda mail: "/sign-in/" in text_of(mail))
    page.goto(link_in(mail, "/sign-in/"))
    page.locator("main").get_by_role("button", name="Logg inn").click()
    expect(page.get_by_role("button", name="Logg ut").first).to_be_visible()


def make_season(page: Page, camp_day: date, final_day: date) -> None:
    page.goto("/organise/seasons/new")
    page.get_by_label("Navn", exact=True).fill("Oppdrag Oslofjorden")
    page.get_by_label("Tema").fill("Liv i fjorden")
    page.get_by_role("button", name="Lagre").or_(page.get_by_role("button", name="Opprett")).click()
    page.goto(page.url.split("?")[0].rstrip("/") + "/schools?q=Malakoff")
    page.get_by_label("Malakoff").check()
    page.get_by_label("Usual day").or_(page.get_by_label("Vanlig dag")).fill(typed(camp_day))
    page.get_by_label("Fra", exact=True).fill("08.30")
    page.get_by_label("Til", exact=True).fill("14.30")
    page.get_by_role("button", name="Legg til").first.click()


def make_final(page: Page, season: str, final_day: date) -> None:
    page.goto(f"{season}/final")
    page.get_by_label("Tittel").fill("Finale i Oppdrag Oslofjorden")
    page.get_by_label("Dato").fill(typed(final_day))
    page.get_by_label("Fra", exact=True).fill("10.00")
    page.get_by_label("Til", exact=True).fill("15.00")
    page.get_by_label("Sted").fill("Oslo rådhus")
    page.get_by_label("Kommune").select_option("0301")
    page.locator("main form").last.get_by_role("button").first.click()


def publish_and_open(page: Page, season: str, last_day: date) -> None:
    page.goto(season)
    page.get_by_role("button", name=re.compile("^Publiser")).first.click()
    page.goto(f"{season}/signup-window")
    page.get_by_label("Siste dag").fill(typed(last_day))
    page.locator("main form").last.get_by_role("button").first.click()


def volunteer(page: Page, site: Site, slug: str, name: str, address: str, postcode: str) -> None:
    """Offer both days without signing in, look at every step, and confirm from the mail."""
    page.goto(f"/seasons/{slug}/signup")
    assert look(page) == []
    page.get_by_label("Fullt navn").fill(name)
    page.get_by_label("E-postadresse").fill(address)
    page.get_by_label("Postnummer").fill(postcode)
    page.get_by_label("Så langt").or_(page.get_by_label("Uansett avstand")).or_(
        page.get_by_label("Hvor langt som helst")
    ).first.check()
    page.locator("#most_camps").select_option("2")
    page.get_by_role("button", name="Neste").click()
    assert look(page) == []
    for choice in page.get_by_label("Ja", exact=True).all():
        choice.check()
    page.get_by_role("button", name="Neste").click()
    assert look(page) == []
    page.locator("#consent").check()
    page.get_by_role("button", name="Neste").or_(page.get_by_role("button", name="Se over")).click()
    assert look(page) == []
    page.get_by_role("button", name="Send inn").click()
    assert look(page) == []
    mail = site.mail_to(address, lambda mail: "/signups/confirm/" in text_of(mail))
    page.goto(link_in(mail, "/signups/confirm/"))
    assert look(page) == []
    page.locator("main form").get_by_role("button").first.click()
    site.mail_to(
        address, lambda mail: "/signups/" in text_of(mail) and "confirm" not in text_of(mail)
    )


def test_the_main_job_from_an_empty_portal_to_a_moved_final(
    site: Site, open_browser: Callable[..., BrowserContext]
):
    camp_day, final_day = weekday_in(8, 2), weekday_in(11, 0)
    kari = open_browser(site).new_page()

    # An organiser signs in from the mail and publishes a season.
    sign_in(kari, site, KARI)
    make_season(kari, camp_day, final_day)
    with site.app.app_context():
        slug = db.session.scalars(sa.select(Season.slug)).one()
    season = f"/organise/seasons/{slug}"
    make_final(kari, season, final_day)
    publish_and_open(kari, season, weekday_in(5, 4))
    expect(open_and_read(open_browser(site), f"/seasons/{slug}")).to_contain_text("Malakoff")

    # Three people volunteer without a password.
    for name, address, postcode in VOLUNTEERS:
        volunteer(open_browser(site).new_page(), site, slug, name, address, postcode)

    # The portal proposes the juries; the organiser looks and applies.
    kari.goto(f"{season}/plans")
    kari.get_by_role("button", name="Foreslå juryer").click()
    expect(kari.locator("main")).to_contain_text("Ola Hansen")
    assert look(kari) == []
    kari.get_by_role("link", name="Ta i bruk").click()
    kari.get_by_role("button", name="Spør 3 personer").click()
    expect(kari.get_by_text("Vi spør 3 personer nå")).to_be_visible()

    # Ola answers from the mail, with JavaScript off.
    asked = site.mail_to(OLA, lambda mail: "/asks/" in text_of(mail))
    plain = open_browser(site, java_script_enabled=False).new_page()
    for link in dict.fromkeys(re.findall(r"https?://\S*/asks/\S+", text_of(asked))):
        plain.goto(link)
        plain.get_by_label("Ja, jeg kommer").check()
        plain.get_by_role("button", name="Send svaret").click()
        expect(plain.get_by_text("Du har sagt ja")).to_be_visible()

    # The invitation to the final, part by part.
    title = "Finale i Oppdrag Oslofjorden"
    invitation = site.mail_to(
        OLA, lambda m: is_calendar(m, "REQUEST") and title in str(m["Subject"])
    )
    check_invitation(invitation)
    before = parsed(calendar_of(bytes(invitation))).inside[-1]

    # The final moves; those concerned are told, and asked again.
    new_day = final_day + timedelta(days=7)
    kari.goto(season)
    kari.locator("main").get_by_role("link", name=title).first.click()
    kari.get_by_label("Dato").fill(typed(new_day))
    kari.get_by_label("Varsle dem nå").or_(kari.get_by_label("Si fra til dem nå")).first.check()
    kari.get_by_role("button", name="Lagre").click()
    update = site.mail_to(
        OLA,
        lambda m: (
            is_calendar(m, "REQUEST")
            and parsed(calendar_of(bytes(m)))
            .inside[-1]
            .value("DTSTART")
            .startswith(f"{new_day:%Y%m%d}")
        ),
    )
    after = parsed(calendar_of(bytes(update))).inside[-1]
    assert broken_rules(bytes(update)) == []
    assert after.value("UID") == before.value("UID")
    assert int(after.value("SEQUENCE")) > int(before.value("SEQUENCE"))
    site.mail_to(OLA, lambda mail: "kan du fortsatt" in str(mail["Subject"]))

    # Both stand in Ola's own calendar, under the uids of the mails.
    feed = personal_feed(open_browser(site, signed_in=OLA).new_page())
    entries = {entry.value("UID"): entry for entry in parsed(feed).inside[1:]}
    assert broken_calendar_rules(feed, feed=True) == []
    assert entries[after.value("UID")].value("DTSTART") == after.value("DTSTART")
    assert len(entries) == 2
    with site.app.app_context():
        states = db.session.scalars(
            sa.select(Assignment.state)
            .join(Person)
            .where(Person.name == "Ola Hansen")
            .order_by(Assignment.id)
        ).all()
    assert sorted(states) == [AssignmentState.ACCEPTED, AssignmentState.RECONFIRM]


def open_and_read(context: BrowserContext, address: str):
    page = context.new_page()
    page.goto(address)
    return page.locator("main")


def is_calendar(mail: EmailMessage, method: str) -> bool:
    return any(
        part.get_content_type() == "text/calendar" and part.get_param("method") == method
        for part in mail.walk()
    )


def check_invitation(mail: EmailMessage) -> None:
    """The tree of an invitation, and that what it carries breaks no rule."""
    types = [part.get_content_type() for part in mail.walk()]
    assert types == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    assert mail["From"].addresses[0].addr_spec.startswith("kalender+")
    assert mail["Reply-To"].addresses[0].addr_spec == mail["From"].addresses[0].addr_spec
    assert broken_rules(bytes(mail)) == []
    parts = {part.get_content_type(): part for part in mail.walk()}
    assert parts["text/calendar"].get_payload(decode=True) == parts["application/ics"].get_payload(
        decode=True
    )
    assert "/invitations/" in text_of(mail)


def personal_feed(page: Page) -> bytes:
    page.goto("/calendar")
    addresses = page.locator("input[readonly]").evaluate_all("found => found.map(i => i.value)")
    mine = next(address for address in addresses if "/calendar/my/" in address)
    return bytes(page.request.get(mine).body())
