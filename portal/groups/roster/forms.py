"""What may be given to read members from, and how we say that it cannot be used."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, TextAreaField

from portal.office import tables
from portal.office.tables import BadTable, Table


class FileForm(FlaskForm):
    """A file, or rows copied out of a spreadsheet."""

    file = FileField(_l("File"))
    rows = TextAreaField(_l("Or paste rows from Excel"))
    table: Table | None = None

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Whether there is a table, which ``table`` then is."""
        if not super().validate(extra_validators):
            return False
        given = self.file.data
        pasted = self.rows.data or ""
        field = self.file if given else self.rows
        if bool(given) == bool(pasted.strip()):
            self.file.errors = [
                _("Choose a file or paste rows, not both")
                if given
                else _("Choose a file, or paste rows")
            ]
            return False
        try:
            self.table = (
                tables.read(given.filename or "", given.read())
                if given
                else tables.read_text(pasted)
            )
        except BadTable as bad:
            field.errors = [_why(bad)]
            return False
        if not self.table.rows:
            field.errors = [_("There are headings, and no rows below them")]
            return False
        return True


class TakeInForm(FlaskForm):
    """The last word about what was looked at. Nobody is written to unless a box is ticked."""

    table = HiddenField()
    seen = HiddenField()
    tell = BooleanField(_l("Tell each of them by mail that they have a place"))
    call = BooleanField(_l("Invite them to the meetings that are called already"))


def _why(bad: BadTable) -> str:
    if bad.row:
        return _("We cannot read it. Row %(row)s: %(reason)s.", row=bad.row, reason=bad.words)
    return _("We cannot read it: %(reason)s.", reason=bad.words)
