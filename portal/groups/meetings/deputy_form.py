"""Who comes in one's place: the part of an answer that both answer pages ask."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField

from portal.fields import IfFilled, at_most, is_mail_address, one_line, stripped
from portal.groups.meetings import deputies
from portal.groups.meetings.deputies import Wanted
from portal.models.accounts import Person
from portal.models.invitations import Answer, Invitation

_OTHER = "other"
LABEL = _l("No, and somebody comes in my place")


class AnswerWithDeputy(FlaskForm):
    """An answer that may be that somebody else comes; a subclass adds ``answer`` and ``comment``.

    Whom that may be is asked only of those who may send somebody.
    """

    deputy = RadioField(_l("Who comes in your place?"), [IfFilled()], validate_choice=False)
    deputy_name = StringField(_l("Name"), [IfFilled(), at_most(200), one_line], filters=[stripped])
    deputy_email = StringField(
        _l("Email"), [IfFilled(), at_most(254), one_line, is_mail_address], filters=[stripped]
    )
    answer: Any

    def __init__(self, **rest: Any) -> None:
        super().__init__(**rest)
        self.deputy.choices = []
        self._deputies: dict[str, Person] = {}
        self.sends_deputy = False

    def offer_deputies(self, invitation: Invitation | None) -> None:
        """Let the answer be a deputy, if whom ``invitation`` is for may send one."""
        if invitation is None or not deputies.may_send(invitation):
            return
        self.sends_deputy = True
        self.answer.choices = [*self.answer.choices, (str(Answer.DELEGATED), LABEL)]
        self._deputies = {each.public_id: each for each in deputies.offered(invitation)}
        if self._deputies:
            self.deputy.choices = [
                *((key, person.name) for key, person in self._deputies.items()),
                (_OTHER, _("Somebody else, whom I name below")),
            ]

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        if not fine or self.answer.data != Answer.DELEGATED or self._chosen():
            return bool(fine)
        if not self.deputy_name.data:
            self.deputy_name.errors = [_("Write the name of the one who comes")]
        if not self.deputy_email.data:
            self.deputy_email.errors = [_("Write their email, so that we can invite them")]
        return bool(self.deputy_name.data and self.deputy_email.data)

    def wanted(self) -> Wanted | None:
        """Who shall come instead, None when the answer is another."""
        if self.answer.data != Answer.DELEGATED:
            return None
        chosen = self._chosen()
        if chosen is not None:
            return Wanted(chosen)
        return Wanted(None, self.deputy_name.data or "", self.deputy_email.data or "")

    def refuse(self, reason: deputies.CannotSend) -> None:
        """Say beside the fields why the one who was named cannot be asked."""
        field = self.deputy if self._chosen() else self.deputy_email
        field.errors = [_WHY[type(reason)]]

    def _chosen(self) -> Person | None:
        return self._deputies.get(self.deputy.data or "")


_WHY: dict[type[deputies.CannotSend], Any] = {
    deputies.MayNotSend: _l("You come in somebody else’s place, and cannot pass that on"),
    deputies.OneselfMeant: _l("This is your own address. Write that of the one who comes"),
    deputies.CalledAlready: _l("That person is called to the meeting already. Name somebody else"),
    deputies.TooManyAsked: _l(
        "You have named as many as we can ask. Write to those who called the meeting"
    ),
}
