"""Why a camp suits somebody or not, in sentences."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal import dates, directory
from portal.geography.travel import Band
from portal.jury.matching.types import Rule
from portal.jury.signup import words
from portal.jury.signup.near import SuitedCamp
from portal.jury.signup.nearness import NearbyCamp, rounded
from portal.jury.signup.suitability import Change, Fit

FITS = {
    Fit.SUITS: _l("Suits you"),
    Fit.OUTSIDE: _l("With one change"),
    Fit.OTHER: _l("Does not suit"),
}


def sentence(row: SuitedCamp) -> str:
    """How far it is, what speaks against it, and how many the jury needs."""
    return " ".join([how_far(row.near), *reasons(row), need(row)])


def how_far(near: NearbyCamp) -> str:
    """How far it is from the reader; never in minutes."""
    if near.travel is None:
        return _("The place is not settled yet.")
    km = near.about_km
    if near.over_water and near.takes_ferry:
        return _("About %(km)s km from you, over water: ferry or a long way round.", km=km)
    if near.over_water:
        return _("About %(km)s km from you by the long way round the water.", km=km)
    if near.band == Band.SAME_MUNICIPALITY:
        return _("About %(km)s km from you, in the same municipality.", km=km)
    if near.band == Band.FAR:
        return _("Far: about %(km)s km from you.", km=km)
    return _("About %(km)s km from you.", km=km)


def reasons(row: SuitedCamp) -> list[str]:
    """What keeps the reader from the camp, a sentence each."""
    rules, county = row.judged.rules, directory.county_name(row.camp.event.county_code)
    said = {
        Rule.AREA: _("It lies in %(county)s, which you have not chosen.", county=county),
        Rule.DISTANCE: _beyond(row),
        Rule.DAY: _("You have not chosen that day."),
        Rule.REFUSED: _("You have not said that you can come."),
        Rule.CONFLICT: _("You have told us that you should not judge here."),
        Rule.EMPLOYER: _("Your employer owns the school."),
    }
    if Rule.DAY in rules:
        # Whoever cannot come that day has not said yes to the camp either.
        del said[Rule.REFUSED]
    return [text for rule, text in said.items() if rule in rules]


def _beyond(row: SuitedCamp) -> str:
    """That it is too far; rounded kilometres may read as if it were just within the limit."""
    if row.limit is not None and row.near.about_km is not None and row.near.about_km <= row.limit:
        return _("That is a little longer than the limit you have set.")
    return _("That is longer than the limit you have set.")


def need(row: SuitedCamp) -> str:
    """How many jury members are still missing."""
    if not row.missing:
        return _("The jury is full for now.")
    return ngettext("The jury needs %(num)s more.", "The jury needs %(num)s more.", row.missing)


def what_brings_it_in(row: SuitedCamp) -> str:
    """What the reader could change, "" when one change would not do."""
    near = row.near
    match row.judged.change:
        case Change.DAY:
            return _("Add %(day)s", day=dates.day(near.day))
        case Change.FERRY if near.travel:
            km = rounded(near.travel.km(takes_ferry=True))
            return _("Take the ferry: then it is about %(km)s km", km=km)
        case Change.DISTANCE:
            return _("Widen the distance: %(distance)s", distance=words.DISTANCES[farther(row)])
        case Change.COUNTY:
            return _("Add %(county)s", county=directory.county_name(row.camp.event.county_code))
    return ""


def farther(row: SuitedCamp) -> str:
    """The shortest of the distances to choose from that reaches the camp."""
    km = row.near.travel.km(takes_ferry=row.near.takes_ferry) if row.near.travel else 0.0
    enough = (each for each in words.DISTANCES if each.isdigit() and int(each) >= km)
    return next(enough, "any")
