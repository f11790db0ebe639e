"""What somebody who is asked wants to know of a seat: how far, why me, with whom to travel."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext

from portal import dates, markdown
from portal.db import db
from portal.geography.travel import Band
from portal.jury.asks.company import Company, Traveller, company_of
from portal.jury.asks.entur import journey_url
from portal.jury.signup import nearness, words
from portal.jury.signup.answers import shows_name
from portal.jury.signup.nearness import NearbyCamp, Reach
from portal.models.accounts import Person
from portal.models.jury import (
    Assignment,
    AssignmentState,
    DayAnswer,
    JurySignup,
    SignupDay,
)
from portal.models.seasons import Camp
from portal.words import LINK_KINDS

_CAN = (DayAnswer.YES, DayAnswer.IF_NEEDED)
_PLANNED = "plan"


@dataclass(frozen=True)
class Journey:
    """Where somebody sets out, as they wrote it, and how far the camp is; no km to one online."""

    start: str
    near: NearbyCamp | None
    is_online: bool
    planner_url: str

    @property
    def way(self) -> NearbyCamp | None:
        """The way to go, if there is one to go and we know it."""
        known = self.near is not None and self.near.travel is not None
        return self.near if known and not self.is_online else None


@dataclass(frozen=True)
class SeatFacts:
    """One seat as the person asked sees it. Nothing here tells where any one other person lives.

    ``is_shown``: the person's consent says that those in ``company`` see name and employer.
    """

    journey: Journey
    codes: frozenset[str] = frozenset()
    has_offered: bool = True
    is_among_nearest: bool = False
    company: Company = field(default_factory=Company)
    is_shown: bool = False

    @property
    def why(self) -> str:
        """Why this person is asked, in a sentence."""
        if not self.has_offered:
            return _("The organisers would like to have you on this jury.")
        if "wish" in self.codes:
            return _("You wished for this school.")
        if self.is_among_nearest:
            return _("You are among the nearest who can come that day.")
        if "if_needed" in self.codes:
            return _("You said that you can come if needed, and now you are needed.")
        way = self.journey.way
        if way is not None and way.band == Band.SAME_MUNICIPALITY:
            return _("The school is in the municipality you set out from.")
        return _("You have offered to come that day, and the school lies within what you chose.")

    @property
    def others(self) -> str:
        """Who else comes from nearby, by number and municipality; "" for nobody."""
        places = [
            ngettext("%(num)s from %(place)s", "%(num)s from %(place)s", number, place=place)
            for place, number in self.company.places
        ]
        if not places:
            return ""
        return ngettext(
            "%(who)s has said yes.",
            "%(who)s have said yes.",
            self.company.number,
            who=dates.county_list(places),
        )


def of(seats: Sequence[Assignment]) -> dict[int, SeatFacts]:
    """The facts of each seat, by its id, in a fixed number of questions to the database."""
    offers, others, distances = _offers(seats), _coming(seats), _distances(seats)
    return {seat.id: _facts(seat, offers.get(_key(seat)), others, distances) for seat in seats}


def for_mail(seats: Sequence[Assignment]) -> dict[str, Any]:
    """What ``mail/jury/_seat`` needs to show any of ``seats``."""
    return {
        "facts": of(seats),
        "bands": words.BANDS,
        "link_kinds": LINK_KINDS,
        "as_text": markdown.to_text,
    }


def journeys(seats: Sequence[Assignment]) -> dict[int, Journey]:
    """How far each seat is, by its id, in one question to the database."""
    offers = _offers(seats)
    return {seat.id: _journey(seat, offers.get(_key(seat))) for seat in seats}


_Key = tuple[int, int]


def _key(seat: Assignment) -> _Key:
    return seat.camp.season_id, seat.person_id


def _facts(
    seat: Assignment,
    offer: JurySignup | None,
    others: Mapping[int, list[tuple[int, Traveller]]],
    distances: Mapping[int, list[tuple[int, float]]],
) -> SeatFacts:
    journey = _journey(seat, offer)
    planned = seat.origin == _PLANNED
    reader = _traveller(seat.person, offer)
    return SeatFacts(
        journey,
        codes=frozenset(seat.reason.get("codes", [])) if planned else frozenset(),
        has_offered=offer is not None,
        is_among_nearest=_is_among_nearest(seat, journey.way, distances[seat.camp_id]),
        company=company_of(
            reader,
            [each for person_id, each in others[seat.camp_id] if person_id != seat.person_id],
            has_said_yes=seat.state == AssignmentState.ACCEPTED,
        ),
        is_shown=reader.is_shown,
    )


def _journey(seat: Assignment, offer: JurySignup | None) -> Journey:
    person = seat.person
    postcode = offer.postcode if offer else person.postcode or ""
    municipality = offer.municipality_code if offer else person.municipality_code or ""
    start = nearness.start_of(postcode, municipality)
    reach = Reach(start, takes_ferry=offer.takes_ferry if offer else True)
    return Journey(
        start=words.start_name(postcode, municipality),
        near=nearness.nearest_first([seat.camp], reach)[0] if start else None,
        is_online=seat.panel.remote_allowed,
        planner_url=journey_url(seat.camp),
    )


def _is_among_nearest(
    seat: Assignment, way: NearbyCamp | None, distances: Iterable[tuple[int, float]]
) -> bool:
    """Whether fewer than a full jury of those who can come that day live nearer."""
    if way is None or way.travel is None:
        return False
    own = way.travel.km(takes_ferry=way.takes_ferry)
    nearer = sum(km < own for person_id, km in distances if person_id != seat.person_id)
    return nearer < seat.camp.target


def _traveller(person: Person, offer: JurySignup | None) -> Traveller:
    if offer is None:
        return Traveller(person.name, "", person.municipality_code or "", is_shown=False)
    shown = shows_name(offer.consent_text)
    return Traveller(person.name, offer.employer, offer.municipality_code, is_shown=shown)


def _offers(seats: Sequence[Assignment]) -> dict[_Key, JurySignup]:
    """The standing offers of those on the seats, by season and person."""
    found = db.session.scalars(
        sa.select(JurySignup).where(
            JurySignup.juror_id.in_({seat.person_id for seat in seats}),
            JurySignup.season_id.in_({seat.camp.season_id for seat in seats}),
            JurySignup.withdrawn_at.is_(None),
        )
    )
    return {(offer.season_id, offer.juror_id): offer for offer in found}


def _coming(seats: Sequence[Assignment]) -> dict[int, list[tuple[int, Traveller]]]:
    """Those who have said yes to the camps of ``seats`` and stand by their offers, by camp."""
    rows = db.session.execute(
        sa.select(Assignment.camp_id, Person, JurySignup)
        .join(Assignment.person)
        .join(Assignment.camp)
        .join(JurySignup, _is_offer(Assignment.person_id))
        .where(
            Assignment.camp_id.in_({seat.camp_id for seat in seats}),
            Assignment.state == AssignmentState.ACCEPTED,
        )
    )
    found: dict[int, list[tuple[int, Traveller]]] = defaultdict(list)
    for camp_id, person, offer in rows:
        found[camp_id].append((person.id, _traveller(person, offer)))
    return found


def _distances(seats: Sequence[Assignment]) -> dict[int, list[tuple[int, float]]]:
    """How far those who can come to the camps of ``seats`` would have to go, by camp."""
    camps = {seat.camp_id: seat.camp for seat in seats}
    rows = db.session.execute(
        sa.select(
            SignupDay.camp_id,
            JurySignup.juror_id,
            JurySignup.postcode,
            JurySignup.municipality_code,
            JurySignup.takes_ferry,
        )
        .join(SignupDay.signup)
        .where(
            SignupDay.camp_id.in_(camps),
            SignupDay.answer.in_(_CAN),
            JurySignup.withdrawn_at.is_(None),
        )
    )
    found: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for camp_id, person_id, postcode, municipality, takes_ferry in rows:
        km = nearness.km_to(camps[camp_id], nearness.start_of(postcode, municipality), takes_ferry)
        if km is not None:
            found[camp_id].append((person_id, km))
    return found


def _is_offer(person_id: Any) -> sa.ColumnElement[bool]:
    return sa.and_(
        JurySignup.juror_id == person_id,
        JurySignup.season_id == Camp.season_id,
        JurySignup.withdrawn_at.is_(None),
    )
