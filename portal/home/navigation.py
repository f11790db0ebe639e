"""The main menu: where somebody may go, for who they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import current_app, g, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from portal import access, clock
from portal.db import db
from portal.home import queries
from portal.models.accounts import Person
from portal.models.seasons import Season
from portal.policy.table import TABLE


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the menu."""

    label: str
    url: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Menu:
    """The entries, and the address of the page that shows them."""

    items: tuple[Item, ...]
    here: str


def main_menu() -> Menu:
    """The menu for whoever is asking, made once a request."""
    if "main_menu" not in g:
        g.main_menu = Menu(tuple(_items(access.viewer())), _here())
    menu: Menu = g.main_menu
    return menu


def address(endpoint: str, **values: Any) -> str | None:
    """Where ``endpoint`` is found, None when this portal does not have it."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None


def open_address(endpoint: str, **values: Any) -> str | None:
    """Where ``endpoint`` is found, None when whoever is asking may not see it."""
    return url_for(endpoint, **values) if access.admits(TABLE[endpoint]["GET"]) else None


def _items(person: Person | None) -> Iterator[Item]:
    season = _season_to_join()
    for label, endpoint, values in _entries(person, season):
        url = url_for(endpoint, **values)
        yield Item(label, url, _is_here(url))


def _entries(
    person: Person | None, season: Season | None
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    yield _("Events"), "events.index", {}
    if season is not None:
        yield _("Join a jury"), "seasons.show", {"slug": season.slug}
    else:
        yield _("Seasons"), "seasons.index", {}
    yield _("Calendar"), "calendar.explain", {}
    if person is None:
        return
    if access.is_member(person):
        yield _("Groups"), "groups.index", {}
    yield _("My page"), "home.my_page", {}
    if person.roles:
        yield _("Organise"), "home.organise", {}


def _season_to_join() -> Season | None:
    try:
        return queries.open_season(clock.now())
    except SQLAlchemyError:
        # The page that says the database is away has a menu too.
        db.session.rollback()
        return None


def _is_here(url: str) -> bool:
    return request.path == url or request.path.startswith(url.rstrip("/") + "/")


def _here() -> str:
    """The page shown, to come back to: with its search, and without what was sent to it."""
    if request.method == "GET" and request.query_string:
        return request.full_path
    return request.path
