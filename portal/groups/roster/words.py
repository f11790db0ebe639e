"""What the columns of a spreadsheet, and what becomes of its rows, are called."""

from flask_babel import lazy_gettext as _l

from portal.groups.roster.columns import Column
from portal.groups.roster.proposals import Kind

KINDS = {
    Kind.WRONG: _l("Must be corrected"),
    Kind.NEW: _l("New person"),
    Kind.KNOWN: _l("Known here"),
    Kind.RETURNS: _l("Comes back"),
    Kind.LABEL: _l("Place without a name"),
    Kind.HERE: _l("Has a place already"),
}
COLOURS = {
    Kind.WRONG: "danger",
    Kind.NEW: "success",
    Kind.KNOWN: "info",
    Kind.RETURNS: "info",
    Kind.LABEL: "warning",
    Kind.HERE: "neutral",
}
MEANINGS = {
    Kind.WRONG: _l("Correct these rows in the file, and give it to us again."),
    Kind.NEW: _l("Nobody has the address. We note a new person."),
    Kind.KNOWN: _l(
        "We know the address, or the name and whom they represent. The person gets a place, and"
        " what we know stays as it is."
    ),
    Kind.RETURNS: _l("They have left the group, or said no, and take up the old place."),
    Kind.LABEL: _l("A place with words for who shall have it. You can ask for a name afterwards."),
    Kind.HERE: _l("Nothing is done with these."),
}
COLUMNS = {
    Column.NAME: _l("Full name. First name and surname in two columns will do as well."),
    Column.EMAIL: _l("By the address we see who is known already."),
    Column.ORGANISATION: _l(
        "Whom they represent. A row with this alone becomes a place without a name."
    ),
    Column.MUNICIPALITY: _l("Name or number."),
    Column.ROLE: _l("Leder, vara, medlem or observatør. Left empty: medlem."),
    Column.STATE: _l("Bekreftet, ikke bekreftet, uklart or navn skal bekreftes."),
    Column.TITLE: _l("What they are where they work. Only for new people."),
    Column.PHONE: _l("Only for new people."),
    Column.LABEL: _l("Words for who shall have the place, when there is no name yet."),
    Column.NOTE: _l("Only those who run the group see it."),
}
