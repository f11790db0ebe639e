"""What somebody may do with the follow-ups of a group, asked once a page."""

from dataclasses import dataclass

from portal import access
from portal.models.accounts import Person
from portal.models.groups import Group, PlaceRole
from portal.models.minutes import FollowUp


@dataclass(frozen=True)
class Rights:
    """Whoever runs the group does everything; members close their own and take what nobody has."""

    person_id: int
    runs: bool
    is_member: bool

    def owns(self, follow_up: FollowUp) -> bool:
        """Whether it is theirs to do."""
        return follow_up.owner_id == self.person_id

    def may_close(self, follow_up: FollowUp) -> bool:
        """Whether they may say that it is done."""
        return follow_up.is_open and (self.runs or self.owns(follow_up))

    def may_reopen(self, follow_up: FollowUp) -> bool:
        """Whether they may say that it is not: owners take back only what they said themselves."""
        if follow_up.is_open:
            return False
        return self.runs or (
            self.owns(follow_up) and follow_up.closed_by_id in (None, self.person_id)
        )

    def may_take(self, follow_up: FollowUp) -> bool:
        """Whether they may say "I will do it": nobody has it, neither a person nor a body."""
        is_free = follow_up.is_open and not follow_up.is_in_hand and not follow_up.owner_label
        return self.is_member and is_free

    def may_hand_back(self, follow_up: FollowUp) -> bool:
        """Whether they may say that they cannot do it after all."""
        return follow_up.is_open and self.owns(follow_up)


def of(person: Person, group: Group) -> Rights:
    """The rights of somebody who sees the group's follow-ups. Observers only look on."""
    sits = any(
        place.group_id == group.id and place.is_current and place.role != PlaceRole.OBSERVER
        for place in person.group_places
    )
    return Rights(person.id, access.leads_group(person, group), sits)
