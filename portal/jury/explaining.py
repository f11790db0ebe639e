"""Why a plan is as it is, in sentences: the codes of the matching turned into words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal import dates
from portal.geography.travel import Band
from portal.models.jury import AssignmentState
from portal.models.plans import PlanRow

BANDS = {
    Band.SAME_MUNICIPALITY: _l("same municipality"),
    Band.NEAR: _l("near"),
    Band.TRIP: _l("a trip"),
    Band.FAR: _l("far"),
}
STATES = {
    AssignmentState.PROPOSED: _l("Proposed"),
    AssignmentState.ASKED: _l("Asked"),
    AssignmentState.ACCEPTED: _l("Said yes"),
    AssignmentState.RECONFIRM: _l("Must confirm the new time"),
    AssignmentState.DECLINED: _l("Said no"),
    AssignmentState.EXPIRED: _l("Did not answer in time"),
    AssignmentState.WITHDRAWN: _l("Has withdrawn"),
    AssignmentState.RELEASED: _l("Taken out"),
    AssignmentState.RESERVE: _l("Reserve"),
    AssignmentState.SERVED: _l("Served"),
    AssignmentState.ABSENT: _l("Did not come"),
    AssignmentState.OFFERED: _l("Asked together with others"),
}
_CODES = {
    "same_municipality": _l("from the same municipality"),
    "same_county": _l("from the same county"),
    "neighbour_county": _l("from a neighbouring county"),
    "farther": _l("from farther away"),
    "remote": _l("takes part online"),
    "wish": _l("wishes for this school"),
    "avoid": _l("would rather go elsewhere"),
    "if_needed": _l("can come if needed"),
    "over_water": _l("ferry or a long way round"),
}
_RULES = {
    "DAY": _l("cannot come that day"),
    "AREA": _l("has not offered that county"),
    "DISTANCE": _l("has set a shorter distance"),
    "CONFLICT": _l("one stands in the way"),
    "REFUSED": _l("has said no to that camp"),
    "EMPLOYER": _l("works for the school’s owner"),
    "AT_MOST": _l("has offered fewer camps"),
    "ONE_A_DAY": _l("serves elsewhere that day"),
}


@dataclass(frozen=True)
class Names:
    """What people and camps are called, by row id."""

    people: Mapping[int, str]
    camps: Mapping[int, str]


def band(code: str) -> str:
    """A band in words; empty for none."""
    return str(BANDS[Band(code)]) if code in set(Band) else ""


def reasons(row: PlanRow) -> str:
    """What speaks for or against a row, in one line."""
    if row.by_hand:
        return _("put there by hand")
    codes = row.reason.get("codes", [])
    return ", ".join(str(_CODES[code]) for code in codes if code in _CODES)


def next_best(row: PlanRow, names: Names) -> str:
    """Who would have the seat otherwise, and what that would cost."""
    found = row.reason.get("next")
    if not found:
        return ""
    name = names.people.get(found["person"]) if found["person"] else None
    if name is None:
        return _("nobody else could take the seat")
    if found["below_minimum"] > 0 or found["below_target"] > 0:
        return _("%(name)s, but then a seat is empty elsewhere", name=name)
    km = max(0, round(found["km"]))
    if km == 0:
        return _("%(name)s, just as well", name=name)
    return _("%(name)s, %(km)s km more in all", name=name, km=km)


def told(certificates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The shortages worth telling: of a camp short of its minimum, the target need not be told."""
    short = {camp for each in certificates if each["level"] == "minimum" for camp in each["camps"]}
    return [
        each
        for each in certificates
        if each["level"] == "minimum" or not short.issuperset(each["camps"])
    ]


def shortage(certificate: Mapping[str, Any], names: Names) -> str:
    """Why seats stay empty: what they need, and what all who can reach them can fill."""
    camps = [names.camps.get(each, "") for each in certificate["camps"]]
    people = ngettext(
        "%(num)s person who can get there",
        "%(num)s people who can get there",
        certificate["people"],
    )
    if len(camps) == 1:
        return _(
            "%(school)s needs %(needed)s jury members, and the %(people)s can fill %(possible)s.",
            school=camps[0],
            needed=certificate["needed"],
            people=people,
            possible=certificate["possible"],
        )
    return _(
        "%(schools)s need %(needed)s jury members in all,"
        " and the %(people)s can fill %(possible)s.",
        schools=dates.county_list(camps),
        needed=certificate["needed"],
        people=people,
        possible=certificate["possible"],
    )


def helps(certificate: Mapping[str, Any], names: Names) -> list[str]:
    """What would fill one more seat, if somebody could be talked into it."""
    lines = []
    for each in certificate["unlock"][:5]:
        rule = _RULES.get(each["rule"])
        # Whose interests conflict is nobody's business here.
        if rule is None or each["rule"] == "CONFLICT":
            continue
        name, camp = names.people.get(each["person"], ""), names.camps.get(each["camp"], "")
        if each["over_km"]:
            lines.append(
                _(
                    "%(name)s lives %(km)s km beyond their limit from %(school)s",
                    name=name,
                    km=round(each["over_km"]),
                    school=camp,
                )
            )
        else:
            lines.append(_("%(name)s, %(school)s: %(rule)s", name=name, school=camp, rule=rule))
    # Two seats of one school may want the same person.
    return list(dict.fromkeys(lines))
