"""What an organiser may type about an event, and how we say it is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)

from portal import dates, directory, words
from portal.fields import (
    DayField,
    Optional,
    Required,
    TimeField,
    at_most,
    extend_rows,
    is_mail_address,
    is_phone_number,
    is_web_address,
    one_line,
    stripped,
)
from portal.invitations import telling
from portal.models.events import Event, EventKind, EventLink, ProgrammeItem, Visibility

# Camps and finals are made in a season, meetings in a group; here everything else.
OWN_KINDS = (EventKind.WEBINAR, EventKind.ARENDALSUKA, EventKind.GATHERING, EventKind.OTHER)
_ORGANISER_SLOTS = 4
_SPARE_ROWS = 2


@dataclass(frozen=True)
class LinkValue:
    """A link as typed."""

    kind: str
    title: str
    url: str


@dataclass(frozen=True)
class ProgrammeValue:
    """A line of the programme as typed; ``starts_at`` in UTC."""

    starts_at: datetime | None
    title: str
    speakers: str


class LinkForm(Form):
    """One link; a row without address and title is no link."""

    kind = SelectField(_l("Kind of link"), choices=list(words.LINK_KINDS.items()))
    title = StringField(_l("Title of the link"), [Optional(), at_most(200)], filters=[stripped])
    url = StringField(
        _l("Address of the link"), [Optional(), at_most(500), is_web_address], filters=[stripped]
    )


class ProgrammeForm(Form):
    """One line of the programme; a row without title is no line."""

    at = TimeField(_l("Time"), [Optional()])
    title = StringField(_l("What happens"), [Optional(), at_most(200)], filters=[stripped])
    speakers = TextAreaField(
        _l("Who takes part, one on each line"), [Optional(), at_most(1000)], filters=[stripped]
    )


class EventForm(FlaskForm):
    """Everything about an event that an organiser decides."""

    title = StringField(
        _l("Title"), [Required(_l("Write a title")), at_most(200), one_line], filters=[stripped]
    )
    kind = SelectField(_l("Kind of event"))
    day = DayField(_l("Date"), [Required(_l("Write the date, for example 13.11.2026"))])
    all_day = BooleanField(_l("Takes whole days, without a clock"))
    starts = TimeField(_l("From"), [Optional()])
    ends = TimeField(_l("To"), [Optional()])
    last_day = DayField(_l("Last day, when it lasts for several"), [Optional()])
    place = StringField(_l("Place"), [Optional(), at_most(200), one_line], filters=[stripped])
    address = StringField(_l("Address"), [Optional(), at_most(200), one_line], filters=[stripped])
    municipality_code = SelectField(_l("Municipality"), default="")
    summary = StringField(
        _l("Summary in one sentence"), [Optional(), at_most(500), one_line], filters=[stripped]
    )
    description = TextAreaField(_l("Description"), [Optional(), at_most(10000)], filters=[stripped])
    language = SelectField(_l("Language of the event"), choices=list(words.LANGUAGES.items()))
    streaming_url = StringField(
        _l("Address of the live stream, for everyone"),
        [Optional(), at_most(500), is_web_address],
        filters=[stripped],
    )
    join_url = StringField(
        _l("Link to the online meeting, only for those invited"),
        [Optional(), at_most(500), is_web_address],
        filters=[stripped],
    )
    organisers = FieldList(SelectField(_l("Organiser"), default=""), min_entries=_ORGANISER_SLOTS)
    contact_name = StringField(
        _l("Contact"), [Optional(), at_most(200), one_line], filters=[stripped]
    )
    contact_email = StringField(
        _l("Contact’s email"), [Optional(), at_most(254), is_mail_address], filters=[stripped]
    )
    contact_phone = StringField(
        _l("Contact’s telephone"), [Optional(), is_phone_number], filters=[stripped]
    )
    visibility = SelectField(_l("Who may see it"))
    links = FieldList(FormField(LinkForm))
    programme = FieldList(FormField(ProgrammeForm))
    tell = telling.WhenField(_l("Those who are invited"))
    # The revision that the form was filled from, so that two who edit at once notice it.
    revision = HiddenField()

    def __init__(self, event: Event | None, today: date, **rest: Any) -> None:
        super().__init__(data=_typed(event) if event else _blank(), **rest)
        self.event = event
        self.kind.choices = [(str(kind), words.KINDS[kind]) for kind in _kinds(event)]
        self.visibility.choices = [
            (str(each), words.VISIBILITIES[each]) for each in _visibilities(event)
        ]
        on = event.first_day if event else today
        self.municipality_code.choices = {
            "": [("", _("None, or elsewhere"))],
            **directory.municipality_choices(on),
        }
        bodies = [("", _("None")), *directory.organisation_choices()]
        for slot in self.organisers:
            slot.choices = bodies

    def offer_spare_rows(self) -> None:
        """End the lists of links and programme items with rows to fill in."""
        for rows, filled in ((self.links, _is_link), (self.programme, _is_item)):
            extend_rows(rows, sum(filled(row.data) for row in rows) + _SPARE_ROWS)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        fine = super().validate(extra_validators)
        return self._times_agree() and self._rows_are_whole() and fine

    def _times_agree(self) -> bool:
        if self.day.data is None:
            return False
        if not self.all_day.data and not (self.starts.data and self.ends.data):
            missing = self.ends if self.starts.data else self.starts
            if not missing.errors:
                missing.errors = [_("Write the time as 09.00, or choose whole days")]
            return False
        try:
            starts, ends = self.span
        except dates.NoSuchTime:
            self.starts.errors = [_("The clocks are put forward over this time. Choose another")]
            return False
        if starts >= ends:
            field = self.last_day if self.last_day.data else self.ends
            field.errors = [_("The event must end after it starts")]
            return False
        return True

    def _rows_are_whole(self) -> bool:
        whole = True
        for row in self.links:
            link = row.form
            if link.title.data and not link.url.data:
                link.url.errors = [_("Write the whole address, beginning with https://")]
                whole = False
        return whole

    @property
    def span(self) -> tuple[datetime, datetime]:
        """Start and end, in UTC.

        Raises:
            NoSuchTime: the clocks are put forward over one of them.
        """
        first = self.day.data
        last = self.last_day.data or first
        if self.all_day.data:
            return dates.midnight(first), dates.midnight(last + timedelta(days=1))
        return dates.to_utc(first, self.starts.data), dates.to_utc(last, self.ends.data)

    def values(self) -> dict[str, Any]:
        """The columns of the event, as the form has them."""
        starts_at, ends_at = self.span
        plain = {name: getattr(self, name).data or "" for name in _PLAIN}
        return {
            **plain,
            "kind": EventKind(self.kind.data),
            "visibility": Visibility(self.visibility.data),
            "all_day": bool(self.all_day.data),
            "starts_at": starts_at,
            "ends_at": ends_at,
            "municipality_code": self.municipality_code.data or None,
        }

    def organiser_ids(self) -> list[int]:
        """The organisations chosen, each once, in order."""
        return list(dict.fromkeys(int(slot.data) for slot in self.organisers if slot.data))

    def link_values(self) -> list[LinkValue]:
        """The links that were filled in."""
        return [
            LinkValue(row.data["kind"], row.data["title"] or row.data["url"], row.data["url"])
            for row in self.links
            if _is_link(row.data)
        ]

    def programme_values(self) -> list[ProgrammeValue]:
        """The lines of the programme that were filled in, in order."""
        return [
            ProgrammeValue(
                self._moment(row.data["at"]), row.data["title"], row.data["speakers"] or ""
            )
            for row in self.programme
            if _is_item(row.data)
        ]

    def _moment(self, at: time | None) -> datetime | None:
        return dates.to_utc(self.day.data, at) if at else None


class CancelForm(FlaskForm):
    """Why an event is called off, in words that those invited will read."""

    reason = TextAreaField(
        _l("What shall we tell those who were coming?"),
        [Optional(), at_most(500)],
        filters=[stripped],
    )


_PLAIN = (
    "title",
    "summary",
    "description",
    "language",
    "place",
    "address",
    "streaming_url",
    "join_url",
    "contact_name",
    "contact_email",
    "contact_phone",
)


def _is_link(data: dict[str, Any]) -> bool:
    return bool(data["url"])


def _is_item(data: dict[str, Any]) -> bool:
    return bool(data["title"])


def _kinds(event: Event | None) -> tuple[EventKind, ...]:
    return OWN_KINDS if event is None or event.kind in OWN_KINDS else (event.kind,)


def _visibilities(event: Event | None) -> tuple[Visibility, ...]:
    if event is not None and event.visibility == Visibility.GROUP:
        return tuple(Visibility)
    return (Visibility.PUBLIC, Visibility.MEMBERS)


def _blank() -> dict[str, Any]:
    return {
        "language": "nb",
        "visibility": str(Visibility.PUBLIC),
        "municipality_code": "",
        "organisers": [""] * _ORGANISER_SLOTS,
        "revision": "0",
    }


def _typed(event: Event) -> dict[str, Any]:
    """What somebody would have typed to get ``event``."""
    starts, ends = event.starts_at.astimezone(dates.OSLO), event.ends_at.astimezone(dates.OSLO)
    return {
        **{name: getattr(event, name) for name in _PLAIN},
        "kind": str(event.kind),
        "visibility": str(event.visibility),
        "municipality_code": event.municipality_code or "",
        "day": event.first_day,
        "last_day": event.last_day if event.last_day != event.first_day else None,
        "all_day": event.all_day,
        "starts": None if event.all_day else starts.time(),
        "ends": None if event.all_day else ends.time(),
        "organisers": _slots([str(each.organisation_id) for each in event.organisers]),
        "links": [_typed_link(link) for link in event.links],
        "programme": [_typed_item(item) for item in event.programme],
        "tell": telling.usual(event),
        "revision": str(event.revision),
    }


def _slots(chosen: list[str]) -> list[str]:
    return chosen + [""] * (_ORGANISER_SLOTS - len(chosen))


def _typed_link(link: EventLink) -> dict[str, Any]:
    return {"kind": str(link.kind), "title": link.title, "url": link.url}


def _typed_item(item: ProgrammeItem) -> dict[str, Any]:
    at = item.starts_at.astimezone(dates.OSLO).time() if item.starts_at else None
    return {"at": at, "title": item.title, "speakers": item.speakers}
