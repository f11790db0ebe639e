"""Who a route may be for, and how a route is declared."""

import enum


class Audience(enum.StrEnum):
    """Who a route is for."""

    ANYONE = "anyone"
    # Whoever holds an address with a token in it: the view checks the token.
    LINK = "link"
    SIGNED_IN = "signed_in"
    # Anyone with a role: admins, organisers, coordinators of a county.
    STAFF = "staff"
    ORGANISER = "organiser"
    ADMIN = "admin"
    # Exists only while DEMO is set.
    DEMO = "demo"


# By the method of the request.
Declared = dict[str, Audience]


def page(audience: Audience) -> Declared:
    """A page that is read."""
    return {"GET": audience}


def form(audience: Audience) -> Declared:
    """A page that is read and sent."""
    return {"GET": audience, "POST": audience}


def button(audience: Audience) -> Declared:
    """What is only sent."""
    return {"POST": audience}
