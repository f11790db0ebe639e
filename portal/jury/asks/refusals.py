"""Why a person could not be asked for a seat, in words that tell no more than that."""

from flask_babel import gettext as _

from portal.jury.asks import asking

REFUSED = (
    asking.CampIsOff, asking.SitsAlready, asking.JuryIsFull, asking.StandsInTheWay,
    asking.HasWithdrawn, asking.IsSuspended,
)  # fmt: skip


def why_not(broken: Exception) -> str:
    """Why a person cannot have a seat, without telling more than that."""
    if isinstance(broken, asking.CampIsOff):
        return _("Somebody else changed a camp meanwhile. Look at the dates again.")
    if isinstance(broken, asking.JuryIsFull):
        return _("The jury is full, or its seats are asked for already.")
    if isinstance(broken, asking.HasWithdrawn):
        return _("That person has taken back the offer to serve.")
    if isinstance(broken, asking.IsSuspended):
        return _("That person is suspended, and cannot be asked.")
    if isinstance(broken, asking.StandsInTheWay):
        return _("Something stands in the way of that person judging at this school.")
    return _("That person is on a jury at this camp already, or asked to be.")
