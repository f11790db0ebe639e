"""What the answers of volunteers are called."""

from flask_babel import lazy_gettext as _l

from portal import dates, directory
from portal.geography import municipalities, postcodes
from portal.geography.travel import Band
from portal.jury.signup.offers import Offer
from portal.models.jury import ConflictKind, DayAnswer, Wish

DAY_ANSWERS = {
    DayAnswer.YES: _l("Yes"),
    DayAnswer.IF_NEEDED: _l("If needed"),
    DayAnswer.NO: _l("No"),
}
WISHES = {
    Wish.WISH: _l("I would like to go here"),
    Wish.NONE: _l("It does not matter"),
    Wish.AVOID: _l("I would rather not"),
}
CONFLICTS = {
    ConflictKind.FAMILY: _l("I have a child or close family at the school"),
    ConflictKind.WORK: _l("I work or have worked at the school"),
    ConflictKind.MENTOR: _l("I am a mentor for pupils there"),
    ConflictKind.INTEREST: _l("I have an interest of my own in a solution"),
}
BANDS = {
    Band.SAME_MUNICIPALITY: _l("in the same municipality"),
    Band.NEAR: _l("near you"),
    Band.TRIP: _l("a trip"),
    Band.FAR: _l("far"),
}
DISTANCES = {
    "25": _l("Up to 25 km"),
    "50": _l("Up to 50 km"),
    "100": _l("Up to 100 km"),
    "any": _l("Any distance"),
}
LANGUAGES = {
    "no": _l("Norwegian"),
    "en": _l("English"),
    "se": _l("Northern Sámi"),
}


def place_of(offer: Offer) -> str:
    """Where somebody sets out: ``1530 Moss``, or only the municipality."""
    return start_name(offer.postcode, offer.municipality_code)


def start_name(postcode: str, municipality_code: str) -> str:
    """A place to set out from, as above; "" for none."""
    found = postcodes.find(postcode) if postcode else None
    if found:
        return f"{found.code} {found.place}"
    municipality = municipalities.get(municipality_code)
    return municipality.label if municipality else ""


def counties_of(offer: Offer) -> str:
    """The counties that somebody goes to, "" for any."""
    return dates.county_list([directory.county_name(code) for code in offer.counties])


def languages_of(offer: Offer) -> str:
    """The languages that somebody judges in, "" when they did not say."""
    known = [str(LANGUAGES[code]) for code in offer.languages if code in LANGUAGES]
    return dates.county_list(known)
