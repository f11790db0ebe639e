"""What may be typed about groups, and how we say it is wrong."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField

from portal import dates
from portal.fields import DayField, Optional, Required, at_most, one_line, stripped
from portal.groups import meanwhile, wording
from portal.groups.meanwhile import Difference
from portal.groups.setup import actions
from portal.models.groups import Group, GroupKind

LEAVE, MOVE = "leave", "move"
_SHOWN = (
    "name", "kind", "mandate", "parent", "starts_on", "ends_on",
    "observers_see_members", "observers_see_minutes",
)  # fmt: skip


class GroupForm(FlaskForm):
    """What organisers decide about a group."""

    name = StringField(
        _l("Name of the group"),
        [Required(_l("Write the name of the group")), at_most(200), one_line],
        filters=[stripped],
    )
    kind = SelectField(_l("Kind of group"), choices=list(wording.KINDS.items()))
    mandate = TextAreaField(_l("Mandate"), [Optional(), at_most(10000)], filters=[stripped])
    parent = SelectField(_l("Belongs under"))
    starts_on = DayField(_l("First day"), [Optional()])
    ends_on = DayField(_l("Last day"), [Optional()])
    observers_see_members = BooleanField(_l("Observers see who sits in the group"))
    observers_see_minutes = BooleanField(_l("Observers read minutes and follow-ups"))
    # The group that the form was filled from, so that two who edit at once notice it.
    seen = HiddenField()

    def __init__(self, group: Group | None, parents: Sequence[Group], **rest: Any) -> None:
        super().__init__(data=_typed(group) if group else _blank(), **rest)
        self.parent.choices = [
            ("", _("No other group")),
            *((str(each.id), each.name) for each in parents),
        ]

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        fine = super().validate(extra_validators)
        first, last = self.starts_on.data, self.ends_on.data
        if first and last and last < first:
            self.ends_on.errors = [_("The last day must come after the first")]
            return False
        return bool(fine)

    def look_anew(self, group: Group, parents: Sequence[Group]) -> list[Difference]:
        """Keep what was typed, to be saved over what ``group`` is now; what differs from that."""
        stands = GroupForm(group, parents, formdata=None)
        meanwhile.look_anew(self.seen, stands.seen.data)
        return meanwhile.differences(self, stands, _SHOWN)

    def values(self) -> dict[str, Any]:
        """The columns of the group, as the form has them."""
        return {
            "name": self.name.data,
            "kind": GroupKind(self.kind.data),
            "mandate": self.mandate.data or "",
            "parent_id": int(self.parent.data) if self.parent.data else None,
            "starts_on": self.starts_on.data,
            "ends_on": self.ends_on.data,
            "observers_see_members": self.observers_see_members.data,
            "observers_see_minutes": self.observers_see_minutes.data,
        }


class RenewalForm(FlaskForm):
    """Until when a group goes on, and whether its members hear of it."""

    last_day = DayField(_l("New last day"), [Required(_l("Write the new last day"))])
    tell = BooleanField(_l("Tell those who sit in the group by mail"))
    seen = HiddenField()

    def __init__(self, group: Group, proposed: date, today: date, **rest: Any) -> None:
        seen = group.ends_on.isoformat() if group.ends_on else ""
        super().__init__(data={"last_day": proposed, "seen": seen}, **rest)
        self._after = max(group.ends_on or today, today)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        fine = super().validate(extra_validators)
        last = self.last_day.data
        if last and last <= self._after:
            day = dates.plain_day(self._after)
            self.last_day.errors = [_("The new last day must come after %(day)s", day=day)]
            return False
        return bool(fine)

    def look_anew(self, group: Group) -> None:
        """Keep the day that was typed, and ask whether it still shall count."""
        self.last_day.errors = [
            _("Somebody has just given the group another last day. Look again.")
        ]
        meanwhile.look_anew(self.seen, group.ends_on.isoformat() if group.ends_on else "")

    @property
    def seen_last_day(self) -> date | None:
        """The last day that was shown; one that nobody can have seen for a value not ours."""
        try:
            return date.fromisoformat(self.seen.data) if self.seen.data else None
        except ValueError:
            return date.min


class ClosingForm(FlaskForm):
    """What becomes of what is left when a group closes, and whether its members hear of it."""

    follow_ups = RadioField(_l("What is left to follow up"), default=LEAVE)
    tell = BooleanField(_l("Tell those who sit in the group by mail"))

    def __init__(self, group: Group, left: int, **rest: Any) -> None:
        super().__init__(**rest)
        parent = group.parent
        if not left or parent is None or parent.closed_at is not None:
            del self.follow_ups
            return
        self.follow_ups.choices = [
            (LEAVE, _("Leave it here: those responsible are reminded as before")),
            (MOVE, _("Move it to %(group)s", group=parent.name)),
        ]

    @property
    def moves(self) -> bool:
        """Whether what is left goes to the group above."""
        return bool(self.follow_ups) and self.follow_ups.data == MOVE


def _blank() -> dict[str, Any]:
    return {
        "kind": str(GroupKind.WORKING),
        "observers_see_members": True,
        "observers_see_minutes": True,
    }


def _typed(group: Group) -> dict[str, Any]:
    return {
        "name": group.name,
        "kind": str(group.kind),
        "mandate": group.mandate,
        "parent": str(group.parent_id or ""),
        "starts_on": group.starts_on,
        "ends_on": group.ends_on,
        "observers_see_members": group.observers_see_members,
        "observers_see_minutes": group.observers_see_minutes,
        "seen": actions.state_of(group),
    }
