"""What an organiser writes about a doubt."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField

from portal.fields import Optional, at_most, one_line, stripped


class NoteForm(FlaskForm):
    """What was found out, in a sentence, if there is anything to say."""

    answer = StringField(
        _l("What you found out"), [Optional(), at_most(500), one_line], filters=[stripped]
    )
