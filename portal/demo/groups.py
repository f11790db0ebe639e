"""The groups of the demo: an expert group and two working groups, with places in every state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.demo import days, group_texts
from portal.demo.people import Cast, organisation
from portal.groups.places import actions as place_actions
from portal.groups.setup import actions
from portal.models.accounts import Person
from portal.models.groups import Group, GroupKind, GroupPlace, PlaceRole, PlaceState

_SET_UP = timedelta(days=320)


@dataclass(frozen=True)
class Groups:
    """The three groups. ``fjord`` ends soon; ``talent`` has just begun."""

    expert: Group
    fjord: Group
    talent: Group


def fill(cast: Cast, now: datetime) -> Groups:
    """Set up the groups and fill their places."""
    expert = _expert(cast, now - timedelta(days=900))
    return Groups(expert, _fjord(expert, cast, now), _talent(expert, cast, now))


def _expert(cast: Cast, now: datetime) -> Group:
    group = actions.create_group(
        {
            "name": "Faggruppe for næringssamarbeid",
            "kind": GroupKind.EXPERT,
            "mandate": group_texts.EXPERT_MANDATE,
        },
        by=cast.kari,
        now=now,
    )
    members = cast.volunteers[10:16]
    _seat(group, [cast.siri], PlaceRole.LEAD, cast, now)
    _seat(group, members[:1], PlaceRole.DEPUTY, cast, now)
    _seat(group, members[1:], PlaceRole.MEMBER, cast, now)
    _seat(group, [cast.turid], PlaceRole.OBSERVER, cast, now)
    return group


def _fjord(expert: Group, cast: Cast, now: datetime) -> Group:
    """It ends within weeks; its places show every state there is."""
    begun = now - _SET_UP
    group = actions.create_group(
        {
            "name": "Arbeidsgruppe for grønt næringsliv rundt fjorden",
            "kind": GroupKind.WORKING,
            "mandate": group_texts.FJORD_MANDATE,
            "parent_id": expert.id,
            "starts_on": begun.date(),
            "ends_on": days.workday((now + timedelta(days=45)).date()),
        },
        by=cast.kari,
        now=begun,
    )
    _seat(group, [cast.ingrid], PlaceRole.LEAD, cast, begun)
    _seat(group, [cast.amir, cast.ola, *cast.volunteers[20:24]], PlaceRole.MEMBER, cast, begun)
    _seat(group, cast.volunteers[24:25], PlaceRole.MEMBER, cast, begun, PlaceState.NAMED)
    declined = _seat(group, cast.volunteers[25:26], PlaceRole.MEMBER, cast, begun)
    left = _seat(group, cast.volunteers[26:27], PlaceRole.MEMBER, cast, begun)
    later = begun + timedelta(days=20)
    place_actions.change_place(
        declined[0], {"state": PlaceState.DECLINED, "note": "Har ikke tid i år."},
        by=cast.kari, now=later,
    )  # fmt: skip
    place_actions.leave(left[0], by=cast.ingrid, now=now - timedelta(days=70))
    _keep_open(
        group, "Gjøvik kommune (bekrefter navn)", PlaceState.PENDING, "Gjøvik kommune", cast, begun
    )
    _keep_open(group, "Sarpsborg eller Fredrikstad", PlaceState.UNCLEAR, "", cast, begun)
    return group


def _talent(expert: Group, cast: Cast, now: datetime) -> Group:
    begun = now - timedelta(days=60)
    group = actions.create_group(
        {
            "name": "Arbeidsgruppe for internasjonale fagfolk",
            "kind": GroupKind.WORKING,
            "mandate": group_texts.TALENT_MANDATE,
            "parent_id": expert.id,
            "starts_on": begun.date(),
            "ends_on": begun.date().replace(year=begun.year + 1, day=min(begun.day, 28)),
        },
        by=cast.kari,
        now=begun,
    )
    _seat(group, [cast.amir], PlaceRole.LEAD, cast, begun)
    _seat(group, cast.volunteers[30:33], PlaceRole.MEMBER, cast, begun)
    _seat(group, cast.volunteers[33:35], PlaceRole.MEMBER, cast, begun, PlaceState.NAMED)
    _keep_open(
        group, "Lillestrøm kommune (bekrefter navn)", PlaceState.PENDING, "Lillestrøm kommune",
        cast, begun,
    )  # fmt: skip
    return group


def _seat(
    group: Group,
    people: Sequence[Person],
    role: PlaceRole,
    cast: Cast,
    now: datetime,
    state: PlaceState = PlaceState.CONFIRMED,
) -> list[GroupPlace]:
    return [
        place_actions.add_place(
            group,
            {"state": state, "role": role, "organisation_id": person.organisation_id},
            person=person,
            by=cast.kari,
            now=now,
        )
        for person in people
    ]


def _keep_open(
    group: Group, label: str, state: PlaceState, body: str, cast: Cast, now: datetime
) -> None:
    values = {
        "label": label,
        "state": state,
        "role": PlaceRole.MEMBER,
        "organisation_id": organisation(body).id if body else None,
    }
    place_actions.add_place(group, values, person=None, by=cast.kari, now=now)
