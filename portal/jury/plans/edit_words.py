"""What was changed by hand in a plan, and which rules that breaks, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.jury.matching.types import Rule
from portal.jury.plans import explaining
from portal.jury.plans.edits import UNDO
from portal.jury.plans.explaining import Names
from portal.models.plans import PlanEdit, PlanRow

_RULES = {
    Rule.DAY: _l("cannot come that day"),
    Rule.AREA: _l("has not offered that county"),
    Rule.DISTANCE: _l("has set a shorter distance"),
    Rule.CONFLICT: _l("one stands in the way"),
    Rule.REFUSED: _l("has said no to that camp"),
    Rule.BANNED: _l("is not to be asked there"),
    Rule.EMPLOYER: _l("works for the school’s owner"),
    Rule.UNREACHABLE: _l("no way there is known"),
    Rule.AT_MOST: _l("has offered fewer camps"),
    Rule.ONE_A_DAY: _l("serves elsewhere that day"),
    Rule.SEATS: _l("the jury has fewer seats"),
}


def rules(broken: Rule) -> list[str]:
    """The rules in words, never whose or which conflict. Who is away has not said no besides."""
    told = broken & ~Rule.REFUSED if broken & Rule.DAY else broken
    return [str(words) for rule, words in _RULES.items() if rule & told]


def why(row: PlanRow, names: Names) -> str:
    """Why somebody sits there, and who would have the seat otherwise."""
    return explaining.sentence(row, names)


def edit(made: PlanEdit, names: Names) -> str:
    """What an edit did: ``Ola Hansen moved to Re vgs``."""
    kept = made.before
    if made.verb == UNDO:
        return _("Undone: %(what)s", what=change(kept["verb"], kept["moves"], names))
    return change(made.verb, kept["moves"], names)


def change(verb: str, moves: Sequence[Mapping[str, Any]], names: Names) -> str:
    """What a change does, whether it was made or only wanted."""
    first = moves[0]
    name = names.people.get(first["person"]) or _("Somebody")
    school = names.camps.get(first["to"] or first["from"]) or _("another camp")
    if verb == "swap":
        other = names.people.get(moves[1]["person"]) or _("somebody")
        return _("%(name)s and %(other)s swapped", name=name, other=other)
    if verb == "lock":
        return _("%(name)s locked to %(school)s", name=name, school=school)
    if verb == "unlock":
        return _("%(name)s no longer locked to %(school)s", name=name, school=school)
    if verb == "take_out":
        return _("%(name)s taken out of %(school)s", name=name, school=school)
    if verb == "put_in":
        return _("%(name)s put in at %(school)s", name=name, school=school)
    if verb == "put_back":
        return _("%(name)s kept at %(school)s", name=name, school=school)
    return _("%(name)s moved to %(school)s", name=name, school=school)
