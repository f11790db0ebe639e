"""Why a plan is as it is, in sentences: the codes of the matching turned into words."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import dates
from portal.geography.travel import Band
from portal.jury.plans.naming import Names as Names
from portal.jury.plans.naming import ended
from portal.jury.plans.shortages import helps as helps
from portal.jury.plans.shortages import shortage as shortage
from portal.jury.plans.shortages import told as told
from portal.jury.plans.shortages import unmixed as unmixed
from portal.models.jury import AssignmentState
from portal.models.plans import PlanAction, PlanRow

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


def band(code: str) -> str:
    """A band in words; empty for none."""
    return str(BANDS[Band(code)]) if code in set(Band) else ""


# ------------------------------------------------------------------------------ one sentence


def sentence(row: PlanRow, names: Names) -> str:
    """Why this person has this seat, and what the plan would be otherwise, as one sentence."""
    return ended(_said(row, names))


def _said(row: PlanRow, names: Names) -> str:
    name = names.people.get(row.person_id, "")
    if row.action == PlanAction.REMOVE:
        return _("%(name)s leaves the jury.", name=name)
    if row.by_hand:
        return _("%(name)s was put there by hand.", name=name)
    where = _where(row, name)
    if row.locked:
        return _("%(where)s; the seat is locked.", where=where)
    otherwise = _otherwise(row, names)
    if otherwise:
        return _("%(where)s; %(otherwise)s.", where=where, otherwise=otherwise)
    return _kept(row, name) if row.action == PlanAction.KEEP else _("%(where)s.", where=where)


def _kept(row: PlanRow, name: str) -> str:
    """How near, what the person has said, and that nothing changes for them."""
    codes = row.reason.get("codes", [])
    near = _near(row, name, codes)
    if "wish" in codes:
        return _("%(near)s, wishes for this school and keeps the seat.", near=near)
    if "avoid" in codes:
        return _("%(near)s, would rather go elsewhere but keeps the seat.", near=near)
    if "if_needed" in codes:
        return _("%(near)s, can come if needed and keeps the seat.", near=near)
    return _("%(near)s and keeps the seat.", near=near)


def _where(row: PlanRow, name: str) -> str:
    """How near, and what the person has said."""
    codes = row.reason.get("codes", [])
    near = _near(row, name, codes)
    if "wish" in codes:
        return _("%(near)s and wishes for this school", near=near)
    if "avoid" in codes:
        return _("%(near)s but would rather go elsewhere", near=near)
    if "if_needed" in codes:
        return _("%(near)s and can come if needed", near=near)
    return near


def _near(row: PlanRow, name: str, codes: list[str]) -> str:
    said = {"name": name, "km": max(1, round(row.km or 0))}
    if "remote" in codes:
        return _("%(name)s takes part online", **said)
    if "same_municipality" in codes:
        return _("%(name)s lives in the same municipality, about %(km)s km away", **said)
    if not row.km:
        return _("%(name)s can come", **said)
    if "same_county" in codes:
        return _("%(name)s lives about %(km)s km away, in the same county", **said)
    if "neighbour_county" in codes:
        return _("%(name)s lives about %(km)s km away, in a neighbouring county", **said)
    return _("%(name)s lives about %(km)s km away", **said)


def _otherwise(row: PlanRow, names: Names) -> str:
    """The best plan without this pair; empty where that is not known."""
    found = row.reason.get("next")
    if not found:
        return ""
    if found["person"] is None:
        return _("nobody else could take the seat")
    emptied = _emptied(found["moves"])
    if emptied is not None:
        return _(
            "otherwise %(who)s, and a seat would be empty at %(school)s",
            who=_taken_over(row, found, names),
            school=names.camps.get(emptied, ""),
        )
    return _(
        "otherwise %(who)s, %(price)s", who=_taken_over(row, found, names), price=_price(found)
    )


def _taken_over(row: PlanRow, found: Mapping[str, Any], names: Names) -> str:
    """Who would come instead, and who would have to go where for that."""
    goes = [move for move in found["moves"] if move["to"] is not None]
    name = names.people.get(found["person"], "")
    others = [move for move in goes if move["person"] != found["person"]]
    if not others:
        return _("%(name)s would take the seat", name=name)
    told = [
        _(
            "%(name)s to %(school)s",
            name=names.people.get(move["person"], ""),
            school=names.camps.get(move["to"], ""),
        )
        for move in others
    ]
    return _(
        "%(name)s would have to come here and %(others)s", name=name, others=dates.county_list(told)
    )


def _emptied(moves: list[dict[str, Any]]) -> int | None:
    """The camp that would lose a seat."""
    change = Counter(move["to"] for move in moves if move["to"] is not None)
    change.subtract(move["from"] for move in moves if move["from"] is not None)
    return min((camp for camp, more in change.items() if more < 0), default=None)


def _price(found: Mapping[str, Any]) -> str:
    """What is worse then: the journeys, or what else the plan weighs."""
    travel, km = found.get("travel"), round(found["km"])
    if km <= 0:
        return _("and that would be just as good")
    if travel is None:
        return _("which the plan counts as %(km)s km more", km=km)
    if round(travel) > 0:
        return _("and the journeys would be %(km)s km longer in all", km=round(travel))
    return _("but that would go against other aims, such as a spread of jury members")
