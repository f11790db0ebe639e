"""What an organiser may type when writing to many, and how we say it is wrong."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field as FormField
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

import config
from portal.fields import Required, at_most, one_line, stripped
from portal.mail.headers import UnsafeHeader, check_header
from portal.mailings import queries, texts, words
from portal.mailings.audiences import OF_A_SEASON, Audience, Who
from portal.models.mailings import MailingDraft

LONGEST_SUBJECT = 150
LONGEST_BODY = 20_000
# More recipients than these, and their number must be written down as well.
MANY = 50


def fits_a_subject(form: FlaskForm, field: FormField) -> None:
    """A validator: nothing that could end the header of a mail and begin another one."""
    try:
        check_header("Subject", field.data or "")
    except UnsafeHeader:
        raise ValidationError(
            _("There is a character here that cannot stand in a subject. Write the subject again")
        ) from None


def known_placeholders(form: FlaskForm, field: FormField) -> None:
    """A validator: only words in braces that we know."""
    unknown = texts.unknown_placeholders(field.data or "")
    if unknown:
        raise ValidationError(
            _("We do not know %(word)s. Use {name} or {first_name}", word=unknown[0])
        )


def _subject() -> StringField:
    return StringField(
        _l("Subject"),
        [at_most(LONGEST_SUBJECT), one_line, fits_a_subject, known_placeholders],
        filters=[stripped],
    )


def _body() -> TextAreaField:
    return TextAreaField(
        _l("Message"), [at_most(LONGEST_BODY), known_placeholders], filters=[stripped]
    )


class WriteForm(FlaskForm):
    """Whom it is for, and what it says in one language or several."""

    who = RadioField(
        _l("Who is it for?"),
        [Required(_l("Choose who it is for"))],
        choices=list(words.WHO.items()),
        validate_choice=True,
    )
    season = SelectField(_l("Which season?"), validate_choice=False)
    group = SelectField(_l("Which group?"), validate_choice=False)
    event = SelectField(_l("Which event?"), validate_choice=False)
    answer = SelectField(_l("Which of them?"), default="", choices=list(words.ANSWERS.items()))
    subject_nb = _subject()
    body_nb = _body()
    subject_nn = _subject()
    body_nn = _body()
    subject_en = _subject()
    body_en = _body()

    def __init__(self, draft: MailingDraft, now: datetime, **rest: Any) -> None:
        super().__init__(data=_typed(draft), **rest)
        chosen = Audience.read(draft.audience) if draft.audience else None
        self.season.choices = queries.seasons()
        self.group.choices = queries.groups()
        self.event.choices = queries.events(now, (chosen and chosen.event_id) or 0)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        fine = bool(super().validate(extra_validators))
        chosen = [self._about_is_chosen(), self._a_language_is_whole()]
        return fine and all(chosen)

    def pair(self, language: str) -> tuple[FormField, FormField]:
        """The fields of ``language``: subject and message."""
        return self[f"subject_{language}"], self[f"body_{language}"]

    @property
    def audience(self) -> Audience | None:
        """Whom it is for, None while nothing is chosen."""
        if self.who.data not in list(Who):
            return None
        who, about = Who(self.who.data), self._about()
        chosen = about.data if about is not None and self._is_offered(about) else "0"
        return Audience(who, int(chosen), self.answer.data if who == Who.INVITED else "")

    @property
    def written(self) -> dict[str, dict[str, str]]:
        """By language, subject and message as typed; what is too long to keep is cut."""
        pairs = {each: self.pair(each) for each in config.LANGUAGES}
        return {
            language: {
                "subject": (subject.data or "")[:LONGEST_SUBJECT],
                "body": (body.data or "")[:LONGEST_BODY],
            }
            for language, (subject, body) in pairs.items()
            if subject.data or body.data
        }

    def _about(self) -> FormField | None:
        """The field that says which one the audience is of."""
        if self.who.data in OF_A_SEASON:
            return self.season
        return {Who.GROUP: self.group, Who.INVITED: self.event}.get(self.who.data)

    def _is_offered(self, field: FormField) -> bool:
        return field.data in {value for value, _name in field.choices}

    def _about_is_chosen(self) -> bool:
        field = self._about()
        if field is None or self._is_offered(field):
            return True
        field.errors = [_("Choose one of the options")]
        return False

    def _a_language_is_whole(self) -> bool:
        pairs = [self.pair(each) for each in config.LANGUAGES]
        begun = [pair for pair in pairs if pair[0].data or pair[1].data] or pairs[:1]
        missing = [field for pair in begun for field in pair if not field.data]
        for field in missing:
            is_subject = field.name.startswith("subject")
            said = _("Write a subject") if is_subject else _("Write the message")
            field.errors = [*field.errors, said]
        return not missing


class SendForm(FlaskForm):
    """The last word: what was looked at, and above fifty how many it goes to."""

    revision = HiddenField()
    count = HiddenField()
    typed = StringField(_l("How many people does it go to?"), filters=[stripped])

    def __init__(self, draft: MailingDraft, reached: int, **rest: Any) -> None:
        super().__init__(data={"revision": draft.revision, "count": reached}, **rest)
        self._reached, self._revision = reached, draft.revision

    @property
    def asks_number(self) -> bool:
        """Whether the number must be written down."""
        return self._reached > MANY

    @property
    def is_of_what_is_there(self) -> bool:
        """Whether text and number are still as they were when the page was shown."""
        seen = (self.revision.data, self.count.data)
        return seen == (str(self._revision), str(self._reached))

    def validate_typed(self, field: FormField) -> None:
        """Above fifty, the number as it stands on the page."""
        digits = (field.data or "").replace(" ", "").replace("\u00a0", "")
        if self.asks_number and digits != str(self._reached):
            raise ValidationError(_("Write the number %(number)s to confirm", number=self._reached))


def _typed(draft: MailingDraft) -> dict[str, Any]:
    data: dict[str, Any] = {
        f"{part}_{language}": text
        for language, written in draft.texts.items()
        for part, text in written.items()
    }
    if not draft.audience:
        return data
    audience = Audience.read(draft.audience)
    about = str(audience.about)
    return {
        **data,
        "who": str(audience.who),
        "answer": audience.answer,
        **dict.fromkeys(("season", "group", "event"), about),
    }
