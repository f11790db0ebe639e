"""An offer to serve, as plain values: what a sign-up is made from, and what pages show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from portal.models.jury import ConflictKind, DayAnswer, JurySignup, Wish
from portal.models.seasons import Camp


@dataclass(frozen=True)
class Offer:
    """What somebody offers. ``days`` and ``wishes`` go by camp id, ``conflicts`` by school id.

    No ``counties`` means any county, no ``longest_km`` any distance. ``wishes`` leaves out camps
    of which nothing is wished.
    """

    municipality_code: str
    postcode: str = ""
    counties: tuple[str, ...] = ()
    longest_km: int | None = None
    takes_ferry: bool = True
    at_most: int = 1
    languages: tuple[str, ...] = ()
    travel_note: str = ""
    employer: str = ""
    expertise: str = ""
    days: Mapping[int, DayAnswer] = field(default_factory=dict)
    wishes: Mapping[int, Wish] = field(default_factory=dict)
    conflicts: frozenset[tuple[int, ConflictKind]] = frozenset()

    @property
    def answers(self) -> dict[int, tuple[DayAnswer, Wish]]:
        """What is said of each camp answered for, by its row id."""
        return {camp: (day, self.wishes.get(camp, Wish.NONE)) for camp, day in self.days.items()}


@dataclass(frozen=True)
class OfferedCamp:
    """One line of an offer: what somebody said of one camp and its school."""

    camp: Camp
    answer: DayAnswer
    wish: Wish
    conflicts: tuple[ConflictKind, ...]


def of_signup(signup: JurySignup) -> Offer:
    """The offer that a sign-up holds."""
    return Offer(
        municipality_code=signup.municipality_code,
        postcode=signup.postcode,
        counties=tuple(signup.counties),
        longest_km=signup.longest_km,
        takes_ferry=signup.takes_ferry,
        at_most=signup.at_most,
        languages=tuple(signup.languages),
        travel_note=signup.travel_note,
        employer=signup.employer,
        expertise=signup.expertise,
        days={day.camp_id: day.answer for day in signup.days},
        wishes={day.camp_id: day.wish for day in signup.days if day.wish != Wish.NONE},
        conflicts=frozenset((each.school_id, each.kind) for each in signup.conflicts),
    )


def lines(offer: Offer, camps: Iterable[Camp]) -> list[OfferedCamp]:
    """What ``offer`` says of those ``camps`` it answers for, in the order of their days."""
    answered = [camp for camp in camps if camp.id in offer.days]
    answered.sort(key=lambda camp: (camp.event.starts_at, camp.id))
    return [
        OfferedCamp(
            camp,
            offer.days[camp.id],
            offer.wishes.get(camp.id, Wish.NONE),
            tuple(kind for kind in ConflictKind if (camp.school_id, kind) in offer.conflicts),
        )
        for camp in answered
    ]
