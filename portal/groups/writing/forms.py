"""What may be typed about who is there, and how we say it is wrong."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField

from portal.fields import Optional, Required, at_most, one_line, stripped
from portal.groups import wording
from portal.groups.writing import attendance
from portal.groups.writing.roll import Line
from portal.models.accounts import Person
from portal.models.minutes import AttendanceState, AttendsAs


class SomebodyForm(FlaskForm):
    """Somebody who is there without being on the list."""

    name = StringField(
        _l("Name"), [Required(_l("Write the name")), at_most(200), one_line], filters=[stripped]
    )
    affiliation = StringField(
        _l("Represents"), [Optional(), at_most(200), one_line], filters=[stripped]
    )
    attends_as = SelectField(_l("Is here as"), choices=list(wording.ATTENDS_AS.items()))
    instead_of = SelectField(_l("In whose place"))

    def __init__(self, lines: Sequence[Line], **rest: Any) -> None:
        super().__init__(**rest)
        self._members = {line.key: line.person for line in lines if line.person}
        names = [(line.key, line.name) for line in lines if line.person]
        self.instead_of.choices = [("", _("Nobody’s")), *names]

    @property
    def replaced(self) -> Person | None:
        """Whose place a deputy has taken."""
        return self._members.get(self.instead_of.data)

    @property
    def part(self) -> AttendsAs:
        """As what they are there: whoever is there in somebody's place is a deputy."""
        return AttendsAs.DEPUTY if self.replaced else AttendsAs(self.attends_as.data)


class LineForm(FlaskForm):
    """For whom somebody is there, and as what."""

    affiliation = StringField(
        _l("Represents"), [Optional(), at_most(200), one_line], filters=[stripped]
    )
    attends_as = SelectField(_l("Is here as"), choices=list(wording.ATTENDS_AS.items()))
    # What both were when the form was made.
    seen_affiliation = HiddenField()
    seen_as = HiddenField()

    def __init__(self, line: Line, **rest: Any) -> None:
        data = {
            "affiliation": line.affiliation,
            "attends_as": str(line.attends_as),
            "seen_affiliation": line.affiliation,
            "seen_as": str(line.attends_as),
        }
        super().__init__(data=data, **rest)


class RolesForm(FlaskForm):
    """Who chairs the meeting, of those who are there, and who takes the minutes."""

    chair = SelectField(_l("Chairs the meeting"))
    taker = StringField(
        _l("Takes the minutes"), [Optional(), at_most(200), one_line], filters=[stripped]
    )
    seen_chair = HiddenField()
    seen_taker = HiddenField()

    def __init__(self, lines: Sequence[Line], taker: str, **rest: Any) -> None:
        chair = attendance.chair_key(lines)
        data = {"chair": chair, "taker": taker, "seen_chair": chair, "seen_taker": taker}
        super().__init__(data=data, **rest)
        here = [line for line in lines if line.state == AttendanceState.PRESENT]
        self.chair.choices = [("", _("Not decided")), *((each.key, each.name) for each in here)]
