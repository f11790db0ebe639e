"""What walks through meetings share: a group of five, and a day that can be moved on."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import time_machine
from playwright.sync_api import BrowserContext, Page

from portal import clock, dates, people
from portal.db import db
from portal.mail import outbox
from portal.models.groups import Group, GroupKind, GroupPlace, PlaceRole, PlaceState
from tests.browser.site import Arrived, Site
from tests.browser.walks import AMIR, OLA, SIRI
from tests.mail.rules import broken_rules

OpenBrowser = Callable[..., BrowserContext]

INGRID, NORA = "ingrid.solberg@example.org", "nora.lie@example.org"
GROUP = "/groups/faggruppe"
# Five who sit in the group; the first leads it.
MEMBERS = {
    INGRID: "Ingrid Solberg",
    OLA: "Ola Hansen",
    AMIR: "Amir Khan",
    SIRI: "Siri Berg",
    NORA: "Nora Lie",
}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


class Today:
    """What day it is, for the web server and the worker alike; moved on by the walk."""

    def __init__(self, machine: time_machine.Traveller) -> None:
        self._machine = machine

    @property
    def day(self) -> date:
        """The day in Oslo."""
        return dates.today(clock.now())

    def becomes(self, day: date, at: str) -> None:
        """Let it be ``day`` now, at the time of day ``at`` in Oslo, as in 09.05."""
        self._machine.move_to(moment(day, at))
        outbox.woken.set()


def moment(day: date, at: str) -> datetime:
    """``day`` at the time of day ``at`` in Oslo, as in 09.05."""
    hour, minute = map(int, at.split("."))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=dates.OSLO)


def seat(site: Site) -> None:
    """Let there be the group, with its five members."""
    now = clock.now()
    with site.app.app_context():
        group = Group(
            slug="faggruppe", name="Faggruppe for fjorden", kind=GroupKind.EXPERT, created_at=now
        )
        db.session.add(group)
        for position, (address, name) in enumerate(MEMBERS.items()):
            person = people.create_person(name, address, confirmed_at=now, now=now, actor=None)
            role = PlaceRole.MEMBER if position else PlaceRole.LEAD
            place = GroupPlace(group=group, person=person, role=role, state=PlaceState.CONFIRMED)
            place.position = position
            db.session.add(place)
        db.session.commit()


def by_hand(open_browser: OpenBrowser, site: Site, **options: Any) -> Page:
    """A phone that runs no script, as in a hall with a poor network."""
    return open_browser(site, java_script_enabled=False, **PHONE, **options).new_page()


def agenda_item(page: Page, row: int, **values: str) -> None:
    """Fill in a row of the agenda, by the names of its fields."""
    for name, value in values.items():
        field = page.locator(f'[name="items-{row}-{name}"]')
        if name == "kind":
            field.select_option(label=value)
        else:
            field.fill(value)


def titles(page: Page) -> list[str]:
    """The titles of the agenda as the form has them."""
    found: list[str] = page.locator('[name^="items-"][name$="-title"]').evaluate_all(
        "fields => fields.map(field => field.value).filter(Boolean)"
    )
    return found


def is_request_for(day: date, at: str, words: str = "") -> Callable[[Arrived], bool]:
    """Whether a mail invites to ``day`` at the time of day ``at`` in Oslo, with ``words`` in it."""
    starts = f"{moment(day, at):%Y%m%dT%H%M%S}"

    def wanted(mail: Arrived) -> bool:
        is_request = mail.method == "REQUEST" and words in mail.text
        return is_request and mail.entry.value("DTSTART") == starts

    return wanted


def sound(mail: Arrived) -> Arrived:
    """``mail``, which breaks no rule."""
    assert broken_rules(mail.raw) == []
    return mail


def minutes_of_first(first_day: date, second_day: date) -> dict[str, Any]:
    """What the minutes of the first meeting say in the end, in the shape that ``reading`` gives."""
    approved = dates.plain_day(second_day)
    name, member, present = "Ingrid Solberg", "Medlem", "Til stede"
    return {
        "title": "Første møte",
        "groups": "Faggruppe for fjorden",
        "when": [f"{dates.day(first_day)} kl. 09.00–10.30"],
        "place": "Oslo rådhus",
        "chair": name,
        "minutes_taker": "Siri Berg",
        "state": f"Godkjent i møtet {approved}",
        "reason": "",
        "changes": "",
        "attendance": [
            (name, "", member, "Til stede, møteleder"),
            ("Amir Khan", "", member, "Sendte vara"),
            ("Nora Lie", "", member, "Ikke til stede"),
            ("Ola Hansen", "", member, present),
            ("Per Dahl", "", "Vara for Amir Khan", present),
            ("Siri Berg", "", member, present),
        ],
        "items": [
            _item(1, "Godkjenning av innkalling og saksliste", "Godkjenning",
                 minutes=["Ingen merknader."],
                 decisions=[("Innkalling og saksliste er godkjent.", False)]),
            _item(2, "Mandatet", "Drøfting", presenter=name, papers=["Utkast til mandat"],
                 minutes=["Ingrid la fram utkastet."],
                 follow_ups=[("Sende mandatet på høring", "Ola Hansen", approved)]),
            _item(3, "Møteplan", "Vedtak", minutes=["Ikke i juli."],
                 decisions=[("Gruppen møtes hver måned.", False)]),
            _item(4, "Eventuelt", "Orientering",
                 follow_ups=[("Finne et navn på gruppen", "ikke bestemt", "ikke satt")]),
        ],
        "follow_ups": [],
        "addenda": [
            (f"Tillegg 1, {approved}, av {name}", ["Sak 3: Gruppen møtes heller ikke i desember."])
        ],
    }  # fmt: skip


def _item(number: int, title: str, kind: str, **values: Any) -> dict[str, Any]:
    """An item of the minutes, in which nothing was said but ``values``."""
    nothing: dict[str, Any] = {
        "presenter": "", "papers": [], "minutes": [], "decisions": [], "follow_ups": [],
    }  # fmt: skip
    return {"number": number, "title": title, "kind": kind, "day": 1, **nothing, **values}
