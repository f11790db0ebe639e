"""What the form library says by itself, in our three languages.

WTForms brings bokmål and English but no nynorsk, and speaks of "valid input". These are the few of
its messages that a person can meet; all others are given where a field is declared.
"""

from flask import Flask, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

# By the library's own words; the values are here so that they are found and translated.
TEXTS = {
    "Not a valid choice.": _l("Choose one of the options"),
    "Invalid Choice: could not coerce.": _l("Choose one of the options"),
    "Invalid choice(s): one or more data inputs could not be coerced.": _l(
        "Choose among the options"
    ),
    "'%(value)s' is not a valid choice for this field.": _l("Choose among the options"),
    "'%(value)s' are not valid choices for this field.": _l("Choose among the options"),
    "Not a valid integer value.": _l("Write a whole number"),
    "Not a valid float value.": _l("Write a number"),
    "This field is required.": _l("Fill this in"),
}


class Translations:
    """Stands where the library looks for a catalogue of its own."""

    def ugettext(self, text: str) -> str:
        """Our words for a message of the library, in the reader's language."""
        return str(TEXTS[text]) if text in TEXTS else gettext(text)

    def ungettext(self, one: str, many: str, number: int) -> str:
        """As ``ugettext``, for a message that counts; the library fills in the values itself."""
        return self.ugettext(one if number == 1 else many)


def register(app: Flask) -> None:
    """Let the forms of ``app`` speak as its pages do."""

    @app.before_request
    def use_our_words() -> None:
        # Flask-WTF keeps the catalogue of a request here, and makes one only when there is none.
        request.wtforms_translations = Translations()  # type: ignore[attr-defined]
