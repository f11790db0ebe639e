"""Whom a mailing is for: a choice of a few plain values, and the people it means right now."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portal import membership
from portal.models.accounts import Person
from portal.models.groups import Group
from portal.models.invitations import Answer, Invitation
from portal.models.jury import TAKEN, Assignment, AssignmentState, JurySignup
from portal.models.seasons import Camp


class Who(enum.StrEnum):
    """A sort of audience."""

    # Of a season.
    VOLUNTEERS = "volunteers"
    SEATED = "seated"
    ASKED = "asked"
    DECLINED = "declined"
    # Of one group, of one event, of all groups.
    GROUP = "group"
    INVITED = "invited"
    MEMBERS = "members"


OF_A_SEASON = (Who.VOLUNTEERS, Who.SEATED, Who.ASKED, Who.DECLINED)
_OPEN = (AssignmentState.ASKED, AssignmentState.OFFERED, AssignmentState.RECONFIRM)
_REFUSED = (AssignmentState.DECLINED, AssignmentState.WITHDRAWN)


@dataclass(frozen=True)
class Audience:
    """Whom a mailing is for. ``about`` is the id of the season, group or event, if there is one.

    ``answer`` narrows those invited to an event to those who gave it; empty means all.
    """

    who: Who
    about: int = 0
    answer: str = ""

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Audience":
        """The audience that ``kept`` was made from by ``as_kept``."""
        return cls(Who(kept["who"]), kept["about"], kept["answer"])

    def as_kept(self) -> dict[str, Any]:
        """As plain values, for a row's JSON."""
        return {"who": str(self.who), "about": self.about, "answer": self.answer}

    @property
    def season_id(self) -> int | None:
        """The season it is about, None when it is about none."""
        return self.about if self.who in OF_A_SEASON else None

    @property
    def group_id(self) -> int | None:
        """The group it is about, None when it is about none."""
        return self.about if self.who == Who.GROUP else None

    @property
    def event_id(self) -> int | None:
        """The event it is about, None when it is about none."""
        return self.about if self.who == Who.INVITED else None


def is_of(audience: Audience) -> sa.ColumnElement[bool]:
    """The condition for the people that ``audience`` means now; who may not sign in is none."""
    return sa.and_(Person.suspended_at.is_(None), Person.id.in_(_IDS[audience.who](audience)))


def _volunteers(audience: Audience) -> sa.Select[Any]:
    return sa.select(JurySignup.juror_id).where(
        JurySignup.season_id == audience.about, JurySignup.withdrawn_at.is_(None)
    )


def _seated(audience: Audience) -> sa.Select[Any]:
    return _with_seat(audience, *TAKEN)


def _asked(audience: Audience) -> sa.Select[Any]:
    return _with_seat(audience, *_OPEN)


def _declined(audience: Audience) -> sa.Select[Any]:
    """Those who said no somewhere and sit nowhere else, nor may yet."""
    elsewhere = _with_seat(audience, *TAKEN, *_OPEN)
    return _with_seat(audience, *_REFUSED).where(Assignment.person_id.not_in(elsewhere))


def _with_seat(audience: Audience, *states: AssignmentState) -> sa.Select[Any]:
    camps = sa.select(Camp.id).where(Camp.season_id == audience.about)
    return sa.select(Assignment.person_id).where(
        Assignment.camp_id.in_(camps), Assignment.state.in_(states)
    )


def _group(audience: Audience) -> sa.Select[Any]:
    return membership.seated([audience.about])


def _members(audience: Audience) -> sa.Select[Any]:
    standing = sa.select(Group.id).where(Group.closed_at.is_(None))
    return membership.seated(standing)


def _invited(audience: Audience) -> sa.Select[Any]:
    found = sa.select(Invitation.person_id).where(
        Invitation.event_id == audience.about, Invitation.removed_at.is_(None)
    )
    return found.where(Invitation.answer == Answer(audience.answer)) if audience.answer else found


_IDS = {
    Who.VOLUNTEERS: _volunteers,
    Who.SEATED: _seated,
    Who.ASKED: _asked,
    Who.DECLINED: _declined,
    Who.GROUP: _group,
    Who.INVITED: _invited,
    Who.MEMBERS: _members,
}
