"""What somebody who is called to a meeting answers on its page."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField

from portal.fields import Optional, Required, at_most, one_line, stripped
from portal.groups.meetings.deputy_form import AnswerWithDeputy
from portal.models.invitations import Answer, Invitation


class AnswerForm(AnswerWithDeputy):
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
        self.offer_deputies(invitation)
