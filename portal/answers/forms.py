"""What somebody invited may answer."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField

from portal.fields import Optional, Required, at_most, stripped
from portal.groups.meetings.deputy_form import AnswerWithDeputy
from portal.models.invitations import Answer, Invitation

WORDS = {
    Answer.NEEDS_ACTION: _l("Not answered"),
    Answer.ACCEPTED: _l("Yes, I am coming"),
    Answer.TENTATIVE: _l("Perhaps I am coming"),
    Answer.DECLINED: _l("No, I am not coming"),
    Answer.DELEGATED: _l("Somebody comes in my place"),
}
_OFFERED = (Answer.ACCEPTED, Answer.TENTATIVE, Answer.DECLINED)


class AnswerForm(AnswerWithDeputy):
    """Yes, perhaps or no; to a meeting of a group also that somebody else comes.

    Nothing is chosen beforehand, so that whoever sends the form unread, as mail scanners do,
    changes nothing.
    """

    answer = RadioField(_l("Can you come?"), [Required(_l("Choose one of the answers"))])
    comment = TextAreaField(
        _l("Something you would like to say"), [Optional(), at_most(500)], filters=[stripped]
    )

    def __init__(self, invitation: Invitation | None = None) -> None:
        super().__init__()
        self.answer.choices = [(str(each), WORDS[each]) for each in _OFFERED]
        self.offer_deputies(invitation)
