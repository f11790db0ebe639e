"""Why seats are empty and what would help, in sentences."""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal import dates
from portal.jury.plans.naming import Names, ended

_COUNTS = (
    _l("One"), _l("Two"), _l("Three"), _l("Four"), _l("Five"),
    _l("Six"), _l("Seven"), _l("Eight"), _l("Nine"), _l("Ten"),
)  # fmt: skip
# As many names as one reads in passing.
_MOST_NAMES = 3
_MOST_LINES = 8


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
    need, supply = _need(certificate, names), _supply(certificate)
    return ended(_("%(need)s, %(supply)s.", need=need, supply=supply))


def _need(certificate: Mapping[str, Any], names: Names) -> str:
    camps = [names.camps.get(each, "") for each in certificate["camps"]]
    is_minimum = certificate.get("level") == "minimum"
    said = {"needed": certificate["needed"], "num": len(camps)}
    if len(camps) > _MOST_NAMES:
        if is_minimum:
            return _("These %(num)s schools need at least %(needed)s jury members in all", **said)
        return _("These %(num)s schools need %(needed)s jury members in all to be full", **said)
    schools = dates.county_list(camps)
    if is_minimum:
        return ngettext(
            "%(schools)s needs at least %(needed)s jury members",
            "%(schools)s need at least %(needed)s jury members in all",
            len(camps),
            schools=schools,
            needed=certificate["needed"],
        )
    return ngettext(
        "%(schools)s needs %(needed)s jury members to be full",
        "%(schools)s need %(needed)s jury members in all to be full",
        len(camps),
        schools=schools,
        needed=certificate["needed"],
    )


def _supply(certificate: Mapping[str, Any]) -> str:
    if not certificate["people"]:
        return _("and nobody can get there")
    if certificate["people"] == certificate["possible"]:
        return ngettext(
            "but only one person can get there",
            "but only %(num)s people can get there",
            certificate["people"],
        )
    return ngettext(
        "and the one who can get there can fill %(possible)s",
        "and the %(num)s who can get there can fill %(possible)s",
        certificate["people"],
        possible=certificate["possible"],
    )


def helps(certificate: Mapping[str, Any], names: Names) -> list[str]:
    """What would fill one more seat each, by rule and by where people live.

    Whose interests conflict, and who is not wanted where, is nobody's business here: such rules
    are not lifted, and not counted either.
    """
    groups: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
    for each in certificate["unlock"]:
        if each["rule"] in _HELPS:
            people = groups[each["rule"], names.homes.get(each["person"], "")]
            over = each["over_km"] or 0
            people[each["person"]] = min(over, people.get(each["person"], over))
    ranked = sorted(groups.items(), key=lambda group: (min(group[1].values()), -len(group[1])))
    return [_help(rule, home, people, names) for (rule, home), people in ranked][:_MOST_LINES]


def _help(rule: str, home: str, people: Mapping[int, float], names: Names) -> str:
    count = str(_COUNTS[len(people) - 1]) if len(people) <= len(_COUNTS) else str(len(people))
    who = _("%(count)s from %(place)s", count=count, place=home) if home else count
    line = _HELPS[rule](who, len(people), math.ceil(max(people.values())))
    if len(people) > _MOST_NAMES:
        return line
    called = sorted(names.people.get(person, "") for person in people)
    return _("%(line)s (%(names)s)", line=line, names=dates.county_list(called))


def _too_far(who: str, number: int, km: int) -> str:
    return ngettext(
        "%(who)s lives %(km)s km beyond the limit they have set",
        "%(who)s live up to %(km)s km beyond the limit they have set",
        number,
        who=who,
        km=km,
    )


def _away(who: str, number: int, km: int) -> str:
    return ngettext("%(who)s cannot come that day", "%(who)s cannot come that day", number, who=who)


def _elsewhere(who: str, number: int, km: int) -> str:
    return ngettext(
        "%(who)s has not offered to go there",
        "%(who)s have not offered to go there",
        number,
        who=who,
    )


def _employed(who: str, number: int, km: int) -> str:
    return ngettext(
        "%(who)s works for the school’s owner",
        "%(who)s work for the school’s owner",
        number,
        who=who,
    )


def _busy(who: str, number: int, km: int) -> str:
    return ngettext(
        "%(who)s serves as often as offered, and could be asked for one camp more",
        "%(who)s serve as often as offered, and could be asked for one camp more",
        number,
        who=who,
    )


_HELPS: dict[str, Callable[[str, int, int], str]] = {
    "DISTANCE": _too_far,
    "DAY": _away,
    "AREA": _elsewhere,
    "EMPLOYER": _employed,
    "AT_MOST": _busy,
}


def unmixed(figures: Mapping[str, Any], names: Names) -> str:
    """Where the wish for mixed juries could not be weighed; empty where it was."""
    camps = [names.camps.get(each, "") for each in figures.get("unproved", ())]
    if not camps:
        return ""
    if len(camps) > _MOST_NAMES:
        return _(
            "At %(num)s schools the wish for mixed juries could not be weighed in time;"
            " the proposal there is the best one without it.",
            num=len(camps),
        )
    return _(
        "The wish for mixed juries could not be weighed in time at %(schools)s;"
        " the proposal there is the best one without it.",
        schools=dates.county_list(camps),
    )
