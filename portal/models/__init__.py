"""Every table of the portal; they refer to each other in every direction and share a floor."""

# Tables name each other as text, so all must be known before the first is used.
from portal.models import (
    accounts,
    audit,
    calendar,
    events,
    groups,
    inbox,
    invitations,
    jury,
    mail,
    mailings,
    places,
    plans,
    seasons,
    series,
)

__all__ = [
    "accounts",
    "audit",
    "calendar",
    "events",
    "groups",
    "inbox",
    "invitations",
    "jury",
    "mail",
    "mailings",
    "places",
    "plans",
    "seasons",
    "series",
]
