"""What may be typed about a place in a group: more for organisers, who may look people up."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField

from portal import directory
from portal.fields import Optional, at_most, is_mail_address, one_line, stripped
from portal.groups import meanwhile, queries, wording
from portal.groups.meanwhile import Difference
from portal.groups.places import actions
from portal.models.accounts import Person
from portal.models.groups import GroupPlace, PlaceRole, PlaceState

# One leaves by a button of its own, that says what follows.
_STATES = tuple(state for state in PlaceState if state != PlaceState.LEFT)


class PlaceForm(FlaskForm):
    """What a lead may write of a place: words for who shall have it, and how sure they are."""

    label = StringField(
        _l("Words for the place, as agreed"),
        [Optional(), at_most(200), one_line],
        filters=[stripped],
    )
    organisation = SelectField(_l("Whom the place is for"))
    state = SelectField(
        _l("How sure is it?"), choices=[(str(state), wording.STATES[state]) for state in _STATES]
    )
    note = StringField(
        _l("Note for those who run the group"),
        [Optional(), at_most(500), one_line],
        filters=[stripped],
    )
    # The place that the form was filled from, so that two who change it notice it.
    seen = HiddenField()
    columns: tuple[str, ...] = ("label", "organisation", "state", "note")

    def __init__(self, place: GroupPlace | None, **rest: Any) -> None:
        super().__init__(data=_typed(place) if place else _blank(), **rest)
        self.place = place
        self.organisation.choices = [("", _("Not said")), *directory.organisation_choices()]

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        fine = super().validate(extra_validators)
        if not self._says_who():
            self.label.errors = [_("Write who has the place, or words for who shall have it")]
            return False
        return bool(fine)

    def look_anew(self, place: GroupPlace) -> list[Difference]:
        """Keep what was typed, to be saved over what ``place`` is now; what differs from that."""
        stands = type(self)(place, formdata=None)
        meanwhile.look_anew(self.seen, stands.seen.data)
        who = Difference(_("Who has the place"), queries.name_of(place))
        return [who, *meanwhile.differences(self, stands, self.columns)]

    def _says_who(self) -> bool:
        return bool(self.label.data or (self.place and self.place.person_id))

    def values(self) -> dict[str, Any]:
        """The columns of the place, as the form has them."""
        return {
            "label": self.label.data or "",
            "organisation_id": int(self.organisation.data) if self.organisation.data else None,
            "state": PlaceState(self.state.data),
            "note": self.note.data or "",
        }


class OrganiserPlaceForm(PlaceForm):
    """What an organiser may: name the person, found or new, and say what they are in the group."""

    name = StringField(_l("Name"), [Optional(), at_most(200), one_line], filters=[stripped])
    email = StringField(
        _l("Email"), [Optional(), at_most(254), one_line, is_mail_address], filters=[stripped]
    )
    person = RadioField(_l("Who do you mean?"), [Optional()], validate_choice=False)
    role = SelectField(_l("Role in the group"), choices=list(wording.ROLES.items()))
    tell = BooleanField(_l("Tell the person by mail"), default=True)
    columns = (*PlaceForm.columns, "role")

    def __init__(self, place: GroupPlace | None, **rest: Any) -> None:
        super().__init__(place, **rest)
        self.person.choices = []

    def _says_who(self) -> bool:
        return bool(super()._says_who() or self.name.data or self.email.data)

    def offer(self, people: Sequence[Person]) -> None:
        """Let the organiser choose between those the name fits, or write an address."""
        if not people:
            self.email.errors = [
                _("We know nobody by that name. Write the email too, and we note a new person.")
            ]
            return
        self.show(people)
        self.person.errors = [_("Choose the person, or write the email of someone else")]

    def show(self, people: Sequence[Person]) -> None:
        """List those the name fits; who was chosen among them stays so."""
        self.person.choices = [(each.public_id, _described(each)) for each in people]

    def values(self) -> dict[str, Any]:
        """The columns of the place, as the form has them."""
        return {**super().values(), "role": PlaceRole(self.role.data)}


def _described(person: Person) -> str:
    employer = person.organisation.name if person.organisation else ""
    return ", ".join(part for part in (person.name, employer, person.email) if part)


def _blank() -> dict[str, Any]:
    return {"state": str(PlaceState.NAMED), "role": str(PlaceRole.MEMBER)}


def _typed(place: GroupPlace) -> dict[str, Any]:
    return {
        "label": place.label,
        "organisation": str(place.organisation_id or ""),
        "state": str(place.state),
        "note": place.note,
        "role": str(place.role),
        "seen": actions.state_of(place),
    }
