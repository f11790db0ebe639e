"""What may be typed about groups, and how we say it is wrong."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField, TextAreaField

from portal.fields import DayField, Optional, Required, at_most, one_line, stripped
from portal.groups import wording
from portal.models.groups import Group, GroupKind


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
    }
