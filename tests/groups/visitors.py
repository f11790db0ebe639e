"""Everybody who might open a group's pages, by what they are to it."""

from portal.models.accounts import Person, RoleName
from portal.models.groups import Group, PlaceRole, PlaceState
from tests.factories import create_person, create_place
from tests.groups.people import create_led_group

_ROLES = {
    "admin": {"role": RoleName.ADMIN},
    "organiser": {"role": RoleName.ORGANISER},
    "coordinator": {"role": RoleName.COORDINATOR, "county": "31"},
}
_PLACES = {
    "observer": {"role": PlaceRole.OBSERVER},
    "member": {},
    "lead": {"role": PlaceRole.LEAD},
    "deputy": {"role": PlaceRole.DEPUTY},
    "left": {"role": PlaceRole.LEAD, "state": PlaceState.LEFT},
    "declined": {"role": PlaceRole.LEAD, "state": PlaceState.DECLINED},
}


def create_visitor(group: Group, who: str) -> Person:
    """Somebody new who is ``who`` to ``group``; any other word is an account and no more."""
    person = create_person("Noen Annen", **_ROLES.get(who, {}))
    if who in _PLACES:
        create_place(group, person, **_PLACES[who])
    if who == "other group":
        create_place(create_led_group("En annen gruppe"), person, role=PlaceRole.LEAD)
    return person
