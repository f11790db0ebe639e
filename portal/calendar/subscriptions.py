"""The addresses of feeds: the secret ones, and the links that calendars subscribe by."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from portal import links, signing, words
from portal.db import db
from portal.geography import counties
from portal.models.accounts import Person
from portal.models.groups import CURRENT_PLACES, Group, GroupPlace
from portal.models.seasons import Season

_MY, _GROUP = "my-feed", "group-feed"


@dataclass(frozen=True)
class Subscription:
    """A feed one may subscribe to: what it is called, and where it is."""

    id: str
    name: str
    url: str

    @property
    def webcal(self) -> str:
        """The address that opens a calendar program on the same machine."""
        return "webcal://" + self.url.partition("://")[2]

    @property
    def google(self) -> str:
        """The page of Google Calendar that adds the feed."""
        return f"https://calendar.google.com/calendar/r?cid={quote(self.webcal, safe='')}"

    @property
    def outlook(self) -> str:
        """The page of Outlook on the web that adds the feed."""
        named = f"url={quote(self.url, safe='')}&name={quote(self.name, safe='')}"
        return f"https://outlook.office.com/calendar/0/addfromweb?{named}"


def my_token(person: Person) -> str:
    """The token of somebody's personal feed."""
    return signing.sign(_MY, person.id, person.feed_generation)


def group_token(person: Person, group: Group) -> str:
    """The token of one member's feed of a group."""
    return signing.sign(_GROUP, person.id, group.id, person.feed_generation)


def person_of(token: str) -> Person | None:
    """Whose personal feed ``token`` opens; None when forged, revoked, suspended or erased."""
    numbers = signing.read(_MY, token, count=2)
    if numbers is None:
        return None
    person_id, generation = numbers
    return db.session.scalar(
        sa.select(Person)
        .where(Person.id == person_id, *_open_to(generation))
        .options(joinedload(Person.roles))
    )


def member_of(token: str) -> tuple[Person, Group] | None:
    """Whose feed of which group ``token`` opens; None as above, and for who has left the group."""
    numbers = signing.read(_GROUP, token, count=3)
    if numbers is None:
        return None
    person_id, group_id, generation = numbers
    place = db.session.scalar(
        sa.select(GroupPlace)
        .join(GroupPlace.person)
        .where(
            Person.id == person_id,
            GroupPlace.group_id == group_id,
            GroupPlace.state.in_(CURRENT_PLACES),
            *_open_to(generation),
        )
        .options(
            joinedload(GroupPlace.person).joinedload(Person.roles), joinedload(GroupPlace.group)
        )
    )
    return (place.person, place.group) if place and place.person else None


def open_feeds(today: date) -> dict[str, list[Subscription]]:
    """The feeds for everybody: "all", by "kind", by "county" and by "season"."""
    return {
        "all": [_open("alt", "Oppdrag Oslofjorden", "calendar.public")],
        "kind": [
            _open(f"kind-{kind}", str(name), "calendar.of_kind", kind=str(kind))
            for kind, name in words.KINDS.items()
        ],
        "county": [
            _open(f"county-{county.code}", county.name, "calendar.of_county", code=county.code)
            for county in counties.jury_area(today)
        ],
        "season": [
            _open(f"season-{season.id}", season.name, "calendar.of_season", slug=season.slug)
            for season in _published_seasons()
        ],
    }


def feeds_of(person: Person, name: str) -> list[Subscription]:
    """The secret feeds of ``person``: the personal one, called ``name``, and those of groups."""
    mine = Subscription("my", name, links.absolute("calendar.my", token=my_token(person)))
    groups = db.session.scalars(
        sa.select(Group)
        .join(GroupPlace)
        .where(GroupPlace.person_id == person.id, GroupPlace.state.in_(CURRENT_PLACES))
        .order_by(Group.sort_key)
    )
    return [mine, *(of_group(person, group) for group in groups)]


def of_group(person: Person, group: Group) -> Subscription:
    """The feed of ``group`` that is ``person``'s own; it opens while they sit in the group."""
    url = links.absolute("calendar.of_group", token=group_token(person, group))
    return Subscription(f"group-{group.slug}", group.name, url)


def _open(id_: str, name: str, endpoint: str, **values: str) -> Subscription:
    return Subscription(id_, name, links.absolute(endpoint, **values))


def _published_seasons() -> list[Season]:
    return list(
        db.session.scalars(
            sa.select(Season)
            .where(Season.published_at.is_not(None))
            .order_by(Season.year.desc(), Season.id)
        )
    )


def _open_to(generation: int) -> tuple[sa.ColumnElement[bool], ...]:
    return Person.feed_generation == generation, Person.suspended_at.is_(None)
