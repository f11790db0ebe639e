"""The answers of a draft: plain values by step, what is still to be asked, and the offer they make.

``{"travel": {...}, "days": {camp id: answer}, "days_asked": [camp id],
"schools": {school id: {"conflicts": [...], "wish": ...}}, "schools_asked": [school id],
"expertise": "", "consent": ""}``. Ids are texts, as JSON has them; ``consent`` holds the number of
the text agreed to.

Begun from an appeal to a group it has as well ``"known"``, what the first step is filled in with,
``"appeal"``, the token of the mailed link, and ``"proven"``, the folded address that it went to.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

from portal.jury.signup.nearness import NearbyCamp, Reach, nearest_first, start_of
from portal.jury.signup.offers import Offer
from portal.models.accounts import Person
from portal.models.jury import ConflictKind, DayAnswer, JurySignup, Wish
from portal.models.places import School
from portal.models.seasons import Camp

# Raise it with every change of the text in templates/jury/signup/_consent.html.
CONSENT_TEXT = "2026-2"
# The texts that say who else sees one's name and employer, and when.
_TEXTS_WITH_NAMES = frozenset({"2026-2"})
_OFFERED = (DayAnswer.YES, DayAnswer.IF_NEEDED)

Answers = dict[str, Any]


def first_step(answers: Answers) -> Answers:
    """What the first step is filled in with: what was answered there, else what is known."""
    given: Answers = answers.get("travel") or answers.get("known", {})
    return given


def known_of(person: Person) -> Answers:
    """What ``person`` need not write again in the first step."""
    return {
        "phone": person.phone,
        "employer": person.organisation.name if person.organisation else "",
        "postcode": person.postcode or "",
        "municipality": "" if person.postcode else person.municipality_code or "",
    }


class Step(StrEnum):
    """The pages of a sign-up, in order."""

    TRAVEL = "travel"
    DAYS = "days"
    SCHOOLS = "schools"
    CHECK = "check"


def reach_of(answers: Answers) -> Reach:
    """Where the volunteer sets out and will go."""
    travel = answers["travel"]
    longest = travel["longest"]
    return Reach(
        start_of(travel["postcode"], travel["municipality_code"]),
        tuple(travel["counties"]),
        None if longest == "any" else int(longest),
        travel["takes_ferry"],
    )


def camps_in_reach(answers: Answers, camps: Iterable[Camp]) -> list[NearbyCamp]:
    """The camps to ask about, nearest first."""
    return [row for row in nearest_first(camps, reach_of(answers)) if row.in_reach]


def offered_camps(answers: Answers, camps: Iterable[Camp]) -> list[NearbyCamp]:
    """The camps in reach to which the volunteer said yes, or if needed; nearest first."""
    days = answers.get("days", {})
    rows = camps_in_reach(answers, camps)
    return [row for row in rows if days.get(str(row.camp.id)) in _OFFERED]


def offered_schools(answers: Answers, camps: Iterable[Camp]) -> list[tuple[School, NearbyCamp]]:
    """The schools of those camps, each once, with the (first) camp there."""
    found: dict[int, tuple[School, NearbyCamp]] = {}
    for row in offered_camps(answers, camps):
        if row.camp.school is not None:
            found.setdefault(row.camp.school.id, (row.camp.school, row))
    return list(found.values())


def next_step(answers: Answers, camps: Sequence[Camp]) -> Step:
    """The first page with something still to be asked, else the one to check the answers on."""
    if "travel" not in answers:
        return Step.TRAVEL
    in_reach = {str(row.camp.id) for row in camps_in_reach(answers, camps)}
    if not in_reach <= set(answers.get("days_asked", [])) or not offered_camps(answers, camps):
        return Step.DAYS
    schools = {str(school.id) for school, _row in offered_schools(answers, camps)}
    if not schools <= set(answers.get("schools_asked", [])) or not has_consent(answers):
        return Step.SCHOOLS
    return Step.CHECK


def has_consent(answers: Answers) -> bool:
    """Whether the volunteer agreed to the text as it reads now."""
    return bool(answers.get("consent") == CONSENT_TEXT)


def shows_name(consent_text: str) -> bool:
    """Whether whoever agreed to that text agreed to be shown to those who travel the same way."""
    return consent_text in _TEXTS_WITH_NAMES


def offer_of(answers: Answers, camps: Sequence[Camp]) -> Offer:
    """The offer that complete answers make, for those of ``camps`` that are in reach."""
    travel, reach = answers["travel"], reach_of(answers)
    rows = camps_in_reach(answers, camps)
    said, schools = answers.get("days", {}), answers.get("schools", {})
    wishes = {row.camp.id: _wish(schools, row.camp) for row in rows}
    return Offer(
        municipality_code=travel["municipality_code"],
        postcode=travel["postcode"],
        counties=reach.counties,
        longest_km=reach.longest_km,
        takes_ferry=reach.takes_ferry,
        at_most=int(travel["most_camps"]),
        languages=tuple(travel["languages"]),
        travel_note=travel["travel_note"],
        employer=travel["employer"],
        expertise=answers.get("expertise", ""),
        days={r.camp.id: DayAnswer(said.get(str(r.camp.id)) or DayAnswer.NO) for r in rows},
        wishes={camp_id: wish for camp_id, wish in wishes.items() if wish != Wish.NONE},
        conflicts=frozenset(
            (int(school_id), ConflictKind(kind))
            for school_id, about in schools.items()
            for kind in about["conflicts"]
        ),
    )


def _wish(schools: dict[str, Any], camp: Camp) -> Wish:
    return Wish(schools.get(str(camp.school_id), {}).get("wish", Wish.NONE))


def of_signup(signup: JurySignup) -> Answers:
    """The answers that a sign-up was made from, to change them."""
    return {
        "travel": travel_of(signup),
        "days": {str(day.camp_id): str(day.answer) for day in signup.days},
        "days_asked": [str(day.camp_id) for day in signup.days],
        "schools": _schools_of(signup),
        "schools_asked": [str(day.camp.school_id) for day in signup.days if day.answer in _OFFERED],
        "expertise": signup.expertise,
        "consent": signup.consent_text,
    }


def travel_of(signup: JurySignup) -> Answers:
    """The first step of a sign-up, as its form has it."""
    return {
        "phone": signup.juror.phone,
        "employer": signup.employer,
        "postcode": signup.postcode,
        "municipality": "" if signup.postcode else signup.municipality_code,
        "municipality_code": signup.municipality_code,
        "counties": list(signup.counties),
        "longest": str(signup.longest_km or "any"),
        "takes_ferry": signup.takes_ferry,
        "most_camps": str(signup.at_most),
        "languages": list(signup.languages),
        "travel_note": signup.travel_note,
    }


def _schools_of(signup: JurySignup) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {
        str(day.camp.school_id): {"conflicts": [], "wish": str(day.wish)}
        for day in signup.days
        if day.camp.school_id is not None
    }
    for conflict in signup.conflicts:
        about = found.setdefault(str(conflict.school_id), {"conflicts": [], "wish": str(Wish.NONE)})
        about["conflicts"].append(str(conflict.kind))
    return found
