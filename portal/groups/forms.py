"""What may be typed about groups and follow-ups, and how we say it is wrong."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField

from portal.fields import DayField, Optional, Required, at_most, one_line, stripped
from portal.groups import wording
from portal.models.accounts import Person
from portal.models.groups import Group, GroupKind
from portal.models.invitations import Answer, Invitation


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
        }


class FollowUpForm(FlaskForm):
    """What is to be done; who does it and by when may be unknown."""

    text = TextAreaField(
        _l("What is to be done?"),
        [Required(_l("Write what is to be done")), at_most(2000)],
        filters=[stripped],
    )
    owner = SelectField(_l("Responsible"))
    due_on = DayField(_l("Deadline"), [Optional()])

    def __init__(self, members: Sequence[Person], **rest: Any) -> None:
        super().__init__(**rest)
        self._members = {person.public_id: person for person in members}
        self.owner.choices = [
            ("", _("Not decided")),
            *((each.public_id, each.name) for each in members),
        ]

    @property
    def responsible(self) -> Person | None:
        """Whoever was chosen, None when nobody is decided."""
        return self._members.get(self.owner.data)


class CloseForm(FlaskForm):
    """What came of a follow-up."""

    note = TextAreaField(_l("What came of it?"), [Optional(), at_most(500)], filters=[stripped])


class AnswerForm(FlaskForm):
    """What somebody called to a meeting answers."""

    answer = RadioField(
        _l("Are you coming?"),
        [Required(_l("Choose whether you are coming"))],
        choices=[
            (str(Answer.ACCEPTED), _l("Yes, I am coming")),
            (str(Answer.TENTATIVE), _l("Maybe")),
            (str(Answer.DECLINED), _l("No, I cannot come")),
        ],
    )
    comment = StringField(
        _l("A word to those who called the meeting"),
        [Optional(), at_most(500), one_line],
        filters=[stripped],
    )

    def __init__(self, invitation: Invitation | None, **rest: Any) -> None:
        data = {}
        if invitation is not None and invitation.answered_at is not None:
            data = {"answer": str(invitation.answer), "comment": invitation.comment}
        super().__init__(data=data, **rest)


def _blank() -> dict[str, Any]:
    return {"kind": str(GroupKind.WORKING)}


def _typed(group: Group) -> dict[str, Any]:
    return {
        "name": group.name,
        "kind": str(group.kind),
        "mandate": group.mandate,
        "parent": str(group.parent_id or ""),
        "starts_on": group.starts_on,
        "ends_on": group.ends_on,
    }
