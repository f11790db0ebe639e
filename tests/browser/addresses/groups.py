"""Pages of groups, but for their meetings."""

from portal.groups.follow_ups import addresses as follow_up_addresses
from portal.groups.name_requests import addresses as name_addresses
from portal.models.groups import Group, GroupPlace, NameRequest, PlaceState
from portal.models.minutes import FollowUp
from tests.browser.addresses.finding import KARI, NOBODY, Given, one


def of_groups() -> Given:
    """A group, its places and what it has left to do."""
    group = one(Group, Group.places.any(GroupPlace.state == PlaceState.PENDING))
    place = one(GroupPlace, GroupPlace.group_id == group.id)
    asked = one(NameRequest, NameRequest.taken_back_at.is_(None))
    at_asked = {"slug": asked.place.group.slug, "public_id": asked.place.public_id}
    follow_up = one(FollowUp, FollowUp.closed_at.is_(None))
    here = {"slug": group.slug}
    at_place = {**here, "public_id": place.public_id}
    at_follow_up = {"slug": follow_up.group.slug, "public_id": follow_up.public_id}
    return {
        "groups.show": (here, KARI),
        "groups.members": (here, KARI),
        "groups.addresses": (here, KARI),
        "roster.give": (here, KARI),
        "group_letters.write": (here, KARI),
        "name_requests.ask": (at_asked, KARI),
        "names.answer": ({"token": name_addresses.token_of(asked)}, NOBODY),
        "organise_groups.edit": (here, KARI),
        "organise_groups.close": (here, KARI),
        "organise_groups.renew": (here, KARI),
        "group_places.add": (here, KARI),
        "group_places.edit": (at_place, KARI),
        "group_places.leave": (at_place, KARI),
        "follow_ups.add": ({"slug": follow_up.group.slug}, KARI),
        "follow_ups.close": (at_follow_up, KARI),
        "follow_ups.edit": (at_follow_up, KARI),
        "follow_ups.index": ({"slug": follow_up.group.slug}, KARI),
        "follow_ups.show": (at_follow_up, KARI),
        "follow_up_links.close": ({"token": _close_token()}, NOBODY),
    }


def _close_token() -> str:
    owned = one(FollowUp, FollowUp.closed_at.is_(None), FollowUp.owner_id.is_not(None))
    assert owned.owner is not None
    return follow_up_addresses.token(owned, owned.owner)
